// SPDX-License-Identifier: GPL-3.0-or-later
// A step's metric beside its history: where the value stands (a histogram) or how it went lately
// (a line of the last runs). Owned by its parent; GUI thread.
#pragma once

#include "views/inspector/figure_card.h"
#include "views/inspector/metric_standing.h"

#include <model/core/metric.h>

#include <QPolygonF>

namespace xray::views {

enum class MetricChart { Histogram, Trend };

class MetricCard final : public FigureCard
{
    Q_OBJECT

public:
    /// Runs a trend reaches back at most.
    static constexpr int kTrendLength = 100;

    explicit MetricCard(const Metric &metric, QWidget *parent = nullptr);

    [[nodiscard]] const Metric &metric() const { return m_metric; }
    /// The same metric with another value; its history stays.
    void setMetricValue(double value);
    /// Values of the same step over other runs, oldest first.
    void setHistory(std::vector<double> values);

protected:
    void paintChart(QPainter &painter, const QRectF &area, const Theme &theme) override;

private:
    void refresh();
    [[nodiscard]] QString captionText(const MetricStanding &standing) const;
    [[nodiscard]] std::vector<double> recentValues() const;
    void paintHistogram(QPainter &painter, const QRectF &area, const Theme &theme) const;
    void paintTrend(QPainter &painter, const QRectF &area, const Theme &theme) const;

    Metric m_metric;
    MetricChart m_chart;
    std::vector<double> m_history;
    Histogram m_histogram;
};

/// Whether a value is worth the warning colour by itself: a filter that took out 90 % or more.
[[nodiscard]] bool isAlarming(const Metric &metric);

/// A percentage with one decimal, anything else as people write it.
[[nodiscard]] QString metricValueText(const Metric &metric);

} // namespace xray::views
