// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/trend_maker.h"

#include <algorithm>

namespace xray::store {

namespace {

struct Bucket
{
    qint64 count = 0;
    qint64 failed = 0;
    std::vector<DurationNs> durations;
    std::vector<double> metrics;

    void add(const TrendMatch &match)
    {
        ++count;
        failed += match.failed ? 1 : 0;
        if (match.duration)
            durations.push_back(*match.duration);
        metrics.insert(metrics.end(), match.metrics.begin(), match.metrics.end());
    }
};

query::TrendPoint pointOf(TimeNs from, Bucket &bucket)
{
    query::TrendPoint point;
    point.from = from;
    point.count = bucket.count;
    point.failed = bucket.failed;
    if (!bucket.durations.empty()) {
        point.durationP50 = percentile(bucket.durations, 0.5);
        point.durationP95 = percentile(bucket.durations, 0.95);
    }
    if (!bucket.metrics.empty()) {
        point.metricP50 = percentile(bucket.metrics, 0.5);
        point.metricP95 = percentile(bucket.metrics, 0.95);
    }
    return point;
}

void setRange(const query::TrendQuestion &question, const std::vector<TrendMatch> &matches,
              query::Trend &trend)
{
    const auto [first, last] = std::ranges::minmax_element(matches, {}, &TrendMatch::startedAt);
    const bool any = !matches.empty();
    trend.from = question.from.value_or(any ? first->startedAt : question.now);
    trend.to = question.to.value_or(any ? last->startedAt + 1 : trend.from);
    const DurationNs span = std::max<DurationNs>(trend.to - trend.from, 1);
    const DurationNs buckets = std::max(question.buckets, 1);
    trend.bucket = std::max((span + buckets - 1) / buckets, kNsPerMs);
}

query::TrendSeries seriesOf(const QString &name, std::map<qint64, Bucket> &buckets,
                            const query::Trend &trend)
{
    query::TrendSeries series{name, {}};
    for (TimeNs from = trend.from; from < trend.to; from += trend.bucket)
        series.points.push_back(pointOf(from, buckets[(from - trend.from) / trend.bucket]));
    return series;
}

qint64 countOf(const query::TrendSeries &series)
{
    qint64 count = 0;
    for (const query::TrendPoint &point : series.points)
        count += point.count;
    return count;
}

} // namespace

query::Trend makeTrend(const query::TrendQuestion &question, std::vector<TrendMatch> matches)
{
    query::Trend trend;
    trend.matches = static_cast<qint64>(matches.size());
    setRange(question, matches, trend);
    std::map<QString, std::map<qint64, Bucket>> bySplit;
    for (const TrendMatch &match : matches) {
        if (match.startedAt >= trend.from && match.startedAt < trend.to)
            bySplit[match.split][(match.startedAt - trend.from) / trend.bucket].add(match);
    }
    for (auto &[name, buckets] : bySplit)
        trend.series.push_back(seriesOf(name, buckets, trend));
    std::ranges::stable_sort(trend.series, std::ranges::greater(), countOf);
    if (trend.series.size() > query::kMaxTrendSeries)
        trend.series.resize(query::kMaxTrendSeries);
    return trend;
}

query::Distribution makeDistribution(const std::vector<double> &values, int buckets,
                                     std::optional<std::pair<double, double>> bounds)
{
    query::Distribution distribution;
    const auto size = static_cast<std::size_t>(std::max(buckets, 1));
    distribution.counts.assign(size, 0);
    distribution.total = static_cast<qint64>(values.size());
    if (values.empty())
        return distribution;
    auto [least, most] = std::ranges::minmax(values);
    if (bounds) {
        least = std::min(least, bounds->first);
        most = std::max(most, bounds->second);
    }
    distribution.minimum = least;
    distribution.maximum = most;
    const double width = (most - least) / double(size);
    for (const double value : values) {
        const double place = width > 0 ? (value - least) / width : 0;
        distribution.counts[std::min(static_cast<std::size_t>(place), size - 1)] += 1;
    }
    return distribution;
}

} // namespace xray::store
