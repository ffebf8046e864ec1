// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the cells of the table of refusals: padded as the header is, a line under each row, what
// matters less muted. Owned by the table; GUI thread.
#pragma once

#include <QStyledItemDelegate>

namespace xray::views {

class RefusalDelegate final : public QStyledItemDelegate
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
