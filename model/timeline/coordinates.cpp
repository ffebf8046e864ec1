// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/coordinates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace xray::timeline {

namespace {

constexpr TimeNs kFirstTime = std::numeric_limits<TimeNs>::min();
constexpr TimeNs kLastTime = std::numeric_limits<TimeNs>::max();
constexpr DurationNs kLeftRoomDivisor = 64;
constexpr DurationNs kRightRoomDivisor = 12;

/// The nearest duration to a computed one, which may lie outside int64.
DurationNs rounded(double value)
{
    constexpr double limit = 9.2e18;
    return static_cast<DurationNs>(std::llround(std::clamp(value, -limit, limit)));
}

} // namespace

TimeNs saturatingAdd(TimeNs a, DurationNs b) noexcept
{
    TimeNs sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return b < 0 ? kFirstTime : kLastTime;
    return sum;
}

DurationNs saturatingSubtract(TimeNs a, TimeNs b) noexcept
{
    DurationNs difference = 0;
    if (__builtin_sub_overflow(a, b, &difference))
        return b < 0 ? kLastTime : kFirstTime;
    return difference;
}

double toPixel(const Coordinates &coordinates, TimeNs time) noexcept
{
    const DurationNs duration = coordinates.range.duration();
    const DurationNs offset = saturatingSubtract(time, coordinates.range.start);
    if (duration <= 0)
        return offset <= 0 ? 0 : coordinates.width;
    return static_cast<double>(offset) / static_cast<double>(duration) * coordinates.width;
}

TimeNs toTime(const Coordinates &coordinates, double x) noexcept
{
    if (coordinates.width <= 0)
        return coordinates.range.start;
    const auto duration = static_cast<double>(coordinates.range.duration());
    return saturatingAdd(coordinates.range.start, rounded(x / coordinates.width * duration));
}

TimeRange fitted(const TimeRange &content) noexcept
{
    const DurationNs duration = content.duration();
    if (duration <= 0)
        return {saturatingAdd(content.start, -kInstantRange / 4),
                saturatingAdd(content.start, kInstantRange * 3 / 4)};
    const DurationNs left = duration / kLeftRoomDivisor;
    const DurationNs right = std::max(duration / kRightRoomDivisor, kShortestRange);
    return {saturatingAdd(content.start, -left), saturatingAdd(content.end, right)};
}

TimeRange clampedInto(const TimeRange &range, const TimeRange &bounds) noexcept
{
    const DurationNs duration = range.duration();
    if (duration >= bounds.duration())
        return bounds;
    if (range.start < bounds.start)
        return {bounds.start, bounds.start + duration};
    if (range.end > bounds.end)
        return {bounds.end - duration, bounds.end};
    return range;
}

TimeRange zoomed(const TimeRange &range, TimeNs anchor, double factor,
                 const TimeRange &bounds) noexcept
{
    if (!(factor > 0))
        return range;
    const auto before = static_cast<double>(range.duration());
    const DurationNs longest = std::max(bounds.duration(), kShortestRange);
    const DurationNs after = std::clamp(rounded(before / factor), kShortestRange, longest);
    const auto anchorOffset = static_cast<double>(saturatingSubtract(anchor, range.start));
    const double anchorShare = before > 0 ? anchorOffset / before : 0;
    const DurationNs lead = rounded(anchorShare * static_cast<double>(after));
    const TimeNs start = saturatingAdd(anchor, -lead);
    return clampedInto({start, saturatingAdd(start, after)}, bounds);
}

TimeRange panned(const TimeRange &range, DurationNs by, const TimeRange &bounds) noexcept
{
    const DurationNs earliest = saturatingSubtract(bounds.start, range.start);
    const DurationNs latest = saturatingSubtract(bounds.end, range.end);
    const DurationNs shift = earliest <= latest ? std::clamp(by, earliest, latest) : 0;
    return {saturatingAdd(range.start, shift), saturatingAdd(range.end, shift)};
}

} // namespace xray::timeline
