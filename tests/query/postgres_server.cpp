// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/query/postgres_server.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

#include <csignal>
#include <pwd.h>
#include <unistd.h>

namespace xray::test {

namespace {

constexpr int kPatienceMs = 60'000;

/// It refuses to run as root, who may be running the test.
constexpr char kOtherUser[] = "nobody";

bool isRoot()
{
    return geteuid() == 0;
}

/// What the program printed; its failure ends the test.
QByteArray outputOf(const QStringList &command, const QByteArray &input = {})
{
    QProcess process;
    process.start(command[0], command.mid(1));
    process.write(input);
    process.closeWriteChannel();
    const bool ended = process.waitForFinished(kPatienceMs);
    if (!ended || process.exitCode() != 0)
        qFatal("%s: %s", qPrintable(command.join(u' ')),
               process.readAllStandardError().constData());
    return process.readAllStandardOutput();
}

} // namespace

QString PostgresServer::programs()
{
    const QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList newestFirst =
        versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString &version : newestFirst) {
        const QString folder = versions.filePath(version + QStringLiteral("/bin"));
        if (QFileInfo(folder + QStringLiteral("/postgres")).isExecutable())
            return folder;
    }
    return {};
}

// Not below TMPDIR, which may be closed to the other user; and a socket's path must be short.
PostgresServer::PostgresServer(QString programs)
    : m_programs(std::move(programs))
    , m_folder(QStringLiteral("/tmp/xray-pg-XXXXXX"))
{
    const passwd *other = isRoot() ? getpwnam(kOtherUser) : nullptr;
    if (other && chown(qPrintable(m_folder.path()), other->pw_uid, other->pw_gid) != 0)
        qFatal("%s cannot be given away", qPrintable(m_folder.path()));
    const QString data = m_folder.filePath(QStringLiteral("data"));
    (void)outputOf(
        asItsUser(QStringLiteral("initdb"),
                  {QStringLiteral("-D"), data, QStringLiteral("-U"), QStringLiteral("xray"),
                   QStringLiteral("-A"), QStringLiteral("trust"), QStringLiteral("-N"),
                   QStringLiteral("-E"), QStringLiteral("UTF8"), QStringLiteral("--locale=C")}));
    const QStringList start = asItsUser(
        QStringLiteral("postgres"),
        {QStringLiteral("-D"), data, QStringLiteral("-c"), QStringLiteral("listen_addresses="),
         QStringLiteral("-c"), QStringLiteral("unix_socket_directories=") + m_folder.path(),
         QStringLiteral("-c"), QStringLiteral("fsync=off")});
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.start(start[0], start.mid(1));
    if (!QTest::qWaitFor([this] { return isReady(); }, kPatienceMs))
        qFatal("no PostgreSQL: %s", m_server.readAll().constData());
}

PostgresServer::~PostgresServer()
{
    ::kill(static_cast<pid_t>(m_server.processId()), SIGQUIT); // does not wait for anyone
    m_server.waitForFinished(kPatienceMs);
}

QByteArray PostgresServer::run(const QByteArray &script) const
{
    return outputOf({m_programs + QStringLiteral("/psql"), QStringLiteral("-X"),
                     QStringLiteral("-q"), QStringLiteral("-A"), QStringLiteral("-t"),
                     QStringLiteral("-F"), QStringLiteral(" "), QStringLiteral("-v"),
                     QStringLiteral("ON_ERROR_STOP=1"), QStringLiteral("-h"), m_folder.path(),
                     QStringLiteral("-U"), QStringLiteral("xray"), QStringLiteral("postgres")},
                    script);
}

/// It ends with the test, however that ends.
QStringList PostgresServer::asItsUser(const QString &program, const QStringList &arguments) const
{
    QStringList command = {QStringLiteral("setpriv"), QStringLiteral("--pdeathsig"),
                           QStringLiteral("QUIT")};
    if (isRoot())
        command << QStringLiteral("--reuid") << QLatin1String(kOtherUser)
                << QStringLiteral("--regid") << QStringLiteral("nogroup")
                << QStringLiteral("--clear-groups");
    return command + QStringList{m_programs + QLatin1Char('/') + program} + arguments;
}

bool PostgresServer::isReady() const
{
    return QProcess::execute(m_programs + QStringLiteral("/pg_isready"),
                             {QStringLiteral("-q"), QStringLiteral("-h"), m_folder.path()}) == 0;
}

} // namespace xray::test
