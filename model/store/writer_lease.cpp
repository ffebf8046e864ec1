// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/writer_lease.h"

#include "model/store/file_lock.h"

#include <QCoreApplication>
#include <QList>
#include <QSysInfo>

#include <utility>

namespace xray::store {

namespace {

constexpr qint64 kLongestHolder = 1024;

} // namespace

WriterLease::WriterLease(const QString &databasePath, std::chrono::milliseconds silence)
    : m_file(databasePath + QStringLiteral(".writer"))
    , m_silence(silence)
{
}

WriterLease::State WriterLease::tryTake()
{
    if (m_state == State::Held)
        return m_state;
    if (!m_file.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return m_state = State::Impossible;
    switch (tryLock(m_file)) {
    case LockOutcome::Taken:
        sayWhoHolds();
        return m_state = State::Held;
    case LockOutcome::HeldByOther:
        lookForLife();
        m_file.close();
        return m_state = State::HeldByOther;
    case LockOutcome::Impossible:
        m_file.close();
        return m_state = State::Impossible;
    }
    return m_state;
}

/// For people who wait; the lock does not depend on it, so a full disk does no harm.
void WriterLease::sayWhoHolds()
{
    const QString text = QStringLiteral("%1\n%2\n%3\n")
                             .arg(QCoreApplication::applicationPid())
                             .arg(QCoreApplication::applicationName(), QSysInfo::machineHostName());
    m_file.resize(0);
    m_file.write(text.toUtf8());
    m_signAt = Clock::now();
}

void WriterLease::showLife()
{
    if (m_state != State::Held || Clock::now() - m_signAt < kSignOfLife)
        return;
    touch(m_file);
    m_signAt = Clock::now();
}

/// Only whether it changes counts: clocks of two machines may differ.
void WriterLease::lookForLife()
{
    const std::int64_t sign = timeTouchedNs(m_file);
    if (std::exchange(m_sign, sign) != sign)
        m_signAt = Clock::now();
}

bool WriterLease::isHolderSilent() const
{
    return m_state == State::HeldByOther && Clock::now() - m_signAt > m_silence;
}

bool WriterLease::isStillOurs() const
{
    return m_state == State::Held && isInPlace(m_file);
}

void WriterLease::giveUp()
{
    if (m_state != State::Held)
        return;
    m_file.close();
    m_state = State::HeldByOther;
}

QString WriterLease::holder() const
{
    const QString unknown = QStringLiteral("another program");
    QFile file(m_file.fileName());
    if (!file.open(QIODevice::ReadOnly))
        return unknown;
    const QList<QByteArray> lines = file.read(kLongestHolder).split('\n');
    if (lines.size() < 3) // it is being written
        return unknown;
    const QString program = QString::fromUtf8(lines[1]);
    return QStringLiteral("%1 (process %2 on %3)")
        .arg(program.isEmpty() ? unknown : program, QString::fromUtf8(lines[0]),
             QString::fromUtf8(lines[2]));
}

} // namespace xray::store
