// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/record_store.h"

#include "model/store/record_json.h"

#include <model/admission/json_text.h>

#include <algorithm>
#include <limits>

namespace xray::store {

/// Steps a metric zone spans: 2^9, see schemas/sql/sqlite.
static constexpr int kZoneShift = 9;

enum RecordStore::Sql : std::size_t {
    FindRunByUuid,
    FindRunByRow,
    InsertRun,
    UpdateRun,
    UpdateRunCounters,
    FindStepPlace,
    FindStep,
    StepsOfRun,
    InsertStep,
    UpdateStep,
    UpdateStepIndex,
    AddStepErrors,
    FindError,
    ErrorsOfRun,
    InsertError,
    UpdateError,
    FindMetric,
    InsertMetric,
    PutMetric,
    DeleteMetric,
    WidenZone,
    InsertChange,
    AddToCounter,
    StepsOfSlice,
    DeleteError,
    DeleteErrorsOfStep,
    DeleteStep,
    DeleteErrorsOfRun,
    DeleteRun,
};

namespace {

#define XRAY_RUN_COLUMNS                                                                           \
    "id, uuid, pipeline_name, environment, \"trigger\", status, started_at, ended_at, "            \
    "duration_ns, "                                                                                \
    "metadata, tags, session, source, step_count, error_count, last_step_index, title, "           \
    "title_step, "                                                                                 \
    "outcome, outcome_step, last_event_at, purge_at, failure"

#define XRAY_STEP_COLUMNS                                                                          \
    "s.id, s.execution_id, s.uuid, e.uuid, s.parent_uuid, s.step_index, s.step_name, "             \
    "s.step_type, s.status, s.status_stated, s.started_at, s.ended_at, s.duration_ns, "            \
    "s.error_count, "                                                                              \
    "s.count_in, s.count_out, s.metrics, s.issues, s.input_payload, s.output_payload, "            \
    "s.reasoning_payload, s.origin FROM execution_steps s JOIN executions e ON e.id = "            \
    "s.execution_id"

#define XRAY_ERROR_COLUMNS                                                                         \
    "r.id, r.execution_id, r.step_id, e.uuid, s.uuid, r.error_type, r.message, r.stack, "          \
    "r.payload, r.occurred_at, r.uuid FROM execution_errors r "                                    \
    "JOIN executions e ON e.id = r.execution_id LEFT JOIN execution_steps s ON s.id = r.step_id"

constexpr std::array kSql = {
    // FindRunByUuid
    "SELECT " XRAY_RUN_COLUMNS " FROM executions WHERE uuid = ?",
    // FindRunByRow
    "SELECT " XRAY_RUN_COLUMNS " FROM executions WHERE id = ?",
    // InsertRun
    "INSERT INTO executions(" XRAY_RUN_COLUMNS
    ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23)",
    // UpdateRun
    "UPDATE executions SET pipeline_name=?3, environment=?4, \"trigger\"=?5, status=?6, "
    "started_at=?7, ended_at=?8, duration_ns=?9, metadata=?10, tags=?11, session=?12, source=?13, "
    "step_count=?14, error_count=?15, last_step_index=?16, title=?17, title_step=?18, outcome=?19, "
    "outcome_step=?20, last_event_at=?21, purge_at=?22, failure=?23 WHERE id=?1 AND uuid=?2",
    // UpdateRunCounters
    "UPDATE executions SET step_count=?2, error_count=?3, last_step_index=?4, title=?5, "
    "title_step=?6, outcome=?7, outcome_step=?8, last_event_at=?9, failure=?10 WHERE id=?1",
    // FindStepPlace
    "SELECT id, execution_id FROM execution_steps WHERE uuid = ?",
    // FindStep
    "SELECT " XRAY_STEP_COLUMNS " WHERE s.uuid = ?",
    // StepsOfRun
    "SELECT " XRAY_STEP_COLUMNS " WHERE s.execution_id = ?",
    // InsertStep
    "INSERT INTO execution_steps(parent_uuid, step_name, step_type, status, status_stated, "
    "started_at, ended_at, duration_ns, error_count, count_in, count_out, metrics, issues, "
    "input_payload, output_payload, reasoning_payload, origin, id, uuid, execution_id, step_index) "
    "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21)",
    // UpdateStep
    "UPDATE execution_steps SET parent_uuid=?1, step_name=?2, step_type=?3, status=?4, "
    "status_stated=?5, started_at=?6, ended_at=?7, duration_ns=?8, error_count=?9, count_in=?10, "
    "count_out=?11, metrics=?12, issues=?13, input_payload=?14, output_payload=?15, "
    "reasoning_payload=?16, origin=?17 WHERE id=?18",
    // UpdateStepIndex
    "UPDATE execution_steps SET step_index=?2 WHERE id=?1",
    // AddStepErrors
    "UPDATE execution_steps SET error_count = error_count + ?2 WHERE id=?1",
    // FindError
    "SELECT " XRAY_ERROR_COLUMNS " WHERE r.uuid = ?",
    // ErrorsOfRun
    "SELECT " XRAY_ERROR_COLUMNS " WHERE r.execution_id = ?",
    // InsertError
    "INSERT INTO execution_errors(id, uuid, execution_id, step_id, error_type, message, stack, "
    "payload, occurred_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
    // UpdateError
    "UPDATE execution_errors SET step_id=?4, error_type=?5, message=?6, stack=?7, payload=?8, "
    "occurred_at=?9 WHERE id=?1 AND uuid=?2 AND execution_id=?3",
    // FindMetric
    "SELECT id FROM metrics WHERE name = ?",
    // InsertMetric
    "INSERT INTO metrics(name) VALUES(?) RETURNING id",
    // PutMetric
    "INSERT INTO step_metrics(metric_id, step_type, step_id, value) VALUES(?1,?2,?3,?4) "
    "ON CONFLICT DO UPDATE SET value = excluded.value",
    // DeleteMetric
    "DELETE FROM step_metrics WHERE metric_id=?1 AND step_type=?2 AND step_id=?3",
    // WidenZone
    "INSERT INTO metric_zones(metric_id, step_type, zone, n, min_value, max_value) "
    "VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET n = n + excluded.n, "
    "min_value = min(min_value, excluded.min_value), max_value = max(max_value, "
    "excluded.max_value)",
    // InsertChange
    "INSERT OR REPLACE INTO changes(rev, execution_id, step_id, deleted, uuid) "
    "VALUES(?1,?2,?3,?4, CASE WHEN ?4 THEN (SELECT uuid FROM executions WHERE id = ?2) END)",
    // AddToCounter
    "UPDATE counters SET value = value + ?2 WHERE name = ?1",
    // StepsOfSlice
    "SELECT id, step_type, metrics, step_name FROM execution_steps WHERE execution_id = ?1 LIMIT "
    "?2",
    // DeleteError
    "DELETE FROM execution_errors WHERE id = ?",
    // DeleteErrorsOfStep
    "DELETE FROM execution_errors WHERE step_id = ?",
    // DeleteStep
    "DELETE FROM execution_steps WHERE id = ?",
    // DeleteErrorsOfRun
    "DELETE FROM execution_errors WHERE execution_id = ?",
    // DeleteRun
    "DELETE FROM executions WHERE id = ?",
};

/// The number that stands for a step type in step_metrics and metric_zones.
int columnOf(StepType type)
{
    return static_cast<int>(type);
}

template<class Entity>
std::optional<Id<Entity>> idOf(const std::optional<Uuid> &uuid)
{
    return uuid ? std::optional(Id<Entity>(*uuid)) : std::nullopt;
}

std::vector<QByteArray> tagsOf(QByteArrayView json)
{
    std::vector<QByteArray> tags;
    for (const QString &tag : tagsFromJson(json))
        tags.push_back(tag.toUtf8());
    return tags;
}

RunState runFrom(const Statement &s)
{
    RunState run;
    auto &r = run.record;
    run.row = {s.integer(0)};
    r.id = ExecutionId(s.uuid(1).value_or(Uuid()));
    r.pipelineName = s.utf8(2);
    r.environment = s.utf8(3);
    r.trigger = s.utf8(4);
    r.status = runStatusFromWord(s.word(5)).value_or(RunStatus::Running);
    r.startedAt = s.integer(6);
    r.endedAt = s.maybeInteger(7);
    r.duration = s.maybeInteger(8);
    r.metadata = s.utf8(9);
    r.tags = tagsOf(s.view(10));
    r.session = s.utf8(11);
    r.source = sourceFromWord(s.word(12)).value_or(Source::Sdk);
    run.stepCount = s.integer(13);
    run.errorCount = s.integer(14);
    run.lastStepIndex = s.integer(15);
    r.title = s.utf8(16);
    r.titleStep = s.integer(17);
    r.outcome = s.utf8(18);
    r.outcomeStep = s.integer(19);
    run.lastEventAt = s.integer(20);
    run.purgeAt = s.maybeInteger(21);
    r.failure = s.utf8(22);
    return run;
}

StepState stepFrom(const Statement &s)
{
    StepState step;
    auto &r = step.record;
    step.row = {s.integer(0)};
    step.executionRow = {s.integer(1)};
    r.id = StepId(s.uuid(2).value_or(Uuid()));
    r.executionId = ExecutionId(s.uuid(3).value_or(Uuid()));
    r.parentId = idOf<StepTag>(s.uuid(4));
    r.index = s.integer(5);
    r.name = s.utf8(6);
    r.type = stepTypeFromWord(s.word(7)).value_or(StepType::Other);
    r.status = stepStatusFromWord(s.word(8)).value_or(StepStatus::Running);
    r.statusStated = s.integer(9) != 0;
    r.startedAt = s.integer(10);
    r.endedAt = s.maybeInteger(11);
    r.duration = s.maybeInteger(12);
    step.errorCount = s.integer(13);
    r.countIn = s.maybeInteger(14);
    r.countOut = s.maybeInteger(15);
    r.metrics = admission::metricsOf(s.view(16));
    r.issues = issuesFromJson(s.view(17));
    r.input = s.utf8(18);
    r.output = s.utf8(19);
    r.reasoning = s.utf8(20);
    r.origin = s.utf8(21);
    return step;
}

ErrorState errorFrom(const Statement &s)
{
    ErrorState error;
    error.row = s.integer(0);
    error.executionRow = {s.integer(1)};
    error.stepRow = {s.integer(2)};
    error.record = {ErrorId(s.uuid(10).value_or(Uuid())),
                    ExecutionId(s.uuid(3).value_or(Uuid())),
                    idOf<StepTag>(s.uuid(4)),
                    s.utf8(5),
                    s.utf8(6),
                    s.utf8(7),
                    s.utf8(8),
                    s.integer(9)};
    return error;
}

} // namespace

