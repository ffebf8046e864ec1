// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/time.h"

#include <QDateTime>
#include <QLocale>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace xray {

namespace {

/// Reads exactly `digits` decimal digits at the front of `text` and drops them.
std::optional<int> takeDigits(std::string_view &text, std::size_t digits)
{
    if (text.size() < digits)
        return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc{} || end != text.data() + digits || text.front() == '-')
        return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool takeChar(std::string_view &text, std::string_view anyOf)
{
    if (text.empty() || anyOf.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> takeFractionNs(std::string_view &text)
{
    if (!takeChar(text, "."))
        return 0;
    std::int64_t value = 0;
    int digits = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        if (++digits > 9)
            return std::nullopt;
        value = value * 10 + (text.front() - '0');
        text.remove_prefix(1);
    }
    if (digits == 0)
        return std::nullopt;
    for (; digits < 9; ++digits)
        value *= 10;
    return value;
}

/// The zone's distance from UTC in seconds.
std::optional<std::int64_t> takeZoneOffset(std::string_view &text)
{
    if (takeChar(text, "Zz"))
        return 0;
    const bool west = !text.empty() && text.front() == '-';
    if (!takeChar(text, "+-"))
        return std::nullopt;
    const auto hours = takeDigits(text, 2);
    if (!hours || !takeChar(text, ":"))
        return std::nullopt;
    const auto minutes = takeDigits(text, 2);
    if (!minutes || *hours > 23 || *minutes > 59)
        return std::nullopt;
    const std::int64_t offset = *hours * 3600 + *minutes * 60;
    return west ? -offset : offset;
}

std::optional<std::int64_t> takeDate(std::string_view &text)
{
    using namespace std::chrono;
    const auto y = takeDigits(text, 4);
    if (!y || !takeChar(text, "-"))
        return std::nullopt;
    const auto m = takeDigits(text, 2);
    if (!m || !takeChar(text, "-"))
        return std::nullopt;
    const auto d = takeDigits(text, 2);
    if (!d)
        return std::nullopt;
    const year_month_day date{year{*y}, month(static_cast<unsigned>(*m)),
                              day(static_cast<unsigned>(*d))};
    if (!date.ok())
        return std::nullopt;
    return sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> takeTimeOfDay(std::string_view &text)
{
    const auto hours = takeDigits(text, 2);
    if (!hours || !takeChar(text, ":"))
        return std::nullopt;
    const auto minutes = takeDigits(text, 2);
    if (!minutes || !takeChar(text, ":"))
        return std::nullopt;
    const auto seconds = takeDigits(text, 2);
    // A leap second (60) is taken as the next second, as POSIX time does.
    if (!seconds || *hours > 23 || *minutes > 59 || *seconds > 60)
        return std::nullopt;
    return *hours * 3600 + *minutes * 60 + *seconds;
}

std::int64_t floorDiv(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

std::int64_t floorMod(std::int64_t a, std::int64_t b)
{
    const std::int64_t rest = a % b;
    return rest < 0 ? rest + b : rest;
}

/// Three significant figures without a trailing zero run: 1.06, 12.5, 610, 2.
QString threeFigures(double value)
{
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    QString text = QString::number(value, 'f', decimals);
    if (text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    return text;
}

QString twoUnits(std::int64_t big, const char *bigUnit, std::int64_t small, const char *smallUnit)
{
    QString text = QStringLiteral("%1 %2").arg(big).arg(QLatin1String(bigUnit));
    if (small > 0)
        text += QStringLiteral(" %1 %2").arg(small).arg(QLatin1String(smallUnit));
    return text;
}

QDateTime toLocal(TimeNs time)
{
    return QDateTime::fromMSecsSinceEpoch(floorDiv(time, kNsPerMs)).toLocalTime();
}

/// With the year when it is not that of `today`.
QString dateText(const QDate &date, const QDate &today)
{
    return QLocale().toString(date, date.year() == today.year() ? QStringLiteral("d MMM")
                                                                : QStringLiteral("d MMM yyyy"));
}

} // namespace

TimeNs nowNs() noexcept
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

std::optional<TimeNs> parseRfc3339(std::string_view text) noexcept
{
    const auto days = takeDate(text);
    if (!days || !takeChar(text, "Tt "))
        return std::nullopt;
    const auto seconds = takeTimeOfDay(text);
    if (!seconds)
        return std::nullopt;
    const auto fraction = takeFractionNs(text);
    if (!fraction)
        return std::nullopt;
    const auto offset = takeZoneOffset(text);
    if (!offset || !text.empty())
        return std::nullopt;
    const std::int64_t total = *days * 86400 + *seconds - *offset;
    TimeNs result = 0;
    if (__builtin_mul_overflow(total, kNsPerSecond, &result) ||
        __builtin_add_overflow(result, *fraction, &result))
        return std::nullopt;
    return result;
}

QByteArray formatRfc3339(TimeNs time)
{
    using namespace std::chrono;
    const std::int64_t seconds = floorDiv(time, kNsPerSecond);
    const std::int64_t fraction = floorMod(time, kNsPerSecond);
    const std::int64_t day = floorDiv(seconds, 86400);
    const std::int64_t rest = seconds - day * 86400;
    const year_month_day date{sys_days{days{day}}};
    std::array<char, 48> out{};
    int length = std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                               static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                               static_cast<unsigned>(date.day()), static_cast<int>(rest / 3600),
                               static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
    const auto put = [&](const char *format, std::int64_t value) {
        length += std::snprintf(out.data() + length, out.size() - length, format,
                                static_cast<long long>(value));
    };
    if (fraction % 1'000 != 0)
        put(".%09lld", fraction);
    else if (fraction % 1'000'000 != 0)
        put(".%06lld", fraction / 1'000);
    else if (fraction != 0)
        put(".%03lld", fraction / 1'000'000);
    return QByteArray(out.data(), length) + 'Z';
}

QString formatDuration(DurationNs duration)
{
    const DurationNs ns = duration < 0 ? 0 : duration;
    const auto value = static_cast<double>(ns);
    if (ns < kNsPerUs)
        return QStringLiteral("%1 ns").arg(ns);
    if (value < 999.5 * kNsPerUs)
        return threeFigures(value / kNsPerUs) + QStringLiteral(" µs");
    if (value < 999.5 * kNsPerMs)
        return threeFigures(value / kNsPerMs) + QStringLiteral(" ms");
    if (value < 59.95 * kNsPerSecond)
        return threeFigures(value / kNsPerSecond) + QStringLiteral(" s");
    const std::int64_t seconds = (ns + kNsPerSecond / 2) / kNsPerSecond;
    if (seconds < 3600)
        return twoUnits(seconds / 60, "min", seconds % 60, "s");
    if (seconds < 86400)
        return twoUnits(seconds / 3600, "h", seconds / 60 % 60, "min");
    return twoUnits(seconds / 86400, "d", seconds / 3600 % 24, "h");
}

/// Beyond a month nobody counts days: the local date, "5 Nov" or "5 Nov 2023".
QString formatAgo(TimeNs time, TimeNs now)
{
    constexpr std::int64_t kDaysCounted = 30;
    const std::int64_t seconds = (now - time) / kNsPerSecond;
    if (seconds < 5)
        return QStringLiteral("just now");
    if (seconds < 60)
        return QStringLiteral("%1 s ago").arg(seconds);
    if (seconds < 3600)
        return QStringLiteral("%1 min ago").arg(seconds / 60);
    if (seconds < 86400)
        return QStringLiteral("%1 h ago").arg(seconds / 3600);
    if (seconds < kDaysCounted * 86400)
        return QStringLiteral("%1 d ago").arg(seconds / 86400);
    return dateText(toLocal(time).date(), toLocal(now).date());
}

QString formatLocal(TimeNs time, TimeNs now)
{
    const QDateTime local = toLocal(time);
    const QDateTime today = toLocal(now);
    const QString clock = local.toString(QStringLiteral("HH:mm:ss.zzz"));
    if (local.date() == today.date())
        return QStringLiteral("Today ") + clock;
    return dateText(local.date(), today.date()) + u' ' + clock;
}

QString formatLocalTimeOfDay(TimeNs time)
{
    return toLocal(time).toString(QStringLiteral("HH:mm:ss"));
}

} // namespace xray
