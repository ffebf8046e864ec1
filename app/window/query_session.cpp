// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/query_session.h"

#include <model/core/answer.h>
#include <model/items/query_tree.h>
#include <model/query/conditions.h>

#include <algorithm>
#include <utility>

namespace xray::app {

namespace {

using query::CountAnswer;
using query::Group;
using query::Node;
using query::NodePtr;
using query::StepTest;
using query::Subject;

NodePtr ofRun(ExecutionId run)
{
    return items::makeNode({{query::FieldId::Run, {}}, query::Operator::Equal, {run.toString()}});
}

NodePtr ofType(StepType type)
{
    return items::makeNode(
        {{query::FieldId::Type, {}}, query::Operator::Equal, {QString::fromLatin1(toWord(type))}});
}

/// Whether a run query cannot say this of the run itself.
bool speaksOfSteps(const NodePtr &node)
{
    if (const auto *condition = std::get_if<query::Condition>(&node->is))
        return std::ranges::find(query::fieldsOf(Subject::Runs), condition->field.id,
                                 &query::FieldInfo::id) == query::fieldsOf(Subject::Runs).end();
    if (const auto *negation = std::get_if<query::Negation>(&node->is))
        return speaksOfSteps(negation->child);
    const auto *group = std::get_if<Group>(&node->is);
    return group && std::ranges::any_of(group->children, speaksOfSteps);
}

/// "text" of a run looks at all of its steps, of a step at that step alone.
bool looksAtText(const NodePtr &node)
{
    const auto *condition = std::get_if<query::Condition>(&items::withoutNegation(node)->is);
    return condition && condition->field.id == query::FieldId::Text;
}

/// What a run query demands of one of its steps; null when it demands nothing of the kind.
NodePtr demandedStep(const NodePtr &node)
{
    if (!node)
        return nullptr;
    if (const auto *test = std::get_if<StepTest>(&node->is))
        return test->quantifier == StepTest::Quantifier::None ? nullptr : test->child;
    if (const auto *group = std::get_if<Group>(&node->is)) {
        for (const NodePtr &child : group->children) {
            if (const NodePtr found = demandedStep(child))
                return found;
        }
    }
    return nullptr;
}

/// Whether what a step query asks of the run may change while its steps do not.
bool looksAtRuns(const query::Query &query)
{
    return std::ranges::any_of(query::conditionsOf(query.where), [](const auto *condition) {
        const query::FieldId id = condition->field.id;
        return id == query::FieldId::Metadata ||
               (id >= query::FieldId::Environment && id <= query::FieldId::ErrorCount &&
                id != query::FieldId::Run);
    });
}

bool hasRelativeTimes(const query::Query &query)
{
    return std::ranges::any_of(query::conditionsOf(query.where), [](const auto *condition) {
        return std::ranges::any_of(condition->values, [](const query::Value &value) {
            return std::holds_alternative<query::RelativeTime>(value);
        });
    });
}

QString nameOf(const QString &metric, std::optional<StepType> type)
{
    return type ? metric + QLatin1Char('/') + QLatin1String(toWord(*type)) : metric;
}

void setUpPause(QTimer &timer, int ms)
{
    timer.setSingleShot(true);
    timer.setInterval(ms);
}

} // namespace

QuerySession::QuerySession(query::QuerySource &source, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_catalogue(std::make_shared<const query::Catalogue>())
{
    m_results.setSource(&source);
    setUpPause(m_countTimer, kCountPauseMs);
    setUpPause(m_askTimer, kAskPauseMs);
    setUpPause(m_catalogueTimer, kCatalogueIntervalMs);
    setUpPause(m_watchTimer, kWatchIntervalMs);
    setUpPause(m_recountTimer, kWatchIntervalMs);
    m_ageTimer.setInterval(kAgeIntervalMs);
    m_savedTimer.setInterval(kSavedIntervalMs);
    connect(&m_countTimer, &QTimer::timeout, this, [this] { count(Counting::Anew); });
    connect(&m_askTimer, &QTimer::timeout, this, &QuerySession::ask);
    connect(&m_catalogueTimer, &QTimer::timeout, this, &QuerySession::refreshCatalogue);
    connect(&m_catalogueTimer, &QTimer::timeout, this, &QuerySession::countSaved);
    connect(&m_watchTimer, &QTimer::timeout, this, &QuerySession::refresh);
    connect(&m_recountTimer, &QTimer::timeout, this, &QuerySession::countAgain);
    connect(&m_ageTimer, &QTimer::timeout, this, &QuerySession::refresh);
    connect(&m_savedTimer, &QTimer::timeout, this, &QuerySession::refreshSaved);
    connect(&m_results, &items::QueryResultModel::refreshed, this, &QuerySession::countAgain);
    connect(&m_results, &items::QueryResultModel::matchesArrived, this,
            &QuerySession::matchesArrived);
}

QuerySession::~QuerySession()
{
    m_results.setSource(nullptr);
    for (const auto &[name, ticket] : m_figureTickets)
        ticket.cancel();
}

// ---- asking --------------------------------------------------------------------------------

void QuerySession::setQuery(const query::Query &query)
{
    if (query == m_query)
        return;
    m_query = query;
    Q_EMIT queryChanged(m_query);
    m_countTimer.start();
}

void QuerySession::askSoon()
{
    m_askTimer.start();
}

query::Query QuerySession::askedQuery() const
{
    if (m_grouping == Grouping::Steps || m_query.subject == Subject::Runs)
        return m_query;
    return {Subject::Runs, items::makeStepTest(m_query.where)};
}

void QuerySession::ask()
{
    m_askTimer.stop();
    m_watchTimer.stop();
    m_recountTimer.stop();
    m_results.ask(askedQuery(), nowNs());
    count(Counting::Anew);
    if (m_watching == Watch::On && hasRelativeTimes(m_query))
        m_ageTimer.start();
    else
        m_ageTimer.stop();
    Q_EMIT asked();
}

void QuerySession::refresh()
{
    const bool isBusy =
        m_results.isRefreshing() || m_results.state() == items::QueryResultModel::State::Asking;
    if (isBusy)
        m_watchTimer.start(); // what takes long must not be begun again and again
    else
        m_results.refresh(nowNs());
}

void QuerySession::askText(const QString &text)
{
    if (m_awaitingCatalogue && m_catalogue->metrics.empty()) {
        m_awaitingNames = text;
        return;
    }
    const query::ParseOutcome outcome = query::compile(text, *m_catalogue);
    if (const auto *error = std::get_if<query::QueryError>(&outcome)) {
        cancel();
        if (m_namesAreStale) {
            m_awaitingNames = text; // what it names may be new
            refreshCatalogue();
        } else {
            Q_EMIT problemFound(*error);
        }
        return;
    }
    m_awaitingNames.reset();
    setQuery(std::get<query::Query>(outcome));
    ask();
}

void QuerySession::cancel()
{
    m_askTimer.stop();
    m_countTimer.stop();
    m_recountTimer.stop();
    m_countTickets.cancel();
    m_isCounting = false;
    m_results.cancel();
    Q_EMIT countGivenUp();
    Q_EMIT cancelled();
}

void QuerySession::narrow(const NodePtr &condition)
{
    if (looksAtText(condition))
        askForGroupedRuns(); // it is they that have this text
    const bool needsTest = m_query.subject == Subject::Runs && speaksOfSteps(condition);
    setQuery({m_query.subject,
              items::conjunction(m_query.where,
                                 needsTest ? items::makeStepTest(condition) : condition)});
    ask();
}

void QuerySession::narrowTo(const query::Field &field, const std::optional<query::Value> &from,
                            const std::optional<query::Value> &to)
{
    using query::Operator;
    if (field.id == query::FieldId::Metric)
        askForGroupedRuns(); // it is of any of their steps
    NodePtr bounds;
    if (from)
        bounds = items::makeNode({field, Operator::GreaterOrEqual, {*from}});
    if (to)
        bounds = items::conjunction(bounds, items::makeNode({field, Operator::Less, {*to}}));
    const bool needsTest = bounds && m_query.subject == Subject::Runs && speaksOfSteps(bounds);
    setQuery(
        {m_query.subject, items::conjunction(items::withoutBounds(m_query.where, field),
                                             needsTest ? items::makeStepTest(bounds) : bounds)});
    ask();
}

/// Where steps are grouped by their runs, the runs that are shown become what the query asks for.
void QuerySession::askForGroupedRuns()
{
    if (m_grouping == Grouping::Steps)
        return;
    m_query = askedQuery();
    m_grouping = Grouping::Steps;
    Q_EMIT groupingChanged(m_grouping);
}

void QuerySession::setGrouping(Grouping grouping)
{
    if (grouping == m_grouping)
        return;
    m_grouping = grouping;
    Q_EMIT groupingChanged(grouping);
    ask();
}

void QuerySession::count(Counting how)
{
    m_countTimer.stop();
    m_isCounting = true;
    const Ticket ticket = m_countTickets.issue();
    if (how == Counting::Anew)
        Q_EMIT countChanged(std::nullopt);
    whenAnswered(m_source.count({askedQuery(), nowNs(), query::kDefaultCountCap}, ticket), this,
                 [this, ticket](const Answered<CountAnswer> &answer) {
                     if (ticket.isCancelled())
                         return;
                     m_isCounting = false;
                     if (answer)
                         Q_EMIT countChanged(**answer);
                     else
                         Q_EMIT countGivenUp();
                 });
}

void QuerySession::countAgain()
{
    if (m_isCounting)
        m_recountTimer.start();
    else
        count(Counting::Again);
}

void QuerySession::openMatch(ExecutionId run, const std::optional<StepId> &step)
{
    const query::Query &asked = m_results.query();
    const NodePtr demanded = asked.subject == Subject::Runs ? demandedStep(asked.where) : nullptr;
    if (step || !demanded) {
        Q_EMIT opened(run, step);
        return;
    }
    const Ticket ticket = m_openTickets.issue();
    query::StepQuestion question{
        {Subject::Steps, items::conjunction(demanded, ofRun(run))}, nowNs(), 1, {}};
    whenAnswered(m_source.findSteps(std::move(question), ticket), this,
                 [this, ticket, run](const Answered<query::StepAnswer> &answer) {
                     if (ticket.isCancelled())
                         return;
                     const bool found = answer && !(*answer)->hits.empty();
                     Q_EMIT opened(run, found ? std::optional((*answer)->hits.front().step.id)
                                              : std::nullopt);
                 });
}

// ---- figures around it ---------------------------------------------------------------------

void QuerySession::refreshCatalogue()
{
    m_namesAreStale = false;
    m_awaitingCatalogue = true;
    const Ticket ticket = m_catalogueTickets.issue();
    whenAnswered(m_source.catalogue(ticket), this,
                 [this, ticket](const Answered<query::Catalogue> &answer) {
                     if (ticket.isCancelled())
                         return;
                     m_awaitingCatalogue = false;
                     if (answer) {
                         m_catalogue = *answer;
                         Q_EMIT catalogueChanged(m_catalogue);
                     }
                     if (const auto text = std::exchange(m_awaitingNames, std::nullopt))
                         askText(*text);
                 });
}

void QuerySession::askDistribution(const QString &metric, std::optional<StepType> type)
{
    Ticket &current = m_figureTickets[QStringLiteral("spread of ") + nameOf(metric, type)];
    current.cancel();
    current = Ticket();
    query::DistributionQuestion question;
    question.metric = metric;
    question.type = type;
    question.now = nowNs();
    whenAnswered(
        m_source.distribution(std::move(question), current), this,
        [this, ticket = current, metric, type](const Answered<query::Distribution> &answer) {
            if (answer && !ticket.isCancelled())
                Q_EMIT distributionAnswered(metric, type, *answer);
        });
}

void QuerySession::askMatches(const QString &place, const query::Condition &condition,
                              std::optional<StepType> type)
{
    Ticket &current = m_figureTickets[QStringLiteral("matches at ") + place];
    current.cancel();
    current = Ticket();
    const NodePtr where =
        items::conjunction(type ? ofType(*type) : nullptr, items::makeNode(condition));
    whenAnswered(
        m_source.count({{Subject::Steps, where}, nowNs(), query::kDefaultCountCap}, current), this,
        [this, ticket = current, condition, type](const Answered<CountAnswer> &answer) {
            if (answer && !ticket.isCancelled())
                Q_EMIT matchesAnswered(condition, type, **answer);
        });
}

void QuerySession::setSavedView(SavedView view)
{
    if (view == SavedView::Hidden) {
        m_savedTimer.stop();
        return;
    }
    m_savedTimer.start();
    refreshSaved();
}

void QuerySession::refreshSaved()
{
    const Ticket ticket = m_savedTickets.issue();
    whenAnswered(m_source.savedQueries(ticket), this,
                 [this, ticket](const Answered<std::vector<query::SavedQuery>> &answer) {
                     if (answer && !ticket.isCancelled())
                         takeSaved(**answer);
                 });
}

void QuerySession::takeSaved(const std::vector<query::SavedQuery> &saved)
{
    const auto same = [](const query::SavedQuery &a, const query::SavedQuery &b) {
        return a.name == b.name && a.text == b.text;
    };
    if (std::ranges::equal(saved, m_saved, same))
        return;
    m_saved = saved;
    Q_EMIT savedChanged(m_saved);
    countSaved();
}

void QuerySession::countSaved()
{
    m_uncounted.assign(m_saved.begin(), m_saved.end());
    countNextSaved();
}

/// One after the other, so that a long list does not stand in the way of what the user asks.
void QuerySession::countNextSaved()
{
    if (m_uncounted.empty())
        return;
    const query::SavedQuery saved = m_uncounted.front();
    m_uncounted.pop_front();
    const query::ParseOutcome outcome = query::parse(saved.text);
    const auto *asked = std::get_if<query::Query>(&outcome);
    if (!asked) {
        countNextSaved();
        return;
    }
    const Ticket ticket = m_savedCountTickets.issue();
    whenAnswered(m_source.count({*asked, nowNs(), query::kDefaultCountCap}, ticket), this,
                 [this, ticket, name = saved.name](const Answered<CountAnswer> &answer) {
                     if (ticket.isCancelled())
                         return;
                     if (answer)
                         Q_EMIT savedCounted(name, **answer);
                     countNextSaved();
                 });
}

// ---- watching ------------------------------------------------------------------------------

void QuerySession::setWatch(Watch watch)
{
    if (watch == m_watching)
        return;
    m_watching = watch;
    m_ageTimer.stop();
    if (watch == Watch::On)
        ask(); // from here on nothing is missed
    Q_EMIT watchChanged(watch);
}

void QuerySession::applyChanges(const ChangeBatchPtr &batch)
{
    m_namesAreStale = true;
    if (!m_catalogueTimer.isActive())
        m_catalogueTimer.start();
    if (m_watching == Watch::Off)
        return;
    watchCommit(*batch);
}

void QuerySession::watchCommit(const ChangeBatch &batch)
{
    std::vector<StepRow> steps;
    QSet<qint64> runs;
    for (const Change &change : batch.changes) {
        if (change.step.isNull())
            runs.insert(change.execution.value);
        else if (change.kind == ChangeKind::Upserted)
            steps.push_back(change.step);
    }
    const query::Query &watched = m_results.query();
    const bool asksAgain = batch.gap || watched.subject == Subject::Runs ||
                           steps.size() > kMaxWatchedSteps ||
                           (!runs.empty() && looksAtRuns(watched));
    if (asksAgain && !m_watchTimer.isActive())
        m_watchTimer.start();
    if (batch.gap || watched.subject == Subject::Runs || steps.size() > kMaxWatchedSteps)
        return;
    const std::vector<StepRow> ofRuns = m_results.stepsOf(runs); // a run that is deleted, say
    steps.insert(steps.end(), ofRuns.begin(), ofRuns.end());
    takeCommittedSteps(std::move(steps));
}

void QuerySession::takeCommittedSteps(std::vector<StepRow> rows)
{
    std::ranges::sort(rows);
    rows.erase(std::ranges::unique(rows).begin(), rows.end());
    if (rows.empty())
        return;
    const Ticket ticket; // every batch is answered, in order
    const query::Query watched = m_results.query();
    whenAnswered(m_source.matchingSteps(watched, nowNs(), rows, ticket), this,
                 [this, watched, rows](const Answered<std::vector<query::StepHit>> &answer) {
                     const bool moot = m_watching == Watch::Off || !(watched == m_results.query());
                     if (!answer || moot)
                         return;
                     m_results.takeCommitted(rows, **answer);
                     if (!m_recountTimer.isActive())
                         m_recountTimer.start();
                 });
}

} // namespace xray::app
