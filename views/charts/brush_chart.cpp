// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/charts/brush_chart.h"

#include <views/look/marks.h>

#include <model/core/text.h>

#include <QAreaSeries>
#include <QCategoryAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace xray::views {

namespace {

constexpr int kMostTimeTicks = 8;
constexpr int kMostNumberTicks = 6;
constexpr int kMostValueTicks = 5;
constexpr int kHeadHeight = 26; ///< title and readout
constexpr int kHeadInset = 10;
constexpr int kSteps = 60;        ///< of the keyboard brush over the axis
constexpr double kLeastBrush = 3; ///< pixels; less is a click
constexpr QChar kZeroWidth(0x200b);
constexpr double kBarShare = 0.84;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The least and the greatest y of all points; nothing without points.
std::optional<std::pair<double, double>> extentOf(const std::vector<ChartLine> &lines)
{
    std::optional<std::pair<double, double>> extent;
    for (const ChartLine &line : lines) {
        for (const QPointF &point : line.points) {
            if (!extent)
                extent = {point.y(), point.y()};
            extent->first = std::min(extent->first, point.y());
            extent->second = std::max(extent->second, point.y());
        }
    }
    return extent;
}

double barWidth(const std::vector<QPointF> &points, double whole)
{
    return points.size() > 1 ? points[1].x() - points[0].x() : whole;
}

/// The outline of bars as wide as the points are apart.
QList<QPointF> barsOf(const std::vector<QPointF> &points, double whole)
{
    const double half = barWidth(points, whole) * kBarShare / 2;
    QList<QPointF> outline;
    for (const QPointF &point : points) {
        outline << QPointF(point.x() - half, 0) << QPointF(point.x() - half, point.y())
                << QPointF(point.x() + half, point.y()) << QPointF(point.x() + half, 0);
    }
    return outline;
}

/// The point of the line that is nearest in x; null without points.
const QPointF *nearestPoint(const ChartLine &line, double x)
{
    const auto nearest = std::ranges::min_element(
        line.points, {}, [x](const QPointF &point) { return std::abs(point.x() - x); });
    return nearest == line.points.end() ? nullptr : &*nearest;
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
    setMouseTracking(true);
    setMinimumSize(220, 150);
    setTitle(title);
    chart()->setBackgroundVisible(false);
    chart()->setMargins({2, kHeadHeight, 14, 2});
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    rebuild();
}

void BrushChart::setTitle(const QString &title)
{
    m_title = title;
    setAccessibleName(title);
    setAccessibleDescription(
        QStringLiteral("Drag over a stretch, or mark it with Shift and the arrow keys and take it "
                       "with Return, to add it to the query."));
    viewport()->update();
}

void BrushChart::setLines(const std::vector<ChartLine> &lines, double from, double to,
                          const Look &look)
{
    const auto extent = extentOf(lines);
    const bool isFlat = extent && extent->first == 0 && extent->second == 0;
    m_lines = lines;
    m_from = from;
    m_to = to > from ? to : from + 1;
    m_look = look;
    m_note =
        !extent || (isFlat && look.shape == Shape::Bars) ? QStringLiteral("No values") : QString();
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
    setBackgroundBrush(themeFor(palette()).panel);
    chart()->removeAllSeries();
    for (QAbstractAxis *axis : chart()->axes()) {
        chart()->removeAxis(axis);
        delete axis;
    }
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        addSeries(m_lines[i], static_cast<int>(i));
    if (m_note.isEmpty() && !m_lines.empty())
        addAxes();
    addLegend();
    viewport()->update();
}

void BrushChart::addLegend()
{
    QLegend *legend = chart()->legend();
    legend->setVisible(m_lines.size() > 1);
    legend->setAlignment(Qt::AlignBottom);
    legend->setFont(smallFont());
    legend->setLabelColor(themeFor(palette()).muted);
    legend->setMarkerShape(QLegend::MarkerShapeCircle);
    for (const QLegendMarker *marker : legend->markers())
        connect(marker, &QLegendMarker::clicked, this,
                [this, name = marker->label()] { Q_EMIT linePicked(name); });
}

void BrushChart::addSeries(const ChartLine &line, int place)
{
    QList<QPointF> points(line.points.begin(), line.points.end());
    if (m_look.shape == Shape::Bars)
        points = barsOf(line.points, m_to - m_from);
    auto *upper = new QLineSeries;
    upper->replace(points);
    upper->setName(line.name);
    upper->setPen(QPen(colorOf(place), 1.6));
    upper->setPointsVisible(m_look.shape == Shape::Lines && points.size() == 1);
    if (m_look.shape == Shape::Lines) {
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

/// What the y axis shows: from one tick to another around all values.
std::pair<double, double> BrushChart::valueRange() const
{
    auto [least, most] = extentOf(m_lines).value_or(std::pair(0.0, 0.0));
    if (m_look.base == Base::Zero)
        least = std::min(least, 0.0);
    else if (most <= least) // one value alone stands in the middle
        least -= std::max(std::abs(most) / 10, 1e-9);
    const double step = roundStep(most - least, kMostValueTicks - 1);
    const double from = std::floor(least / step) * step;
    return {from, std::max(std::ceil(most / step) * step, from + step)};
}

void BrushChart::addAxes()
{
    addAxis(m_axis == Axis::Time ? timeTicks(m_from, m_to, kMostTimeTicks)
                                 : numberTicks(m_from, m_to, kMostNumberTicks),
            m_from, m_to, Qt::AlignBottom);
    const auto [least, most] = valueRange();
    addAxis(numberTicks(least, most, kMostValueTicks, m_look.unit), least, most, Qt::AlignLeft);
}

void BrushChart::addAxis(const std::vector<AxisTick> &ticks, double from, double to,
                         Qt::Alignment side)
{
    const Theme &theme = themeFor(palette());
    auto *axis = new QCategoryAxis;
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis->setStartValue(from);
    axis->setRange(from, to);
    QString unseen; // labels of one axis must differ, hours of two days do not
    for (const AxisTick &tick : ticks) {
        axis->append(tick.label + unseen, tick.value);
        unseen += kZeroWidth;
    }
    axis->setLabelsFont(smallFont());
    axis->setLabelsColor(theme.muted);
    axis->setLinePenColor(theme.line);
    axis->setGridLineColor(theme.line);
    chart()->addAxis(axis, side);
    for (QAbstractSeries *series : chart()->series())
        series->attachAxis(axis);
}

void BrushChart::drawForeground(QPainter *painter, const QRectF &rect)
{
    QChartView::drawForeground(painter, rect);
    const Theme &theme = themeFor(palette());
    painter->setFont(smallFont());
    paintHead(*painter);
    if (!m_note.isEmpty()) {
        painter->setPen(theme.muted);
        painter->drawText(QRectF(viewport()->rect()), Qt::AlignCenter, m_note);
    } else {
        paintPointer(*painter);
        paintBrush(*painter);
    }
    if (hasFocus())
        paintFocusRing(*painter, viewport()->rect(), theme);
}

/// The title, and at the right what is pointed at.
void BrushChart::paintHead(QPainter &painter) const
{
    const Theme &theme = themeFor(palette());
    QFont bold = smallFont();
    bold.setWeight(QFont::DemiBold);
    const QRect line(kHeadInset, 2, viewport()->width() - 2 * kHeadInset, kHeadHeight - 4);
    const QString text = readout();
    const int taken = text.isEmpty() ? 0 : painter.fontMetrics().horizontalAdvance(text);
    painter.setPen(theme.text);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, text);
    painter.setFont(bold);
    painter.setPen(theme.muted);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_title, Qt::ElideRight,
                                                      line.width() - taken - kHeadInset));
    painter.setFont(smallFont());
}