bool hasIssue(const admission::StepRecord &step)
{
    return std::ranges::any_of(step.issues,
                               [](const Issue &issue) { return issue.severity != Severity::Info; });
}

std::size_t RecordStore::ZoneKeyHash::operator()(const ZoneKey &key) const noexcept
{
    return std::hash<std::int64_t>{}(key.zone * 1'000'003 + key.metric * 8 + key.type);
}

Result<std::unique_ptr<RecordStore>> RecordStore::create(SqliteConnection &connection)
{
    static_assert(kSql.size() == kStatementCount);
    std::unique_ptr<RecordStore> store(new RecordStore(connection));
    if (auto prepared = store->prepareAll(); !prepared)
        return prepared.error();
    if (auto loaded = store->reload(); !loaded)
        return loaded.error();
    return store;
}

Result<> RecordStore::prepareAll()
{
    for (std::size_t i = 0; i < kStatementCount; ++i) {
        auto prepared = m_connection.prepare(kSql[i]);
        if (!prepared)
            return prepared.error();
        m_statements[i] = std::move(*prepared);
    }
    return m_notes.prepare();
}

Result<> RecordStore::reload()
{
    m_zones.clear();
    m_notes.forget();
    m_metricIds.clear();
    const auto lastRow = [this](const char *sql, std::int64_t &last) -> Result<> {
        auto value = m_connection.integer(sql);
        if (!value)
            return value.error();
        last = *value;
        return Success{};
    };
    if (auto ok = lastRow("SELECT coalesce(max(id), 0) FROM executions", m_lastRunRow); !ok)
        return ok;
    // Behind the text index, which still knows steps that are gone: no row is given twice there.
    if (auto ok = lastRow("SELECT max((SELECT coalesce(max(id), 0) FROM execution_steps), "
                          "(SELECT coalesce((max(grp) + 1) * 4096 - 1, 0) FROM text_groups))",
                          m_lastStepRow);
        !ok)
        return ok;
    return lastRow("SELECT coalesce(max(id), 0) FROM execution_errors", m_lastErrorRow);
}

