// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows the timeline has: the step tree walked in order, without what is folded away. Plain
// values, rebuilt when the tree or the folding changes; usable from any thread.
#pragma once

#include "model/timeline/step_tree.h"

#include <QSet>

#include <vector>

namespace xray::timeline {

/// What a person folded and unfolded, by ids, so that it outlives a snapshot. Steps start
/// unfolded, groups folded; a group is known by its first member.
struct Folding
{
    QSet<StepId> foldedSteps;
    QSet<StepId> unfoldedGroups;

    friend bool operator==(const Folding &, const Folding &) = default;
};

enum class RowKind : std::uint8_t { Step, Group };
enum class RowFold : std::uint8_t { None, Folded, Unfolded };

struct TimelineRow
{
    RowKind kind = RowKind::Step;
    RowFold fold = RowFold::None;
    int depth = 0;
    qsizetype position = -1; ///< of the step, or of the group's first member
    qsizetype group = -1;    ///< index into StepTree::groups for a group's row, else -1
};

/// Rows first up to, but without, last.
struct RowRange
{
    qsizetype first = 0;
    qsizetype last = 0;

    friend bool operator==(const RowRange &, const RowRange &) = default;
};

struct TimelineLayout
{
    std::vector<TimelineRow> rows;
    std::vector<qsizetype> rowOfStep;  ///< by position; -1 when folded away
    std::vector<qsizetype> rowOfGroup; ///< by group; -1 when folded away
};

/// `steps` must be what `tree` was built from.
[[nodiscard]] TimelineLayout layoutRows(const StepTree &tree, const StepList &steps,
                                        const Folding &folding);

/// The row that shows the step: its own, or that of the group or ancestor it is folded into.
[[nodiscard]] qsizetype rowShowing(const TimelineLayout &layout, const StepTree &tree,
                                   qsizetype position);

/// First start to last end of a row's bar; the end is kOpenEnd while it runs.
[[nodiscard]] TimeRange spanOf(const StepTree &tree, const TimelineRow &row);

/// A group fails with any of its members, and runs while any does.
[[nodiscard]] StepStatus statusOf(const StepTree &tree, const TimelineRow &row);

} // namespace xray::timeline
