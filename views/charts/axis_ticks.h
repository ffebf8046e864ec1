// SPDX-License-Identifier: GPL-3.0-or-later
// Where an axis has its ticks and what they say: at round numbers, and at round hours and days of
// the local clock. Pure functions, any thread.
#pragma once

#include <QString>

#include <vector>

namespace xray::views {

struct AxisTick
{
    double value = 0;
    QString label;
};

/// The smallest of 1, 2 or 5 times a power of ten that divides the range into at most `most` parts;
/// 1 for a range that is none.
[[nodiscard]] double roundStep(double range, int most);

/// Multiples of a round step within the range, at most `most` + 1 of them.
[[nodiscard]] std::vector<AxisTick> numberTicks(double from, double to, int most,
                                                const QString &unit = {});
/// x in milliseconds since the epoch.
[[nodiscard]] std::vector<AxisTick> timeTicks(double from, double to, int most);

/// A time between ticks, in milliseconds since the epoch, as exact as a range of that many
/// milliseconds needs: "17 Nov 14:05".
[[nodiscard]] QString timeText(double milliseconds, double range);

/// What a stretch of a range is rounded to so that its ends can be read: for numbers a power of ten
/// of about a thousandth of it; for times a millisecond, second or minute.
[[nodiscard]] double readableNumberStep(double range);
[[nodiscard]] double readableTimeStep(double milliseconds);

} // namespace xray::views
