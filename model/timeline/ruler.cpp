// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/ruler.h"

#include <algorithm>
#include <cstdlib>

namespace xray::timeline {

namespace {

constexpr double kLabelGap = 20;       // pixels between the end of a label and the next tick
constexpr double kMinimumSpacing = 56; // pixels; denser grids look busy even with short labels

/// All distances ticks may have, ascending.
std::vector<DurationNs> makeSteps()
{
    std::vector<DurationNs> steps;
    for (DurationNs decade = 1; decade < kNsPerSecond; decade *= 10)
        steps.insert(steps.end(), {decade, 2 * decade, 5 * decade});
    for (const DurationNs seconds : {1, 2, 5, 10, 30})
        steps.push_back(seconds * kNsPerSecond);
    for (const DurationNs minutes : {1, 2, 5, 10, 30})
        steps.push_back(minutes * kNsPerMinute);
    for (const DurationNs hours : {1, 2, 6, 12})
        steps.push_back(hours * kNsPerHour);
    for (DurationNs decade = 1; decade <= 10'000; decade *= 10)
        for (const DurationNs days : {1, 2, 5})
            steps.push_back(days * decade * kNsPerDay);
    return steps;
}

/// How the labels of one ruler are written; decided by the largest offset on it.
struct Notation
{
    enum class Style { Decimal, MinuteClock, HourClock, Days };
    Style style = Style::Decimal;
    DurationNs unit = 1;
    const char *suffix = "";
    int decimals = 0; ///< of the unit, or of the seconds of a clock
};

/// How many decimals of `unit` it takes to write multiples of `step` exactly.
int decimalsFor(DurationNs unit, DurationNs step)
{
    int decimals = 0;
    for (DurationNs fraction = unit; step % fraction != 0 && fraction >= 10; fraction /= 10)
        ++decimals;
    return decimals;
}

Notation notationFor(DurationNs largestOffset, DurationNs step)
{
    using enum Notation::Style;
    if (largestOffset < kNsPerUs)
        return {Decimal, 1, " ns", 0};
    if (largestOffset < kNsPerMs)
        return {Decimal, kNsPerUs, " µs", decimalsFor(kNsPerUs, step)};
    if (largestOffset < kNsPerSecond)
        return {Decimal, kNsPerMs, " ms", decimalsFor(kNsPerMs, step)};
    const int decimals = decimalsFor(kNsPerSecond, step);
    if (largestOffset < kNsPerMinute)
        return {Decimal, kNsPerSecond, " s", decimals};
    if (largestOffset < kNsPerHour)
        return {MinuteClock, kNsPerSecond, " min", decimals};
    if (largestOffset < kNsPerDay)
        return {HourClock, kNsPerSecond, " h", decimals};
    return {Days, kNsPerSecond, step % kNsPerDay == 0 ? " d" : "", decimals};
}

QString padded(std::int64_t value, int digits)
{
    return QStringLiteral("%1").arg(value, digits, 10, QLatin1Char('0'));
}

/// `ns`, which is not negative, as a decimal number of `unit`; its whole part has `digits` at
/// least.
QString decimal(DurationNs ns, DurationNs unit, int decimals, int digits = 1)
{
    QString text = padded(ns / unit, digits);
    if (decimals == 0)
        return text;
    DurationNs smallest = unit;
    for (int i = 0; i < decimals; ++i)
        smallest /= 10;
    return text + QLatin1Char('.') +
           padded(ns % unit / std::max<DurationNs>(smallest, 1), decimals);
}

QString clockText(DurationNs ns, const Notation &notation)
{
    const QString seconds = decimal(ns % kNsPerMinute, kNsPerSecond, notation.decimals, 2);
    if (notation.style == Notation::Style::MinuteClock)
        return QStringLiteral("%1:%2").arg(ns / kNsPerMinute).arg(seconds);
    const QString minutes = padded(ns / kNsPerMinute % 60, 2);
    const std::int64_t hours = ns / kNsPerHour;
    return QStringLiteral("%1:%2:%3").arg(hours).arg(minutes, seconds);
}

QString dayText(DurationNs ns, const Notation &notation)
{
    const QString days = QString::number(ns / kNsPerDay);
    if (*notation.suffix != '\0')
        return days;
    return QStringLiteral("%1 d %2").arg(days, clockText(ns % kNsPerDay, notation));
}

QString offsetText(DurationNs offset, const Notation &notation)
{
    if (offset == 0 && notation.style != Notation::Style::Days)
        return QStringLiteral("0");
    const QString sign = offset < 0 ? QStringLiteral("−") : QString();
    const DurationNs ns = offset < 0 ? saturatingSubtract(0, offset) : offset;
    switch (notation.style) {
    case Notation::Style::Decimal:
        return sign + decimal(ns, notation.unit, notation.decimals);
    case Notation::Style::MinuteClock:
    case Notation::Style::HourClock:
        return sign + clockText(ns, notation);
    case Notation::Style::Days:
        return sign + dayText(ns, notation);
    }
    return {};
}

DurationNs largestOffset(const TimeRange &range, TimeNs origin)
{
    const auto distance = [origin](TimeNs time) {
        return time < origin ? saturatingSubtract(origin, time) : saturatingSubtract(time, origin);
    };
    return std::max(distance(range.start), distance(range.end));
}

TimeNs firstMultiple(const TimeRange &range, TimeNs origin, DurationNs step)
{
    const DurationNs offset = saturatingSubtract(range.start, origin);
    const DurationNs rest = offset % step;
    const DurationNs up = rest > 0 ? step - rest : -rest;
    return saturatingAdd(range.start, up);
}

std::vector<Tick> ticksAt(const Coordinates &coordinates, TimeNs origin, DurationNs step,
                          const Notation &notation)
{
    const TimeRange &range = coordinates.range;
    std::vector<Tick> ticks;
    for (TimeNs time = firstMultiple(range, origin, step); time < range.end;) {
        const DurationNs offset = saturatingSubtract(time, origin);
        ticks.push_back({time, toPixel(coordinates, time), offsetText(offset, notation)});
        if (__builtin_add_overflow(time, step, &time))
            break;
    }
    return ticks;
}

/// Puts the unit on the first label and on the last that is not cut by the ruler's end, and takes
/// away those that are.
void finishLabels(std::vector<Tick> &ticks, const Coordinates &coordinates, const QString &unit,
                  const LabelWidth &labelWidth)
{
    const auto fits = [&](const Tick &tick) {
        return tick.x + labelWidth(tick.label + unit) + kLabelGap / 2 <= coordinates.width;
    };
    const auto cut = std::ranges::find_if_not(ticks, fits);
    std::for_each(cut, ticks.end(), [](Tick &tick) { tick.label.clear(); });
    if (cut == ticks.begin())
        return;
    ticks.front().label += unit;
    if (cut - ticks.begin() > 1)
        std::prev(cut)->label += unit;
}

bool labelsFit(const std::vector<Tick> &ticks, double spacing, const QString &unit,
               const LabelWidth &labelWidth)
{
    return std::ranges::all_of(ticks, [&](const Tick &tick) {
        return labelWidth(tick.label + unit) + kLabelGap <= spacing;
    });
}

} // namespace

std::vector<Tick> rulerTicks(const Coordinates &coordinates, TimeNs origin,
                             const LabelWidth &labelWidth)
{
    static const std::vector<DurationNs> steps = makeSteps();
    const DurationNs duration = coordinates.range.duration();
    if (duration <= 0 || coordinates.width <= 0)
        return {};
    const double pixelsPerNs = coordinates.width / static_cast<double>(duration);
    for (const DurationNs step : steps) {
        const double spacing = static_cast<double>(step) * pixelsPerNs;
        if (spacing < kMinimumSpacing)
            continue;
        const Notation notation = notationFor(largestOffset(coordinates.range, origin), step);
        const QString unit = QString::fromUtf8(notation.suffix);
        std::vector<Tick> ticks = ticksAt(coordinates, origin, step, notation);
        if (!labelsFit(ticks, spacing, unit, labelWidth))
            continue;
        finishLabels(ticks, coordinates, unit, labelWidth);
        return ticks;
    }
    return {};
}

QString preciseOffset(const Coordinates &coordinates, TimeNs origin, TimeNs time)
{
    const double width = std::max(coordinates.width, 1.0);
    const double nsPerPixel = static_cast<double>(coordinates.range.duration()) / width;
    DurationNs step = 1;
    while (step < kNsPerSecond && static_cast<double>(step * 10) <= nsPerPixel)
        step *= 10;
    const DurationNs offset = saturatingSubtract(time, origin);
    const DurationNs shown = offset - offset % step;
    const Notation notation = notationFor(largestOffset({time, time}, origin), step);
    return offsetText(shown, notation) + QString::fromUtf8(notation.suffix);
}

} // namespace xray::timeline
