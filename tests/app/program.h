// SPDX-License-Identifier: GPL-3.0-or-later
// The programs under test as processes: xrayctl and xray run to their end, or `xrayctl serve` kept
// running. Blocking, with a bound on every wait. One thread.
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

namespace xray::test {

/// Path of a program beside the tests.
[[nodiscard]] QString programPath(const QString &name);

struct Ended
{
    int code = -1; ///< -1: it crashed or did not end in time
    QByteArray out;
    QByteArray err;
};

[[nodiscard]] Ended runProgram(const QString &name, const QStringList &arguments);

/// `xrayctl serve` on a free port. Ended by the destructor, if not before.
class Server
{
public:
    explicit Server(const QString &storePath, const QStringList &more = {});
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    /// Where it listens; 0 when it does not.
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    /// As a power cut would end it: SIGKILL.
    void kill();
    /// As a person would: SIGTERM. The exit code, -1 when it did not end well.
    int stop();

private:
    quint16 m_port = 0;
    QProcess m_process;
};

} // namespace xray::test
