// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/entity_json.h"

#include "model/ingest/json_writer.h"

#include <cmath>

namespace xray::ingest {

namespace {

void textIfAny(ObjectWriter &object, const char *name, const QString &value)
{
    if (!value.isEmpty())
        object.text(name, value);
}

void timeIfAny(ObjectWriter &object, const char *name, const std::optional<TimeNs> &value)
{
    if (value)
        object.time(name, *value);
}

void durationIfAny(ObjectWriter &object, const std::optional<DurationNs> &value)
{
    if (value)
        object.milliseconds("duration_ms", *value);
}

void payload(ObjectWriter &object, const char *name, const QByteArray &json)
{
    object.raw(name, json.isEmpty() ? QByteArrayView("{}") : QByteArrayView(json));
}

void metrics(ObjectWriter &object, const std::vector<Metric> &values)
{
    QByteArray json;
    ObjectWriter map(json);
    for (const Metric &metric : values)
        if (std::isfinite(metric.value))
            appendJsonNumber(map.key(metric.name.toUtf8()), metric.value);
    map.close();
    object.raw("metrics", json);
}

void appendIssue(QByteArray &out, const Issue &issue)
{
    ObjectWriter object(out);
    object.utf8("severity", toWord(issue.severity));
    object.text("code", issue.code);
    object.text("message", issue.message);
    textIfAny(object, "field", issue.field);
    object.close();
}

void issues(ObjectWriter &object, const std::vector<Issue> &values)
{
    QByteArray &out = object.key("issues");
    out += '[';
    for (const Issue &issue : values) {
        if (out.back() != '[')
            out += ',';
        appendIssue(out, issue);
    }
    out += ']';
}

} // namespace

void appendExecution(QByteArray &out, const Execution &run)
{
    ObjectWriter object(out);
    object.utf8("id", run.id.toUtf8());
    object.text("pipeline_name", run.pipelineName);
    textIfAny(object, "environment", run.environment);
    if (!run.trigger.isEmpty())
        object.raw("trigger", run.trigger);
    object.utf8("status", toWord(run.status));
    object.time("started_at", run.startedAt);
    timeIfAny(object, "ended_at", run.endedAt);
    durationIfAny(object, run.duration);
    payload(object, "metadata", run.metadata);
    object.texts("tags", run.tags);
    textIfAny(object, "session", run.session);
    object.number("step_count", run.stepCount);
    object.number("error_count", run.errorCount);
    object.utf8("source", toWord(run.source));
    object.close();
}

void appendStep(QByteArray &out, const Step &step, const StepPayloads *payloads)
{
    ObjectWriter object(out);
    object.utf8("id", step.id.toUtf8());
    object.utf8("execution_id", step.executionId.toUtf8());
    if (step.parentId)
        object.utf8("parent_step_id", step.parentId->toUtf8());
    object.number("step_index", step.index);
    object.text("step_name", step.name);
    object.utf8("step_type", toWord(step.type));
    object.utf8("status", toWord(step.status));
    object.time("started_at", step.startedAt);
    timeIfAny(object, "ended_at", step.endedAt);
    durationIfAny(object, step.duration);
    if (payloads) {
        payload(object, "input_payload", payloads->input);
        payload(object, "output_payload", payloads->output);
        payload(object, "reasoning_payload", payloads->reasoning);
    }
    metrics(object, step.metrics);
    issues(object, step.issues);
    object.close();
}

void appendError(QByteArray &out, const ExecutionError &error)
{
    ObjectWriter object(out);
    object.utf8("id", error.id.toUtf8());
    object.utf8("execution_id", error.executionId.toUtf8());
    if (error.stepId)
        object.utf8("step_id", error.stepId->toUtf8());
    textIfAny(object, "error_type", error.type);
    object.text("message", error.message);
    textIfAny(object, "stack", error.stack);
    payload(object, "payload", error.payload);
    object.time("occurred_at", error.occurredAt);
    object.close();
}

void appendRefusal(QByteArray &out, const Error &error)
{
    ObjectWriter object(out);
    if (error.line)
        object.number("line", *error.line);
    object.utf8("code", errorCodeName(error.code));
    object.text("message", error.message);
    textIfAny(object, "field", error.field);
    object.close();
}

} // namespace xray::ingest
