// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/host/signal_watcher.h"

#include <array>
#include <atomic>
#include <csignal>

#include <sys/socket.h>
#include <unistd.h>

namespace xray::app {

namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

std::atomic<int> g_writeEnd = -1; // a signal handler can reach nothing else

void noteSignal(int)
{
    const char byte = 1;
    // Nothing can be done about a failure here, and a full socket already says what is to say.
    [[maybe_unused]] const auto written = write(g_writeEnd, &byte, 1);
}

} // namespace

SignalWatcher::SignalWatcher(QObject *parent)
    : QObject(parent)
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, m_sockets) != 0)
        return;
    g_writeEnd = m_sockets[0];
    m_notifier = std::make_unique<QSocketNotifier>(m_sockets[1], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        char bytes[16];
        [[maybe_unused]] const auto count = read(m_sockets[1], bytes, sizeof bytes);
        Q_EMIT stopRequested();
    });
    for (const int signal : kSignals)
        std::signal(signal, noteSignal);
}

SignalWatcher::~SignalWatcher()
{
    for (const int signal : kSignals)
        std::signal(signal, SIG_DFL);
    g_writeEnd = -1;
    for (const int socket : m_sockets) {
        if (socket >= 0)
            close(socket);
    }
}

} // namespace xray::app
