// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_store.h"

#include <QPromise>

#include <algorithm>
#include <set>

namespace xray::tests {

namespace {

template<class T>
Answer<T> answered(Result<std::shared_ptr<const T>> result)
{
    QPromise<Result<std::shared_ptr<const T>>> promise;
    promise.start();
    promise.addResult(std::move(result));
    promise.finish();
    return promise.future();
}

template<class T>
Answer<T> answer(T value)
{
    return answered<T>(std::make_shared<const T>(std::move(value)));
}

template<class T>
Answer<T> notThere(const char *what)
{
    return answered<T>(Error{ErrorCode::NotFound,
                             QStringLiteral("There is no such %1.").arg(QLatin1String(what))});
}

Error missing(const char *field)
{
    const QString name = QString::fromLatin1(field);
    return {ErrorCode::MissingField, QStringLiteral("%1 is missing.").arg(name), name};
}

Error unknownRun()
{
    return {ErrorCode::UnknownExecution, QStringLiteral("There is no such run."),
            QStringLiteral("execution_id")};
}

void take(const Field<QByteArray> &field, QString &out)
{
    if (!field.isAbsent())
        out = field.hasValue() ? QString::fromUtf8(*field) : QString();
}

void take(const Field<QByteArray> &field, QByteArray &out)
{
    if (!field.isAbsent())
        out = field.hasValue() ? *field : QByteArray();
}

template<class T>
void take(const Field<T> &field, T &out)
{
    if (field.hasValue())
        out = *field;
}

template<class T>
void take(const Field<T> &field, std::optional<T> &out)
{
    if (!field.isAbsent())
        out = field.hasValue() ? std::optional(*field) : std::nullopt;
}

bool precedes(const Execution &a, const Execution &b)
{
    return std::pair(a.startedAt, a.id) > std::pair(b.startedAt, b.id);
}

std::pair<qint64, StepRow> placeOf(const StepDetail &detail)
{
    return {detail.step.index, detail.step.row};
}

/// How many of `steps` make a page.
std::size_t lengthOf(const std::vector<StepDetail> &steps, const StepPageQuery &query)
{
    std::size_t length = 0;
    qint64 bytes = 0;
    while (length < steps.size() && static_cast<int>(length) < query.limit &&
           bytes < query.maxPayloadBytes) {
        const StepPayloads &payloads = steps[length++].payloads;
        bytes += payloads.input.size() + payloads.output.size() + payloads.reasoning.size();
    }
    return length;
}

} // namespace

FakeStore::FakeStore()
    : m_thread([this] { work(); })
{
}

FakeStore::~FakeStore()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void FakeStore::hold()
{
    const std::lock_guard lock(m_mutex);
    m_held = true;
}

void FakeStore::release()
{
    {
        const std::lock_guard lock(m_mutex);
        m_held = false;
    }
    m_wake.notify_all();
}

void FakeStore::setCapacity(std::size_t submissions)
{
    const std::lock_guard lock(m_mutex);
    m_capacity = submissions;
}

std::size_t FakeStore::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_queue.size();
}

int FakeStore::runCount() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_rows.runs.size());
}

int FakeStore::stepCount() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<int>(m_rows.steps.size());
}

void FakeStore::onCommit(std::function<void(const ChangeBatchPtr &)> listener)
{
    const std::lock_guard lock(m_listenerMutex);
    m_onCommit = std::move(listener);
}

void FakeStore::forgetChanges()
{
    const std::lock_guard lock(m_mutex);
    m_rows.changes.clear();
    m_rows.forgotten = m_rows.revision;
}

// ---- writing -------------------------------------------------------------------------------

Result<> FakeStore::submit(Submission submission)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_queue.size() >= m_capacity)
            return Error{ErrorCode::Busy, QStringLiteral("The queue is full; try again.")};
        m_queue.push_back(std::move(submission));
    }
    m_wake.notify_all();
    return Success{};
}

void FakeStore::work()
{
    for (;;) {
        Submission next;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [this] { return m_ending || (!m_held && !m_queue.empty()); });
            if (m_queue.empty())
                return;
            next = std::move(m_queue.front());
            m_queue.pop_front();
        }
        commit(next);
    }
}

void FakeStore::commit(const Submission &submission)
{
    SubmissionResult result;
    ChangeBatchPtr batch;
    {
        const std::lock_guard lock(m_mutex);
        const Rows before = m_rows;
        ++m_rows.revision;
        bool allGood = true;
        for (const Event &event : submission.events) {
            result.outcomes.push_back(apply(event));
            allGood = allGood && result.outcomes.back().ok();
        }
        if (!allGood && submission.atomicity == Atomicity::AllOrNothing)
            m_rows = before;
        batch = std::make_shared<const ChangeBatch>(
            ChangeBatch{before.revision, m_rows.revision, false, {}});
    }
    if (submission.done)
        submission.done(result);
    const std::lock_guard lock(m_listenerMutex);
    if (m_onCommit)
        m_onCommit(batch);
}

