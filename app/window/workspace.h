// SPDX-License-Identifier: GPL-3.0-or-later
// One open store on the screen: which run on the left, what happened when in the middle, why on the
// right. It ties views, models and session together and keeps them current; made for a host and
// gone before it. Owned by the main window; GUI thread.
#pragma once

#include "app/host/host.h"
#include "app/window/run_edits.h"
#include "app/window/run_files.h"
#include "app/window/session.h"
#include "app/window/settings.h"
#include "app/window/store_figures.h"

#include <model/items/run_list_model.h>

#include <QWidget>

class QSplitter;
class QStackedWidget;
class QTabBar;

#include <chrono>
#include <functional>

namespace xray::views {
class EmptyState;
class ErrorListView;
class FirstRunView;
class InspectorView;
class RunHeader;
class RunListPanel;
class StepTableView;
class TimelineView;
class ToastBar;
} // namespace xray::views

namespace xray::app {

class QueryPage;

class Workspace : public QWidget
{
    Q_OBJECT

public:
    Workspace(Host &host, Settings &settings, QWidget *parent = nullptr);
    ~Workspace() override;

    [[nodiscard]] Session &session() { return m_session; }
    [[nodiscard]] items::RunListModel &runs() { return m_runs; }
    [[nodiscard]] views::RunListPanel &runPanel() { return *m_runPanel; }
    [[nodiscard]] views::TimelineView &timeline() { return *m_timeline; }
    [[nodiscard]] views::StepTableView &stepTable() { return *m_stepTable; }
    [[nodiscard]] views::InspectorView &inspector() { return *m_inspector; }
    [[nodiscard]] QueryPage &queries() { return *m_queryPage; }

    /// Looks for a phrase, as if it had been typed into the search field.
    void search(const QString &text);
    /// The page of the query in the place of the three columns, and back.
    void showQueries();
    void showRuns();
    [[nodiscard]] bool showsQueries() const;
    /// Whether the open run was opened from the query's answer.
    [[nodiscard]] bool cameFromQueries() const { return m_cameFromQueries; }
    /// The keyboard's way into each part.
    enum class Part { Search, Runs, Timeline, Steps, Inspector };
    void focusPart(Part part);
    /// Reads the files into the store and shows the run of the last one, if it tells of one alone.
    void importFiles(const QStringList &paths);
    void chooseExport();
    [[nodiscard]] RunFiles &files() { return m_files; }
    void editTagsOfRun();
    void deleteSelectedRuns();
    void undoDelete();

Q_SIGNALS:
    void totalsChanged(const xray::StoreTotals &totals);
    void openStoreRequested();
    void loadDemoRequested();
    /// The query's page came or went.
    void pageChanged();

private:
    QWidget *makeRunPage();
    QWidget *makeBottomPanel();
    void arrange();
    void connectRunList();
    void connectSession();
    void connectSteps();
    void connectFeed();
    void connectQueries();
    void openFromQuery(ExecutionId run, const std::optional<StepId> &step);
    void connectFiles();

    void setFilter(const RunFilter &filter);
    void showRun(const RunSnapshotPtr &run);
    void showNoRun();
    void showStep(const std::optional<StepId> &id);
    void showPosition();
    void askForHistory(const MetricHistoryQuery &query);
    void takeHistory(const std::shared_ptr<const MetricHistory> &history);
    void showErrorCount(const RunSnapshotPtr &run);
    void takeTotals(const StoreTotals &totals);
    void showFollow(views::Follow follow);
    void followNewest();
    void markFollowedRun();
    void markOpenRun();
    void connectEdits();
    void tell(const QString &message);
    /// A line that offers something for a while.
    void offer(const QString &message, const QString &action, std::chrono::milliseconds time,
               std::function<void()> take);
    void offerToUndo(const QString &message, std::function<void()> undo);
    void tellOfWork(const QString &text);
    void showReasons(const QString &text, const QStringList &reasons);

    Host &m_host;
    Settings &m_settings;
    Session m_session;
    StoreFigures m_figures;
    items::RunListModel m_runs;
    RunFiles m_files;
    RunEdits m_edits;
    Ticket m_historyTicket;
    std::function<void()> m_offered; ///< what the toast's button does
    std::function<void()> m_undo;    ///< the same, while it takes something back
    bool m_totalsKnown = false;
    bool m_awaitedInList = false; ///< the open run is not in the list yet
    bool m_askingForLiveRun = false;
    bool m_cameFromQueries = false;

    QStackedWidget *m_pages; ///< first run, the three columns, or the query's page
    QueryPage *m_queryPage;
    views::FirstRunView *m_firstRun;
    QSplitter *m_columns;
    views::RunListPanel *m_runPanel;
    QStackedWidget *m_runPages; ///< a run, or why there is none
    views::EmptyState *m_noRun;
    views::RunHeader *m_header;
    QSplitter *m_runSplitter;
    views::TimelineView *m_timeline;
    QTabBar *m_bottomTabs;
    QStackedWidget *m_bottomPages;
    views::StepTableView *m_stepTable;
    views::ErrorListView *m_errorList;
    views::InspectorView *m_inspector;
    views::ToastBar *m_toast;
};

} // namespace xray::app
