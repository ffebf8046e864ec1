// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/trace_keeper.h"

#include <model/admission/merge.h>

#include <QLoggingCategory>

#include <algorithm>
#include <chrono>

namespace xray::store {

Q_LOGGING_CATEGORY(lcTraces, "xray.store.traces")

namespace {

/// Large traces whose last mapping is remembered; beyond it they are mapped once too often.
constexpr std::size_t kMaxTracesRemembered = 1024;
constexpr DurationNs kRestPerWork = 4;

DurationNs since(std::chrono::steady_clock::time_point begun)
{
    const auto passed = std::chrono::steady_clock::now() - begun;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(passed).count();
}

/// The run as its trace tells it, besides what people have given it since; as it was while there
/// is nothing to tell.
admission::ExecutionRecord freshRun(const admission::ExecutionRecord &before,
                                    const MappedTrace &trace, TimeNs now)
{
    if (!trace.run.pipelineName.hasValue())
        return before;
    auto run = admission::mergeExecution(nullptr, trace.run, now);
    if (!run) {
        qCWarning(lcTraces) << "a trace is no run:" << run.error().message;
        return before;
    }
    for (const QByteArray &tag : before.tags) {
        if (std::ranges::find(run->tags, tag) == run->tags.end())
            run->tags.push_back(tag);
    }
    if (run->status == RunStatus::Running)
        run->status = before.status;
    return *std::move(run);
}

} // namespace

/// One replacement: what the run has now, turned step by step into what it should have.
class TraceKeeper::Work
{
public:
    Work(RecordStore &records, RunState run, TimeNs now)
        : m_records(records)
        , m_now(now)
    {
        m_done.run = std::move(run);
    }

    Result<> load();
    Result<> putSteps(const MappedTrace &trace);
    Result<> putErrors(const MappedTrace &trace);
    Result<> removeTheRest();
    Replacement take() { return std::move(m_done); }

private:
    Result<> putStep(StepEvent event, qint64 errorCount);
    Result<> insertStep(StepState step);
    Result<> updateStep(const StepState &before, StepState after);
    Result<> putError(ErrorEvent event);
    StepRow rowOf(const std::optional<StepId> &id) const;

