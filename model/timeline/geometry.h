// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be painted, as plain rectangles: bars of the visible rows, and the overview of all of
// them. Decided here once per (layout, range, width), so that painting only replays it. Free
// functions, usable from any thread; x and widths are device-independent pixels.
#pragma once

#include "model/timeline/critical_path.h"
#include "model/timeline/layout.h"

#include <vector>

namespace xray::timeline {

/// However short a step is, its bar can be seen.
inline constexpr double kMinimumBarWidth = 2;
/// Bars are cut this far outside the strip, so that no painter meets a huge number and no rounded
/// corner shows where there is none.
inline constexpr double kOverdraw = 16;

enum class BarPart : std::uint8_t {
    Whole, ///< the span of a step or of a group
    Busy,  ///< within a group: when at least one member ran
};
enum class BarEnd : std::uint8_t { Closed, Open };

struct Bar
{
    qsizetype row = 0;
    BarPart part = BarPart::Whole;
    BarEnd end = BarEnd::Closed;
    double x = 0;
    double width = 0;

    friend bool operator==(const Bar &, const Bar &) = default;
};

/// The bars of these rows in order, a group's Whole before its Busy ones. Busy bars closer than a
/// pixel are one. Rows whose bar lies outside the range have none.
[[nodiscard]] std::vector<Bar> barsOf(const StepTree &tree, const TimelineLayout &layout,
                                      RowRange rows, const Coordinates &coordinates, TimeNs now);

/// x and width of any interval under the same rules as a bar; nothing when it is out of sight.
[[nodiscard]] std::optional<Bar> barOf(const TimeRange &span, const Coordinates &coordinates,
                                       TimeNs now);

/// The critical path: first the line below all rows (row -1), from the first step waited for to the
/// last without what is closer than a pixel, then each of these rows' own parts.
[[nodiscard]] std::vector<Bar> pathBarsOf(const CriticalPath &path, const StepTree &tree,
                                          const TimelineLayout &layout, RowRange rows,
                                          const Coordinates &coordinates, TimeNs now);

/// A run of pixel columns of one lane of the overview that look the same.
struct OverviewRect
{
    int lane = 0;
    int x = 0;
    int width = 0;
    StepType type = StepType::Other;
    StepStatus status = StepStatus::Completed;

    friend bool operator==(const OverviewRect &, const OverviewRect &) = default;
};

/// All rows squeezed into at most `lanes` lanes, in order. A column shows one row: a failed one if
/// there is one, else the first. At most one rectangle per column and lane.
[[nodiscard]] std::vector<OverviewRect> overviewOf(const StepTree &tree,
                                                   const TimelineLayout &layout, int lanes,
                                                   const Coordinates &coordinates, TimeNs now);

} // namespace xray::timeline
