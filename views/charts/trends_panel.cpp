// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/charts/trends_panel.h"

#include <model/core/text.h>
#include <views/look/chip.h>
#include <views/look/empty_state.h>

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QStandardItemModel>

#include <array>
#include <cmath>

namespace xray::views {

namespace {

constexpr std::array kSplits{
    std::pair{query::Split::None, "not split"},
    std::pair{query::Split::Pipeline, "by pipeline"},
    std::pair{query::Split::Step, "by step"},
    std::pair{query::Split::Environment, "by environment"},
};

constexpr int kControlsHeight = 40;
/// A series of what says nothing about the split.
const QString kNoName = QStringLiteral("(none)");

/// Of milliseconds since the epoch; nothing for an end that is open.
std::optional<TimeNs> timeOf(double milliseconds)
{
    return std::isfinite(milliseconds) ? std::optional(static_cast<TimeNs>(milliseconds) * kNsPerMs)
                                       : std::nullopt;
}

double highestOf(const std::vector<ChartLine> &lines)
{
    double most = 0;
    for (const ChartLine &line : lines) {
        for (const QPointF &point : line.points)
            most = std::max(most, point.y());
    }
    return most;
}

} // namespace

TrendsPanel::TrendsPanel(QWidget *parent)
    : QWidget(parent)
    , m_split(new QComboBox(this))
    , m_metric(new QComboBox(this))
    , m_note(new Chip(Chip::Kind::Fact, {}, this))
    , m_pages(new QStackedWidget(this))
    , m_message(new EmptyState(this))
    , m_count(new BrushChart(BrushChart::Axis::Time, QStringLiteral("Steps over time")))
    , m_failures(new BrushChart(BrushChart::Axis::Time, QStringLiteral("Failed")))
    , m_p50(new BrushChart(BrushChart::Axis::Time, QStringLiteral("Duration, median")))
    , m_p95(new BrushChart(BrushChart::Axis::Time, QStringLiteral("Duration, 95th percentile")))
    , m_values(new BrushChart(BrushChart::Axis::Time, QStringLiteral("Metric, median")))
    , m_spread(new BrushChart(BrushChart::Axis::Number, QStringLiteral("Metric, distribution")))
{
    auto *charts = new QWidget(this);
    auto *grid = new QGridLayout(charts);
    grid->setContentsMargins(8, 0, 8, 8);
    grid->setSpacing(8);
    const std::array order{m_count, m_failures, m_p50, m_p95, m_values, m_spread};
    for (int i = 0; i < static_cast<int>(order.size()); ++i)
        grid->addWidget(order[static_cast<std::size_t>(i)], i / 2, i % 2);
    m_pages->addWidget(charts);
    m_pages->addWidget(m_message);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeControls());
    layout->addWidget(m_pages, 1);
    connectCharts();
    draw();
}

std::array<BrushChart *, 5> TrendsPanel::timeCharts() const
{
    return {m_count, m_failures, m_p50, m_p95, m_values};
}

void TrendsPanel::connectCharts()
{
    for (const BrushChart *chart : timeCharts()) {
        connect(chart, &BrushChart::brushed, this,
                [this](double from, double to) { Q_EMIT timePicked(timeOf(from), timeOf(to)); });
        connect(chart, &BrushChart::linePicked, this, [this](const QString &name) {
            if (name != kNoName) // nothing to ask for
                Q_EMIT seriesPicked(split(), name);
        });
    }
    connect(m_spread, &BrushChart::brushed, this,
            [this](double from, double to) { Q_EMIT valuesPicked(metric(), from, to); });
    connect(m_message, &EmptyState::actionTriggered, this, &TrendsPanel::questionChanged);
}

QWidget *TrendsPanel::makeControls()
{
    auto *controls = new QWidget(this);
    controls->setFixedHeight(kControlsHeight);
    for (const auto &[split, text] : kSplits)
        m_split->addItem(QLatin1String(text));
    m_split->setAccessibleName(QStringLiteral("Split"));
    m_metric->addItem(QStringLiteral("no metric"));
    m_metric->setAccessibleName(QStringLiteral("Metric"));
    auto *row = new QHBoxLayout(controls);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(8);
    row->addWidget(m_split);
    row->addWidget(m_metric);
    row->addWidget(m_note);
    row->addStretch(1);
    connect(m_split, &QComboBox::activated, this, &TrendsPanel::questionChanged);
    connect(m_metric, &QComboBox::activated, this, [this] {
        m_metricIsChosen = true;
        Q_EMIT questionChanged();
    });
    return controls;
}

query::Split TrendsPanel::split() const
{
    return kSplits[static_cast<std::size_t>(std::max(0, m_split->currentIndex()))].first;
}

QString TrendsPanel::metric() const
{
    return m_metric->currentIndex() > 0 ? m_metric->currentText() : QString();
}

void TrendsPanel::setCatalogue(const std::shared_ptr<const query::Catalogue> &catalogue)
{
    const QString before = metric();
    const bool isFirst = m_metric->count() == 1;
    while (m_metric->count() > 1)
        m_metric->removeItem(1);
    for (const query::MetricInfo &info : catalogue->metrics)
        m_metric->addItem(info.name);
    const int place = m_metric->findText(before);
    m_metric->setCurrentIndex(place > 0 ? place : isFirst && m_metric->count() > 1 ? 1 : 0);
}

