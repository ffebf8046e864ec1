// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/histogram_view.h"

#include <model/core/text.h>
#include <views/look/marks.h>

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

constexpr int kHeight = 118;
constexpr int kSide = 10;
constexpr int kTop = 22;    ///< for the caption and the handle
constexpr int kBottom = 18; ///< for the axis
constexpr double kHandleRadius = 5.5;
constexpr double kGapBetweenBars = 2;
constexpr double kStepsInRange = 100;
constexpr int kBigStep = 10;

} // namespace

double thresholdStep(double range)
{
    if (!(range > 0) || !std::isfinite(range))
        return 1;
    const double wanted = range / kStepsInRange;
    const double unit = std::pow(10, std::floor(std::log10(wanted)));
    const double share = wanted / unit;
    return unit * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

HistogramView::HistogramView(QWidget *parent)
    : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::SizeHorCursor);
    setAccessibleName(QStringLiteral("Threshold"));
    setToolTip(QStringLiteral("Drag the threshold, or move it with the arrow keys"));
}

void HistogramView::setDistribution(std::shared_ptr<const query::Distribution> distribution)
{
    m_distribution = std::move(distribution);
    update();
}

void HistogramView::setThreshold(query::Operator op, double value)
{
    m_op = op;
    m_threshold = value;
    setAccessibleDescription(formatNumber(value));
    update();
}

void HistogramView::setType(std::optional<StepType> type)
{
    m_type = type;
    update();
}

void HistogramView::setCaption(const QString &text)
{
    m_caption = text;
    update();
}

QSize HistogramView::sizeHint() const
{
    return {260, kHeight};
}

QSize HistogramView::minimumSizeHint() const
{
    return {120, kHeight};
}

// ---- where things are ----------------------------------------------------------------------

bool HistogramView::hasValues() const
{
    return m_distribution && m_distribution->total > 0;
}

QRectF HistogramView::plot() const
{
    return QRectF(rect()).adjusted(kSide, kTop, -kSide, -kBottom);
}

double HistogramView::xOf(double value) const
{
    if (!m_distribution || m_distribution->maximum <= m_distribution->minimum)
        return plot().center().x();
    const double share =
        (value - m_distribution->minimum) / (m_distribution->maximum - m_distribution->minimum);
    return plot().left() + std::clamp(share, 0.0, 1.0) * plot().width();
}

double HistogramView::valueAt(double x) const
{
    const double range = m_distribution->maximum - m_distribution->minimum;
    const double share = std::clamp((x - plot().left()) / plot().width(), 0.0, 1.0);
    const double step = thresholdStep(range);
    return std::round((m_distribution->minimum + share * range) / step) * step;
}

bool HistogramView::letsThrough(double value) const
{
    switch (m_op) {
    case query::Operator::Less:
        return value < m_threshold;
    case query::Operator::LessOrEqual:
        return value <= m_threshold;
    case query::Operator::GreaterOrEqual:
        return value >= m_threshold;
    default:
        return value > m_threshold;
    }
}

// ---- moving --------------------------------------------------------------------------------

void HistogramView::moveTo(double value)
{
    if (value == m_threshold)
        return;
    setThreshold(m_op, value);
    Q_EMIT thresholdMoved(value);
}

void HistogramView::mousePressEvent(QMouseEvent *event)
{
    if (hasValues() && event->button() == Qt::LeftButton)
        moveTo(valueAt(event->position().x()));
}

void HistogramView::mouseMoveEvent(QMouseEvent *event)
{
    if (hasValues() && (event->buttons() & Qt::LeftButton))
        moveTo(valueAt(event->position().x()));
}