EventOutcome FakeStore::apply(const Event &event)
{
    return std::visit([this](const auto &concrete) { return apply(concrete); }, event);
}

EventOutcome FakeStore::apply(const ExecutionEvent &event)
{
    const Execution *existing = event.id ? findRun(*event.id) : nullptr;
    if (!existing && event.kind != ExecutionEvent::Kind::Start)
        return unknownRun();
    if (!existing && !event.pipelineName.hasValue())
        return missing("pipeline_name");
    Execution run = existing ? *existing : Execution{};
    if (!existing) {
        run.id = event.id.value_or(ExecutionId::newV7());
        run.startedAt = nowNs();
    }
    take(event.pipelineName, run.pipelineName);
    take(event.environment, run.environment);
    take(event.trigger, run.trigger);
    take(event.status, run.status);
    take(event.startedAt, run.startedAt);
    take(event.endedAt, run.endedAt);
    take(event.duration, run.duration);
    take(event.metadata, run.metadata);
    take(event.session, run.session);
    if (event.tags.hasValue()) {
        run.tags.clear();
        for (const QByteArray &tag : *event.tags)
            run.tags.append(QString::fromUtf8(tag));
    }
    return store(std::move(run));
}

EventOutcome FakeStore::store(Execution run)
{
    if (Execution *existing = findRun(run.id)) {
        *existing = run;
    } else {
        run.row = ExecutionRow{++m_lastRow};
        m_rows.runs.push_back(run);
    }
    noteChange(run.row);
    return run.id.uuid();
}

EventOutcome FakeStore::apply(const StepEvent &event)
{
    StepDetail *existing = event.id ? findStep(*event.id) : nullptr;
    if (!event.executionId && !existing)
        return missing("execution_id");
    if (existing && event.executionId && existing->step.executionId != *event.executionId)
        return Error{ErrorCode::Conflict, QStringLiteral("The step belongs to another run."),
                     QStringLiteral("id")};
    Execution *run =
        findRun(event.executionId.value_or(existing ? existing->step.executionId : ExecutionId()));
    if (!run)
        return unknownRun();
    if (!existing && !event.name.hasValue())
        return missing("step_name");
    if (!existing && !event.type.hasValue())
        return missing("step_type");
    if (!existing) {
        ++run->stepCount;
        StepDetail detail;
        detail.step.row = StepRow{++m_lastRow};
        detail.step.id = event.id.value_or(StepId::newV7());
        detail.step.executionId = run->id;
        detail.step.executionRow = run->row;
        detail.step.index = run->stepCount;
        detail.step.status = StepStatus::Completed;
        detail.step.startedAt = nowNs();
        m_rows.steps.push_back(detail);
        existing = &m_rows.steps.back();
    }
    Step &step = existing->step;
    take(event.parentId, step.parentId);
    take(event.index, step.index);
    take(event.name, step.name);
    take(event.type, step.type);
    take(event.status, step.status);
    take(event.startedAt, step.startedAt);
    take(event.endedAt, step.endedAt);
    take(event.duration, step.duration);
    take(event.input, existing->payloads.input);
    take(event.output, existing->payloads.output);
    take(event.reasoning, existing->payloads.reasoning);
    noteChange(run->row);
    noteChange(run->row, step.row);
    return step.id.uuid();
}

EventOutcome FakeStore::apply(const ErrorEvent &event)
{
    if (!event.executionId)
        return missing("execution_id");
    if (!event.message.hasValue())
        return missing("message");
    Execution *run = findRun(*event.executionId);
    if (!run)
        return unknownRun();
    const StepDetail *step = event.stepId.hasValue() ? findStep(*event.stepId) : nullptr;
    if (event.stepId.hasValue() && !step)
        return Error{ErrorCode::UnknownStep, QStringLiteral("There is no such step."),
                     QStringLiteral("step_id")};
    ExecutionError error;
    error.id = event.id.value_or(ErrorId::newV7());
    error.executionId = run->id;
    error.executionRow = run->row;
    if (step)
        error.stepId = step->step.id;
    error.occurredAt = nowNs();
    take(event.type, error.type);
    take(event.message, error.message);
    take(event.stack, error.stack);
    take(event.payload, error.payload);
    take(event.occurredAt, error.occurredAt);
    ++run->errorCount;
    m_rows.errors.push_back(error);
    noteChange(run->row);
    return error.id.uuid();
}

EventOutcome FakeStore::apply(const DeleteEvent &event)
{
    const Execution *run = findRun(event.id);
    if (!run)
        return unknownRun();
    noteChange(run->row, {}, ChangeKind::Deleted);
    m_rows.changes.back().deletedRun = event.id;
    std::erase_if(m_rows.runs, [&](const Execution &each) { return each.id == event.id; });
    std::erase_if(m_rows.steps,
                  [&](const StepDetail &each) { return each.step.executionId == event.id; });
    return event.id.uuid();
}

