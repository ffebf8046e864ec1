// SPDX-License-Identifier: GPL-3.0-or-later
// The questions of the QuerySource port on one SQLite connection. Made for one question by a reader
// thread of the pool, and used there; read-only.
#pragma once

#include "model/store/run_finder.h"
#include "model/store/run_reader.h"
#include "model/store/step_finder.h"
#include "model/store/trend_maker.h"

#include <model/query/source.h>

namespace xray::store {

class QueryReader
{
public:
    QueryReader(SqliteConnection &connection, Ticket ticket)
        : m_connection(connection)
        , m_ticket(std::move(ticket))
    {
    }

    Read<query::StepAnswer> findSteps(const query::StepQuestion &question);
    Read<query::RunAnswer> findRuns(const query::RunQuestion &question);
    Read<query::CountAnswer> count(const query::CountQuestion &question);
    Read<query::Distribution> distribution(const query::DistributionQuestion &question);
    Read<query::Trend> trend(const query::TrendQuestion &question);
    Read<QStringList> explain(const query::Query &query);
    Read<std::vector<query::SavedQuery>> savedQueries();
    Read<std::vector<query::StepHit>> matchingSteps(const query::Query &query, TimeNs now,
                                                    const std::vector<StepRow> &rows);

private:
    Result<> checkPaths(const query::Query &query, TimeNs now);
    Result<bool> hasPath(const query::Field &path, TimeNs now);
    Result<std::vector<query::StepHit>> hitsOf(const std::vector<StepRow> &rows);
    Result<> addPayloads(const query::StepQuestion &question, query::StepAnswer &answer);
    Result<> readExecutions(const query::RunQuestion &question,
                            const std::vector<ExecutionRow> &rows, query::RunAnswer &answer);
    Result<std::vector<ExecutionRow>> runRows(const query::RunQuestion &question,
                                              query::PlanNote &plan);
    Result<qint64> countSteps(const query::CountQuestion &question);
    Result<qint64> countRuns(const query::CountQuestion &question);
    Result<std::vector<double>> metricsWithin(const query::DistributionQuestion &question);
    Result<std::vector<TrendMatch>> stepMatches(const query::TrendQuestion &question,
                                                std::optional<StepType> type);
    Result<std::vector<TrendMatch>> runMatches(const query::TrendQuestion &question,
                                               std::optional<StepType> type);
    Result<std::vector<TrendMatch>> matchesOf(const query::TrendQuestion &question,
                                              std::optional<StepType> type);
    template<class Row>
    Result<std::vector<TrendMatch>> readMatches(Statement &statement, const std::vector<Row> &rows,
                                                Statement *metrics = nullptr);
    Result<> addMetrics(Statement &statement, std::int64_t row, TrendMatch &match);

    SqliteConnection &m_connection;
    const Ticket m_ticket;
};

} // namespace xray::store