Result<> RecordStore::run(Sql sql)
{
    Statement &s = statement(sql);
    if (s.run())
        return Success{};
    return m_connection.lastError().toError();
}

// ---- runs ----------------------------------------------------------------------------------

Result<std::optional<RunState>> RecordStore::readRun(Statement &s)
{
    const StatementScope scope(s);
    switch (s.step()) {
    case Statement::Step::Row:
        return std::optional(runFrom(s));
    case Statement::Step::Done:
        return std::optional<RunState>();
    case Statement::Step::Failed:
        break;
    }
    return s.lastError().toError();
}

Result<std::optional<RunState>> RecordStore::findRun(ExecutionId id)
{
    return readRun(statement(FindRunByUuid).bind(1, id.uuid()));
}

Result<std::optional<RunState>> RecordStore::findRun(ExecutionRow row)
{
    return readRun(statement(FindRunByRow).bind(1, row.value));
}

namespace {

/// Binds ?1 to ?23 of InsertRun and UpdateRun. `tags` must outlive the statement's run.
void bindRun(Statement &s, const RunState &run, const QByteArray &tags)
{
    const auto &r = run.record;
    s.bind(1, run.row.value).bind(2, r.id.uuid()).bindText(3, r.pipelineName);
    s.bindTextOrNull(4, r.environment).bindTextOrNull(5, r.trigger).bindText(6, toWord(r.status));
    s.bind(7, r.startedAt).bind(8, r.endedAt).bind(9, r.duration);
    s.bindTextOrNull(10, r.metadata).bindTextOrNull(11, tags).bindTextOrNull(12, r.session);
    s.bindText(13, toWord(r.source)).bind(14, run.stepCount);
    s.bind(15, run.errorCount).bind(16, run.lastStepIndex);
    s.bindTextOrNull(17, r.title).bind(18, r.titleStep);
    s.bindTextOrNull(19, r.outcome).bind(20, r.outcomeStep);
    s.bind(21, run.lastEventAt).bind(22, run.purgeAt).bindTextOrNull(23, r.failure);
}

} // namespace

