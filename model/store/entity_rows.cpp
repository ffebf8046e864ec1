// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/entity_rows.h"

#include "model/store/record_json.h"

namespace xray::store {

Execution executionFrom(const Statement &s)
{
    Execution run;
    run.row = {s.integer(0)};
    run.id = ExecutionId(s.uuid(1).value_or(Uuid()));
    run.pipelineName = s.text(2);
    run.environment = s.text(3);
    run.trigger = s.utf8(4);
    run.status = runStatusFromWord(s.word(5)).value_or(RunStatus::Running);
    run.startedAt = s.integer(6);
    run.endedAt = s.maybeInteger(7);
    run.duration = s.maybeInteger(8);
    run.metadata = s.utf8(9);
    run.tags = tagsFromJson(s.view(10));
    run.session = s.text(11);
    run.source = sourceFromWord(s.word(12)).value_or(Source::Sdk);
    run.stepCount = s.integer(13);
    run.errorCount = s.integer(14);
    run.title = s.text(15);
    run.outcome = s.text(16);
    run.failure = s.text(17);
    return run;
}

qint64 contentBytes(const Execution &run)
{
    return run.trigger.size() + run.metadata.size();
}

Step stepFrom(const Statement &s, ExecutionId runId)
{
    Step step;
    step.row = {s.integer(0)};
    step.executionRow = {s.integer(1)};
    step.id = StepId(s.uuid(2).value_or(Uuid()));
    step.executionId = runId;
    if (const auto parent = s.uuid(3))
        step.parentId = StepId(*parent);
    step.index = s.integer(4);
    step.name = s.text(5);
    step.type = stepTypeFromWord(s.word(6)).value_or(StepType::Other);
    step.status = stepStatusFromWord(s.word(7)).value_or(StepStatus::Running);
    step.startedAt = s.integer(8);
    step.endedAt = s.maybeInteger(9);
    step.duration = s.maybeInteger(10);
    step.metrics = metricsFromJson(s.view(11));
    step.countIn = s.maybeInteger(12);
    step.countOut = s.maybeInteger(13);
    step.errorCount = s.integer(14);
    step.issues = issuesFromJson(s.view(15));
    step.origin = stepOriginFromJson(s.view(16));
    return step;
}

ExecutionError errorFrom(const Statement &s)
{
    ExecutionError error;
    error.id = ErrorId(s.uuid(0).value_or(Uuid()));
    error.executionRow = {s.integer(1)};
    error.stepRow = {s.integer(2)};
    error.executionId = ExecutionId(s.uuid(3).value_or(Uuid()));
    if (const auto step = s.uuid(4))
        error.stepId = StepId(*step);
    error.type = s.text(5);
    error.message = s.text(6);
    error.stack = s.text(7);
    error.payload = s.utf8(8);
    error.occurredAt = s.integer(9);
    return error;
}

} // namespace xray::store
