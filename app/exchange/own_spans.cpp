// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/own_spans.h"

#include <model/ingest/event_decoder.h>

#include <nlohmann/json.hpp>

#include <string>

namespace xray::app {

namespace {

using Json = nlohmann::json;

Json attributeOf(const Json &span, const char *key)
{
    const auto attributes = span.find("attributes");
    return attributes != span.end() && attributes->is_object() ? attributes->value(key, Json())
                                                               : Json();
}

QByteArray textOf(const Json &value)
{
    return value.is_string() ? QByteArray::fromStdString(value.get<std::string>()) : QByteArray();
}

QByteArray attribute(const Json &span, const char *key)
{
    return textOf(attributeOf(span, key));
}

/// The operation with one more member, if there is anything to put into it.
void addMember(QByteArray &operation, const char *key, const QByteArray &json)
{
    if (json.isEmpty() || !operation.endsWith('}'))
        return;
    operation.chop(1);
    operation += QByteArray(",\"") + key + "\":" + json + '}';
}

QByteArray stepOperation(const Json &span)
{
    QByteArray operation = attribute(span, kStepAttribute);
    addMember(operation, "input_payload", attribute(span, kInputAttribute));
    addMember(operation, "output_payload", attribute(span, kOutputAttribute));
    addMember(operation, "reasoning_payload", attribute(span, kReasoningAttribute));
    return operation;
}

std::vector<QByteArray> operationsIn(const Json &span)
{
    std::vector<QByteArray> operations{attribute(span, kRunAttribute), stepOperation(span)};
    for (const Json &error : attributeOf(span, kErrorsAttribute))
        operations.push_back(textOf(error));
    std::erase_if(operations, [](const QByteArray &each) { return each.isEmpty(); });
    return operations;
}

/// Whether it is worth a closer look.
bool mayBeOwn(const RawSpan &span)
{
    return span.kind == SpanKind::Span &&
           (span.body.contains("\"xray.run\"") || span.body.contains("\"xray.step\""));
}

} // namespace

Result<std::vector<Event>> eventsOfOwnSpan(const RawSpan &span)
{
    std::vector<Event> events;
    if (!mayBeOwn(span))
        return events;
    const Json body = Json::parse(span.body.begin(), span.body.end(), nullptr, false);
    if (!body.is_object() || !body.contains("span"))
        return events;
    for (const QByteArray &operation : operationsIn(body["span"])) {
        auto event = ingest::decodeBatchLine(operation, ingest::BatchOps::WithInternal);
        if (!event)
            return event.error();
        events.push_back(*std::move(event));
    }
    return events;
}

} // namespace xray::app
