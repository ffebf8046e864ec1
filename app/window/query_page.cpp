// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/query_page.h"

#include "app/window/desktop_notification.h"
#include "app/window/query_export.h"

#include <model/core/answer.h>
#include <model/core/text.h>
#include <model/items/condition_values.h>
#include <model/items/query_tree.h>
#include <views/charts/trends_panel.h>
#include <views/query/query_builder.h>
#include <views/query/saved_list.h>

#include <QApplication>
#include <QFileDialog>
#include <QKeyEvent>
#include <QPointer>
#include <QProgressDialog>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace xray::app {

namespace {

constexpr int kBuilderWidth = 420;

const QString kSplitterName = QStringLiteral("query");
const QString kTableName = QStringLiteral("result");

QString suffixOf(views::ExportFormat format)
{
    switch (format) {
    case views::ExportFormat::Csv:
        return QStringLiteral("csv");
    case views::ExportFormat::Json:
        return QStringLiteral("json");
    case views::ExportFormat::Ndjson:
        return QStringLiteral("ndjson");
    }
    return {};
}

} // namespace

QueryPage::QueryPage(query::QuerySource &source, EventSink &sink, Settings &settings,
                     QWidget *parent)
    : QWidget(parent)
    , m_sink(sink)
    , m_settings(settings)
    , m_session(source)
    , m_trends(new views::TrendsPanel)
    , m_results(new views::ResultsPanel(&m_session.results(), m_trends))
    , m_builder(new views::QueryBuilder)
    , m_saved(new views::SavedList)
    , m_side(new QWidget)
    , m_splitter(new QSplitter(Qt::Horizontal))
    , m_asksTrends(m_session, *m_results, *m_trends)
{
    arrange();
    connectBuilder();
    connectResults();
    connectSaved();
    connect(&m_asksTrends, &QueryTrends::seriesPicked, this,
            [this](const query::Condition &condition) { narrow(condition, views::Picked::Only); });
    connect(&m_asksTrends, &QueryTrends::narrowed, this,
            [this] { Q_EMIT textChanged(m_session.text()); });
    m_session.refreshCatalogue();
}

QueryPage::~QueryPage()
{
    m_settings.setSplitter(kSplitterName, m_splitter->saveState());
    m_settings.setColumnWidths(kTableName, m_results->table()->chosen().widths);
    m_settings.setColumnsShown(kTableName, m_results->table()->chosen().shown);
    delete m_splitter; // its views show the session's model
}

void QueryPage::arrange()
{
    auto *side = new QVBoxLayout(m_side);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(0);
    side->addWidget(m_builder);
    side->addWidget(m_saved, 1);
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_side);
    m_splitter->addWidget(m_results);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({kBuilderWidth, 1180});
    m_splitter->restoreState(m_settings.splitter(kSplitterName));
    m_results->table()->setChosen(
        {m_settings.columnWidths(kTableName), m_settings.columnsShown(kTableName)});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    setFocusProxy(m_results->table());
}

void QueryPage::askText(const QString &text)
{
    Q_EMIT showRequested();
    m_session.askText(text);
}

void QueryPage::narrowTo(const QString &path, const QByteArray &json)
{
    const auto condition = items::conditionOfPayload(path, json, *m_session.catalogue());
    if (!condition) {
        Q_EMIT told(QStringLiteral("A query cannot ask for %1.").arg(path));
        return;
    }
    Q_EMIT showRequested();
    m_session.narrow(items::makeNode(*condition));
    Q_EMIT textChanged(m_session.text());
}

void QueryPage::toggleBuilder()
{
    const bool wasSeen = isVisible() && m_side->isVisible();
    Q_EMIT showRequested();
    m_side->setVisible(!wasSeen);
    if (!wasSeen)
        m_builder->addButton()->setFocus(Qt::ShortcutFocusReason);
    if (m_session.results().state() == items::QueryResultModel::State::Idle)
        m_session.ask();
}

void QueryPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closeRequested();
    else
        QWidget::keyPressEvent(event);
}

void QueryPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_session.setSavedView(QuerySession::SavedView::Shown);
}

void QueryPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_session.setSavedView(QuerySession::SavedView::Hidden);
}

