// SPDX-License-Identifier: GPL-3.0-or-later
// What the columns of a query's answer are and what stands in a cell: as text for people, as a raw
// value for sorting and bars, and as the condition that would find it again. Pure functions over
// rows; any thread.
#pragma once

#include <model/query/source.h>

#include <QStringList>
#include <QVariant>

#include <optional>
#include <variant>
#include <vector>

namespace xray::items {

/// A step that matched, or a run of a run query.
using ResultRow = std::variant<query::StepHit, Execution>;

enum class ResultColumnKind {
    Started,
    Pipeline,
    Environment,
    StepName,
    About, ///< what the run was about
    Type,
    Status,
    Metric, ///< `metric` says which
    Counts, ///< candidates in → out
    Steps,
    Errors,
    Duration,
    Run,
};

struct ResultColumn
{
    ResultColumnKind kind = ResultColumnKind::Started;
    QString metric = {};

    friend bool operator==(const ResultColumn &, const ResultColumn &) = default;
};

/// Metrics that get a column: those the query speaks of, then what the data has most.
inline constexpr int kMaxResultMetrics = 8;

/// The metrics a query speaks of, in its order, each once.
[[nodiscard]] QStringList metricsOf(const query::Query &query);

/// The columns for an answer. Counts have one only when a row has counts.
[[nodiscard]] std::vector<ResultColumn> columnsFor(const query::Query &query,
                                                   const std::vector<ResultRow> &rows);

[[nodiscard]] QString titleOf(const ResultColumn &column);
/// Whether values are numbers, which stand to the right.
[[nodiscard]] bool isNumeric(const ResultColumn &column);
/// Whether its values are percentages from 0 to 100 that a bar can show.
[[nodiscard]] bool isPercentage(const ResultColumn &column);

/// For people; "–" when absent.
[[nodiscard]] QString textOf(const ResultRow &row, const ResultColumn &column, TimeNs now);
/// Raw, comparable within its column; invalid when absent.
[[nodiscard]] QVariant valueOf(const ResultRow &row, const ResultColumn &column);
/// The condition that this cell fulfils, for "add to the filter"; nothing for an absent value.
[[nodiscard]] std::optional<query::Condition> conditionOf(const ResultRow &row,
                                                          const ResultColumn &column);

[[nodiscard]] ExecutionId runIdOf(const ResultRow &row);
[[nodiscard]] std::optional<StepId> stepIdOf(const ResultRow &row);

} // namespace xray::items
