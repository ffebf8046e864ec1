// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/otlp_writer.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>

namespace xray::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kStatusOk = 1;
constexpr int kStatusError = 2;

// ---- spans as they came ------------------------------------------------------------------------

Json attributeList(const Json &attributes);

/// The AnyValue of a value in the normal form of model/otlp/decode.h.
Json anyValue(const Json &value)
{
    if (value.is_string())
        return {{"stringValue", value}};
    if (value.is_boolean())
        return {{"boolValue", value}};
    if (value.is_number_integer())
        return {{"intValue", value.dump()}};
    if (value.is_number())
        return {{"doubleValue", value}};
    if (value.is_object())
        return {{"kvlistValue", {{"values", attributeList(value)}}}};
    if (!value.is_array())
        return Json::object();
    Json values = Json::array();
    for (const Json &element : value)
        values.push_back(anyValue(element));
    return {{"arrayValue", {{"values", values}}}};
}

Json attributeList(const Json &attributes)
{
    Json list = Json::array();
    for (const auto &[key, value] : attributes.items())
        list.push_back({{"key", key}, {"value", anyValue(value)}});
    return list;
}

/// The object with its "attributes", and those of the objects in its lists, as OTLP writes them.
Json unfolded(Json object)
{
    for (const char *list : {"events", "links"}) {
        if (!object.contains(list))
            continue;
        for (Json &element : object[list])
            element = unfolded(std::move(element));
    }
    if (object.contains("attributes"))
        object["attributes"] = attributeList(object["attributes"]);
    return object;
}

/// A log record's body is an attribute value too.
Json unfoldedLog(Json record)
{
    record = unfolded(std::move(record));
    if (record.contains("body"))
        record["body"] = anyValue(record["body"]);
    return record;
}

QByteArray line(const Json &request)
{
    return QByteArray::fromStdString(request.dump(-1, ' ', false, Json::error_handler_t::replace)) +
           '\n';
}

Json resourceEntry(const Json &body, const char *scopes, const char *entities, Json entity)
{
    Json scope{{"scope", unfolded(body.value("scope", Json::object()))}};
    scope[entities] = Json::array({std::move(entity)});
    Json resource{{"resource", unfolded(body.value("resource", Json::object()))}};
    resource[scopes] = Json::array({std::move(scope)});
    return resource;
}

QByteArray linesOfSpans(const std::vector<StoredSpan> &spans)
{
    Json traces = Json::array();
    Json logs = Json::array();
    for (const StoredSpan &stored : spans) {
        const QByteArray &text = stored.span.body;
        const Json body = Json::parse(text.begin(), text.end(), nullptr, false);
        if (!body.is_object())
            continue;
        if (stored.span.kind == SpanKind::Span)
            traces.push_back(resourceEntry(body, "scopeSpans", "spans",
                                           unfolded(body.value("span", Json::object()))));
        else
            logs.push_back(resourceEntry(body, "scopeLogs", "logRecords",
                                         unfoldedLog(body.value("log", Json::object()))));
    }
    QByteArray lines = line({{"resourceSpans", traces}});
    return logs.empty() ? lines : lines + line({{"resourceLogs", logs}});
}

// ---- steps as spans ----------------------------------------------------------------------------

std::string hex(const Uuid &uuid)
{
    const auto &bytes = uuid.bytes();
    return QByteArray::fromRawData(reinterpret_cast<const char *>(bytes.data()),
                                   static_cast<qsizetype>(bytes.size()))
        .toHex()
        .toStdString();
}

/// The second half of the id, which is random in every version of UUID.
std::string spanIdOf(const Uuid &uuid)
{
    return hex(uuid).substr(16);
}

void put(Json &attributes, const char *key, const QString &text)
{
    if (!text.isEmpty())
        attributes[key] = text.toStdString();
}

void put(Json &attributes, const char *key, const QByteArray &json)
{
    if (!json.isEmpty())
        attributes[key] = json.toStdString();
}

