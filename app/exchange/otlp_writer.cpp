// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/otlp_writer.h"

#include "app/exchange/own_spans.h"
#include "app/exchange/run_events.h"

#include <model/store/event_json.h>

#include <nlohmann/json.hpp>

#include <QCryptographicHash>

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

QByteArray textOf(const Json &json)
{
    return QByteArray::fromStdString(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json resourceEntry(const Json &body, const char *scopes, const char *entities, Json entity)
{
    Json scope{{"scope", unfolded(body.value("scope", Json::object()))}};
    scope[entities] = Json::array({std::move(entity)});
    Json resource{{"resource", unfolded(body.value("resource", Json::object()))}};
    resource[scopes] = Json::array({std::move(scope)});
    return resource;
}

// ---- steps as spans ----------------------------------------------------------------------------

QByteArray bytesOf(const Uuid &uuid)
{
    const auto &bytes = uuid.bytes();
    return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

std::string traceIdOf(const Execution &run)
{
    return bytesOf(run.id.uuid()).toHex().toStdString();
}

/// Half as long as what it is made of and yet its own: half of an id may well be that of another.
std::string spanIdOf(const QByteArray &entity)
{
    constexpr qsizetype kDigits = 16;
    return QCryptographicHash::hash(entity, QCryptographicHash::Sha256)
        .toHex()
        .left(kDigits)
        .toStdString();
}

std::string spanIdOf(const Uuid &uuid)
{
    return spanIdOf(bytesOf(uuid));
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

void putValue(Json &attributes, const char *key, const char *mimeType, const QByteArray &json)
{
    if (json.isEmpty())
        return;
    attributes[key] = json.toStdString();
    attributes[mimeType] = "application/json";
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

/// The errors of each step; those of the run itself, and of steps that are not there, are the
/// root's.
class ErrorsBySpan
{
public:
    explicit ErrorsBySpan(const RunContents &contents)
    {
        for (const StepDetail &detail : contents.steps)
            m_ofStep[detail.step.id];
        for (const ExecutionError &error : contents.errors) {
            const auto step = error.stepId ? m_ofStep.find(*error.stepId) : m_ofStep.end();
            (step == m_ofStep.end() ? m_ofRoot : step->second).push_back(&error);
        }
    }

    [[nodiscard]] Json ofRoot() const { return events(m_ofRoot); }
    [[nodiscard]] Json of(const StepId &id) const { return events(m_ofStep.at(id)); }
    [[nodiscard]] QString lastMessageOf(const StepId &id) const
    {
        const auto &errors = m_ofStep.at(id);
        return errors.empty() ? QString() : errors.back()->message;
    }

private:
    using Errors = std::vector<const ExecutionError *>;

    static Json events(const Errors &errors)
    {
        Json list = Json::array();
        for (const ExecutionError *error : errors)
            list.push_back(exceptionOf(*error));
        return list;
    }

    std::map<StepId, Errors> m_ofStep;
    Errors m_ofRoot;
};

Json rootOf(const RunContents &contents, const ErrorsBySpan &errors)
{
    const Execution &run = contents.run;
    Json attributes = Json::object();
    attributes["openinference.span.kind"] = "CHAIN";
    put(attributes, "deployment.environment.name", run.environment);
    put(attributes, "session.id", run.session);
    put(attributes, "metadata", run.metadata);
    put(attributes, "input.value", run.title);
    put(attributes, "output.value", run.outcome);
    put(attributes, kRunAttribute, store::eventToJson(eventOf(run)));
    for (const ExecutionError &error : contents.errors)
        attributes[kErrorsAttribute].push_back(store::eventToJson(eventOf(error)).toStdString());
    Json span{{"traceId", traceIdOf(run)},
              {"spanId", spanIdOf(run.id.uuid())},
              {"name", run.pipelineName.toStdString()}};
    span.update(spanTimes(run.startedAt, effectiveEnd(run).value_or(run.startedAt)));
    span["status"] = statusOf(run.status == RunStatus::Failed, run.failure);
    span["attributes"] = attributeList(attributes);
    span["events"] = errors.ofRoot();
    return span;
}

/// The step's event without its payloads, which have attributes of their own.
QByteArray stepText(const StepDetail &detail)
{
    StepEvent event = eventOf(detail);
    event.input = {};
    event.output = {};
    event.reasoning = {};
    return store::eventToJson(event);
}

Json attributesOf(const StepDetail &detail)
{
    Json attributes = Json::object();
    for (const Metric &metric : detail.step.metrics)
        attributes[metric.name.toStdString()] = metric.value;
    attributes["openinference.span.kind"] = kindOf(detail.step.type);
    putValue(attributes, kInputAttribute, "input.mime_type", detail.payloads.input);
    putValue(attributes, kOutputAttribute, "output.mime_type", detail.payloads.output);
    put(attributes, kReasoningAttribute, detail.payloads.reasoning);
    put(attributes, kStepAttribute, stepText(detail));
    return attributes;
}

Json spanOf(const RunContents &contents, const StepDetail &detail, const ErrorsBySpan &errors)
{
    const Step &step = detail.step;
    const Uuid parent = step.parentId ? step.parentId->uuid() : contents.run.id.uuid();
    Json span{{"traceId", traceIdOf(contents.run)},
              {"spanId", spanIdOf(step.id.uuid())},
              {"parentSpanId", spanIdOf(parent)},
              {"name", step.name.toStdString()}};
    span.update(spanTimes(step.startedAt, effectiveEnd(step).value_or(step.startedAt)));
    span["status"] = statusOf(step.status == StepStatus::Failed, errors.lastMessageOf(step.id));
    span["attributes"] = attributeList(attributesOf(detail));
    span["events"] = errors.of(step.id);
    return span;
}

/// Of a run that came as spans, the first of them; it is the root or below it.
std::string topSpanOf(const RunContents &contents)
{
    if (contents.spans.empty())
        return spanIdOf(contents.run.id.uuid());
    return QByteArray::number(contents.spans.front().span.spanId, 16)
        .rightJustified(16, '0')
        .toStdString();
}

/// A span that says in its attributes what no other span of the run can.
Json closingSpan(const RunContents &contents, const ExecutionEvent &event)
{
    const Execution &run = contents.run;
    const TimeNs at = effectiveEnd(run).value_or(run.startedAt);
    Json attributes = Json::object();
    put(attributes, kRunAttribute, store::eventToJson(event));
    Json span{{"traceId", traceIdOf(run)},
              {"spanId", spanIdOf(bytesOf(run.id.uuid()) + "closing")},
              {"parentSpanId", topSpanOf(contents)},
              {"name", "X-Ray: tags and state"}};
    span.update(spanTimes(at, at));
    span["attributes"] = attributeList(attributes);
    return span;
}

/// Takes the texts of spans, not their trees: a run may have a hundred thousand.
QByteArray ownRequest(const QByteArray &spans)
{
    const Json resource{{"attributes", attributeList({{"service.name", "xray"}})}};
    return R"({"resourceSpans":[{"resource":)" + textOf(resource) +
           R"(,"scopeSpans":[{"scope":{"name":"xray"},"spans":[)" + spans + "]}]}]}\n";
}

QByteArray lineOfSteps(const RunContents &contents)
{
    const ErrorsBySpan errors(contents);
    QByteArray spans = textOf(rootOf(contents, errors));
    for (const StepDetail &step : contents.steps)
        spans += ',' + textOf(spanOf(contents, step, errors));
    if (const auto closing = closingEventOf(contents))
        spans += ',' + textOf(closingSpan(contents, *closing));
    return ownRequest(spans);
}

/// The span or log record with its resource and scope; null for what cannot be read any more.
Json entryOf(const RawSpan &span)
{
    const Json body = Json::parse(span.body.begin(), span.body.end(), nullptr, false);
    if (!body.is_object())
        return {};
    if (span.kind == SpanKind::Span)
        return resourceEntry(body, "scopeSpans", "spans",
                             unfolded(body.value("span", Json::object())));
    return resourceEntry(body, "scopeLogs", "logRecords",
                         unfoldedLog(body.value("log", Json::object())));
}

/// A line for each stretch of spans or of log records, so that they come back in their order.
QByteArray linesOfSpans(const RunContents &contents)
{
    QByteArray lines;
    Json entries = Json::array();
    for (std::size_t i = 0; i < contents.spans.size(); ++i) {
        const RawSpan &span = contents.spans[i].span;
        if (const Json entry = entryOf(span); !entry.is_null())
            entries.push_back(entry);
        const bool isLast = i + 1 == contents.spans.size();
        if (!isLast && contents.spans[i + 1].span.kind == span.kind)
            continue;
        const char *list = span.kind == SpanKind::Span ? "resourceSpans" : "resourceLogs";
        lines += textOf({{list, std::exchange(entries, Json::array())}}) + '\n';
    }
    if (const auto closing = closingEventOf(contents))
        lines += ownRequest(textOf(closingSpan(contents, *closing)));
    return lines;
}

} // namespace

QByteArray otlpLineOf(const RunContents &contents)
{
    return contents.spans.empty() ? lineOfSteps(contents) : linesOfSpans(contents);
}

} // namespace xray::app
