// SPDX-License-Identifier: GPL-3.0-or-later
// The programs under test as processes: xrayctl and xray run to their end, or `xrayctl serve` kept
// running. Blocking, with a bound on every wait. One thread.
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>

#include <memory>

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

/// A program of ours that listens until it is ended. Ended by the destructor, if not before.
class Program
{
public:
    virtual ~Program() = default;
    /// Where it listens; 0 when it does not.
    [[nodiscard]] virtual quint16 port() const = 0;
    /// As a crash would end it: SIGKILL.
    virtual void kill() = 0;
};

/// "xrayctl", which serves, or "xray", which needs a screen, on a store of its own; listening.
[[nodiscard]] std::unique_ptr<Program> startProgram(const QString &name, const QString &storePath);

/// `xrayctl serve` on a free port. Ended by the destructor, if not before.
class Server final : public Program
{
public:
    explicit Server(const QString &storePath, const QStringList &more = {});
    ~Server() override;
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    [[nodiscard]] quint16 port() const override { return m_port; }
    [[nodiscard]] qint64 pid() const { return m_process.processId(); }
    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    void kill() override;
    /// As a person would: SIGTERM. The exit code, -1 when it did not end well.
    int stop();

private:
    quint16 m_port = 0;
    QProcess m_process;
};

} // namespace xray::test
