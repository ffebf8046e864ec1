// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/json_decoder.h"

#include "model/otlp/json_repair.h"
#include "model/otlp/json_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace xray::otlp {

namespace {

namespace dom = simdjson::dom;

constexpr double kInt64Limit = 9223372036854775808.0; // 2^63
constexpr quint64 kLowHalf = 0xffffffff;

QByteArrayView textOrNothing(const Value &object, const char *key)
{
    return viewOf(textOf(object[key]).value_or(std::string_view{}));
}

// ---- numbers -------------------------------------------------------------------------------

std::optional<qint64> wholeNumber(double value)
{
    if (!(value >= -kInt64Limit && value < kInt64Limit))
        return std::nullopt;
    return qint64(value);
}

/// What some exporters of JavaScript made of a 64-bit number: its halves.
std::optional<quint64> fromHalves(const Value &value)
{
    std::int64_t low = 0; // signed in JavaScript
    std::int64_t high = 0;
    if (value["low"].get_int64().get(low) || value["high"].get_int64().get(high))
        return std::nullopt;
    return (quint64(high) << 32) | (quint64(low) & kLowHalf);
}

std::optional<quint64> unsignedOf(std::string_view text)
{
    quint64 number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// A 64-bit number in any form that was seen: text, number, rounded to a double, halves.
std::optional<quint64> unsignedOf(const Value &value)
{
    std::uint64_t number = 0;
    double real = 0;
    std::string_view text;
    if (!value.get_uint64().get(number))
        return number;
    if (!value.get_string().get(text))
        return unsignedOf(text);
    if (!value.get_double().get(real)) {
        const auto whole = wholeNumber(real);
        return whole && *whole >= 0 ? std::optional(quint64(*whole)) : std::nullopt;
    }
    return fromHalves(value);
}

TimeNs timeIn(const Value &object, const char *key)
{
    return timeOf(unsignedOf(object[key]).value_or(0));
}

qint64 smallNumberIn(const Value &object, const char *key)
{
    return qint64(std::min<quint64>(unsignedOf(object[key]).value_or(0), kLowHalf));
}

// ---- values --------------------------------------------------------------------------------

void appendInteger(QByteArray &out, std::string_view text)
{
    qint64 integer = 0;
    double real = 0;
    const char *end = text.data() + text.size();
    const auto whole = std::from_chars(text.data(), end, integer);
    if (whole.ec == std::errc{} && whole.ptr == end) {
        out += QByteArray::number(integer);
        return;
    }
    const auto parsed = std::from_chars(text.data(), end, real);
    if (parsed.ec == std::errc{} && parsed.ptr == end)
        appendDouble(out, real);
    else
        appendJsonString(out, viewOf(text));
}

void appendNumber(QByteArray &out, const Value &value)
{
    std::int64_t integer = 0;
    std::uint64_t large = 0;
    double real = 0;
    std::string_view text;
    if (!value.get_int64().get(integer))
        out += QByteArray::number(qint64(integer));
    else if (!value.get_uint64().get(large))
        out += QByteArray::number(quint64(large));
    else if (!value.get_double().get(real))
        appendDouble(out, real);
    else if (!value.get_string().get(text))
        appendInteger(out, text);
    else
        out += "null";
}

/// A double is one also when it was written without a point.
void appendReal(QByteArray &out, const Value &value)
{
    double real = 0;
    std::string_view text;
    if (!value.get_double().get(real))
        appendDouble(out, real);
    else if (!value.get_string().get(text))
        appendJsonString(out, viewOf(text)); // "NaN", "Infinity", "-Infinity"
    else
        out += "null";
}

void appendText(QByteArray &out, const Value &value)
{
    std::string_view text;
    if (value.get_string().get(text))
        out += "null";
    else
        appendJsonString(out, viewOf(text));
}

void appendBool(QByteArray &out, const Value &value)
{
    bool isTrue = false;
    if (value.get_bool().get(isTrue))
        out += "null";
    else
        out += isTrue ? "true" : "false";
}

/// Writes values; remembers whether one was too deep.
class ValueWriter
{
public:
    explicit ValueWriter(const DecodeLimits &limits)
        : m_limits(limits)
    {
    }

    [[nodiscard]] Depth depth() const { return m_depth; }

    void append(QByteArray &out, const Value &anyValue, int level = 0)
    {
        dom::object object;
        if (level > m_limits.maxValueDepth)
            m_depth = Depth::Exceeded;
        if (m_depth == Depth::Exceeded || anyValue.get_object().get(object)) {
            out += "null";
            return;
        }
        const qsizetype before = out.size();
        for (const auto [key, value] : object) {
            out.truncate(before);
            appendKind(out, key, Value(dom::element(value)), level);
        }
        if (out.size() == before)
            out += "null";
    }

    /// The attributes below `key` of the object, and how many did not fit.
    JsonText attributes(const Value &object, const char *key, qint64 *dropped, int level = 0)
    {
        AttributeTable table(m_limits.maxAttributes);
        forEachElement(object[key], [&](const Value &attribute) {
            QByteArray text;
            append(text, attribute["value"], level);
            table.add(textOrNothing(attribute, "key").toByteArray(), std::move(text));
        });
        if (dropped)
            *dropped += table.dropped();
        return table.take();
    }

private:
    void appendKind(QByteArray &out, std::string_view kind, const Value &value, int level)
    {
        if (kind == "stringValue" || kind == "bytesValue")
            appendText(out, value);
        else if (kind == "boolValue")
            appendBool(out, value);
        else if (kind == "intValue")
            appendNumber(out, value);
        else if (kind == "doubleValue")
            appendReal(out, value);
        else if (kind == "arrayValue")
            appendArray(out, value, level + 1);
        else if (kind == "kvlistValue")
            appendList(out, value, level + 1);
    }

    void appendArray(QByteArray &out, const Value &value, int level)
    {
        out += '[';
        const qsizetype begin = out.size();
        forEachElement(value["values"], [&](const Value &item) {
            if (out.size() > begin)
                out += ',';
            append(out, item, level);
        });
        out += ']';
    }

    void appendList(QByteArray &out, const Value &value, int level)
    {
        const JsonText members = attributes(value, "values", nullptr, level);
        out += members.isEmpty() ? JsonText("{}") : members;
    }

    const DecodeLimits &m_limits;
    Depth m_depth = Depth::Fine;
};

// ---- spans ---------------------------------------------------------------------------------

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

void writeAttributes(ObjectWriter &out, const Value &object, ValueWriter &values)
{
    qint64 dropped = smallNumberIn(object, "droppedAttributesCount");
    out.raw("attributes", values.attributes(object, "attributes", &dropped));
    out.number("droppedAttributesCount", dropped);
}

JsonText eventText(const Value &event, ValueWriter &values)
{
    ObjectWriter out;
    out.number("timeUnixNano", timeIn(event, "timeUnixNano"));
    out.text("name", textOrNothing(event, "name"));
    writeAttributes(out, event, values);
    return out.take();
}

JsonText linkText(const Value &link, ValueWriter &values)
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
JsonText listText(const Value &object, const char *key, ValueWriter &values, Text text)
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

JsonText spanText(const Value &span, const RawSpan &raw, ValueWriter &values)
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
                 ValueWriter &values)
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
        ValueWriter values(m_collector.limits());
        ObjectWriter out;
        writeAttributes(out, group["resource"], values);
        out.text("schemaUrl", textOrNothing(group, "schemaUrl"));
        return ",\"resource\":" + out.take();
    }

    JsonText scopeText(const Value &group)
    {
        const Value scope = group["scope"];
        ValueWriter values(m_collector.limits());
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
        ValueWriter values(m_collector.limits());
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
        ValueWriter values(m_collector.limits());
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
