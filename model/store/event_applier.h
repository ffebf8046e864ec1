// SPDX-License-Identifier: GPL-3.0-or-later
// Applies admitted events to the records: looks up what an event touches, asks admission, writes
// what comes back, and gathers what the transaction must note at its end (counts of runs, zones,
// change feed, totals). Owned by the writer, used on its thread, inside its transaction.
#pragma once

#include "model/store/record_store.h"
#include "model/store/trace_keeper.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace xray::store {

/// True for errors that are the sender's; the others mean that the database did not do its part.
[[nodiscard]] bool isRefusal(ErrorCode code) noexcept;

class EventApplier
{
public:
    EventApplier(SqliteConnection &connection, RecordStore &records, TraceKeeper &traces)
        : m_connection(connection)
        , m_records(records)
        , m_traces(traces)
    {
    }

    /// The id of what the event made or changed. An Error for which isRefusal() holds has left no
    /// trace; any other spoils the transaction. `event` gets an id if it came without.
    [[nodiscard]] EventOutcome apply(Event &event, TimeNs now);

    /// Writes what apply() gathered, under the revision of the transaction. Returns whether there
    /// was anything to note.
    [[nodiscard]] Result<bool> flush(Revision revision);

    /// What has been gathered for the transaction so far; see mark().
    struct Gathered
    {
        std::map<std::pair<std::int64_t, std::int64_t>, ChangeKind>
            changes; ///< by run and step row
        // What the totals grow by.
        qint64 runs = 0;
        qint64 steps = 0;
        qint64 errors = 0;
        qint64 issues = 0;
    };

    /// Writes what memory knows better than the rows, and says what is gathered: a savepoint taken
    /// now can be rolled back to with forget(mark).
    [[nodiscard]] Result<Gathered> mark();
    /// After a rollback to the savepoint that followed `mark`; without one, of the transaction.
    [[nodiscard]] Result<> forget(Gathered mark);
    [[nodiscard]] Result<> forget() { return forget(Gathered()); }

    // Maintenance, each one small slice of work inside a transaction.
    /// Marks a slice of the runs without an event since `quietSince` as incomplete; whether there
    /// were any.
    [[nodiscard]] Result<bool> markIncomplete(TimeNs quietSince);
    /// Removes a slice of the rows of a deleted run whose time has come; whether there was one.
    [[nodiscard]] Result<bool> purgeSlice(TimeNs now);
    struct Trace
    {
        ExecutionRow row;
        ExecutionId id;
    };
    /// Brings those runs of spans up to date that are due from `from` to `to`, at least one, until
    /// the time has come or one is large, which is left for another thread to map. `next` is that
    /// one, nothing when no further is due; after an Error it is the one at fault.
    [[nodiscard]] Result<> mapDueTraces(TimeNs from, TimeNs to, TimeNs now,
                                        TraceChangeWriter::Deadline until,
                                        std::optional<Trace> &next);
    /// Writes a slice of what was found to change about a run, at such a cost; whether there is
    /// more. What was spoiled meanwhile is not written.
    [[nodiscard]] Result<bool> writeTraceSlice(ExecutionId id, TraceChangeWriter &change,
                                               DurationNs cost, TimeNs now,
                                               TraceChangeWriter::Deadline until);

private:
    struct LiveRun
    {
        RunState state;
        enum class Dirty { No, Counters, All } dirty = Dirty::No;
        qint64 countedBytes = 0; ///< its part of m_runBytes
    };

    EventOutcome applyEvent(ExecutionEvent &event, TimeNs now);
    EventOutcome applyEvent(StepEvent &event, TimeNs now);
    EventOutcome applyEvent(ErrorEvent &event, TimeNs now);
    EventOutcome applyEvent(DeleteEvent &event, TimeNs now);
    EventOutcome applyEvent(RestoreEvent &event, TimeNs now);
    EventOutcome applyEvent(RawSpan &span, TimeNs now);
    EventOutcome applyEvent(SaveQueryEvent &event, TimeNs now);
    EventOutcome applyEvent(RemoveQueryEvent &event, TimeNs now);

    LiveRun &keep(RunState state);
    void countBytes(LiveRun &run);
    Result<LiveRun *> findLive(ExecutionId id);
    Result<LiveRun *> requireLive(ExecutionId id, const char *field);
    EventOutcome startRun(const ExecutionEvent &event, TimeNs now);
    Result<> storeNewStep(LiveRun &run, StepState step);
    Result<> storeChangedStep(LiveRun &run, const StepState &before, StepState after);
    Result<> storeError(LiveRun &run, const ErrorState *before, ErrorState error);
    Result<std::optional<StepRow>> stepOfError(const ErrorEvent &event, const LiveRun &run);
    void noteProgress(LiveRun &run, TimeNs now);
    void touch(LiveRun &run, TimeNs now, LiveRun::Dirty dirty);
    void markDirty(LiveRun &run, LiveRun::Dirty dirty);
    void noteChange(ExecutionRow run, StepRow step, ChangeKind kind = ChangeKind::Upserted);
    Result<LiveRun *> runOfSpans(ExecutionId id, TimeNs now);
    Result<> settleTraces();
    Result<> replaceTrace(LiveRun &run, TimeNs now);
    Result<std::optional<Trace>> nextDueTrace(TimeNs from, TimeNs to);
    Result<bool> writeSlice(LiveRun &run, TraceChangeWriter &change,
                            TraceChangeWriter::Deadline until);
    Result<> settleRuns();
    Result<> countOnSteps(const LiveRun &run, StepRow before, StepRow after);
    /// Adds (1) or takes away (-1) the run and all it holds from the totals.
    Result<> countRun(const RunState &run, int sign);
    void dropRun(ExecutionId id);
    void dropRuns();
    Result<> purgeNow(ExecutionId id);
    Result<bool> purgeRows(ExecutionRow run);

    SqliteConnection &m_connection;
    RecordStore &m_records;
    TraceKeeper &m_traces;
    std::unordered_map<ExecutionId, LiveRun> m_runs;
    qint64 m_runBytes = 0;                         ///< of texts that m_runs holds
    std::vector<LiveRun *> m_dirtyRuns;            ///< into m_runs, whose elements do not move
    std::map<ExecutionId, TimeNs> m_touchedTraces; ///< runs with news of spans, and when it came
    Gathered m_gathered;
};

} // namespace xray::store
