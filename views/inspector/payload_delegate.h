// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a line of a payload tree: key, then value in the colour of its kind; what a container
// describes and how many children it has; a chip for a decision or for JSON in a string. Owned by
// the tree's view; GUI thread.
#pragma once

#include <QStyledItemDelegate>

namespace xray::views {

class PayloadDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;
};

} // namespace xray::views
