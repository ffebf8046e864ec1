// SPDX-License-Identifier: GPL-3.0-or-later
// What the HTTP door costs: batches posted until committed against the writer alone, and single
// posts until committed against the same posts to a handler of the same listener that drops them.
// Clients and listener share the machine, as a pipeline and X-Ray do.
#include "bench/groups.h"
#include "bench/http_client.h"
#include "bench/http_host.h"
#include "bench/sampling.h"
#include "bench/store_filler.h"
#include "bench/workload.h"

#include <model/store/store.h>

#include <atomic>

namespace xray::bench {

namespace {

constexpr int kBodies = 60;
constexpr int kBatchConnections = 4;
constexpr int kSingleConnections = 16;
constexpr int kSinglePosts = 10'000;

Result<double> batchStepsPerSecond(const QString &path, const std::vector<QByteArray> &bodies)
{
    auto host = HttpHost::open(path);
    if (!host)
        return host.error();
    std::vector<QByteArray> requests;
    for (const QByteArray &body : bodies)
        requests.push_back(post("/batch", body));
    std::atomic<std::size_t> next = 0;
    const Stopwatch watch;
    const auto done =
        onConnections(kBatchConnections, (*host)->port(), [&](HttpClient &client, int) -> Result<> {
            for (std::size_t i = next++; i < requests.size(); i = next++) {
                if (auto posted = client.expectSuccess(requests[i]); !posted)
                    return posted;
            }
            return Success{};
        });
    const double seconds = watch.seconds();
    if (!done)
        return done.error();
    const auto committed = static_cast<double>((*host)->store().sinkStats().acceptedSteps);
    return committed / seconds;
}

Result<> measureBatches(const Context &context)
{
    const QString path = context.file("http.db");
    const auto bodies = makeBodies(context.scaled(kBodies));
    const auto rate = compare(
        kRepetitions, [&] { return batchStepsPerSecond(path, bodies); },
        [&]() -> Result<double> {
            auto submissions = decodeBodies(bodies);
            if (!submissions)
                return submissions.error();
            return writerStepsPerSecond(path, std::move(*submissions));
        });
    if (!rate)
        return rate.error();
    context.report.add({"http.batch", rate->value, "steps/s",
                        Yardstick{"the writer alone", rate->limit},
                        "aim 0.5; POST /batch until answered, so committed; 4 connections, bodies "
                        "of 500 steps (0.9 MB); both sides WAL, synchronous=NORMAL, 8 KiB pages"});
    return Success{};
}

/// The same request again and again on every connection: requests a second.
Result<double> requestsPerSecond(quint16 port, const QByteArray &request, int count)
{
    const Stopwatch watch;
    const auto done =
        onConnections(kSingleConnections, port, [&](HttpClient &client, int) -> Result<> {
            for (int i = 0; i < count / kSingleConnections; ++i) {
                if (auto replied = client.expectSuccess(request); !replied)
                    return replied;
            }
            return Success{};
        });
    if (!done)
        return done.error();
    const int posts = count / kSingleConnections * kSingleConnections;
    return posts / watch.seconds();
}

Result<> startRun(quint16 port, ExecutionId id)
{
    auto client = HttpClient::connectTo(port);
    if (!client)
        return client.error();
    const QByteArray body =
        R"({"id":")" + id.toUtf8() + R"(","pipeline_name":"competitor_selection"})";
    return (*client)->expectSuccess(post("/executions", body));
}

Result<> measureSinglePosts(const Context &context)
{
    const auto host = HttpHost::open(context.file("http.db"));
    if (!host)
        return host.error();
    const auto run = ExecutionId::newV7();
    if (auto started = startRun((*host)->port(), run); !started)
        return started;
    const QByteArray step = makeStep(run);
    const QByteArray single = post("/execution-steps", step);
    const QByteArray dropped = post(kEmptyHandler, step);
    const int count = context.scaled(kSinglePosts);
    const auto rate = compare(
        kRepetitions, [&] { return requestsPerSecond((*host)->port(), single, count); },
        [&] { return requestsPerSecond((*host)->port(), dropped, count); });
    if (!rate)
        return rate.error();
    const SinkStats stats = (*host)->store().sinkStats();
    context.report.add(
        {"http.single", rate->value, "posts/s",
         Yardstick{"the empty handler (POST, same body, read and dropped)", rate->limit},
         "aim 0.25; POST /execution-steps of one 1.5 KB step until committed, 16 keep-alive "
         "connections, " +
             QByteArray::number(stats.accepted) + " events in " +
             QByteArray::number(stats.committed) +
             " transactions; WAL, synchronous=NORMAL, 8 KiB pages, log of 16 MiB"});
    return Success{};
}

} // namespace

Result<> measureHttp(const Context &context)
{
    if (auto measured = measureBatches(context); !measured)
        return measured;
    return measureSinglePosts(context);
}

} // namespace xray::bench
