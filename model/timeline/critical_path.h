// SPDX-License-Identifier: GPL-3.0-or-later
// The critical path of a run: the chain of steps that determined how long it took. Walked backwards
// from the end: the sibling that ended last was waited for, before it the one that ended last
// before it began, and within each its children likewise (the method of Google's and Jaeger's
// critical path analysis). A plain value, usable from any thread.
#pragma once

#include "model/timeline/step_tree.h"

#include <vector>

namespace xray::timeline {

/// Clocks and rounding make a step begin up to this long before the one it waited for ended.
inline constexpr DurationNs kHandOverSlack = kNsPerMs;

/// A time in which the run waited for this step itself and not for one of its children.
struct PathSegment
{
    qsizetype position = -1;
    TimeRange range;

    friend bool operator==(const PathSegment &, const PathSegment &) = default;
};

struct CriticalPath
{
    std::vector<PathSegment> segments; ///< by time, not overlapping
    std::vector<qsizetype> positions;  ///< of the steps on the path, ascending
    DurationNs total = 0;              ///< of the segments; gaps between steps do not count

    [[nodiscard]] bool contains(qsizetype position) const;
};

/// What is still running ends at `now`. O(n log n) in time.
[[nodiscard]] CriticalPath criticalPath(const StepTree &tree, TimeNs now);

} // namespace xray::timeline
