// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/program.h"

#include "tests/ingest/raw_client.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QRandomGenerator>
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

namespace {

/// The app, listening on a port that was free a moment ago.
class Window final : public Program
{
public:
    explicit Window(const QString &storePath)
    {
        const quint16 port = freePort();
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(programPath(QStringLiteral("xray")),
                        {QStringLiteral("--db"), QStringLiteral("sqlite:") + storePath,
                         QStringLiteral("--listen"), QStringLiteral("127.0.0.1:%1").arg(port)});
        QElapsedTimer patience;
        patience.start();
        while (m_port == 0 && patience.elapsed() < kPatienceMs &&
               !m_process.waitForFinished(kLookMs))
            m_port = isAnswered(port) ? port : quint16(0);
    }
    ~Window() override { kill(); }
    Window(const Window &) = delete;
    Window &operator=(const Window &) = delete;

    [[nodiscard]] quint16 port() const override { return m_port; }
    void kill() override
    {
        m_process.kill();
        m_process.waitForFinished(kPatienceMs);
    }

private:
    static constexpr int kLookMs = 20;

    /// Below the ports that outgoing connections take.
    static quint16 freePort()
    {
        constexpr quint32 kFirst = 10'000;
        constexpr quint32 kLast = 32'000;
        for (;;) {
            const auto port =
                static_cast<quint16>(QRandomGenerator::global()->bounded(kFirst, kLast));
            if (!tests::RawClient(port).isConnected())
                return port;
        }
    }
    static bool isAnswered(quint16 port)
    {
        tests::RawClient client(port);
        return client.isConnected() && client.ask(tests::request("GET", "/healthz")).status == 200;
    }

    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace

std::unique_ptr<Program> startProgram(const QString &name, const QString &storePath)
{
    if (name == QStringLiteral("xray"))
        return std::make_unique<Window>(storePath);
    return std::make_unique<Server>(storePath);
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
    Server::kill();
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
