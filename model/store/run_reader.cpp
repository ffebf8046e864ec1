// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/run_reader.h"

#include "model/store/entity_rows.h"
#include "model/store/read_snapshot.h"
#include "model/store/record_json.h"
#include "model/store/run_filter_sql.h"
#include "model/store/run_sorter.h"
#include "model/store/span_store.h"

#include <QFileInfo>

#include <algorithm>
#include <map>
#include <set>
#include <type_traits>

namespace xray::store {

namespace {

/// For lists: without stacks and payloads.
constexpr char kErrorsOfRunBrief[] = "SELECT " XRAY_ERROR_LINE_FIELDS " FROM " XRAY_ERROR_SOURCE
                                     "r.execution_id = ? ORDER BY r.occurred_at, r.id";
constexpr char kErrorsOfStep[] = "SELECT " XRAY_ERROR_FIELDS " FROM " XRAY_ERROR_SOURCE
                                 "r.step_id = ? ORDER BY r.occurred_at, r.id";

/// Steps a metric history looks at to find `limit` values of one step name.
constexpr int kHistoryScanLimit = 50'000;
/// Runs with tags that are looked at for the tags one may want to give again.
constexpr int kTaggedRunsRead = 10'000;

} // namespace

RunReader::RunReader(std::unique_ptr<SqliteConnection> connection, QString path)
    : m_connection(std::move(connection))
    , m_path(std::move(path))
{
}

void RunReader::tidy()
{
    constexpr std::size_t kStatementsKept = 64; // filters make many texts; most come back
    if (m_statements.size() > kStatementsKept)
        m_statements.clear();
}

Result<Statement *> RunReader::cached(const QByteArray &sql)
{
    const std::string key = sql.toStdString();
    if (const auto it = m_statements.find(key); it != m_statements.end())
        return &it->second;
    auto prepared = m_connection->prepare(sql);
    if (!prepared)
        return prepared.error();
    return &m_statements.emplace(key, std::move(*prepared)).first->second;
}

Result<std::vector<Execution>> RunReader::readRuns(Statement &statement)
{
    return readAll(statement, executionFrom);
}

Result<std::vector<Step>> RunReader::readSteps(Statement &statement, ExecutionId runId)
{
    return readAll(statement, [runId](const Statement &s) { return stepFrom(s, runId); });
}

Result<std::vector<ExecutionError>> RunReader::readErrors(Statement &statement)
{
    return readAll(statement, errorFrom);
}

Result<Revision> RunReader::currentRevision()
{
    auto statement = cached("SELECT coalesce(max(rev), 0) FROM changes");
    if (!statement)
        return statement.error();
    const StatementScope scope(**statement);
    if ((*statement)->step() != Statement::Step::Row)
        return (*statement)->lastError().toError();
    return (*statement)->integer(0);
}

// ---- run list ------------------------------------------------------------------------------

Read<RunOrder> RunReader::runOrder(const RunQuery &query)
{
    const ReadSnapshot snapshot(*m_connection);
    auto revision = currentRevision();
    if (!revision)
        return revision.error();
    RunOrder order{query, *revision, {}, {}, {}};
    const bool searches = !query.filter.text.isEmpty();
    if (auto read = searches ? findRuns(order) : readOrder(order); !read)
        return read.error();
    return shared(std::move(order));
}

/// From the index by start where that is the order, else sorted here: see RunSorter.
Result<> RunReader::readOrder(RunOrder &order)
{
    const RunSort &sort = order.query.sort;
    const SqlCondition condition = conditionOf(order.query.filter);
    const bool indexed = sort.key == RunSortKey::Started;
    const bool all = order.query.filter.isEmpty();
    auto statement = cached("SELECT e.id, e.started_at, e.uuid, " + sortExpression(sort.key) +
                            " FROM executions e" + (all && !indexed ? scanHint(sort.key) : "") +
                            " WHERE " + condition.sql + (indexed ? orderBy(sort) : ""));
    if (!statement)
        return statement.error();
    bindAll(**statement, condition.values);
    if (!indexed)
        return sortInto(order, **statement);
    return forEachRow(**statement, [&order](const Statement &s) {
        order.rows.push_back({s.integer(0)});
        order.numbers.push_back(s.integer(1));
    });
}

/// The newest that a text is found in, in the order asked for.
Result<> RunReader::findRuns(RunOrder &order)
{
    const SqlCondition condition = conditionOf(order.query.filter);
    auto statement =
        cached("SELECT e.id, e.started_at, e.uuid, " + sortExpression(order.query.sort.key) +
               " FROM executions e WHERE " + condition.sql + orderBy({}) + " LIMIT ?");
    if (!statement)
        return statement.error();
    const int bound = bindAll(**statement, condition.values);
    (*statement)->bind(bound + 1, kMostTextMatches + 1);
    return sortInto(order, **statement);
}

/// Of a search at most kMostTextMatches rows; one more only says that there are more.
Result<> RunReader::sortInto(RunOrder &order, Statement &statement)
{
    const RunSort &sort = order.query.sort;
    RunSorter sorter(sort);
    const bool byText = sortsByText(sort.key);
    const bool searches = !order.query.filter.text.isEmpty();
    int matches = 0;
    auto read = forEachRow(statement, [&](const Statement &s) {
        order.capped = searches && ++matches > kMostTextMatches;
        if (order.capped)
            return;
        const ExecutionRow row{s.integer(0)};
        const Uuid id = s.uuid(2).value_or(Uuid());
        if (byText)
            sorter.add(row, s.view(3), s.integer(1), id);
        else
            sorter.add(row, s.integer(3), s.integer(1), id);
    });
    if (read)
        sorter.fill(order);
    return read;
}

Result<std::optional<Execution>> RunReader::findRun(ExecutionRow row)
{
    auto statement = cached("SELECT " XRAY_RUN_FIELDS
                            " FROM executions e WHERE e.id = ? AND e.purge_at IS NULL");
    if (!statement)
        return statement.error();
    (*statement)->bind(1, row.value);
    auto runs = readRuns(**statement);
    if (!runs)
        return runs.error();
    return runs->empty() ? std::nullopt : std::optional(std::move(runs->front()));
}

Result<std::optional<Execution>> RunReader::findRun(ExecutionId id)
{
    auto statement = cached("SELECT " XRAY_RUN_FIELDS
                            " FROM executions e WHERE e.uuid = ? AND e.purge_at IS NULL");
    if (!statement)
        return statement.error();
    (*statement)->bind(1, id.uuid());
    auto runs = readRuns(**statement);
    if (!runs)
        return runs.error();
    return runs->empty() ? std::nullopt : std::optional(std::move(runs->front()));
}

Read<std::vector<Execution>> RunReader::runsByRow(const std::vector<ExecutionRow> &rows)
{
    auto statement = cached("SELECT " XRAY_RUN_LINE_FIELDS
                            " FROM executions e WHERE e.id = ? AND e.purge_at IS NULL");
    if (!statement)
        return statement.error();
    std::vector<Execution> runs;
    runs.reserve(rows.size());
    for (const ExecutionRow row : rows) {
        (*statement)->bind(1, row.value);
        auto found = readRuns(**statement);
        if (!found)
            return found.error();
        std::ranges::move(*found, std::back_inserter(runs));
    }
    return shared(std::move(runs));
}

Read<std::vector<Execution>> RunReader::matchingRuns(const RunFilter &filter,
                                                     const std::vector<ExecutionRow> &rows)
{
    const SqlCondition condition = conditionOf(filter);
    auto statement = cached("SELECT " XRAY_RUN_LINE_FIELDS " FROM executions e WHERE " +
                            condition.sql + " AND e.id = ?");
    if (!statement)
        return statement.error();
    std::vector<Execution> matches;
    for (const ExecutionRow row : rows) {
        const int bound = bindAll(**statement, condition.values);
        (*statement)->bind(bound + 1, row.value);
        auto found = readRuns(**statement);
        if (!found)
            return found.error();
        std::ranges::move(*found, std::back_inserter(matches));
    }
    return shared(std::move(matches));
}

Read<Execution> RunReader::runById(ExecutionId id)
{
    auto run = findRun(id);
    if (!run)
        return run.error();
    if (!*run)
        return noSuch("execution", id.toUtf8());
    return shared(std::move(**run));
}

// ---- one run -------------------------------------------------------------------------------

Result<std::vector<ExecutionError>> RunReader::runErrors(ExecutionRow row)
{
    auto statement = cached(kErrorsOfRunBrief);
    if (!statement)
        return statement.error();
    (*statement)->bind(1, row.value);
    return readErrors(**statement);
}

Read<RunSnapshot> RunReader::openRun(ExecutionId id)
{
    const ReadSnapshot snapshot(*m_connection);
    auto run = findRun(id);
    if (!run)
        return run.error();
    if (!*run)
        return noSuch("execution", id.toUtf8());
    auto revision = currentRevision();
    if (!revision)
        return revision.error();
    auto statement = cached("SELECT " XRAY_STEP_FIELDS " FROM execution_steps s "
                            "WHERE s.execution_id = ? ORDER BY s.step_index, s.id");
    if (!statement)
        return statement.error();
    (*statement)->bind(1, (*run)->row.value);
    auto steps = readSteps(**statement, id);
    if (!steps)
        return steps.error();
    auto errors = runErrors((*run)->row);
    if (!errors)
        return errors.error();
    return shared(
        RunSnapshot{*revision, std::move(**run), StepList(std::move(*steps)), std::move(*errors)});
}

/// The steps of the run that changed after `since`, as the feed has it: also those that were
/// committed after the asker last heard of it.
Result<std::set<StepRow>> RunReader::changedSteps(ExecutionRow run, Revision since)
{
    auto statement = cached("SELECT step_id FROM changes "
                            "WHERE rev > ?1 AND execution_id = ?2 AND step_id <> 0");
    if (!statement)
        return statement.error();
    Statement &s = **statement;
    const StatementScope scope(s);
    s.bind(1, since).bind(2, run.value);
    std::set<StepRow> steps;
    auto read = forEachRow(s, [&steps](const Statement &row) { steps.insert({row.integer(0)}); });
    if (!read)
        return read.error();
    return steps;
}

Read<RunSnapshot> RunReader::refreshRun(const RunSnapshot &before,
                                        const std::vector<StepRow> &changed)
{
    const ReadSnapshot snapshot(*m_connection);
    auto run = findRun(before.run.row);
    if (!run)
        return run.error();
    if (!*run)
        return noSuch("execution", before.run.id.toUtf8());
    auto revision = currentRevision();
    if (!revision)
        return revision.error();
    auto statement = cached("SELECT " XRAY_STEP_FIELDS
                            " FROM execution_steps s WHERE s.id = ? AND s.execution_id = ?");
    if (!statement)
        return statement.error();
    auto all = changedSteps(before.run.row, before.revision);
    if (!all)
        return all.error();
    all->insert(changed.begin(), changed.end());
    std::vector<Step> steps;
    std::vector<StepRow> removed;
    for (const StepRow row : *all) {
        (*statement)->bind(1, row.value).bind(2, before.run.row.value);
        auto found = readSteps(**statement, before.run.id);
        if (!found)
            return found.error();
        if (found->empty())
            removed.push_back(row);
        else
            steps.push_back(std::move(found->front()));
    }
    const bool errorsChanged = (*run)->errorCount != static_cast<qint64>(before.errors.size());
    auto errors = errorsChanged ? runErrors((*run)->row) : before.errors;
    if (!errors)
        return errors.error();
    return shared(RunSnapshot{*revision, std::move(**run),
                              before.steps.withChanges(std::move(steps), removed),
                              std::move(*errors)});
}

Read<StepDetail> RunReader::stepDetail(StepId id)
{
    const ReadSnapshot snapshot(*m_connection);
    auto statement = cached("SELECT " XRAY_STEP_FIELDS
                            ", s.input_payload, s.output_payload, s.reasoning_payload, e.uuid "
                            "FROM execution_steps s JOIN executions e ON e.id = s.execution_id "
                            "WHERE s.uuid = ? AND e.purge_at IS NULL");
    if (!statement)
        return statement.error();
    Statement &s = **statement;
    s.bind(1, id.uuid());
    StepDetail detail;
    {
        const StatementScope scope(s);
        switch (s.step()) {
        case Statement::Step::Done:
            return noSuch("step", id.toUtf8());
        case Statement::Step::Failed:
            return s.lastError().toError();
        case Statement::Step::Row:
            break;
        }
        const ExecutionId runId(s.uuid(kStepFieldCount + 3).value_or(Uuid()));
        detail.step = stepFrom(s, runId);
        detail.payloads = {s.utf8(kStepFieldCount), s.utf8(kStepFieldCount + 1),
                           s.utf8(kStepFieldCount + 2)};
    }
    auto errors = cached(kErrorsOfStep);
    if (!errors)
        return errors.error();
    (*errors)->bind(1, detail.step.row.value);
    auto read = readErrors(**errors);
    if (!read)
        return read.error();
    detail.errors = std::move(*read);
    auto span = spanOfStep(detail.step);
    if (!span)
        return span.error();
    detail.span = *std::move(span);
    return shared(std::move(detail));
}

/// The span's JSON object with the records of its log put in; empty for a step made of none.
Result<QByteArray> RunReader::spanOfStep(const Step &step)
{
    if (!step.origin)
        return QByteArray();
    auto statement = cached("SELECT kind, body FROM spans WHERE execution_id = ?1 AND span_id = ?2 "
                            "ORDER BY kind, id");
    if (!statement)
        return statement.error();
    Statement &s = **statement;
    const StatementScope scope(s);
    s.bind(1, step.executionRow.value).bind(2, step.origin->spanId);
    QByteArray span;
    QByteArray logs;
    for (;;) {
        switch (s.step()) {
        case Statement::Step::Row:
            if (s.integer(0) == 0)
                span = s.utf8(1);
            else
                logs += (logs.isEmpty() ? "" : ",") + s.utf8(1);
            break;
        case Statement::Step::Done:
            if (!logs.isEmpty() && span.endsWith('}'))
                span.replace(span.size() - 1, 1, ",\"logs\":[" + logs + "]}");
            return span;
        case Statement::Step::Failed:
            return s.lastError().toError();
        }
    }
}

// ---- figures -------------------------------------------------------------------------------

Read<MetricHistory> RunReader::metricHistory(const MetricHistoryQuery &query)
{
    // Newest first through the metric's key; each candidate's name is looked at by row id.
    auto statement = cached(
        "SELECT v.value FROM (SELECT m.step_id, m.value FROM step_metrics m WHERE m.metric_id = "
        "(SELECT id FROM metrics WHERE name = ?1) AND m.step_type = ?2 "
        "ORDER BY m.step_id DESC LIMIT ?3) v "
        "CROSS JOIN execution_steps s ON s.id = v.step_id "
        "CROSS JOIN executions e ON e.id = s.execution_id "
        "WHERE s.step_name = ?4 AND e.pipeline_name = ?5 AND e.purge_at IS NULL "
        "ORDER BY v.step_id DESC LIMIT ?6");
    if (!statement)
        return statement.error();
    Statement &s = **statement;
    s.bindString(1, query.metric).bind(2, static_cast<int>(query.type));
    s.bind(3, kHistoryScanLimit).bindString(4, query.stepName);
    s.bindString(5, query.pipelineName).bind(6, query.limit + 1);
    const StatementScope scope(s);
    MetricHistory history{query, {}, false};
    Statement::Step step = s.step();
    for (; step == Statement::Step::Row; step = s.step())
        history.values.push_back(s.real(0));
    if (step == Statement::Step::Failed)
        return s.lastError().toError();
    history.capped = static_cast<int>(history.values.size()) > query.limit;
    if (history.capped)
        history.values.pop_back();
    std::ranges::reverse(history.values);
    return shared(std::move(history));
}

Read<RunFacets> RunReader::facets()
{
    const ReadSnapshot snapshot(*m_connection);
    RunFacets facets;
    const auto count = [this](const char *sql, std::vector<RunFacets::Entry> &entries) -> Result<> {
        auto statement = cached(sql);
        if (!statement)
            return statement.error();
        const StatementScope scope(**statement);
        Statement::Step step = (*statement)->step();
        for (; step == Statement::Step::Row; step = (*statement)->step())
            entries.push_back({(*statement)->text(0), (*statement)->integer(1)});
        if (step == Statement::Step::Failed)
            return (*statement)->lastError().toError();
        return Success{};
    };
    std::vector<RunFacets::Entry> statuses;
    const std::pair<const char *, std::vector<RunFacets::Entry> *> parts[] = {
        {"SELECT pipeline_name, count(*) FROM executions WHERE purge_at IS NULL GROUP BY 1 "
         "ORDER BY 2 DESC, 1",
         &facets.pipelines},
        {"SELECT coalesce(environment, ''), count(*) FROM executions WHERE purge_at IS NULL "
         "GROUP BY 1 ORDER BY 2 DESC, 1",
         &facets.environments},
        {"SELECT status, count(*) FROM executions WHERE purge_at IS NULL GROUP BY 1", &statuses},
    };
    for (const auto &[sql, entries] : parts) {
        if (auto counted = count(sql, *entries); !counted)
            return counted.error();
    }
    facets.statuses.assign(kRunStatusCount, 0);
    for (const RunFacets::Entry &entry : statuses) {
        if (const auto status = runStatusFromWord(entry.name.toStdString()))
            facets.statuses[static_cast<std::size_t>(*status)] = entry.count;
    }
    if (auto read = readTags(facets.tags); !read)
        return read.error();
    return shared(std::move(facets));
}

Result<> RunReader::readTags(std::vector<RunFacets::Entry> &entries)
{
    auto statement = cached("SELECT tags FROM executions WHERE purge_at IS NULL AND tags IS NOT "
                            "NULL ORDER BY id DESC LIMIT ?");
    if (!statement)
        return statement.error();
    (*statement)->bind(1, kTaggedRunsRead);
    std::map<QString, qint64> counts;
    auto read = forEachRow(**statement, [&counts](const Statement &s) {
        for (const QString &tag : tagsFromJson(s.view(0)))
            ++counts[tag];
    });
    for (const auto &[tag, count] : counts)
        entries.push_back({tag, count});
    std::ranges::stable_sort(entries, std::ranges::greater(), &RunFacets::Entry::count);
    return read;
}

Read<StoreTotals> RunReader::totals()
{
    auto statement = cached("SELECT name, value FROM counters");
    if (!statement)
        return statement.error();
    Statement &s = **statement;
    const StatementScope scope(s);
    std::map<QByteArray, qint64> counters;
    while (s.step() == Statement::Step::Row)
        counters[s.utf8(0)] = s.integer(1);
    StoreTotals totals{counters["runs"], counters["steps"], counters["errors"], counters["issues"]};
    for (const char *suffix : {"", "-wal"})
        totals.fileBytes += QFileInfo(m_path + QLatin1String(suffix)).size();
    return shared(totals);
}

// ---- changes -------------------------------------------------------------------------------

Read<Revision> RunReader::revision()
{
    auto revision = currentRevision();
    if (!revision)
        return revision.error();
    return shared(*revision);
}

Read<ChangeBatch> RunReader::changesSince(Revision since, int limit)
{
    const ReadSnapshot snapshot(*m_connection);
    auto newest = currentRevision();
    if (!newest)
        return newest.error();
    ChangeBatch batch{since, *newest, false, {}};
    if (*newest <= since)
        return shared(std::move(batch));
    auto oldest = cached("SELECT min(rev) FROM changes");
    if (!oldest)
        return oldest.error();
    {
        const StatementScope scope(**oldest);
        batch.gap = (*oldest)->step() == Statement::Step::Row && (*oldest)->integer(0) > since + 1;
    }
    auto statement = cached("SELECT rev, execution_id, step_id, deleted, uuid FROM changes "
                            "WHERE rev > ?1 ORDER BY rev LIMIT ?2");
    if (!statement)
        return statement.error();
    Statement &s = **statement;
    s.bind(1, since).bind(2, limit + 1);
    const StatementScope scope(s);
    Statement::Step step = s.step();
    for (; step == Statement::Step::Row; step = s.step())
        batch.changes.push_back({s.integer(0),
                                 {s.integer(1)},
                                 {s.integer(2)},
                                 s.integer(3) != 0 ? ChangeKind::Deleted : ChangeKind::Upserted,
                                 ExecutionId(s.uuid(4).value_or(Uuid()))});
    if (step == Statement::Step::Failed)
        return s.lastError().toError();
    if (static_cast<int>(batch.changes.size()) > limit) {
        // Whole revisions only: the one the limit cut goes to the next batch, unless it is alone.
        const Revision cut = batch.changes.back().revision;
        if (batch.changes.front().revision == cut) {
            batch.gap = true;
            batch.to = cut;
            batch.changes.clear();
        } else {
            std::erase_if(batch.changes, [cut](const Change &c) { return c.revision == cut; });
            batch.to = batch.changes.back().revision;
        }
    }
    return shared(std::move(batch));
}

/// Adds what changed as it is now, if it is there. How many bytes it has to say.
Result<qint64> RunReader::addChanged(const Change &change, ChangedEntities &entities)
{
    if (change.step.isNull()) {
        auto run = findRun(change.execution);
        if (!run)
            return run.error();
        if (!*run)
            return 0;
        entities.runs.push_back(std::move(**run));
        return contentBytes(entities.runs.back());
    }
    auto statement = cached("SELECT " XRAY_STEP_FIELDS ", e.uuid FROM execution_steps s "
                            "JOIN executions e ON e.id = s.execution_id "
                            "WHERE s.id = ? AND e.purge_at IS NULL");
    if (!statement)
        return statement.error();
    (*statement)->bind(1, change.step.value);
    auto read = forEachRow(**statement, [&entities](const Statement &s) {
        const ExecutionId run(s.uuid(kStepFieldCount).value_or(Uuid()));
        entities.steps.push_back(stepFrom(s, run));
    });
    return read ? Result<qint64>(0) : read.error();
}

Read<ChangedEntities> RunReader::changedEntities(const std::vector<Change> &changes,
                                                 qint64 maxBytes)
{
    const ReadSnapshot snapshot(*m_connection);
    ChangedEntities entities;
    std::set<std::pair<ExecutionRow, StepRow>> seen;
    qint64 bytes = 0;
    for (const Change &change : changes) {
        if (change.revision != entities.to && bytes >= maxBytes)
            break;
        entities.to = change.revision;
        if (!seen.emplace(change.execution, change.step).second)
            continue;
        auto added = addChanged(change, entities);
        if (!added)
            return added.error();
        bytes += *added;
    }
    return shared(std::move(entities));
}

} // namespace xray::store
