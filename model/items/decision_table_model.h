// SPDX-License-Identifier: GPL-3.0-or-later
// A step's decisions as a table that can be sorted by any column and narrowed to one action. Rows
// are an array of indexes into the shared explanation; sorting and filtering only change that
// array. Owned by the view that shows it; GUI thread.
#pragma once

#include "model/items/explanation.h"

#include <QAbstractTableModel>

namespace xray::items {

class DecisionTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Item, Action, Score, Rank, Rule, Reason, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole + 1, ///< the raw value; invalid when absent
        ActionRole,                  ///< DecisionAction
        TextRole,                    ///< the whole text of the cell
    };

    explicit DecisionTableModel(QObject *parent = nullptr);

    /// Shows another step's decisions, in the order they were logged; null shows nothing.
    void setExplanation(std::shared_ptr<const Explanation> explanation);
    /// Shows only the decisions of that action; all of them when absent.
    void setAction(std::optional<DecisionAction> action);
    /// Column -1 is the order in which the decisions were logged. Absent values come last.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    /// Whether no decision of the step says anything in that column.
    [[nodiscard]] bool isEmptyColumn(int column) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] const Decision &decision(int row) const;
    [[nodiscard]] std::vector<int> filteredRows() const;
    void sortRows(std::vector<int> &rows) const;
    [[nodiscard]] bool standsBefore(int a, int b) const;

    std::shared_ptr<const Explanation> m_explanation;
    std::optional<DecisionAction> m_action;
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    std::vector<int> m_rows; ///< index of the decision each row shows
};

} // namespace xray::items
