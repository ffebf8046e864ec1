// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/diagnostics/refusal_delegate.h"

#include "views/diagnostics/refusal_table.h"
#include "views/diagnostics/refusal_table_model.h"
#include "views/look/theme.h"

#include <QPainter>

namespace xray::views {

namespace {

constexpr int kPadding = RefusalTable::kPadding;

QColor colorOf(int column, const Theme &theme)
{
    const bool isBeside = column == RefusalTableModel::Time || column == RefusalTableModel::From;
    return isBeside ? theme.muted : theme.text;
}

/// An address tells most at its ends.
Qt::TextElideMode elisionOf(int column)
{
    return column == RefusalTableModel::Request ? Qt::ElideMiddle : Qt::ElideRight;
}

} // namespace

void RefusalDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const
{
    const Theme &theme = themeFor(option.palette);
    const QRect &cell = option.rect;
    painter->save();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(cell, theme.selection);
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.line);
    painter->setFont(numberFont());
    painter->setPen(colorOf(index.column(), theme));
    const QRect area = cell.adjusted(kPadding, 0, -kPadding, -1);
    painter->drawText(area, Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt()),
                      painter->fontMetrics().elidedText(index.data().toString(),
                                                        elisionOf(index.column()), area.width()));
    painter->restore();
}

QSize RefusalDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const QFontMetrics metrics(numberFont());
    return {metrics.horizontalAdvance(index.data().toString()) + 2 * kPadding + 1, kTableRowHeight};
}

} // namespace xray::views
