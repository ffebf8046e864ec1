// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ingest/process_watch.h"

#include <QDir>
#include <QFile>

#include <sys/resource.h>
#include <unistd.h>

namespace xray::tests {

namespace {

QString placeOf(qint64 pid, const char *name)
{
    return QStringLiteral("/proc/%1/%2").arg(pid).arg(QLatin1String(name));
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

void ProcessWatch::forgetPeak() const
{
    QFile file(placeOf(m_pid, "clear_refs"));
    if (file.open(QIODevice::WriteOnly))
        file.write("5");
}

qint64 ProcessWatch::cpuMs() const
{
    // After the name in brackets come the state and then numbers; 11 and 12 of those are utime and
    // stime in clock ticks (proc(5)).
    const QByteArray line = contentOf(placeOf(m_pid, "stat"));
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    const qint64 ticks = fields.value(11).toLongLong() + fields.value(12).toLongLong();
    return ticks * 1000 / sysconf(_SC_CLK_TCK);
}

int ProcessWatch::openDescriptors() const
{
    const QDir folder(placeOf(m_pid, "fd"));
    return static_cast<int>(
        folder.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).size());
}

void ProcessWatch::limitDescriptors(int most) const
{
    rlimit limit{};
    prlimit(static_cast<pid_t>(m_pid), RLIMIT_NOFILE, nullptr, &limit);
    limit.rlim_cur = static_cast<rlim_t>(most);
    prlimit(static_cast<pid_t>(m_pid), RLIMIT_NOFILE, &limit, nullptr);
}

qint64 ProcessWatch::statusBytes(const char *name) const
{
    const QByteArray status = contentOf(placeOf(m_pid, "status"));
    const qsizetype at = status.indexOf(name);
    if (at < 0)
        return 0;
    const qsizetype start = at + static_cast<qsizetype>(qstrlen(name));
    return status.mid(start, status.indexOf("kB", start) - start).trimmed().toLongLong() * 1024;
}

} // namespace xray::tests
