// SPDX-License-Identifier: GPL-3.0-or-later
// Spans a second that are decoded, from JSON and from protobuf, against simdjson and protobuf alone
// reading the same bytes, and spans a second that are mapped to a run.
#include "bench/groups.h"
#include "bench/sampling.h"

#include <model/otlp/decode.h>
#include <model/otlp/mapper.h>

#include <otlp.pb.h>
#include <simdjson.h>

namespace xray::bench {

namespace {

constexpr int kSpans = 512; ///< what exporters send at most in one request by default
constexpr int kSpansPerTrace = 32;
constexpr int kRounds = 40;
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
    id[6] = static_cast<char>(number / 256);
    id[7] = static_cast<char>(number % 256);
    return id;
}

/// A model call as OpenInference describes it, about 1.5 KB.
otlp::wire::Span makeSpan(int number)
{
    const int trace = number / kSpansPerTrace;
    const bool isRoot = number % kSpansPerTrace == 0;
    otlp::wire::Span span;
    span.set_trace_id(idOf(trace) + idOf(trace));
    span.set_span_id(idOf(number));
    if (!isRoot)
        span.set_parent_span_id(idOf(trace * kSpansPerTrace));
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

QByteArray protobufBody()
{
    otlp::wire::TracesRequest request;
    auto *scope = request.add_resource_spans()->add_scope_spans();
    for (int i = 0; i < kSpans; ++i)
        scope->add_spans(makeSpan(i).SerializeAsString());
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

QByteArray jsonBody()
{
    QByteArrayList spans;
    for (int i = 0; i < kSpans; ++i)
        spans << jsonOf(makeSpan(i));
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + spans.join(',') + "]}]}]}";
}

Result<double> decodeRate(const QByteArray &body, otlp::Encoding encoding, int rounds)
{
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        const auto decoded = otlp::decodeTraces(body, encoding);
        if (!decoded)
            return decoded.error();
        if (decoded->spans.size() != kSpans)
            return Error{ErrorCode::Internal, decoded->why};
    }
    return kSpans * rounds / watch.seconds();
}

Result<double> simdjsonRate(const QByteArray &body, int rounds)
{
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        simdjson::dom::parser parser;
        if (parser.parse(body.constData(), std::size_t(body.size())).error())
            return Error{ErrorCode::InvalidJson, QStringLiteral("the yardstick's body")};
    }
    return kSpans * rounds / watch.seconds();
}

Result<double> protobufRate(const QByteArray &body, int rounds)
{
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        otlp::wire::TracesRequest request;
        bool isRead = request.ParseFromArray(body.constData(), int(body.size()));
        for (const std::string &bytes : request.resource_spans(0).scope_spans(0).spans()) {
            otlp::wire::Span span;
            isRead = span.ParseFromString(bytes) && isRead;
        }
        if (!isRead)
            return Error{ErrorCode::InvalidJson, QStringLiteral("the yardstick's body")};
    }
    return kSpans * rounds / watch.seconds();
}

/// Traces of kSpansPerTrace spans each, mapped once a round.
Result<double> mapRate(const QByteArray &body, int rounds)
{
    const auto decoded = otlp::decodeTraces(body, otlp::Encoding::Json);
    if (!decoded)
        return decoded.error();
    std::vector<std::vector<StoredSpan>> traces(kSpans / kSpansPerTrace);
    for (std::size_t i = 0; i < decoded->spans.size(); ++i)
        traces[i / kSpansPerTrace].push_back({qint64(i), decoded->spans[i]});
    const auto mapper = otlp::makeMapper({});
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        for (const auto &trace : traces)
            (void)mapper->map(trace.front().span.executionId, trace);
    }
    return kSpans * rounds / watch.seconds();
}

QByteArray note(const QByteArray &body)
{
    return "requests of " + QByteArray::number(kSpans) + " spans, " +
           QByteArray::number(body.size() / kSpans) + " bytes a span, one thread";
}

} // namespace

Result<> measureOtlp(const Context &context)
{
    const QByteArray json = jsonBody();
    const QByteArray protobuf = protobufBody();
    const int rounds = context.scaled(kRounds);
    const auto fromJson = compare(
        kRepetitions, [&] { return decodeRate(json, otlp::Encoding::Json, rounds); },
        [&] { return simdjsonRate(json, rounds); });
    if (!fromJson)
        return fromJson.error();
    context.report.add({"otlp.decode_json", fromJson->value, "spans/s",
                        Yardstick{"simdjson DOM parse of the body", fromJson->limit}, note(json)});
    const auto fromProtobuf = compare(
        kRepetitions, [&] { return decodeRate(protobuf, otlp::Encoding::Protobuf, rounds); },
        [&] { return protobufRate(protobuf, rounds); });
    if (!fromProtobuf)
        return fromProtobuf.error();
    context.report.add({"otlp.decode_protobuf", fromProtobuf->value, "spans/s",
                        Yardstick{"protobuf parse of the body", fromProtobuf->limit},
                        note(protobuf)});
    const auto mapped = compare(
        kRepetitions, [&] { return mapRate(json, rounds); },
        [&] { return decodeRate(json, otlp::Encoding::Json, rounds); });
    if (!mapped)
        return mapped.error();
    context.report.add({"otlp.map", mapped->value, "spans/s",
                        Yardstick{"decoding the same spans", mapped->limit},
                        "traces of " + QByteArray::number(kSpansPerTrace) + " spans, one thread"});
    return Success{};
}

} // namespace xray::bench