Result<> RecordStore::insertRun(const RunState &runState)
{
    const QByteArray tags = tagsToJson(runState.record.tags);
    bindRun(statement(InsertRun), runState, tags);
    return run(InsertRun);
}

Result<> RecordStore::updateRun(const RunState &runState)
{
    const QByteArray tags = tagsToJson(runState.record.tags);
    bindRun(statement(UpdateRun), runState, tags);
    return run(UpdateRun);
}

Result<> RecordStore::updateRunCounters(const RunState &state)
{
    const auto &r = state.record;
    Statement &s = statement(UpdateRunCounters);
    s.bind(1, state.row.value).bind(2, state.stepCount);
    s.bind(3, state.errorCount).bind(4, state.lastStepIndex);
    s.bindTextOrNull(5, r.title).bind(6, r.titleStep);
    s.bindTextOrNull(7, r.outcome).bind(8, r.outcomeStep).bind(9, state.lastEventAt);
    s.bindTextOrNull(10, r.failure);
    return run(UpdateRunCounters);
}

// ---- steps ---------------------------------------------------------------------------------

Result<std::optional<StepPlace>> RecordStore::findStepPlace(StepId id)
{
    Statement &s = statement(FindStepPlace).bind(1, id.uuid());
    const StatementScope scope(s);
    switch (s.step()) {
    case Statement::Step::Row:
        return std::optional(StepPlace{{s.integer(0)}, {s.integer(1)}});
    case Statement::Step::Done:
        return std::optional<StepPlace>();
    case Statement::Step::Failed:
        break;
    }
    return s.lastError().toError();
}

