// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/metric_values.h"

#include <algorithm>
#include <map>

namespace xray::store {

namespace {

// A missing type is any type: -1.
constexpr char kOfType[] = "WHERE z.metric_id = ?1 AND (?2 < 0 OR z.step_type = ?2)";

/// Zones looked at to judge a condition, and those of them whose values are read.
constexpr std::int64_t kZonesLookedAt = 64;
constexpr std::size_t kZonesRead = 8;
/// With fewer hits among the values read, their part of all says little.
constexpr double kTrustedHits = 16;

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
    double sum = 0;
    for (int i = 0; i < kStepTypeCount; ++i) {
        if (type && *type != StepType(i))
            continue;
        auto spread = spreadOf(metric, StepType(i));
        if (!spread)
            return spread.error();
        sum += (*spread)->estimate(range);
    }
    return sum;
}

/// By the values read; where they say little, as if a zone's values lay evenly between its bounds.
double MetricValues::Spread::estimate(const MetricRange &range) const
{
    if (values.empty())
        return 0;
    const auto hits = double(std::ranges::count_if(
        values, [&](double value) { return value >= range.low && value <= range.high; }));
    const double perValue = total / double(values.size());
    if (hits >= kTrustedHits)
        return hits * perValue;
    if (range.low == range.high)
        return std::max(hits, 0.5) * perValue;
    return std::min(interpolated(range), kTrustedHits * perValue);
}

double MetricValues::Spread::interpolated(const MetricRange &range) const
{
    double inside = 0;
    double looked = 0;
    for (const Zone &zone : zones) {
        looked += zone.count;
        const double low = std::max(zone.least, range.low);
        const double high = std::min(zone.most, range.high);
        if (low > high)
            continue;
        const double width = zone.most - zone.least;
        inside += width > 0 ? zone.count * (high - low) / width : zone.count;
    }
    return looked > 0 ? total * inside / looked : 0;
}

Result<const MetricValues::Spread *> MetricValues::spreadOf(std::int64_t metric, StepType type)
{
    const auto [place, isNew] = m_spreads.try_emplace({metric, type});
    if (!isNew)
        return &place->second;
    if (auto read = readZones(metric, type, place->second); !read)
        return read.error();
    if (auto read = readValues(metric, type, place->second); !read)
        return read.error();
    return &place->second;
}

/// About how many values there are in all zones. `met` of these were where they were looked for,
/// the others behind a gap.
double MetricValues::totalOf(const std::vector<Zone> &zones, int met)
{
    double looked = 0;
    for (const Zone &zone : zones)
        looked += zone.count;
    const auto between = double(zones.back().number - zones.front().number + 1);
    const auto found = double(zones.size());
    return std::max(looked, between * (met / found) * (looked / found));
}

Result<> MetricValues::readZones(std::int64_t metric, StepType type, Spread &spread)
{
    auto zone = m_connection.prepare(
        "SELECT zone, n, min_value, max_value, (SELECT max(zone) FROM metric_zones WHERE "
        "metric_id = ?1 AND step_type = ?2) FROM metric_zones WHERE metric_id = ?1 AND "
        "step_type = ?2 AND zone >= ?3 ORDER BY zone LIMIT 1");
    if (!zone)
        return zone.error();
    zone->bind(1, metric).bind(2, static_cast<int>(type));
    std::int64_t next = 0;
    std::int64_t last = 0;
    int met = 0; // zones that were where they were looked for
    while (next <= last) {
        const StatementScope scope(*zone);
        switch (zone->bind(3, next).step()) {
        case Statement::Step::Failed:
            return zone->lastError().toError();
        case Statement::Step::Done: // none at all
            return Success{};
        case Statement::Step::Row:
            break;
        }
        last = zone->integer(4);
        spread.zones.push_back({zone->integer(0), zone->real(1), zone->real(2), zone->real(3)});
        const std::int64_t found = spread.zones.back().number;
        met += found == next ? 1 : 0;
        next = found + (last - spread.zones.front().number) / kZonesLookedAt + 1;
    }
    spread.total = totalOf(spread.zones, met);
    return Success{};
}

Result<> MetricValues::readValues(std::int64_t metric, StepType type, Spread &spread)
{
    if (spread.zones.empty())
        return Success{};
    auto value = m_connection.prepare(
        "SELECT value FROM step_metrics WHERE metric_id = ?1 AND step_type = ?2 AND step_id >= "
        "?3 << 9 AND step_id < (?3 + 1) << 9");
    if (!value)
        return value.error();
    value->bind(1, metric).bind(2, static_cast<int>(type));
    const std::size_t every = spread.zones.size() / kZonesRead + 1;
    for (std::size_t i = 0; i < spread.zones.size(); i += every) {
        const StatementScope scope(*value);
        Statement::Step step = value->bind(3, spread.zones[i].number).step();
        for (; step == Statement::Step::Row; step = value->step())
            spread.values.push_back(value->real(0));
        if (step == Statement::Step::Failed)
            return value->lastError().toError();
    }
    return Success{};
}

/// Everything but the values.
Result<MetricValues::Sample> MetricValues::boundsOf(std::int64_t metric,
                                                    std::optional<StepType> type)
{
    auto zones =
        m_connection.prepare(QByteArray("SELECT coalesce(sum(n), 0), coalesce(min(min_value), 0), "
                                        "coalesce(max(max_value), 0) FROM "
                                        "metric_zones z ") +
                             kOfType + " AND n > 0");
    if (!zones)
        return zones.error();
    if (zones->bind(1, metric).bind(2, columnOf(type)).step() != Statement::Step::Row)
        return zones->lastError().toError();
    return Sample{{}, zones->integer(0), zones->real(1), zones->real(2)};
}

Result<MetricValues::Sample> MetricValues::sample(std::int64_t metric, std::optional<StepType> type)
{
    auto sample = boundsOf(metric, type);
    if (!sample)
        return sample;
    // Every so many zones. The prime keeps clear of whatever repeats in the data.
    const qint64 every = sample->total / kMetricSample + 1;
    auto values =
        m_connection.prepare(QByteArray(kSample) + kOfType + " AND (z.zone * 7919) % ?3 = 0");
    if (!values)
        return values.error();
    values->bind(1, metric).bind(2, columnOf(type)).bind(3, every);
    Statement::Step step = values->step();
    for (; step == Statement::Step::Row; step = values->step())
        sample->values.push_back(values->real(0));
    if (step == Statement::Step::Failed)
        return values->lastError().toError();
    return sample;
}

} // namespace xray::store
