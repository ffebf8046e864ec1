// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a metric's values without reading them all. The zones, which the writer keeps
// anyway, say how many there are and between which bounds, per 512 steps; how they spread is read
// from a sample of zones. Nothing more is stored, so nothing can be out of date. Used within one
// question of a reader.
#pragma once

#include "model/store/query_plan.h"
#include "model/store/sqlite_connection.h"

#include <model/query/catalogue.h>

#include <map>

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
    /// About how many values lie in the range, of steps of that type or of all. Looks at so many
    /// zones and values, however many there are.
    [[nodiscard]] Result<double> estimate(std::int64_t metric, const MetricRange &range,
                                          std::optional<StepType> type);

    struct Sample
    {
        std::vector<double> values;
        qint64 total = 0; ///< values there are
        double least = 0; ///< of all of them
        double most = 0;
    };
    /// Of steps of that type, or of all.
    [[nodiscard]] Result<Sample> sample(std::int64_t metric, std::optional<StepType> type);

private:
    struct Zone
    {
        std::int64_t number = 0;
        double count = 0;
        double least = 0;
        double most = 0;
    };
    /// Some zones of a metric and step type, evenly spread over all, and the values in some of
    /// them.
    struct Spread
    {
        std::vector<Zone> zones;
        std::vector<double> values;
        double total = 0; ///< values there are, about

        [[nodiscard]] double estimate(const MetricRange &range) const;
        [[nodiscard]] double interpolated(const MetricRange &range) const;
    };

    Result<Sample> boundsOf(std::int64_t metric, std::optional<StepType> type);
    static double totalOf(const std::vector<Zone> &zones, int met);
    Result<const Spread *> spreadOf(std::int64_t metric, StepType type);
    Result<> readZones(std::int64_t metric, StepType type, Spread &spread);
    Result<> readValues(std::int64_t metric, StepType type, Spread &spread);

    SqliteConnection &m_connection;
    std::map<std::pair<std::int64_t, StepType>, Spread> m_spreads;
};

} // namespace xray::store
