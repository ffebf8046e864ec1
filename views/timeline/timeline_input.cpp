// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/timeline_input.h"

#include "views/timeline/hover_card.h"
#include "views/timeline/timeline_view.h"

#include <QApplication>
#include <QGestureEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

constexpr double kKeyZoom = 1.25;
constexpr double kWheelZoom = 1.2;  // per notch
constexpr double kKeyPan = 0.1;     // of the width
constexpr double kWheelPan = 60;    // pixels per notch
constexpr int kWheelRows = 3;       // per notch
constexpr double kWheelNotch = 120; // eighths of a degree, as Qt counts

} // namespace

TimelineInput::TimelineInput(TimelineView &view)
    : m_view(view)
    , m_card(new HoverCard(&view))
{
}

bool TimelineInput::keyPressed(const QKeyEvent &event)
{
    const bool plain = !(event.modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    return plain && !m_view.m_scene.isEmpty() &&
           (handleZoomKey(event.key()) || handleSelectionKey(event.key()));
}

bool TimelineInput::handleZoomKey(int key)
{
    const double width = m_view.m_time.coordinates().width;
    switch (key) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_W:
        m_view.zoomAt(m_view.m_scene.cursor
                          ? timeline::toPixel(m_view.m_time.coordinates(), *m_view.m_scene.cursor)
                          : width / 2,
                      kKeyZoom);
        return true;
    case Qt::Key_Minus:
    case Qt::Key_S:
        m_view.zoomAt(m_view.m_scene.cursor
                          ? timeline::toPixel(m_view.m_time.coordinates(), *m_view.m_scene.cursor)
                          : width / 2,
                      1 / kKeyZoom);
        return true;
    case Qt::Key_A:
        m_view.panBy(-width * kKeyPan);
        return true;
    case Qt::Key_D:
        m_view.panBy(width * kKeyPan);
        return true;
    case Qt::Key_F:
    case Qt::Key_0:
        m_view.fit();
        return true;
    default:
        return false;
    }
}

bool TimelineInput::handleSelectionKey(int key)
{
    const auto rows = static_cast<qsizetype>(m_view.m_scene.layout.rows.size());
    const qsizetype page = std::max(1, m_view.viewport()->height() / kTimelineRowHeight - 1);
    switch (key) {
    case Qt::Key_Up:
        m_view.moveSelection(-1);
        return true;
    case Qt::Key_Down:
        m_view.moveSelection(1);
        return true;
    case Qt::Key_PageUp:
        m_view.moveSelection(-page);
        return true;
    case Qt::Key_PageDown:
        m_view.moveSelection(page);
        return true;
    case Qt::Key_Home:
        m_view.moveSelection(-rows);
        return true;
    case Qt::Key_End:
        m_view.moveSelection(rows);
        return true;
    case Qt::Key_Left:
        m_view.stepOut();
        return true;
    case Qt::Key_Right:
        m_view.stepInto();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        m_view.activate(m_view.m_scene.currentRow);
        return true;
    default:
        return false;
    }
}

void TimelineInput::wheelTurned(const QWheelEvent &event)
{
    if (m_view.m_scene.isEmpty())
        return;
    const QPoint angle = event.angleDelta();
    if (event.modifiers() & Qt::ControlModifier)
        m_view.zoomAt(event.position().x(), std::pow(kWheelZoom, angle.y() / kWheelNotch));
    else if (event.modifiers() & Qt::ShiftModifier)
        m_view.panBy(-(angle.y() + angle.x()) / kWheelNotch * kWheelPan);
    else if (std::abs(angle.x()) > std::abs(angle.y()))
        m_view.panBy(event.hasPixelDelta() ? -event.pixelDelta().x()
                                           : -angle.x() / kWheelNotch * kWheelPan);
    else
        scrollByWheel(event);
    hoverAt(event.position().toPoint());
}

void TimelineInput::scrollByWheel(const QWheelEvent &event)
{
    QScrollBar *bar = m_view.verticalScrollBar();
    const int before = bar->value();
    const double notches = event.angleDelta().y() / kWheelNotch;
    const int by = event.hasPixelDelta() ? event.pixelDelta().y()
                                         : qRound(notches * kWheelRows * kTimelineRowHeight);
    bar->setValue(before - by);
    if (bar->value() != before)
        m_view.stopFollowing();
}

