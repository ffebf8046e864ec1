// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/diagnostics/refusal_table.h"

#include "views/diagnostics/refusal_delegate.h"
#include "views/diagnostics/refusal_table_model.h"
#include "views/look/row_table.h"

#include <QHeaderView>
#include <QScopedValueRollback>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kWidestColumn = 280;
constexpr int kLeastWhyWidth = 320;
constexpr int kNarrowed = 120; ///< what a long column keeps when there is little room

} // namespace

RefusalTable::RefusalTable(RefusalTableModel *model, QWidget *parent)
    : QTableView(parent)
{
    setModel(model);
    setItemDelegate(new RefusalDelegate(this));
    setUpRowTable(*this, QStringLiteral("What was refused"));
    setUpHeader();
    connect(model, &QAbstractItemModel::rowsInserted, this, &RefusalTable::fitColumns);
    connect(model, &QAbstractItemModel::dataChanged, this, &RefusalTable::fitColumns);
}

void RefusalTable::setUpHeader()
{
    QHeaderView *header = horizontalHeader();
    header->setFont(smallFont());
    header->setStretchLastSection(true);
    connect(header, &QHeaderView::sectionResized, this, [this](int section) {
        m_isFittedByHand |= !m_isFitting && section != RefusalTableModel::Why;
    });
}

/// What the texts need, but never so much that nothing is left for why.
void RefusalTable::fitColumns()
{
    if (m_isFittedByHand)
        return;
    const QScopedValueRollback fitting(m_isFitting, true);
    int missing = kLeastWhyWidth - viewport()->width();
    for (int column = 0; column < RefusalTableModel::Why; ++column) {
        const int needed =
            std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
        setColumnWidth(column, std::min(needed, kWidestColumn));
        missing += columnWidth(column);
    }
    narrow(RefusalTableModel::Where, missing);
    narrow(RefusalTableModel::Request, missing);
}

void RefusalTable::narrow(int column, int &missing)
{
    const int width = columnWidth(column);
    const int narrowed = std::clamp(width - missing, std::min(width, kNarrowed), width);
    setColumnWidth(column, narrowed);
    missing -= width - narrowed;
}

void RefusalTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

/// By keyboard one starts at the top.
void RefusalTable::focusInEvent(QFocusEvent *event)
{
    QTableView::focusInEvent(event);
    if (!selectionModel()->hasSelection())
        selectRow(0);
}

} // namespace xray::views
