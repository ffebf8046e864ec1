// SPDX-License-Identifier: GPL-3.0-or-later
// The whole run in one strip above the timeline, with a frame around the part that is visible. The
// frame can be dragged, and resized at its edges; a press outside moves it there. A child widget of
// TimelineView, which owns the scene it borrows. GUI thread.
#pragma once

#include "views/timeline/timeline_scene.h"

#include <model/timeline/geometry.h>

#include <QWidget>

namespace xray::views {

class OverviewStrip : public QWidget
{
    Q_OBJECT

public:
    OverviewStrip(const TimelineScene &scene, QWidget *parent);

    /// The span of time the strip covers: all of the run.
    void setBounds(const timeline::TimeRange &bounds);
    /// To be called when the rows changed.
    void forgetRects();

Q_SIGNALS:
    void rangeDragged(xray::TimeNs start, xray::TimeNs end);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    enum class Grip { None, Left, Right, Body };

    void paintRects(QPainter &painter);
    void paintFrame(QPainter &painter);
    void refreshRects();
    [[nodiscard]] bool looksTheSame(const timeline::Coordinates &wanted) const;
    void dragTo(double x);
    [[nodiscard]] QRectF strip() const;
    [[nodiscard]] QRectF frame() const;
    [[nodiscard]] Grip gripAt(double x) const;
    [[nodiscard]] timeline::Coordinates coordinates() const;

    const TimelineScene &m_scene;
    timeline::TimeRange m_bounds;
    std::vector<timeline::OverviewRect> m_rects;
    timeline::Coordinates m_rectsFor;
    TimeNs m_rectsNow = 0;
    bool m_rectsFresh = false;
    Grip m_grip = Grip::None;
    timeline::TimeRange m_rangeAtPress;
    double m_pressX = 0;
};

} // namespace xray::views
