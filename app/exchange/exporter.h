// SPDX-License-Identifier: GPL-3.0-or-later
// Writes runs into a file for others: X-Ray's bundle, OTLP JSON, a Perfetto trace. Blocks: on any
// thread but the GUI's.
#pragma once

#include "app/exchange/run_contents.h"

#include <QIODevice>

#include <functional>

namespace xray::app {

enum class ExportFormat {
    Bundle,
    Otlp, ///< one line, an ExportTraceServiceRequest, a run
    Perfetto,
};

/// "bundle", "otlp", "perfetto".
[[nodiscard]] std::optional<ExportFormat> exportFormatFromWord(QStringView word);

/// Writes the runs in the order given, reading one at a time. `done(n)` is called after each.
[[nodiscard]] Result<> exportRuns(RunSource &source, const std::vector<ExecutionId> &runs,
                                  ExportFormat format, QIODevice &out, const Ticket &ticket,
                                  const std::function<void(std::size_t)> &done);

} // namespace xray::app
