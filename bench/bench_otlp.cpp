// SPDX-License-Identifier: GPL-3.0-or-later
// Spans a second that are decoded, from JSON and from protobuf, against simdjson and protobuf alone
// reading the same bytes, and spans a second that are mapped to runs.
#include "bench/groups.h"
#include "bench/otlp_requests.h"
#include "bench/sampling.h"

#include <model/otlp/decode.h>
#include <model/otlp/mapper.h>

#include <otlp.pb.h>
#include <simdjson.h>

namespace xray::bench {

namespace {

constexpr int kRounds = 40;

Result<double> decodeRate(const QByteArray &body, otlp::Encoding encoding, int rounds)
{
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        const auto decoded = otlp::decodeTraces(body, encoding);
        if (!decoded)
            return decoded.error();
        if (decoded->spans.size() != kSpansPerRequest)
            return Error{ErrorCode::Internal, decoded->why};
    }
    return kSpansPerRequest * rounds / watch.seconds();
}

Result<double> simdjsonRate(const QByteArray &body, int rounds)
{
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        simdjson::dom::parser parser;
        if (parser.parse(body.constData(), std::size_t(body.size())).error())
            return Error{ErrorCode::InvalidJson, QStringLiteral("the yardstick's body")};
    }
    return kSpansPerRequest * rounds / watch.seconds();
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
    return kSpansPerRequest * rounds / watch.seconds();
}

/// Traces of kSpansPerTrace spans each, mapped once a round.
Result<double> mapRate(const QByteArray &body, int rounds)
{
    const auto decoded = otlp::decodeTraces(body, otlp::Encoding::Json);
    if (!decoded)
        return decoded.error();
    std::vector<std::vector<StoredSpan>> traces(kSpansPerRequest / kSpansPerTrace);
    for (std::size_t i = 0; i < decoded->spans.size(); ++i)
        traces[i / kSpansPerTrace].push_back({qint64(i), decoded->spans[i]});
    const auto mapper = otlp::makeMapper({});
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        for (const auto &trace : traces)
            (void)mapper->map(trace.front().span.executionId, trace);
    }
    return kSpansPerRequest * rounds / watch.seconds();
}

QByteArray note(const QByteArray &body)
{
    return "requests of " + QByteArray::number(kSpansPerRequest) + " spans, " +
           QByteArray::number(body.size() / kSpansPerRequest) + " bytes a span, one thread";
}

} // namespace

Result<> measureOtlp(const Context &context)
{
    const QByteArray json = otlpBody(0, otlp::Encoding::Json);
    const QByteArray protobuf = otlpBody(0, otlp::Encoding::Protobuf);
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
    return measureOtlpCommits(context);
}

} // namespace xray::bench