void BrushChart::paintPointer(QPainter &painter) const
{
    const auto at = pointed();
    if (!at || m_lines.empty())
        return;
    const QRectF plot = chart()->plotArea();
    painter.setPen(QPen(themeFor(palette()).faint, 1, Qt::DotLine));
    painter.drawLine(QPointF(xOf(*at), plot.top()), QPointF(xOf(*at), plot.bottom()));
}

void BrushChart::paintBrush(QPainter &painter) const
{
    if (!m_start || m_lines.empty())
        return;
    const QRectF plot = chart()->plotArea();
    const double a = xOf(*m_start);
    const double b = xOf(m_end);
    QColor fill = themeFor(palette()).accent;
    fill.setAlphaF(0.22F);
    painter.fillRect(
        QRectF(std::min(a, b), plot.top(), std::max(1.0, std::abs(b - a)), plot.height()), fill);
}

// ---- what is pointed at --------------------------------------------------------------------

/// Where the brush ends that the keyboard moves, else where the mouse is.
std::optional<double> BrushChart::pointed() const
{
    return m_start && hasFocus() && !m_hovered ? std::optional(m_end) : m_hovered;
}

/// The line nearest to the mouse where x has that value; null without points.
const ChartLine *BrushChart::lineAt(double value) const
{
    const ChartLine *nearest = nullptr;
    double least = kInfinity;
    for (const ChartLine &line : m_lines) {
        const QPointF *point = nearestPoint(line, value);
        const double distance =
            point ? std::abs(chart()->mapToPosition(*point).y() - m_hoveredY) : kInfinity;
        if (distance < least) {
            least = distance;
            nearest = &line;
        }
    }
    return nearest;
}

