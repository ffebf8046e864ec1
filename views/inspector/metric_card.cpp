// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/metric_card.h"

#include <model/core/text.h>

#include <QPainter>

#include <algorithm>

namespace xray::views {

namespace {

constexpr QStringView kEliminated = u"percentage_eliminated";
constexpr double kAlarmingElimination = 90;
constexpr int kBars = 14;
constexpr double kDotRadius = 2.5;

/// The values as a line across the area, the largest at its top.
QPolygonF trendLine(const std::vector<double> &values, const QRectF &area)
{
    const auto [least, most] = std::ranges::minmax(values);
    const double range = most > least ? most - least : 1;
    const double step =
        values.size() > 1 ? area.width() / static_cast<double>(values.size() - 1) : 0;
    QPolygonF line;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double height = most > least ? (values[i] - least) / range : 0.5;
        line += QPointF(area.left() + static_cast<double>(i) * step,
                        area.bottom() - height * area.height());
    }
    return line;
}

} // namespace

bool isAlarming(const Metric &metric)
{
    return metric.name == kEliminated && metric.value >= kAlarmingElimination;
}

QString metricValueText(const Metric &metric)
{
    return metric.name == kEliminated ? QString::number(metric.value, 'f', 1)
                                      : formatNumber(metric.value);
}

MetricCard::MetricCard(const Metric &metric, QWidget *parent)
    : FigureCard(metric.name, parent)
    , m_metric(metric)
    , m_chart(metric.name == kEliminated ? MetricChart::Histogram : MetricChart::Trend)
{
    refresh();
}

void MetricCard::setMetricValue(double value)
{
    m_metric.value = value;
    refresh();
}

void MetricCard::setHistory(std::vector<double> values)
{
    m_history = std::move(values);
    refresh();
}

void MetricCard::refresh()
{
    const MetricStanding standing = standingOf(m_metric.value, m_history);
    const bool unusual = isAlarming(m_metric) || standing.isUnusual();
    m_histogram = histogramOf(m_metric.value, m_history, kBars);
    setValue(metricValueText(m_metric), unusual ? FigureTone::Unusual : FigureTone::Usual);
    setCaption(captionText(standing));
}

QString MetricCard::captionText(const MetricStanding &standing) const
{
    if (m_history.empty())
        return {};
    if (m_chart == MetricChart::Histogram || standing.isUnusual() || m_history.size() <= 1)
        return standingText(standing);
    return QStringLiteral("last %1 runs").arg(recentValues().size());
}

std::vector<double> MetricCard::recentValues() const
{
    const auto count = std::min<std::size_t>(m_history.size(), kTrendLength);
    return {m_history.end() - static_cast<std::ptrdiff_t>(count), m_history.end()};
}

void MetricCard::paintChart(QPainter &painter, const QRectF &area, const Theme &theme)
{
    if (m_history.size() <= 1)
        return;
    switch (m_chart) {
    case MetricChart::Histogram:
        paintHistogram(painter, area, theme);
        break;
    case MetricChart::Trend:
        paintTrend(painter, area, theme);
        break;
    }
}

void MetricCard::paintHistogram(QPainter &painter, const QRectF &area, const Theme &theme) const
{
    const int highest = std::ranges::max(m_histogram.bars);
    const double width = area.width() / kBars;
    painter.setPen(Qt::NoPen);
    for (int bar = 0; bar < kBars; ++bar) {
        const int count = m_histogram.bars[static_cast<std::size_t>(bar)];
        const bool marked = bar == m_histogram.markedBar;
        if (count == 0 && !marked)
            continue;
        const double height = std::max(1.0, area.height() * count / highest);
        painter.setBrush(marked ? theme.warning : theme.faint);
        painter.drawRect(
            QRectF(area.left() + bar * width, area.bottom() - height, width - 1, height));
    }
    // A rare value's own bar is hardly a pixel high; a line above it says where it is.
    const double x = area.left() + (m_histogram.markedBar + 0.5) * width - 0.5;
    painter.setPen(QPen(theme.warning, 1.5));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
}

void MetricCard::paintTrend(QPainter &painter, const QRectF &area, const Theme &theme) const
{
    const std::vector<double> values = recentValues();
    const QRectF inner = area.adjusted(kDotRadius, kDotRadius, -kDotRadius, -kDotRadius);
    const QPolygonF line = trendLine(values, inner);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.accent, 1.2));
    painter.drawPolyline(line);
    const auto own = std::ranges::find(values.rbegin(), values.rend(), m_metric.value);
    if (own == values.rend())
        return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.accent);
    painter.drawEllipse(line[values.rend() - own - 1], kDotRadius, kDotRadius);
}

} // namespace xray::views
