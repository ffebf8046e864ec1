// SPDX-License-Identifier: GPL-3.0-or-later
// The one admission: from a decoded event and the record it touches to the record that will be
// stored, or why not. All update rules of the interface live here (absent keeps, null clears,
// payloads merge key by key at their top level, completed and failed never go back to running,
// repeating changes nothing), and all derived figures. Pure functions: no clock, no store; called
// on the store writer's thread.
#pragma once

#include "model/admission/records.h"

namespace xray::admission {

/// `existing` is null when no run has the event's id. The event's id must be set (the writer
/// chooses one for a Start that came without). A kind other than Start on a missing run is
/// UnknownExecution.
[[nodiscard]] Result<ExecutionRecord> mergeExecution(const ExecutionRecord *existing,
                                                     const ExecutionEvent &event, TimeNs now);

/// What mergeStep needs to know of the run besides the step.
struct StepContext
{
    ExecutionId executionId; ///< the run the event names, or the existing step's
    qint64 nextIndex = 1;    ///< index for a new step that brings none
    TimeNs now = 0;
};

/// `existing` is null when no step has the event's id, which must be set. A step that exists in
/// another run than the event names is a Conflict; a new step needs step_name and step_type.
[[nodiscard]] Result<StepRecord> mergeStep(const StepRecord *existing, const StepEvent &event,
                                           const StepContext &context);

[[nodiscard]] Result<ErrorRecord> mergeError(const ErrorRecord *existing, const ErrorEvent &event,
                                             TimeNs now);

/// What any event of its steps or errors does to a run: an incomplete one runs again.
void wake(ExecutionRecord &run);

/// Lets an error that was stored say what went wrong with the run; the first one does.
void absorbError(ExecutionRecord &run, const ErrorRecord &error);

/// Lets a step that was stored fill in what the run was about and what came out of it.
void absorbStep(ExecutionRecord &run, const StepRecord &step);

} // namespace xray::admission
