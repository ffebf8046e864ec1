// SPDX-License-Identifier: GPL-3.0-or-later
// The answer to a query as a table: opens runs, hands cells to the filter, sorts what is loaded.
// Columns take what their values need and share what is left; where room is scarce, bars and long
// texts give way before the table scrolls. What a person chose, widths and columns, stays. Owned by
// the results panel; GUI thread.
#pragma once

#include <model/items/query_result_model.h>

#include <QTableView>
#include <QTimer>

#include <map>
#include <vector>

class QMenu;

namespace xray::views {

/// What a picked value does to the query.
enum class Picked {
    Only,    ///< and it
    Without, ///< and not it
};

/// Columns by their titles: widths in pixels, and which are shown whatever the query.
struct ResultColumns
{
    std::map<QString, int> widths = {};
    std::map<QString, bool> shown = {};
};

class ResultTable final : public QTableView
{
    Q_OBJECT

public:
    explicit ResultTable(items::QueryResultModel *model, QWidget *parent = nullptr);

    /// Shows the columns with ticks in a menu.
    void fillColumnMenu(QMenu *menu);
    /// What a person chose, by the columns' titles, now or in an earlier session.
    [[nodiscard]] const ResultColumns &chosen() const { return m_chosen; }
    void setChosen(const ResultColumns &chosen);

Q_SIGNALS:
    void openRequested(xray::ExecutionId run, const std::optional<xray::StepId> &step);
    void conditionPicked(const xray::query::Condition &condition, xray::views::Picked how);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    /// Where room lacks.
    enum class Gives { First, Last, Nothing };
    /// A visible column and how narrow it may become.
    struct Room
    {
        int column = 0;
        int width = 0;
        int least = 0;
        Gives gives = Gives::Last;
    };

    void setUpHeader();
    void noteWidth(int column, int width);
    void resetColumns();
    [[nodiscard]] QString titleOf(int column) const;
    [[nodiscard]] std::vector<Room> rooms() const;
    void openRow(const QModelIndex &index);
    void copyCell();
    [[nodiscard]] bool isShownAtFirst(int column) const;
    [[nodiscard]] int wantedWidth(int column) const;
    [[nodiscard]] Room roomOf(int column) const;
    static void giveWay(std::vector<Room> &columns, Gives who, int &lacking);
    void fit(std::vector<Room> &columns) const;
    [[nodiscard]] bool isOutgrown() const;
    [[nodiscard]] bool isRoomy(const std::vector<Room> &columns) const;
    [[nodiscard]] std::vector<int> dispensableColumns() const;
    void applyVisibility();
    void fitColumns();

    items::QueryResultModel *m_results;
    ResultColumns m_chosen;
    QTimer m_refit;
    bool m_fitting = false; ///< widths change, but nobody chose them
};

} // namespace xray::views