void QueryPage::narrow(const query::Condition &condition, views::Picked how)
{
    const query::NodePtr node = items::makeNode(condition);
    m_session.narrow(how == views::Picked::Only ? node : items::negated(node));
    Q_EMIT textChanged(m_session.text());
}

// ---- wiring --------------------------------------------------------------------------------

void QueryPage::connectBuilder()
{
    using views::QueryBuilder;
    connect(m_builder, &QueryBuilder::queryEdited, this, [this](const query::Query &query) {
        m_session.setQuery(query);
        Q_EMIT textChanged(m_session.text());
        m_session.askSoon();
    });
    connect(m_builder, &QueryBuilder::runRequested, this, [this] { m_session.ask(); });
    connect(m_builder, &QueryBuilder::distributionNeeded, &m_session,
            &QuerySession::askDistribution);
    connect(m_builder, &QueryBuilder::matchesNeeded, &m_session, &QuerySession::askMatches);
    connect(&m_session, &QuerySession::queryChanged, m_builder, &QueryBuilder::setQuery);
    connect(&m_session, &QuerySession::countChanged, m_builder, &QueryBuilder::setCount);
    connect(&m_session, &QuerySession::catalogueChanged, m_builder, &QueryBuilder::setCatalogue);
    connect(&m_session, &QuerySession::distributionAnswered, m_builder,
            &QueryBuilder::setDistribution);
    connect(&m_session, &QuerySession::matchesAnswered, m_builder, &QueryBuilder::setMatches);
}

void QueryPage::connectResults()
{
    using views::ResultsPanel;
    connect(&m_session, &QuerySession::countChanged, m_results, &ResultsPanel::setCount);
    connect(&m_session, &QuerySession::countGivenUp, m_results, &ResultsPanel::giveUpCount);
    connect(&m_session, &QuerySession::problemFound, m_results, &ResultsPanel::showProblem);
    connect(&m_session, &QuerySession::queryChanged, this, [this](const query::Query &query) {
        m_results->groupButton()->setEnabled(query.subject == query::Subject::Steps);
    });
    connect(&m_session, &QuerySession::groupingChanged, this, [this](Grouping grouping) {
        m_results->groupButton()->setChecked(grouping == Grouping::Runs);
    });
    connect(m_results, &ResultsPanel::groupByRunToggled, this, [this] {
        m_session.setGrouping(m_session.grouping() == Grouping::Steps ? Grouping::Runs
                                                                      : Grouping::Steps);
    });
    connect(m_results, &ResultsPanel::cancelRequested, &m_session, &QuerySession::cancel);
    connect(m_results, &ResultsPanel::retryRequested, &m_session, &QuerySession::ask);
    connect(m_results, &ResultsPanel::clearRequested, this, [this] {
        Q_EMIT textChanged({});
        m_session.askText({});
    });
    connect(m_results, &ResultsPanel::conditionPicked, this, &QueryPage::narrow);
    connect(m_results, &ResultsPanel::exportRequested, this, &QueryPage::exportMatches);
    connect(m_results, &ResultsPanel::runExportRequested, this,
            [this] { Q_EMIT runExportRequested(m_session.results().query()); });
    connect(m_results, &ResultsPanel::openRequested, &m_session, &QuerySession::openMatch);
    connect(&m_session, &QuerySession::opened, this, &QueryPage::openRequested);
    connect(&m_session, &QuerySession::matchesArrived, this, &QueryPage::tellOfMatches);
}

void QueryPage::connectSaved()
{
    using views::SavedList;
    connect(&m_session, &QuerySession::savedChanged, m_saved, &SavedList::setSaved);
    connect(&m_session, &QuerySession::savedCounted, m_saved, &SavedList::setCount);
    connect(m_saved, &SavedList::chosen, this, [this](const QString &text) {
        Q_EMIT textChanged(text);
        askText(text);
    });
    connect(m_saved, &SavedList::renameRequested, this, &QueryPage::renameQuery);
    connect(m_saved, &SavedList::removeRequested, this, &QueryPage::removeQuery);
}

void QueryPage::tellOfMatches(int count)
{
    if (m_settings.notifyOfMatches() == Notify::Off || QApplication::activeWindow())
        return;
    notifyDesktop(count == 1 ? QStringLiteral("1 new match")
                             : QStringLiteral("%1 new matches").arg(formatCount(count)),
                  m_session.text());
}

// ---- saving --------------------------------------------------------------------------------

