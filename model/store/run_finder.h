// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the runs that match a query by the way that costs least. Where an index leads to steps that
// such a run must have, and there are few of them, it goes by these, latest first, and stops when
// no other run can come before those it has. Otherwise one run after the other is looked at, newest
// first, by the SQL of model/query. Used for one answer within one question of a reader.
#pragma once

#include "model/store/metric_values.h"
#include "model/store/row_look.h"
#include "model/store/step_finder.h"

#include <limits>
#include <memory>
#include <unordered_set>

namespace xray::store {

class RunFinder
{
public:
    RunFinder(SqliteConnection &connection, Ticket ticket, query::Query query, TimeNs now);

    /// Decides on the way.
    [[nodiscard]] Result<> prepare();
    /// The way that was decided on, or, once there is a page, that was gone.
    [[nodiscard]] const query::PlanNote &plan() const noexcept { return m_plan; }

    /// The page of the question, which asks for this query, and one more.
    [[nodiscard]] Result<std::vector<ExecutionRow>> page(const query::RunQuestion &question);
    /// How many there are, at most one more than the cap.
    [[nodiscard]] Result<qint64> count(qint64 cap);

private:
    struct Run
    {
        TimeNs startedAt = 0;
        ExecutionId id;
        ExecutionRow row;

        /// In the order of the answer.
        [[nodiscard]] std::pair<TimeNs, ExecutionId> place() const { return {startedAt, id}; }
    };
    using Runs = std::vector<Run>;
    using Rows = std::vector<ExecutionRow>;
    /// Where to stop.
    struct Enough
    {
        std::size_t runs = std::numeric_limits<std::size_t>::max(); ///< that match
        int steps = std::numeric_limits<int>::max();                ///< in all
    };

    [[nodiscard]] query::NodePtr leadingStep() const;
    Result<bool> isWorthIt(const query::NodePtr &step);
    Result<double> partByOwnFields();
    Result<> goBy(const query::NodePtr &step);
    Result<std::optional<Rows>> pageBySteps(const query::RunQuestion &question);
    Result<StepRow> startAfter(const std::optional<std::pair<TimeNs, ExecutionId>> &place);
    Result<Visit> gather(StepRow before, StepRow until, Enough enough);
    Result<> note(StepRow step, Runs &runs);
    Result<> lookAt(const Runs &runs);
    Result<bool> addThoseBetween(Run last, StepRow start);
    Result<std::optional<Runs>> unseenBefore(const Run &last);
    Result<Runs> withStepsElsewhere(Runs runs, StepRow start);
    const Runs &newest(std::size_t count);
    [[nodiscard]] static Rows rowsOf(const Runs &runs);
    [[nodiscard]] static Run runFrom(const Statement &s);

    SqliteConnection &m_connection;
    const Ticket m_ticket;
    const query::Query m_query;
    const TimeNs m_now;
    MetricValues m_values;
    query::PlanHints m_hints;
    query::PlanNote m_plan;
    std::unique_ptr<StepFinder> m_steps; ///< of the steps that a run must have; null: not gone by
    RowLook m_look;
    Statement m_runOfStep;

    std::optional<std::pair<TimeNs, ExecutionId>> m_after; ///< where the page begins
    std::unordered_set<std::int64_t> m_seen;               ///< rows of runs that were noted
    Runs m_found;                                          ///< those of them that match
    int m_visited = 0;                                     ///< steps
    StepRow m_last;                                        ///< of them
};

} // namespace xray::store
