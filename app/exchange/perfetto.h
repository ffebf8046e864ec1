// SPDX-License-Identifier: GPL-3.0-or-later
// Runs as a trace that Perfetto and Chrome open: the "JSON Trace Event Format", one process a run,
// one complete event a step, parallel steps on threads of their own. Times count from the midnight
// (UTC) before the first run: the format's microseconds are doubles, which hold a nanosecond of a
// day but not of half a century. Pure; any thread.
#pragma once

#include "app/exchange/run_contents.h"

namespace xray::app {

/// Writes the events of one trace file; begin() first, end() last.
class PerfettoWriter
{
public:
    [[nodiscard]] QByteArray begin() const;
    [[nodiscard]] QByteArray run(const RunContents &contents);
    [[nodiscard]] QByteArray end() const;

private:
    QByteArray separated(const QByteArray &event);

    int m_process = 0;
    std::optional<TimeNs> m_midnight; ///< before the first run
    bool m_isEmpty = true;
};

} // namespace xray::app
