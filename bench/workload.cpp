// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/workload.h"

#include <model/ingest/event_decoder.h>

namespace xray::bench {

namespace {

constexpr int kRunsPerBody = 25;
constexpr int kMaxEvents = 10'000;
constexpr int kItemsPerStep = 12;

struct StepKind
{
    const char *name;
    const char *type;
};
constexpr StepKind kKinds[] = {{"generate_keywords", "llm"},
                               {"search_products", "api"},
                               {"filter_relevance", "filter"},
                               {"rank_candidates", "ranking"},
                               {"explain_choice", "analysis"}};

QByteArray number(int value)
{
    return QByteArray::number(value);
}

/// Two digits after the point, from 0.00 to 0.99, other for each seed.
QByteArray fraction(int seed)
{
    return QByteArray::number((seed * 37) % 100 / 100.0, 'f', 2);
}

QByteArray candidates(int seed)
{
    QByteArray items("[");
    for (int i = 0; i < kItemsPerStep; ++i) {
        items += i > 0 ? "," : "";
        items += R"({"item":"Laptop stand, model )" + number(seed + i) + R"(","item_id":"B07)" +
                 number(100'000 + (seed * 7 + i) % 900'000) + R"(","score":)" + fraction(seed + i) +
                 R"(,"price":)" + number(10 + i) + '}';
    }
    return items + ']';
}

QByteArray payloads(int seed)
{
    return R"("input_payload":{"title":"laptop stand","total_candidates":)" +
           number(50 + seed % 9) +
           R"(,"query":"adjustable aluminium laptop stand for a desk"},"output_payload":)" +
           R"({"remaining_candidates":)" + number(5 + seed % 5) + R"(,"candidates":)" +
           candidates(seed) + R"(},"reasoning_payload":{"confidence":)" + fraction(seed) +
           R"(,"score":)" + fraction(seed + 1) + R"(,"tokens":)" + number(200 + seed % 700) +
           R"(,"usage":{"cost":)" + fraction(seed + 2) + R"(},"reason":"The brand and the size )" +
           R"(agree with the request; the others are cases, cables or stands for phones. )" +
           R"(Excluded items contain a keyword of the exclusion list."})";
}

QByteArray stepFields(int seed)
{
    const StepKind &kind = kKinds[seed % std::size(kKinds)];
    return R"("step_name":")" + QByteArray(kind.name) + R"(","step_type":")" + kind.type +
           R"(","status":"completed","duration_ms":)" + number(20 + seed % 300) + ',' +
           payloads(seed);
}

QByteArray startLine(const QByteArray &run)
{
    return R"({"op":"start","id":")" + run +
           R"(","pipeline_name":"competitor_selection","environment":"production",)" +
           R"("trigger":"schedule","metadata":{"product":"Laptop Stand","market":"us"}})" + '\n';
}

QByteArray stepLine(const QByteArray &run, int seed)
{
    return R"({"op":"step","id":")" + StepId::newV7().toUtf8() + R"(","execution_id":")" + run +
           R"(",)" + stepFields(seed) + "}\n";
}

} // namespace

QByteArray makeBody(int runs, int stepsPerRun)
{
    QByteArray body;
    int seed = 0;
    for (int run = 0; run < runs; ++run) {
        const QByteArray id = ExecutionId::newV7().toUtf8();
        body += startLine(id);
        for (int step = 0; step < stepsPerRun; ++step)
            body += stepLine(id, seed++);
        body += R"({"op":"end","id":")" + id + R"(","status":"completed"})" + '\n';
    }
    return body;
}

std::vector<QByteArray> makeBodies(int count)
{
    std::vector<QByteArray> bodies;
    for (int i = 0; i < count; ++i)
        bodies.push_back(makeBody(kRunsPerBody, kStepsPerBody / kRunsPerBody));
    return bodies;
}

Result<std::vector<Submission>> decodeBodies(const std::vector<QByteArray> &bodies)
{
    std::vector<Submission> submissions;
    for (const QByteArray &body : bodies) {
        auto decoded = ingest::decodeBatch(body, kMaxEvents);
        if (!decoded)
            return decoded.error();
        if (!decoded->refused.empty())
            return decoded->refused.front();
        submissions.push_back({std::move(decoded->events), Atomicity::EachAlone, body.size()});
    }
    return submissions;
}

QByteArray makeStep(ExecutionId run)
{
    return R"({"execution_id":")" + run.toUtf8() + R"(",)" + stepFields(3) + '}';
}

} // namespace xray::bench
