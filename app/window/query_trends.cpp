// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/query_trends.h"

#include <model/core/answer.h>
#include <views/charts/trends_panel.h>
#include <views/query/results_panel.h>

#include <cmath>

namespace xray::app {

namespace {

using query::Subject;
using Reading = views::ResultsPanel::Trends;

constexpr int kTrendBuckets = 60;
constexpr int kDistributionBuckets = 40;

/// The field of runs or steps that a chart is split by.
std::optional<query::FieldId> fieldOf(query::Split split)
{
    switch (split) {
    case query::Split::None:
        return std::nullopt;
    case query::Split::Pipeline:
        return query::FieldId::Pipeline;
    case query::Split::Step:
        return query::FieldId::Step;
    case query::Split::Environment:
        return query::FieldId::Environment;
    }
    return std::nullopt;
}

/// The value a bound of a chart has; nothing where the chart is open.
std::optional<query::Value> boundOf(double value)
{
    return std::isfinite(value) ? std::optional<query::Value>(value) : std::nullopt;
}

std::optional<query::Value> boundOf(const std::optional<TimeNs> &time)
{
    return time ? std::optional<query::Value>(query::Instant{*time}) : std::nullopt;
}

} // namespace

QueryTrends::QueryTrends(QuerySession &session, views::ResultsPanel &results,
                         views::TrendsPanel &trends)
    : m_session(session)
    , m_results(results)
    , m_trends(trends)
{
    connect(&m_session, &QuerySession::asked, this, &QueryTrends::ask);
    connect(&m_session, &QuerySession::cancelled, this, &QueryTrends::cancel);
    connect(&m_session, &QuerySession::catalogueChanged, &m_trends,
            &views::TrendsPanel::setCatalogue);
    connect(&m_session, &QuerySession::queryChanged, this, [this](const query::Query &query) {
        const QStringList metrics = items::metricsOf(query);
        if (!metrics.isEmpty())
            m_trends.proposeMetric(metrics.front());
    });
    connect(&m_results, &views::ResultsPanel::trendsShown, this, &QueryTrends::ask);
    connectPanel();
}

void QueryTrends::connectPanel()
{
    using views::TrendsPanel;
    connect(&m_trends, &TrendsPanel::questionChanged, this, &QueryTrends::ask);
    connect(&m_trends, &TrendsPanel::timePicked, this,
            [this](const std::optional<TimeNs> &from, const std::optional<TimeNs> &to) {
                const bool ofSteps = m_session.results().query().subject == Subject::Steps;
                const auto id = ofSteps ? query::FieldId::Started : query::FieldId::RunStarted;
                narrowTo({id, {}}, boundOf(from), boundOf(to));
            });
    connect(&m_trends, &TrendsPanel::valuesPicked, this,
            [this](const QString &metric, double from, double to) {
                narrowTo({query::FieldId::Metric, metric}, boundOf(from), boundOf(to));
            });
    connect(&m_trends, &TrendsPanel::seriesPicked, this,
            [this](query::Split split, const QString &name) {
                if (const auto field = fieldOf(split); field && !name.isEmpty())
                    Q_EMIT seriesPicked({{*field, {}}, query::Operator::Equal, {name}});
            });
}

void QueryTrends::narrowTo(const query::Field &field, const std::optional<query::Value> &from,
                           const std::optional<query::Value> &to)
{
    m_session.narrowTo(field, from, to);
    Q_EMIT narrowed();
}

void QueryTrends::ask()
{
    if (!m_results.showsTrends())
        return;
    askTrend();
    askSpread();
}

void QueryTrends::askTrend()
{
    query::TrendQuestion question;
    question.query = m_session.results().query(); // runs, where steps are grouped
    question.now = nowNs();
    m_trends.setLoading(question.query.subject);
    question.split = m_trends.split();
    question.metric = m_trends.metric();
    question.buckets = kTrendBuckets;
    m_results.setReadsTrends(Reading::Reading);
    const Ticket ticket = m_trendTickets.issue();
    whenAnswered(m_session.source().trend(std::move(question), ticket), this,
                 [this, ticket](const Answered<query::Trend> &answer) {
                     if (ticket.isCancelled())
                         return;
                     m_results.setReadsTrends(Reading::There);
                     if (answer)
                         m_trends.setTrend(*answer);
                     else
                         m_trends.setError(answer.error());
                 });
}

void QueryTrends::askSpread()
{
    m_spreadTickets.cancel();
    if (m_trends.metric().isEmpty())
        return;
    query::DistributionQuestion spread;
    spread.metric = m_trends.metric();
    spread.within = m_session.results().query();
    spread.now = nowNs();
    spread.buckets = kDistributionBuckets;
    const Ticket ticket = m_spreadTickets.issue();
    whenAnswered(m_session.source().distribution(std::move(spread), ticket), this,
                 [this, ticket](const Answered<query::Distribution> &answer) {
                     if (answer && !ticket.isCancelled())
                         m_trends.setDistribution(*answer);
                 });
}

void QueryTrends::cancel()
{
    m_trendTickets.cancel();
    m_spreadTickets.cancel();
    if (m_results.readsTrends())
        m_trends.setCancelled();
    m_results.setReadsTrends(Reading::There);
}

} // namespace xray::app
