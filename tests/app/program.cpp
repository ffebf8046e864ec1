// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/program.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>

namespace xray::test {

namespace {

constexpr int kPatienceMs = 60'000;

int exitCode(const QProcess &process)
{
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

} // namespace

QString programPath(const QString &name)
{
    const QString folder = qEnvironmentVariable("XRAY_BIN_DIR");
    return QDir(folder.isEmpty() ? QCoreApplication::applicationDirPath() : folder).filePath(name);
}

Ended runProgram(const QString &name, const QStringList &arguments)
{
    QProcess process;
    process.start(programPath(name), arguments, QIODevice::ReadOnly);
    if (!process.waitForFinished(kPatienceMs)) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    return {exitCode(process), process.readAllStandardOutput(), process.readAllStandardError()};
}

Server::Server(const QString &storePath, const QStringList &more)
{
    static const QRegularExpression address(QStringLiteral(R"(listening on http://[^ ]*:(\d+))"));
    m_process.start(programPath(QStringLiteral("xrayctl")),
                    QStringList{QStringLiteral("serve"), QStringLiteral("--db"),
                                QStringLiteral("sqlite:") + storePath, QStringLiteral("--listen"),
                                QStringLiteral("127.0.0.1:0")} +
                        more);
    m_process.setReadChannel(QProcess::StandardError);
    QByteArray said;
    while (m_port == 0 && m_process.waitForReadyRead(kPatienceMs)) {
        said += m_process.readAll();
        const auto match = address.match(QString::fromUtf8(said));
        m_port = static_cast<quint16>(match.captured(1).toUInt());
    }
}

Server::~Server()
{
    kill();
}

void Server::kill()
{
    m_process.kill();
    m_process.waitForFinished(kPatienceMs);
}

int Server::stop()
{
    m_process.terminate();
    return m_process.waitForFinished(kPatienceMs) ? exitCode(m_process) : -1;
}

} // namespace xray::test
