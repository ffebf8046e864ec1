// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/proto_decoder.h"

#include <otlp.pb.h>

#include <limits>

namespace xray::otlp {

namespace {

QByteArrayView viewOf(const std::string &bytes)
{
    return {bytes.data(), qsizetype(bytes.size())};
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

    void append(QByteArray &out, const wire::AnyValue &value, int level = 0)
    {
        if (level > m_limits.maxValueDepth)
            m_depth = Depth::Exceeded;
        if (m_depth == Depth::Exceeded) {
            out += "null";
            return;
        }
        switch (value.value_case()) {
        case wire::AnyValue::kStringValue:
            appendJsonString(out, validUtf8(viewOf(value.string_value())));
            break;
        case wire::AnyValue::kBoolValue:
            out += value.bool_value() ? "true" : "false";
            break;
        case wire::AnyValue::kIntValue:
            out += QByteArray::number(qint64(value.int_value()));
            break;
        case wire::AnyValue::kDoubleValue:
            appendDouble(out, value.double_value());
            break;
        case wire::AnyValue::kArrayValue:
            appendArray(out, value.array_value(), level + 1);
            break;
        case wire::AnyValue::kKvlistValue:
            appendList(out, value.kvlist_value(), level + 1);
            break;
        case wire::AnyValue::kBytesValue:
            appendJsonString(out, viewOf(value.bytes_value()).toByteArray().toBase64());
            break;
        case wire::AnyValue::VALUE_NOT_SET:
            out += "null";
        }
    }

    template<class KeyValues>
    JsonText attributes(const KeyValues &keyValues, qint64 *dropped, int level = 0)
    {
        AttributeTable table(m_limits.maxAttributes);
        for (const wire::KeyValue &attribute : keyValues) {
            QByteArray text;
            append(text, attribute.value(), level);
            table.add(validUtf8(viewOf(attribute.key())), std::move(text));
        }
        if (dropped)
            *dropped += table.dropped();
        return table.take();
    }

private:
    void appendArray(QByteArray &out, const wire::ArrayValue &array, int level)
    {
        out += '[';
        const qsizetype begin = out.size();
        for (const wire::AnyValue &item : array.values()) {
            if (out.size() > begin)
                out += ',';
            append(out, item, level);
        }
        out += ']';
    }

    void appendList(QByteArray &out, const wire::KeyValueList &list, int level)
    {
        const JsonText members = attributes(list.values(), nullptr, level);
        out += members.isEmpty() ? JsonText("{}") : members;
    }

    const DecodeLimits &m_limits;
    Depth m_depth = Depth::Fine;
};

// ---- spans ---------------------------------------------------------------------------------

template<class Message>
void writeAttributes(ObjectWriter &out, const Message &message, ValueWriter &values)
{
    qint64 dropped = message.dropped_attributes_count();
    out.raw("attributes", values.attributes(message.attributes(), &dropped));
    out.number("droppedAttributesCount", dropped);
}

JsonText eventText(const wire::Span::Event &event, ValueWriter &values)
{
    ObjectWriter out;
    out.number("timeUnixNano", timeOf(event.time_unix_nano()));
    out.text("name", viewOf(event.name()));
    writeAttributes(out, event, values);
    return out.take();
}

JsonText linkText(const wire::Span::Link &link, ValueWriter &values)
{
    ObjectWriter out;
    out.text("traceId", viewOf(link.trace_id()).toByteArray().toHex());
    out.text("spanId", viewOf(link.span_id()).toByteArray().toHex());
    out.text("traceState", viewOf(link.trace_state()));
    writeAttributes(out, link, values);
    out.number("flags", link.flags());
    return out.take();
}

template<class Items, class Text>
JsonText listText(const Items &items, ValueWriter &values, Text text)
{
    JsonText out;
    for (const auto &item : items) {
        out += out.isEmpty() ? '[' : ',';
        out += text(item, values);
    }
    if (!out.isEmpty())
        out += ']';
    return out;
}

JsonText statusText(const wire::Status &status)
{
    ObjectWriter out;
    out.number("code", std::max(status.code(), 0));
    out.text("message", viewOf(status.message()));
    const JsonText text = out.take();
    return text == "{}" ? JsonText() : text;
}

JsonText spanText(const wire::Span &span, const RawSpan &raw, ValueWriter &values)
{
    ObjectWriter out;
    out.text("traceId", traceIdText(raw.executionId));
    out.text("spanId", spanIdText(raw.spanId));
    out.text("traceState", viewOf(span.trace_state()));
    if (const auto parent = spanIdOf(viewOf(span.parent_span_id())))
        out.text("parentSpanId", spanIdText(*parent));
    out.text("name", viewOf(span.name()));
    out.number("kind", std::max(span.kind(), 0));
    out.number("startTimeUnixNano", timeOf(span.start_time_unix_nano()));
    out.number("endTimeUnixNano", raw.endedAt);
    writeAttributes(out, span, values);
    out.raw("events", listText(span.events(), values, eventText));
    out.number("droppedEventsCount", span.dropped_events_count());
    out.raw("links", listText(span.links(), values, linkText));
    out.number("droppedLinksCount", span.dropped_links_count());
    out.raw("status", statusText(span.status()));
    out.number("flags", span.flags());
    return out.take();
}

JsonText logText(const wire::LogRecord &record, const RawSpan &raw, const QByteArray &name,
                 ValueWriter &values)
{
    ObjectWriter out;
    out.text("traceId", traceIdText(raw.executionId));
    out.text("spanId", spanIdText(raw.spanId));
    out.number("timeUnixNano", timeOf(record.time_unix_nano()));
    out.number("observedTimeUnixNano", timeOf(record.observed_time_unix_nano()));
    out.number("severityNumber", std::max(record.severity_number(), 0));
    out.text("severityText", viewOf(record.severity_text()));
    out.text("eventName", name);
    QByteArray body;
    values.append(body, record.body());
    out.raw("body", body);
    writeAttributes(out, record, values);
    out.number("flags", record.flags());
    return out.take();
}

/// The event's name, of old in an attribute.
QByteArray eventNameOf(const wire::LogRecord &record)
{
    QByteArray name = viewOf(record.event_name()).toByteArray();
    for (const wire::KeyValue &attribute : record.attributes()) {
        if (name.isEmpty() && attribute.key() == "event.name")
            name = viewOf(attribute.value().string_value()).toByteArray();
    }
    return name;
}

// ---- the request ---------------------------------------------------------------------------

const auto &scopesOf(const wire::ResourceSpans &group)
{
    return group.scope_spans();
}

const auto &scopesOf(const wire::ResourceLogs &group)
{
    return group.scope_logs();
}

const auto &itemsOf(const wire::ScopeSpans &group)
{
    return group.spans();
}

const auto &itemsOf(const wire::ScopeLogs &group)
{
    return group.log_records();
}

class RequestReader
{
public:
    RequestReader(Signal signal, const DecodeLimits &limits)
        : m_signal(signal)
        , m_collector(signal, limits)
    {
    }

