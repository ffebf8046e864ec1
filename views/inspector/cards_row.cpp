// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/cards_row.h"

#include "views/inspector/counts_card.h"
#include "views/inspector/metric_card.h"

#include <QGridLayout>
#include <QLabel>

#include <algorithm>
#include <array>

namespace xray::views {

namespace {

constexpr std::array<QStringView, 3> kFirstMetrics{u"percentage_eliminated", u"confidence",
                                                   u"score"};
constexpr int kGap = 2 * kGrid;
constexpr int kMargin = 3 * kGrid;
constexpr int kLeastColumns = 2; ///< a card alone does not fill the panel

qsizetype rankOf(const Metric &metric)
{
    return std::ranges::find(kFirstMetrics, QStringView(metric.name)) - kFirstMetrics.begin();
}

} // namespace

std::vector<Metric> metricsToShow(const Step &step)
{
    std::vector<Metric> metrics = step.metrics;
    std::ranges::stable_sort(metrics, {}, rankOf);
    return metrics;
}

CardsRow::CardsRow(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
    , m_rest(new QLabel(this))
    , m_counts(new CountsCard(this))
{
    m_grid->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    m_grid->setSpacing(kGap);
    m_rest->setFont(smallFont());
    m_rest->setForegroundRole(QPalette::PlaceholderText);
    m_counts->hide();
}

void CardsRow::setStep(const Step &step, const items::Explanation &explanation)
{
    if (step.id != m_step)
        qDeleteAll(std::exchange(m_metrics, {}));
    m_step = step.id;
    const bool counts = explanation.countIn || explanation.countOut;
    const std::vector<Metric> metrics = metricsToShow(step);
    const auto room = static_cast<std::size_t>(counts ? kMaxCards - 1 : kMaxCards);

    std::vector<MetricCard *> shown;
    for (std::size_t i = 0; i < std::min(room, metrics.size()); ++i)
        shown.push_back(takeCard(metrics[i]));
    qDeleteAll(std::exchange(m_metrics, shown));

    std::vector<QWidget *> cards(shown.begin(), shown.end());
    if (counts) {
        m_counts->setExplanation(explanation);
        cards.insert(cards.begin() +
                         static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, cards.size())),
                     m_counts);
    }
    m_counts->setVisible(counts);
    arrange(cards);
    sayWhatIsLeftOut(static_cast<qsizetype>(metrics.size() - shown.size()));
    setVisible(!cards.empty());
}

/// The card that shows this metric already, else a new one.
MetricCard *CardsRow::takeCard(const Metric &metric)
{
    const auto known = std::ranges::find_if(
        m_metrics, [&](const MetricCard *card) { return card->metric().name == metric.name; });
    if (known == m_metrics.end())
        return new MetricCard(metric, this);
    MetricCard *card = *known;
    m_metrics.erase(known);
    card->setMetricValue(metric.value);
    return card;
}

void CardsRow::arrange(const std::vector<QWidget *> &cards)
{
    while (QLayoutItem *item = m_grid->takeAt(0))
        delete item;
    for (int i = 0; i < static_cast<int>(cards.size()); ++i) {
        m_grid->addWidget(cards[static_cast<std::size_t>(i)], i / kColumns, i % kColumns);
        cards[static_cast<std::size_t>(i)]->show();
    }
    const int used = std::clamp(static_cast<int>(cards.size()), kLeastColumns, kColumns);
    for (int column = 0; column < kColumns; ++column)
        m_grid->setColumnStretch(column, column < used ? 1 : 0);
    m_grid->setHorizontalSpacing(kGap);
    m_grid->addWidget(m_rest, m_grid->rowCount(), 0, 1, used);
}

void CardsRow::sayWhatIsLeftOut(qsizetype metrics)
{
    m_rest->setVisible(metrics > 0);
    m_rest->setText(metrics == 1
                        ? QStringLiteral("1 more metric in the reasoning below")
                        : QStringLiteral("%1 more metrics in the reasoning below").arg(metrics));
}

void CardsRow::setHistory(const MetricHistory &history)
{
    for (MetricCard *card : m_metrics) {
        if (card->metric().name == history.query.metric)
            card->setHistory(history.values);
    }
}

QStringList CardsRow::metricNames() const
{
    QStringList names;
    for (const MetricCard *card : m_metrics)
        names += card->metric().name;
    return names;
}

} // namespace xray::views
