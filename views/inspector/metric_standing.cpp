// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/metric_standing.h"

#include <model/core/text.h>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

constexpr double kOutermost = 0.99;
constexpr double kRemarkable = 0.95; ///< is said beside the bar, without an alarm

QString percentText(double share)
{
    return QStringLiteral("%1 %").arg(static_cast<int>(std::floor(100 * share)));
}

QString sideText(const char *side, double share, qint64 count)
{
    const QString word = QString::fromLatin1(side);
    if (share >= 1)
        return QStringLiteral("%1 all %2 others").arg(word, formatCount(count));
    return QStringLiteral("%1 %2 of %3").arg(word, percentText(share), formatCount(count));
}

} // namespace

bool MetricStanding::isUnusual() const
{
    return count >= kEnoughValues && std::max(below, above) >= kOutermost;
}

MetricStanding standingOf(double value, const std::vector<double> &history)
{
    MetricStanding standing;
    standing.count = static_cast<qint64>(history.size());
    if (history.empty())
        return standing;
    const auto count = static_cast<double>(history.size());
    const auto smaller = std::ranges::count_if(history, [value](double v) { return v < value; });
    const auto larger = std::ranges::count_if(history, [value](double v) { return v > value; });
    standing.below = static_cast<double>(smaller) / count;
    standing.above = static_cast<double>(larger) / count;
    return standing;
}

QString standingText(const MetricStanding &standing)
{
    if (standing.count <= 1)
        return QStringLiteral("no other runs yet");
    if (standing.below == 0 && standing.above == 0)
        return QStringLiteral("as in all %1 runs").arg(formatCount(standing.count));
    return standing.below >= standing.above ? sideText("above", standing.below, standing.count)
                                            : sideText("below", standing.above, standing.count);
}

QString eliminationRemark(double percentage, const std::vector<double> &history)
{
    const MetricStanding standing = standingOf(percentage, history);
    if (standing.count < kEnoughValues || std::max(standing.below, standing.above) < kRemarkable)
        return {};
    std::vector<double> values = history;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return QStringLiteral("%1 %2 (usually −%3 %)")
        .arg(standing.below >= standing.above ? QStringLiteral("▲") : QStringLiteral("▼"),
             standingText(standing), QString::number(std::round(*middle)));
}

Histogram histogramOf(double value, const std::vector<double> &history, int bars)
{
    Histogram histogram;
    if (history.empty() || bars <= 0)
        return histogram;
    const auto [least, most] = std::ranges::minmax(history);
    const double from = std::min(least, value);
    const double width = (std::max(most, value) - from) / bars;
    const auto barOf = [&](double v) {
        return width > 0 ? std::clamp(static_cast<int>((v - from) / width), 0, bars - 1) : 0;
    };
    histogram.bars.resize(static_cast<std::size_t>(bars));
    for (const double v : history)
        ++histogram.bars[static_cast<std::size_t>(barOf(v))];
    histogram.markedBar = barOf(value);
    return histogram;
}

} // namespace xray::views
