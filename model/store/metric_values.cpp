// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/metric_values.h"

#include <algorithm>
#include <map>

namespace xray::store {

namespace {

// A missing type is any type: -1.
constexpr char kOfType[] = "WHERE z.metric_id = ?1 AND (?2 < 0 OR z.step_type = ?2)";

/// Zones whose values lie evenly between their bounds, which is near enough to compare conditions.
constexpr char kEstimate[] =
    "SELECT total(CASE WHEN max_value > min_value THEN n * (min(max_value, ?4) - max(min_value, "
    "?3)) / (max_value - min_value) ELSE n END) FROM metric_zones WHERE metric_id = ?1 "
    "AND n > 0 AND max_value >= ?3 AND min_value <= ?4";

constexpr char kSample[] =
    "SELECT m.value FROM metric_zones z CROSS JOIN step_metrics m ON m.metric_id = z.metric_id "
    "AND m.step_type = z.step_type AND m.step_id >= z.zone << 9 AND m.step_id < (z.zone + 1) << 9 ";

int columnOf(std::optional<StepType> type)
{
    return type ? static_cast<int>(*type) : -1;
}

} // namespace

Result<std::vector<query::MetricInfo>> MetricValues::overview()
{
    auto zones = m_connection.prepare(
        "SELECT m.name, z.step_type, sum(z.n), min(z.min_value), max(z.max_value) "
        "FROM metric_zones z JOIN metrics m ON m.id = z.metric_id WHERE z.n > 0 "
        "GROUP BY z.metric_id, z.step_type");
    if (!zones)
        return zones.error();
    std::map<QString, query::MetricInfo> byName;
    Statement::Step step = zones->step();
    for (; step == Statement::Step::Row; step = zones->step()) {
        const QString name = zones->text(0);
        const auto [it, isNew] = byName.try_emplace(name);
        query::MetricInfo &info = it->second;
        info.name = name;
        info.minimum = isNew ? zones->real(3) : std::min(info.minimum, zones->real(3));
        info.maximum = isNew ? zones->real(4) : std::max(info.maximum, zones->real(4));
        info.count += zones->integer(2);
        const auto type = static_cast<std::size_t>(zones->integer(1));
        if (type < info.countByType.size())
            info.countByType[type] = zones->integer(2);
    }
    if (step == Statement::Step::Failed)
        return zones->lastError().toError();
    std::vector<query::MetricInfo> metrics;
    for (auto &[name, info] : byName)
        metrics.push_back(std::move(info));
    std::ranges::stable_sort(metrics, std::ranges::greater(), &query::MetricInfo::count);
    return metrics;
}

Result<std::optional<std::int64_t>> MetricValues::idOf(const QString &metric)
{
    auto id = m_connection.prepare("SELECT id FROM metrics WHERE name = ?1");
    if (!id)
        return id.error();
    switch (id->bindString(1, metric).step()) {
    case Statement::Step::Row:
        return std::optional(id->integer(0));
    case Statement::Step::Done:
        return std::optional<std::int64_t>();
    case Statement::Step::Failed:
        break;
    }
    return id->lastError().toError();
}

Result<double> MetricValues::estimate(std::int64_t metric, const MetricRange &range,
                                      std::optional<StepType> type)
{
    auto zones = m_connection.prepare(QByteArray(kEstimate) + (type ? " AND step_type = ?2" : ""));
    if (!zones)
        return zones.error();
    zones->bind(1, metric).bind(2, columnOf(type)).bind(3, range.low).bind(4, range.high);
    if (zones->step() != Statement::Step::Row)
        return zones->lastError().toError();
    return zones->real(0);
}

Result<qint64> MetricValues::countOf(std::int64_t metric, std::optional<StepType> type)
{
    auto count = m_connection.prepare(
        QByteArray("SELECT coalesce(sum(n), 0) FROM metric_zones z ") + kOfType);
    if (!count)
        return count.error();
    if (count->bind(1, metric).bind(2, columnOf(type)).step() != Statement::Step::Row)
        return count->lastError().toError();
    return count->integer(0);
}

Result<MetricValues::Sample> MetricValues::sample(std::int64_t metric, std::optional<StepType> type)
{
    auto total = countOf(metric, type);
    if (!total)
        return total.error();
    // Every so many zones. The prime keeps clear of whatever repeats in the data.
    const qint64 every = *total / kMetricSample + 1;
    auto values =
        m_connection.prepare(QByteArray(kSample) + kOfType + " AND (z.zone * 7919) % ?3 = 0");
    if (!values)
        return values.error();
    values->bind(1, metric).bind(2, columnOf(type)).bind(3, every);
    Sample sample{{}, *total};
    Statement::Step step = values->step();
    for (; step == Statement::Step::Row; step = values->step())
        sample.values.push_back(values->real(0));
    if (step == Statement::Step::Failed)
        return values->lastError().toError();
    return sample;
}

} // namespace xray::store
