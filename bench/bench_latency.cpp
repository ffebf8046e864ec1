// SPDX-License-Identifier: GPL-3.0-or-later
// From the moment a pipeline should have posted to the signal of the change feed that tells of it,
// at a calm and at a busy rate.
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

Result<> measureLoad(const Context &context, const QByteArray &name, const Load &load)
{
    const auto host = HttpHost::open(context.file("latency.db"));
    if (!host)
        return host.error();
    FeedWatch watch((*host)->store().changes());
    const auto due = postOnSchedule((*host)->port(), load);
    if (!due)
        return due.error();
    const auto times = latencies(*due, watch.waitFor(due->size()));
    if (times.size() < due->size())
        return Error{ErrorCode::Internal, QStringLiteral("The feed did not tell of every run")};
    const QByteArray note = QByteArray::number(load.posts) + " posts, " +
                            QByteArray::number(load.postsPerSecond) + " a second, " +
                            QByteArray::number(load.stepsPerPost) +
                            " steps each, one connection, from when each was due";
    context.report.add({name + ".p50", median(times), "ms", {}, note});
    context.report.add({name + ".p95", percentile(times, 0.95), "ms", {}, note});
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
