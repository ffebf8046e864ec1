// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the cells of the step table: type as a square and a word, a state that is not "completed"
// as a dot and a word, and the warning colour where a number is unusual. Owned by the table; GUI
// thread.
#pragma once

#include <QStyledItemDelegate>

namespace xray::views {

class StepTableDelegate final : public QStyledItemDelegate
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
