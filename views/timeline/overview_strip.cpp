// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/overview_strip.h"

#include <views/look/theme.h>

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

constexpr int kMostLanes = 8;
constexpr int kStripTop = 10;
constexpr int kStripHeight = 34;
constexpr int kStripPadding = 3;
constexpr double kEdgeGrip = 5;

} // namespace

OverviewStrip::OverviewStrip(const TimelineScene &scene, QWidget *parent)
    : QWidget(parent)
    , m_scene(scene)
{
    setMouseTracking(true);
    setAccessibleName(tr("Overview of the run"));
}

void OverviewStrip::setBounds(const timeline::TimeRange &bounds)
{
    m_bounds = bounds;
    update();
}

void OverviewStrip::forgetRects()
{
    m_rectsFresh = false;
    update();
}

void OverviewStrip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = themeFor(palette());
    painter.fillRect(rect(), theme.window);
    painter.fillRect(0, height() - 1, width(), 1, theme.line);
    painter.setPen(theme.line);
    painter.setBrush(theme.panel);
    painter.drawRect(strip().adjusted(-0.5, -0.5, 0.5, 0.5));
    if (m_scene.isEmpty())
        return;
    paintFrame(painter);
    paintRects(painter);
}

void OverviewStrip::refreshRects()
{
    const timeline::Coordinates wanted = coordinates();
    if (m_rectsFresh && looksTheSame(wanted))
        return;
    m_rects = timeline::overviewOf(m_scene.tree, m_scene.layout, kMostLanes, wanted, m_scene.now);
    m_rectsFor = wanted;
    m_rectsNow = m_scene.now;
    m_rectsFresh = true;
}

/// Whether all is within a pixel of where the rectangles have it: the clock alone changes little.
bool OverviewStrip::looksTheSame(const timeline::Coordinates &wanted) const
{
    const auto moved = [&](TimeNs before, TimeNs now) {
        return std::abs(timeline::toPixel(m_rectsFor, now) -
                        timeline::toPixel(m_rectsFor, before)) >= 1;
    };
    const timeline::TimeRange &drawn = m_rectsFor.range;
    return m_rectsFor.width == wanted.width && !moved(drawn.start, wanted.range.start) &&
           !moved(drawn.end, wanted.range.end) &&
           (m_scene.tree.running == 0 || !moved(m_rectsNow, m_scene.now));
}

void OverviewStrip::paintRects(QPainter &painter)
{
    refreshRects();
    const Theme &theme = themeFor(palette());
    const auto rows = static_cast<int>(m_scene.layout.rows.size());
    const QRectF area = strip().adjusted(0, kStripPadding, 0, -kStripPadding);
    const double laneHeight = area.height() / std::clamp(rows, 1, kMostLanes);
    const double barHeight = std::clamp(laneHeight - 2, 2.0, 4.0);
    for (const timeline::OverviewRect &rect : m_rects) {
        const double y = area.top() + rect.lane * laneHeight + (laneHeight - barHeight) / 2;
        const bool failed = rect.status == StepStatus::Failed;
        painter.fillRect(QRectF(area.left() + rect.x, std::round(y), rect.width, barHeight),
                         failed ? theme.error : theme.stepType(rect.type));
    }
}

void OverviewStrip::paintFrame(QPainter &painter)
{
    const Theme &theme = themeFor(palette());
    const QRectF visible = frame();
    QColor tint = theme.selection;
    tint.setAlpha(theme.dark ? 150 : 130);
    painter.fillRect(visible, tint);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.accent);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(visible.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const double middle = visible.center().y();
    for (const double x : {visible.left() - 1.5, visible.right() - 1.5})
        painter.fillRect(QRectF(x, middle - 6, 3, 12), theme.accent);
}

QRectF OverviewStrip::strip() const
{
    return QRectF(kTimelineSideRoom, kStripTop, std::max(0, width() - 2 * kTimelineSideRoom),
                  kStripHeight);
}

QRectF OverviewStrip::frame() const
{
    const QRectF area = strip();
    const double left =
        std::clamp(timeline::toPixel(coordinates(), m_scene.range.start), 0.0, area.width());
    const double right =
        std::clamp(timeline::toPixel(coordinates(), m_scene.range.end), 0.0, area.width());
    // However short the visible part is, the frame can be found and held.
    return QRectF(area.left() + left, area.top(), std::max(right - left, 4.0), area.height());
}

timeline::Coordinates OverviewStrip::coordinates() const
{
    return {m_bounds, strip().width()};
}

OverviewStrip::Grip OverviewStrip::gripAt(double x) const
{
    const QRectF visible = frame();
    const bool roomInside = visible.width() > 3 * kEdgeGrip;
    const double inside = roomInside ? kEdgeGrip : 0;
    if (x >= visible.left() - kEdgeGrip && x < visible.left() + inside)
        return Grip::Left;
    if (x <= visible.right() + kEdgeGrip && x > visible.right() - inside)
        return Grip::Right;
    return visible.left() <= x && x <= visible.right() ? Grip::Body : Grip::None;
}

void OverviewStrip::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_scene.isEmpty())
        return;
    m_pressX = event->position().x();
    m_grip = gripAt(m_pressX);
    m_rangeAtPress = m_scene.range;
    if (m_grip != Grip::None)
        return;
    const TimeNs middle = timeline::toTime(coordinates(), m_pressX - strip().left());
    const DurationNs duration = m_scene.range.duration();
    m_rangeAtPress = {middle - duration / 2, middle - duration / 2 + duration};
    m_grip = Grip::Body;
    dragTo(m_pressX);
}

void OverviewStrip::mouseMoveEvent(QMouseEvent *event)
{
    const double x = event->position().x();
    if (m_grip != Grip::None) {
        dragTo(x);
        return;
    }
    const Grip grip = gripAt(x);
    const bool edge = grip == Grip::Left || grip == Grip::Right;
    setCursor(edge ? Qt::SizeHorCursor : grip == Grip::Body ? Qt::OpenHandCursor : Qt::ArrowCursor);
}

void OverviewStrip::mouseReleaseEvent(QMouseEvent *)
{
    m_grip = Grip::None;
}

void OverviewStrip::dragTo(double x)
{
    const timeline::Coordinates all = coordinates();
    const DurationNs moved = timeline::toTime(all, x) - timeline::toTime(all, m_pressX);
    timeline::TimeRange range = m_rangeAtPress;
    if (m_grip != Grip::Right)
        range.start = timeline::saturatingAdd(range.start, moved);
    if (m_grip != Grip::Left)
        range.end = timeline::saturatingAdd(range.end, moved);
    if (range.duration() >= timeline::kShortestRange)
        Q_EMIT rangeDragged(range.start, range.end);
}

} // namespace xray::views
