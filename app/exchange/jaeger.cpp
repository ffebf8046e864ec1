// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/jaeger.h"

#include <nlohmann/json.hpp>

#include <string>

namespace xray::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kStatusOk = 1;
constexpr int kStatusError = 2;
constexpr std::size_t kTraceIdDigits = 32;
constexpr std::size_t kSpanIdDigits = 16;

/// Jaeger leaves out leading zeros of older clients.
std::string padded(const std::string &id, std::size_t digits)
{
    return id.size() >= digits ? id : std::string(digits - id.size(), '0') + id;
}

std::string textAt(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t nanoseconds(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<std::int64_t>() * 1000 : 0;
}

Json listAt(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_array() ? *found : Json::array();
}

Json anyValue(const Json &value)
{
    if (value.is_boolean())
        return {{"boolValue", value}};
    if (value.is_number_integer())
        return {{"intValue", value}};
    if (value.is_number())
        return {{"doubleValue", value}};
    return {{"stringValue", value.is_string() ? value.get<std::string>() : value.dump()}};
}

Json attributesOf(const Json &tags)
{
    Json attributes = Json::array();
    for (const Json &tag : tags) {
        if (tag.is_object() && tag.contains("key") && tag.contains("value"))
            attributes.push_back({{"key", tag["key"]}, {"value", anyValue(tag["value"])}});
    }
    return attributes;
}

Json eventsOf(const Json &logs)
{
    Json events = Json::array();
    for (const Json &log : logs) {
        const Json fields = listAt(log, "fields");
        std::string name = "log";
        for (const Json &field : fields) {
            if (textAt(field, "key") == "event")
                name = textAt(field, "value");
        }
        events.push_back({{"timeUnixNano", std::to_string(nanoseconds(log, "timestamp"))},
                          {"name", name},
                          {"attributes", attributesOf(fields)}});
    }
    return events;
}

Json statusOf(const Json &tags)
{
    Json status = Json::object();
    for (const Json &tag : tags) {
        const std::string key = textAt(tag, "key");
        const Json value = tag.contains("value") ? tag["value"] : Json();
        if ((key == "error" && value == true) || (key == "otel.status_code" && value == "ERROR"))
            status["code"] = kStatusError;
        if (key == "otel.status_code" && value == "OK")
            status["code"] = kStatusOk;
        if (key == "otel.status_description")
            status["message"] = value;
    }
    return status;
}

std::string parentOf(const Json &span)
{
    for (const Json &reference : listAt(span, "references")) {
        if (textAt(reference, "refType") == "CHILD_OF")
            return padded(textAt(reference, "spanID"), kSpanIdDigits);
    }
    const std::string old = textAt(span, "parentSpanID");
    return old.empty() ? old : padded(old, kSpanIdDigits);
}

Json spanOf(const Json &span)
{
    const Json tags = listAt(span, "tags");
    const std::int64_t start = nanoseconds(span, "startTime");
    return {{"traceId", padded(textAt(span, "traceID"), kTraceIdDigits)},
            {"spanId", padded(textAt(span, "spanID"), kSpanIdDigits)},
            {"parentSpanId", parentOf(span)},
            {"name", textAt(span, "operationName")},
            {"startTimeUnixNano", std::to_string(start)},
            {"endTimeUnixNano", std::to_string(start + nanoseconds(span, "duration"))},
            {"attributes", attributesOf(tags)},
            {"events", eventsOf(listAt(span, "logs"))},
            {"status", statusOf(tags)}};
}

Json resourceOf(const Json &trace, const Json &span)
{
    const std::string id = textAt(span, "processID");
    const Json processes = trace.value("processes", Json::object());
    const Json process = processes.is_object() ? processes.value(id, Json::object()) : Json();
    Json attributes = attributesOf(listAt(process, "tags"));
    attributes.push_back(
        {{"key", "service.name"}, {"value", {{"stringValue", textAt(process, "serviceName")}}}});
    return {{"attributes", attributes}};
}

} // namespace

std::optional<QByteArray> otlpOfJaeger(const QByteArray &json)
{
    const Json document = Json::parse(json.begin(), json.end(), nullptr, false);
    if (!document.is_object() || !document.contains("data") || !document["data"].is_array())
        return std::nullopt;
    Json request{{"resourceSpans", Json::array()}};
    for (const Json &trace : document["data"]) {
        for (const Json &span : listAt(trace, "spans"))
            request["resourceSpans"].push_back({{"resource", resourceOf(trace, span)},
                                                {"scopeSpans", {{{"spans", {spanOf(span)}}}}}});
    }
    return QByteArray::fromStdString(request.dump(-1, ' ', false, Json::error_handler_t::replace));
}

} // namespace xray::app
