// SPDX-License-Identifier: GPL-3.0-or-later
// Runs as a trace that Perfetto and Chrome open: the "JSON Trace Event Format", one process a run,
// one complete event a step, parallel steps on threads of their own. Pure; any thread.
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
    bool m_isEmpty = true;
};

} // namespace xray::app
