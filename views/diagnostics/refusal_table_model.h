// SPDX-License-Identifier: GPL-3.0-or-later
// What was refused as a table, latest first, one row a kind. A kind that comes again moves to the
// top with its count; rows keep their selection. Owned by the diagnostics view; GUI thread.
#pragma once

#include "views/diagnostics/diagnostics_snapshot.h"

#include <QAbstractTableModel>

namespace xray::views {

class RefusalTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Time, Count, From, Request, Status, Where, Why, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setRefusals(const std::vector<RefusedKind> &refusals);
    [[nodiscard]] const RefusedKind &refusalAt(int row) const { return m_refusals[row]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] int rowOf(const RefusedKind &kind) const;
    void place(int row, const RefusedKind &refused);

    std::vector<RefusedKind> m_refusals;
};

} // namespace xray::views
