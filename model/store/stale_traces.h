// SPDX-License-Identifier: GPL-3.0-or-later
// Brings runs up to date that do not show all of their spans, or were mapped under other rules.
// Small ones some at a time; a large one is mapped on a thread beside the writer, and what differs
// then is written in slices, so that nobody waits long. A run stays marked as stale until all is
// written: who is killed in between, maps it again. Owned by the writer while it holds the lease,
// used on its thread, between its transactions.
#pragma once

#include "model/store/batch_committer.h"
#include "model/store/trace_thread.h"

namespace xray::store {

class StaleTraces
{
public:
    /// `wake` is called on another thread when there is something to do.
    StaleTraces(QString path, BatchCommitter &committer, std::function<void()> wake);
    /// Leaves what is not written: it is still marked.
    ~StaleTraces();

    /// Mapper and rules; a store last mapped under another version has every trace mapped again.
    [[nodiscard]] Result<> setMapping(std::shared_ptr<const TraceMapper> mapper, qint64 version);

    enum class Look {
        Due,     ///< those whose time has come
        Waiting, ///< all but those that wait because the rules changed: nothing comes any more
    };
    /// One slice of work, if there is any: whether there was, and more may follow at once.
    [[nodiscard]] Result<BatchCommitter::Slice> work(TimeNs now, Look look = Look::Due);
    /// Whether work() would do something now, without looking into the store.
    [[nodiscard]] bool hasWork() const;
    /// Waits for the thread, if it has a task.
    void wait();

private:
    using Slice = BatchCommitter::Slice;

    Result<Slice> markSlice();
    Result<Slice> mapDue(TimeNs now, Look look);
    Result<Slice> writeSlice(TimeNs now);
    Result<Slice> takeFound(TimeNs now);
    Error giveUp(Error error, ExecutionRow run, TimeNs now);
    void endTask();

    BatchCommitter &m_committer;
    qint64 m_version = 0;
    std::optional<ExecutionRow> m_markedUpTo; ///< while traces are marked for another version
    TraceThread m_thread;
    std::optional<EventApplier::Trace> m_task; ///< what the thread maps, or was mapped
    std::optional<TraceChangeWriter> m_change; ///< of m_task, being written
    DurationNs m_cost = 0;                     ///< of m_task so far
};

} // namespace xray::store
