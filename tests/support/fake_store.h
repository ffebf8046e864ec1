// SPDX-License-Identifier: GPL-3.0-or-later
// A store in memory for tests: takes events on a thread of its own as the real writer does, and
// answers questions at once. It merges plainly and judges little: presence of required fields,
// references, ids under another run. Thread-safe. BusySink and FailingSink are sinks that refuse.
#pragma once

#include <model/core/ports.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace xray::tests {

class FakeStore : public EventSink, public RunSource
{
public:
    FakeStore();
    /// Finishes what was submitted, also when it was held.
    ~FakeStore() override;

    /// Keeps submissions waiting, as a slow disk would, until release().
    void hold();
    void release();
    /// At most this many submissions wait; further ones are Busy.
    void setCapacity(std::size_t submissions);
    [[nodiscard]] std::size_t waiting() const;
    [[nodiscard]] int runCount() const;
    [[nodiscard]] int stepCount() const;
    /// Called on the writer's thread after each commit. Once this returns, the one before is no
    /// longer called.
    void onCommit(std::function<void(const ChangeBatchPtr &)> listener);
    /// The feed forgets what is older than the present revision.
    void forgetChanges();

    Result<> submit(Submission submission) override;

    Answer<RunOrder> runOrder(RunQuery query, Ticket ticket) override;
    Answer<std::vector<Execution>> runsByRow(std::vector<ExecutionRow> rows,
                                             Ticket ticket) override;
    Answer<std::vector<Execution>> matchingRuns(RunFilter filter, std::vector<ExecutionRow> rows,
                                                Ticket ticket) override;
    Answer<Execution> runById(ExecutionId id, Ticket ticket) override;
    Answer<RunSnapshot> openRun(ExecutionId id, Ticket ticket) override;
    Answer<RunSnapshot> refreshRun(RunSnapshotPtr before, std::vector<StepRow> changedSteps,
                                   Ticket ticket) override;
    Answer<StepDetail> stepDetail(StepId id, Ticket ticket) override;
    Answer<MetricHistory> metricHistory(MetricHistoryQuery query, Ticket ticket) override;
    Answer<RunFacets> facets(Ticket ticket) override;
    Answer<StoreTotals> totals(Ticket ticket) override;
    Answer<RunPage> runPage(RunPageQuery query, Ticket ticket) override;
    Answer<StepPage> stepPage(StepPageQuery query, Ticket ticket) override;
    Answer<ErrorPage> errorPage(ErrorPageQuery query, Ticket ticket) override;
    Answer<std::vector<StoredSpan>> spansOf(ExecutionId id, Ticket ticket) override;
    Answer<ChangeBatch> changesSince(Revision since, int limit, Ticket ticket) override;
    Answer<ChangedEntities> changedEntities(std::vector<Change> changes, qint64 maxBytes,
                                            Ticket ticket) override;
    Answer<Revision> revision(Ticket ticket) override;

private:
    struct Rows
    {
        std::vector<Execution> runs;
        std::vector<StepDetail> steps;
        std::vector<ExecutionError> errors;
        std::vector<Change> changes;
        Revision revision = 0;
        Revision forgotten = 0;
    };

    void work();
    void commit(const Submission &submission);
    EventOutcome apply(const Event &event);
    EventOutcome apply(const ExecutionEvent &event);
    EventOutcome apply(const StepEvent &event);
    EventOutcome apply(const ErrorEvent &event);
    EventOutcome apply(const DeleteEvent &event);
    EventOutcome apply(const RestoreEvent &event);
    EventOutcome apply(const RawSpan &span);
    EventOutcome apply(const SaveQueryEvent &event);
    EventOutcome apply(const RemoveQueryEvent &event);
    EventOutcome store(Execution run);
    Execution *findRun(ExecutionId id);
    StepDetail *findStep(StepId id);
    const Execution *runOfRow(ExecutionRow row) const;
    void noteChange(ExecutionRow run, StepRow step = {}, ChangeKind kind = ChangeKind::Upserted);
    RunSnapshot snapshotOf(const Execution &run) const;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Submission> m_queue;
    std::size_t m_capacity = 100'000;
    bool m_held = false;
    bool m_ending = false;
    std::mutex m_listenerMutex;
    std::function<void(const ChangeBatchPtr &)> m_onCommit;
    Rows m_rows;
    std::int64_t m_lastRow = 0;
    std::thread m_thread;
};

/// Its queue is always full.
class BusySink : public EventSink
{
public:
    Result<> submit(Submission submission) override;
};

/// Takes everything and stores nothing: its disk is full.
class FailingSink : public EventSink
{
public:
    Result<> submit(Submission submission) override;
};

} // namespace xray::tests
