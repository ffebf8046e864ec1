// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/writer_lease.h"

namespace xray::store {

WriterLease::WriterLease(const QString &databasePath)
    : m_lock(databasePath + QStringLiteral(".writer"))
{
    m_lock.setStaleLockTime(0); // stale only when its process is gone, however old
}

WriterLease::State WriterLease::tryTake()
{
    if (m_state == State::Held)
        return m_state;
    if (m_lock.tryLock(0))
        m_state = State::Held;
    else
        m_state =
            m_lock.error() == QLockFile::PermissionError ? State::Impossible : State::HeldByOther;
    return m_state;
}

void WriterLease::giveUp()
{
    if (m_state != State::Held)
        return;
    m_lock.unlock();
    m_state = State::HeldByOther;
}

QString WriterLease::holder() const
{
    qint64 pid = 0;
    QString host;
    QString program;
    if (!m_lock.getLockInfo(&pid, &host, &program))
        return {};
    return QStringLiteral("%1 (process %2 on %3)")
        .arg(program.isEmpty() ? QStringLiteral("another program") : program)
        .arg(pid)
        .arg(host);
}

} // namespace xray::store
