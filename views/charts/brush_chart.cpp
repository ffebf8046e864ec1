// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/charts/brush_chart.h"

#include <views/look/marks.h>

#include <QAreaSeries>
#include <QChart>
#include <QDateTime>
#include <QDateTimeAxis>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLineSeries>
#include <QMouseEvent>
#include <QPainter>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <cmath>

namespace xray::views {

namespace {

constexpr int kTicks = 5;
constexpr int kSteps = 60;        ///< of the keyboard brush over the axis
constexpr double kLeastBrush = 3; ///< pixels; less is a click
constexpr qint64 kDayMs = kNsPerDay / kNsPerMs;

QDateTime timeOf(double milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(milliseconds));
}

double highest(const std::vector<ChartLine> &lines)
{
    double most = 0;
    for (const ChartLine &line : lines) {
        for (const QPointF &point : line.points)
            most = std::max(most, point.y());
    }
    return most;
}

double lowest(const std::vector<ChartLine> &lines)
{
    double least = 0;
    for (const ChartLine &line : lines) {
        for (const QPointF &point : line.points)
            least = std::min(least, point.y());
    }
    return least;
}

/// The outline of bars as wide as the points are apart.
QList<QPointF> barsOf(const std::vector<QPointF> &points)
{
    if (points.empty())
        return {};
    const double width = points.size() > 1 ? points[1].x() - points[0].x() : 1;
    QList<QPointF> outline;
    for (const QPointF &point : points) {
        const double left = point.x() - width * 0.42;
        const double right = point.x() + width * 0.42;
        outline << QPointF(left, 0) << QPointF(left, point.y()) << QPointF(right, point.y())
                << QPointF(right, 0);
    }
    return outline;
}

} // namespace

BrushChart::BrushChart(Axis axis, const QString &title, QWidget *parent)
    : QChartView(parent)
    , m_axis(axis)
    , m_title(title)
{
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setMinimumSize(220, 150);
    setAccessibleName(title);
    setToolTip(QStringLiteral("Drag over a stretch to add it to the query (Shift and the arrow "
                              "keys, then Return)"));
    chart()->setBackgroundVisible(false);
    chart()->setMargins({2, 2, 8, 2});
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    rebuild();
}

void BrushChart::setLines(const std::vector<ChartLine> &lines, double from, double to, Shape shape,
                          const QString &unit)
{
    m_lines = lines;
    m_from = from;
    m_to = to > from ? to : from + 1;
    m_shape = shape;
    m_unit = unit;
    m_note = highest(lines) == 0 && lowest(lines) == 0 && shape == Shape::Bars
                 ? QStringLiteral("No values")
                 : QString();
    m_start.reset();
    rebuild();
}

void BrushChart::setNote(const QString &text)
{
    m_note = text;
    m_lines.clear();
    m_start.reset();
    rebuild();
}

// ---- drawing -------------------------------------------------------------------------------

QColor BrushChart::colorOf(int place) const
{
    const Theme &theme = themeFor(palette());
    const std::array colors{theme.accent, theme.filter,   theme.ranking, theme.llm,
                            theme.api,    theme.analysis, theme.error,   theme.other};
    return colors[static_cast<std::size_t>(place) % colors.size()];
}

void BrushChart::rebuild()
{
    const Theme &theme = themeFor(palette());
    setBackgroundBrush(theme.panel);
    chart()->removeAllSeries();
    for (QAbstractAxis *axis : chart()->axes()) {
        chart()->removeAxis(axis);
        delete axis;
    }
    QFont bold = smallFont();
    bold.setWeight(QFont::DemiBold);
    chart()->setTitleFont(bold);
    chart()->setTitleBrush(theme.muted);
    chart()->setTitle(m_title);
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        addSeries(m_lines[i], static_cast<int>(i));
    if (!m_lines.empty())
        addAxes();
    chart()->legend()->setVisible(m_lines.size() > 1);
    chart()->legend()->setAlignment(Qt::AlignBottom);
    chart()->legend()->setFont(smallFont());
    chart()->legend()->setLabelColor(theme.muted);
    viewport()->update();
}

void BrushChart::addSeries(const ChartLine &line, int place)
{
    QList<QPointF> points(line.points.begin(), line.points.end());
    if (m_shape == Shape::Bars)
        points = barsOf(line.points);
    auto *upper = new QLineSeries;
    upper->replace(points);
    upper->setName(line.name);
    upper->setPen(QPen(colorOf(place), 1.6));
    upper->setPointsVisible(m_shape == Shape::Lines && points.size() == 1);
    if (m_shape == Shape::Lines) {
        chart()->addSeries(upper);
        return;
    }
    auto *area = new QAreaSeries(upper);
    upper->setParent(area);
    area->setName(line.name);
    QColor fill = colorOf(place);
    area->setPen(Qt::NoPen);
    fill.setAlphaF(m_lines.size() > 1 ? 0.55F : 0.9F);
    area->setBrush(fill);
    chart()->addSeries(area);
}

