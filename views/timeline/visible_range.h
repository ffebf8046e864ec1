// SPDX-License-Identifier: GPL-3.0-or-later
// Which part of time the timeline shows: fitted to the run as it grows, or as a person chose it,
// and how it keeps up with a live run that is followed. It works on the view's scene and knows no
// widget. Owned by TimelineView; GUI thread.
#pragma once

#include "views/timeline/timeline_scene.h"

#include <views/look/follow.h>

namespace xray::views {

class VisibleRange
{
public:
    explicit VisibleRange(TimelineScene &scene)
        : m_scene(scene)
    {
    }

    /// From the start of the run to its last event, with room ahead while it is live.
    [[nodiscard]] timeline::TimeRange content() const;
    /// How far zooming out and panning go.
    [[nodiscard]] timeline::TimeRange bounds() const;
    [[nodiscard]] timeline::Coordinates coordinates() const { return {m_scene.range, m_width}; }
    [[nodiscard]] bool isFitted() const { return m_mode == Mode::Fitted; }
    /// Live, and now is not within the range.
    [[nodiscard]] bool hidesNow() const;
    /// A following view shows what is new.
    [[nodiscard]] bool follows() const;

    /// Of the strip that shows the range, in device-independent pixels.
    void setWidth(double width) { m_width = width; }
    void setFollow(Follow follow) { m_follow = follow; }
    [[nodiscard]] Follow follow() const { return m_follow; }

    // These change the scene's range.
    void fit();
    /// Cut to the bounds; all of them is fitted again.
    void choose(const timeline::TimeRange &range);
    void zoom(double x, double factor);
    void pan(double pixels);
    /// Room around an interval.
    void zoomTo(const timeline::TimeRange &span);
    /// Moves time, without zooming, when nothing of an interval is within the range.
    void reveal(const timeline::TimeRange &span);
    /// After the run has grown: a fitted range makes room ahead in one step, seldom; a chosen one
    /// slides along when it is followed.
    void keepNowInSight();
    /// After the run has ended: the room ahead goes again.
    void refit();

private:
    /// Fitted follows the run as it grows; Chosen stays as a person zoomed.
    enum class Mode { Fitted, Chosen };

    TimelineScene &m_scene;
    double m_width = 0;
    Mode m_mode = Mode::Fitted;
    Follow m_follow = Follow::On;
};

} // namespace xray::views