    template<class Groups>
    DecodedTraces read(const Groups &groups)
    {
        for (const auto &group : groups) {
            m_place.scope = 0;
            readResource(group);
            ++m_place.resource;
        }
        return m_collector.take();
    }

private:
    template<class Group>
    void readResource(const Group &group)
    {
        const JsonText resource = resourceText(group);
        for (const auto &scope : scopesOf(group)) {
            m_suffix = resource + scopeText(scope) + '}';
            m_place.item = 0;
            for (const std::string &item : itemsOf(scope)) {
                readItem(item);
                ++m_place.item;
            }
            ++m_place.scope;
        }
    }

    template<class Group>
    JsonText resourceText(const Group &group)
    {
        ValueWriter values(m_collector.limits());
        ObjectWriter out;
        writeAttributes(out, group.resource(), values);
        out.text("schemaUrl", viewOf(group.schema_url()));
        return ",\"resource\":" + out.take();
    }

    template<class Group>
    JsonText scopeText(const Group &group)
    {
        ValueWriter values(m_collector.limits());
        ObjectWriter out;
        out.text("name", viewOf(group.scope().name()));
        out.text("version", viewOf(group.scope().version()));
        writeAttributes(out, group.scope(), values);
        out.text("schemaUrl", viewOf(group.schema_url()));
        return ",\"scope\":" + out.take();
    }

