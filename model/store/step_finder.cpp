// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/step_finder.h"

#include "model/store/read_snapshot.h"

#include <algorithm>
#include <limits>

namespace xray::store {

namespace {

/// With fewer values of a metric than this to look at, the metric leads sooner than the text.
constexpr double kFewValues = 20'000;

} // namespace

query::PlanHints hintsFor(const query::Query &query, MetricValues &values)
{
    query::PlanHints hints;
    if (query.subject == query::Subject::Steps && neededRanges(query.where).size() < 2)
        return hints;
    hints.metricMatches = [&values](const query::Condition &condition,
                                    std::optional<StepType> type) -> std::optional<qint64> {
        const auto range = rangeOf(condition);
        const auto id = range ? values.idOf(range->metric) : Result(std::optional<std::int64_t>());
        if (!range || !id)
            return std::nullopt;
        if (!*id)
            return 0;
        const auto estimate = values.estimate(**id, *range, type);
        return estimate ? std::optional(static_cast<qint64>(*estimate)) : std::nullopt;
    };
    return hints;
}

StepFinder::StepFinder(SqliteConnection &connection, const Ticket &ticket, query::Query query,
                       TimeNs now)
    : m_connection(connection)
    , m_ticket(ticket)
    , m_query(std::move(query))
    , m_now(now)
    , m_values(connection)
    , m_hints(hintsFor(m_query, m_values))
    , m_need(textNeedOf(m_query.where))
    , m_index(connection)
    , m_look(connection, m_query, now)
{
}

Result<> StepFinder::prepare()
{
    m_plan = compileSteps({m_query, m_now, 1, {}}, query::Dialect::Sqlite, m_hints).plan;
    m_walksBlocks = m_plan.isScan;
    if (!m_walksBlocks && m_need.helps()) {
        auto values = cheapestRange();
        if (!values)
            return values.error();
        m_walksBlocks = *values > kFewValues;
    }
    if (!m_walksBlocks)
        return Success{};
    if (auto opened = m_index.open(); !opened)
        return opened;
    return describe();
}

/// How many values the metric condition that lets least through leaves; 0 when there is none.
Result<double> StepFinder::cheapestRange()
{
    double least = std::numeric_limits<double>::infinity();
    for (const MetricRange &range : neededRanges(m_query.where)) {
        auto id = m_values.idOf(range.metric);
        if (!id)
            return id.error();
        auto estimate = *id ? m_values.estimate(**id, range, {}) : Result<double>(0.0);
        if (!estimate)
            return estimate.error();
        least = std::min(least, *estimate);
    }
    return least == std::numeric_limits<double>::infinity() ? 0.0 : least;
}

Result<> StepFinder::describe()
{
    if (!m_need.helps())
        return Success{};
    auto isOfUse = m_index.isOfUse();
    if (!isOfUse)
        return isOfUse.error();
    if (*isOfUse)
        m_plan = {QStringLiteral("text index, newest first; what it lets through is read, and the "
                                 "newest steps, which it does not have yet"),
                  false};
    return Success{};
}

Result<> StepFinder::forEach(std::optional<StepRow> before, int limit,
                             const std::function<Visit(StepRow)> &visit)
{
    if (!m_walksBlocks)
        return askSql(before, limit, visit);
    int visited = 0;
    const auto visitLimited = [&](StepRow row) {
        const Visit wish = visit(row);
        return ++visited < limit ? wish : Visit::Stop;
    };
    return walkBlocks(before ? before->value : std::numeric_limits<std::int64_t>::max(),
                      visitLimited);
}

Result<qint64> StepFinder::count(qint64 cap)
{
    if (!m_walksBlocks || !m_query.where) {
        auto counted = readIds(
            m_connection, compileCount({m_query, m_now, cap}, query::Dialect::Sqlite, m_hints));
        if (!counted)
            return counted.error();
        return counted->empty() ? 0 : counted->front();
    }
    qint64 count = 0;
    const auto take = [&](StepRow) { return ++count > cap ? Visit::Stop : Visit::On; };
    if (auto found = forEach({}, std::numeric_limits<int>::max(), take); !found)
        return found.error();
    return count;
}

Result<> StepFinder::askSql(std::optional<StepRow> before, int limit,
                            const std::function<Visit(StepRow)> &visit)
{
    // The page asks for one more than its limit.
    const query::StepQuestion question{m_query, m_now, limit - 1, before};
    const query::SqlText text = compileSteps(question, query::Dialect::Sqlite, m_hints);
    auto statement = m_connection.prepare(text.sql);
    if (!statement)
        return statement.error();
    bindValues(*statement, text.values);
    Statement::Step step = statement->step();
    for (; step == Statement::Step::Row; step = statement->step()) {
        if (visit({statement->integer(0)}) == Visit::Stop)
            return Success{};
    }
    if (step == Statement::Step::Failed)
        return statement->lastError().toError();
    return Success{};
}

Result<> StepFinder::walkBlocks(std::int64_t before, const std::function<Visit(StepRow)> &visit)
{
    auto oldest = m_connection.integer("SELECT coalesce(min(id), 0) FROM execution_steps");
    auto newest = m_connection.integer("SELECT coalesce(max(id), -1) FROM execution_steps");
    if (!oldest || !newest)
        return oldest ? newest.error() : oldest.error();
    const std::int64_t first = textGroupOf(std::min(before - 1, *newest));
    const std::int64_t last = textGroupOf(*oldest);
    Visit wish = Visit::On;
    for (std::int64_t group = first; group >= last && wish == Visit::On; --group) {
        if (auto ok = m_connection.checkTicket(); !ok)
            return ok;
        m_ticket.setProgress(double(first - group) / double(first - last + 1));
        if (auto looked = walkGroup(group, before, visit, wish); !looked)
            return looked;
    }
    return Success{};
}

/// In a snapshot, so that what the index says is said of the steps that are looked at.
Result<> StepFinder::walkGroup(std::int64_t group, std::int64_t before,
                               const std::function<Visit(StepRow)> &visit, Visit &last)
{
    const ReadSnapshot snapshot(m_connection);
    const std::int64_t first = group << kTextGroupShift;
    const std::int64_t end = std::min(before, first + kTextGroupSteps);
    if (!m_need.helps())
        return m_look.stretch(first, end, visit, last);
    auto candidates = m_index.candidates(group, m_need);
    if (!candidates)
        return candidates.error();
    if (!*candidates)
        return m_look.stretch(first, end, visit, last);
    std::vector<StepRow> rows;
    for (const std::int64_t row : (*candidates)->rowsOf(group)) {
        if (row < before)
            rows.push_back({row});
    }
    return m_look.listed(rows, visit, last);
}

Result<> StepFinder::among(const std::vector<StepRow> &rows,
                           const std::function<Visit(StepRow)> &visit)
{
    Visit last = Visit::On;
    return m_look.listed(rows, visit, last);
}

} // namespace xray::store
