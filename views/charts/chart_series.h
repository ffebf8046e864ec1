// SPDX-License-Identifier: GPL-3.0-or-later
// What the trends draw, as plain lines: a trend's figures reduced to at most kMaxDrawnPoints points
// a line, so that a chart costs the same whatever it is of. Pure functions, any thread.
#pragma once

#include <model/query/source.h>

#include <QPointF>
#include <QString>

#include <optional>
#include <vector>

namespace xray::views {

/// Points a line is drawn with; more are merged, neighbours first.
inline constexpr int kMaxDrawnPoints = 120;

enum class TrendFigure { Count, FailureRate, DurationP50, DurationP95, MetricP50, MetricP95 };

struct ChartLine
{
    QString name;
    /// x in milliseconds since the epoch at the middle of its bucket; y in the figure's own unit:
    /// a count, percent, milliseconds, or the metric's.
    std::vector<QPointF> points;
};

/// One line for each series of the trend, without buckets that have no such figure. Merged
/// neighbours add up counts and take the mean of everything else.
[[nodiscard]] std::vector<ChartLine> linesOf(const query::Trend &trend, TrendFigure figure);

/// The same points, at most `most` of them: groups of neighbours become one at their mean place.
enum class Merge { Sum, Mean };
[[nodiscard]] std::vector<QPointF> reduced(const std::vector<QPointF> &points, int most,
                                           Merge merge);

/// The unit that durations up to so many milliseconds are told in, and what makes it of
/// milliseconds.
struct DurationUnit
{
    QString name;
    double factor = 1;
};
[[nodiscard]] DurationUnit durationUnitFor(double milliseconds);
/// The lines with y times the factor.
[[nodiscard]] std::vector<ChartLine> scaled(std::vector<ChartLine> lines, double factor);

} // namespace xray::views
