// SPDX-License-Identifier: GPL-3.0-or-later
// The run list: one row a run, in the order a RunSource gives. The order is kept for every run, the
// contents only for those that were looked at lately, fetched in pages as data() asks; so a million
// runs scroll like a hundred. Changes are coalesced and become inserts, moves and removes. Owned by
// whoever owns the list; GUI thread.
#pragma once

#include "model/items/run_list_order.h"

#include <QAbstractListModel>
#include <QCache>
#include <QSet>
#include <QTimer>

#include <optional>

namespace xray::items {

class RunListModel final : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< the run's id as text; invalid while loading
        StatusRole,                ///< RunStatus as int; invalid while loading
        StartedRole,               ///< nanoseconds since the epoch; invalid while loading
        LoadingRole,               ///< bool: the contents are on their way
    };
    enum class State { Idle, Loading, Ready, Failed };

    explicit RunListModel(QObject *parent = nullptr);
    ~RunListModel() override;

    /// Reads from another source, which is borrowed; null shows nothing. Forgets everything.
    void setSource(RunSource *source);
    /// Whether the newest runs are asked for ahead of the list, which takes longer the more runs
    /// there are: so an empty list of a large store shows its first rows at once.
    enum class FirstRows { WithTheList, Ahead };
    void setFirstRows(FirstRows firstRows) { m_firstRows = firstRows; }
    /// Only the first rows are there yet; the list is on its way.
    [[nodiscard]] bool isPartial() const { return m_isPartial; }

    /// Asks for another list. The rows shown stay until the answer is there.
    void setQuery(const RunQuery &query);
    [[nodiscard]] const RunQuery &query() const { return m_query; }
    /// Asks again for what failed.
    void retry();
    /// Why the list, which is shown all the same, may not be current or lack contents: an answer
    /// failed that was no new list. It is asked for again by itself.
    [[nodiscard]] const std::optional<Error> &problem() const { return m_problem; }

    [[nodiscard]] State state() const { return m_state; }
    /// Why the state is Failed.
    [[nodiscard]] const Error &error() const { return m_error; }

    /// How many runs the store holds, for countText(); the rows may be fewer.
    void setTotal(qint64 runs);
    /// "1,204 runs", "showing 200 of 1,204" when a filter leaves some out, "showing 10,000+ of
    /// 1,204,000" when a search found more than it looks for.
    [[nodiscard]] QString countText() const;

    /// The run in that row, or null while it is not loaded. Valid until the next change of the
    /// model.
    [[nodiscard]] const Execution *at(int row) const;
    [[nodiscard]] ExecutionRow storeRow(int row) const { return m_order.at(row); }
    /// The row that shows the run, or -1. Linear.
    [[nodiscard]] int rowOf(ExecutionRow run) const;
    /// The same by id, which only finds runs that are loaded: -1 says nothing of the others.
    [[nodiscard]] int rowOf(ExecutionId id) const;
    /// The runs in these rows, read from the source, for actions on runs that are not loaded.
    [[nodiscard]] Answer<std::vector<Execution>> runsAt(const std::vector<int> &rows) const;

    /// Notes which rows these runs are, so that hide() finds them although they are not loaded.
    void learn(const std::vector<Execution> &runs);
    /// Takes runs that are loaded, or were learnt, out of the list at once, before the store has
    /// deleted them.
    void hide(const std::vector<ExecutionId> &ids);
    /// Lets them come back, if the store still has them.
    void unhide(const std::vector<ExecutionId> &ids);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QHash<int, QByteArray> roleNames() const override;

public Q_SLOTS:
    /// Takes in what changed: the first change at once, further ones ten times a second, at most
    /// 2,000 runs a turn.
    void applyChanges(const xray::ChangeBatchPtr &batch);

Q_SIGNALS:
    void stateChanged();
    void countsChanged();
    void problemChanged();

private:
    void reload();
    void adoptOrder(const RunOrder &order);
    [[nodiscard]] bool wantsFirstRows() const;
    void askForFirstRows(const Ticket &ticket);
    void showFirstRows(const std::vector<Execution> &runs);
    void setState(State state);
    void fail(const Error &error);
    void setProblem(const std::optional<Error> &problem);
    void retryContents();
    [[nodiscard]] QHash<ExecutionId, ExecutionRow>
    storeRowsOf(const std::vector<ExecutionId> &ids) const;

    void wantPageOf(int row) const;
    void fetchWantedPages();
    [[nodiscard]] std::vector<ExecutionRow> rowsToFetch() const;
    void takeContents(const std::vector<ExecutionRow> &asked, const std::vector<Execution> &runs);
    void remember(const Execution &run);
    void announceRows(const QHash<ExecutionRow, int> &indexes);

    [[nodiscard]] qsizetype runsPerTurn() const;
    void takeTurn();
    void askWhatMatches(const std::vector<ExecutionRow> &rows);
    void putBack(const std::vector<ExecutionRow> &rows);
    void merge(const std::vector<ExecutionRow> &changed, const std::vector<Execution> &matching);
    [[nodiscard]] std::vector<Execution> withoutHidden(const std::vector<Execution> &runs) const;
    void removeRowsOf(const std::vector<ExecutionRow> &rows);
    void moveRowsOf(const std::vector<RunPosition> &moved);
    void insertRuns(std::vector<RunPosition> added);

    RunSource *m_source = nullptr; ///< borrowed; null when there is none
    RunQuery m_query;
    FirstRows m_firstRows = FirstRows::WithTheList;
    bool m_isPartial = false;
    State m_state = State::Idle;
    Error m_error;
    qint64 m_total = 0;
    bool m_capped = false; ///< the order leaves out runs that match
    std::optional<Error> m_problem;
    QTimer m_retry; ///< runs until what failed is asked for again
    RunListOrder m_order;

    mutable QCache<ExecutionRow, Execution> m_contents; ///< the most recently used runs
    mutable std::vector<int> m_wantedPages;             ///< asked for by data(), newest last
    bool m_fetching = false;

    QHash<ExecutionRow, ChangeKind> m_pending; ///< runs that changed since the last turn
    bool m_merging = false;                    ///< an answer about changed runs is on its way
    QTimer m_pause;                            ///< runs until the next turn may be taken
    QHash<ExecutionId, ExecutionRow> m_hidden;
    QHash<ExecutionId, ExecutionRow> m_learnt; ///< of runs read for an action

    TicketOffice m_orderTickets;
    Ticket m_ticket; ///< of every other question; cancelled when the source changes
};

} // namespace xray::items
