// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.h"

#include "app/window/diagnostics.h"
#include "app/window/query_bar.h"
#include "app/window/query_page.h"
#include "app/window/top_bar.h"
#include "app/window/workspace.h"

#include <model/core/answer.h>

#include <views/diagnostics/diagnostics_view.h>
#include <views/look/empty_state.h>
#include <views/look/notice_line.h>
#include <views/query/query_field.h>
#include <views/timeline/timeline_view.h>

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QScreen>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace xray::app {

using views::Follow;

namespace {

constexpr int kTrafficIntervalMs = 1000;
constexpr QSize kFirstSize{1600, 1000};
constexpr QSize kFrame{8, 40}; ///< room for the window manager's frame

/// A host on its way between threads; QFuture wants results that can be copied.
using HostAnswer = Result<std::shared_ptr<std::unique_ptr<Host>>>;

/// Waits for `before`, so that a store that is being closed is not opened twice.
HostAnswer openHost(const HostOptions &options, QObject *home, QFuture<void> before)
{
    before.waitForFinished();
    auto host = Host::open(options, home);
    if (!host)
        return host.error();
    return std::make_shared<std::unique_ptr<Host>>(std::move(*host));
}

} // namespace

MainWindow::MainWindow(Settings &settings, views::SchemeWatcher &scheme, QWidget *parent)
    : QMainWindow(parent)
    , m_settings(settings)
    , m_scheme(scheme)
    , m_queryBar(new QueryBar(settings))
    , m_trouble(new views::NoticeLine)
    , m_pages(new QStackedWidget)
    , m_message(new views::EmptyState)
    , m_diagnostics(new views::DiagnosticsView)
    , m_status(new StatusLine)
{
    setAcceptDrops(true);
    setWindowTitle(QStringLiteral("X-Ray"));
    resize(kFirstSize.boundedTo(screen()->availableSize() - kFrame));
    restoreGeometry(m_settings.windowGeometry());
    makeActions();
    auto *centre = new QWidget;
    auto *column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *bar = new TopBar(m_actions, m_queryBar, m_settings);
    column->addWidget(bar);
    column->addWidget(m_trouble);
    column->addWidget(m_pages, 1);
    column->addWidget(m_status);
    m_pages->addWidget(m_message);
    m_pages->addWidget(m_diagnostics);
    setCentralWidget(centre);
    connect(m_status, &StatusLine::anotherPortRequested, this, &MainWindow::useAnotherPort);
    const auto openText = [this](const QString &text) {
        if (auto url = store::parseStoreUrl(text))
            openUrl(*url, DemoFill::No);
    };
    connect(bar, &TopBar::storeChosen, this, openText);
    connect(m_status, &StatusLine::watchRequested, this, openText);
    connect(m_status, &StatusLine::diagnosticsRequested, this, &MainWindow::toggleDiagnostics);
    connect(m_diagnostics, &views::DiagnosticsView::closeRequested, this,
            &MainWindow::toggleDiagnostics);
    connect(m_message, &views::EmptyState::actionTriggered, this, &MainWindow::openAgainOrAnother);
    connect(m_trouble, &views::NoticeLine::actionTriggered, this, &MainWindow::toggleDiagnostics);
    connect(&m_traffic, &QTimer::timeout, this, &MainWindow::refreshTraffic);
    connect(m_queryBar, &QueryBar::escaped, this, [this] {
        if (m_workspace)
            m_workspace->showRuns();
    });
    refreshActions();
}

MainWindow::~MainWindow()
{
    closeStore();
    m_closing.waitForFinished();
}

// ---- bar, menu, actions --------------------------------------------------------------------

void MainWindow::makeActions()
{
    for (const ActionSpec &spec : actionSpecs()) {
        QAction *action = makeAction(spec, this);
        addAction(action);
        m_actions[spec.id] = action;
        connect(action, &QAction::triggered, this, [this, id = spec.id] { perform(id); });
    }
    action(ActionId::FollowLive)->setCheckable(true);
    action(ActionId::FollowLive)->setChecked(true);
    action(ActionId::ShowPlumbing)->setCheckable(true);
    auto *schemes = new QActionGroup(this);
    const std::pair<ActionId, views::SchemeChoice> choices[] = {
        {ActionId::SchemeSystem, views::SchemeChoice::System},
        {ActionId::SchemeLight, views::SchemeChoice::Light},
        {ActionId::SchemeDark, views::SchemeChoice::Dark}};
    for (const auto &[id, choice] : choices) {
        action(id)->setCheckable(true);
        action(id)->setChecked(m_scheme.choice() == choice);
        schemes->addAction(action(id));
    }
}

void MainWindow::refreshActions()
{
    const bool open = m_workspace != nullptr;
    for (const ActionId id :
         {ActionId::Search,        ActionId::AskQuery,   ActionId::BuildQuery,
          ActionId::SaveQuery,     ActionId::WatchQuery, ActionId::FocusRuns,
          ActionId::FocusTimeline, ActionId::FocusSteps, ActionId::FocusInspector,
          ActionId::PreviousStep,  ActionId::NextStep,   ActionId::FollowLive,
          ActionId::ImportFiles,   ActionId::ExportRun,  ActionId::FitTimeline,
          ActionId::ShowPlumbing,  ActionId::EditTags,   ActionId::DeleteRuns,
          ActionId::UndoDelete,    ActionId::Diagnostics})
        action(id)->setEnabled(open);
    const bool atQuery = open && m_workspace->showsQueries();
    action(ActionId::Back)
        ->setEnabled(open && (atQuery || m_workspace->cameFromQueries() ||
                              m_workspace->session().canGoBack()));
    action(ActionId::Forward)
        ->setEnabled(open && !atQuery && m_workspace->session().canGoForward());
}

void MainWindow::perform(ActionId id)
{
    switch (id) {
    case ActionId::OpenStore:
        return chooseStore();
    case ActionId::LoadDemo:
        return openUrl(store::defaultStoreUrl(QStringLiteral("demo.db")), DemoFill::IfEmpty);
    case ActionId::Quit:
        close();
        return;
    case ActionId::Search:
        return m_workspace->focusPart(Workspace::Part::Search);
    case ActionId::AskQuery:
        return m_queryBar->field().focusField();
    case ActionId::BuildQuery:
        return m_workspace->queries().toggleBuilder();
    case ActionId::SaveQuery:
        return m_queryBar->askForName();
    case ActionId::WatchQuery:
        return m_queryBar->toggleWatch();
    case ActionId::FocusRuns:
        return m_workspace->focusPart(Workspace::Part::Runs);
    case ActionId::FocusTimeline:
        return m_workspace->focusPart(Workspace::Part::Timeline);
    case ActionId::FocusSteps:
        return m_workspace->focusPart(Workspace::Part::Steps);
    case ActionId::FocusInspector:
        return m_workspace->focusPart(Workspace::Part::Inspector);
    case ActionId::Back:
        return goBack();
    case ActionId::Forward:
        return goForward();
    case ActionId::PreviousStep:
        return m_workspace->session().selectNeighbour(-1);
    case ActionId::NextStep:
        return m_workspace->session().selectNeighbour(1);
    case ActionId::ImportFiles:
        return chooseImports();
    case ActionId::ExportRun:
        return m_workspace->chooseExport();
    case ActionId::FollowLive:
        return m_workspace->session().setFollow(
            action(ActionId::FollowLive)->isChecked() ? Follow::On : Follow::Off);
    case ActionId::ShowPlumbing:
        return m_workspace->session().setPlumbing(
            action(ActionId::ShowPlumbing)->isChecked() ? Plumbing::Shown : Plumbing::Folded);
    case ActionId::FitTimeline:
        return m_workspace->timeline().fit();
    case ActionId::EditTags:
        return m_workspace->editTagsOfRun();
    case ActionId::DeleteRuns:
        return m_workspace->deleteSelectedRuns();
    case ActionId::UndoDelete:
        return m_workspace->undoDelete();
    case ActionId::SchemeSystem:
        return chooseScheme(views::SchemeChoice::System);
    case ActionId::SchemeLight:
        return chooseScheme(views::SchemeChoice::Light);
    case ActionId::SchemeDark:
        return chooseScheme(views::SchemeChoice::Dark);
    case ActionId::Diagnostics:
        return toggleDiagnostics();
    case ActionId::Shortcuts:
        views::ShortcutOverview(shortcutOverview(), this).exec();
        return;
    case ActionId::About:
        return showAbout();
    }
}

/// From the query's page to the runs, from a run that it opened to the page, else along the runs.
void MainWindow::goBack()
{
    if (m_workspace->showsQueries())
        m_workspace->showRuns();
    else if (m_workspace->cameFromQueries())
        m_workspace->showQueries();
    else
        m_workspace->session().goBack();
}

void MainWindow::goForward()
{
    m_workspace->session().goForward();
}

void MainWindow::chooseScheme(views::SchemeChoice choice)
{
    m_settings.setScheme(choice);
    m_scheme.choose(choice);
}

// ---- files of runs -------------------------------------------------------------------------

void MainWindow::chooseImports()
{
    const QStringList paths = QFileDialog::getOpenFileNames(
        this, QStringLiteral("Import runs"), {},
        QStringLiteral("Runs (*.xray *.json *.jsonl *.ndjson);;All files (*)"));
    if (!paths.isEmpty() && m_workspace)
        m_workspace->importFiles(paths);
}

static QStringList localFiles(const QMimeData &data)
{
    QStringList files;
    for (const QUrl &url : data.urls()) {
        if (url.isLocalFile())
            files += url.toLocalFile();
    }
    return files;
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (m_workspace && !localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent *event)
{
    if (m_workspace)
        m_workspace->importFiles(localFiles(*event->mimeData()));
    event->acceptProposedAction();
}

void MainWindow::showAbout()
{
    QMessageBox::about(
        this, QStringLiteral("About X-Ray"),
        QStringLiteral("<b>X-Ray %1</b><p>A visual debugger for multi-step AI "
                       "pipelines. It explains decisions.</p><p>GPL-3.0-or-later</p>")
            .arg(QStringLiteral(XRAY_VERSION)));
}

// ---- stores --------------------------------------------------------------------------------

void MainWindow::openStore(HostOptions options, DemoFill demo)
{
    closeStore();
    m_options = options;
    m_message->showLoading(QStringLiteral("Opening %1").arg(options.store.url.toString()));
    m_pages->setCurrentWidget(m_message);
    m_status->clear(QStringLiteral("Opening the store"));
    const quint64 attempt = ++m_opening;
    auto opened = QtConcurrent::run(openHost, options, static_cast<QObject *>(qApp), m_closing);
    whenAnswered(opened, this, [this, attempt, demo](const HostAnswer &answer) {
        if (attempt != m_opening)
            return;
        if (answer)
            takeHost(std::move(**answer), demo);
        else
            showFailure(answer.error());
    });
}

void MainWindow::showFailure(const Error &error)
{
    m_opensAgain = error.code == ErrorCode::Busy;
    m_message->showMessage(
        QLatin1String("warning"), QStringLiteral("The store cannot be opened"), error.message,
        m_opensAgain ? QStringLiteral("Try again") : QStringLiteral("Open another store…"));
    m_status->clear(QStringLiteral("No store is open"));
    Q_EMIT storeFailed(error);
}

void MainWindow::openAgainOrAnother()
{
    if (m_opensAgain)
        openStore(m_options);
    else
        chooseStore();
}

void MainWindow::showTrouble(const HostState &state)
{
    if (const QString trouble = state.trouble(); !trouble.isEmpty())
        m_trouble->showNotice(trouble, QStringLiteral("Diagnostics"));
    else
        m_trouble->hide();
}

void MainWindow::takeHost(std::unique_ptr<Host> host, DemoFill demo)
{
    m_host = std::move(host);
    m_settings.addRecentStore(m_host->url().toString());
    connect(m_host.get(), &Host::stateChanged, m_status, &StatusLine::setHostState);
    connect(m_host.get(), &Host::stateChanged, this, &MainWindow::showTrouble);
    m_status->setStore(m_host->url());
    m_workspace = new Workspace(*m_host, m_settings);
    connectWorkspace();
    m_host->start();
    m_pages->addWidget(m_workspace);
    m_pages->setCurrentWidget(m_workspace);
    m_workspace->setFocus(Qt::OtherFocusReason);
    m_traffic.start(kTrafficIntervalMs);
    setWindowTitle(m_host->url().toString());
    refreshTraffic();
    refreshActions();
    if (demo == DemoFill::IfEmpty)
        m_host->fillWithDemoIfEmpty();
    showRequest();
    Q_EMIT storeOpened();
}

void MainWindow::connectWorkspace()
{
    Session &session = m_workspace->session();
    connect(&session, &Session::historyChanged, this, &MainWindow::refreshActions);
    connect(&session, &Session::followChanged, this, [this](Follow follow) {
        action(ActionId::FollowLive)->setChecked(follow == Follow::On);
    });
    connect(&session, &Session::plumbingChanged, this, [this](Plumbing plumbing) {
        action(ActionId::ShowPlumbing)->setChecked(plumbing == Plumbing::Shown);
    });
    session.setPlumbing(action(ActionId::ShowPlumbing)->isChecked() ? Plumbing::Shown
                                                                    : Plumbing::Folded);
    session.setFollow(action(ActionId::FollowLive)->isChecked() ? Follow::On : Follow::Off);
    connect(m_workspace, &Workspace::pageChanged, this, [this] {
        m_pages->setCurrentWidget(m_workspace);
        refreshActions();
    });
    m_queryBar->setStoreUrl(m_host->url().toString());
    m_queryBar->attach(&m_workspace->queries());
    connect(m_workspace, &Workspace::totalsChanged, m_status, &StatusLine::setTotals);
    connect(m_workspace, &Workspace::openStoreRequested, this, &MainWindow::chooseStore);
    connect(m_workspace, &Workspace::loadDemoRequested, this,
            [this] { perform(ActionId::LoadDemo); });
}

void MainWindow::closeStore()
{
    ++m_opening;
    m_traffic.stop();
    m_queryBar->attach(nullptr);
    delete m_workspace; // before the host, which it reads from
    m_workspace = nullptr;
    if (m_host) {
        m_host->disconnect(this);
        m_host->disconnect(m_status);
        m_closing = m_host->shutDown();
        m_host.reset();
    }
    m_trouble->hide();
    refreshActions();
}

void MainWindow::openUrl(const store::StoreUrl &url, DemoFill demo)
{
    HostOptions options = m_options;
    options.store.url = url;
    openStore(std::move(options), demo);
}

void MainWindow::chooseStore()
{
    QFileDialog dialog(this, QStringLiteral("Open store"));
    dialog.setNameFilters({QStringLiteral("X-Ray stores (*.db)"), QStringLiteral("All files (*)")});
    dialog.setFileMode(QFileDialog::ExistingFile);
    if (dialog.exec() != QDialog::Accepted)
        return;
    openUrl({store::StoreUrl::Kind::SqliteFile, dialog.selectedFiles().first(), {}}, DemoFill::No);
}

void MainWindow::show(const StartRequest &request)
{
    m_request = request;
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
    if (m_workspace)
        showRequest();
}

void MainWindow::showRequest()
{
    if (!m_request)
        return;
    const StartRequest request = *std::exchange(m_request, std::nullopt);
    if (const auto id = ExecutionId::fromText(request.run.toStdString()))
        m_workspace->session().openRun(*id);
    if (!request.query.isEmpty())
        m_queryBar->ask(request.query);
    if (!request.files.isEmpty())
        m_workspace->importFiles(request.files);
}

// ---- listener ------------------------------------------------------------------------------

void MainWindow::useAnotherPort()
{
    const ingest::ListenerOptions &listener = m_options.listener;
    if (const quint16 port = ingest::nextFreePort(listener.host, listener.port); port != 0)
        m_host->listenOn(port);
}

void MainWindow::refreshTraffic()
{
    const auto listener = m_host->listenerStats();
    m_status->setTraffic(m_host->sinkStats(), listener ? listener->rejected : 0);
    if (m_diagnostics->isVisible())
        refreshDiagnostics();
}

void MainWindow::refreshDiagnostics()
{
    m_diagnostics->setSnapshot(
        diagnosticsOf({m_host->state(), m_host->sinkStats(), m_host->listenerStats(),
                       m_host->refusals(), m_host->url(), m_options.store.synchronous}));
}

/// Over the workspace, and back to it.
void MainWindow::toggleDiagnostics()
{
    if (!m_workspace)
        return;
    const bool shown = m_pages->currentWidget() == m_diagnostics;
    QWidget *next = shown ? static_cast<QWidget *>(m_workspace) : m_diagnostics;
    if (!shown)
        refreshDiagnostics();
    m_pages->setCurrentWidget(next);
    next->setFocus(Qt::OtherFocusReason);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_settings.setWindowGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

} // namespace xray::app
