// SPDX-License-Identifier: GPL-3.0-or-later
// SIGINT and SIGTERM as a Qt signal, so that a program stops through its event loop and what is
// queued is written first. One at most per process; on the main thread.
#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace xray::app {

class SignalWatcher : public QObject
{
    Q_OBJECT

public:
    explicit SignalWatcher(QObject *parent = nullptr);
    ~SignalWatcher() override;

Q_SIGNALS:
    /// Somebody wants the program to stop.
    void stopRequested();

private:
    int m_sockets[2] = {-1, -1}; ///< written by the signal handler, read by the notifier
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace xray::app
