// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of a run as a tree by parent, with runs of alike siblings gathered into groups: what
// the timeline's rows, its critical path and its geometry are computed from. A plain value, built
// once per snapshot in O(n log n) on any thread; a position is the step's place in the StepList.
#pragma once

#include "model/timeline/coordinates.h"

#include <model/core/step_list.h>

#include <limits>
#include <span>
#include <vector>

namespace xray::timeline {

/// So many neighbouring siblings of one name and type become a group.
inline constexpr qsizetype kSmallestGroup = 5;

/// The end of what is still running.
inline constexpr TimeNs kOpenEnd = std::numeric_limits<TimeNs>::max();

/// `end`, or `now` for what is still running.
[[nodiscard]] constexpr TimeNs endAt(TimeNs end, TimeNs now) noexcept
{
    return end == kOpenEnd ? now : end;
}

struct StepNode
{
    TimeNs start = 0;
    TimeNs end = kOpenEnd;    ///< never before start
    qsizetype parent = -1;    ///< position, -1 at the top
    qsizetype group = -1;     ///< index into StepTree::groups, -1 when in none
    qsizetype firstChild = 0; ///< index into StepTree::children
    qsizetype childCount = 0;
    StepType type = StepType::Other;
    StepStatus status = StepStatus::Running;
};

/// Neighbouring siblings of one name and type, in order.
struct StepGroup
{
    std::vector<qsizetype> members; ///< positions
    TimeRange span;                 ///< first start to last end (kOpenEnd while one runs)
    std::vector<TimeRange> busy;    ///< when at least one member ran: ascending, apart
    int maxConcurrency = 0;         ///< how many ran at once at most
    int failed = 0;
    int running = 0;
    DurationNs total = 0; ///< of the finished members; shortest and longest too
    DurationNs shortest = 0;
    DurationNs longest = 0;
};

struct StepTree
{
    std::vector<StepNode> nodes; ///< by position
    std::vector<qsizetype> children;
    std::vector<StepGroup> groups;
    qsizetype topCount = 0; ///< steps at the top: the first of `children`
    TimeRange span;         ///< first start to the last start or known end
    int running = 0;

    /// The children of a step in order, or the steps at the top for -1.
    [[nodiscard]] std::span<const qsizetype> childrenOf(qsizetype position) const;
};

/// A step whose parent is not in the list stands at the top; of steps that are their own ancestors
/// the first does.
[[nodiscard]] StepTree buildStepTree(const StepList &steps);

} // namespace xray::timeline
