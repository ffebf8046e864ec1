// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/charts/chart_series.h"

#include <algorithm>

namespace xray::views {

namespace {

using query::TrendPoint;

template<class T>
std::optional<double> inMilliseconds(const std::optional<T> &duration)
{
    return duration ? std::optional(static_cast<double>(*duration) / kNsPerMs) : std::nullopt;
}

std::optional<double> valueOf(const TrendPoint &point, TrendFigure figure)
{
    switch (figure) {
    case TrendFigure::Count:
        return static_cast<double>(point.count);
    case TrendFigure::FailureRate:
        if (point.count == 0)
            return std::nullopt;
        return 100.0 * static_cast<double>(point.failed) / static_cast<double>(point.count);
    case TrendFigure::DurationP50:
        return inMilliseconds(point.durationP50);
    case TrendFigure::DurationP95:
        return inMilliseconds(point.durationP95);
    case TrendFigure::MetricP50:
        return point.metricP50;
    case TrendFigure::MetricP95:
        return point.metricP95;
    }
    return std::nullopt;
}

} // namespace

std::vector<QPointF> reduced(const std::vector<QPointF> &points, int most, Merge merge)
{
    const auto size = static_cast<int>(points.size());
    if (size <= most || most <= 0)
        return points;
    const int group = (size + most - 1) / most;
    std::vector<QPointF> result;
    for (int first = 0; first < size; first += group) {
        const int count = std::min(group, size - first);
        QPointF sum;
        for (int i = first; i < first + count; ++i)
            sum += points[static_cast<std::size_t>(i)];
        result.emplace_back(sum.x() / count, merge == Merge::Sum ? sum.y() : sum.y() / count);
    }
    return result;
}

std::vector<ChartLine> linesOf(const query::Trend &trend, TrendFigure figure)
{
    std::vector<ChartLine> lines;
    for (const query::TrendSeries &series : trend.series) {
        ChartLine line{series.name, {}};
        for (const TrendPoint &point : series.points) {
            const double middle =
                static_cast<double>(point.from + trend.bucket / 2) / static_cast<double>(kNsPerMs);
            if (const auto value = valueOf(point, figure))
                line.points.emplace_back(middle, *value);
        }
        line.points = reduced(line.points, kMaxDrawnPoints,
                              figure == TrendFigure::Count ? Merge::Sum : Merge::Mean);
        lines.push_back(std::move(line));
    }
    return lines;
}

DurationUnit durationUnitFor(double milliseconds)
{
    constexpr double second = 1'000;
    constexpr double minute = 60 * second;
    constexpr double hour = 60 * minute;
    if (milliseconds >= 2 * hour)
        return {QStringLiteral("h"), 1 / hour};
    if (milliseconds >= 2 * minute)
        return {QStringLiteral("min"), 1 / minute};
    if (milliseconds >= second)
        return {QStringLiteral("s"), 1 / second};
    return milliseconds >= 1 ? DurationUnit{QStringLiteral("ms"), 1}
                             : DurationUnit{QStringLiteral("µs"), second};
}

std::vector<ChartLine> scaled(std::vector<ChartLine> lines, double factor)
{
    for (ChartLine &line : lines) {
        for (QPointF &point : line.points)
            point.setY(point.y() * factor);
    }
    return lines;
}

} // namespace xray::views
