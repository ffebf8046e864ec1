// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting in front of a window: runs the event loop until something has happened. GUI thread.
#pragma once

#include "bench/sampling.h"

#include <QEventLoop>
#include <QTimer>

namespace xray::bench {

/// Whether `happened` came true within `patience`; it is asked after every turn of the loop.
template<class Happened>
[[nodiscard]] bool runUntil(Happened &&happened,
                            std::chrono::milliseconds patience = std::chrono::seconds(30))
{
    QEventLoop loop;
    QTimer alarm;
    alarm.setSingleShot(true);
    alarm.start(patience);
    QTimer heartbeat; // so that a turn also ends when nothing is going on
    heartbeat.start(std::chrono::milliseconds(10));
    while (!happened()) {
        if (!alarm.isActive())
            return false;
        loop.processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

/// Runs the event loop for that long.
inline void runFor(std::chrono::milliseconds time)
{
    const auto end = Clock::now() + time;
    [[maybe_unused]] const bool over =
        runUntil([end] { return Clock::now() >= end; }, time + std::chrono::seconds(1));
}

} // namespace xray::bench
