// SPDX-License-Identifier: GPL-3.0-or-later
// The question the user is asking: its tree, shared by text and builder; its answer, a page at a
// time; and the figures around it: how many match, how metrics spread, what names there are, what
// is saved. It asks in the background and drops answers to questions that are moot. A watch lets
// what is committed in when it matches, marks what matches no longer, and counts again. GUI thread;
// waits for nothing.
#pragma once

#include <model/items/query_result_model.h>
#include <model/query/language.h>

#include <QObject>
#include <QTimer>

#include <deque>
#include <map>

namespace xray::app {

/// Counting follows an edit after this pause, asking after the longer one.
inline constexpr int kCountPauseMs = 120;
inline constexpr int kAskPauseMs = 250;
/// What names there are is looked up again at most this often while data comes in.
inline constexpr int kCatalogueIntervalMs = 10'000;
/// What a watch cannot tell from single steps is asked again at most this often while data comes
/// in: runs, steps whose run is asked about, how many match.
inline constexpr int kWatchIntervalMs = 1'000;
/// A watched query with relative times is asked again this often, since time passes without data.
inline constexpr int kAgeIntervalMs = 5'000;
/// Others may save queries too: their list is looked at this often while it is shown.
inline constexpr int kSavedIntervalMs = 2'000;
/// A commit of more steps makes a watch ask its first page again.
inline constexpr std::size_t kMaxWatchedSteps = 2'000;

enum class Grouping { Steps, Runs };
enum class Watch { Off, On };

class QuerySession final : public QObject
{
    Q_OBJECT

public:
    explicit QuerySession(query::QuerySource &source, QObject *parent = nullptr);
    ~QuerySession() override;

    [[nodiscard]] items::QueryResultModel &results() { return m_results; }
    [[nodiscard]] const query::Query &query() const { return m_query; }
    [[nodiscard]] QString text() const { return query::toText(m_query); }
    [[nodiscard]] std::shared_ptr<const query::Catalogue> catalogue() const { return m_catalogue; }
    [[nodiscard]] const std::vector<query::SavedQuery> &saved() const { return m_saved; }
    [[nodiscard]] Grouping grouping() const { return m_grouping; }
    [[nodiscard]] Watch watching() const { return m_watching; }
    [[nodiscard]] query::QuerySource &source() { return m_source; }

    /// Takes the query as it is being edited: counts it, after a pause.
    void setQuery(const query::Query &query);
    /// Asks for the first page and counts, now.
    void ask();
    /// The same after a pause, for edits that follow each other.
    void askSoon();
    /// Reads, checks and asks; or says what is wrong.
    void askText(const QString &text);
    void cancel();
    /// What matches at the moment is asked again, quietly: what is shown stays where it is.
    void refresh();
    void setGrouping(Grouping grouping);
    void setWatch(Watch watch);
    /// Adds a condition to the query that all matches must fulfil, and asks.
    void narrow(const query::NodePtr &condition);
    /// The same with bounds of a field, from (inclusive) to (exclusive), either may be absent. They
    /// take the place of those that the query gave it.
    void narrowTo(const query::Field &field, const std::optional<query::Value> &from,
                  const std::optional<query::Value> &to);

    void askDistribution(const QString &metric, std::optional<StepType> type);
    /// `place` names what shows the answer; another question for it makes the one before moot.
    void askMatches(const QString &place, const query::Condition &condition,
                    std::optional<StepType> type);
    /// The step that made a run match, then opened() tells of both.
    void openMatch(ExecutionId run, const std::optional<StepId> &step);

    void refreshCatalogue();
    void refreshSaved();
    /// Whether the saved queries are on the screen.
    enum class SavedView { Hidden, Shown };
    void setSavedView(SavedView view);
    void applyChanges(const ChangeBatchPtr &batch);

Q_SIGNALS:
    void queryChanged(const xray::query::Query &query);
    void asked();
    void problemFound(const xray::query::QueryError &error);
    /// Nothing while it is being counted.
    void countChanged(const std::optional<xray::query::CountAnswer> &count);
    /// Nobody is counting any more, and there is no answer.
    void countGivenUp();
    void cancelled();
    void catalogueChanged(const std::shared_ptr<const xray::query::Catalogue> &catalogue);
    void distributionAnswered(const QString &metric, std::optional<xray::StepType> type,
                              const std::shared_ptr<const xray::query::Distribution> &answer);
    void matchesAnswered(const xray::query::Condition &condition,
                         std::optional<xray::StepType> type, const xray::query::CountAnswer &count);
    void savedChanged(const std::vector<xray::query::SavedQuery> &saved);
    void savedCounted(const QString &name, const xray::query::CountAnswer &count);
    void opened(xray::ExecutionId run, const std::optional<xray::StepId> &step);
    void groupingChanged(xray::app::Grouping grouping);
    void watchChanged(xray::app::Watch watch);
    /// So many matches came in while watching.
    void matchesArrived(int count);

private:
    /// What is asked: the query, or the runs that have such a step.
    [[nodiscard]] query::Query askedQuery() const;
    void askForGroupedRuns();
    enum class Counting { Anew, Again };
    void count(Counting how);
    void takeSaved(const std::vector<query::SavedQuery> &saved);
    void countSaved();
    void countNextSaved();
    void watchCommit(const ChangeBatch &batch);
    void takeCommittedSteps(std::vector<StepRow> rows);
    void countAgain();

    query::QuerySource &m_source;
    items::QueryResultModel m_results;
    query::Query m_query;
    Grouping m_grouping = Grouping::Steps;
    Watch m_watching = Watch::Off;
    std::shared_ptr<const query::Catalogue> m_catalogue;
    bool m_awaitingCatalogue = false;
    bool m_namesAreStale = false;           ///< something was committed since
    std::optional<QString> m_awaitingNames; ///< a text to ask once the names are known
    std::vector<query::SavedQuery> m_saved;
    std::deque<query::SavedQuery> m_uncounted;
    TicketOffice m_countTickets;
    TicketOffice m_catalogueTickets;
    TicketOffice m_savedTickets;
    TicketOffice m_savedCountTickets;
    TicketOffice m_openTickets;
    std::map<QString, Ticket> m_figureTickets; ///< by what the figure is of
    QTimer m_countTimer;
    QTimer m_askTimer;
    QTimer m_catalogueTimer;
    QTimer m_watchTimer;
    QTimer m_recountTimer;
    QTimer m_ageTimer;
    bool m_isCounting = false;
    QTimer m_savedTimer;
};

} // namespace xray::app
