// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the cells of a query's answer: types as square and word, states as dot and word,
// percentages as a bar beside their number, ids in the fixed font. Owned by the table; GUI thread.
#pragma once

#include <QStyledItemDelegate>

namespace xray::views {

/// What the bar of a percentage takes beside its number; it may get less.
inline constexpr int kBarRoom = 94;

class ResultDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;
};

} // namespace xray::views
