// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/charts/axis_ticks.h"

#include <model/core/text.h>
#include <model/core/time.h>

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace xray::views {

namespace {

constexpr qint64 kSecond = kNsPerSecond / kNsPerMs;
constexpr qint64 kMinute = 60 * kSecond;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

constexpr std::array kTimeSteps{kSecond,     5 * kSecond,  15 * kSecond, 30 * kSecond, kMinute,
                                5 * kMinute, 15 * kMinute, 30 * kMinute, kHour,        3 * kHour,
                                6 * kHour,   12 * kHour,   kDay,         2 * kDay,     4 * kDay,
                                7 * kDay,    14 * kDay,    30 * kDay,    90 * kDay,    365 * kDay};

/// Thousands are told apart.
QString textOf(double number)
{
    const bool isWhole = number == std::floor(number) && std::abs(number) < 1e15;
    return isWhole ? formatCount(static_cast<qint64>(number)) : formatNumber(number, 6);
}

QDateTime timeOf(double milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(milliseconds));
}

qint64 timeStep(double range, int most)
{
    const auto wide = std::ranges::find_if(kTimeSteps, [&](qint64 step) {
        return range / static_cast<double>(step) <= static_cast<double>(most);
    });
    if (wide != kTimeSteps.end())
        return *wide;
    const auto years = std::ceil(range / static_cast<double>(365 * kDay) / most);
    return static_cast<qint64>(years) * 365 * kDay;
}

QString tickText(const QDateTime &time, qint64 step)
{
    const QLocale locale;
    const bool isMidnight = time.time() == QTime(0, 0);
    if (step >= kDay || isMidnight)
        return locale.toString(time, step >= 365 * kDay ? QStringLiteral("MMM yyyy")
                                                        : QStringLiteral("d MMM"));
    return locale.toString(time,
                           step < kMinute ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

/// The midnight at or before, of a day whose number the step divides, so that ticks stay where they
/// are while the range moves on.
QDateTime firstMidnight(const QDateTime &from, qint64 step)
{
    const qint64 days = std::max<qint64>(1, step / kDay);
    const qint64 day = from.date().toJulianDay();
    return QDate::fromJulianDay(day - day % days).startOfDay();
}

} // namespace

double roundStep(double range, int most)
{
    if (!(range > 0) || !std::isfinite(range) || most <= 0)
        return 1;
    const double least = range / most;
    const double unit = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (least <= factor * unit * (1 + 1e-9))
            return factor * unit;
    }
    return 10 * unit;
}

std::vector<AxisTick> numberTicks(double from, double to, int most, const QString &unit)
{
    const double step = roundStep(to - from, most);
    std::vector<AxisTick> ticks;
    const double slack = step * 1e-6;
    for (double place = std::ceil((from - slack) / step); place * step <= to + slack; ++place) {
        const double value = place * step + 0.0; // no negative zero
        const QString text = textOf(std::abs(value) < slack ? 0 : value);
        ticks.push_back({value, unit.isEmpty() ? text : text + QLatin1Char(' ') + unit});
    }
    return ticks;
}

std::vector<AxisTick> timeTicks(double from, double to, int most)
{
    const qint64 step = timeStep(to - from, most);
    std::vector<AxisTick> ticks;
    QDateTime time = firstMidnight(timeOf(from), step);
    if (step < kDay) // skip what lies before without walking there
        time = time.addMSecs(time.msecsTo(timeOf(from)) / step * step);
    for (; static_cast<double>(time.toMSecsSinceEpoch()) <= to;
         time = step < kDay ? time.addMSecs(step) : time.addDays(step / kDay)) {
        const auto value = static_cast<double>(time.toMSecsSinceEpoch());
        if (value >= from)
            ticks.push_back({value, tickText(time, step)});
    }
    return ticks;
}

QString timeText(double milliseconds, double range)
{
    const QString format = range > 2.0 * static_cast<double>(kDay) ? QStringLiteral("d MMM HH:mm")
                           : range > 2.0 * static_cast<double>(kMinute)
                               ? QStringLiteral("HH:mm:ss")
                               : QStringLiteral("HH:mm:ss.zzz");
    return QLocale().toString(timeOf(milliseconds), format);
}

double readableNumberStep(double range)
{
    if (!(range > 0) || !std::isfinite(range))
        return 0;
    return std::pow(10, std::floor(std::log10(range / 1'000)));
}

double readableTimeStep(double milliseconds)
{
    for (const qint64 step : {kMinute, kSecond}) {
        if (milliseconds / 5'000 >= static_cast<double>(step))
            return static_cast<double>(step);
    }
    return 1;
}

} // namespace xray::views
