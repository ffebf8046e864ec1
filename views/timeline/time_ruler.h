// SPDX-License-Identifier: GPL-3.0-or-later
// The ruler above the bars: ticks, the time under the mouse, and a range drawn with the mouse to
// zoom into. A child widget of TimelineView, which owns the scene it borrows. GUI thread.
#pragma once

#include "views/timeline/timeline_scene.h"

#include <model/timeline/ruler.h>

#include <QWidget>

namespace xray::views {

class TimeRuler : public QWidget
{
    Q_OBJECT

public:
    TimeRuler(const TimelineScene &scene, QWidget *parent);

    /// Where the first pixel of the range is: the width of the gutter, above which the legend is.
    void setInset(int pixels);
    /// The ticks of the current range, cached until it or the width changes.
    [[nodiscard]] const std::vector<timeline::Tick> &ticks();

Q_SIGNALS:
    /// Drawn over the ruler from one time to a later one.
    void rangeChosen(xray::TimeNs start, xray::TimeNs end);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    /// A time that is marked with a small text.
    struct Flag
    {
        QRectF area;
        QString text;
        QColor color;
    };

    void paintLegend(QPainter &painter);
    void paintTicks(QPainter &painter, const std::vector<Flag> &flags);
    void paintFlag(QPainter &painter, const Flag &flag) const;
    [[nodiscard]] std::vector<Flag> flags() const;
    void addFlag(std::vector<Flag> &flags, TimeNs time, const QString &text,
                 const QColor &color) const;
    void paintChoice(QPainter &painter);
    [[nodiscard]] timeline::Coordinates coordinates() const;
    [[nodiscard]] double chosenX(const QMouseEvent &event) const;

    const TimelineScene &m_scene;
    std::vector<timeline::Tick> m_ticks;
    timeline::TimeRange m_ticksRange;
    TimeNs m_ticksOrigin = 0;
    double m_ticksWidth = -1;
    int m_inset = 0;
    std::optional<double> m_dragFrom; ///< pixels from the inset; m_dragTo too
    double m_dragTo = 0;
};

} // namespace xray::views
