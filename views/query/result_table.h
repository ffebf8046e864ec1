// SPDX-License-Identifier: GPL-3.0-or-later
// The answer to a query as a table: opens runs, hands cells to the filter, sorts what is loaded.
// Columns take what their values need and share what is left. Owned by the results panel; GUI
// thread.
#pragma once

#include <model/items/query_result_model.h>

#include <QTableView>

#include <map>

class QMenu;

namespace xray::views {

/// What a picked value does to the query.
enum class Picked {
    Only,    ///< and it
    Without, ///< and not it
};

class ResultTable final : public QTableView
{
    Q_OBJECT

public:
    explicit ResultTable(items::QueryResultModel *model, QWidget *parent = nullptr);

    /// Shows the columns with ticks in a menu.
    void fillColumnMenu(QMenu *menu);

Q_SIGNALS:
    void openRequested(xray::ExecutionId run, const std::optional<xray::StepId> &step);
    void conditionPicked(const xray::query::Condition &condition, xray::views::Picked how);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void setUpHeader();
    void openRow(const QModelIndex &index);
    void copyCell();
    [[nodiscard]] bool isShownAtFirst(int column) const;
    [[nodiscard]] int wantedWidth(int column) const;
    void applyVisibility();
    void fitColumns();

    items::QueryResultModel *m_results;
    std::map<QString, Qt::CheckState> m_chosen; ///< by title, what a person chose
};

} // namespace xray::views
