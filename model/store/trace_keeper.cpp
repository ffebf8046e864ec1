// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/trace_keeper.h"

#include <algorithm>

namespace xray::store {

namespace {

/// Large traces whose last mapping is remembered; beyond it they are mapped once too often.
constexpr std::size_t kMaxTracesRemembered = 1024;
constexpr DurationNs kRestPerWork = 2;

} // namespace

DurationNs remapPause(DurationNs cost)
{
    return std::clamp(kRestPerWork * cost, kShortestRemapPause, kLongestRemapPause);
}

Result<std::unique_ptr<TraceKeeper>> TraceKeeper::create(SqliteConnection &connection,
                                                         RecordStore &records,
                                                         std::shared_ptr<const TraceMapper> mapper)
{
    auto spans = SpanStore::create(connection);
    if (!spans)
        return spans.error();
    return std::unique_ptr<TraceKeeper>(
        new TraceKeeper(records, std::move(*spans), std::move(mapper)));
}

void TraceKeeper::setMapper(std::shared_ptr<const TraceMapper> mapper)
{
    m_mapper = std::move(mapper);
    spoilAny();
}

/// When a large trace has rested, `now` if it has.
TimeNs TraceKeeper::dueAt(ExecutionRow run, TimeNs now) const
{
    const auto due = m_dueAt.find(run);
    const bool isWaiting = due != m_dueAt.end() && now < due->second &&
                           due->second - now <= kLongestRemapPause; // else the clock was set back
    return isWaiting ? due->second : now;
}

Result<bool> TraceKeeper::isDue(ExecutionRow run, TimeNs now)
{
    const auto large = m_spans->hasMoreThan(run, kRemapAtOnceSpans);
    if (!large)
        return large.error();
    if (!*large)
        return true;
    const TimeNs due = dueAt(run, now);
    if (due <= now && !isBeside(run)) {
        const auto tooLarge = m_spans->hasMoreThan(run, kMapByWriterSpans);
        if (!tooLarge)
            return tooLarge.error();
        if (!*tooLarge)
            return true;
    }
    if (auto marked = m_spans->markStale(run, due); !marked)
        return marked.error();
    return false;
}

void TraceKeeper::rememberMapping(ExecutionRow run, TimeNs now, DurationNs cost)
{
    if (m_dueAt.size() >= kMaxTracesRemembered)
        m_dueAt.clear();
    m_dueAt.insert_or_assign(run, now + remapPause(cost));
}

Result<TraceChange> TraceKeeper::changeOf(const RunState &run, TimeNs now)
{
    spoil(run.row);
    return makeTraceChange(m_records, *m_spans, *m_mapper, run.row, run.record.id, now);
}

Result<> TraceKeeper::settle(ExecutionRow run, std::size_t spans, TimeNs now, DurationNs cost)
{
    if (spans > kRemapAtOnceSpans)
        rememberMapping(run, now, cost);
    if (isBeside(run) && !m_beside->isSpoiled && m_beside->hasNews)
        return m_spans->postpone(run, dueAt(run, now));
    return m_spans->markFresh(run);
}

void TraceKeeper::noteNews(ExecutionRow run)
{
    if (isBeside(run))
        m_beside->hasNews = true;
}

void TraceKeeper::spoil(ExecutionRow run)
{
    if (isBeside(run))
        m_beside->isSpoiled = true;
}

Result<> TraceKeeper::forget(ExecutionRow run)
{
    spoil(run);
    m_dueAt.erase(run);
    return m_spans->markFresh(run);
}

void TraceKeeper::spoilAny()
{
    if (m_beside)
        m_beside->isSpoiled = true;
}

} // namespace xray::store