    void readItem(const std::string &bytes)
    {
        if (!m_collector.hasRoom(m_place, m_suffix.size()))
            return;
        if (m_signal == Signal::Traces)
            readSpan(bytes);
        else
            readLog(bytes);
    }

    void readSpan(const std::string &bytes)
    {
        wire::Span message;
        if (!message.ParseFromString(bytes)) {
            m_collector.reject(m_place, QStringLiteral("the span is no protobuf that can be read"));
            return;
        }
        const auto traceId = traceIdOf(viewOf(message.trace_id()));
        const auto spanId = spanIdOf(viewOf(message.span_id()));
        if (!traceId || !spanId) {
            m_collector.reject(m_place, badId(traceId ? "span_id" : "trace_id", traceId ? 8 : 16));
            return;
        }
        RawSpan span{*traceId, SpanKind::Span, *spanId, timeOf(message.end_time_unix_nano()), {}};
        ValueWriter values(m_collector.limits());
        span.body = "{\"span\":" + spanText(message, span, values) + m_suffix;
        m_collector.add(m_place, std::move(span), values.depth());
    }

    void readLog(const std::string &bytes)
    {
        wire::LogRecord message;
        if (!message.ParseFromString(bytes)) {
            m_collector.reject(m_place,
                               QStringLiteral("the log record is no protobuf that can be read"));
            return;
        }
        const auto traceId = traceIdOf(viewOf(message.trace_id()));
        const auto spanId = spanIdOf(viewOf(message.span_id()));
        const QByteArray name = eventNameOf(message);
        if (!traceId || !spanId || !isModelEvent(name)) {
            m_collector.ignore();
            return;
        }
        RawSpan log{*traceId, SpanKind::Log, *spanId, timeOf(message.time_unix_nano()), {}};
        ValueWriter values(m_collector.limits());
        log.body = "{\"log\":" + logText(message, log, name, values) + m_suffix;
        m_collector.add(m_place, std::move(log), values.depth());
    }

    [[nodiscard]] static QString badId(const char *field, int bytes)
    {
        return QStringLiteral("%1 must be %2 bytes that are not all 0")
            .arg(QLatin1String(field))
            .arg(bytes);
    }

    Signal m_signal;
    DecodedCollector m_collector;
    Place m_place;
    JsonText m_suffix; ///< resource and scope of the items that are read
};

template<class Request>
bool parse(Request &request, QByteArrayView body)
{
    constexpr qsizetype longest = std::numeric_limits<int>::max();
    return body.size() <= longest && request.ParseFromArray(body.data(), int(body.size()));
}

Error unreadable()
{
    return {ErrorCode::InvalidJson,
            QStringLiteral("The body is no protobuf message of this call that can be read.")};
}

} // namespace

Result<DecodedTraces> decodeProtobuf(QByteArrayView body, Signal signal, const DecodeLimits &limits)
{
    if (signal == Signal::Traces) {
        wire::TracesRequest request;
        if (!parse(request, body))
            return unreadable();
        return RequestReader(signal, limits).read(request.resource_spans());
    }
    wire::LogsRequest request;
    if (!parse(request, body))
        return unreadable();
    return RequestReader(signal, limits).read(request.resource_logs());
}

} // namespace xray::otlp
