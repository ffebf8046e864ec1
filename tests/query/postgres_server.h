// SPDX-License-Identifier: GPL-3.0-or-later
// A PostgreSQL of the test's own: in a temporary folder, reached by a socket there, gone with this
// object. One thread.
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

namespace xray::test {

class PostgresServer
{
public:
    /// The folder of the server's programs; empty when it is not installed.
    [[nodiscard]] static QString programs();

    /// Starts it, or ends the test.
    explicit PostgresServer(QString programs);
    ~PostgresServer();
    PostgresServer(const PostgresServer &) = delete;
    PostgresServer &operator=(const PostgresServer &) = delete;

    /// What psql prints when it runs the script: fields parted by blanks, a row a line. An error in
    /// the script ends the test.
    [[nodiscard]] QByteArray run(const QByteArray &script) const;

private:
    [[nodiscard]] QStringList asItsUser(const QString &program, const QStringList &arguments) const;
    [[nodiscard]] bool isReady() const;

    const QString m_programs;
    QTemporaryDir m_folder;
    QProcess m_server;
};

} // namespace xray::test
