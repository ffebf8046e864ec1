// SPDX-License-Identifier: GPL-3.0-or-later
// Runs as OTLP JSON: the spans of a run that came over OTLP as they came, the steps of any other as
// spans in the words of OpenInference, which most tools read. Pure; any thread.
#pragma once

#include "app/exchange/run_contents.h"

namespace xray::app {

/// An ExportTraceServiceRequest on one line, with its line feed; of a run that has log records
/// several, with an ExportLogsServiceRequest wherever records came between spans.
[[nodiscard]] QByteArray otlpLineOf(const RunContents &contents);

} // namespace xray::app
