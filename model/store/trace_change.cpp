// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/trace_change.h"

#include <model/admission/merge.h>

#include <QLoggingCategory>

#include <algorithm>

namespace xray::store {

Q_LOGGING_CATEGORY(lcTraces, "xray.store.traces")

namespace {

Error cancelled()
{
    return {ErrorCode::Cancelled, QStringLiteral("The mapping was cancelled.")};
}

/// What is needed to remove a step.
StepState withoutPayloads(StepState step)
{
    step.record.input.clear();
    step.record.output.clear();
    step.record.reasoning.clear();
    step.record.origin.clear();
    return step;
}

/// One change in the making: what the run should have, then compared with what it has.
class ChangeMaker
{
public:
    ChangeMaker(ExecutionRow row, ExecutionId id, TimeNs now, const Ticket &ticket)
        : m_id(id)
        , m_now(now)
        , m_ticket(ticket)
    {
        m_change.row = row;
    }

    Result<> take(MappedTrace trace, std::size_t spans);
    Result<> compare(RecordStore &records);
    TraceChange finish();

private:
    void takeRun(const ExecutionEvent &event);
    void takeStep(const StepEvent &event, qint64 errorCount);
    void takeError(ErrorEvent event);
    Result<> compareSteps(RecordStore &records);
    Result<> compareErrors(RecordStore &records);
    void compareStep(StepState old);
    void compareError(ErrorState old);

