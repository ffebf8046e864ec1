// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/event_applier.h"

#include <model/admission/merge.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace xray::store {

namespace {

/// Runs kept in memory between transactions, and bytes of what they say; beyond either they are
/// read again.
constexpr std::size_t kMaxRunsKept = 4096;
constexpr qint64 kMaxRunBytesKept = qint64(16) * 1024 * 1024;
/// Steps, or spans, removed in one slice of a purge; keeps a slice below 20 ms.
constexpr int kPurgeSliceRows = 200;

/// hasIssue() of the stored rows of a run. In the JSON the quotes of a message are escaped.
constexpr char kCountIssues[] =
    "SELECT count(*) FROM execution_steps WHERE execution_id = ? AND "
    "(issues LIKE '%\"severity\":\"warning\"%' OR issues LIKE '%\"severity\":\"error\"%')";

Error unknownExecution(const QByteArray &id, const char *field)
{
    return {ErrorCode::UnknownExecution,
            QStringLiteral("There is no execution %1. Start it first, or check the id.")
                .arg(QLatin1String(id)),
            QLatin1String(field)};
}

Error spansAlone(const char *what)
{
    return {ErrorCode::Conflict,
            QStringLiteral("This execution is an OpenTelemetry trace, told by its spans alone; it "
                           "takes no %1 from elsewhere. Start an execution of your own.")
                .arg(QLatin1String(what)),
            QStringLiteral("execution_id")};
}

DurationNs durationNs(std::chrono::steady_clock::duration time)
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

qint64 textBytes(const admission::ExecutionRecord &run)
{
    qint64 bytes = run.pipelineName.size() + run.environment.size() + run.trigger.size() +
                   run.metadata.size() + run.session.size() + run.title.size() +
                   run.outcome.size() + run.failure.size();
    for (const QByteArray &tag : run.tags)
        bytes += tag.size();
    return bytes;
}

} // namespace

bool isRefusal(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::Busy:
    case ErrorCode::Unavailable:
    case ErrorCode::Cancelled:
    case ErrorCode::Internal:
        return false;
    case ErrorCode::InvalidJson:
    case ErrorCode::MissingField:
    case ErrorCode::UnknownField:
    case ErrorCode::ReadOnlyField:
    case ErrorCode::InvalidValue:
    case ErrorCode::UnknownExecution:
    case ErrorCode::UnknownStep:
    case ErrorCode::Conflict:
    case ErrorCode::NotFound:
    case ErrorCode::TooLarge:
        return true;
    }
    return true;
}

EventOutcome EventApplier::apply(Event &event, TimeNs now)
{
    return std::visit([&](auto &e) { return applyEvent(e, now); }, event);
}

// ---- runs ----------------------------------------------------------------------------------

EventApplier::LiveRun &EventApplier::keep(RunState state)
{
    const ExecutionId id = state.record.id;
    LiveRun &run = m_runs.emplace(id, LiveRun{std::move(state)}).first->second;
    countBytes(run);
    return run;
}

void EventApplier::countBytes(LiveRun &run)
{
    const qint64 bytes = textBytes(run.state.record);
    m_runBytes += bytes - run.countedBytes;
    run.countedBytes = bytes;
}

Result<EventApplier::LiveRun *> EventApplier::findLive(ExecutionId id)
{
    if (const auto it = m_runs.find(id); it != m_runs.end())
        return &it->second;
    auto found = m_records.findRun(id);
    if (!found)
        return found.error();
    if (!*found)
        return static_cast<LiveRun *>(nullptr);
    return &keep(std::move(**found));
}

Result<EventApplier::LiveRun *> EventApplier::requireLive(ExecutionId id, const char *field)
{
    auto found = findLive(id);
    if (found && (!*found || (*found)->state.purgeAt))
        return unknownExecution(id.toUtf8(), field);
    return found;
}

/// What a step or an error does to its run, besides its own row.
void EventApplier::noteProgress(LiveRun &run, TimeNs now)
{
    const bool asleep = run.state.record.status == RunStatus::Incomplete;
    admission::wake(run.state.record);
    touch(run, now, asleep ? LiveRun::Dirty::All : LiveRun::Dirty::Counters);
}

void EventApplier::touch(LiveRun &run, TimeNs now, LiveRun::Dirty dirty)
{
    run.state.lastEventAt = now;
    markDirty(run, dirty);
    noteChange(run.state.row, {});
}

