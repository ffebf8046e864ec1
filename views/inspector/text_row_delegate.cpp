// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/text_row_delegate.h"

#include <QPainter>

namespace xray::views {

void TextRowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const
{
    const Theme &theme = themeFor(option.palette);
    painter->save();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, theme.selection);
    const QRect area = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    const QVariant aligned = index.data(Qt::TextAlignmentRole);
    const auto alignment =
        aligned.isValid() ? Qt::Alignment(aligned.toInt()) : Qt::AlignLeft | Qt::AlignVCenter;
    painter->setFont(uiFont());
    painter->setPen(textColor(theme, index));
    painter->drawText(
        area, alignment,
        painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, area.width()));
    painter->restore();
}

QSize TextRowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const int text = QFontMetrics(uiFont()).horizontalAdvance(index.data().toString());
    return {text + 2 * kPadding + 1, kRowHeight};
}

QColor TextRowDelegate::textColor(const Theme &theme, const QModelIndex &) const
{
    return theme.text;
}

} // namespace xray::views
