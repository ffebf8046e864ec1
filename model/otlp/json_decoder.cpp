// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/json_decoder.h"

#include "model/otlp/json_repair.h"
#include "model/otlp/json_values.h"

#include <algorithm>

namespace xray::otlp {

namespace {

namespace dom = simdjson::dom;

bool isHexDigit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The bytes that the digits mean; none when there is anything but digits.
QByteArray hexIn(const Value &object, const char *key)
{
    const QByteArrayView hex = textOrNothing(object, key);
    const bool isHex = hex.size() % 2 == 0 && std::all_of(hex.begin(), hex.end(), isHexDigit);
    return isHex ? QByteArray::fromHex(hex.toByteArray()) : QByteArray();
}

void writeAttributes(ObjectWriter &out, const Value &object, JsonValueWriter &values)
{
    qint64 dropped = smallNumberIn(object, "droppedAttributesCount");
    out.raw("attributes", values.attributes(object, "attributes", &dropped));
    out.number("droppedAttributesCount", dropped);
}

JsonText eventText(const Value &event, JsonValueWriter &values)
{
    ObjectWriter out;
    out.number("timeUnixNano", timeIn(event, "timeUnixNano"));
    out.text("name", textOrNothing(event, "name"));
    writeAttributes(out, event, values);
    return out.take();
}

JsonText linkText(const Value &link, JsonValueWriter &values)
{
    ObjectWriter out;
    out.text("traceId", hexIn(link, "traceId").toHex());
    out.text("spanId", hexIn(link, "spanId").toHex());
    out.text("traceState", textOrNothing(link, "traceState"));
    writeAttributes(out, link, values);
    out.number("flags", smallNumberIn(link, "flags"));
    return out.take();
}

template<class Text>
JsonText listText(const Value &object, const char *key, JsonValueWriter &values, Text text)
{
    JsonText out;
    forEachElement(object[key], [&](const Value &item) {
        out += out.isEmpty() ? '[' : ',';
        out += text(item, values);
    });
    if (!out.isEmpty())
        out += ']';
    return out;
}

JsonText statusText(const Value &span)
{
    const Value status = span["status"];
    ObjectWriter out;
    out.number("code", smallNumberIn(status, "code"));
    out.text("message", textOrNothing(status, "message"));
    const JsonText text = out.take();
    return text == "{}" ? JsonText() : text;
}

JsonText spanText(const Value &span, const RawSpan &raw, JsonValueWriter &values)
{
    ObjectWriter out;
    out.text("traceId", traceIdText(raw.executionId));
    out.text("spanId", spanIdText(raw.spanId));
    out.text("traceState", textOrNothing(span, "traceState"));
    if (const auto parent = spanIdOf(hexIn(span, "parentSpanId")))
        out.text("parentSpanId", spanIdText(*parent));
    out.text("name", textOrNothing(span, "name"));
    out.number("kind", smallNumberIn(span, "kind"));
    out.number("startTimeUnixNano", timeIn(span, "startTimeUnixNano"));
    out.number("endTimeUnixNano", raw.endedAt);
    writeAttributes(out, span, values);
    out.raw("events", listText(span, "events", values, eventText));
    out.number("droppedEventsCount", smallNumberIn(span, "droppedEventsCount"));
    out.raw("links", listText(span, "links", values, linkText));
    out.number("droppedLinksCount", smallNumberIn(span, "droppedLinksCount"));
    out.raw("status", statusText(span));
    out.number("flags", smallNumberIn(span, "flags"));
    return out.take();
}

JsonText logText(const Value &record, const RawSpan &raw, const QByteArray &name,
                 JsonValueWriter &values)
{
    ObjectWriter out;
    out.text("traceId", traceIdText(raw.executionId));
    out.text("spanId", spanIdText(raw.spanId));
    out.number("timeUnixNano", timeIn(record, "timeUnixNano"));
    out.number("observedTimeUnixNano", timeIn(record, "observedTimeUnixNano"));
    out.number("severityNumber", smallNumberIn(record, "severityNumber"));
    out.text("severityText", textOrNothing(record, "severityText"));
    out.text("eventName", name);
    QByteArray body;
    values.append(body, record["body"]);
    out.raw("body", body);
    writeAttributes(out, record, values);
    out.number("flags", smallNumberIn(record, "flags"));
    return out.take();
}

/// The event's name, of old in an attribute.
QByteArray eventNameOf(const Value &record)
{
    QByteArray name = textOrNothing(record, "eventName").toByteArray();
    if (!name.isEmpty())
        return name;
    forEachElement(record["attributes"], [&](const Value &attribute) {
        if (textOrNothing(attribute, "key") == "event.name")
            name = textOrNothing(attribute["value"], "stringValue").toByteArray();
    });
    return name;
}

// ---- the request ---------------------------------------------------------------------------

/// The names of one signal's lists.
struct Shape
{
    const char *resources;
    const char *scopes;
    const char *items;
};

constexpr Shape kTraces{"resourceSpans", "scopeSpans", "spans"};
constexpr Shape kLogs{"resourceLogs", "scopeLogs", "logRecords"};

class RequestReader
{
public:
    RequestReader(Signal signal, const DecodeLimits &limits)
        : m_signal(signal)
        , m_shape(signal == Signal::Traces ? kTraces : kLogs)
        , m_collector(signal, limits)
    {
    }

