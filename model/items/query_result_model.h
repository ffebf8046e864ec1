// SPDX-License-Identifier: GPL-3.0-or-later
// The answer to a query as a table, a page at a time: steps by arrival or runs by start, newest
// first, each page continuing after the last row of the one before. Sorting by a column sorts what
// is loaded. Under a watch new matches come in front, and what matches no longer stays in its
// place, marked and not counted, until the next question. Owned by the page that asks; GUI thread.
// A row is looked at only when it is shown, but for one pass over a first page to choose the
// columns.
#pragma once

#include "model/items/query_result_columns.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QSet>

namespace xray::items {

class QueryResultModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class State {
        Idle,   ///< nothing was asked yet
        Asking, ///< for the first page
        Ready,
        Failed,
        Cancelled,
    };

    enum Role {
        ValueRole = Qt::UserRole + 1, ///< raw value; invalid when absent
        KindRole,                     ///< ResultColumnKind
        IsPercentageRole,
        StepTypeRole,  ///< StepType; invalid for runs
        RunStatusRole, ///< RunStatus
        IsNewRole,     ///< came by a watch after the question was asked
        IsGoneRole,    ///< matched, and does no longer
    };

    /// What loadAll() stops at: enough to sort and scroll through, and little memory.
    static constexpr int kMaxLoaded = 10'000;
    /// Of what matches no longer so much is kept; what stands last goes first.
    static constexpr int kMaxGone = 500;

    explicit QueryResultModel(QObject *parent = nullptr);
    ~QueryResultModel() override;

    /// Null before the source goes away.
    void setSource(query::QuerySource *source);
    /// Asks from the start. Relative times are relative to `now`. The rows before stay until the
    /// answer comes, so that a quick answer does not flicker.
    void ask(const query::Query &query, TimeNs now);
    /// Asks once more for what is loaded and takes in what changed: new matches come in front, what
    /// matches no longer is marked, what is selected stays. Not while an answer is awaited, nor
    /// after one was given up.
    void refresh(TimeNs now);
    /// Loads page after page until all is there, or kMaxLoaded rows.
    void loadAll();
    /// Gives up what is being asked.
    void cancel();
    void clear();
    /// Steps that were committed since, and those of them that match, latest first. What is shown
    /// already is replaced, or marked when it is not among the matches.
    void takeCommitted(const std::vector<StepRow> &looked, const std::vector<query::StepHit> &hits);
    /// Takes away what matches no longer.
    void dropGone();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const query::Query &query() const { return m_query; }
    [[nodiscard]] const Error &error() const { return m_error; }
    [[nodiscard]] const query::PlanNote &plan() const { return m_plan; }
    /// Of the first page, in the store.
    [[nodiscard]] DurationNs elapsed() const { return m_elapsed; }
    /// 0 to 1 of what is being asked, below 0 while nobody can say.
    [[nodiscard]] double progress() const { return m_ticket.progress(); }
    [[nodiscard]] bool isFetching() const { return m_fetching; }
    /// There are matches beyond those that are loaded.
    [[nodiscard]] bool hasMore() const { return m_more; }
    [[nodiscard]] bool isSorted() const { return m_sortColumn >= 0; }
    [[nodiscard]] int newCount() const { return m_new; }
    [[nodiscard]] int goneCount() const { return m_gone; }
    /// What is loaded and matches.
    [[nodiscard]] int matchCount() const { return rowCount() - m_gone; }
    /// How many more match than when the question was asked, as far as a watch has seen; may be
    /// negative.
    [[nodiscard]] int balance() const { return m_balance; }
    [[nodiscard]] bool isRefreshing() const { return m_refreshing; }
    /// The steps shown that belong to one of these runs.
    [[nodiscard]] std::vector<StepRow> stepsOf(const QSet<qint64> &executionRows) const;

    [[nodiscard]] const ResultRow &rowAt(int row) const;
    [[nodiscard]] const ResultColumn &column(int column) const;
    [[nodiscard]] std::optional<query::Condition> conditionAt(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    /// What is loaded, by a column; -1 puts it back into the order of the answer. What is absent
    /// stands last.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void stateChanged();
    /// Rows were loaded, came in front, or are on their way.
    void figuresChanged();
    /// So many matches came in front since the question was asked.
    void matchesArrived(int count);
    /// What refresh() asked for was taken in.
    void refreshed();

private:
    struct Row
    {
        ResultRow what;
        qint64 place = 0; ///< in the order of the answer
        bool isNew = false;
        bool isGone = false;
    };
    struct Page
    {
        std::vector<ResultRow> rows;
        bool more = false;
        DurationNs elapsed = 0;
        query::PlanNote plan;
    };

    void askPage();
    void giveUpRefresh();
    /// The page behind that row, or the first; `take` gets it when nobody cancelled.
    using TakePage = void (QueryResultModel::*)(Page);
    void askBehind(const Row *end, int limit, const Ticket &ticket, TakePage take);
    void askSteps(query::StepQuestion question, const Ticket &ticket, TakePage take);
    void askRuns(query::RunQuestion question, const Ticket &ticket, TakePage take);
    template<class Given>
    void takeAnswer(const Ticket &ticket, const Given &answer, TakePage take);
    void takeRefreshed(Page page);
    void addInFront(std::vector<ResultRow> rows);
    void replace(int row, ResultRow what);
    void markGone(int row);
    void markMissing(const QSet<qint64> &found, const ResultRow *end);
    void takeBehind(std::vector<ResultRow> rows, bool more);
    void dropGoneBeyond(int kept);
    void takePage(Page page);
    void takeFirst(Page page);
    void append(std::vector<ResultRow> rows);
    void fail(const Error &error);
    void setState(State state);
    void sortLoaded();
    void moveRows(std::vector<Row> rows);
    [[nodiscard]] const Row *last() const;
    [[nodiscard]] QHash<qint64, int> rowsByKey() const;
    [[nodiscard]] bool standsBefore(const Row &a, const Row &b) const;

    query::QuerySource *m_source = nullptr;
    query::Query m_query;
    TimeNs m_now = 0;
    State m_state = State::Idle;
    bool m_fetching = false;
    bool m_fresh = false; ///< the next page is the first of a new answer
    bool m_more = false;
    bool m_loadingAll = false;
    bool m_refreshing = false;
    int m_new = 0;
    int m_gone = 0;
    int m_balance = 0;
    Ticket m_ticket;
    Ticket m_refreshTicket;
    Error m_error;
    query::PlanNote m_plan;
    DurationNs m_elapsed = 0;
    std::vector<Row> m_rows;
    std::vector<ResultColumn> m_columns;
    qint64 m_firstPlace = 0;
    qint64 m_lastPlace = 0;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
};

} // namespace xray::items