EventOutcome FakeStore::apply(const SaveQueryEvent &)
{
    return Uuid();
}

EventOutcome FakeStore::apply(const RemoveQueryEvent &)
{
    return Uuid();
}

EventOutcome FakeStore::apply(const RawSpan &)
{
    return Error{ErrorCode::InvalidValue, QStringLiteral("This store takes no spans.")};
}

EventOutcome FakeStore::apply(const RestoreEvent &)
{
    return unknownRun();
}

Execution *FakeStore::findRun(ExecutionId id)
{
    const auto found = std::find_if(m_rows.runs.begin(), m_rows.runs.end(),
                                    [id](const Execution &run) { return run.id == id; });
    return found == m_rows.runs.end() ? nullptr : &*found;
}

StepDetail *FakeStore::findStep(StepId id)
{
    const auto found = std::find_if(m_rows.steps.begin(), m_rows.steps.end(),
                                    [id](const StepDetail &each) { return each.step.id == id; });
    return found == m_rows.steps.end() ? nullptr : &*found;
}

const Execution *FakeStore::runOfRow(ExecutionRow row) const
{
    const auto found = std::find_if(m_rows.runs.begin(), m_rows.runs.end(),
                                    [row](const Execution &run) { return run.row == row; });
    return found == m_rows.runs.end() ? nullptr : &*found;
}

void FakeStore::noteChange(ExecutionRow run, StepRow step, ChangeKind kind)
{
    m_rows.changes.push_back({m_rows.revision, run, step, kind});
}

// ---- reading -------------------------------------------------------------------------------

Answer<RunOrder> FakeStore::runOrder(RunQuery query, Ticket)
{
    const std::lock_guard lock(m_mutex);
    std::vector<RunPosition> positions;
    for (const Execution &run : m_rows.runs)
        if (matchesWithoutText(query.filter, run))
            positions.push_back(positionOf(run, query.sort.key));
    std::sort(positions.begin(), positions.end(), [&](const RunPosition &a, const RunPosition &b) {
        return standsBefore(a, b, query.sort);
    });
    RunOrder order;
    order.query = query;
    order.revision = m_rows.revision;
    for (const RunPosition &position : positions) {
        order.rows.push_back(position.row);
        order.numbers.push_back(position.number);
        order.texts.push_back(position.text);
    }
    return answer(std::move(order));
}

Answer<std::vector<Execution>> FakeStore::runsByRow(std::vector<ExecutionRow> rows, Ticket ticket)
{
    return matchingRuns({}, std::move(rows), ticket);
}

Answer<std::vector<Execution>> FakeStore::matchingRuns(RunFilter filter,
                                                       std::vector<ExecutionRow> rows, Ticket)
{
    const std::lock_guard lock(m_mutex);
    std::vector<Execution> runs;
    for (const ExecutionRow row : rows) {
        const Execution *run = runOfRow(row);
        if (run && matchesWithoutText(filter, *run))
            runs.push_back(*run);
    }
    return answer(std::move(runs));
}

Answer<Execution> FakeStore::runById(ExecutionId id, Ticket)
{
    const std::lock_guard lock(m_mutex);
    const Execution *run = findRun(id);
    return run ? answer(*run) : notThere<Execution>("run");
}

RunSnapshot FakeStore::snapshotOf(const Execution &run) const
{
    std::vector<Step> steps;
    for (const StepDetail &detail : m_rows.steps)
        if (detail.step.executionId == run.id)
            steps.push_back(detail.step);
    RunSnapshot snapshot;
    snapshot.revision = m_rows.revision;
    snapshot.run = run;
    snapshot.steps = StepList(std::move(steps));
    for (const ExecutionError &error : m_rows.errors)
        if (error.executionId == run.id)
            snapshot.errors.push_back(error);
    return snapshot;
}

Answer<RunSnapshot> FakeStore::openRun(ExecutionId id, Ticket)
{
    const std::lock_guard lock(m_mutex);
    const Execution *run = findRun(id);
    return run ? answer(snapshotOf(*run)) : notThere<RunSnapshot>("run");
}

Answer<RunSnapshot> FakeStore::refreshRun(RunSnapshotPtr before, std::vector<StepRow>,
                                          Ticket ticket)
{
    return openRun(before->run.id, ticket);
}

Answer<StepDetail> FakeStore::stepDetail(StepId id, Ticket)
{
    const std::lock_guard lock(m_mutex);
    const StepDetail *detail = findStep(id);
    return detail ? answer(*detail) : notThere<StepDetail>("step");
}

