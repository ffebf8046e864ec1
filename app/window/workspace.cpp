// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/workspace.h"

#include "app/window/query_page.h"

#include <views/inspector/inspector_view.h>
#include <views/inspector/metric_standing.h>
#include <views/inspector/payload_view.h>
#include <views/look/empty_state.h>
#include <views/look/theme.h>
#include <views/look/toast_bar.h>
#include <views/run/error_list_view.h>
#include <views/run/run_header.h>
#include <views/run/step_table_view.h>
#include <views/runs/first_run_view.h>
#include <views/runs/run_list_panel.h>
#include <views/timeline/timeline_view.h>

#include <model/core/answer.h>
#include <model/core/text.h>
#include <model/items/step_table_model.h>

#include <QMessageBox>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

#include <chrono>
#include <utility>

namespace xray::app {

using views::Follow;

namespace {

constexpr int kRunPanelWidth = 330;
constexpr int kInspectorWidth = 430;
constexpr std::chrono::milliseconds kMessageTime{6000};
constexpr std::chrono::milliseconds kProblemTime{30000};

const QString kColumnsName = QStringLiteral("columns");
const QString kRunName = QStringLiteral("run");
const QString kStepTableName = QStringLiteral("step");

QSplitter *makeSplitter(Qt::Orientation orientation, const QString &name)
{
    auto *splitter = new QSplitter(orientation);
    splitter->setObjectName(name);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    return splitter;
}

} // namespace

Workspace::Workspace(Host &host, Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_host(host)
    , m_settings(settings)
    , m_session(host.source())
    , m_figures(host.source())
    , m_files(host, this)
    , m_edits(host.sink(), m_runs, m_session)
    , m_pages(new QStackedWidget(this))
    , m_queryPage(new QueryPage(host.queries(), host.sink(), settings))
    , m_firstRun(new views::FirstRunView)
    , m_columns(makeSplitter(Qt::Horizontal, kColumnsName))
    , m_runPanel(new views::RunListPanel)
    , m_runPages(new QStackedWidget)
    , m_noRun(new views::EmptyState)
    , m_header(new views::RunHeader)
    , m_runSplitter(makeSplitter(Qt::Vertical, kRunName))
    , m_timeline(new views::TimelineView)
    , m_bottomTabs(new QTabBar)
    , m_bottomPages(new QStackedWidget)
    , m_stepTable(new views::StepTableView)
    , m_errorList(new views::ErrorListView)
    , m_inspector(new views::InspectorView)
    , m_toast(new views::ToastBar(this))
{
    arrange();
    connectRunList();
    connectSession();
    connectSteps();
    connectFeed();
    connectQueries();
    connectFiles();
    connectEdits();
    m_runs.setFirstRows(items::RunListModel::FirstRows::Ahead);
    m_runs.setSource(&m_host.source());
    m_runs.setQuery({});
    showFollow(m_session.follow());
    showNoRun();
}

Workspace::~Workspace()
{
    for (const QSplitter *splitter : {m_columns, m_runSplitter})
        m_settings.setSplitter(splitter->objectName(), splitter->saveState());
    m_settings.setColumnWidths(kStepTableName, m_stepTable->chosenWidths());
    m_historyTicket.cancel();
    m_runs.setSource(nullptr);
}

// ---- layout --------------------------------------------------------------------------------

QWidget *Workspace::makeBottomPanel()
{
    auto *panel = new QWidget;
    auto *column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_bottomTabs->setFixedHeight(views::kPanelHeaderHeight);
    m_bottomTabs->setDrawBase(false);
    m_bottomTabs->setExpanding(false);
    m_bottomTabs->addTab(QStringLiteral("Steps"));
    m_bottomTabs->addTab(QStringLiteral("Errors 0"));
    m_bottomPages->addWidget(m_stepTable);
    m_bottomPages->addWidget(m_errorList);
    connect(m_bottomTabs, &QTabBar::currentChanged, m_bottomPages,
            &QStackedWidget::setCurrentIndex);
    column->addWidget(m_bottomTabs);
    column->addWidget(m_bottomPages, 1);
    return panel;
}

QWidget *Workspace::makeRunPage()
{
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_runSplitter->addWidget(m_timeline);
    m_runSplitter->addWidget(makeBottomPanel());
    m_runSplitter->setSizes({400, 400});
    column->addWidget(m_header);
    column->addWidget(m_runSplitter, 1);
    return page;
}

void Workspace::arrange()
{
    m_runPages->addWidget(m_noRun);
    m_runPages->addWidget(makeRunPage());
    m_columns->addWidget(m_runPanel);
    m_columns->addWidget(m_runPages);
    m_columns->addWidget(m_inspector);
    m_columns->setStretchFactor(1, 1);
    m_columns->setSizes({kRunPanelWidth, 840, kInspectorWidth});
    for (QSplitter *splitter : {m_columns, m_runSplitter})
        splitter->restoreState(m_settings.splitter(splitter->objectName()));
    m_stepTable->setChosenWidths(m_settings.columnWidths(kStepTableName));
    setFocusProxy(m_runPanel->view());
    m_pages->addWidget(m_columns);
    m_pages->addWidget(m_firstRun);
    m_pages->addWidget(m_queryPage);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    connect(m_firstRun, &views::FirstRunView::openStoreRequested, this,
            &Workspace::openStoreRequested);
    connect(m_firstRun, &views::FirstRunView::loadDemoRequested, this,
            &Workspace::loadDemoRequested);
}

// ---- wiring --------------------------------------------------------------------------------

void Workspace::connectRunList()
{
    using views::RunListPanel;
    m_runPanel->setRunModel(&m_runs);
    connect(m_runPanel, &RunListPanel::runSelected, this, [this](ExecutionId id) {
        if (m_session.openRunId() == id)
            return;
        m_session.openRun(id);
    });
    connect(m_runPanel, &RunListPanel::runActivated, this, [this] { focusPart(Part::Timeline); });
    connect(m_runPanel, &RunListPanel::filterChanged, this, &Workspace::setFilter);
    connect(m_runPanel, &RunListPanel::sortChanged, this, [this](const RunSort &sort) {
        RunQuery query = m_runs.query();
        query.sort = sort;
        m_runs.setQuery(query);
    });
    connect(m_runPanel, &RunListPanel::deleteRequested, &m_edits, &RunEdits::deleteRuns);
    connect(m_runPanel, &RunListPanel::deleteRefused, this, &Workspace::tell);
    connect(m_runPanel, &RunListPanel::tagsEdited, &m_edits, &RunEdits::saveTags);
    // A live run may be opened before the list has heard of it.
    connect(&m_runs, &QAbstractItemModel::rowsInserted, this, [this] {
        if (m_pages->currentWidget() == m_firstRun)
            m_pages->setCurrentWidget(m_columns); // it gives way at once
        markFollowedRun();
    });
    connect(&m_runs, &items::RunListModel::stateChanged, this, &Workspace::markOpenRun);
}

void Workspace::connectSession()
{
    connect(&m_session, &Session::runOpening, this, [this](ExecutionId id) {
        m_awaitedInList = !m_runPanel->selectRun(id);
        m_inspector->setLoading();
    });
    connect(&m_session, &Session::runChanged, this, &Workspace::showRun);
    connect(&m_session, &Session::runClosed, this, &Workspace::showNoRun);
    connect(&m_session, &Session::runFailed, this, [this](const Error &error) {
        m_noRun->showMessage(QLatin1String("warning"), QStringLiteral("This run cannot be shown"),
                             error.message, QStringLiteral("Try again"));
        m_runPages->setCurrentWidget(m_noRun);
    });
    connect(m_noRun, &views::EmptyState::actionTriggered, &m_session, &Session::retry);
    connect(&m_session, &Session::stepSelected, this, &Workspace::showStep);
    connect(&m_session, &Session::stepDetailLoading, m_inspector,
            &views::InspectorView::setLoading);
    connect(&m_session, &Session::stepDetailFailed, m_inspector, &views::InspectorView::setError);
    connect(&m_session, &Session::stepDetailChanged, this, [this](const StepDetailPtr &detail) {
        m_inspector->setDetail(detail, m_session.run()->run.pipelineName);
        showPosition();
    });
    connect(&m_session, &Session::followChanged, this, &Workspace::showFollow);
}

void Workspace::connectSteps()
{
    using views::InspectorView;
    const auto select = [this](StepId id) { m_session.selectStep(id); };
    connect(m_timeline, &views::TimelineView::stepSelected, this, select);
    connect(m_stepTable, &views::StepTableView::stepSelected, this, select);
    connect(m_errorList, &views::ErrorListView::stepSelected, this, select);
    connect(m_timeline, &views::TimelineView::stepActivated, this,
            [this] { focusPart(Part::Inspector); });
    connect(m_stepTable, &views::StepTableView::stepActivated, this,
            [this] { focusPart(Part::Inspector); });
    connect(m_inspector, &InspectorView::previousStepRequested, this,
            [this] { m_session.selectNeighbour(-1); });
    connect(m_inspector, &InspectorView::nextStepRequested, this,
            [this] { m_session.selectNeighbour(1); });
    connect(m_inspector, &InspectorView::retryRequested, &m_session, &Session::retry);
    connect(m_inspector, &InspectorView::metricHistoryNeeded, this, &Workspace::askForHistory);
    connect(m_header, &views::RunHeader::tagsEdited, &m_edits, &RunEdits::saveTags);
    connect(m_timeline, &views::TimelineView::followChanged, &m_session, &Session::setFollow);
}

void Workspace::connectFeed()
{
    connect(&m_figures, &StoreFigures::totalsChanged, this, &Workspace::takeTotals);
    connect(&m_figures, &StoreFigures::facetsChanged, m_runPanel, &views::RunListPanel::setFacets);
    connect(&m_host.changes(), &ChangeFeed::changed, this, [this](const ChangeBatchPtr &batch) {
        m_runs.applyChanges(batch);
        m_session.applyChanges(batch);
        m_queryPage->session().applyChanges(batch);
        followNewest();
        m_figures.noteChange();
    });
    const auto showEndpoint = [this](const HostState &state) {
        m_firstRun->setEndpoint(state.isListening() ? QStringLiteral("http://") + state.address
                                                    : QString());
    };
    connect(&m_host, &Host::stateChanged, m_firstRun, showEndpoint);
    showEndpoint(m_host.state());
}

// ---- the run and its steps -----------------------------------------------------------------

void Workspace::showRun(const RunSnapshotPtr &run)
{
    m_header->setSnapshot(run);
    m_timeline->setSnapshot(run);
    m_stepTable->setSnapshot(run);
    m_errorList->setSnapshot(run);
    showErrorCount(run);
    m_runPages->setCurrentIndex(1);
    markOpenRun();
    showPosition();
}

/// A run may be opened before the list is there, or has heard of it.
void Workspace::markOpenRun()
{
    if (m_awaitedInList && m_session.follow() == Follow::Off && m_session.run())
        m_awaitedInList = !m_runPanel->selectRun(m_session.run()->run.row);
}

void Workspace::showErrorCount(const RunSnapshotPtr &run)
{
    const auto count = static_cast<qint64>(run->errors.size());
    const qsizetype folded = m_session.foldedSteps();
    const QString steps = QStringLiteral("Steps %1").arg(formatCount(run->steps.size()));
    m_bottomTabs->setTabText(
        0, folded == 0 ? steps : QStringLiteral("%1 + %2 folded").arg(steps, formatCount(folded)));
    m_bottomTabs->setTabToolTip(
        0, folded == 0 ? QString()
                       : QStringLiteral("Steps of the framework (parsers, prompt templates, HTTP "
                                        "calls) are folded; Ctrl+Shift+P shows them"));
    m_bottomTabs->setTabText(1, QStringLiteral("Errors %1").arg(formatCount(count)));
    const views::Theme &theme = views::themeFor(palette());
    m_bottomTabs->setTabTextColor(1, count > 0 ? theme.error : QColor());
}

void Workspace::showNoRun()
{
    m_noRun->showMessage(QLatin1String("empty"), QStringLiteral("Choose a run"),
                         QStringLiteral("Its steps appear here as they happened, and why on the "
                                        "right. Ctrl+K searches all runs."));
    m_runPages->setCurrentWidget(m_noRun);
    m_inspector->clear();
    m_header->setSnapshot(nullptr);
    m_timeline->setSnapshot(nullptr);
    m_stepTable->setSnapshot(nullptr);
    m_errorList->setSnapshot(nullptr);
}

void Workspace::showStep(const std::optional<StepId> &id)
{
    m_timeline->setSelectedStep(id);
    m_stepTable->setSelectedStep(id);
    if (!id)
        m_inspector->clear();
}

void Workspace::showPosition()
{
    const qsizetype position = m_session.selectedPosition();
    if (position >= 0)
        m_inspector->setPosition(position + 1, m_session.run()->steps.size());
}

void Workspace::askForHistory(const MetricHistoryQuery &query)
{
    whenAnswered(m_host.source().metricHistory(query, m_historyTicket), this,
                 [this](const Answered<MetricHistory> &answer) {
                     if (answer)
                         takeHistory(*answer);
                 });
}

void Workspace::takeHistory(const std::shared_ptr<const MetricHistory> &history)
{
    m_inspector->setMetricHistory(history);
    const qsizetype position = m_session.selectedPosition();
    if (history->query.metric != QLatin1String("percentage_eliminated") || position < 0)
        return;
    const Step &step = m_session.run()->steps.at(position);
    const auto eliminated = items::percentageEliminated(step);
    if (eliminated && step.name == history->query.stepName)
        m_timeline->setRemark(step.id, views::eliminationRemark(*eliminated, history->values));
}

// ---- the query ---------------------------------------------------------------------------------

void Workspace::connectQueries()
{
    connect(m_queryPage, &QueryPage::showRequested, this, &Workspace::showQueries);
    connect(m_queryPage, &QueryPage::closeRequested, this, &Workspace::showRuns);
    connect(m_queryPage, &QueryPage::openRequested, this, &Workspace::openFromQuery);
    connect(m_queryPage, &QueryPage::told, this, &Workspace::tell);
    connect(m_queryPage, &QueryPage::queryRemoved, this, [this](const query::SavedQuery &saved) {
        offer(QStringLiteral("“%1” deleted for everyone").arg(saved.name), QStringLiteral("Undo"),
              kProblemTime, [this, saved] { m_queryPage->saveText(saved.name, saved.text); });
    });
    connect(m_queryPage, &QueryPage::runExportRequested, &m_files, &RunFiles::chooseExportOf);
    for (const auto *payload : m_inspector->findChildren<views::PayloadView *>())
        connect(payload, &views::PayloadView::valuePicked, m_queryPage, &QueryPage::narrowTo);
    connect(&m_session, &Session::historyChanged, this, [this] { m_cameFromQueries = false; });
}

bool Workspace::showsQueries() const
{
    return m_pages->currentWidget() == m_queryPage;
}

void Workspace::showQueries()
{
    m_pages->setCurrentWidget(m_queryPage);
    m_queryPage->setFocus(Qt::OtherFocusReason);
    Q_EMIT pageChanged();
}

void Workspace::showRuns()
{
    if (!showsQueries())
        return;
    m_pages->setCurrentWidget(m_columns);
    m_runPanel->focusList();
    Q_EMIT pageChanged();
}

void Workspace::openFromQuery(ExecutionId run, const std::optional<StepId> &step)
{
    m_session.setFollow(Follow::Off); // nothing takes it away
    if (m_session.openRunId() == run && m_session.run() && step)
        m_session.selectStep(*step);
    else
        m_session.openRun(run, Reason::User, step);
    m_pages->setCurrentWidget(m_columns);
    m_cameFromQueries = true;
    focusPart(Part::Timeline);
    Q_EMIT pageChanged();
}

// ---- the run list --------------------------------------------------------------------------

void Workspace::setFilter(const RunFilter &filter)
{
    RunQuery query = m_runs.query();
    query.filter = filter;
    m_runs.setQuery(query);
}

void Workspace::search(const QString &text)
{
    RunFilter filter = m_runs.query().filter;
    filter.text = text;
    m_runPanel->setFilter(filter);
    setFilter(filter);
}

void Workspace::showFollow(Follow follow)
{
    m_runPanel->setFollow(follow);
    m_timeline->setFollow(follow);
    if (follow == Follow::On)
        followNewest();
    else
        markOpenRun();
}

/// Makes the followed run current once the list has it, unless someone looks further down.
void Workspace::markFollowedRun()
{
    QScrollBar *scrollBar = m_runPanel->view()->verticalScrollBar();
    const bool following = m_session.follow() == Follow::On && m_session.openRunId();
    if (!m_awaitedInList || !following || scrollBar->value() != 0)
        return;
    m_awaitedInList = !m_runPanel->selectRun(*m_session.openRunId());
    scrollBar->setValue(0);
}

/// Asks for the newest run that is running, whatever the list shows; one question at a time.
void Workspace::followNewest()
{
    if (!m_session.wantsLiveRun() || m_askingForLiveRun)
        return;
    m_askingForLiveRun = true;
    RunPageQuery newestLive;
    newestLive.filter.statuses = {RunStatus::Running};
    newestLive.limit = 1;
    whenAnswered(m_host.source().runPage(newestLive, {}), this,
                 [this](const Answered<RunPage> &page) {
                     m_askingForLiveRun = false;
                     if (page && !(*page)->runs.empty())
                         m_session.offerLiveRun((*page)->runs.front());
                 });
}

void Workspace::takeTotals(const StoreTotals &totals)
{
    m_runs.setTotal(totals.runs);
    // The first-run page does not come back while one looks at a run.
    const bool empty = totals.runs == 0 && !m_session.openRunId() && m_runs.rowCount() == 0;
    if (!showsQueries() && (!m_totalsKnown || !empty))
        m_pages->setCurrentWidget(empty ? static_cast<QWidget *>(m_firstRun) : m_columns);
    m_totalsKnown = true;
    Q_EMIT totalsChanged(totals);
}

// ---- notices, files, tags and deletion -------------------------------------------------------

void Workspace::tell(const QString &message)
{
    offer(message, {}, kMessageTime, {});
}

void Workspace::offer(const QString &message, const QString &action, std::chrono::milliseconds time,
                      std::function<void()> take)
{
    m_toast->showToast(message, action, time); // which dismisses what was offered before
    m_offered = std::move(take);
}

void Workspace::connectFiles()
{
    connect(&m_files, &RunFiles::progressed, this, &Workspace::tellOfWork);
    connect(&m_files, &RunFiles::finished, this, &Workspace::tell);
    connect(&m_files, &RunFiles::failed, this,
            [this](const QString &message) { offer(message, {}, kProblemTime, {}); });
    connect(&m_files, &RunFiles::finishedInPart, this,
            [this](const QString &text, const QStringList &reasons) {
                offer(text, QStringLiteral("Show all"), kProblemTime,
                      [this, text, reasons] { showReasons(text, reasons); });
            });
    connect(&m_files, &RunFiles::runImported, &m_session,
            [this](ExecutionId run) { m_session.openRun(run); });
}

void Workspace::connectEdits()
{
    connect(&m_edits, &RunEdits::failed, this, &Workspace::tell);
    connect(&m_edits, &RunEdits::deleted, this, [this](qint64 runs) {
        offerToUndo(runs == 1 ? QStringLiteral("1 run deleted")
                              : QStringLiteral("%1 runs deleted").arg(formatCount(runs)),
                    [this] { m_edits.undoDelete(); });
    });
    connect(m_toast, &views::ToastBar::actionTriggered, this, [this] {
        m_undo = {};
        if (const auto take = std::exchange(m_offered, {}))
            take();
    });
    connect(m_toast, &views::ToastBar::dismissed, this, [this] {
        m_offered = {};
        m_undo = {};
    });
}

void Workspace::offerToUndo(const QString &message, std::function<void()> undo)
{
    offer(message, QStringLiteral("Undo"), std::chrono::milliseconds(kUndoDelete / kNsPerMs), undo);
    m_undo = std::move(undo);
}

void Workspace::undoDelete()
{
    if (const auto undo = std::exchange(m_undo, {})) {
        m_toast->dismiss();
        undo();
    }
}

void Workspace::tellOfWork(const QString &text)
{
    if (m_offered && !m_toast->showsWork())
        return;
    m_toast->showWork(text, QStringLiteral("Stop"));
    m_offered = [this] { m_files.stop(); };
}

void Workspace::showReasons(const QString &text, const QStringList &reasons)
{
    auto *box = new QMessageBox(QMessageBox::Warning, QStringLiteral("Import"), text,
                                QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(reasons.join(QLatin1Char('\n')));
    box->open();
}

void Workspace::importFiles(const QStringList &paths)
{
    m_files.import(paths);
}

void Workspace::chooseExport()
{
    if (const auto run = m_session.openRunId())
        m_files.chooseExport(*run);
}

void Workspace::deleteSelectedRuns()
{
    m_runPanel->view()->requestDelete();
}

void Workspace::editTagsOfRun()
{
    m_header->editTags();
}

void Workspace::focusPart(Part part)
{
    showRuns();
    switch (part) {
    case Part::Search:
        m_runPanel->focusSearch();
        return;
    case Part::Runs:
        m_runPanel->focusList();
        return;
    case Part::Timeline:
        m_timeline->setFocus(Qt::ShortcutFocusReason);
        return;
    case Part::Steps:
        m_bottomTabs->setCurrentIndex(0);
        m_stepTable->setFocus(Qt::ShortcutFocusReason);
        return;
    case Part::Inspector:
        m_inspector->setFocus(Qt::ShortcutFocusReason);
        return;
    }
}

} // namespace xray::app
