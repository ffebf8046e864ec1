// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the timeline's rows: grid, bars, labels, critical path and the now line. Made for one
// paint event on a borrowed painter; it decides no geometry of its own beyond where a label fits.
// GUI thread.
#pragma once

#include "views/timeline/timeline_scene.h"

#include <views/look/theme.h>

#include <model/timeline/geometry.h>
#include <model/timeline/ruler.h>

#include <QPainter>

namespace xray::views {

class RowPainter
{
public:
    /// All are borrowed and must outlive the painter. `size` is the viewport's.
    RowPainter(QPainter &painter, const TimelineScene &scene, const Theme &theme, QSize size);

    void paint(const std::vector<timeline::Bar> &bars, const std::vector<timeline::Bar> &path,
               const std::vector<timeline::Tick> &ticks);

private:
    struct LabelTexts
    {
        QString full;
        QString brief;
    };

    void paintRowBackgrounds();
    void paintGrid(const std::vector<timeline::Tick> &ticks);
    void paintBar(const timeline::Bar &bar);
    void paintFill(const QRectF &rect, const timeline::Bar &bar, const QColor &color);
    void paintFailedEdge(const QRectF &rect);
    void paintOpenEnd(const QRectF &rect, const QColor &color);
    void paintOutline(const QRectF &rect);
    void paintSelectedMember(const timeline::TimelineRow &row, qsizetype index);
    void paintLabel(const timeline::Bar &bar, const QRectF &rect);
    void paintLabelInside(const QRectF &room, const QString &text, const QColor &color);
    /// Returns where what stands right of the bar ends.
    double paintLabelBeside(const QRectF &rect, const QString &text, StepStatus status);
    void paintRemark(const timeline::Bar &bar, const QRectF &rect, double from);
    void paintPath(const std::vector<timeline::Bar> &path);
    void paintPointersToHidden();
    void paintNowLine();
    void paintCursorLine();

    [[nodiscard]] LabelTexts textsOf(const timeline::TimelineRow &row) const;
    [[nodiscard]] QColor inkOn(const timeline::TimelineRow &row) const;
    [[nodiscard]] double roomBeside(const QRectF &rect) const;
    [[nodiscard]] QRectF rectOf(const timeline::Bar &bar) const;
    [[nodiscard]] timeline::Coordinates coordinates() const;
    [[nodiscard]] double rowsBottom() const;

    QPainter &m_painter;
    const TimelineScene &m_scene;
    const Theme &m_theme;
    QSize m_size;
    QFont m_insideFont;
    QFont m_besideFont;
};

} // namespace xray::views
