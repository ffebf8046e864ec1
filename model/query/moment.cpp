// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/moment.h"

#include <limits>

namespace xray::query {

namespace {

TimeNs sum(TimeNs time, DurationNs offset)
{
    TimeNs result = 0;
    if (!__builtin_add_overflow(time, offset, &result))
        return result;
    return offset < 0 ? std::numeric_limits<TimeNs>::min() : std::numeric_limits<TimeNs>::max();
}

} // namespace

std::vector<qint64> momentsOf(const Condition &condition, TimeNs now)
{
    std::vector<qint64> moments;
    for (const Value &value : condition.values) {
        if (const auto *duration = std::get_if<Duration>(&value))
            moments.push_back(duration->ns);
        else if (const auto *instant = std::get_if<Instant>(&value))
            moments.push_back(instant->ns);
        else if (const auto *relative = std::get_if<RelativeTime>(&value))
            moments.push_back(sum(now, relative->offset));
    }
    return moments;
}

} // namespace xray::query