/// As OpenInference names kinds (openinference spec, semantic_conventions.md).
const char *kindOf(StepType type)
{
    switch (type) {
    case StepType::Llm:
        return "LLM";
    case StepType::Api:
        return "TOOL";
    case StepType::Filter:
        return "GUARDRAIL";
    case StepType::Ranking:
        return "RERANKER";
    case StepType::Analysis:
        return "EVALUATOR";
    case StepType::Other:
        break;
    }
    return "CHAIN";
}

void putValue(Json &attributes, const std::string &which, const QByteArray &json)
{
    if (json.isEmpty())
        return;
    attributes[which + ".value"] = json.toStdString();
    attributes[which + ".mime_type"] = "application/json";
}

Json statusOf(bool failed, const QString &message)
{
    Json status{{"code", failed ? kStatusError : kStatusOk}};
    if (failed && !message.isEmpty())
        status["message"] = message.toStdString();
    return status;
}

Json spanTimes(TimeNs start, TimeNs end)
{
    return {{"startTimeUnixNano", std::to_string(start)}, {"endTimeUnixNano", std::to_string(end)}};
}

Json exceptionOf(const ExecutionError &error)
{
    Json attributes = Json::object();
    put(attributes, "exception.type", error.type);
    put(attributes, "exception.message", error.message);
    put(attributes, "exception.stacktrace", error.stack);
    return {{"timeUnixNano", std::to_string(error.occurredAt)},
            {"name", "exception"},
            {"attributes", attributeList(attributes)}};
}

Json rootOf(const RunContents &contents)
{
    const Execution &run = contents.run;
    Json attributes = Json::object();
    attributes["openinference.span.kind"] = "CHAIN";
    put(attributes, "deployment.environment.name", run.environment);
    put(attributes, "session.id", run.session);
    put(attributes, "metadata", run.metadata);
    put(attributes, "input.value", run.title);
    put(attributes, "output.value", run.outcome);
    Json span{{"traceId", hex(run.id.uuid())},
              {"spanId", spanIdOf(run.id.uuid())},
              {"name", run.pipelineName.toStdString()}};
    span.update(spanTimes(run.startedAt, effectiveEnd(run).value_or(run.startedAt)));
    span["status"] = statusOf(run.status == RunStatus::Failed, run.failure);
    span["attributes"] = attributeList(attributes);
    return span;
}

Json spanOf(const RunContents &contents, const StepDetail &detail)
{
    const Step &step = detail.step;
    Json attributes{{"openinference.span.kind", kindOf(step.type)}};
    putValue(attributes, "input", detail.payloads.input);
    putValue(attributes, "output", detail.payloads.output);
    put(attributes, "xray.reasoning", detail.payloads.reasoning);
    for (const Metric &metric : step.metrics)
        attributes[metric.name.toStdString()] = metric.value;
    const Uuid parent = step.parentId ? step.parentId->uuid() : contents.run.id.uuid();
    Json span{{"traceId", hex(contents.run.id.uuid())},
              {"spanId", spanIdOf(step.id.uuid())},
              {"parentSpanId", spanIdOf(parent)},
              {"name", step.name.toStdString()}};
    span.update(spanTimes(step.startedAt, effectiveEnd(step).value_or(step.startedAt)));
    Json events = Json::array();
    QString message;
    for (const ExecutionError &error : contents.errors) {
        if (error.stepId != step.id)
            continue;
        events.push_back(exceptionOf(error));
        message = error.message;
    }
    span["status"] = statusOf(step.status == StepStatus::Failed, message);
    span["attributes"] = attributeList(attributes);
    span["events"] = events;
    return span;
}

QByteArray lineOfSteps(const RunContents &contents)
{
    Json spans = Json::array({rootOf(contents)});
    for (const StepDetail &step : contents.steps)
        spans.push_back(spanOf(contents, step));
    const Json resource{{"attributes", attributeList({{"service.name", "xray"}})}};
    Json scope{{"scope", {{"name", "xray"}}}, {"spans", std::move(spans)}};
    return line(
        {{"resourceSpans", Json::array({Json{{"resource", resource},
                                             {"scopeSpans", Json::array({std::move(scope)})}}})}});
}

} // namespace

QByteArray otlpLineOf(const RunContents &contents)
{
    return contents.spans.empty() ? lineOfSteps(contents) : linesOfSpans(contents.spans);
}

} // namespace xray::app