    DecodedTraces read(const Value &request)
    {
        forEachElement(request[m_shape.resources], [this](const Value &resource) {
            m_place.scope = 0;
            readResource(resource);
            ++m_place.resource;
        });
        return m_collector.take();
    }

private:
    void readResource(const Value &group)
    {
        const JsonText resource = resourceText(group);
        forEachElement(group[m_shape.scopes], [&](const Value &scope) {
            m_suffix = resource + scopeText(scope) + '}';
            m_place.item = 0;
            forEachElement(scope[m_shape.items], [this](const Value &item) {
                readItem(item);
                ++m_place.item;
            });
            ++m_place.scope;
        });
    }

    JsonText resourceText(const Value &group)
    {
        JsonValueWriter values(m_collector.limits());
        ObjectWriter out;
        writeAttributes(out, group["resource"], values);
        out.text("schemaUrl", textOrNothing(group, "schemaUrl"));
        return ",\"resource\":" + out.take();
    }

    JsonText scopeText(const Value &group)
    {
        const Value scope = group["scope"];
        JsonValueWriter values(m_collector.limits());
        ObjectWriter out;
        out.text("name", textOrNothing(scope, "name"));
        out.text("version", textOrNothing(scope, "version"));
        writeAttributes(out, scope, values);
        out.text("schemaUrl", textOrNothing(group, "schemaUrl"));
        return ",\"scope\":" + out.take();
    }

    void readItem(const Value &item)
    {
        if (!m_collector.hasRoom(m_place, m_suffix.size()))
            return;
        if (m_signal == Signal::Traces)
            readSpan(item);
        else
            readLog(item);
    }

    void readSpan(const Value &item)
    {
        const auto traceId = traceIdOf(hexIn(item, "traceId"));
        const auto spanId = spanIdOf(hexIn(item, "spanId"));
        if (!traceId || !spanId) {
            m_collector.reject(m_place, badId(traceId ? "spanId" : "traceId", traceId ? 16 : 32));
            return;
        }
        RawSpan span{*traceId, SpanKind::Span, *spanId, timeIn(item, "endTimeUnixNano"), {}};
        JsonValueWriter values(m_collector.limits());
        span.body = "{\"span\":" + spanText(item, span, values) + m_suffix;
        m_collector.add(m_place, std::move(span), values.depth());
    }

    void readLog(const Value &item)
    {
        const auto traceId = traceIdOf(hexIn(item, "traceId"));
        const auto spanId = spanIdOf(hexIn(item, "spanId"));
        const QByteArray name = eventNameOf(item);
        if (!traceId || !spanId || !isModelEvent(name)) {
            m_collector.ignore();
            return;
        }
        RawSpan log{*traceId, SpanKind::Log, *spanId, timeIn(item, "timeUnixNano"), {}};
        JsonValueWriter values(m_collector.limits());
        log.body = "{\"log\":" + logText(item, log, name, values) + m_suffix;
        m_collector.add(m_place, std::move(log), values.depth());
    }

    [[nodiscard]] static QString badId(const char *field, int digits)
    {
        return QStringLiteral("%1 must be %2 hexadecimal digits that are not all 0")
            .arg(QLatin1String(field))
            .arg(digits);
    }

    Signal m_signal;
    Shape m_shape;
    DecodedCollector m_collector;
    Place m_place;
    JsonText m_suffix; ///< resource and scope of the items that are read
};

Error notJson(simdjson::error_code code)
{
    return {ErrorCode::InvalidJson, QStringLiteral("The body is no JSON that can be read: %1")
                                        .arg(QLatin1String(simdjson::error_message(code)))};
}

} // namespace

Result<DecodedTraces> decodeJson(QByteArrayView body, Signal signal, const DecodeLimits &limits)
{
    if (body.isEmpty())
        return notJson(simdjson::EMPTY);
    dom::parser parser;
    dom::element request;
    auto error = parser.parse(body.data(), std::size_t(body.size())).get(request);
    if (error)
        error = parser.parse(repairedJson(body).toStdString()).get(request);
    if (error)
        return notJson(error);
    if (!request.is<dom::object>())
        return Error{ErrorCode::InvalidJson, QStringLiteral("The body is no JSON object.")};
    return RequestReader(signal, limits).read(Value(std::move(request)));
}

} // namespace xray::otlp
