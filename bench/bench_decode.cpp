// SPDX-License-Identifier: GPL-3.0-or-later
// Events a second that the decoder makes of a batch, against simdjson alone building the tree of
// each line.
#include "bench/groups.h"
#include "bench/sampling.h"
#include "bench/workload.h"

#include <model/ingest/event_decoder.h>

#include <simdjson.h>

namespace xray::bench {

namespace {

constexpr int kSteps = 498; ///< with start and end 500 lines
constexpr int kLines = kSteps + 2;
constexpr int kRounds = 200;

Result<double> decodeRate(const QByteArray &body, int rounds)
{
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        const auto decoded = ingest::decodeBatch(body, kLines);
        if (!decoded)
            return decoded.error();
        if (decoded->events.size() != kLines)
            return decoded->refused.front();
    }
    return kLines * rounds / watch.seconds();
}

Result<double> parseRate(const QByteArray &body, int rounds)
{
    simdjson::dom::parser parser;
    const QByteArrayList lines = body.trimmed().split('\n');
    const Stopwatch watch;
    for (int i = 0; i < rounds; ++i) {
        for (const QByteArray &line : lines) {
            if (parser.parse(line.constData(), static_cast<std::size_t>(line.size())).error())
                return Error{ErrorCode::InvalidJson, QString::fromUtf8(line)};
        }
    }
    return kLines * rounds / watch.seconds();
}

} // namespace

Result<> measureDecoder(const Context &context)
{
    const QByteArray body = makeBody(1, kSteps);
    const int rounds = context.scaled(kRounds);
    const auto rate = compare(
        kRepetitions, [&] { return decodeRate(body, rounds); },
        [&] { return parseRate(body, rounds); });
    if (!rate)
        return rate.error();
    context.report.add({"decode.events", rate->value, "events/s",
                        Yardstick{"simdjson DOM parse of each line", rate->limit},
                        "NDJSON of 500 lines, " + QByteArray::number(body.size() / kLines) +
                            " bytes a line, one thread"});
    return Success{};
}

} // namespace xray::bench
