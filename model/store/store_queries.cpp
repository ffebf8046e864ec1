// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/store_queries.h"

#include "model/store/query_plan.h"
#include "model/store/query_reader.h"

#include <model/query/sql.h>

#include <algorithm>

namespace xray::store {

namespace {

using namespace std::chrono_literals;

/// How long a question may hold the quick lane before it is asked again in the other.
constexpr auto kIndexedBudget = 250ms;
constexpr auto kScanBudget = 30ms;

bool isScan(const query::NodePtr &steps, TimeNs now)
{
    const query::Query query{query::Subject::Steps, steps};
    return compileSteps({query, now, 1, {}}, query::Dialect::Sqlite).plan.isScan;
}

std::chrono::milliseconds budgetOf(const query::Query &query, TimeNs now)
{
    if (query.subject == query::Subject::Steps)
        return isScan(query.where, now) ? kScanBudget : kIndexedBudget;
    const bool looksAtSteps =
        compileRuns({query, now, 1, {}}, query::Dialect::Sqlite).plan.isScan &&
        std::ranges::all_of(neededSteps(query.where),
                            [now](const query::NodePtr &steps) { return isScan(steps, now); });
    return looksAtSteps ? kScanBudget : kIndexedBudget;
}

} // namespace

Answer<query::StepAnswer> StoreQueries::findSteps(query::StepQuestion question, Ticket ticket)
{
    const auto budget = budgetOf(question.query, question.now);
    return m_readers.askQuickFirst<query::StepAnswer>(
        budget, ticket, [question = std::move(question), ticket](RunReader &r) {
            return QueryReader(r.connection(), ticket).findSteps(question);
        });
}

Answer<query::RunAnswer> StoreQueries::findRuns(query::RunQuestion question, Ticket ticket)
{
    const auto budget = budgetOf(question.query, question.now);
    return m_readers.askQuickFirst<query::RunAnswer>(
        budget, ticket, [question = std::move(question), ticket](RunReader &r) {
            return QueryReader(r.connection(), ticket).findRuns(question);
        });
}

Answer<query::CountAnswer> StoreQueries::count(query::CountQuestion question, Ticket ticket)
{
    const auto budget = budgetOf(question.query, question.now);
    return m_readers.askQuickFirst<query::CountAnswer>(
        budget, ticket, [question = std::move(question), ticket](RunReader &r) {
            return QueryReader(r.connection(), ticket).count(question);
        });
}

Read<query::Catalogue> StoreQueries::readCatalogue(SqliteConnection &connection)
{
    KnownCatalogue known;
    {
        const std::lock_guard lock(m_mutex);
        known = m_known;
    }
    auto read = CatalogueReader(connection).read(known, nowNs());
    if (!read)
        return read.error();
    const std::lock_guard lock(m_mutex);
    if (read->revision >= m_known.revision)
        m_known = *read;
    return read->catalogue;
}

Answer<query::Catalogue> StoreQueries::catalogue(Ticket ticket)
{
    return m_readers.askQuickFirst<query::Catalogue>(
        kIndexedBudget, std::move(ticket),
        [this](RunReader &r) { return readCatalogue(r.connection()); });
}

Answer<query::Distribution> StoreQueries::distribution(query::DistributionQuestion question,
                                                       Ticket ticket)
{
    const auto budget = question.within ? budgetOf(*question.within, question.now) : kIndexedBudget;
    return m_readers.askQuickFirst<query::Distribution>(
        budget, ticket, [question = std::move(question), ticket](RunReader &r) {
            return QueryReader(r.connection(), ticket).distribution(question);
        });
}

Answer<query::Trend> StoreQueries::trend(query::TrendQuestion question, Ticket ticket)
{
    return m_readers.askQuickFirst<query::Trend>(
        kScanBudget, ticket, [question = std::move(question), ticket](RunReader &r) {
            return QueryReader(r.connection(), ticket).trend(question);
        });
}

Answer<QStringList> StoreQueries::explain(query::Query query, Ticket ticket)
{
    return m_readers.askQuickFirst<QStringList>(
        kIndexedBudget, ticket, [query = std::move(query), ticket](RunReader &r) {
            return QueryReader(r.connection(), ticket).explain(query);
        });
}

Answer<std::vector<query::SavedQuery>> StoreQueries::savedQueries(Ticket ticket)
{
    return m_readers.ask<std::vector<query::SavedQuery>>(
        Lane::Quick, ticket,
        [ticket](RunReader &r) { return QueryReader(r.connection(), ticket).savedQueries(); });
}

Answer<std::vector<query::StepHit>> StoreQueries::matchingSteps(query::Query query, TimeNs now,
                                                                std::vector<StepRow> rows,
                                                                Ticket ticket)
{
    return m_readers.askQuickFirst<std::vector<query::StepHit>>(
        kIndexedBudget, ticket,
        [query = std::move(query), now, rows = std::move(rows), ticket](RunReader &r) {
            return QueryReader(r.connection(), ticket).matchingSteps(query, now, rows);
        });
}

} // namespace xray::store
