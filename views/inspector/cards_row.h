// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a step: the metrics people look at first, what became of its candidates, then
// whatever else it measured, as far as there is room. Owned by the inspector; GUI thread.
#pragma once

#include <model/core/execution.h>
#include <model/core/ports.h>
#include <model/items/explanation.h>

#include <QWidget>

class QGridLayout;
class QLabel;

namespace xray::views {

class CountsCard;
class MetricCard;

class CardsRow final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kColumns = 3;
    static constexpr int kMaxCards = 6;

    explicit CardsRow(QWidget *parent = nullptr);

    /// Cards of metrics that were there already keep their history.
    void setStep(const Step &step, const items::Explanation &explanation);
    /// Fills the card of that metric; ignored when there is none.
    void setHistory(const MetricHistory &history);
    /// Names of the metrics that have a card and could do with a history.
    [[nodiscard]] QStringList metricNames() const;

private:
    void arrange(const std::vector<QWidget *> &cards);
    void sayWhatIsLeftOut(qsizetype metrics);
    [[nodiscard]] MetricCard *takeCard(const Metric &metric);

    QGridLayout *m_grid;
    QLabel *m_rest;
    CountsCard *m_counts;
    std::vector<MetricCard *> m_metrics;
    StepId m_step;
};

/// A step's metrics in the order people want them: what was eliminated, confidence, score, others.
[[nodiscard]] std::vector<Metric> metricsToShow(const Step &step);

} // namespace xray::views
