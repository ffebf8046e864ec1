// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the steps that match a query, latest first, by the way that costs least: what metrics know
// is left to the SQL of model/query; otherwise steps are looked at in blocks, only those that the
// text index lets through where it helps, with progress and a look at the ticket between two
// blocks. Used within one question of a reader.
#pragma once

#include "model/store/metric_values.h"
#include "model/store/query_plan.h"
#include "model/store/row_look.h"

#include <model/query/sql.h>

#include <functional>

namespace xray::store {

/// Estimates of metric conditions for the planner of model/query; valid as long as `values`. None
/// for a step query without a choice between metrics, where they would only cost time.
[[nodiscard]] query::PlanHints hintsFor(const query::Query &query, MetricValues &values);

class StepFinder
{
public:
    StepFinder(SqliteConnection &connection, const Ticket &ticket, query::Query query, TimeNs now);

    /// Decides on the way.
    [[nodiscard]] Result<> prepare();
    [[nodiscard]] const query::PlanNote &plan() const noexcept { return m_plan; }

    /// Each match before that row, or all, latest first, until told to stop; at most `limit`.
    [[nodiscard]] Result<> forEach(std::optional<StepRow> before, int limit,
                                   const std::function<Visit(StepRow)> &visit);
    /// How many there are, at most one more than the cap.
    [[nodiscard]] Result<qint64> count(qint64 cap);
    /// Those of the rows that match, in the same order; of a run query the rows are those of runs.
    [[nodiscard]] Result<> among(const std::vector<StepRow> &rows,
                                 const std::function<Visit(StepRow)> &visit);

private:
    Result<> askSql(std::optional<StepRow> before, int limit,
                    const std::function<Visit(StepRow)> &visit);
    Result<> walkBlocks(std::int64_t before, const std::function<Visit(StepRow)> &visit);
    Result<> walkGroup(std::int64_t group, std::int64_t before,
                       const std::function<Visit(StepRow)> &visit, Visit &last);
    Result<double> cheapestRange();
    Result<> describe();

    SqliteConnection &m_connection;
    const Ticket m_ticket;
    const query::Query m_query;
    const TimeNs m_now;
    MetricValues m_values;
    query::PlanHints m_hints;
    TextNeed m_need;
    TextIndexReader m_index;
    bool m_walksBlocks = false; ///< instead of asking the SQL that model/query makes
    query::PlanNote m_plan;
    RowLook m_look;
};

} // namespace xray::store
