// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/run_events.h"

namespace xray::app {

namespace {

template<class T>
Field<T> fieldOf(const std::optional<T> &value)
{
    return value ? Field<T>(*value) : Field<T>();
}

Field<QByteArray> textField(const QString &text)
{
    return text.isEmpty() ? Field<QByteArray>() : Field<QByteArray>(text.toUtf8());
}

Field<JsonText> jsonField(const QByteArray &json)
{
    return json.isEmpty() ? Field<JsonText>() : Field<JsonText>(json);
}

std::vector<QByteArray> utf8(const QStringList &texts)
{
    std::vector<QByteArray> bytes;
    for (const QString &text : texts)
        bytes.push_back(text.toUtf8());
    return bytes;
}

} // namespace

ExecutionEvent eventOf(const Execution &run)
{
    ExecutionEvent event;
    event.id = run.id;
    event.pipelineName = run.pipelineName.toUtf8();
    event.environment = textField(run.environment);
    event.trigger = jsonField(run.trigger);
    if (run.status != RunStatus::Incomplete) // its steps would wake it again
        event.status = run.status;
    event.startedAt = run.startedAt;
    event.endedAt = fieldOf(run.endedAt);
    event.duration = fieldOf(run.duration);
    event.metadata = jsonField(run.metadata);
    if (!run.tags.isEmpty())
        event.tags = utf8(run.tags);
    event.session = textField(run.session);
    return event;
}

StepEvent eventOf(const StepDetail &detail)
{
    const Step &step = detail.step;
    StepEvent event;
    event.id = step.id;
    event.executionId = step.executionId;
    event.parentId = fieldOf(step.parentId);
    event.index = step.index;
    event.name = step.name.toUtf8();
    event.type = step.type;
    event.status = step.status;
    event.startedAt = step.startedAt;
    event.endedAt = fieldOf(step.endedAt);
    event.duration = fieldOf(step.duration);
    event.input = jsonField(detail.payloads.input);
    event.output = jsonField(detail.payloads.output);
    event.reasoning = jsonField(detail.payloads.reasoning);
    return event;
}

ErrorEvent eventOf(const ExecutionError &error)
{
    ErrorEvent event;
    event.id = error.id;
    event.executionId = error.executionId;
    event.stepId = fieldOf(error.stepId);
    event.type = textField(error.type);
    event.message = error.message.toUtf8();
    event.stack = textField(error.stack);
    event.payload = jsonField(error.payload);
    event.occurredAt = error.occurredAt;
    return event;
}

std::optional<ExecutionEvent> closingEventOf(const RunContents &contents)
{
    const Execution &run = contents.run;
    ExecutionEvent event;
    event.kind = ExecutionEvent::Kind::Update;
    event.id = run.id;
    if (!contents.spans.empty() && !run.tags.isEmpty())
        event.tags = utf8(run.tags);
    if (run.status == RunStatus::Incomplete)
        event.status = RunStatus::Incomplete;
    if (event.tags.isAbsent() && event.status.isAbsent())
        return std::nullopt;
    return event;
}

} // namespace xray::app
