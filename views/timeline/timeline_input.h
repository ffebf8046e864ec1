// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does to a timeline with keys, mouse, wheel and fingers, turned into what the view
// can do: select, fold, zoom, pan, scroll. Knows of a drag under way and of the card under a
// resting mouse. Owned by the timeline view, whose part it is; GUI thread.
#pragma once

#include <QPointF>
#include <QtGlobal>

#include <optional>

class QEvent;
class QKeyEvent;
class QMouseEvent;
class QWheelEvent;

namespace xray::views {

class HoverCard;
class TimelineView;

class TimelineInput
{
public:
    explicit TimelineInput(TimelineView &view);

    /// Whether the key meant something.
    bool keyPressed(const QKeyEvent &event);
    void wheelTurned(const QWheelEvent &event);
    /// Leaving and pinching; whether it was one of these.
    bool gestured(QEvent *event);
    void mousePressed(const QMouseEvent &event);
    void mouseMoved(const QMouseEvent &event);
    void mouseReleased();
    void mouseDoubleClicked(const QMouseEvent &event);

    [[nodiscard]] bool isDragging() const { return m_drag.has_value(); }
    void endDrag() { m_drag.reset(); }
    /// What is under a resting mouse changes as the run grows.
    void refreshHover();
    void endHover();

private:
    [[nodiscard]] bool handleZoomKey(int key);
    [[nodiscard]] bool handleSelectionKey(int key);
    [[nodiscard]] bool handlePinch(QEvent *event);
    void scrollByWheel(const QWheelEvent &event);
    void hoverAt(QPoint position);
    void dragTo(QPointF position);

    struct Drag
    {
        QPointF press;
        QPointF last;
        enum class State { Pressed, Moving } state = State::Pressed;
        qsizetype row = -1; ///< selected on release when it was no drag
    };

    TimelineView &m_view;
    HoverCard *m_card;
    std::optional<QPoint> m_hover; ///< of the viewport, while the mouse is over it
    std::optional<Drag> m_drag;
};

} // namespace xray::views