bool TimelineInput::gestured(QEvent *event)
{
    if (event->type() == QEvent::Leave) {
        endHover();
        return true;
    }
    return !m_view.m_scene.isEmpty() && handlePinch(event);
}

/// Touch pads send native gestures, touch screens a recognised one.
bool TimelineInput::handlePinch(QEvent *event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto *native = static_cast<QNativeGestureEvent *>(event);
        if (native->gestureType() != Qt::ZoomNativeGesture)
            return false;
        m_view.zoomAt(native->position().x(), 1 + native->value());
        return true;
    }
    if (event->type() != QEvent::Gesture)
        return false;
    auto *pinch = static_cast<QPinchGesture *>(
        static_cast<QGestureEvent *>(event)->gesture(Qt::PinchGesture));
    if (!pinch)
        return false;
    const QPoint center = m_view.viewport()->mapFromGlobal(pinch->centerPoint().toPoint());
    m_view.zoomAt(center.x(), pinch->scaleFactor());
    return true;
}

void TimelineInput::mousePressed(const QMouseEvent &event)
{
    if (event.button() != Qt::LeftButton || m_view.m_scene.isEmpty())
        return;
    const QPoint at = event.position().toPoint();
    m_drag = Drag{event.position(), event.position(), Drag::State::Pressed,
                  m_view.m_scene.rowAt(at.y())};
    if (m_view.barAt(at) < 0)
        return;
    m_drag->row = -1;
    m_view.selectRow(m_view.barAt(at));
}

void TimelineInput::mouseMoved(const QMouseEvent &event)
{
    if (m_drag)
        dragTo(event.position());
    else
        hoverAt(event.position().toPoint());
}

void TimelineInput::dragTo(QPointF position)
{
    const QPointF total = position - m_drag->press;
    if (m_drag->state == Drag::State::Pressed &&
        total.manhattanLength() < QApplication::startDragDistance())
        return;
    if (m_drag->state == Drag::State::Pressed) {
        m_drag->state = Drag::State::Moving;
        endHover();
        m_view.viewport()->setCursor(Qt::ClosedHandCursor);
    }
    const QPointF by = position - m_drag->last;
    m_drag->last = position;
    m_view.panBy(-by.x());
    m_view.verticalScrollBar()->setValue(m_view.verticalScrollBar()->value() - qRound(by.y()));
}

void TimelineInput::mouseReleased()
{
    if (!m_drag)
        return;
    const Drag drag = *m_drag;
    m_drag.reset();
    m_view.viewport()->unsetCursor();
    if (drag.state == Drag::State::Pressed && drag.row >= 0)
        m_view.selectRow(drag.row);
}

void TimelineInput::mouseDoubleClicked(const QMouseEvent &event)
{
    const qsizetype row = m_view.barAt(event.position().toPoint());
    if (event.button() != Qt::LeftButton || row < 0)
        return;
    m_view.m_time.zoomTo(m_view.spanOfRow(row));
    m_view.tellChosenRange();
}

void TimelineInput::hoverAt(QPoint position)
{
    m_hover = position;
    m_view.m_scene.hoveredRow = m_view.m_scene.rowAt(position.y());
    m_view.m_scene.cursor = timeline::toTime(m_view.m_time.coordinates(), position.x());
    const qsizetype row = m_view.barAt(position);
    if (row >= 0)
        m_card->showAt(hoverTextOf(m_view.m_scene, row), m_view.viewport()->mapToGlobal(position));
    else
        m_card->hide();
    m_view.updateParts();
}

/// What is under a resting mouse changes as the run grows.
void TimelineInput::refreshHover()
{
    if (m_hover)
        hoverAt(*m_hover);
}

void TimelineInput::endHover()
{
    m_hover.reset();
    m_card->hide();
    m_view.m_scene.hoveredRow = -1;
    m_view.m_scene.cursor.reset();
    m_view.updateParts();
}

} // namespace xray::views