Result<std::optional<StepState>> RecordStore::findStep(StepId id)
{
    Statement &s = statement(FindStep).bind(1, id.uuid());
    const StatementScope scope(s);
    switch (s.step()) {
    case Statement::Step::Row:
        return std::optional(stepFrom(s));
    case Statement::Step::Done:
        return std::optional<StepState>();
    case Statement::Step::Failed:
        break;
    }
    return s.lastError().toError();
}

namespace {

/// Binds ?1 to ?17 of InsertStep and UpdateStep. The JSON texts must outlive the statement's run.
void bindStep(Statement &s, const StepState &step, const QByteArray &metrics,
              const QByteArray &issues)
{
    const auto &r = step.record;
    s.bind(1, r.parentId ? std::optional(r.parentId->uuid()) : std::nullopt);
    s.bindText(2, r.name).bindText(3, toWord(r.type)).bindText(4, toWord(r.status));
    s.bind(5, r.statusStated).bind(6, r.startedAt).bind(7, r.endedAt);
    s.bind(8, r.duration).bind(9, step.errorCount);
    s.bind(10, r.countIn).bind(11, r.countOut);
    s.bindTextOrNull(12, metrics).bindTextOrNull(13, issues);
    s.bindTextOrNull(14, r.input).bindTextOrNull(15, r.output).bindTextOrNull(16, r.reasoning);
    s.bindTextOrNull(17, r.origin);
}

} // namespace

Result<> RecordStore::insertStep(const StepState &step)
{
    const QByteArray metrics = metricsToJson(step.record.metrics);
    const QByteArray issues = issuesToJson(step.record.issues);
    Statement &s = statement(InsertStep);
    bindStep(s, step, metrics, issues);
    s.bind(18, step.row.value).bind(19, step.record.id.uuid());
    s.bind(20, step.executionRow.value).bind(21, step.record.index);
    if (auto inserted = run(InsertStep); !inserted)
        return inserted;
    m_notes.stepAdded(step.record.name);
    return putMetrics(step);
}

Result<> RecordStore::updateStep(const StepState &before, const StepState &after)
{
    const QByteArray metrics = metricsToJson(after.record.metrics);
    const QByteArray issues = issuesToJson(after.record.issues);
    Statement &s = statement(UpdateStep);
    bindStep(s, after, metrics, issues);
    s.bind(18, after.row.value);
    if (auto updated = run(UpdateStep); !updated)
        return updated;
    if (before.record.index != after.record.index) {
        statement(UpdateStepIndex).bind(1, after.row.value).bind(2, after.record.index);
        if (auto updated = run(UpdateStepIndex); !updated)
            return updated;
    }
    if (auto noted = m_notes.stepChanged(before, after); !noted)
        return noted;
    if (before.record.metrics == after.record.metrics && before.record.type == after.record.type)
        return Success{};
    if (auto removed = removeMetrics(before); !removed)
        return removed;
    return putMetrics(after);
}

