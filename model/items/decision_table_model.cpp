// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/decision_table_model.h"

#include <model/core/text.h>

#include <algorithm>
#include <numeric>

namespace xray::items {

namespace {

using Column = DecisionTableModel::Column;

QString word(DecisionAction action)
{
    return QString::fromLatin1(toWord(action));
}

QString numberText(const std::optional<double> &number)
{
    return number ? formatNumber(*number) : QString();
}

QVariant rawNumber(const std::optional<double> &number)
{
    return number ? QVariant(*number) : QVariant();
}

QString displayText(const Decision &decision, Column column)
{
    switch (column) {
    case Column::Item:
        return decision.item;
    case Column::Action:
        return word(decision.action);
    case Column::Score:
        return numberText(decision.score);
    case Column::Rank:
        return numberText(decision.rank);
    case Column::Rule:
        return decision.rule;
    case Column::Reason:
        return decision.reason;
    case Column::ColumnCount:
        break;
    }
    return {};
}

QVariant sortValue(const Decision &decision, Column column)
{
    switch (column) {
    case Column::Score:
        return rawNumber(decision.score);
    case Column::Rank:
        return rawNumber(decision.rank);
    case Column::Item:
    case Column::Action:
    case Column::Rule:
    case Column::Reason: {
        const QString text = displayText(decision, column);
        return text.isEmpty() ? QVariant() : QVariant(text);
    }
    case Column::ColumnCount:
        break;
    }
    return {};
}

QString title(Column column)
{
    switch (column) {
    case Column::Item:
        return QStringLiteral("Item");
    case Column::Action:
        return QStringLiteral("Action");
    case Column::Score:
        return QStringLiteral("Score");
    case Column::Rank:
        return QStringLiteral("Rank");
    case Column::Rule:
        return QStringLiteral("Rule");
    case Column::Reason:
        return QStringLiteral("Reason");
    case Column::ColumnCount:
        break;
    }
    return {};
}

/// -1, 0 or 1.
int compare(const QVariant &a, const QVariant &b)
{
    if (a.typeId() == QMetaType::QString)
        return a.toString().compare(b.toString(), Qt::CaseInsensitive);
    const double left = a.toDouble();
    const double right = b.toDouble();
    return left < right ? -1 : left > right ? 1 : 0;
}

bool isNumeric(Column column)
{
    return column == Column::Score || column == Column::Rank;
}

QVariant alignment(Column column)
{
    return isNumeric(column) ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                             : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
}

} // namespace

DecisionTableModel::DecisionTableModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

void DecisionTableModel::setExplanation(std::shared_ptr<const Explanation> explanation)
{
    beginResetModel();
    m_explanation = std::move(explanation);
    m_rows = filteredRows();
    sortRows(m_rows);
    endResetModel();
}

void DecisionTableModel::setAction(std::optional<DecisionAction> action)
{
    if (action == m_action)
        return;
    beginResetModel();
    m_action = action;
    m_rows = filteredRows();
    sortRows(m_rows);
    endResetModel();
}

void DecisionTableModel::sort(int column, Qt::SortOrder order)
{
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    const std::vector<int> oldRows = m_rows;
    m_sortColumn = column;
    m_sortOrder = order;
    m_rows = filteredRows();
    sortRows(m_rows);
    QModelIndexList after;
    for (const QModelIndex &index : before) {
        const auto it = std::ranges::find(m_rows, oldRows[static_cast<std::size_t>(index.row())]);
        after += createIndex(static_cast<int>(it - m_rows.begin()), index.column());
    }
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

const Decision &DecisionTableModel::decision(int row) const
{
    const int place = m_rows[static_cast<std::size_t>(row)];
    return m_explanation->decisions.items[static_cast<std::size_t>(place)];
}

std::vector<int> DecisionTableModel::filteredRows() const
{
    std::vector<int> rows;
    if (m_explanation == nullptr)
        return rows;
    const auto &items = m_explanation->decisions.items;
    rows.resize(items.size());
    std::iota(rows.begin(), rows.end(), 0);
    std::erase_if(rows, [&](int row) {
        return m_action && items[static_cast<std::size_t>(row)].action != *m_action;
    });
    return rows;
}

void DecisionTableModel::sortRows(std::vector<int> &rows) const
{
    if (m_sortColumn < 0 || m_sortColumn >= ColumnCount)
        return;
    std::ranges::stable_sort(rows, [this](int a, int b) { return standsBefore(a, b); });
}

bool DecisionTableModel::standsBefore(int a, int b) const
{
    const auto &items = m_explanation->decisions.items;
    const auto column = static_cast<Column>(m_sortColumn);
    const QVariant left = sortValue(items[static_cast<std::size_t>(a)], column);
    const QVariant right = sortValue(items[static_cast<std::size_t>(b)], column);
    if (!left.isValid() || !right.isValid())
        return left.isValid() && !right.isValid();
    const int order = compare(left, right);
    return m_sortOrder == Qt::AscendingOrder ? order < 0 : order > 0;
}

bool DecisionTableModel::isEmptyColumn(int column) const
{
    return m_explanation == nullptr ||
           std::ranges::none_of(m_explanation->decisions.items, [column](const Decision &decision) {
               return sortValue(decision, static_cast<Column>(column)).isValid();
           });
}

int DecisionTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int DecisionTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant DecisionTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto column = static_cast<Column>(index.column());
    const Decision &shown = decision(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return displayText(shown, column).simplified();
    case Qt::ToolTipRole:
    case TextRole:
        return displayText(shown, column);
    case Qt::TextAlignmentRole:
        return alignment(column);
    case SortRole:
        return sortValue(shown, column);
    case ActionRole:
        return QVariant::fromValue(shown.action);
    default:
        return {};
    }
}

QVariant DecisionTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return title(static_cast<Column>(section));
    if (role == Qt::TextAlignmentRole)
        return alignment(static_cast<Column>(section));
    return {};
}

} // namespace xray::items
