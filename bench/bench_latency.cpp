// SPDX-License-Identifier: GPL-3.0-or-later
// From the moment a pipeline should have posted to the signal of the change feed that tells of it,
// at a calm and at a busy rate; beside it the same posts to a handler that drops them.
#include "bench/groups.h"
#include "bench/http_host.h"

#include <model/store/store.h>

#include <condition_variable>
#include <mutex>
#include <unordered_set>

namespace xray::bench {

namespace {

constexpr std::chrono::seconds kPatience{20};

/// Notes when the feed first tells of each run; runs come in the order they were posted.
class FeedWatch
{
public:
    explicit FeedWatch(ChangeFeed &feed)
    {
        m_connection = QObject::connect(&feed, &ChangeFeed::changed,
                                        [this](const ChangeBatchPtr &batch) { note(*batch); });
    }
    FeedWatch(const FeedWatch &) = delete;
    FeedWatch &operator=(const FeedWatch &) = delete;
    ~FeedWatch() { QObject::disconnect(m_connection); }

    /// The times of the first `count` runs; fewer when they do not come.
    std::vector<Clock::time_point> waitFor(std::size_t count)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, kPatience, [&] { return m_times.size() >= count; });
        return m_times;
    }

private:
    void note(const ChangeBatch &batch) // on the notifier's thread
    {
        const auto now = Clock::now();
        const std::lock_guard lock(m_mutex);
        for (const Change &change : batch.changes) {
            if (m_known.insert(change.execution).second)
                m_times.push_back(now);
        }
        m_changed.notify_all();
    }

    QMetaObject::Connection m_connection;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::unordered_set<ExecutionRow> m_known;
    std::vector<Clock::time_point> m_times;
};

struct Latencies
{
    std::vector<double> feed;  ///< ms from when each post was due to the feed's signal
    std::vector<double> empty; ///< ms to the answer of a handler that drops it
};

Result<> take(const Context &context, Load load, Latencies &taken)
{
    const auto host = HttpHost::open(context.file("latency.db"));
    if (!host)
        return host.error();
    FeedWatch watch((*host)->store().changes());
    const auto posted = postOnSchedule((*host)->port(), load);
    if (!posted)
        return posted.error();
    const auto times = latencies(posted->due, watch.waitFor(posted->due.size()));
    if (times.size() < posted->due.size())
        return Error{ErrorCode::Internal, QStringLiteral("The feed did not tell of every run")};
    taken.feed.insert(taken.feed.end(), times.begin(), times.end());

    load.path = kEmptyHandler;
    const auto dropped = postOnSchedule((*host)->port(), load);
    if (!dropped)
        return dropped.error();
    const auto empty = latencies(dropped->due, dropped->answered);
    taken.empty.insert(taken.empty.end(), empty.begin(), empty.end());
    return Success{};
}

Result<> measureLoad(const Context &context, const QByteArray &name, const Load &load)
{
    Latencies taken;
    for (int i = 0; i < kRepetitions; ++i) {
        if (auto done = take(context, load, taken); !done)
            return done;
    }
    const QByteArray note =
        QByteArray::number(static_cast<qlonglong>(taken.feed.size())) + " posts, " +
        QByteArray::number(load.postsPerSecond) + " a second, " +
        QByteArray::number(load.stepsPerPost) +
        " steps each, one connection, from when each was due; WAL, synchronous=NORMAL";
    for (const auto &[what, share] : {std::pair(".p50", 0.5), std::pair(".p95", 0.95)})
        context.report.add({name + what, percentile(taken.feed, share), "ms",
                            Yardstick{"the same posts to the empty handler, until answered",
                                      percentile(taken.empty, share)},
                            note});
    return Success{};
}

} // namespace

Result<> measureLatency(const Context &context)
{
    if (auto calm = measureLoad(context, "latency.feed_20", {20, 1, context.scaled(100)}); !calm)
        return calm;
    return measureLoad(context, "latency.feed_5000", {100, 50, context.scaled(500)});
}

} // namespace xray::bench