void EventApplier::markDirty(LiveRun &run, LiveRun::Dirty dirty)
{
    if (run.dirty == LiveRun::Dirty::No)
        m_dirtyRuns.push_back(&run);
    run.dirty = std::max(run.dirty, dirty);
}

void EventApplier::dropRun(ExecutionId id)
{
    const auto it = m_runs.find(id);
    if (it == m_runs.end())
        return;
    std::erase(m_dirtyRuns, &it->second);
    m_runBytes -= it->second.countedBytes;
    m_runs.erase(it);
}

void EventApplier::dropRuns()
{
    m_runs.clear();
    m_runBytes = 0;
}

void EventApplier::noteChange(ExecutionRow run, StepRow step, ChangeKind kind)
{
    m_gathered.changes[{run.value, step.value}] = kind;
}

EventOutcome EventApplier::startRun(const ExecutionEvent &event, TimeNs now)
{
    auto merged = admission::mergeExecution(nullptr, event, now);
    if (!merged)
        return merged.error();
    RunState run;
    run.row = m_records.nextRunRow();
    run.record = std::move(*merged);
    run.lastEventAt = now;
    if (auto inserted = m_records.insertRun(run); !inserted)
        return inserted.error();
    m_gathered.runs += 1;
    noteChange(run.row, {});
    keep(std::move(run));
    return event.id->uuid();
}

EventOutcome EventApplier::applyEvent(ExecutionEvent &event, TimeNs now)
{
    if (!event.id && event.kind == ExecutionEvent::Kind::Start)
        event.id = ExecutionId::newV7();
    if (!event.id)
        return Error{ErrorCode::MissingField, QStringLiteral("The id of the execution is missing."),
                     QStringLiteral("id")};
    auto live = findLive(*event.id);
    if (!live)
        return live.error();
    LiveRun *run = *live;
    if (run && run->state.purgeAt) { // deleted: to the sender it is not there
        if (event.kind != ExecutionEvent::Kind::Start)
            return unknownExecution(event.id->toUtf8(), "id");
        if (auto purged = purgeNow(*event.id); !purged)
            return purged.error();
        run = nullptr;
    }
    if (!run) {
        if (event.kind != ExecutionEvent::Kind::Start)
            return unknownExecution(event.id->toUtf8(), "id");
        return startRun(event, now);
    }
    auto merged = admission::mergeExecution(&run->state.record, event, now);
    if (!merged)
        return merged.error();
    if (*merged != run->state.record) {
        run->state.record = std::move(*merged);
        touch(*run, now, LiveRun::Dirty::All);
    }
    return event.id->uuid();
}

// ---- steps ---------------------------------------------------------------------------------

Result<> EventApplier::storeNewStep(LiveRun &run, StepState step)
{
    step.row = m_records.nextStepRow();
    step.executionRow = run.state.row;
    if (auto inserted = m_records.insertStep(step); !inserted)
        return inserted;
    run.state.stepCount += 1;
    run.state.lastStepIndex = std::max(run.state.lastStepIndex, step.record.index);
    m_gathered.steps += 1;
    m_gathered.issues += hasIssue(step.record) ? 1 : 0;
    admission::absorbStep(run.state.record, step.record);
    noteChange(run.state.row, step.row);
    return Success{};
}

Result<> EventApplier::storeChangedStep(LiveRun &run, const StepState &before, StepState after)
{
    if (auto updated = m_records.updateStep(before, after); !updated)
        return updated;
    run.state.lastStepIndex = std::max(run.state.lastStepIndex, after.record.index);
    m_gathered.issues += int(hasIssue(after.record)) - int(hasIssue(before.record));
    admission::absorbStep(run.state.record, after.record);
    noteChange(run.state.row, after.row);
    return Success{};
}

EventOutcome EventApplier::applyEvent(StepEvent &event, TimeNs now)
{
    std::optional<StepState> existing;
    if (event.id) {
        auto found = m_records.findStep(*event.id);
        if (!found)
            return found.error();
        existing = std::move(*found);
    } else {
        event.id = StepId::newV7();
    }
    if (!event.executionId && !existing)
        return Error{ErrorCode::MissingField,
                     QStringLiteral("A step needs the execution_id of its run."),
                     QStringLiteral("execution_id")};
    const ExecutionId runId = event.executionId ? *event.executionId : existing->record.executionId;
    auto live = requireLive(runId, "execution_id");
    if (!live)
        return live.error();
    LiveRun &run = **live;
    if (run.state.record.source == Source::Otlp)
        return spansAlone("steps");

    const admission::StepContext context{runId, run.state.lastStepIndex + 1, now};
    auto merged = admission::mergeStep(existing ? &existing->record : nullptr, event, context);
    if (!merged)
        return merged.error();
    if (existing && *merged == existing->record)
        return event.id->uuid();
    StepState step = existing ? *existing : StepState{};
    step.record = std::move(*merged);
    auto stored = existing ? storeChangedStep(run, *existing, std::move(step))
                           : storeNewStep(run, std::move(step));
    if (!stored)
        return stored.error();
    noteProgress(run, now);
    return event.id->uuid();
}