Result<> RecordStore::forEachStepOfRun(ExecutionRow runRow,
                                       const std::function<Result<>(StepState)> &take)
{
    Statement &s = statement(StepsOfRun).bind(1, runRow.value);
    const StatementScope scope(s);
    for (;;) {
        switch (s.step()) {
        case Statement::Step::Row:
            if (auto taken = take(stepFrom(s)); !taken)
                return taken;
            break;
        case Statement::Step::Done:
            return Success{};
        case Statement::Step::Failed:
            return s.lastError().toError();
        }
    }
}

Result<> RecordStore::removeStep(const StepState &step)
{
    m_notes.stepRemoved(step.record.name);
    if (auto removed = removeMetrics(step); !removed)
        return removed;
    for (const Sql sql : {DeleteErrorsOfStep, DeleteStep}) {
        statement(sql).bind(1, step.row.value);
        if (auto deleted = run(sql); !deleted)
            return deleted;
    }
    return Success{};
}

Result<> RecordStore::addStepErrors(StepRow step, qint64 count)
{
    statement(AddStepErrors).bind(1, step.value).bind(2, count);
    return run(AddStepErrors);
}

// ---- errors --------------------------------------------------------------------------------

Result<std::optional<ErrorState>> RecordStore::findError(ErrorId id)
{
    Statement &s = statement(FindError).bind(1, id.uuid());
    const StatementScope scope(s);
    switch (s.step()) {
    case Statement::Step::Row:
        return std::optional(errorFrom(s));
    case Statement::Step::Done:
        return std::optional<ErrorState>();
    case Statement::Step::Failed:
        break;
    }
    return s.lastError().toError();
}

namespace {

void bindError(Statement &s, const ErrorState &error)
{
    const auto &r = error.record;
    s.bind(1, error.row).bind(2, r.id.uuid()).bind(3, error.executionRow.value);
    if (error.stepRow.isNull())
        s.bindNull(4);
    else
        s.bind(4, error.stepRow.value);
    s.bindTextOrNull(5, r.type).bindText(6, r.message).bindTextOrNull(7, r.stack);
    s.bindTextOrNull(8, r.payload).bind(9, r.occurredAt);
}

} // namespace

Result<> RecordStore::insertError(const ErrorState &error)
{
    bindError(statement(InsertError), error);
    return run(InsertError);
}

Result<> RecordStore::updateError(const ErrorState &error)
{
    bindError(statement(UpdateError), error);
    return run(UpdateError);
}

Result<std::vector<ErrorState>> RecordStore::errorsOfRun(ExecutionRow runRow)
{
    Statement &s = statement(ErrorsOfRun).bind(1, runRow.value);
    const StatementScope scope(s);
    std::vector<ErrorState> errors;
    for (;;) {
        switch (s.step()) {
        case Statement::Step::Row:
            errors.push_back(errorFrom(s));
            break;
        case Statement::Step::Done:
            return errors;
        case Statement::Step::Failed:
            return s.lastError().toError();
        }
    }
}

Result<> RecordStore::removeError(const ErrorState &error)
{
    statement(DeleteError).bind(1, error.row);
    return run(DeleteError);
}

// ---- metrics -------------------------------------------------------------------------------

Result<std::int64_t> RecordStore::metricId(const QByteArray &name)
{
    const std::string key = name.toStdString();
    if (const auto known = m_metricIds.find(key); known != m_metricIds.end())
        return known->second;
    for (const Sql sql : {FindMetric, InsertMetric}) {
        Statement &s = statement(sql).bindText(1, name);
        const StatementScope scope(s);
        const auto step = s.step();
        if (step == Statement::Step::Failed)
            return s.lastError().toError();
        if (step == Statement::Step::Row) {
            const std::int64_t id = s.integer(0);
            while (s.step() == Statement::Step::Row) { // RETURNING writes at the end
            }
            m_metricIds.emplace(key, id);
            return id;
        }
    }
    return Error{ErrorCode::Internal, QStringLiteral("The metric got no id")};
}