bool QueryPage::hasSaved(const QString &name) const
{
    return std::ranges::find(m_session.saved(), name, &query::SavedQuery::name) !=
           m_session.saved().end();
}

void QueryPage::saveQuery(const QString &name)
{
    saveText(name, m_session.text());
}

void QueryPage::saveText(const QString &name, const QString &text)
{
    submit({SaveQueryEvent{name.toUtf8(), text.toUtf8()}},
           QStringLiteral("The query was not saved"));
}

void QueryPage::renameQuery(const QString &name, const QString &newName)
{
    if (hasSaved(newName)) {
        Q_EMIT told(QStringLiteral("There is a saved query “%1” already.").arg(newName));
        m_saved->setSaved(m_session.saved());
        return;
    }
    for (const query::SavedQuery &saved : m_session.saved()) {
        if (saved.name == name)
            submit({SaveQueryEvent{newName.toUtf8(), saved.text.toUtf8()},
                    RemoveQueryEvent{name.toUtf8()}},
                   QStringLiteral("The query was not renamed"));
    }
}

void QueryPage::removeQuery(const QString &name)
{
    for (const query::SavedQuery &saved : m_session.saved()) {
        if (saved.name == name)
            Q_EMIT queryRemoved(saved);
    }
    submit({RemoveQueryEvent{name.toUtf8()}}, QStringLiteral("The query was not deleted"));
}

void QueryPage::submit(std::vector<Event> events, const QString &whatFailed)
{
    Submission submission;
    submission.events = std::move(events);
    submission.done = [whatFailed,
                       alive = QPointer<QueryPage>(this)](const SubmissionResult &result) {
        QString problem = result.status ? QString() : result.status.error().message;
        for (const EventOutcome &outcome : result.outcomes) {
            if (!outcome && problem.isEmpty())
                problem = outcome.error().message;
        }
        QMetaObject::invokeMethod(qApp, [alive, whatFailed, problem] {
            if (!alive)
                return;
            if (!problem.isEmpty())
                Q_EMIT alive->told(QStringLiteral("%1: %2").arg(whatFailed, problem));
            alive->m_session.refreshSaved();
        });
    };
    if (auto queued = m_sink.submit(std::move(submission)); !queued)
        Q_EMIT told(QStringLiteral("%1: %2").arg(whatFailed, queued.error().message));
}

// ---- exporting -----------------------------------------------------------------------------

void QueryPage::exportMatches(views::ExportFormat format)
{
    auto *dialog = new QFileDialog(this, QStringLiteral("Export matches"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffixOf(format));
    dialog->selectFile(QStringLiteral("matches.") + suffixOf(format));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, format](const QString &path) { exportMatchesTo(path, format); });
    dialog->open();
}

void QueryPage::exportMatchesTo(const QString &path, views::ExportFormat format)
{
    auto *task =
        new QueryExport(m_session.source(), m_session.results().query(), format, path, this);
    const qint64 expected = m_results->exactCount();
    auto *progress =
        new QProgressDialog(QStringLiteral("Writing matches"), QStringLiteral("Cancel"), 0,
                            static_cast<int>(expected), this); // busy when nobody knows
    progress->setMinimumDuration(views::ResultsPanel::kPatienceMs);
    progress->setAutoReset(false);
    progress->setAutoClose(false);
    progress->setValue(0); // from here on it counts the time
    connect(progress, &QProgressDialog::canceled, task, [this, task] {
        task->cancel();
        Q_EMIT told(QStringLiteral("Nothing was written"));
    });
    connect(task, &QueryExport::progressed, progress, [progress, expected](qint64 written) {
        progress->setLabelText(QStringLiteral("%1 matches written").arg(formatCount(written)));
        progress->setValue(static_cast<int>(std::min(written, expected)));
    });
    connect(task, &QueryExport::finished, this, [this, path](qint64 written) {
        Q_EMIT told(QStringLiteral("%1 matches written to %2").arg(formatCount(written), path));
    });
    connect(task, &QueryExport::failed, this, [this](const Error &error) {
        Q_EMIT told(QStringLiteral("The matches were not exported: %1").arg(error.message));
    });
    // To close the dialog would be to cancel.
    connect(task, &QObject::destroyed, progress, &QObject::deleteLater);
    task->start();
}

} // namespace xray::app