// ---- errors --------------------------------------------------------------------------------

Result<std::optional<StepRow>> EventApplier::stepOfError(const ErrorEvent &event,
                                                         const LiveRun &run)
{
    if (!event.stepId.hasValue())
        return std::optional<StepRow>();
    auto place = m_records.findStepPlace(*event.stepId);
    if (!place)
        return place.error();
    if (!*place || (*place)->executionRow != run.state.row)
        return Error{ErrorCode::UnknownStep,
                     QStringLiteral("There is no step %1 in this execution. Log the step first, or "
                                    "leave step_id out for an error of the run itself.")
                         .arg(event.stepId->toString()),
                     QStringLiteral("step_id")};
    return std::optional((*place)->row);
}

Result<> EventApplier::countOnSteps(const LiveRun &run, StepRow before, StepRow after)
{
    if (before == after)
        return Success{};
    for (const auto &[row, delta] : {std::pair(before, -1), std::pair(after, 1)}) {
        if (row.isNull())
            continue;
        if (auto counted = m_records.addStepErrors(row, delta); !counted)
            return counted;
        noteChange(run.state.row, row);
    }
    return Success{};
}

EventOutcome EventApplier::applyEvent(ErrorEvent &event, TimeNs now)
{
    std::optional<ErrorState> existing;
    if (event.id) {
        auto found = m_records.findError(*event.id);
        if (!found)
            return found.error();
        existing = std::move(*found);
    } else {
        event.id = ErrorId::newV7();
    }
    if (!event.executionId && !existing)
        return Error{ErrorCode::MissingField,
                     QStringLiteral("An error needs the execution_id of its run."),
                     QStringLiteral("execution_id")};
    auto live = requireLive(event.executionId ? *event.executionId : existing->record.executionId,
                            "execution_id");
    if (!live)
        return live.error();
    LiveRun &run = **live;
    if (run.state.record.source == Source::Otlp)
        return spansAlone("errors");
    auto stepRow = stepOfError(event, run);
    if (!stepRow)
        return stepRow.error();
    auto merged = admission::mergeError(existing ? &existing->record : nullptr, event, now);
    if (!merged)
        return merged.error();
    if (existing && *merged == existing->record)
        return event.id->uuid();

    ErrorState error = existing ? *existing : ErrorState{};
    error.record = std::move(*merged);
    error.executionRow = run.state.row;
    if (!event.stepId.isAbsent())
        error.stepRow = stepRow->value_or(StepRow{});
    if (auto stored = storeError(run, existing ? &*existing : nullptr, std::move(error)); !stored)
        return stored.error();
    noteProgress(run, now);
    return event.id->uuid();
}

/// `before` is what is stored of it, null when it is new.
Result<> EventApplier::storeError(LiveRun &run, const ErrorState *before, ErrorState error)
{
    if (!before)
        error.row = m_records.nextErrorRow();
    if (auto stored = before ? m_records.updateError(error) : m_records.insertError(error); !stored)
        return stored;
    if (auto counted = countOnSteps(run, before ? before->stepRow : StepRow{}, error.stepRow);
        !counted)
        return counted;
    admission::absorbError(run.state.record, error.record);
    if (!before) {
        run.state.errorCount += 1;
        m_gathered.errors += 1;
    }
    return Success{};
}

// ---- saved queries -------------------------------------------------------------------------

