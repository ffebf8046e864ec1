// SPDX-License-Identifier: GPL-3.0-or-later
// What others wait while a trace of 100,000 spans arrives in 200 requests and is mapped: single
// posts on a schedule, until the run shows every span; beside them the same posts to a store at
// rest. And how long the trace itself takes.
#include "bench/groups.h"
#include "bench/http_client.h"
#include "bench/http_host.h"
#include "bench/otlp_requests.h"
#include "bench/sampling.h"
#include "bench/workload.h"

#include <model/store/store.h>

#include <atomic>
#include <thread>

namespace xray::bench {

namespace {

constexpr int kRequests = 200;
constexpr int kSpansEach = 500;
constexpr int kConnections = 2;
constexpr std::chrono::milliseconds kBetweenPosts{50};
constexpr std::chrono::milliseconds kBetweenLooks{20};
constexpr std::chrono::seconds kRest{5};

std::vector<QByteArray> tracePosts(int count)
{
    std::vector<QByteArray> posts;
    for (int i = 0; i < count; ++i) {
        const QByteArray body = largeTraceBody(i, kSpansEach);
        posts.push_back("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        "application/x-protobuf\r\nContent-Length: " +
                        QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }
    return posts;
}

/// Posts one run of one step every 50 ms until it is told to stop: milliseconds from when each was
/// due to its answer.
class SinglePosts
{
public:
    explicit SinglePosts(quint16 port)
        : m_thread([this, port] { run(port); })
    {
    }
    SinglePosts(const SinglePosts &) = delete;
    SinglePosts &operator=(const SinglePosts &) = delete;
    ~SinglePosts() { end(); }

    Result<std::vector<double>> stop()
    {
        end();
        return m_trouble ? Result<std::vector<double>>(*m_trouble) : m_waited;
    }

private:
    void end()
    {
        m_isStopping = true;
        if (m_thread.joinable())
            m_thread.join();
    }

    void run(quint16 port)
    {
        auto client = HttpClient::connectTo(port);
        if (!client) {
            m_trouble = client.error();
            return;
        }
        for (auto due = Clock::now(); !m_isStopping; due += kBetweenPosts) {
            std::this_thread::sleep_until(due);
            const auto posted = (*client)->expectSuccess(post("/batch", makeBody(1, 1)));
            if (!posted) {
                m_trouble = posted.error();
                return;
            }
            m_waited.push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - due).count());
        }
    }

    std::atomic<bool> m_isStopping = false;
    std::vector<double> m_waited;
    std::optional<Error> m_trouble;
    std::thread m_thread;
};

struct Taken
{
    std::vector<double> waited; ///< ms, by single posts meanwhile
    std::vector<double> atRest; ///< the same of posts to the store at rest
    std::vector<double> spansPerSecond;
    std::vector<double> shownAfter; ///< seconds from the last answer
};

Result<> sendAll(quint16 port, const std::vector<QByteArray> &posts)
{
    std::atomic<std::size_t> next = 0;
    return onConnections(kConnections, port, [&](HttpClient &client, int) -> Result<> {
        for (std::size_t i = next++; i < posts.size(); i = next++) {
            if (auto posted = client.expectSuccess(posts[i]); !posted)
                return posted;
        }
        return Success{};
    });
}

/// Until the run has so many steps.
Result<> waitUntilShown(store::Store &store, qint64 steps)
{
    for (;;) {
        const auto run = await(store.runById(largeTraceRun(), {}));
        if (!run)
            return run.error();
        if ((*run)->stepCount >= steps)
            return Success{};
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

void append(std::vector<double> &all, const std::vector<double> &more)
{
    all.insert(all.end(), more.begin(), more.end());
}

Result<> take(const Context &context, const std::vector<QByteArray> &posts, Taken &taken)
{
    const auto host = HttpHost::open(context.file("trace.db"));
    if (!host)
        return host.error();
    SinglePosts resting((*host)->port());
    std::this_thread::sleep_for(kRest);
    const auto atRest = resting.stop();
    if (!atRest)
        return atRest.error();
    append(taken.atRest, *atRest);

    SinglePosts others((*host)->port());
    const Stopwatch watch;
    if (auto sent = sendAll((*host)->port(), posts); !sent)
        return sent;
    const double spans = double(posts.size()) * kSpansEach;
    taken.spansPerSecond.push_back(spans / watch.seconds());
    const Stopwatch sinceTheLast;
    if (auto shown = waitUntilShown((*host)->store(), qint64(spans) - 1); !shown)
        return shown;
    taken.shownAfter.push_back(sinceTheLast.seconds());
    const auto waited = others.stop();
    if (!waited)
        return waited.error();
    append(taken.waited, *waited);
    return Success{};
}

} // namespace

Result<> measureLargeTrace(const Context &context)
{
    const auto posts = tracePosts(context.scaled(kRequests));
    Taken taken;
    for (int i = 0; i < kRepetitions; ++i) {
        if (auto done = take(context, posts, taken); !done)
            return done;
    }
    const QByteArray note = QByteArray::number(qlonglong(taken.waited.size())) +
                            " posts of one step, 20 a second, while a trace of " +
                            QByteArray::number(qlonglong(posts.size()) * kSpansEach) +
                            " spans comes in " + QByteArray::number(qlonglong(posts.size())) +
                            " requests and until its run shows them; from when each was due";
    for (const auto &[what, share] : {std::pair(".p50", 0.5), std::pair(".p95", 0.95),
                                      std::pair(".p99", 0.99), std::pair(".worst", 1.0)})
        context.report.add(
            {QByteArray("otlp.others") + what, percentile(taken.waited, share), "ms",
             Yardstick{"the same posts to the store at rest", percentile(taken.atRest, share)},
             note});
    context.report.add({"otlp.large_trace",
                        median(taken.spansPerSecond),
                        "spans/s",
                        {},
                        "until the last of its requests is answered; 2 connections"});
    context.report.add({"otlp.large_trace_shown",
                        median(taken.shownAfter),
                        "s",
                        {},
                        "from the last answer until the run has every step"});
    return Success{};
}

} // namespace xray::bench
