// SPDX-License-Identifier: GPL-3.0-or-later
// A run as it was at one revision: what the timeline, the step table and the header show.
// Immutable; readers make it, models and views share it.
#pragma once

#include "model/core/execution.h"
#include "model/core/step_list.h"

#include <memory>

namespace xray {

struct RunSnapshot
{
    Revision revision = 0; ///< holds everything committed up to here
    Execution run;
    StepList steps;
    std::vector<ExecutionError> errors; ///< by time; without stacks and payloads

    /// When the last thing happened that the snapshot knows of: the run's end, or the latest start
    /// or end of a step. Nanoseconds since the epoch.
    [[nodiscard]] TimeNs lastEventAt() const;
};

using RunSnapshotPtr = std::shared_ptr<const RunSnapshot>;

} // namespace xray
