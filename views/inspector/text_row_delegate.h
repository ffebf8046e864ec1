// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a cell that is one line of text, as far from its left edge as every other text of the
// panel. Owned by its view; GUI thread.
#pragma once

#include "views/look/theme.h"

#include <QStyledItemDelegate>

namespace xray::views {

class TextRowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    static constexpr int kPadding = 10; ///< the same as a table header's
    static constexpr int kRowHeight = 24;

    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;

protected:
    [[nodiscard]] virtual QColor textColor(const Theme &theme, const QModelIndex &index) const;
};

} // namespace xray::views
