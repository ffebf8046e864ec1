// SPDX-License-Identifier: GPL-3.0-or-later
// Where a dragged card would go, and the mark that shows it: a line between two cards, or a frame
// around the card with which it would make a group. Scrolls when the drag is at an edge. Owned by
// the builder; GUI thread.
#pragma once

#include "views/query/group_card.h"

#include <optional>
#include <variant>
#include <vector>

class QScrollArea;

namespace xray::views {

/// Between the cards of a group, or onto a card.
using DropTarget = std::variant<items::TreePlace, items::TreePath>;

class CardDropper final
{
public:
    explicit CardDropper(QScrollArea *area)
        : m_area(area)
    {
    }

    /// The groups on the screen now, outer before inner, all inside the area's widget.
    void setBodies(const std::vector<GroupBody *> &bodies);
    /// Nothing outside of the area, nor over the dragged card itself.
    [[nodiscard]] std::optional<DropTarget> targetAt(const QPoint &globalPosition,
                                                     const NodeFrame &dragged) const;
    void show(const QPoint &globalPosition, const NodeFrame &dragged);
    void hide();

private:
    void scrollAt(const QPoint &globalPosition);
    [[nodiscard]] const GroupBody *bodyAt(const QPoint &globalPosition) const;
    [[nodiscard]] QRect markOf(const DropTarget &target) const;

    QScrollArea *m_area;
    std::vector<GroupBody *> m_bodies;
    QWidget *m_mark = nullptr; ///< a child of what the area shows
};

} // namespace xray::views
