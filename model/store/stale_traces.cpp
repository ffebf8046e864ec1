// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/stale_traces.h"

#include "model/store/spooled_events.h"

#include <limits>

namespace xray::store {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// How long a slice of work writes; what the commit takes comes on top.
constexpr auto kSliceTime = 10ms;
/// A trace that cannot be stored is tried again after this, and keeps nobody else waiting.
constexpr DurationNs kPauseAfterFailure = kNsPerMinute;

TraceChangeWriter::Deadline sliceEnd()
{
    return SteadyClock::now() + kSliceTime;
}

/// Nothing was to be done, and no transaction begun.
BatchCommitter::Slice nothing()
{
    return {};
}

} // namespace

StaleTraces::StaleTraces(QString path, BatchCommitter &committer, std::function<void()> wake)
    : m_committer(committer)
    , m_thread(std::move(path), std::move(wake))
{
}

StaleTraces::~StaleTraces()
{
    m_committer.traces().endBeside();
}

Result<> StaleTraces::setMapping(std::shared_ptr<const TraceMapper> mapper, qint64 version)
{
    TraceKeeper &traces = m_committer.traces();
    const auto isOther = traces.spans().isOfOtherVersion(version);
    if (!isOther)
        return isOther.error();
    if (*isOther) { // until all are marked the store is of none
        if (auto forgotten = traces.spans().forgetVersion(); !forgotten)
            return forgotten;
        m_markedUpTo = ExecutionRow{};
    }
    traces.setMapper(std::move(mapper));
    m_version = version;
    return Success{};
}

bool StaleTraces::hasWork() const
{
    return m_markedUpTo || m_change || (m_task && m_thread.hasFound());
}

void StaleTraces::wait()
{
    if (m_task && !m_change)
        m_thread.wait();
}

Result<StaleTraces::Slice> StaleTraces::work(TimeNs now, Look look)
{
    if (m_change)
        return writeSlice(now);
    if (m_task)
        return takeFound(now);
    if (m_markedUpTo)
        return markSlice();
    return mapDue(now, look);
}

Result<StaleTraces::Slice> StaleTraces::markSlice()
{
    std::optional<ExecutionRow> last;
    auto slice = m_committer.inTransaction([&](EventApplier &) -> Result<bool> {
        auto marked = m_committer.traces().spans().markSlice(*m_markedUpTo, m_version);
        if (!marked)
            return marked.error();
        last = *marked;
        return true;
    });
    if (slice)
        m_markedUpTo = last;
    return slice;
}

Result<StaleTraces::Slice> StaleTraces::mapDue(TimeNs now, Look look)
{
    const auto [from, to] = look == Look::Due
                                ? std::pair(kDueByVersion, now)
                                : std::pair(kDueByVersion + 1, std::numeric_limits<TimeNs>::max());
    const auto first = m_committer.traces().spans().nextStale(from, to);
    if (!first)
        return first.error();
    if (!*first)
        return nothing();
    std::optional<EventApplier::Trace> next;
    auto slice = m_committer.inTransaction([&, begin = from, end = to](EventApplier &applier) {
        auto mapped = applier.mapDueTraces(begin, end, now, sliceEnd(), next);
        return mapped ? Result<bool>(true) : Result<bool>(mapped.error());
    });
    if (!slice)
        return next ? giveUp(slice.error(), next->row, now) : slice.error();
    if (!next)
        return slice;
    m_task = next;
    m_committer.traces().beginBeside(next->row);
    m_thread.start({next->row, next->id, now, m_committer.traces().mapper()});
    return slice;
}

Result<StaleTraces::Slice> StaleTraces::takeFound(TimeNs now)
{
    auto found = m_thread.take();
    if (!found)
        return nothing();
    const ExecutionRow row = m_task->row;
    m_cost = found->cost;
    if (found->change) {
        m_change.emplace(std::move(*found->change));
        return writeSlice(now);
    }
    endTask();
    // Whether the store is in trouble, the writer's own connection tells.
    return giveUp({ErrorCode::Internal, found->change.error().message}, row, now);
}

Result<StaleTraces::Slice> StaleTraces::writeSlice(TimeNs now)
{
    const ExecutionRow row = m_task->row;
    const auto begun = SteadyClock::now();
    bool isMore = false;
    auto slice = m_committer.inTransaction([&](EventApplier &applier) -> Result<bool> {
        auto more = applier.writeTraceSlice(m_task->id, *m_change, m_cost, now, sliceEnd());
        if (!more)
            return more.error();
        isMore = *more;
        return true;
    });
    m_cost +=
        std::chrono::duration_cast<std::chrono::nanoseconds>(SteadyClock::now() - begun).count();
    if (!slice || !isMore)
        endTask();
    return slice ? slice : giveUp(slice.error(), row, now);
}

/// Of a trace that could not be mapped, or stored. A store in trouble is nobody's fault.
Error StaleTraces::giveUp(Error error, ExecutionRow run, TimeNs now)
{
    if (isTrouble(error.code))
        return error;
    [[maybe_unused]] const auto postponed =
        m_committer.inTransaction([&](EventApplier &) -> Result<bool> {
            auto done = m_committer.traces().spans().postpone(run, now + kPauseAfterFailure);
            return done ? Result<bool>(true) : Result<bool>(done.error());
        });
    return error;
}

void StaleTraces::endTask()
{
    m_committer.traces().endBeside();
    m_change.reset();
    m_task.reset();
}

} // namespace xray::store
