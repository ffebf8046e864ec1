// SPDX-License-Identifier: GPL-3.0-or-later
// Points in time and spans of it, both int64 nanoseconds: a TimeNs counts from the Unix epoch in
// UTC and covers the years 1678 to 2262. Free functions, usable from any thread.
#pragma once

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <optional>
#include <string_view>

namespace xray {

using TimeNs = std::int64_t;
using DurationNs = std::int64_t;

inline constexpr DurationNs kNsPerUs = 1'000;
inline constexpr DurationNs kNsPerMs = 1'000'000;
inline constexpr DurationNs kNsPerSecond = 1'000'000'000;
inline constexpr DurationNs kNsPerMinute = 60 * kNsPerSecond;
inline constexpr DurationNs kNsPerHour = 60 * kNsPerMinute;
inline constexpr DurationNs kNsPerDay = 24 * kNsPerHour;

[[nodiscard]] TimeNs nowNs() noexcept;

/// RFC 3339 with 0 to 9 fractional digits and a zone ("Z" or "+hh:mm"); a space may stand for the
/// "T". Nothing for anything else, for a date that does not exist, and beyond the int64 range.
[[nodiscard]] std::optional<TimeNs> parseRfc3339(std::string_view text) noexcept;

/// RFC 3339 in UTC, with as many of 0, 3, 6 or 9 fractional digits as the value needs.
[[nodiscard]] QByteArray formatRfc3339(TimeNs time);

/// For people, three significant figures: "610 ms", "1.06 s", "2 min 4 s", "3 h 12 min", "0.8 µs".
[[nodiscard]] QString formatDuration(DurationNs duration);

/// For people, how long before `now`: "just now", "2 min ago", "3 h ago", "5 d ago"; then the date.
[[nodiscard]] QString formatAgo(TimeNs time, TimeNs now);

/// For people, in the local zone: "Today 09:41:07.218", "21 Nov 09:41:07.218", with the year when
/// it is not the current one.
[[nodiscard]] QString formatLocal(TimeNs time, TimeNs now);

/// For people, in the local zone, to the second: "09:41:07".
[[nodiscard]] QString formatLocalTimeOfDay(TimeNs time);

} // namespace xray
