// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/admission/merge.h"

#include "model/admission/figures.h"
#include "model/admission/headline.h"
#include "model/admission/json_text.h"

#include <algorithm>

namespace xray::admission {

namespace {

enum class Novelty { New, Known };

template<class Record>
Novelty noveltyOf(const Record *existing)
{
    return existing ? Novelty::Known : Novelty::New;
}

bool isFinished(RunStatus status)
{
    return status == RunStatus::Completed || status == RunStatus::Failed;
}

bool isFinished(StepStatus status)
{
    return status != StepStatus::Running;
}

// ---- fields --------------------------------------------------------------------------------

Error invalid(const char *field, const QString &message)
{
    return {ErrorCode::InvalidValue, message, QLatin1String(field)};
}

/// A field every record of its kind has: present when new, never cleared.
template<class T>
Result<> checkRequired(const Field<T> &value, Novelty novelty, const char *field)
{
    const QString name = QLatin1String(field);
    if (value.isAbsent() && novelty == Novelty::New)
        return Error{ErrorCode::MissingField,
                     QStringLiteral("The required field %1 is missing.").arg(name), name};
    if (value.isNull())
        return invalid(field, QStringLiteral("%1 is required and cannot be null.").arg(name));
    return Success{};
}

Result<> checkName(const Field<QByteArray> &value, Novelty novelty, const char *field)
{
    if (auto present = checkRequired(value, novelty, field); !present)
        return present;
    if (value.hasValue() && value->isEmpty())
        return invalid(field, QStringLiteral("%1 must not be empty.").arg(QLatin1String(field)));
    return Success{};
}

Result<> checkSameRun(const ExecutionId &known, const ExecutionId &named, const QString &what)
{
    if (known == named)
        return Success{};
    return Error{ErrorCode::Conflict,
                 QStringLiteral("%1 already belongs to execution %2. Use a new id for an entity of "
                                "another execution.")
                     .arg(what, known.toString()),
                 QStringLiteral("execution_id")};
}

Error missingExecution()
{
    return {ErrorCode::MissingField, QStringLiteral("The required field execution_id is missing."),
            QStringLiteral("execution_id")};
}

/// Absent keeps, null clears, a value replaces.
template<class Target, class Value>
void assign(Target &target, const Field<Value> &field)
{
    if (field.hasValue())
        target = *field;
    else if (field.isNull())
        target = {};
}

/// For what no record can be without: absent and null keep.
template<class T>
void assignValue(T &target, const Field<T> &field)
{
    if (field.hasValue())
        target = *field;
}

/// Absent keeps, null clears, an object replaces key by key.
void mergePayload(JsonText &target, const Field<JsonText> &field)
{
    if (field.hasValue())
        target = mergedTopLevel(target, *field);
    else if (field.isNull())
        target.clear();
}

// ---- times ---------------------------------------------------------------------------------

std::optional<DurationNs> difference(TimeNs later, TimeNs earlier)
{
    DurationNs result = 0;
    if (__builtin_sub_overflow(later, earlier, &result))
        return std::nullopt;
    return result;
}

/// When a new record starts that does not say so: now, but not after the end it does say.
template<class Event>
TimeNs defaultStart(const Event &event, TimeNs now)
{
    if (!event.endedAt.hasValue())
        return now;
    const DurationNs duration = event.duration.hasValue() ? *event.duration : 0;
    return std::min(now, difference(*event.endedAt, duration).value_or(*event.endedAt));
}

/// What a record that has just become finished does about an end that nobody stated.
enum class UnstatedEnd { StaysOpen, IsNow };

/// Whether this event is the one that finished the record.
enum class Transition { None, Finished };

template<class Record>
bool hasDerivedDuration(const Record &record)
{
    return record.duration && record.endedAt &&
           record.duration == difference(*record.endedAt, record.startedAt);
}

template<class Record, class Event>
void fillEnd(Record &record, const Event &event, Transition transition, UnstatedEnd unstated,
             TimeNs now)
{
    const bool finished = isFinished(record.status);
    if (!finished || record.endedAt)
        return;
    if (record.duration && (event.duration.hasValue() || transition == Transition::Finished)) {
        record.endedAt = record.startedAt + *record.duration;
    } else if (transition == Transition::Finished && unstated == UnstatedEnd::IsNow) {
        record.endedAt = std::max(now, record.startedAt); // a sender's clock may run ahead
    }
}

/// The duration as stated; afterwards start and duration can be added.
template<class Record>
Result<> checkDuration(const Record &record)
{
    if (!record.duration)
        return Success{};
    if (*record.duration < 0)
        return invalid("duration_ms", QStringLiteral("duration_ms must not be negative."));
    TimeNs end = 0;
    if (__builtin_add_overflow(record.startedAt, *record.duration, &end))
        return invalid("duration_ms", QStringLiteral("duration_ms is too long: it ends after the "
                                                     "year 2262."));
    return Success{};
}

template<class Record>
Result<> checkEnd(const Record &record)
{
    if (!record.endedAt)
        return Success{};
    if (*record.endedAt < record.startedAt)
        return invalid("ended_at", QStringLiteral("ended_at (%1) is before started_at (%2).")
                                       .arg(QLatin1String(formatRfc3339(*record.endedAt)),
                                            QLatin1String(formatRfc3339(record.startedAt))));
    if (!difference(*record.endedAt, record.startedAt))
        return invalid("ended_at", QStringLiteral("ended_at is too far from started_at."));
    return Success{};
}

/// Start, end and duration of a run or a step, whose status is merged already.
template<class Record, class Event>
Result<> mergeTimes(Record &record, const Event &event, Transition transition, UnstatedEnd unstated,
                    TimeNs now)
{
    const bool wasDerived = hasDerivedDuration(record);
    assignValue(record.startedAt, event.startedAt);
    assign(record.endedAt, event.endedAt);
    assign(record.duration, event.duration);
    if (wasDerived && event.duration.isAbsent())
        record.duration.reset();
    if (auto fine = checkDuration(record); !fine)
        return fine;
    fillEnd(record, event, transition, unstated, now);
    if (!record.duration && record.endedAt)
        record.duration = difference(*record.endedAt, record.startedAt);
    return checkEnd(record);
}

template<class Event>
bool saysItEnded(const Event &event)
{
    return event.endedAt.hasValue() || event.duration.hasValue();
}

// ---- runs ----------------------------------------------------------------------------------

ExecutionRecord newRun(const ExecutionEvent &event, TimeNs now)
{
    ExecutionRecord run;
    run.id = *event.id;
    run.source = event.source;
    run.startedAt = defaultStart(event, now);
    return run;
}

Transition mergeStatus(ExecutionRecord &run, const ExecutionEvent &event)
{
    wake(run);
    if (isFinished(run.status)) {
        if (event.status.hasValue() && isFinished(*event.status))
            run.status = *event.status;
        return Transition::None;
    }
    if (event.status.hasValue())
        run.status = *event.status;
    else if (event.kind == ExecutionEvent::Kind::End || saysItEnded(event))
        run.status = RunStatus::Completed;
    return isFinished(run.status) ? Transition::Finished : Transition::None;
}

void mergeTags(std::vector<QByteArray> &tags, const Field<std::vector<QByteArray>> &field)
{
    assign(tags, field);
    std::vector<QByteArray> once;
    for (QByteArray &tag : tags) {
        if (std::ranges::find(once, tag) == once.end())
            once.push_back(std::move(tag));
    }
    tags = std::move(once);
}

void mergeOwnTitle(ExecutionRecord &run)
{
    QByteArray title = titleOfRun(run.metadata, run.trigger);
    if (title.isEmpty() && run.titleStep > 0)
        return; // a step knew better
    run.title = std::move(title);
    run.titleStep = 0;
}

// ---- steps ---------------------------------------------------------------------------------

Result<> checkStep(const StepRecord *existing, const StepEvent &event, const StepContext &context)
{
    const Novelty novelty = noveltyOf(existing);
    if (context.executionId.isNull())
        return missingExecution();
    if (existing) {
        const QString what = QStringLiteral("Step %1").arg(existing->id.toString());
        if (auto same = checkSameRun(existing->executionId, context.executionId, what); !same)
            return same;
    }
    if (auto named = checkName(event.name, novelty, "step_name"); !named)
        return named;
    if (auto typed = checkRequired(event.type, novelty, "step_type"); !typed)
        return typed;
    if (event.index.hasValue() && *event.index < 1)
        return invalid(
            "step_index",
            QStringLiteral("step_index counts from 1, and is %1 here.").arg(*event.index));
    if (event.parentId.hasValue() && *event.parentId == *event.id)
        return invalid("parent_step_id", QStringLiteral("A step cannot be its own parent."));
    return Success{};
}

StepRecord newStep(const StepEvent &event, const StepContext &context)
{
    StepRecord step;
    step.id = *event.id;
    step.executionId = context.executionId;
    step.index = context.nextIndex;
    step.startedAt = defaultStart(event, context.now);
    return step;
}

/// A step that says nothing of its status is over when it shows an end or, unless it once said
/// that it runs, an output.
bool impliesCompletion(const StepRecord &step, const StepEvent &event)
{
    return saysItEnded(event) || (event.output.hasValue() && !step.statusStated);
}

Transition mergeStatus(StepRecord &step, const StepEvent &event)
{
    const bool stated = event.status.hasValue();
    if (isFinished(step.status)) {
        if (stated && isFinished(*event.status)) {
            step.status = *event.status;
            step.statusStated = true;
        }
        return Transition::None;
    }
    if (stated)
        step.status = *event.status;
    else if (impliesCompletion(step, event))
        step.status = StepStatus::Completed;
    step.statusStated = step.statusStated || stated;
    return isFinished(step.status) ? Transition::Finished : Transition::None;
}

void mergeFields(StepRecord &step, const StepEvent &event)
{
    assign(step.parentId, event.parentId);
    assignValue(step.index, event.index);
    assignValue(step.name, event.name);
    assignValue(step.type, event.type);
    mergePayload(step.input, event.input);
    mergePayload(step.output, event.output);
    mergePayload(step.reasoning, event.reasoning);
    if (!event.origin.isEmpty())
        step.origin = event.origin;
}

void absorbTitle(ExecutionRecord &run, const StepRecord &step)
{
    const bool isItsOwn = run.titleStep == 0 && !run.title.isEmpty();
    const bool isEarlier = run.titleStep == 0 || step.index <= run.titleStep;
    if (isItsOwn || !isEarlier)
        return;
    QByteArray title = titleOfInput(step.input);
    if (title.isEmpty() && step.index != run.titleStep)
        return;
    run.titleStep = title.isEmpty() ? 0 : step.index;
    run.title = std::move(title);
}

void absorbOutcome(ExecutionRecord &run, const StepRecord &step)
{
    if (step.index < run.outcomeStep)
        return;
    QByteArray outcome = outcomeOfOutput(step.output);
    if (outcome.isEmpty() && step.index != run.outcomeStep)
        return;
    run.outcomeStep = outcome.isEmpty() ? 0 : step.index;
    run.outcome = std::move(outcome);
}

} // namespace

Result<ExecutionRecord> mergeExecution(const ExecutionRecord *existing, const ExecutionEvent &event,
                                       TimeNs now)
{
    Q_ASSERT(event.id);
    const Novelty novelty = noveltyOf(existing);
    if (!existing && event.kind != ExecutionEvent::Kind::Start)
        return Error{ErrorCode::UnknownExecution,
                     QStringLiteral("There is no execution %1. Start it first, or check the id.")
                         .arg(event.id->toString()),
                     QStringLiteral("id")};
    if (auto named = checkName(event.pipelineName, novelty, "pipeline_name"); !named)
        return named.error();

    ExecutionRecord run = existing ? *existing : newRun(event, now);
    assignValue(run.pipelineName, event.pipelineName);
    assign(run.environment, event.environment);
    assign(run.trigger, event.trigger);
    assign(run.session, event.session);
    mergePayload(run.metadata, event.metadata);
    mergeTags(run.tags, event.tags);
    const Transition transition = mergeStatus(run, event);
    if (auto timed = mergeTimes(run, event, transition, UnstatedEnd::IsNow, now); !timed)
        return timed.error();
    if (!event.metadata.isAbsent() || !event.trigger.isAbsent())
        mergeOwnTitle(run);
    return run;
}

Result<StepRecord> mergeStep(const StepRecord *existing, const StepEvent &event,
                             const StepContext &context)
{
    Q_ASSERT(event.id);
    if (auto fine = checkStep(existing, event, context); !fine)
        return fine.error();
    StepRecord step = existing ? *existing : newStep(event, context);
    mergeFields(step, event);
    const Transition transition = mergeStatus(step, event);
    // A step that arrives finished happened before; one that was watched running ends now.
    const UnstatedEnd unstated = existing ? UnstatedEnd::IsNow : UnstatedEnd::StaysOpen;
    if (auto timed = mergeTimes(step, event, transition, unstated, context.now); !timed)
        return timed.error();
    deriveFigures(step);
    return step;
}

Result<ErrorRecord> mergeError(const ErrorRecord *existing, const ErrorEvent &event, TimeNs now)
{
    Q_ASSERT(event.id);
    if (!existing && !event.executionId)
        return missingExecution();
    if (existing && event.executionId) {
        const QString what = QStringLiteral("Error %1").arg(existing->id.toString());
        if (auto same = checkSameRun(existing->executionId, *event.executionId, what); !same)
            return same.error();
    }
    if (auto said = checkRequired(event.message, noveltyOf(existing), "message"); !said)
        return said.error();
    ErrorRecord error = existing ? *existing : ErrorRecord{};
    if (!existing) {
        error.id = *event.id;
        error.executionId = *event.executionId;
        error.occurredAt = now;
    }
    assign(error.stepId, event.stepId);
    assign(error.type, event.type);
    assignValue(error.message, event.message);
    assign(error.stack, event.stack);
    mergePayload(error.payload, event.payload);
    assignValue(error.occurredAt, event.occurredAt);
    return error;
}

void wake(ExecutionRecord &run)
{
    if (run.status == RunStatus::Incomplete)
        run.status = RunStatus::Running;
}

void absorbError(ExecutionRecord &run, const ErrorRecord &error)
{
    if (run.failure.isEmpty())
        run.failure = headlineOfMessage(error.message);
}

void absorbStep(ExecutionRecord &run, const StepRecord &step)
{
    absorbTitle(run, step);
    absorbOutcome(run, step);
}

} // namespace xray::admission
