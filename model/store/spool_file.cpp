// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/spool_file.h"

#include "model/store/file_lock.h"

#include <QDir>
#include <QFileInfo>
#include <QLoggingCategory>

#include <optional>

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

namespace xray::store {

Q_LOGGING_CATEGORY(lcSpool, "xray.store.spool")

namespace {

constexpr char kFileMark[] = "#xray-spool 1 ";
constexpr char kRecordMark[] = "#record ";
constexpr qint64 kLongestHeader = 128;
constexpr qint64 kSearchBytes = 1024 * 1024;

QByteArray firstLine(const QString &store)
{
    return kFileMark + store.toUtf8().toPercentEncoding("/ ") + '\n';
}

uLong crcOf(QByteArrayView bytes)
{
    return crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()),
                   static_cast<z_size_t>(bytes.size()));
}

QByteArray encode(const SpoolRecord &record)
{
    const QByteArray checked = (record.atomicity == Atomicity::AllOrNothing ? "all " : "each ") +
                               QByteArray::number(static_cast<qlonglong>(record.receivedAt)) +
                               '\n' + record.lines;
    return kRecordMark + QByteArray::number(record.lines.size()) + ' ' +
           QByteArray::number(static_cast<qulonglong>(crcOf(checked)), 16) + ' ' + checked;
}

/// The record that begins where the reader stands, if a whole one does.
std::optional<SpoolRecord> decodeNext(QFile &reader, qint64 end)
{
    const QByteArray header = reader.readLine(kLongestHeader);
    const QList<QByteArray> words = header.trimmed().split(' ');
    if (words.size() != 5 || !header.startsWith(kRecordMark))
        return std::nullopt;
    const qint64 length = words[1].toLongLong();
    if (length <= 0 || length > end - reader.pos())
        return std::nullopt;
    SpoolRecord record{words[4].toLongLong(),
                       words[3] == "all" ? Atomicity::AllOrNothing : Atomicity::EachAlone,
                       reader.read(length)};
    const QByteArray checked = words[3] + ' ' + words[4] + '\n' + record.lines;
    if (crcOf(checked) != words[2].toULong(nullptr, 16))
        return std::nullopt;
    return record;
}

/// Moves the reader to the next place after `from` where a record may begin.
void findRecord(QFile &reader, qint64 from, qint64 end)
{
    const QByteArray mark(kRecordMark);
    for (qint64 at = from + 1; at < end; at += kSearchBytes) {
        reader.seek(at);
        const qsizetype found = reader.read(kSearchBytes + mark.size() - 1).indexOf(mark);
        if (found >= 0) {
            reader.seek(at + found);
            return;
        }
    }
    reader.seek(end);
}

Error cannotWrite(const QFile &file)
{
    return {ErrorCode::Unavailable,
            QStringLiteral("The spool %1 cannot be written: %2. Check its disk and permissions, or "
                           "name another folder with --spool.")
                .arg(file.fileName(), file.errorString())};
}

/// Makes the name of a new file survive a power cut too.
void syncFolder(const QString &path)
{
    const int folder = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC);
    if (folder < 0)
        return;
    fsync(folder);
    ::close(folder);
}

bool writeAt(QFile &file, qint64 position, const QByteArray &bytes)
{
    return file.seek(position) && file.write(bytes) == bytes.size() && fsync(file.handle()) == 0;
}

} // namespace

Result<std::unique_ptr<SpoolFile>> SpoolFile::create(const QString &path, const QString &store)
{
    std::unique_ptr<SpoolFile> self(new SpoolFile(path));
    const QString folder = QFileInfo(path).absolutePath();
    const QByteArray first = firstLine(store);
    QDir().mkpath(folder);
    if (!self->m_file.open(QIODevice::ReadWrite | QIODevice::NewOnly | QIODevice::Unbuffered))
        return cannotWrite(self->m_file);
    // Payloads are nobody else's business.
    self->m_file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    if (tryLock(self->m_file) != LockOutcome::Taken || !writeAt(self->m_file, 0, first)) {
        const Error error = cannotWrite(self->m_file);
        self->m_file.remove();
        return error;
    }
    syncFolder(folder);
    self->m_position = self->m_readTo = self->m_end = first.size();
    return self;
}

std::unique_ptr<SpoolFile> SpoolFile::adopt(const QString &path, const QString &store)
{
    std::unique_ptr<SpoolFile> self(new SpoolFile(path));
    QFile &file = self->m_file;
    if (!file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered) ||
        tryLock(file) != LockOutcome::Taken || !isInPlace(file))
        return nullptr;
    const QByteArray first = firstLine(store);
    if (file.read(first.size()) != first)
        return nullptr;
    self->m_position = self->m_readTo = first.size();
    self->m_end = file.size();
    return self;
}

Result<> SpoolFile::append(std::span<const SpoolRecord> records)
{
    QByteArray bytes;
    for (const SpoolRecord &record : records)
        bytes += encode(record);
    if (!writeAt(m_file, m_end, bytes)) {
        Error error = cannotWrite(m_file);
        m_file.resize(m_end);
        return error;
    }
    m_end += bytes.size();
    return Success{};
}

Result<std::vector<SpoolRecord>> SpoolFile::next(qint64 maxBytes)
{
    QFile reader(m_file.fileName());
    if (!reader.open(QIODevice::ReadOnly) || !reader.seek(m_position))
        return Error{ErrorCode::Unavailable, QStringLiteral("The spool %1 cannot be read: %2.")
                                                 .arg(reader.fileName(), reader.errorString())};
    std::vector<SpoolRecord> records;
    m_readTo = m_position;
    while (m_readTo < m_end && (records.empty() || m_readTo - m_position < maxBytes)) {
        auto record = decodeNext(reader, m_end);
        if (record) {
            records.push_back(std::move(*record));
        } else {
            findRecord(reader, m_readTo, m_end);
            m_damagedBytes += reader.pos() - m_readTo;
        }
        m_readTo = reader.pos();
    }
    return records;
}

void SpoolFile::finish()
{
    if (m_damagedBytes == 0) {
        m_file.remove();
        return;
    }
    const QString kept = m_file.fileName() + QStringLiteral(".damaged");
    qCWarning(lcSpool).noquote()
        << QStringLiteral("%1 bytes of the spool %2 could not be read. What could be is in the "
                          "store; the file is kept as %3.")
               .arg(m_damagedBytes)
               .arg(m_file.fileName(), kept);
    m_file.rename(kept);
}

} // namespace xray::store
