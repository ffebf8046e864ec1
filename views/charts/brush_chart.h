// SPDX-License-Identifier: GPL-3.0-or-later
// One chart in the colours of the theme. Pointed at, it says what the figures are there. It has a
// brush: a stretch of its x axis that one drags over with the mouse, or marks with Shift and the
// arrow keys and takes with Return; a click on a bar takes that bar. Owned by the trends panel; GUI
// thread.
#pragma once

#include "views/charts/axis_ticks.h"
#include "views/charts/chart_series.h"

#include <views/look/theme.h>

#include <QChartView>

namespace xray::views {

class BrushChart final : public QChartView
{
    Q_OBJECT

public:
    enum class Axis {
        Time,   ///< x is milliseconds since the epoch
        Number, ///< x is a metric's value
    };
    enum class Shape { Lines, Bars };
    /// Where the y axis begins: at nothing, or near the least value.
    enum class Base { Zero, Values };
    struct Look
    {
        Shape shape = Shape::Lines;
        Base base = Base::Zero;
        QString unit = {}; ///< behind the numbers of the y axis
    };

    BrushChart(Axis axis, const QString &title, QWidget *parent = nullptr);

    void setTitle(const QString &title);
    [[nodiscard]] QString title() const { return m_title; }
    /// Lines over an x range.
    void setLines(const std::vector<ChartLine> &lines, double from, double to, const Look &look);
    /// Says why there is nothing to draw.
    void setNote(const QString &text);
    [[nodiscard]] QString note() const { return m_note; }
    /// The stretch that is marked, in x values.
    [[nodiscard]] std::optional<std::pair<double, double>> brush() const;
    /// What the figure is at the mouse or the end of the brush: "17 Nov 14:00 · 42"; of several
    /// lines that of the nearest, with its name.
    [[nodiscard]] QString readout() const;

Q_SIGNALS:
    /// The stretch from..to, rounded outwards to ends that can be read; infinite where it reaches
    /// the end of the axis.
    void brushed(double from, double to);
    /// The name of a line, clicked at in the legend.
    void linePicked(const QString &name);

protected:
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void rebuild();
    void addSeries(const ChartLine &line, int place);
    void addLegend();
    void addAxes();
    void addAxis(const std::vector<AxisTick> &ticks, double from, double to, Qt::Alignment side);
    [[nodiscard]] std::pair<double, double> valueRange() const;
    void paintHead(QPainter &painter) const;
    void paintPointer(QPainter &painter) const;
    void paintBrush(QPainter &painter) const;
    [[nodiscard]] QColor colorOf(int place) const;
    [[nodiscard]] double valueAt(double x) const;
    [[nodiscard]] double xOf(double value) const;
    [[nodiscard]] std::optional<double> pointed() const;
    [[nodiscard]] const ChartLine *lineAt(double value) const;
    [[nodiscard]] std::optional<std::pair<double, double>> barAt(double value) const;
    void moveBrush(int steps, bool extends);
    void takeBrush();
    void take(double from, double to);

    Axis m_axis;
    QString m_title;
    QString m_note;
    Look m_look;
    std::vector<ChartLine> m_lines;
    double m_from = 0;
    double m_to = 1;
    std::optional<double> m_start; ///< of the brush
    double m_end = 0;
    std::optional<double> m_hovered; ///< x value under the mouse
    double m_hoveredY = 0;           ///< of the mouse, in pixels
};

} // namespace xray::views
