// SPDX-License-Identifier: GPL-3.0-or-later
// One window per store: a second start hands what it was asked to show to the first and ends.
// Over a local socket that only this user can reach. GUI thread.
#pragma once

#include <QLocalServer>
#include <QObject>
#include <QString>
#include <QStringList>

namespace xray::app {

/// What a start was asked to show.
struct StartRequest
{
    QString run;   ///< --run, an execution id; may be empty
    QString query; ///< --query, a text; may be empty
    QStringList files;

    friend bool operator==(const StartRequest &, const StartRequest &) = default;
};

class SingleInstance : public QObject
{
    Q_OBJECT

public:
    /// `store` identifies the store, for example its URL.
    explicit SingleInstance(const QString &store, QObject *parent = nullptr);

    /// True when another instance has taken the request. Waits for it at most kHandOverMs, so it
    /// is called before the first window is made.
    [[nodiscard]] bool handOver(const StartRequest &request);
    /// Takes requests of later starts from now on.
    void listen();

Q_SIGNALS:
    void requested(const xray::app::StartRequest &request);

private:
    void takeConnection();

    QString m_name;
    QLocalServer m_server;
};

} // namespace xray::app