void TrendsPanel::proposeMetric(const QString &metric)
{
    const int place = m_metric->findText(metric);
    if (!m_metricIsChosen && place > 0)
        m_metric->setCurrentIndex(place);
}

void TrendsPanel::setCancelled()
{
    m_trend.reset();
    m_message->showMessage(QLatin1String("info"), QStringLiteral("Cancelled"),
                           QStringLiteral("The trends were given up before they were read."),
                           QStringLiteral("Read them"));
    m_pages->setCurrentWidget(m_message);
}

void TrendsPanel::setLoading(query::Subject subject)
{
    m_subject = subject;
    offerSplits();
    if (!m_trend) {
        m_message->showLoading(QStringLiteral("Reading the trends"));
        m_pages->setCurrentWidget(m_message);
    }
}

/// A run has no step to be split by.
void TrendsPanel::offerSplits()
{
    const bool ofSteps = m_subject == query::Subject::Steps;
    for (int i = 0; i < m_split->count(); ++i) {
        if (kSplits[static_cast<std::size_t>(i)].first != query::Split::Step)
            continue;
        if (!ofSteps && m_split->currentIndex() == i)
            m_split->setCurrentIndex(0);
        if (auto *items = qobject_cast<QStandardItemModel *>(m_split->model()))
            items->item(i)->setEnabled(ofSteps);
    }
}

void TrendsPanel::setTrend(const std::shared_ptr<const query::Trend> &trend)
{
    m_trend = trend;
    draw();
}

void TrendsPanel::setError(const Error &error)
{
    m_trend.reset();
    m_message->showMessage(QLatin1String("warning"), QStringLiteral("The trends cannot be shown"),
                           error.message, QStringLiteral("Try again"));
    m_pages->setCurrentWidget(m_message);
}

void TrendsPanel::setDistribution(const std::shared_ptr<const query::Distribution> &distribution)
{
    ChartLine line{metric(), {}};
    const auto count = static_cast<double>(distribution->counts.size());
    const double width = (distribution->maximum - distribution->minimum) / std::max(1.0, count);
    for (std::size_t i = 0; i < distribution->counts.size(); ++i)
        line.points.emplace_back(distribution->minimum + (static_cast<double>(i) + 0.5) * width,
                                 static_cast<double>(distribution->counts[i]));
    m_spread->setLines({line}, distribution->minimum, distribution->maximum,
                       {BrushChart::Shape::Bars, BrushChart::Base::Zero, {}});
}

// ---- drawing -------------------------------------------------------------------------------

void TrendsPanel::drawTime(BrushChart *chart, std::vector<ChartLine> lines,
                           const BrushChart::Look &look)
{
    const auto toMs = [](TimeNs time) { return static_cast<double>(time) / kNsPerMs; };
    for (ChartLine &line : lines) {
        if (line.name.isEmpty() && split() != query::Split::None)
            line.name = kNoName;
    }
    chart->setLines(lines, toMs(m_trend->from), toMs(m_trend->to), look);
}

void TrendsPanel::drawDurations(BrushChart *chart, TrendFigure figure)
{
    auto lines = linesOf(*m_trend, figure);
    const DurationUnit unit = durationUnitFor(highestOf(lines));
    drawTime(chart, scaled(std::move(lines), unit.factor),
             {BrushChart::Shape::Lines, BrushChart::Base::Zero, unit.name});
}

void TrendsPanel::drawMetric()
{
    const bool ofRuns = m_subject == query::Subject::Runs;
    const QString name = metric().isEmpty() ? QStringLiteral("Metric") : metric();
    const QString whose = ofRuns ? QStringLiteral(" of their steps") : QString();
    m_values->setTitle(name + whose + QStringLiteral(", median"));
    m_spread->setTitle(name + whose + QStringLiteral(", distribution"));
    if (!metric().isEmpty()) {
        drawTime(m_values, linesOf(*m_trend, TrendFigure::MetricP50),
                 {BrushChart::Shape::Lines, BrushChart::Base::Values, {}});
        return;
    }
    const QString note = QStringLiteral("Choose a metric above");
    m_values->setNote(note);
    m_spread->setNote(note);
}

void TrendsPanel::draw()
{
    if (!m_trend || m_trend->matches == 0) {
        m_message->showMessage(QLatin1String("empty"), QStringLiteral("No matches, no trend"),
                               QStringLiteral("Trends show what the query selects over time."));
        m_pages->setCurrentWidget(m_message);
        m_note->hide();
        return;
    }
    using Shape = BrushChart::Shape;
    m_pages->setCurrentIndex(0);
    m_note->setVisible(m_trend->capped);
    m_note->setText(QStringLiteral("the newest %1 matches").arg(formatCount(m_trend->matches)));
    m_count->setTitle(m_subject == query::Subject::Runs ? QStringLiteral("Runs over time")
                                                        : QStringLiteral("Steps over time"));
    const bool isSplit = m_trend->series.size() > 1;
    drawTime(m_count, linesOf(*m_trend, TrendFigure::Count),
             {isSplit ? Shape::Lines : Shape::Bars, BrushChart::Base::Zero, {}});
    drawTime(m_failures, linesOf(*m_trend, TrendFigure::FailureRate),
             {Shape::Lines, BrushChart::Base::Zero, QStringLiteral("%")});
    drawDurations(m_p50, TrendFigure::DurationP50);
    drawDurations(m_p95, TrendFigure::DurationP95);
    drawMetric();
}

} // namespace xray::views
