// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a metric's values without reading them all. The zones, which the writer keeps
// anyway, say how many there are and between which bounds, per 512 steps; how they spread is read
// from a sample of zones. Nothing more is stored, so nothing can be out of date. Used within one
// question of a reader.
#pragma once

#include "model/store/query_plan.h"
#include "model/store/sqlite_connection.h"

#include <model/query/catalogue.h>

namespace xray::store {

/// Values read to see how a metric spreads; with fewer, all of them.
inline constexpr qint64 kMetricSample = 50'000;

class MetricValues
{
public:
    explicit MetricValues(SqliteConnection &connection)
        : m_connection(connection)
    {
    }

    /// Every metric that has values, the most frequent first.
    [[nodiscard]] Result<std::vector<query::MetricInfo>> overview();
    /// Nothing when no step ever had it.
    [[nodiscard]] Result<std::optional<std::int64_t>> idOf(const QString &metric);
    /// About how many values lie in the range, of steps of that type or of all.
    [[nodiscard]] Result<double> estimate(std::int64_t metric, const MetricRange &range,
                                          std::optional<StepType> type);

    struct Sample
    {
        std::vector<double> values;
        qint64 total = 0; ///< values there are
    };
    /// Of steps of that type, or of all.
    [[nodiscard]] Result<Sample> sample(std::int64_t metric, std::optional<StepType> type);

private:
    Result<qint64> countOf(std::int64_t metric, std::optional<StepType> type);

    SqliteConnection &m_connection;
};

} // namespace xray::store