QString BrushChart::readout() const
{
    const auto at = pointed();
    const ChartLine *line = at && m_note.isEmpty() ? lineAt(*at) : nullptr;
    if (!line)
        return {};
    const QPointF point = *nearestPoint(*line, *at);
    QStringList parts{m_axis == Axis::Time ? timeText(point.x(), m_to - m_from)
                                           : formatNumber(point.x())};
    if (m_lines.size() > 1)
        parts += line->name;
    const QString value = formatNumber(point.y());
    parts += m_look.unit.isEmpty() ? value : value + QLatin1Char(' ') + m_look.unit;
    return parts.join(QStringLiteral(" · "));
}

void BrushChart::leaveEvent(QEvent *event)
{
    QChartView::leaveEvent(event);
    m_hovered.reset();
    viewport()->update();
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

/// The bucket around a value, when the chart has bars.
std::optional<std::pair<double, double>> BrushChart::barAt(double value) const
{
    if (m_look.shape != Shape::Bars || m_lines.empty() || m_lines.front().points.empty())
        return std::nullopt;
    const std::vector<QPointF> &points = m_lines.front().points;
    const double half = barWidth(points, m_to - m_from) / 2;
    const QPointF *point = nearestPoint(m_lines.front(), value);
    if (point->y() == 0) // there is no bar to click at
        return std::nullopt;
    return std::pair(point->x() - half, point->x() + half);
}

void BrushChart::takeBrush()
{
    const auto stretch = brush();
    m_start.reset();
    viewport()->update();
    if (stretch)
        take(stretch->first, stretch->second);
}

void BrushChart::take(double from, double to)
{
    const double range = m_to - m_from;
    const double step = m_axis == Axis::Time ? readableTimeStep(range) : readableNumberStep(range);
    const double slack = range / 1'000;
    const auto rounded = [step](double value, double (*direction)(double)) {
        return step < 1 ? direction(value * std::round(1 / step)) / std::round(1 / step)
                        : direction(value / step) * step;
    };
    const bool fromStart = from <= m_from + slack;
    const bool toEnd = to >= m_to - slack;
    if (!(fromStart && toEnd)) // all of it is no condition
        Q_EMIT brushed(fromStart ? -kInfinity : rounded(from, std::floor),
                       toEnd ? kInfinity : rounded(to, std::ceil));
}

void BrushChart::mousePressEvent(QMouseEvent *event)
{
    const bool isInPlot = chart()->plotArea().contains(event->position());
    if (!isInPlot) {
        QChartView::mousePressEvent(event); // the legend
        return;
    }
    if (!m_note.isEmpty() || event->button() != Qt::LeftButton)
        return;
    setFocus(Qt::MouseFocusReason);
    m_start = m_end = valueAt(event->position().x());
    viewport()->update();
}

void BrushChart::mouseMoveEvent(QMouseEvent *event)
{
    QChartView::mouseMoveEvent(event);
    const double here = valueAt(event->position().x());
    const bool isInPlot = chart()->plotArea().contains(event->position());
    m_hovered = isInPlot || m_start ? std::optional(here) : std::nullopt;
    m_hoveredY = event->position().y();
    if (m_start && (event->buttons() & Qt::LeftButton))
        m_end = here;
    viewport()->update();
}

void BrushChart::mouseReleaseEvent(QMouseEvent *event)
{
    QChartView::mouseReleaseEvent(event);
    if (event->button() != Qt::LeftButton || !m_start)
        return;
    const auto bar = brush() ? std::nullopt : barAt(*m_start);
    takeBrush();
    if (bar)
        take(bar->first, bar->second);
}

void BrushChart::moveBrush(int steps, bool extends)
{
    if (!m_start)
        m_start = m_end = steps < 0 ? m_to : m_from;
    m_end = std::clamp(m_end + steps * (m_to - m_from) / kSteps, m_from, m_to);
    if (!extends)
        m_start = m_end;
    m_hovered.reset();
    viewport()->update();
}

void BrushChart::keyPressEvent(QKeyEvent *event)
{
    const bool extends = event->modifiers() & Qt::ShiftModifier;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveBrush(-1, extends);
    case Qt::Key_Right:
        return moveBrush(1, extends);
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
