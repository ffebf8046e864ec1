// SPDX-License-Identifier: GPL-3.0-or-later
// One open store on the screen: which run on the left, what happened when in the middle, why on the
// right. It ties views, models and session together and keeps them current; made for a host and
// gone before it. Owned by the main window; GUI thread.
#pragma once

#include "app/host/host.h"
#include "app/window/file_jobs.h"
#include "app/window/session.h"
#include "app/window/settings.h"

#include <model/items/run_list_model.h>

#include <QTimer>
#include <QWidget>

class QSplitter;
class QStackedWidget;
class QTabBar;

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

/// How long a deleted run can be brought back.
inline constexpr DurationNs kUndoDelete = 10 * kNsPerSecond;

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
    /// Writes the open run; what kind of file, its name says: .json is OTLP, .perfetto.json a
    /// Perfetto trace, anything else a bundle.
    /// Writes the open run, or the runs of the matches, to a file that the user chooses; its name
    /// says in which format.
    void chooseExport();
    void chooseExportOf(const query::Query &query);
    void exportOpenRun(const QString &path);
    void exportMatches(const query::Query &query, const QString &path);
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
    void showErrorCount(const RunSnapshotPtr &run);
    void refreshTotals();
    void scheduleFacets();
    void refreshFacets();
    void takeTotals(const StoreTotals &totals);
    void showFollow(views::Follow follow);
    void followNewest();
    void markFollowedRun();
    void deleteRuns(const std::vector<ExecutionId> &ids);
    void saveTags(ExecutionId id, const QStringList &tags);
    void submit(std::vector<Event> events, const QString &whatFailed);
    void tell(const QString &message);
    void askForExportPath(const QString &title, const QString &suggestion,
                          const std::function<void(const QString &)> &take);
    void tellOfImport(const QString &path, const ImportSummary &summary);

    Host &m_host;
    Settings &m_settings;
    Session m_session;
    FileJobs m_files;
    items::RunListModel m_runs;
    TicketOffice m_totalsTickets;
    Ticket m_historyTicket;
    std::vector<ExecutionId> m_deleted; ///< what the toast offers to bring back
    QTimer m_figures;                   ///< counts and facets follow the feed at a distance
    bool m_totalsKnown = false;
    bool m_awaitedInList = false; ///< the open run is not in the list yet
    bool m_askingForLiveRun = false;
    QTimer m_facets; ///< rests after each count of what the filter offers
    int m_facetsPauseMs = 0;
    bool m_facetsAreStale = true;
    bool m_countingFacets = false;

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
