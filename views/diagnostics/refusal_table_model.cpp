// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/diagnostics/refusal_table_model.h"

#include <model/core/text.h>

#include <algorithm>

namespace xray::views {

namespace {

QString textOf(const RefusedKind &refused, RefusalTableModel::Column column)
{
    switch (column) {
    case RefusalTableModel::Time:
        return formatLocal(refused.at, nowNs());
    case RefusalTableModel::Count:
        return formatCount(refused.count);
    case RefusalTableModel::From:
        return refused.from;
    case RefusalTableModel::Request:
        return refused.request;
    case RefusalTableModel::Status:
        return refused.status;
    case RefusalTableModel::Where:
        return refused.where;
    case RefusalTableModel::Why:
        return refused.why;
    case RefusalTableModel::ColumnCount:
        break;
    }
    return {};
}

QString titleOf(RefusalTableModel::Column column)
{
    switch (column) {
    case RefusalTableModel::Time:
        return QStringLiteral("Latest");
    case RefusalTableModel::Count:
        return QStringLiteral("Times");
    case RefusalTableModel::From:
        return QStringLiteral("From");
    case RefusalTableModel::Request:
        return QStringLiteral("Request");
    case RefusalTableModel::Status:
        return QStringLiteral("Status");
    case RefusalTableModel::Where:
        return QStringLiteral("Where");
    case RefusalTableModel::Why:
        return QStringLiteral("Why");
    case RefusalTableModel::ColumnCount:
        break;
    }
    return {};
}

} // namespace

/// Row by row from the top: each kind is fetched from further down or comes new, and what is left
/// at the end has been forgotten by the listener.
void RefusalTableModel::setRefusals(const std::vector<RefusedKind> &refusals)
{
    for (std::size_t row = 0; row < refusals.size(); ++row)
        place(static_cast<int>(row), refusals[row]);
    const auto kept = static_cast<int>(refusals.size());
    if (rowCount() == kept)
        return;
    beginRemoveRows({}, kept, rowCount() - 1);
    m_refusals.resize(refusals.size());
    endRemoveRows();
}

void RefusalTableModel::place(int row, const RefusedKind &refused)
{
    const int from = rowOf(refused);
    if (from < 0) {
        beginInsertRows({}, row, row);
        m_refusals.insert(m_refusals.begin() + row, refused);
        endInsertRows();
        return;
    }
    if (from > row) {
        beginMoveRows({}, from, from, {}, row);
        std::rotate(m_refusals.begin() + row, m_refusals.begin() + from,
                    m_refusals.begin() + from + 1);
        endMoveRows();
    }
    if (m_refusals[row] == refused)
        return;
    m_refusals[row] = refused;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

int RefusalTableModel::rowOf(const RefusedKind &kind) const
{
    const auto it = std::ranges::find_if(
        m_refusals, [&kind](const RefusedKind &other) { return other.isSameKind(kind); });
    return it == m_refusals.end() ? -1 : static_cast<int>(it - m_refusals.begin());
}

int RefusalTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_refusals.size());
}

int RefusalTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RefusalTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return textOf(refusalAt(index.row()), column);
    case Qt::ToolTipRole:
        return textOf(refusalAt(index.row()), column);
    case Qt::TextAlignmentRole:
        return QVariant((column == Count ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant RefusalTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Count ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? titleOf(static_cast<Column>(section)) : QVariant();
}

} // namespace xray::views
