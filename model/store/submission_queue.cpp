// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/submission_queue.h"

namespace xray::store {

Result<> SubmissionQueue::push(Submission submission)
{
    const std::lock_guard lock(m_mutex);
    if (m_closed)
        return Error{ErrorCode::Unavailable, QStringLiteral("X-Ray is shutting down.")};
    const auto events = static_cast<qint64>(submission.events.size());
    const bool fits =
        m_events + events <= m_limits.events && m_bytes + submission.bytes <= m_limits.bytes;
    if (!fits && !m_queue.empty())
        return Error{
            ErrorCode::Busy,
            QStringLiteral("The queue to the store is full (%1 events). Try again shortly.")
                .arg(m_events.load())};
    m_events += events;
    m_bytes += submission.bytes;
    m_queue.push_back(std::move(submission));
    m_changed.notify_one();
    return Success{};
}

std::vector<Submission> SubmissionQueue::take(qint64 maxEvents, qint64 maxBytes,
                                              std::chrono::milliseconds wait)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, wait, [this] { return !m_queue.empty() || m_woken || m_closed; });
    m_woken = false;
    std::vector<Submission> batch;
    qint64 events = 0;
    qint64 bytes = 0;
    while (!m_queue.empty() && events < maxEvents && bytes < maxBytes) {
        Submission &next = m_queue.front();
        events += static_cast<qint64>(next.events.size());
        bytes += next.bytes;
        batch.push_back(std::move(next));
        m_queue.pop_front();
    }
    m_events -= events;
    m_bytes -= bytes;
    return batch;
}

void SubmissionQueue::wake()
{
    const std::lock_guard lock(m_mutex);
    m_woken = true;
    m_changed.notify_one();
}

void SubmissionQueue::close()
{
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

bool SubmissionQueue::isClosed() const
{
    const std::lock_guard lock(m_mutex);
    return m_closed;
}

} // namespace xray::store