    const ExecutionId m_id;
    const TimeNs m_now;
    const Ticket &m_ticket;
    TraceChange m_change;
    std::unordered_map<StepId, std::size_t> m_steps; ///< places in m_change.steps
    std::unordered_map<ErrorId, std::size_t> m_errors;
    std::vector<bool> m_sameSteps; ///< as stored
    std::vector<bool> m_sameErrors;
};

void ChangeMaker::takeRun(const ExecutionEvent &event)
{
    if (!event.pipelineName.hasValue())
        return;
    auto run = admission::mergeExecution(nullptr, event, m_now);
    if (run)
        m_change.run = *std::move(run);
    else
        qCWarning(lcTraces) << "a trace is no run:" << run.error().message;
}

void ChangeMaker::takeStep(const StepEvent &event, qint64 errorCount)
{
    const admission::StepContext context{m_id, m_change.lastStepIndex + 1, m_now};
    auto record = admission::mergeStep(nullptr, event, context);
    if (!record) { // the span stays; what was made of it cannot be shown
        qCWarning(lcTraces) << "a span is no step:" << record.error().message;
        return;
    }
    StepState step;
    step.record = std::move(*record);
    step.executionRow = m_change.row;
    step.errorCount = errorCount;
    m_change.stepCount += 1;
    m_change.lastStepIndex = std::max(m_change.lastStepIndex, step.record.index);
    if (m_change.run)
        admission::absorbStep(*m_change.run, step.record);
    m_steps.emplace(step.record.id, m_change.steps.size());
    m_change.steps.push_back({{}, std::move(step)});
}

void ChangeMaker::takeError(ErrorEvent event)
{
    event.executionId = m_id;
    auto record = admission::mergeError(nullptr, event, m_now);
    if (!record) {
        qCWarning(lcTraces) << "an error of a span cannot be shown:" << record.error().message;
        return;
    }
    ErrorState error;
    error.record = std::move(*record);
    error.executionRow = m_change.row;
    m_change.errorCount += 1;
    if (m_change.run)
        admission::absorbError(*m_change.run, error.record);
    m_errors.emplace(error.record.id, m_change.errors.size());
    m_change.errors.push_back({true, std::move(error)});
}

Result<> ChangeMaker::take(MappedTrace trace, std::size_t spans)
{
    m_change.spans = spans;
    takeRun(trace.run);
    std::unordered_map<StepId, qint64> errorCounts;
    for (const ErrorEvent &error : trace.errors) {
        if (error.stepId.hasValue())
            errorCounts[*error.stepId] += 1;
    }
    m_change.steps.reserve(trace.steps.size());
    for (const StepEvent &event : trace.steps) {
        if (m_ticket.isCancelled())
            return cancelled();
        const auto errors = errorCounts.find(*event.id);
        takeStep(event, errors == errorCounts.end() ? 0 : errors->second);
    }
    for (ErrorEvent &event : trace.errors)
        takeError(std::move(event));
    return Success{};
}

void ChangeMaker::compareStep(StepState old)
{
    const auto found = m_steps.find(old.record.id);
    if (found == m_steps.end()) {
        m_change.goneSteps.push_back(withoutPayloads(std::move(old)));
        return;
    }
    TraceChange::Step &step = m_change.steps[found->second];
    step.after.row = old.row;
    if (old.record == step.after.record && old.errorCount == step.after.errorCount)
        m_sameSteps[found->second] = true;
    else
        step.before = std::move(old);
}

Result<> ChangeMaker::compareSteps(RecordStore &records)
{
    m_sameSteps.assign(m_change.steps.size(), false);
    return records.forEachStepOfRun(m_change.row, [this](StepState old) -> Result<> {
        if (m_ticket.isCancelled())
            return cancelled();
        compareStep(std::move(old));
        return Success{};
    });
}

void ChangeMaker::compareError(ErrorState old)
{
    const auto found = m_errors.find(old.record.id);
    if (found == m_errors.end()) {
        m_change.goneErrors.push_back(std::move(old));
        return;
    }
    TraceChange::Error &error = m_change.errors[found->second];
    error.isNew = false;
    error.after.row = old.row;
    m_sameErrors[found->second] =
        old.record == error.after.record && old.stepRow == error.after.stepRow;
}

Result<> ChangeMaker::compareErrors(RecordStore &records)
{
    for (TraceChange::Error &error : m_change.errors) {
        const auto &stepId = error.after.record.stepId;
        const auto step = stepId ? m_steps.find(*stepId) : m_steps.end();
        if (step != m_steps.end()) // null while it is new
            error.after.stepRow = m_change.steps[step->second].after.row;
    }
    m_sameErrors.assign(m_change.errors.size(), false);
    auto stored = records.errorsOfRun(m_change.row);
    if (!stored)
        return stored.error();
    for (ErrorState &old : *stored)
        compareError(std::move(old));
    return Success{};
}

Result<> ChangeMaker::compare(RecordStore &records)
{
    if (auto compared = compareSteps(records); !compared)
        return compared;
    return compareErrors(records);
}

template<class T>
void dropSame(std::vector<T> &all, const std::vector<bool> &same)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!same[i] && kept != i)
            all[kept] = std::move(all[i]);
        kept += same[i] ? 0 : 1;
    }
    all.resize(kept);
    all.shrink_to_fit();
}

TraceChange ChangeMaker::finish()
{
    dropSame(m_change.steps, m_sameSteps);
    dropSame(m_change.errors, m_sameErrors);
    return std::move(m_change);
}

/// The run as its trace tells it, besides what people have given it since.
void tell(admission::ExecutionRecord &run, const admission::ExecutionRecord &fresh)
{
    admission::ExecutionRecord told = fresh;
    for (const QByteArray &tag : run.tags) {
        if (std::ranges::find(told.tags, tag) == told.tags.end())
            told.tags.push_back(tag);
    }
    if (told.status == RunStatus::Running)
        told.status = run.status;
    run = std::move(told);
}

} // namespace

Result<TraceChange> makeTraceChange(RecordStore &records, SpanStore &spans,
                                    const TraceMapper &mapper, ExecutionRow row, ExecutionId id,
                                    TimeNs now, const Ticket &ticket)
{
    ChangeMaker maker(row, id, now, ticket);
    {
        const auto stored = spans.spansOf(row, id);
        if (!stored)
            return stored.error();
        MappedTrace trace = mapper.map(id, *stored);
        if (auto taken = maker.take(std::move(trace), stored->size()); !taken)
            return taken.error();
    }
    if (auto compared = maker.compare(records); !compared)
        return compared.error();
    return maker.finish();
}

