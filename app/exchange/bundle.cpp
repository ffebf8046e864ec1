// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/bundle.h"

#include <model/store/event_json.h>

namespace xray::app {

namespace {

constexpr char kHeading[] = R"({"xray_bundle":1})";

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

/// An incomplete run is one that has not ended; whoever reads the bundle will find it quiet again.
RunStatus statedStatus(RunStatus status)
{
    return status == RunStatus::Incomplete ? RunStatus::Running : status;
}

Event eventOf(const Execution &run)
{
    ExecutionEvent event;
    event.id = run.id;
    event.pipelineName = run.pipelineName.toUtf8();
    event.environment = textField(run.environment);
    event.trigger = jsonField(run.trigger);
    event.status = statedStatus(run.status);
    event.startedAt = run.startedAt;
    event.endedAt = fieldOf(run.endedAt);
    event.duration = fieldOf(run.duration);
    event.metadata = jsonField(run.metadata);
    if (!run.tags.isEmpty())
        event.tags = utf8(run.tags);
    event.session = textField(run.session);
    return event;
}

Event eventOf(const StepDetail &detail)
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

Event eventOf(const ExecutionError &error)
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

/// What people have added to a run that its spans do not tell.
Event tagsOf(const Execution &run)
{
    ExecutionEvent event;
    event.kind = ExecutionEvent::Kind::Update;
    event.id = run.id;
    event.tags = utf8(run.tags);
    return event;
}

void append(QByteArray &lines, const Event &event)
{
    lines += store::eventToJson(event);
    lines += '\n';
}

QByteArray linesOfSpans(const RunContents &contents)
{
    QByteArray lines;
    for (const StoredSpan &stored : contents.spans)
        append(lines, stored.span);
    if (!contents.run.tags.isEmpty())
        append(lines, tagsOf(contents.run));
    return lines;
}

} // namespace

QByteArray bundleHeading()
{
    return QByteArray(kHeading) + '\n';
}

bool isBundleHeading(QByteArrayView line)
{
    return line.trimmed() == QByteArrayView(kHeading);
}

QByteArray bundleOf(const RunContents &contents)
{
    if (!contents.spans.empty())
        return linesOfSpans(contents);
    QByteArray lines;
    append(lines, eventOf(contents.run));
    for (const StepDetail &step : contents.steps)
        append(lines, eventOf(step));
    for (const ExecutionError &error : contents.errors)
        append(lines, eventOf(error));
    return lines;
}

} // namespace xray::app
