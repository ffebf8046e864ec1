// SPDX-License-Identifier: GPL-3.0-or-later
// What has to change for a run to be what its spans say, and the writing of it. Making a change
// only reads, on any connection; writing it belongs to the writer's thread and its transactions,
// and can be done in slices. In between, nothing else may write the run's steps and errors: who
// does, spoils the change (TraceKeeper).
#pragma once

#include "model/store/record_store.h"
#include "model/store/span_store.h"

#include <chrono>
#include <utility>
#include <vector>

namespace xray::store {

struct TraceChange
{
    struct Step
    {
        std::optional<StepState> before; ///< what its row holds; nothing: it is new
        StepState after;
    };
    struct Error
    {
        bool isNew = false;
        ErrorState after;
    };

    ExecutionRow row;
    std::size_t spans = 0; ///< it was made of
    /// The run by its spans alone; nothing while they do not tell of one.
    std::optional<admission::ExecutionRecord> run;
    std::vector<Step> steps; ///< those that differ, in the order of the run
    std::vector<Error> errors;
    std::vector<ErrorState> goneErrors;
    std::vector<StepState> goneSteps; ///< without payloads
    // Of the run when all is written.
    qint64 stepCount = 0;
    qint64 errorCount = 0;
    qint64 lastStepIndex = 0;
};

/// Reads a run's spans, maps them, and compares what comes of it with what is stored. Cancelled
/// once the ticket is.
[[nodiscard]] Result<TraceChange> makeTraceChange(RecordStore &records, SpanStore &spans,
                                                  const TraceMapper &mapper, ExecutionRow row,
                                                  ExecutionId id, TimeNs now,
                                                  const Ticket &ticket = {});

/// Writes a change in one go or in slices, each within a transaction. After an Error, or a
/// transaction that was undone, what is left of it is worth nothing.
class TraceChangeWriter
{
public:
    using Deadline = std::chrono::steady_clock::time_point;

    explicit TraceChangeWriter(TraceChange change)
        : m_change(std::move(change))
    {
    }

    [[nodiscard]] ExecutionRow row() const { return m_change.row; }
    [[nodiscard]] std::size_t spans() const { return m_change.spans; }

    /// What a slice did.
    struct Slice
    {
        bool isLast = false;
        std::vector<std::pair<StepRow, ChangeKind>> changes;
        // What run and totals grow by.
        qint64 steps = 0;
        qint64 errors = 0;
        qint64 issues = 0;
    };
    /// Writes until all is written or, at least something, until the time has come. `run` is
    /// changed as the rows are, for the caller to write: it shows that it is over only when it has
    /// all of its steps.
    [[nodiscard]] Result<Slice> write(RecordStore &records, RunState &run,
                                      Deadline until = Deadline::max());

private:
    Result<> writeNext(RecordStore &records, Slice &slice);
    Result<> writeStep(RecordStore &records, TraceChange::Step &step, Slice &slice);
    Result<> writeError(RecordStore &records, TraceChange::Error &error, Slice &slice);
    Result<> removeError(RecordStore &records, const ErrorState &error, Slice &slice);
    Result<> removeStep(RecordStore &records, const StepState &step, Slice &slice);
    [[nodiscard]] bool isAtEnd() const;
    void tellRun(RunState &run, const Slice &slice) const;

    TraceChange m_change;
    // What is written of each.
    std::size_t m_steps = 0;
    std::size_t m_errors = 0;
    std::size_t m_goneErrors = 0;
    std::size_t m_goneSteps = 0;
    std::unordered_map<StepId, StepRow> m_newRows; ///< of new steps that have errors
};

} // namespace xray::store
