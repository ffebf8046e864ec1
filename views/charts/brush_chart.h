// SPDX-License-Identifier: GPL-3.0-or-later
// One chart in the colours of the theme, with a brush: a stretch of its x axis that one drags with
// the mouse, or marks with Shift and the arrow keys and takes with Return. Owned by the trends
// panel; GUI thread.
#pragma once

#include "views/charts/chart_series.h"

#include <views/look/theme.h>

#include <QChartView>

class QAbstractAxis;

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

    BrushChart(Axis axis, const QString &title, QWidget *parent = nullptr);

    /// Lines over an x range. `unit` goes behind the numbers of the y axis.
    void setLines(const std::vector<ChartLine> &lines, double from, double to, Shape shape,
                  const QString &unit);
    /// Says why there is nothing to draw.
    void setNote(const QString &text);
    [[nodiscard]] QString title() const { return m_title; }
    /// The stretch that is marked, in x values.
    [[nodiscard]] std::optional<std::pair<double, double>> brush() const;

Q_SIGNALS:
    void brushed(double from, double to);

protected:
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void rebuild();
    void addSeries(const ChartLine &line, int place);
    void addAxes();
    void dress(QAbstractAxis *axis) const;
    [[nodiscard]] QColor colorOf(int place) const;
    [[nodiscard]] double valueAt(double x) const;
    [[nodiscard]] double xOf(double value) const;
    void takeBrush();

    Axis m_axis;
    QString m_title;
    QString m_note;
    QString m_unit;
    Shape m_shape = Shape::Lines;
    std::vector<ChartLine> m_lines;
    double m_from = 0;
    double m_to = 1;
    std::optional<double> m_start; ///< of the brush
    double m_end = 0;
};

} // namespace xray::views
