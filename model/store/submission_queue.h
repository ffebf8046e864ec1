// SPDX-License-Identifier: GPL-3.0-or-later
// The bounded queue between the doors and the writer: what does not fit is refused at once, never
// dropped later. Who sends little does not wait behind who sends much: small submissions pass large
// ones, but none that is about one of the same runs, and a large one waits for one turn at most.
// Large ones are handed out in pieces, if their events stand alone. Thread-safe.
#pragma once

#include <model/core/event.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace xray::store {

struct QueueLimits
{
    qint64 events = 50'000;
    qint64 bytes = 64LL * 1024 * 1024;
};

class SubmissionQueue
{
public:
    explicit SubmissionQueue(QueueLimits limits)
        : m_limits(limits)
    {
    }

    /// Busy when it is full, Unavailable once it is closed. A submission larger than the whole
    /// queue is taken when the queue is empty, so that no size is refused for ever.
    [[nodiscard]] Result<> push(Submission submission);

    /// Waits until there is something, close() or wake() is called, or the time is up; then takes
    /// submissions until one of the limits is reached (at least one, if there is any). Whatever is
    /// about the same run comes in the order of push().
    [[nodiscard]] std::vector<Submission> take(qint64 maxEvents, qint64 maxBytes,
                                               std::chrono::milliseconds wait);
    void wake();
    /// No more push(); take() goes on until empty.
    void close();

    [[nodiscard]] bool isClosed() const;
    [[nodiscard]] bool isEmpty() const { return m_events.load() == 0; }
    [[nodiscard]] qint64 queuedEvents() const { return m_events.load(); }
    [[nodiscard]] qint64 queuedBytes() const { return m_bytes.load(); }

private:
    struct Waiting
    {
        Submission submission;
        std::uint64_t number = 0; ///< grows with push()
    };
    using Lane = std::deque<Waiting>;
    enum class Turn {
        InOrder,
        SmallOnes, ///< those that pass
    };

    [[nodiscard]] bool hasSome() const { return !m_small.empty() || !m_large.empty(); }
    [[nodiscard]] bool mayPass(const Submission &submission) const;
    void enqueueSmall(Submission submission);
    void enqueueLarge(Submission submission);
    [[nodiscard]] Turn nextTurn();
    [[nodiscard]] Lane *laneOf(Turn turn);
    Submission takeFrom(Lane &lane);

    const QueueLimits m_limits;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    Lane m_small;
    Lane m_large;
    /// How often each run occurs in m_large. The null id: events whose run is not told.
    std::unordered_map<ExecutionId, qint64> m_runsOfLarge;
    std::uint64_t m_lastNumber = 0;
    Turn m_lastTurn = Turn::InOrder;
    std::chrono::steady_clock::time_point m_smallCameAt = {};
    std::atomic<qint64> m_events = 0;
    std::atomic<qint64> m_bytes = 0;
    bool m_woken = false;
    bool m_closed = false;
};

} // namespace xray::store
