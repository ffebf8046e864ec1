// SPDX-License-Identifier: GPL-3.0-or-later
// The names at the left of the timeline: one row per step, indented by depth, with a triangle where
// something can be folded. A child widget of TimelineView, which owns the scene it borrows; its
// right edge can be dragged. GUI thread.
#pragma once

#include "views/timeline/timeline_scene.h"

#include <QWidget>

namespace xray::views {

class StepGutter : public QWidget
{
    Q_OBJECT

public:
    StepGutter(const TimelineScene &scene, QWidget *parent);

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void rowPressed(qsizetype row);
    void rowActivated(qsizetype row);
    void foldToggled(qsizetype row);
    void rowHovered(qsizetype row); ///< -1 when the mouse left
    void widthDragged(int width);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    void paintRow(QPainter &painter, qsizetype row) const;
    void paintName(QPainter &painter, const QRect &area, const QString &name,
                   QFont::Weight weight) const;
    void paintTriangle(QPainter &painter, const QRect &room, timeline::RowFold fold) const;
    [[nodiscard]] int indentOf(const timeline::TimelineRow &row) const;
    [[nodiscard]] bool isOnTriangle(qsizetype row, int x) const;
    [[nodiscard]] bool isOnEdge(int x) const;
    [[nodiscard]] QString nameOf(const timeline::TimelineRow &row) const;

    const TimelineScene &m_scene;
    bool m_draggingEdge = false;
};

} // namespace xray::views
