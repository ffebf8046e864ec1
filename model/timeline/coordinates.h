// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline's coordinate system: which span of time a strip of pixels shows, and how zooming
// and panning change it. Free functions over plain values, usable from any thread.
#pragma once

#include <model/core/time.h>

namespace xray::timeline {

/// The shortest span that zooming reaches: at 10 ns a nanosecond is some 100 px wide.
inline constexpr DurationNs kShortestRange = 10;
/// What an empty or one-instant run is shown as.
inline constexpr DurationNs kInstantRange = kNsPerMs;

/// a + b and a - b, stopping at the ends of the int64 range.
[[nodiscard]] TimeNs saturatingAdd(TimeNs a, DurationNs b) noexcept;
[[nodiscard]] DurationNs saturatingSubtract(TimeNs a, TimeNs b) noexcept;

/// The times from start up to, but without, end. Never backwards.
struct TimeRange
{
    TimeNs start = 0;
    TimeNs end = 0;

    [[nodiscard]] DurationNs duration() const noexcept { return saturatingSubtract(end, start); }
    [[nodiscard]] bool contains(TimeNs time) const noexcept { return time >= start && time < end; }

    friend bool operator==(const TimeRange &, const TimeRange &) = default;
};

/// A range laid over `width` device-independent pixels, the first of which is at x = 0.
struct Coordinates
{
    TimeRange range;
    double width = 0;
};

/// Where a time is drawn; left of 0 or right of the width for times outside the range. Without a
/// duration all times up to the start are at 0 and all later ones at the width.
[[nodiscard]] double toPixel(const Coordinates &coordinates, TimeNs time) noexcept;

/// The time drawn at x. Without a width that is the start.
[[nodiscard]] TimeNs toTime(const Coordinates &coordinates, double x) noexcept;

/// What to show so that all of `content` is seen, with a little room at its left and more at its
/// right, where the label of the last bar goes.
[[nodiscard]] TimeRange fitted(const TimeRange &content) noexcept;

/// `range` moved, and where it is too long cut, to lie within `bounds`.
[[nodiscard]] TimeRange clampedInto(const TimeRange &range, const TimeRange &bounds) noexcept;

/// `range` shortened by `factor` (below 1 lengthens) so that `anchor` stays under the same pixel,
/// as far as kShortestRange and `bounds` allow.
[[nodiscard]] TimeRange zoomed(const TimeRange &range, TimeNs anchor, double factor,
                               const TimeRange &bounds) noexcept;

/// `range` moved by `by` as far as `bounds` allow; its duration stays.
[[nodiscard]] TimeRange panned(const TimeRange &range, DurationNs by,
                               const TimeRange &bounds) noexcept;

} // namespace xray::timeline
