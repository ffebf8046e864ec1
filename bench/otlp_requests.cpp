// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/otlp_requests.h"

#include <otlp.pb.h>

#include <QByteArrayList>
#include <QtEndian>

#include <algorithm>
#include <limits>

namespace xray::bench {

namespace {

constexpr std::uint64_t kBegin = 1795326724000000000;

using Strings = std::initializer_list<std::pair<const char *, std::string>>;

void addTexts(otlp::wire::Span &span, Strings texts)
{
    for (const auto &[key, text] : texts) {
        otlp::wire::KeyValue *attribute = span.add_attributes();
        attribute->set_key(key);
        attribute->mutable_value()->set_string_value(text);
    }
}

void addNumber(otlp::wire::Span &span, const char *key, int number)
{
    otlp::wire::KeyValue *attribute = span.add_attributes();
    attribute->set_key(key);
    attribute->mutable_value()->set_int_value(number);
}

/// Ids of eight bytes each, never zero.
std::string idOf(int number)
{
    std::string id(8, '\0');
    id[0] = 1;
    qToBigEndian(number, id.data() + 4);
    return id;
}

/// A model call as OpenInference describes it, about 1.5 KB.
otlp::wire::Span makeSpan(int number, int spansPerTrace = kSpansPerTrace)
{
    const int trace = number / spansPerTrace;
    const bool isRoot = number % spansPerTrace == 0;
    otlp::wire::Span span;
    span.set_trace_id(idOf(trace) + idOf(trace));
    span.set_span_id(idOf(number));
    if (!isRoot)
        span.set_parent_span_id(idOf(trace * spansPerTrace));
    span.set_name(isRoot ? "competitor_selection" : "ChatOpenAI");
    span.set_kind(1);
    span.set_start_time_unix_nano(kBegin + std::uint64_t(number) * 1000000);
    span.set_end_time_unix_nano(kBegin + std::uint64_t(number) * 1000000 + 500000);
    const std::string question =
        R"({"messages":[{"role":"user","content":"Is the candidate a competitor of ProBrand?"}]})";
    addTexts(span, {{"openinference.span.kind", isRoot ? "CHAIN" : "LLM"},
                    {"input.value", question},
                    {"output.value", R"({"relevant":true,"confidence":0.91,"score":0.88})"},
                    {"llm.model_name", "gpt-4o-mini"},
                    {"session.id", "sess-42"},
                    {"metadata", std::string(600, 'm')},
                    {"llm.input_messages.0.message.role", "user"},
                    {"llm.input_messages.0.message.content", std::string(200, 'q')}});
    addNumber(span, "llm.token_count.prompt", 51);
    addNumber(span, "llm.token_count.completion", 26);
    return span;
}

QByteArray protobufBody(int firstSpan, int spans = kSpansPerRequest,
                        int spansPerTrace = kSpansPerTrace)
{
    otlp::wire::TracesRequest request;
    auto *scope = request.add_resource_spans()->add_scope_spans();
    for (int i = 0; i < spans; ++i)
        scope->add_spans(makeSpan(firstSpan + i, spansPerTrace).SerializeAsString());
    return QByteArray::fromStdString(request.SerializeAsString());
}

QByteArray hex(const std::string &bytes)
{
    return QByteArray::fromStdString(bytes).toHex();
}

QByteArray jsonOf(const otlp::wire::KeyValue &attribute)
{
    const auto &value = attribute.value();
    QByteArray text = QByteArray::fromStdString(value.string_value()).replace('"', "\\\"");
    text = value.has_int_value() ? "{\"intValue\":" + QByteArray::number(qint64(value.int_value()))
                                 : "{\"stringValue\":\"" + text + '"';
    return "{\"key\":\"" + QByteArray::fromStdString(attribute.key()) + "\",\"value\":" + text +
           "}}";
}

QByteArray jsonOf(const otlp::wire::Span &span)
{
    QByteArrayList attributes;
    for (const auto &attribute : span.attributes())
        attributes << jsonOf(attribute);
    return "{\"traceId\":\"" + hex(span.trace_id()) + "\",\"spanId\":\"" + hex(span.span_id()) +
           "\",\"parentSpanId\":\"" + hex(span.parent_span_id()) + "\",\"name\":\"" +
           QByteArray::fromStdString(span.name()) + "\",\"kind\":1,\"startTimeUnixNano\":\"" +
           QByteArray::number(quint64(span.start_time_unix_nano())) + "\",\"endTimeUnixNano\":\"" +
           QByteArray::number(quint64(span.end_time_unix_nano())) + "\",\"attributes\":[" +
           attributes.join(',') + "],\"status\":{\"code\":1}}";
}

QByteArray jsonBody(int firstSpan)
{
    QByteArrayList spans;
    for (int i = 0; i < kSpansPerRequest; ++i)
        spans << jsonOf(makeSpan(firstSpan + i));
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + spans.join(',') + "]}]}]}";
}

} // namespace

QByteArray otlpBody(int number, otlp::Encoding encoding)
{
    const int firstSpan = number * kSpansPerRequest;
    return encoding == otlp::Encoding::Json ? jsonBody(firstSpan) : protobufBody(firstSpan);
}

QByteArray largeTraceBody(int number, int spans)
{
    return protobufBody(number * spans, spans, std::numeric_limits<int>::max());
}

ExecutionId largeTraceRun()
{
    const std::string id = idOf(0) + idOf(0);
    Uuid::Bytes bytes{};
    std::ranges::copy(id, bytes.begin());
    return ExecutionId(Uuid(bytes));
}

} // namespace xray::bench