EventOutcome EventApplier::applyEvent(SaveQueryEvent &event, TimeNs now)
{
    if (event.name.trimmed().isEmpty() || event.name.size() > kMaxSavedQueryName)
        return Error{
            ErrorCode::InvalidValue,
            QStringLiteral("The name of a query has 1 to %1 bytes.").arg(kMaxSavedQueryName),
            QStringLiteral("name")};
    if (event.text.size() > kMaxSavedQueryText)
        return Error{ErrorCode::TooLarge,
                     QStringLiteral("A saved query has at most %1 bytes.").arg(kMaxSavedQueryText),
                     QStringLiteral("text")};
    auto save = m_connection.prepare("INSERT OR REPLACE INTO saved_queries(name, text, saved_at) "
                                     "VALUES(?1, ?2, ?3)");
    if (!save)
        return save.error();
    if (!save->bindText(1, event.name).bindText(2, event.text).bind(3, now).run())
        return m_connection.lastError().toError();
    return Uuid();
}

EventOutcome EventApplier::applyEvent(RemoveQueryEvent &event, TimeNs)
{
    auto remove = m_connection.prepare("DELETE FROM saved_queries WHERE name = ?1 RETURNING 1");
    if (!remove)
        return remove.error();
    const Statement::Step step = remove->bindText(1, event.name).step();
    if (step == Statement::Step::Failed)
        return m_connection.lastError().toError();
    if (step == Statement::Step::Done)
        return Error{
            ErrorCode::NotFound,
            QStringLiteral("There is no saved query “%1”.").arg(QString::fromUtf8(event.name))};
    if (!remove->run())
        return m_connection.lastError().toError();
    return Uuid();
}

// ---- spans ---------------------------------------------------------------------------------

/// The run of a trace, made by the first span of any kind.
Result<EventApplier::LiveRun *> EventApplier::runOfSpans(ExecutionId id, TimeNs now)
{
    auto live = findLive(id);
    if (!live)
        return live;
    if (*live && (*live)->state.purgeAt) {
        if (auto purged = purgeNow(id); !purged)
            return purged.error();
        *live = nullptr;
    }
    if (*live)
        return live;
    ExecutionEvent start;
    start.id = id;
    start.pipelineName = QByteArrayLiteral("(no span yet)");
    start.source = Source::Otlp;
    if (auto started = startRun(start, now); !started)
        return started.error();
    return findLive(id);
}

EventOutcome EventApplier::applyEvent(RawSpan &span, TimeNs now)
{
    if (!m_traces.mapper())
        return Error{ErrorCode::InvalidValue, QStringLiteral("This store takes no spans.")};
    auto live = runOfSpans(span.executionId, now);
    if (!live)
        return live.error();
    LiveRun &run = **live;
    if (run.state.record.source != Source::Otlp)
        return Error{ErrorCode::Conflict,
                     QStringLiteral("Execution %1 was not made of spans; a trace cannot be added "
                                    "to it.")
                         .arg(span.executionId.toString()),
                     QStringLiteral("traceId")};
    auto news = m_traces.spans().put(run.state.row, span);
    if (!news)
        return news.error();
    if (*news) {
        noteProgress(run, now);
        m_traces.noteNews(run.state.row);
        m_touchedTraces.insert_or_assign(span.executionId, now);
    }
    return span.executionId.uuid();
}

/// Maps the traces that have news, once each.
Result<> EventApplier::settleTraces()
{
    for (const auto &[id, now] : std::exchange(m_touchedTraces, {})) {
        auto live = findLive(id);
        if (!live)
            return live.error();
        if (!*live || (*live)->state.purgeAt) // rolled back or deleted since
            continue;
        auto due = m_traces.isDue((*live)->state.row, now);
        if (!due)
            return due.error();
        if (!*due)
            continue;
        if (auto replaced = replaceTrace(**live, now); !replaced)
            return replaced;
    }
    return Success{};
}

Result<> EventApplier::replaceTrace(LiveRun &run, TimeNs now)
{
    const auto begun = std::chrono::steady_clock::now();
    auto change = m_traces.changeOf(run.state, now);
    if (!change)
        return change.error();
    TraceChangeWriter writer(std::move(*change));
    if (auto written = writeSlice(run, writer, TraceChangeWriter::Deadline::max()); !written)
        return written.error();
    const DurationNs cost = durationNs(std::chrono::steady_clock::now() - begun);
    return m_traces.settle(run.state.row, writer.spans(), now, cost);
}

/// Whether that was all.
Result<bool> EventApplier::writeSlice(LiveRun &run, TraceChangeWriter &change,
                                      TraceChangeWriter::Deadline until)
{
    const auto slice = change.write(m_records, run.state, until);
    if (!slice)
        return slice.error();
    markDirty(run, LiveRun::Dirty::All);
    noteChange(run.state.row, {});
    for (const auto &[step, kind] : slice->changes)
        noteChange(run.state.row, step, kind);
    m_gathered.steps += slice->steps;
    m_gathered.errors += slice->errors;
    m_gathered.issues += slice->issues;
    return slice->isLast;
}