// ---- TraceChangeWriter ---------------------------------------------------------------------

bool TraceChangeWriter::isAtEnd() const
{
    return m_steps == m_change.steps.size() && m_errors == m_change.errors.size() &&
           m_goneErrors == m_change.goneErrors.size() && m_goneSteps == m_change.goneSteps.size();
}

Result<TraceChangeWriter::Slice> TraceChangeWriter::write(RecordStore &records, RunState &run,
                                                          Deadline until)
{
    Slice slice;
    do {
        if (auto written = writeNext(records, slice); !written)
            return written.error();
    } while (!isAtEnd() && std::chrono::steady_clock::now() < until);
    slice.isLast = isAtEnd();
    tellRun(run, slice);
    return slice;
}

/// Steps first, parents before children; what is gone last, when nothing points to it any more.
Result<> TraceChangeWriter::writeNext(RecordStore &records, Slice &slice)
{
    if (m_steps < m_change.steps.size())
        return writeStep(records, m_change.steps[m_steps++], slice);
    if (m_errors < m_change.errors.size())
        return writeError(records, m_change.errors[m_errors++], slice);
    if (m_goneErrors < m_change.goneErrors.size())
        return removeError(records, m_change.goneErrors[m_goneErrors++], slice);
    if (m_goneSteps < m_change.goneSteps.size())
        return removeStep(records, m_change.goneSteps[m_goneSteps++], slice);
    return Success{};
}

Result<> TraceChangeWriter::writeStep(RecordStore &records, TraceChange::Step &step, Slice &slice)
{
    StepState after = std::move(step.after); // and with the slice go its payloads
    const auto before = std::exchange(step.before, {});
    if (!before) {
        after.row = records.nextStepRow();
        if (after.errorCount > 0)
            m_newRows.emplace(after.record.id, after.row);
        slice.steps += 1;
    }
    slice.issues += int(hasIssue(after.record)) - int(before && hasIssue(before->record));
    slice.changes.emplace_back(after.row, ChangeKind::Upserted);
    return before ? records.updateStep(*before, after) : records.insertStep(after);
}

Result<> TraceChangeWriter::writeError(RecordStore &records, TraceChange::Error &error,
                                       Slice &slice)
{
    const auto &stepId = error.after.record.stepId;
    if (const auto step = stepId ? m_newRows.find(*stepId) : m_newRows.end();
        step != m_newRows.end())
        error.after.stepRow = step->second;
    if (!error.isNew)
        return records.updateError(error.after);
    error.after.row = records.nextErrorRow();
    slice.errors += 1;
    return records.insertError(error.after);
}

Result<> TraceChangeWriter::removeError(RecordStore &records, const ErrorState &error, Slice &slice)
{
    slice.errors -= 1;
    return records.removeError(error);
}

Result<> TraceChangeWriter::removeStep(RecordStore &records, const StepState &step, Slice &slice)
{
    slice.steps -= 1;
    slice.issues -= hasIssue(step.record) ? 1 : 0;
    slice.changes.emplace_back(step.row, ChangeKind::Deleted);
    return records.removeStep(step);
}

void TraceChangeWriter::tellRun(RunState &run, const Slice &slice) const
{
    run.stepCount += slice.steps;
    run.errorCount += slice.errors;
    run.lastStepIndex = std::max(run.lastStepIndex, m_change.lastStepIndex);
    if (slice.isLast) {
        run.stepCount = m_change.stepCount;
        run.errorCount = m_change.errorCount;
        run.lastStepIndex = m_change.lastStepIndex;
    }
    if (!m_change.run)
        return;
    const auto [status, endedAt, duration] =
        std::tuple(run.record.status, run.record.endedAt, run.record.duration);
    tell(run.record, *m_change.run);
    if (slice.isLast)
        return;
    run.record.status = status;
    run.record.endedAt = endedAt;
    run.record.duration = duration;
}

} // namespace xray::store
