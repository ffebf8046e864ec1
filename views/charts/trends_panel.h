// SPDX-License-Identifier: GPL-3.0-or-later
// How what the query selects changes over time: how many, how many failed, how long they took, and
// how a metric spreads and moves, of runs that of their steps; split by pipeline, step or
// environment. A brush on any chart becomes a condition. Owned by the query page; GUI thread.
#pragma once

#include "views/charts/brush_chart.h"

#include <model/query/catalogue.h>

#include <QWidget>

#include <array>
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
    /// The metric to look at until the user chooses one.
    void proposeMetric(const QString &metric);
    /// Something was asked for; what is drawn stays until the answer comes.
    void setLoading(query::Subject subject);
    void setTrend(const std::shared_ptr<const query::Trend> &trend);
    /// Nobody waits for the answer any more.
    void setCancelled();
    void setDistribution(const std::shared_ptr<const query::Distribution> &distribution);
    void setError(const Error &error);

    [[nodiscard]] BrushChart *countChart() const { return m_count; }
    [[nodiscard]] BrushChart *spreadChart() const { return m_spread; }
    [[nodiscard]] QComboBox *splitBox() const { return m_split; }
    [[nodiscard]] QComboBox *metricBox() const { return m_metric; }

Q_SIGNALS:
    /// Another split or metric is wanted.
    void questionChanged();
    /// Absent where nothing bounds it.
    void timePicked(std::optional<xray::TimeNs> from, std::optional<xray::TimeNs> to);
    /// Infinite where nothing bounds them.
    void valuesPicked(const QString &metric, double from, double to);
    /// Only what belongs to that series of the split.
    void seriesPicked(xray::query::Split split, const QString &name);

private:
    QWidget *makeControls();
    void offerSplits();
    void connectCharts();
    void draw();
    void drawTime(BrushChart *chart, std::vector<ChartLine> lines, const BrushChart::Look &look);
    void drawDurations(BrushChart *chart, TrendFigure figure);
    void drawMetric();
    [[nodiscard]] std::array<BrushChart *, 5> timeCharts() const;

    std::shared_ptr<const query::Trend> m_trend;
    query::Subject m_subject = query::Subject::Steps;
    bool m_metricIsChosen = false;
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