/// Those of runs that are gone, or deleted, are no longer due.
Result<std::optional<EventApplier::Trace>> EventApplier::nextDueTrace(TimeNs from, TimeNs to)
{
    for (;;) {
        const auto row = m_traces.spans().nextStale(from, to);
        if (!row)
            return row.error();
        if (!*row)
            return std::optional<Trace>();
        const auto run = m_records.findRun(**row);
        if (!run)
            return run.error();
        if (*run && !(*run)->purgeAt && (*run)->record.source == Source::Otlp)
            return std::optional(Trace{**row, (*run)->record.id});
        if (auto fresh = m_traces.spans().markFresh(**row); !fresh)
            return fresh.error();
    }
}

Result<> EventApplier::mapDueTraces(TimeNs from, TimeNs to, TimeNs now,
                                    TraceChangeWriter::Deadline until, std::optional<Trace> &next)
{
    do {
        auto due = nextDueTrace(from, to);
        if (!due)
            return due.error();
        next = *due;
        if (!next)
            return Success{};
        const auto large = m_traces.spans().hasMoreThan(next->row, kRemapAtOnceSpans);
        if (!large)
            return large.error();
        if (*large)
            return Success{};
        const auto live = findLive(next->id);
        if (!live)
            return live.error();
        if (auto replaced = replaceTrace(**live, now); !replaced)
            return replaced;
    } while (std::chrono::steady_clock::now() < until);
    next.reset();
    return Success{};
}

Result<bool> EventApplier::writeTraceSlice(ExecutionId id, TraceChangeWriter &change,
                                           DurationNs cost, TimeNs now,
                                           TraceChangeWriter::Deadline until)
{
    const auto live = findLive(id);
    if (!live)
        return live.error();
    if (m_traces.isSpoiled() || !*live || (*live)->state.purgeAt)
        return false;
    const auto isAll = writeSlice(**live, change, until);
    if (!isAll)
        return isAll.error();
    if (!*isAll)
        return true;
    if (auto settled = m_traces.settle(change.row(), change.spans(), now, cost); !settled)
        return settled.error();
    return false;
}

// ---- deletion ------------------------------------------------------------------------------

EventOutcome EventApplier::applyEvent(DeleteEvent &event, TimeNs now)
{
    auto live = findLive(event.id);
    if (!live)
        return live.error();
    if (!*live || (*live)->state.purgeAt)
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no execution %1.").arg(event.id.toString())};
    LiveRun &run = **live;
    run.state.purgeAt = now + std::max<DurationNs>(event.purgeAfter, 0);
    markDirty(run, LiveRun::Dirty::All);
    if (auto counted = countRun(run.state, -1); !counted)
        return counted.error();
    noteChange(run.state.row, {}, ChangeKind::Deleted);
    return event.id.uuid();
}

EventOutcome EventApplier::applyEvent(RestoreEvent &event, TimeNs now)
{
    auto live = findLive(event.id);
    if (!live)
        return live.error();
    if (!*live)
        return Error{ErrorCode::NotFound,
                     QStringLiteral("Execution %1 is gone for good.").arg(event.id.toString())};
    LiveRun &run = **live;
    if (!run.state.purgeAt)
        return event.id.uuid();
    run.state.purgeAt.reset();
    markDirty(run, LiveRun::Dirty::All);
    if (run.state.record.source == Source::Otlp) { // nobody mapped it meanwhile
        if (auto stale = m_traces.spans().markStale(run.state.row, now); !stale)
            return stale.error();
    }
    if (auto counted = countRun(run.state, 1); !counted)
        return counted.error();
    noteChange(run.state.row, {});
    return event.id.uuid();
}

Result<> EventApplier::countRun(const RunState &run, int sign)
{
    auto issues = m_connection.prepare(kCountIssues);
    if (!issues)
        return issues.error();
    issues->bind(1, run.row.value);
    if (issues->step() != Statement::Step::Row)
        return issues->lastError().toError();
    m_gathered.runs += sign;
    m_gathered.steps += sign * run.stepCount;
    m_gathered.errors += sign * run.errorCount;
    m_gathered.issues += sign * issues->integer(0);
    return Success{};
}