Answer<MetricHistory> FakeStore::metricHistory(MetricHistoryQuery query, Ticket)
{
    return answer(MetricHistory{.query = std::move(query), .values = {}});
}

Answer<RunFacets> FakeStore::facets(Ticket)
{
    const std::lock_guard lock(m_mutex);
    RunFacets facets;
    facets.statuses.resize(kRunStatusCount);
    for (const Execution &run : m_rows.runs)
        ++facets.statuses[static_cast<std::size_t>(run.status)];
    return answer(std::move(facets));
}

Answer<StoreTotals> FakeStore::totals(Ticket)
{
    const std::lock_guard lock(m_mutex);
    return answer(StoreTotals{.runs = static_cast<qint64>(m_rows.runs.size()),
                              .steps = static_cast<qint64>(m_rows.steps.size()),
                              .errors = static_cast<qint64>(m_rows.errors.size())});
}

Answer<RunPage> FakeStore::runPage(RunPageQuery query, Ticket)
{
    const std::lock_guard lock(m_mutex);
    std::vector<Execution> runs;
    for (const Execution &run : m_rows.runs) {
        const bool after = !query.after || std::pair(run.startedAt, run.id) < *query.after;
        if (after && matchesWithoutText(query.filter, run))
            runs.push_back(run);
    }
    std::sort(runs.begin(), runs.end(), precedes);
    const auto limit = static_cast<std::size_t>(query.limit);
    RunPage page{.runs = {}, .more = runs.size() > limit};
    runs.resize(std::min(runs.size(), limit));
    page.runs = std::move(runs);
    return answer(std::move(page));
}

Answer<StepPage> FakeStore::stepPage(StepPageQuery query, Ticket)
{
    const std::lock_guard lock(m_mutex);
    if (!findRun(query.executionId))
        return notThere<StepPage>("run");
    StepPage page;
    for (const StepDetail &detail : m_rows.steps)
        if (detail.step.executionId == query.executionId &&
            (!query.after || placeOf(detail) > *query.after))
            page.steps.push_back(detail);
    std::sort(page.steps.begin(), page.steps.end(),
              [](const StepDetail &a, const StepDetail &b) { return placeOf(a) < placeOf(b); });
    const std::size_t length = lengthOf(page.steps, query);
    page.more = page.steps.size() > length;
    page.steps.resize(length);
    return answer(std::move(page));
}

Answer<ErrorPage> FakeStore::errorPage(ErrorPageQuery query, Ticket)
{
    const std::lock_guard lock(m_mutex);
    const Execution *run = findRun(query.executionId);
    return run ? answer(ErrorPage{snapshotOf(*run).errors, false}) : notThere<ErrorPage>("run");
}

Answer<std::vector<StoredSpan>> FakeStore::spansOf(ExecutionId, Ticket)
{
    return answer(std::vector<StoredSpan>());
}

Answer<ChangeBatch> FakeStore::changesSince(Revision since, int limit, Ticket)
{
    const std::lock_guard lock(m_mutex);
    ChangeBatch batch{
        .from = since, .to = m_rows.revision, .gap = since < m_rows.forgotten, .changes = {}};
    for (const Change &change : m_rows.changes) {
        if (change.revision <= since)
            continue;
        const bool full = batch.changes.size() >= static_cast<std::size_t>(limit);
        if (full && change.revision != batch.changes.back().revision) {
            batch.to = batch.changes.back().revision;
            break;
        }
        batch.changes.push_back(change);
    }
    return answer(std::move(batch));
}

Answer<ChangedEntities> FakeStore::changedEntities(std::vector<Change> changes, qint64, Ticket)
{
    const std::lock_guard lock(m_mutex);
    std::set<std::int64_t> runs, steps;
    for (const Change &change : changes)
        (change.step.isNull() ? runs : steps)
            .insert(change.step.isNull() ? change.execution.value : change.step.value);
    ChangedEntities entities;
    for (const Execution &run : m_rows.runs)
        if (runs.contains(run.row.value))
            entities.runs.push_back(run);
    for (const StepDetail &detail : m_rows.steps)
        if (steps.contains(detail.step.row.value))
            entities.steps.push_back(detail.step);
    entities.to = changes.back().revision;
    return answer(std::move(entities));
}

Answer<Revision> FakeStore::revision(Ticket)
{
    const std::lock_guard lock(m_mutex);
    return answer(m_rows.revision);
}

// ---- sinks that refuse -----------------------------------------------------------------------

Result<> BusySink::submit(Submission)
{
    return Error{ErrorCode::Busy, QStringLiteral("The queue is full; try again.")};
}

Result<> FailingSink::submit(Submission submission)
{
    std::thread([done = std::move(submission.done)] {
        done({.status = Error{ErrorCode::Unavailable, QStringLiteral("The disk is full.")},
              .outcomes = {}});
    }).join();
    return Success{};
}

} // namespace xray::tests
