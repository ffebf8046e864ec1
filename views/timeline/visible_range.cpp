// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/visible_range.h"

#include <algorithm>

namespace xray::views {

using timeline::TimeRange;

namespace {

constexpr double kFollowEdge = 0.85; // of the width: where the now line is held
constexpr double kFittedEdge = 0.95; // of the width: beyond it a fitted range makes room
constexpr DurationNs kLeastHeadroom = kNsPerSecond / 2;
constexpr DurationNs kHeadroomDivisor = 3; // of the run so far
constexpr DurationNs kRoomDivisor = 10;    // of an interval that is zoomed to
constexpr DurationNs kLeadDivisor = 5;     // of the range, before an interval that is revealed

} // namespace

TimeRange VisibleRange::content() const
{
    if (!m_scene.snapshot)
        return {};
    const Execution &run = m_scene.snapshot->run;
    TimeRange range = m_scene.tree.span;
    if (m_scene.tree.nodes.empty())
        range = {run.startedAt, run.startedAt};
    range.start = std::min(range.start, run.startedAt);
    range.end = std::max({range.end, m_scene.now, effectiveEnd(run).value_or(range.end)});
    if (m_scene.liveness == Liveness::Live) {
        const DurationNs headroom = std::max(range.duration() / kHeadroomDivisor, kLeastHeadroom);
        range.end = timeline::saturatingAdd(range.end, headroom);
    }
    return range;
}

TimeRange VisibleRange::bounds() const
{
    return timeline::fitted(content());
}

bool VisibleRange::hidesNow() const
{
    return m_scene.liveness == Liveness::Live && !m_scene.range.contains(m_scene.now);
}

bool VisibleRange::follows() const
{
    return m_follow == Follow::On && m_scene.liveness == Liveness::Live;
}

void VisibleRange::fit()
{
    m_mode = Mode::Fitted;
    m_scene.range = bounds();
}

void VisibleRange::choose(const TimeRange &range)
{
    const TimeRange all = bounds();
    const TimeNs end =
        std::max(range.end, timeline::saturatingAdd(range.start, timeline::kShortestRange));
    const TimeRange cut = timeline::clampedInto({range.start, end}, all);
    m_mode = cut == all ? Mode::Fitted : Mode::Chosen;
    m_scene.range = cut;
}

void VisibleRange::zoom(double x, double factor)
{
    const TimeNs anchor = timeline::toTime(coordinates(), x);
    choose(timeline::zoomed(m_scene.range, anchor, factor, bounds()));
}

void VisibleRange::pan(double pixels)
{
    const timeline::Coordinates here = coordinates();
    const DurationNs by = timeline::toTime(here, pixels) - timeline::toTime(here, 0);
    choose(timeline::panned(m_scene.range, by, bounds()));
}

void VisibleRange::zoomTo(const TimeRange &span)
{
    const DurationNs room = std::max(span.duration() / kRoomDivisor, timeline::kShortestRange);
    choose({span.start - room, span.end + room});
}

void VisibleRange::reveal(const TimeRange &span)
{
    const TimeRange shown = m_scene.range;
    if (span.end >= shown.start && span.start <= shown.end)
        return;
    const DurationNs lead = shown.duration() / kLeadDivisor;
    const DurationNs by = timeline::saturatingSubtract(span.start, shown.start) - lead;
    choose(timeline::panned(shown, by, bounds()));
}

void VisibleRange::keepNowInSight()
{
    if (!follows())
        return;
    const timeline::Coordinates here = coordinates();
    const double x = timeline::toPixel(here, m_scene.now);
    const double edge = m_width * (m_mode == Mode::Fitted ? kFittedEdge : kFollowEdge);
    if (x >= 0 && x <= edge)
        return;
    if (m_mode == Mode::Fitted)
        return fit();
    const DurationNs by = timeline::toTime(here, x) - timeline::toTime(here, edge);
    m_scene.range = timeline::panned(m_scene.range, by, bounds());
}

void VisibleRange::refit()
{
    const bool ended = m_scene.liveness == Liveness::Ended;
    if (m_mode == Mode::Fitted && m_follow == Follow::On && ended)
        fit();
}

} // namespace xray::views