void HistogramView::keyPressEvent(QKeyEvent *event)
{
    if (!hasValues()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const double step = thresholdStep(m_distribution->maximum - m_distribution->minimum);
    const auto stepped = [&](int steps) { return std::round(m_threshold / step + steps) * step; };
    switch (event->key()) {
    case Qt::Key_Left:
        return moveTo(stepped(event->modifiers() & Qt::ShiftModifier ? -kBigStep : -1));
    case Qt::Key_Right:
        return moveTo(stepped(event->modifiers() & Qt::ShiftModifier ? kBigStep : 1));
    case Qt::Key_PageDown:
        return moveTo(stepped(-kBigStep));
    case Qt::Key_PageUp:
        return moveTo(stepped(kBigStep));
    case Qt::Key_Home:
        return moveTo(m_distribution->minimum);
    case Qt::Key_End:
        return moveTo(m_distribution->maximum);
    default:
        QWidget::keyPressEvent(event);
    }
}

void HistogramView::focusInEvent(QFocusEvent *)
{
    update();
}

void HistogramView::focusOutEvent(QFocusEvent *)
{
    update();
}

// ---- painting ------------------------------------------------------------------------------

void HistogramView::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(smallFont());
    paintCaption(painter);
    if (hasValues()) {
        paintBars(painter);
        paintAxis(painter);
        paintThreshold(painter);
    }
    if (hasFocus())
        paintFocusRing(painter, rect(), theme);
}

/// Where the threshold's handle is not.
void HistogramView::paintCaption(QPainter &painter) const
{
    painter.setPen(themeFor(palette()).muted);
    const QString text = m_distribution ? m_caption : QStringLiteral("Counting the values…");
    const QRectF line =
        hasValues() ? QRectF(kSide, 0, width() - 2 * kSide, kTop - 4) : QRectF(rect());
    const bool isRight = hasValues() && xOf(m_threshold) > plot().center().x();
    const Qt::Alignment side = !hasValues() ? Qt::AlignHCenter
                               : isRight    ? Qt::AlignLeft
                                            : Qt::AlignRight;
    painter.drawText(line, side | Qt::AlignVCenter, text);
}

void HistogramView::paintBars(QPainter &painter) const
{
    const Theme &theme = themeFor(palette());
    const auto &counts = m_distribution->counts;
    if (counts.empty())
        return;
    const auto most = static_cast<double>(std::max<qint64>(1, std::ranges::max(counts)));
    const QRectF area = plot();
    const double width = area.width() / static_cast<double>(counts.size());
    const double range = m_distribution->maximum - m_distribution->minimum;
    const QColor inside = m_type ? theme.stepType(*m_type) : theme.accent;
    painter.setPen(Qt::NoPen);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0)
            continue;
        const double middle = m_distribution->minimum + range * (static_cast<double>(i) + 0.5) /
                                                            static_cast<double>(counts.size());
        const double height = std::max(2.0, area.height() * static_cast<double>(counts[i]) / most);
        painter.setBrush(letsThrough(middle) ? inside : theme.faint);
        painter.drawRect(QRectF(area.left() + static_cast<double>(i) * width,
                                area.bottom() - height, std::max(1.0, width - kGapBetweenBars),
                                height));
    }
}

void HistogramView::paintThreshold(QPainter &painter) const
{
    const Theme &theme = themeFor(palette());
    const double x = xOf(m_threshold);
    painter.setPen(QPen(theme.accent, 2));
    painter.drawLine(QPointF(x, kTop - 4), QPointF(x, plot().bottom()));
    painter.setBrush(theme.accent);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(QPointF(x, kTop - 4), kHandleRadius, kHandleRadius);
}

void HistogramView::paintAxis(QPainter &painter) const
{
    const Theme &theme = themeFor(palette());
    const QRectF area = plot();
    painter.setPen(theme.line);
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.setPen(theme.muted);
    const QRectF line(area.left() - kSide, area.bottom() + 2, area.width() + 2 * kSide,
                      kBottom - 2);
    // The ends stand back where the threshold's own number is.
    const QString here = formatNumber(m_threshold);
    const double half = painter.fontMetrics().horizontalAdvance(here) / 2.0 + 6;
    const double x = std::clamp(xOf(m_threshold), line.left() + half, line.right() - half);
    const auto drawEnd = [&](double value, Qt::Alignment side) {
        const QString text = formatNumber(value);
        const double width = painter.fontMetrics().horizontalAdvance(text);
        const double near =
            side == Qt::AlignLeft ? x - half - line.left() : line.right() - x - half;
        if (near >= width)
            painter.drawText(line, side, text);
    };
    drawEnd(m_distribution->minimum, Qt::AlignLeft);
    drawEnd(m_distribution->maximum, Qt::AlignRight);
    painter.setPen(theme.text);
    painter.drawText(QRectF(x - half, line.top(), 2 * half, line.height()), Qt::AlignHCenter, here);
}

} // namespace xray::views
