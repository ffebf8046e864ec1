// SPDX-License-Identifier: GPL-3.0-or-later
// Where a metric's value stands among the values the same step had in other runs, in numbers and in
// words, and the bars of its histogram. Pure functions, usable from any thread.
#pragma once

#include <QString>

#include <vector>

namespace xray::views {

struct MetricStanding
{
    qint64 count = 0; ///< values compared with
    double below = 0; ///< share of them strictly smaller, 0 to 1
    double above = 0; ///< share of them strictly larger, 0 to 1

    /// In the outermost hundredth of at least kEnoughValues values.
    [[nodiscard]] bool isUnusual() const;
};

/// Fewer values than this say nothing about what is usual.
inline constexpr qint64 kEnoughValues = 30;

[[nodiscard]] MetricStanding standingOf(double value, const std::vector<double> &history);

/// "above 99 % of 1,204"; percentages are rounded down, so that "100 %" never appears.
[[nodiscard]] QString standingText(const MetricStanding &standing);

/// "▲ above 99 % of 1,204 (usually −38 %)": what is unusual about the share that a filter
/// eliminated, in percent, with the median of the others; empty when it is among the inner 95 in a
/// hundred.
[[nodiscard]] QString eliminationRemark(double percentage, const std::vector<double> &history);

struct Histogram
{
    std::vector<int> bars; ///< how many values fall into each; empty without values
    int markedBar = -1;    ///< the one that `value` falls into
};

/// `bars` equally wide bars from the smallest to the largest of the history and the value.
[[nodiscard]] Histogram histogramOf(double value, const std::vector<double> &history, int bars);

} // namespace xray::views
