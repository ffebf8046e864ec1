// SPDX-License-Identifier: GPL-3.0-or-later
// What the timeline shows at this moment, shared by its parts: the view changes it, and the rows,
// gutter, ruler and overview paint from it. A plain value owned by TimelineView. GUI thread.
#pragma once

#include <model/core/run_snapshot.h>
#include <model/timeline/critical_path.h>
#include <model/timeline/layout.h>

#include <algorithm>
#include <optional>

namespace xray::views {

// Device-independent pixels.
inline constexpr int kTimelineRowHeight = 30;
inline constexpr int kTimelineBarHeight = 20;
inline constexpr int kRulerHeight = 26;
inline constexpr int kOverviewHeight = 54;
inline constexpr int kPathLineHeight = 8;
inline constexpr int kTimelineSideRoom = 16;

/// Whether the run still goes on, so that what is open grows with the clock.
enum class Liveness { Live, Ended };

struct TimelineScene
{
    RunSnapshotPtr snapshot; ///< null when no run is shown
    timeline::StepTree tree;
    timeline::Folding folding;
    timeline::TimelineLayout layout;
    timeline::CriticalPath path;
    timeline::TimeRange range;
    Liveness liveness = Liveness::Ended;
    TimeNs now = 0; ///< where open bars end
    int scrollY = 0;
    qsizetype currentRow = -1; ///< the one selected
    qsizetype hoveredRow = -1;
    std::optional<StepId> selectedStep;
    qsizetype selectedPosition = -1; ///< of the selected step, which may be folded away
    QString remark;                  ///< what is unusual about it; empty when nothing is
    std::optional<TimeNs> cursor;    ///< the time under the mouse

    [[nodiscard]] bool isEmpty() const { return layout.rows.empty(); }
    [[nodiscard]] TimeNs origin() const { return snapshot ? snapshot->run.startedAt : 0; }
    [[nodiscard]] const Step &stepOf(const timeline::TimelineRow &row) const
    {
        return snapshot->steps.at(row.position);
    }
    [[nodiscard]] int rowTop(qsizetype row) const
    {
        return static_cast<int>(row) * kTimelineRowHeight - scrollY;
    }
    /// The row at a height of the viewport, -1 for none.
    [[nodiscard]] qsizetype rowAt(int y) const
    {
        const qsizetype row = (y + scrollY) / kTimelineRowHeight;
        return y >= 0 && row < static_cast<qsizetype>(layout.rows.size()) ? row : -1;
    }
    /// The rows that a viewport of this height shows, partly visible ones included.
    [[nodiscard]] timeline::RowRange rowsWithin(int height) const
    {
        const auto count = static_cast<qsizetype>(layout.rows.size());
        const qsizetype first = scrollY / kTimelineRowHeight;
        const qsizetype last = (scrollY + height + kTimelineRowHeight - 1) / kTimelineRowHeight;
        return {std::min(first, count), std::min(last, count)};
    }
};

} // namespace xray::views