Result<> EventApplier::purgeNow(ExecutionId id)
{
    const ExecutionRow row = m_runs.at(id).state.row;
    dropRun(id);
    for (;;) {
        auto gone = purgeRows(row);
        if (!gone)
            return gone.error();
        if (*gone)
            return Success{};
    }
}

/// Removes a slice of a run: its steps, then its spans, then the run. Whether it is gone.
Result<bool> EventApplier::purgeRows(ExecutionRow row)
{
    if (auto forgotten = m_traces.forget(row); !forgotten)
        return forgotten.error();
    auto deleted = m_records.deleteStepSlice(row, kPurgeSliceRows);
    if (deleted && *deleted == 0)
        deleted = m_traces.spans().deleteSlice(row, kPurgeSliceRows);
    if (!deleted)
        return deleted.error();
    if (*deleted > 0)
        return false;
    if (auto gone = m_records.deleteRun(row); !gone)
        return gone.error();
    return true;
}

Result<bool> EventApplier::purgeSlice(TimeNs now)
{
    auto due = m_connection.prepare("SELECT id, uuid FROM executions WHERE purge_at IS NOT NULL "
                                    "AND purge_at <= ?1 ORDER BY purge_at LIMIT 1");
    if (!due)
        return due.error();
    due->bind(1, now);
    if (due->step() != Statement::Step::Row)
        return false;
    const ExecutionRow row{due->integer(0)};
    const ExecutionId id(due->uuid(1).value_or(Uuid()));
    due->reset();
    // Its steps may only go when nothing in memory counts on them any more.
    dropRun(id);
    if (auto purged = purgeRows(row); !purged)
        return purged.error();
    return true;
}

Result<bool> EventApplier::markIncomplete(TimeNs quietSince)
{
    auto quiet = m_connection.prepare("SELECT uuid FROM executions WHERE status = 'running' AND "
                                      "last_event_at < ?1 AND purge_at IS NULL LIMIT 200");
    if (!quiet)
        return quiet.error();
    quiet->bind(1, quietSince);
    std::vector<ExecutionId> ids;
    while (quiet->step() == Statement::Step::Row)
        ids.emplace_back(quiet->uuid(0).value_or(Uuid()));
    quiet->reset();
    for (const ExecutionId &id : ids) {
        auto live = findLive(id);
        if (!live)
            return live.error();
        if (!*live || (*live)->state.lastEventAt >= quietSince)
            continue;
        (*live)->state.record.status = RunStatus::Incomplete;
        markDirty(**live, LiveRun::Dirty::All);
        noteChange((*live)->state.row, {});
    }
    return !ids.empty();
}

// ---- end of a transaction ------------------------------------------------------------------

Result<> EventApplier::settleRuns()
{
    if (auto mapped = settleTraces(); !mapped)
        return mapped;
    for (LiveRun *run : m_dirtyRuns) {
        auto stored = run->dirty == LiveRun::Dirty::All ? m_records.updateRun(run->state)
                                                        : m_records.updateRunCounters(run->state);
        if (!stored)
            return stored;
        run->dirty = LiveRun::Dirty::No;
        countBytes(*run);
    }
    m_dirtyRuns.clear();
    return m_records.flushZones();
}

Result<EventApplier::Gathered> EventApplier::mark()
{
    if (auto settled = settleRuns(); !settled)
        return settled.error();
    return m_gathered;
}

Result<bool> EventApplier::flush(Revision revision)
{
    if (auto settled = settleRuns(); !settled)
        return settled.error();
    for (const auto &[key, kind] : m_gathered.changes) {
        if (auto noted = m_records.insertChange(revision, {key.first}, {key.second}, kind); !noted)
            return noted.error();
    }
    const std::pair<const char *, qint64> totals[] = {{"runs", m_gathered.runs},
                                                      {"steps", m_gathered.steps},
                                                      {"errors", m_gathered.errors},
                                                      {"issues", m_gathered.issues}};
    for (const auto &[name, delta] : totals) {
        if (delta == 0)
            continue;
        if (auto added = m_records.addToCounter(name, delta); !added)
            return added.error();
    }
    const bool noted = !m_gathered.changes.empty();
    m_gathered = {};
    if (m_runs.size() > kMaxRunsKept || m_runBytes > kMaxRunBytesKept)
        dropRuns();
    return noted;
}

Result<> EventApplier::forget(Gathered mark)
{
    m_dirtyRuns.clear();
    dropRuns();
    m_gathered = std::move(mark);
    return m_records.reload();
}

} // namespace xray::store
