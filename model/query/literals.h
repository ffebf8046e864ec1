// SPDX-License-Identifier: GPL-3.0-or-later
// The literals of the query language, text to value and back: numbers, durations, times, quoted
// texts. Inner to this layer; pure.
#pragma once

#include "model/query/tree.h"

#include <optional>

namespace xray::query {

struct QuotedText
{
    QString text;         ///< without quotes, escapes decoded
    qsizetype length = 0; ///< in the source, with its quotes
    bool closed = false;
};

/// The text in quotes, " or ', at the front of `source`. \" \' \\ \n \t \r \uXXXX are escapes; any
/// other backslash stands for itself, so that regular expressions can be written as they are.
[[nodiscard]] QuotedText takeQuoted(QStringView source);
/// In double quotes, such that takeQuoted() gives it back.
[[nodiscard]] QString quoted(QStringView text);

/// A finite decimal number, exponent allowed; nothing for hexadecimal, "nan", "inf" or "1e999".
[[nodiscard]] std::optional<double> parseNumber(QStringView text);
/// The shortest text that is read as the same number; no exponent for ordinary sizes.
[[nodiscard]] QString formatExactly(double number);

/// "150ms", "1.5s", "1m30s", "-2h"; units ns us µs ms s m h d. Nothing beyond int64 nanoseconds.
[[nodiscard]] std::optional<DurationNs> parseDuration(QStringView text);
/// A whole number of the largest unit that fits: "90s", "2h".
[[nodiscard]] QString formatExactly(Duration duration);

/// RFC 3339, or a date alone, which is its midnight in UTC.
[[nodiscard]] std::optional<TimeNs> parseInstant(QStringView text);
/// "-2h", "+30m" (the sign is needed) or "now".
[[nodiscard]] std::optional<DurationNs> parseRelative(QStringView text);
[[nodiscard]] QString formatExactly(RelativeTime time);

} // namespace xray::query
