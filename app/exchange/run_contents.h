// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run holds, read whole: what exporters write. Plain values. Reading blocks: on any
// thread but the GUI's.
#pragma once

#include <model/core/ports.h>

#include <vector>

namespace xray::app {

struct RunContents
{
    Execution run;
    std::vector<StepDetail> steps; ///< in step order, with payloads, without errors
    std::vector<ExecutionError> errors;
    std::vector<StoredSpan> spans; ///< of a run that came over OTLP, in order of arrival
};

/// NotFound for a run that is not there, Cancelled once the ticket is.
[[nodiscard]] Result<RunContents> readRun(RunSource &source, ExecutionId id, const Ticket &ticket);

} // namespace xray::app
