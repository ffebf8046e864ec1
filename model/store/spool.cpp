// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/spool.h"

#include <model/core/json_escape.h>

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <numeric>

#include <unistd.h>
#include <zlib.h>

namespace xray::store {

namespace {

const QString kSuffix = QStringLiteral(".spool");
constexpr qint64 kReadAtOnce = 1024 * 1024;

/// The same for every name the file goes by.
QString canonical(const QString &path)
{
    const QFileInfo file(path);
    const QString whole = file.canonicalFilePath();
    if (!whole.isEmpty())
        return whole;
    return QDir(file.absolutePath()).canonicalPath() + QLatin1Char('/') + file.fileName();
}

QString prefixOf(const QString &store)
{
    const QByteArray utf8 = store.toUtf8();
    const uLong crc = crc32_z(0, reinterpret_cast<const Bytef *>(utf8.constData()),
                              static_cast<z_size_t>(utf8.size()));
    return QStringLiteral("%1-").arg(crc, 8, 16, QLatin1Char('0'));
}

QByteArray toJson(const RefusedEvent &event)
{
    QByteArray json = R"({"received_at":)" +
                      QByteArray::number(static_cast<qlonglong>(event.receivedAt)) +
                      R"(,"code":")" + errorCodeName(event.why.code) + R"(","message":)";
    appendJsonString(json, event.why.message.toUtf8());
    if (!event.why.field.isEmpty()) {
        json += R"(,"field":)";
        appendJsonString(json, event.why.field.toUtf8());
    }
    return json + R"(,"event":)" + event.line + "}\n";
}

} // namespace

Spool::Spool(SpoolOptions options, const QString &storePath)
    : m_options(std::move(options))
    , m_store(canonical(storePath))
    , m_prefix(prefixOf(m_store))
{
    countRefused();
}

QString Spool::pathOf(const QString &name) const
{
    return m_options.folder + QLatin1Char('/') + m_prefix + name;
}

qint64 Spool::waitingBytes() const
{
    return std::accumulate(m_files.begin(), m_files.end(), qint64(0),
                           [](qint64 sum, const auto &file) { return sum + file->waitingBytes(); });
}

Result<> Spool::append(std::span<const SpoolRecord> records)
{
    if (!isOn())
        return Error{ErrorCode::Busy, QStringLiteral("There is no spool. Try again later.")};
    const qint64 more = std::accumulate(
        records.begin(), records.end(), qint64(0),
        [](qint64 sum, const SpoolRecord &record) { return sum + record.lines.size(); });
    if (waitingBytes() + m_refusedBytes + more > m_options.limitBytes)
        return Error{ErrorCode::Busy,
                     QStringLiteral("The spool %1 is full (%2 MiB, --spool-limit).")
                         .arg(m_options.folder)
                         .arg(m_options.limitBytes / (1024 * 1024))};
    if (!m_own) {
        auto file = SpoolFile::create(pathOf(Uuid::newV7().toString() + kSuffix), m_store);
        if (!file)
            return file.error();
        // Kept only with something in it, so that a waiting file always has something to wait for.
        if (auto appended = (*file)->append(records); !appended) {
            (*file)->finish();
            return appended;
        }
        m_own = file->get();
        m_files.push_back(std::move(*file));
        return Success{};
    }
    return m_own->append(records);
}

Result<std::vector<SpoolRecord>> Spool::next(qint64 maxBytes)
{
    if (m_files.empty())
        return std::vector<SpoolRecord>();
    return m_files.front()->next(maxBytes);
}

void Spool::advance()
{
    if (m_files.empty())
        return;
    SpoolFile &front = *m_files.front();
    front.advance();
    if (front.waitingBytes() > 0)
        return;
    front.finish();
    if (m_own == &front)
        m_own = nullptr;
    m_files.pop_front();
}

Result<> Spool::keepRefused(std::span<const RefusedEvent> events)
{
    if (events.empty())
        return Success{};
    QByteArray lines;
    for (const RefusedEvent &event : events)
        lines += toJson(event);
    QFile file(refusedPath());
    if (!file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered) ||
        file.write(lines) != lines.size() || fsync(file.handle()) != 0)
        return Error{ErrorCode::Unavailable,
                     QStringLiteral("What the store refused cannot be kept in %1: %2. It stays in "
                                    "the spool; check the disk.")
                         .arg(file.fileName(), file.errorString())};
    m_refusedEvents += static_cast<qint64>(events.size());
    m_refusedBytes += lines.size();
    return Success{};
}

void Spool::countRefused()
{
    QFile file(refusedPath());
    if (m_options.folder.isEmpty() || !file.open(QIODevice::ReadOnly))
        return;
    m_refusedBytes = file.size();
    for (QByteArray part = file.read(kReadAtOnce); !part.isEmpty(); part = file.read(kReadAtOnce))
        m_refusedEvents += part.count('\n');
}

void Spool::adoptOrphans()
{
    if (m_options.folder.isEmpty())
        return;
    // Version 7 ids sort by time.
    const QStringList names =
        QDir(m_options.folder)
            .entryList({m_prefix + QLatin1Char('*') + kSuffix}, QDir::Files, QDir::Name);
    for (const QString &name : names) {
        auto file = SpoolFile::adopt(m_options.folder + QLatin1Char('/') + name, m_store);
        if (!file)
            continue;
        if (file->waitingBytes() > 0)
            m_files.push_back(std::move(file));
        else
            file->finish();
    }
}

} // namespace xray::store