void BrushChart::addAxes()
{
    QAbstractAxis *x = nullptr;
    if (m_axis == Axis::Time) {
        auto *time = new QDateTimeAxis;
        time->setRange(timeOf(m_from), timeOf(m_to));
        time->setFormat(m_to - m_from > 2 * kDayMs ? QStringLiteral("d MMM")
                                                   : QStringLiteral("HH:mm"));
        time->setTickCount(kTicks);
        x = time;
    } else {
        auto *number = new QValueAxis;
        number->setRange(m_from, m_to);
        number->setTickCount(kTicks);
        number->setLabelFormat(QStringLiteral("%.4g"));
        x = number;
    }
    auto *y = new QValueAxis;
    const double least = lowest(m_lines);
    y->setRange(least < 0 ? -roundedUp(-least) : 0, roundedUp(highest(m_lines)));
    y->setTickCount(3);
    y->setLabelFormat(QStringLiteral("%.4g ") +
                      QString(m_unit).replace(u'%', QStringLiteral("%%")));
    for (QAbstractAxis *axis : std::initializer_list<QAbstractAxis *>{x, y})
        dress(axis);
    chart()->addAxis(x, Qt::AlignBottom);
    chart()->addAxis(y, Qt::AlignLeft);
    for (QAbstractSeries *series : chart()->series()) {
        series->attachAxis(x);
        series->attachAxis(y);
    }
}

void BrushChart::dress(QAbstractAxis *axis) const
{
    const Theme &theme = themeFor(palette());
    axis->setLabelsFont(smallFont());
    axis->setLabelsColor(theme.muted);
    axis->setLinePenColor(theme.line);
    axis->setGridLineColor(theme.line);
}

void BrushChart::drawForeground(QPainter *painter, const QRectF &rect)
{
    QChartView::drawForeground(painter, rect);
    const Theme &theme = themeFor(palette());
    const QRectF plot = chart()->plotArea();
    if (!m_note.isEmpty()) {
        painter->setFont(smallFont());
        painter->setPen(theme.muted);
        painter->drawText(QRectF(viewport()->rect()), Qt::AlignCenter, m_note);
    }
    if (m_start && !m_lines.empty()) {
        const double a = xOf(*m_start);
        const double b = xOf(m_end);
        QColor fill = theme.accent;
        fill.setAlphaF(0.22F);
        painter->fillRect(
            QRectF(std::min(a, b), plot.top(), std::max(1.0, std::abs(b - a)), plot.height()),
            fill);
    }
    if (hasFocus())
        paintFocusRing(*painter, viewport()->rect(), theme);
}

void BrushChart::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        rebuild();
}

void BrushChart::focusInEvent(QFocusEvent *event)
{
    QChartView::focusInEvent(event);
    viewport()->update();
}

void BrushChart::focusOutEvent(QFocusEvent *event)
{
    QChartView::focusOutEvent(event);
    viewport()->update();
}

// ---- the brush -----------------------------------------------------------------------------

double BrushChart::valueAt(double x) const
{
    const QRectF plot = chart()->plotArea();
    const double share = std::clamp((x - plot.left()) / std::max(1.0, plot.width()), 0.0, 1.0);
    return m_from + share * (m_to - m_from);
}

double BrushChart::xOf(double value) const
{
    const QRectF plot = chart()->plotArea();
    return plot.left() + (value - m_from) / (m_to - m_from) * plot.width();
}

std::optional<std::pair<double, double>> BrushChart::brush() const
{
    if (!m_start || std::abs(xOf(*m_start) - xOf(m_end)) < kLeastBrush)
        return std::nullopt;
    return std::minmax({*m_start, m_end});
}

void BrushChart::takeBrush()
{
    const auto stretch = brush();
    m_start.reset();
    viewport()->update();
    if (stretch)
        Q_EMIT brushed(stretch->first, stretch->second);
}

void BrushChart::mousePressEvent(QMouseEvent *event)
{
    if (m_lines.empty() || event->button() != Qt::LeftButton)
        return;
    setFocus(Qt::MouseFocusReason);
    m_start = m_end = valueAt(event->position().x());
    viewport()->update();
}

void BrushChart::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_start || !(event->buttons() & Qt::LeftButton))
        return;
    m_end = valueAt(event->position().x());
    viewport()->update();
}

void BrushChart::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton)
        takeBrush();
}

void BrushChart::keyPressEvent(QKeyEvent *event)
{
    const double step = (m_to - m_from) / kSteps;
    const bool extends = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right: {
        const double distance = event->key() == Qt::Key_Left ? -step : step;
        if (!m_start)
            m_start = m_end = event->key() == Qt::Key_Left ? m_to : m_from;
        m_end = std::clamp(m_end + distance, m_from, m_to);
        if (!extends)
            m_start = m_end;
        viewport()->update();
        return;
    }
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return takeBrush();
    case Qt::Key_Escape:
        if (m_start) {
            m_start.reset();
            viewport()->update();
            return;
        }
        break;
    default:
        break;
    }
    event->ignore();
}

} // namespace xray::views
