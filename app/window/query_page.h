// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a query: builder and saved queries on the left, what was found and its trends on the
// right. It ties these views to the session and saves queries through the store's sink. Made for a
// store and gone before it. Owned by the workspace; GUI thread.
#pragma once

#include "app/window/query_session.h"
#include "app/window/query_trends.h"
#include "app/window/settings.h"

#include <views/query/results_panel.h>

#include <model/core/ports.h>

#include <QWidget>

class QSplitter;

namespace xray::views {
class QueryBuilder;
class SavedList;
class TrendsPanel;
} // namespace xray::views

namespace xray::app {

class QueryExport;

class QueryPage final : public QWidget
{
    Q_OBJECT

public:
    QueryPage(query::QuerySource &source, EventSink &sink, Settings &settings,
              QWidget *parent = nullptr);
    ~QueryPage() override;

    [[nodiscard]] QuerySession &session() { return m_session; }
    [[nodiscard]] views::QueryBuilder &builder() { return *m_builder; }
    [[nodiscard]] views::ResultsPanel &results() { return *m_results; }
    [[nodiscard]] views::SavedList &saved() { return *m_saved; }
    [[nodiscard]] views::TrendsPanel &trends() { return *m_trends; }

    /// Asks, and wants to be seen.
    void askText(const QString &text);
    void toggleBuilder();
    /// Adds what a payload has at that path to the query, and wants to be seen.
    void narrowTo(const QString &path, const QByteArray &json);
    /// Keeps the query under a name, for everyone who opens the store.
    void saveQuery(const QString &name);
    void saveText(const QString &name, const QString &text);
    [[nodiscard]] bool hasSaved(const QString &name) const;
    /// Writes every match to a file that the user chooses.
    void exportMatches(views::ExportFormat format);
    void exportMatchesTo(const QString &path, views::ExportFormat format);

Q_SIGNALS:
    void showRequested();
    void openRequested(xray::ExecutionId run, const std::optional<xray::StepId> &step);
    /// The text of the query is another one now, not by typing.
    void textChanged(const QString &text);
    /// The runs that match are to be written to a file, whole.
    void runExportRequested(const xray::query::Query &query);
    /// The user took a saved query away, for everyone; saveText() brings it back.
    void queryRemoved(const xray::query::SavedQuery &saved);
    /// Something the user should know.
    void told(const QString &message);
    void closeRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void arrange();
    void connectBuilder();
    void connectResults();
    void connectSaved();
    /// Adds what a cell, a chart's legend or a payload shows.
    void narrow(const query::Condition &condition, views::Picked how);
    void tellOfMatches(int count);
    void renameQuery(const QString &name, const QString &newName);
    void removeQuery(const QString &name);
    void submit(std::vector<Event> events, const QString &whatFailed);

    EventSink &m_sink;
    Settings &m_settings;
    QuerySession m_session;
    views::TrendsPanel *m_trends;
    views::ResultsPanel *m_results;
    views::QueryBuilder *m_builder;
    views::SavedList *m_saved;
    QWidget *m_side;
    QSplitter *m_splitter;
    QueryTrends m_asksTrends;
};

} // namespace xray::app
