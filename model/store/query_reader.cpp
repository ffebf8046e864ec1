// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/query_reader.h"

#include "model/store/catalogue_reader.h"
#include "model/store/entity_rows.h"
#include "model/store/read_snapshot.h"

#include <model/query/conditions.h>
#include <model/query/language.h>

#include <QElapsedTimer>

#include <algorithm>

namespace xray::store {

namespace {

constexpr char kHit[] =
    "SELECT " XRAY_STEP_FIELDS ", e.uuid, e.pipeline_name, coalesce(e.environment, ''), e.status, "
    "e.started_at, coalesce(e.title, '') FROM execution_steps s "
    "JOIN executions e ON e.id = s.execution_id WHERE s.id = ?1";

query::StepHit hitFrom(const Statement &s)
{
    query::StepHit hit;
    hit.step = stepFrom(s, ExecutionId(s.uuid(kStepFieldCount).value_or(Uuid())));
    hit.pipelineName = s.text(kStepFieldCount + 1);
    hit.environment = s.text(kStepFieldCount + 2);
    hit.runStatus = runStatusFromWord(s.word(kStepFieldCount + 3)).value_or(RunStatus::Running);
    hit.runStartedAt = s.integer(kStepFieldCount + 4);
    hit.runTitle = s.text(kStepFieldCount + 5);
    return hit;
}

/// Whether only runs of certain ids can match.
bool namesRuns(const query::Query &query)
{
    return std::ranges::any_of(query::conjunctsOf(query.where), [](const query::NodePtr &node) {
        const auto *condition = std::get_if<query::Condition>(&node->is);
        return condition && condition->field.id == query::FieldId::Run &&
               condition->op != query::Operator::NotEqual;
    });
}

template<class Finder>
Result<QString> planOf(Finder &&finder)
{
    auto ready = finder.prepare();
    return ready ? Result(finder.plan().text) : Result<QString>(ready.error());
}

/// Cuts the row that only told that there are more.
template<class Row>
bool cutTo(std::vector<Row> &rows, int limit)
{
    const bool more = static_cast<int>(rows.size()) > limit;
    if (more)
        rows.resize(static_cast<std::size_t>(limit));
    return more;
}

} // namespace

// ---- steps ---------------------------------------------------------------------------------

Read<query::StepAnswer> QueryReader::findSteps(const query::StepQuestion &question)
{
    QElapsedTimer timer;
    timer.start();
    StepFinder finder(m_connection, m_ticket, question.query, question.now);
    if (auto ready = finder.prepare(); !ready)
        return ready.error();
    std::vector<StepRow> rows;
    const auto take = [&rows](StepRow row) {
        rows.push_back(row);
        return Visit::On;
    };
    if (auto found = finder.forEach(question.before, question.limit + 1, take); !found)
        return found.error();
    if (rows.empty() && !question.before) {
        if (auto known = checkPaths(question.query, question.now); !known)
            return known.error();
    }
    query::StepAnswer answer;
    answer.more = cutTo(rows, question.limit);
    auto hits = hitsOf(rows);
    if (!hits)
        return hits.error();
    answer.hits = std::move(*hits);
    if (question.payloads == query::WithPayloads::Yes) {
        if (auto added = addPayloads(question, answer); !added)
            return added.error();
    }
    answer.plan = finder.plan();
    answer.elapsed = timer.nsecsElapsed();
    m_ticket.setProgress(1);
    return shared(std::move(answer));
}

Result<> QueryReader::addPayloads(const query::StepQuestion &question, query::StepAnswer &answer)
{
    auto payloads = m_connection.prepare("SELECT input_payload, output_payload, reasoning_payload "
                                         "FROM execution_steps WHERE id = ?1");
    if (!payloads)
        return payloads.error();
    qint64 bytes = 0;
    for (std::size_t i = 0; i < answer.hits.size(); ++i) {
        if (bytes >= question.maxPayloadBytes) {
            answer.hits.resize(i);
            answer.more = true;
            break;
        }
        query::StepHit &hit = answer.hits[i];
        const StatementScope scope(*payloads);
        if (payloads->bind(1, hit.step.row.value).step() == Statement::Step::Failed)
            return payloads->lastError().toError();
        hit.payloads = {payloads->utf8(0), payloads->utf8(1), payloads->utf8(2)};
        bytes +=
            hit.payloads.input.size() + hit.payloads.output.size() + hit.payloads.reasoning.size();
    }
    return Success{};
}

/// In a snapshot, as others below: the file is locked once, not for each row.
Result<std::vector<query::StepHit>> QueryReader::hitsOf(const std::vector<StepRow> &rows)
{
    const ReadSnapshot snapshot(m_connection);
    auto statement = m_connection.prepare(kHit);
    if (!statement)
        return statement.error();
    std::vector<query::StepHit> hits;
    hits.reserve(rows.size());
    for (const StepRow row : rows) {
        const StatementScope scope(*statement);
        const Statement::Step step = statement->bind(1, row.value).step();
        if (step == Statement::Step::Failed)
            return statement->lastError().toError();
        if (step == Statement::Step::Row)
            hits.push_back(hitFrom(*statement));
    }
    return hits;
}

Read<std::vector<query::StepHit>> QueryReader::matchingSteps(const query::Query &query, TimeNs now,
                                                             const std::vector<StepRow> &rows)
{
    std::vector<StepRow> latestFirst = rows;
    std::ranges::sort(latestFirst, std::ranges::greater());
    StepFinder finder(m_connection, m_ticket, query, now);
    std::vector<StepRow> matches;
    const auto take = [&matches](StepRow row) {
        matches.push_back(row);
        return Visit::On;
    };
    if (auto looked = finder.among(latestFirst, take); !looked)
        return looked.error();
    auto hits = hitsOf(matches);
    if (!hits)
        return hits.error();
    return shared(std::move(*hits));
}

// ---- runs ----------------------------------------------------------------------------------

Read<query::RunAnswer> QueryReader::findRuns(const query::RunQuestion &question)
{
    QElapsedTimer timer;
    timer.start();
    query::RunAnswer answer;
    auto rows = runRows(question, answer.plan);
    if (!rows)
        return rows.error();
    if (rows->empty() && !question.after) {
        if (auto known = checkPaths(question.query, question.now); !known)
            return known.error();
    }
    answer.more = cutTo(*rows, question.limit);
    if (auto read = readExecutions(question, *rows, answer); !read)
        return read.error();
    answer.elapsed = timer.nsecsElapsed();
    m_ticket.setProgress(1);
    return shared(std::move(answer));
}

Result<> QueryReader::readExecutions(const query::RunQuestion &question,
                                     const std::vector<ExecutionRow> &rows,
                                     query::RunAnswer &answer)
{
    const ReadSnapshot snapshot(m_connection);
    auto statement = m_connection.prepare(
        question.withContents ? "SELECT " XRAY_RUN_FIELDS " FROM executions e WHERE e.id = ?1"
                              : "SELECT " XRAY_RUN_LINE_FIELDS
                                " FROM executions e WHERE e.id = ?1");
    if (!statement)
        return statement.error();
    qint64 bytes = 0;
    for (const ExecutionRow row : rows) {
        if (bytes >= question.maxContentBytes) {
            answer.more = true;
            break;
        }
        const StatementScope scope(*statement);
        const Statement::Step step = statement->bind(1, row.value).step();
        if (step == Statement::Step::Failed)
            return statement->lastError().toError();
        if (step == Statement::Step::Done)
            continue;
        answer.runs.push_back(executionFrom(*statement));
        bytes += contentBytes(answer.runs.back());
    }
    return Success{};
}

/// The page and one more.
Result<std::vector<ExecutionRow>> QueryReader::runRows(const query::RunQuestion &question,
                                                       query::PlanNote &plan)
{
    RunFinder finder(m_connection, m_ticket, question.query, question.now);
    if (auto ready = finder.prepare(); !ready)
        return ready.error();
    auto rows = finder.page(question);
    plan = finder.plan();
    return rows;
}

// ---- counts --------------------------------------------------------------------------------

Read<query::CountAnswer> QueryReader::count(const query::CountQuestion &question)
{
    auto counted = question.query.subject == query::Subject::Steps ? countSteps(question)
                                                                   : countRuns(question);
    if (!counted)
        return counted.error();
    if (*counted == 0) {
        if (auto known = checkPaths(question.query, question.now); !known)
            return known.error();
    }
    m_ticket.setProgress(1);
    return shared(query::CountAnswer{std::min(*counted, question.cap), *counted > question.cap});
}

Result<qint64> QueryReader::countSteps(const query::CountQuestion &question)
{
    StepFinder finder(m_connection, m_ticket, question.query, question.now);
    if (auto ready = finder.prepare(); !ready)
        return ready.error();
    return finder.count(question.cap);
}

Result<qint64> QueryReader::countRuns(const query::CountQuestion &question)
{
    RunFinder finder(m_connection, m_ticket, question.query, question.now);
    if (auto ready = finder.prepare(); !ready)
        return ready.error();
    return finder.count(question.cap);
}

// ---- paths ---------------------------------------------------------------------------------

/// A path that no payload in the store has is a mistake, though one that can only be told by
/// looking at every payload. So it is looked for when an answer is empty, unless the newest
/// payloads have it or only certain runs were asked for.
Result<> QueryReader::checkPaths(const query::Query &query, TimeNs now)
{
    if (namesRuns(query))
        return Success{};
    std::optional<query::Catalogue> newest;
    for (const query::Condition *condition : query::conditionsOf(query.where)) {
        if (condition->field.id < query::FieldId::Input)
            continue;
        if (!newest) {
            auto paths = CatalogueReader(m_connection).readPaths();
            if (!paths)
                return paths.error();
            newest.emplace();
            newest->paths = std::move(*paths);
            newest->pathsAreAll = true;
        }
        const auto node = std::make_shared<const query::Node>(query::Node{*condition, {}});
        const auto unknown = query::check({query::Subject::Steps, node}, *newest);
        auto known = unknown.empty() ? Result(true) : hasPath(condition->field, now);
        if (!known)
            return known.error();
        if (!*known)
            return query::toError(unknown.front(), QStringLiteral("q"));
    }
    return Success{};
}

Result<bool> QueryReader::hasPath(const query::Field &path, TimeNs now)
{
    const bool ofRuns = path.id == query::FieldId::Metadata;
    const query::Query query{ofRuns ? query::Subject::Runs : query::Subject::Steps,
                             std::make_shared<const query::Node>(
                                 query::Node{query::Condition{path, query::Operator::Exists}, {}})};
    if (ofRuns) {
        query::PlanNote plan;
        auto runs = runRows({query, now, 1, {}}, plan);
        return runs ? Result<bool>(!runs->empty()) : Result<bool>(runs.error());
    }
    StepFinder finder(m_connection, m_ticket, query, now);
    if (auto ready = finder.prepare(); !ready)
        return ready.error();
    bool found = false;
    const auto take = [&found](StepRow) {
        found = true;
        return Visit::Stop;
    };
    auto looked = finder.forEach({}, 1, take);
    return looked ? Result<bool>(found) : Result<bool>(looked.error());
}

// ---- statistics ----------------------------------------------------------------------------

Read<query::Distribution> QueryReader::distribution(const query::DistributionQuestion &question)
{
    MetricValues values(m_connection);
    auto id = values.idOf(question.metric);
    if (!id)
        return id.error();
    if (!*id)
        return shared(makeDistribution({}, question.buckets));
    if (question.within) {
        auto matching = metricsWithin(question);
        if (!matching)
            return matching.error();
        return shared(makeDistribution(*matching, question.buckets));
    }
    auto sample = values.sample(**id, question.type);
    if (!sample)
        return sample.error();
    query::Distribution distribution =
        makeDistribution(sample->values, question.buckets, std::pair(sample->least, sample->most));
    const double scale = double(sample->total) / double(std::max<qint64>(distribution.total, 1));
    distribution.sampled = distribution.total < sample->total;
    for (qint64 &count : distribution.counts)
        count = static_cast<qint64>(double(count) * scale + 0.5);
    distribution.total = sample->total;
    return shared(std::move(distribution));
}

Result<std::vector<double>> QueryReader::metricsWithin(const query::DistributionQuestion &question)
{
    query::TrendQuestion matching;
    matching.query = *question.within;
    matching.now = question.now;
    matching.metric = question.metric;
    auto matches = matchesOf(matching, question.type);
    if (!matches)
        return matches.error();
    std::vector<double> values;
    for (const TrendMatch &match : *matches)
        values.insert(values.end(), match.metrics.begin(), match.metrics.end());
    return values;
}

Read<query::Trend> QueryReader::trend(const query::TrendQuestion &question)
{
    auto matches = matchesOf(question, {});
    if (!matches)
        return matches.error();
    const bool capped = static_cast<qint64>(matches->size()) >= query::kMaxTrendMatches;
    query::Trend trend = makeTrend(question, std::move(*matches));
    trend.capped = capped;
    m_ticket.setProgress(1);
    return shared(std::move(trend));
}

namespace {

QByteArray splitColumn(query::Split split, query::Subject subject)
{
    switch (split) {
    case query::Split::None:
        return "''";
    case query::Split::Pipeline:
        return "e.pipeline_name";
    case query::Split::Step:
        return subject == query::Subject::Steps ? "s.step_name" : "''";
    case query::Split::Environment:
        return "coalesce(e.environment, '')";
    }
    return "''";
}

TrendMatch matchFrom(const Statement &s)
{
    TrendMatch match;
    match.startedAt = s.integer(0);
    match.failed = s.word(1) == "failed";
    match.duration = s.maybeInteger(2);
    match.split = s.text(3);
    if (!s.isNull(4))
        match.metrics.push_back(s.real(4));
    return match;
}

} // namespace

Result<std::vector<TrendMatch>> QueryReader::matchesOf(const query::TrendQuestion &question,
                                                       std::optional<StepType> type)
{
    return question.query.subject == query::Subject::Steps ? stepMatches(question, type)
                                                           : runMatches(question, type);
}

/// The newest kMaxTrendMatches matches, of steps of that type or of all.
Result<std::vector<TrendMatch>> QueryReader::stepMatches(const query::TrendQuestion &question,
                                                         std::optional<StepType> type)
{
    StepFinder finder(m_connection, m_ticket, question.query, question.now);
    if (auto ready = finder.prepare(); !ready)
        return ready.error();
    std::vector<StepRow> rows;
    const auto take = [&rows](StepRow row) {
        rows.push_back(row);
        return Visit::On;
    };
    if (auto found = finder.forEach({}, query::kMaxTrendMatches, take); !found)
        return found.error();
    auto columns = m_connection.prepare(
        "SELECT s.started_at, s.status, s.duration_ns, " +
        splitColumn(question.split, query::Subject::Steps) +
        ", (SELECT value FROM json_each(s.metrics) WHERE key = ?2) FROM execution_steps s "
        "JOIN executions e ON e.id = s.execution_id WHERE s.id = ?1 "
        "AND (?3 IS NULL OR s.step_type = ?3)");
    if (!columns)
        return columns.error();
    columns->bindString(2, question.metric);
    const QByteArray typeWord = type ? toWord(*type) : "";
    columns->bindTextOrNull(3, typeWord);
    return readMatches(*columns, rows);
}

/// The newest kMaxTrendMatches matches, with the metric of their steps, of that type or of all.
Result<std::vector<TrendMatch>> QueryReader::runMatches(const query::TrendQuestion &question,
                                                        std::optional<StepType> type)
{
    query::PlanNote plan;
    auto rows = runRows({question.query, question.now, query::kMaxTrendMatches - 1, {}}, plan);
    if (!rows)
        return rows.error();
    auto columns = m_connection.prepare("SELECT e.started_at, e.status, e.duration_ns, " +
                                        splitColumn(question.split, query::Subject::Runs) +
                                        ", NULL FROM executions e WHERE e.id = ?1");
    if (!columns)
        return columns.error();
    if (question.metric.isEmpty())
        return readMatches(*columns, *rows);
    auto ofSteps = m_connection.prepare(
        "SELECT m.value FROM execution_steps s JOIN json_each(s.metrics) m ON m.key = ?2 "
        "WHERE s.execution_id = ?1 AND (?3 IS NULL OR s.step_type = ?3)");
    if (!ofSteps)
        return ofSteps.error();
    ofSteps->bindString(2, question.metric);
    const QByteArray typeWord = type ? toWord(*type) : "";
    ofSteps->bindTextOrNull(3, typeWord);
    return readMatches(*columns, *rows, &*ofSteps);
}

/// The values that the statement gives for that row.
Result<> QueryReader::addMetrics(Statement &statement, std::int64_t row, TrendMatch &match)
{
    const StatementScope scope(statement);
    Statement::Step step = statement.bind(1, row).step();
    for (; step == Statement::Step::Row; step = statement.step())
        match.metrics.push_back(statement.real(0));
    if (step == Statement::Step::Failed)
        return statement.lastError().toError();
    return Success{};
}

template<class Row>
Result<std::vector<TrendMatch>>
QueryReader::readMatches(Statement &statement, const std::vector<Row> &rows, Statement *metrics)
{
    const ReadSnapshot snapshot(m_connection);
    std::vector<TrendMatch> matches;
    matches.reserve(rows.size());
    for (const Row row : rows) {
        const StatementScope scope(statement);
        const Statement::Step step = statement.bind(1, row.value).step();
        if (step == Statement::Step::Failed)
            return statement.lastError().toError();
        if (step == Statement::Step::Row)
            matches.push_back(matchFrom(statement));
        if (step == Statement::Step::Row && metrics) {
            if (auto read = addMetrics(*metrics, row.value, matches.back()); !read)
                return read.error();
        }
        if (matches.size() % 4096 == 0) {
            if (auto ok = m_connection.checkTicket(); !ok)
                return ok.error();
        }
    }
    return matches;
}

// ---- the rest ------------------------------------------------------------------------------

Read<QStringList> QueryReader::explain(const query::Query &query)
{
    MetricValues values(m_connection);
    QStringList lines = explainPlan(query, hintsFor(query, values));
    auto plan = query.subject == query::Subject::Steps
                    ? planOf(StepFinder(m_connection, m_ticket, query, 0))
                    : planOf(RunFinder(m_connection, m_ticket, query, 0));
    if (!plan)
        return plan.error();
    lines.front() = *plan;
    return shared(std::move(lines));
}

Read<std::vector<query::SavedQuery>> QueryReader::savedQueries()
{
    auto statement =
        m_connection.prepare("SELECT name, text, saved_at FROM saved_queries ORDER BY name");
    if (!statement)
        return statement.error();
    std::vector<query::SavedQuery> queries;
    Statement::Step step = statement->step();
    for (; step == Statement::Step::Row; step = statement->step())
        queries.push_back({statement->text(0), statement->text(1), statement->integer(2)});
    if (step == Statement::Step::Failed)
        return statement->lastError().toError();
    return shared(std::move(queries));
}

} // namespace xray::store