    RecordStore &m_records;
    const TimeNs m_now;
    Replacement m_done;
    std::unordered_map<StepId, StepState> m_oldSteps; ///< not part of the run any more, so far
    std::unordered_map<ErrorId, ErrorState> m_oldErrors;
    std::unordered_map<StepId, StepRow> m_rows;
};

Result<> TraceKeeper::Work::load()
{
    auto steps = m_records.stepsOfRun(m_done.run.row);
    if (!steps)
        return steps.error();
    for (StepState &step : *steps)
        m_oldSteps.emplace(step.record.id, std::move(step));
    auto errors = m_records.errorsOfRun(m_done.run.row);
    if (!errors)
        return errors.error();
    for (ErrorState &error : *errors)
        m_oldErrors.emplace(error.record.id, std::move(error));
    return Success{};
}

Result<> TraceKeeper::Work::putSteps(const MappedTrace &trace)
{
    std::unordered_map<StepId, qint64> errorCounts;
    for (const ErrorEvent &error : trace.errors) {
        if (error.stepId.hasValue())
            errorCounts[*error.stepId] += 1;
    }
    m_done.run.stepCount = 0;
    m_done.run.lastStepIndex = 0;
    for (const StepEvent &event : trace.steps) {
        if (auto put = putStep(event, errorCounts[*event.id]); !put)
            return put;
    }
    return Success{};
}

Result<> TraceKeeper::Work::putStep(StepEvent event, qint64 errorCount)
{
    const admission::StepContext context{m_done.run.record.id, m_done.run.lastStepIndex + 1, m_now};
    auto record = admission::mergeStep(nullptr, event, context);
    if (!record) { // the span stays; what was made of it cannot be shown
        qCWarning(lcTraces) << "a span is no step:" << record.error().message;
        return Success{};
    }
    StepState step;
    step.record = std::move(*record);
    step.executionRow = m_done.run.row;
    step.errorCount = errorCount;
    m_done.run.stepCount += 1;
    m_done.run.lastStepIndex = std::max(m_done.run.lastStepIndex, step.record.index);
    admission::absorbStep(m_done.run.record, step.record);

    const auto old = m_oldSteps.find(step.record.id);
    if (old == m_oldSteps.end())
        return insertStep(std::move(step));
    step.row = old->second.row;
    const StepState before = std::move(old->second);
    m_oldSteps.erase(old);
    return updateStep(before, std::move(step));
}

Result<> TraceKeeper::Work::insertStep(StepState step)
{
    step.row = m_records.nextStepRow();
    m_rows.emplace(step.record.id, step.row);
    m_done.steps += 1;
    m_done.issues += hasIssue(step.record) ? 1 : 0;
    m_done.changes.emplace_back(step.row, ChangeKind::Upserted);
    return m_records.insertStep(step);
}

Result<> TraceKeeper::Work::updateStep(const StepState &before, StepState after)
{
    m_rows.emplace(after.record.id, after.row);
    if (before.record == after.record && before.errorCount == after.errorCount)
        return Success{};
    m_done.issues += int(hasIssue(after.record)) - int(hasIssue(before.record));
    m_done.changes.emplace_back(after.row, ChangeKind::Upserted);
    return m_records.updateStep(before, after);
}

StepRow TraceKeeper::Work::rowOf(const std::optional<StepId> &id) const
{
    if (!id)
        return {};
    const auto found = m_rows.find(*id);
    return found == m_rows.end() ? StepRow{} : found->second;
}

Result<> TraceKeeper::Work::putErrors(const MappedTrace &trace)
{
    m_done.run.errorCount = 0;
    for (const ErrorEvent &event : trace.errors) {
        if (auto put = putError(event); !put)
            return put;
    }
    return Success{};
}

Result<> TraceKeeper::Work::putError(ErrorEvent event)
{
    event.executionId = m_done.run.record.id;
    auto record = admission::mergeError(nullptr, event, m_now);
    if (!record) {
        qCWarning(lcTraces) << "an error of a span cannot be shown:" << record.error().message;
        return Success{};
    }
    ErrorState error;
    error.record = std::move(*record);
    error.executionRow = m_done.run.row;
    error.stepRow = rowOf(error.record.stepId);
    m_done.run.errorCount += 1;
    admission::absorbError(m_done.run.record, error.record);

    const auto old = m_oldErrors.find(error.record.id);
    if (old == m_oldErrors.end()) {
        error.row = m_records.nextErrorRow();
        m_done.errors += 1;
        return m_records.insertError(error);
    }
    error.row = old->second.row;
    const bool same = old->second.record == error.record && old->second.stepRow == error.stepRow;
    m_oldErrors.erase(old);
    return same ? Result<>(Success{}) : m_records.updateError(error);
}

Result<> TraceKeeper::Work::removeTheRest()
{
    for (const auto &[id, error] : m_oldErrors) {
        if (auto removed = m_records.removeError(error); !removed)
            return removed;
        m_done.errors -= 1;
    }
    for (const auto &[id, step] : m_oldSteps) {
        if (auto removed = m_records.removeStep(step); !removed)
            return removed;
        m_done.steps -= 1;
        m_done.issues -= hasIssue(step.record) ? 1 : 0;
        m_done.changes.emplace_back(step.row, ChangeKind::Deleted);
    }
    return Success{};
}

DurationNs remapPause(DurationNs cost)
{
    return std::clamp(kRestPerWork * cost, kShortestRemapPause, kLongestRemapPause);
}

// ---- TraceKeeper ---------------------------------------------------------------------------

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

Result<bool> TraceKeeper::isDue(ExecutionRow run, TimeNs now)
{
    auto large = m_spans->hasMoreThan(run, kRemapAtOnceSpans);
    if (!large)
        return large.error();
    if (!*large)
        return true;
    const auto due = m_dueAt.find(run);
    const bool isWaiting = due != m_dueAt.end() && now < due->second &&
                           due->second - now <= kLongestRemapPause; // else the clock was set back
    if (!isWaiting)
        return true;
    if (auto marked = m_spans->markStale(run, due->second); !marked)
        return marked.error();
    return false;
}

void TraceKeeper::rememberMapping(ExecutionRow run, TimeNs now, DurationNs cost)
{
    if (m_dueAt.size() >= kMaxTracesRemembered)
        m_dueAt.clear();
    const DurationNs rest = std::min(cost + remapPause(cost), kLongestRemapPause);
    m_dueAt.insert_or_assign(run, now + rest);
}

Result<TraceKeeper::Replacement> TraceKeeper::replace(const RunState &before, TimeNs now)
{
    const auto begun = std::chrono::steady_clock::now();
    auto spans = m_spans->spansOf(before.row, before.record.id);
    if (!spans)
        return spans.error();
    const MappedTrace trace = m_mapper->map(before.record.id, *spans);
    RunState run = before;
    run.record = freshRun(before.record, trace, now);
    Work work(m_records, std::move(run), now);
    if (auto loaded = work.load(); !loaded)
        return loaded.error();
    if (auto put = work.putSteps(trace); !put)
        return put.error();
    if (auto put = work.putErrors(trace); !put)
        return put.error();
    if (auto removed = work.removeTheRest(); !removed)
        return removed.error();
    if (spans->size() > kRemapAtOnceSpans)
        rememberMapping(before.row, now, since(begun));
    if (auto fresh = m_spans->markFresh(before.row); !fresh)
        return fresh.error();
    return work.take();
}

} // namespace xray::store