void RecordStore::widenZone(std::int64_t metric, StepType type, StepRow step, double value)
{
    ZoneDelta &zone = m_zones[{metric, columnOf(type), step.value >> kZoneShift}];
    zone.added += 1;
    zone.minimum = zone.widens ? std::min(zone.minimum, value) : value;
    zone.maximum = zone.widens ? std::max(zone.maximum, value) : value;
    zone.widens = true;
}

Result<> RecordStore::putMetrics(const StepState &step)
{
    const auto &record = step.record;
    for (const admission::MetricRecord &metric : record.metrics) {
        auto id = metricId(metric.name);
        if (!id)
            return id.error();
        Statement &s = statement(PutMetric);
        s.bind(1, *id).bind(2, columnOf(record.type)).bind(3, step.row.value);
        s.bind(4, metric.value);
        if (auto put = run(PutMetric); !put)
            return put;
        widenZone(*id, record.type, step.row, metric.value);
    }
    return Success{};
}

Result<> RecordStore::removeMetrics(const StepState &step)
{
    const int type = columnOf(step.record.type);
    for (const admission::MetricRecord &metric : step.record.metrics) {
        auto id = metricId(metric.name);
        if (!id)
            return id.error();
        statement(DeleteMetric).bind(1, *id).bind(2, type).bind(3, step.row.value);
        if (auto removed = run(DeleteMetric); !removed)
            return removed;
        m_zones[{*id, type, step.row.value >> kZoneShift}].added -= 1;
        m_notes.zoneLostValue(*id, type, step.row.value >> kZoneShift);
    }
    return Success{};
}

Result<> RecordStore::flushZones()
{
    // A zone that only lost values keeps its bounds: too wide is safe, too narrow is not. The
    // infinities leave min() and max() as they are.
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const auto &[key, zone] : m_zones) {
        if (zone.added == 0 && !zone.widens)
            continue;
        Statement &s = statement(WidenZone);
        s.bind(1, key.metric).bind(2, key.type).bind(3, key.zone);
        s.bind(4, zone.added).bind(5, zone.widens ? zone.minimum : infinity);
        s.bind(6, zone.widens ? zone.maximum : -infinity);
        if (auto widened = run(WidenZone); !widened)
            return widened;
    }
    m_zones.clear();
    return m_notes.flush();
}

// ---- deletion ------------------------------------------------------------------------------

Result<int> RecordStore::deleteStepSlice(ExecutionRow runRow, int limit)
{
    std::vector<StepState> slice;
    {
        Statement &s = statement(StepsOfSlice);
        s.bind(1, runRow.value).bind(2, limit);
        const StatementScope scope(s);
        while (s.step() == Statement::Step::Row) {
            StepState step;
            step.row = {s.integer(0)};
            step.record.type = stepTypeFromWord(s.word(1)).value_or(StepType::Other);
            step.record.metrics = admission::metricsOf(s.view(2));
            step.record.name = s.utf8(3);
            slice.push_back(std::move(step));
        }
    }
    for (const StepState &step : slice) {
        if (auto removed = removeStep(step); !removed)
            return removed.error();
    }
    return static_cast<int>(slice.size());
}

Result<> RecordStore::deleteRun(ExecutionRow runRow)
{
    for (const Sql sql : {DeleteErrorsOfRun, DeleteRun}) {
        statement(sql).bind(1, runRow.value);
        if (auto deleted = run(sql); !deleted)
            return deleted;
    }
    return Success{};
}

// ---- bookkeeping ---------------------------------------------------------------------------

Result<> RecordStore::insertChange(Revision revision, ExecutionRow runRow, StepRow step,
                                   ChangeKind kind)
{
    statement(InsertChange).bind(1, revision).bind(2, runRow.value).bind(3, step.value);
    statement(InsertChange).bind(4, kind == ChangeKind::Deleted);
    return run(InsertChange);
}

Result<> RecordStore::addToCounter(const char *name, qint64 delta)
{
    statement(AddToCounter).bindText(1, name).bind(2, delta);
    return run(AddToCounter);
}

} // namespace xray::store
