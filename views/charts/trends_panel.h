// SPDX-License-Identifier: GPL-3.0-or-later
// How what the query selects changes over time: how many, how many failed, how long they took, and
// how a metric spreads and moves; split by pipeline, step or environment. A brush on any chart
// becomes a condition. Owned by the query page; GUI thread.
#pragma once

#include "views/charts/brush_chart.h"

#include <model/query/catalogue.h>

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QStackedWidget;

namespace xray::views {

class Chip;
class EmptyState;

class TrendsPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit TrendsPanel(QWidget *parent = nullptr);

    [[nodiscard]] query::Split split() const;
    /// The metric that is looked at; empty for none.
    [[nodiscard]] QString metric() const;
    void setCatalogue(const std::shared_ptr<const query::Catalogue> &catalogue);
    /// Something was asked for; what is drawn stays until the answer comes.
    void setLoading(query::Subject subject);
    void setTrend(const std::shared_ptr<const query::Trend> &trend);
    void setDistribution(const std::shared_ptr<const query::Distribution> &distribution);
    void setError(const Error &error);

    [[nodiscard]] BrushChart *countChart() const { return m_count; }
    [[nodiscard]] BrushChart *spreadChart() const { return m_spread; }
    [[nodiscard]] QComboBox *splitBox() const { return m_split; }
    [[nodiscard]] QComboBox *metricBox() const { return m_metric; }

Q_SIGNALS:
    /// Another split or metric is wanted.
    void questionChanged();
    void timePicked(xray::TimeNs from, xray::TimeNs to);
    void valuesPicked(const QString &metric, double from, double to);

private:
    QWidget *makeControls();
    void draw();
    void drawTime(BrushChart *chart, TrendFigure figure, BrushChart::Shape shape,
                  const QString &unit);

    std::shared_ptr<const query::Trend> m_trend;
    query::Subject m_subject = query::Subject::Steps;
    QComboBox *m_split;
    QComboBox *m_metric;
    Chip *m_note;
    QStackedWidget *m_pages;
    EmptyState *m_message;
    BrushChart *m_count;
    BrushChart *m_failures;
    BrushChart *m_p50;
    BrushChart *m_p95;
    BrushChart *m_values;
    BrushChart *m_spread;
};

} // namespace xray::views
