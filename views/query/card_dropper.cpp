// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/card_dropper.h"

#include "views/query/condition_card.h"

#include <views/look/theme.h>

#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kLineWidth = 2;
constexpr int kEdge = 24;       ///< pixels from the edge in which a drag scrolls
constexpr int kScrollStep = 12; ///< pixels for each movement of the mouse there
constexpr int kEdgeShare = 3;   ///< the middle third of a card takes another one in

/// A line, or when it is higher a frame.
class DropMark final : public QWidget
{
public:
    explicit DropMark(QWidget *parent)
        : QWidget(parent)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = themeFor(palette());
        QPainter painter(this);
        if (height() <= kLineWidth) {
            painter.fillRect(rect(), theme.accent);
            return;
        }
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.accent, kLineWidth));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), kControlRadius,
                                kControlRadius);
    }
};

bool contains(const QWidget &widget, const QPoint &globalPosition)
{
    return widget.rect().contains(widget.mapFromGlobal(globalPosition));
}

/// The card of a condition whose middle is under that point.
const NodeFrame *cardUnder(const GroupBody &body, const QPoint &globalPosition)
{
    for (const NodeFrame *card : body.cards()) {
        const int y = card->mapFromGlobal(globalPosition).y();
        const int edge = card->height() / kEdgeShare;
        if (qobject_cast<const ConditionCard *>(card) && contains(*card, globalPosition) &&
            y >= edge && y < card->height() - edge)
            return card;
    }
    return nullptr;
}

} // namespace

void CardDropper::setBodies(const std::vector<GroupBody *> &bodies)
{
    m_bodies = bodies;
    m_mark = new DropMark(m_area->widget());
    m_mark->hide();
}

const GroupBody *CardDropper::bodyAt(const QPoint &globalPosition) const
{
    const GroupBody *innermost = m_bodies.front(); // the root takes what is beside every group
    for (const GroupBody *body : m_bodies) {
        const bool isRoot = body == m_bodies.front();
        if (!isRoot && contains(*body->parentWidget(), globalPosition))
            innermost = body;
    }
    return innermost;
}

std::optional<DropTarget> CardDropper::targetAt(const QPoint &globalPosition,
                                                const NodeFrame &dragged) const
{
    if (!contains(*m_area->viewport(), globalPosition) || contains(dragged, globalPosition))
        return std::nullopt;
    const GroupBody *body = bodyAt(globalPosition);
    if (const NodeFrame *card = cardUnder(*body, globalPosition))
        return card->path();
    return items::TreePlace{body->path(),
                            body->positionAt(body->mapFromGlobal(globalPosition).y())};
}

QRect CardDropper::markOf(const DropTarget &target) const
{
    const auto *place = std::get_if<items::TreePlace>(&target);
    for (const GroupBody *body : m_bodies) {
        const QPoint corner = body->mapTo(m_area->widget(), QPoint(0, 0));
        if (place && body->path() == place->group)
            return {corner.x(), corner.y() + body->gapAt(place->position) - 1, body->width(),
                    kLineWidth};
        for (const NodeFrame *card : body->cards()) {
            if (!place && card->path() == std::get<items::TreePath>(target))
                return card->geometry().translated(corner);
        }
    }
    return {};
}

void CardDropper::scrollAt(const QPoint &globalPosition)
{
    QScrollBar *bar = m_area->verticalScrollBar();
    const int y = m_area->viewport()->mapFromGlobal(globalPosition).y();
    if (y < kEdge)
        bar->setValue(bar->value() - kScrollStep);
    else if (y > m_area->viewport()->height() - kEdge)
        bar->setValue(bar->value() + kScrollStep);
}

void CardDropper::show(const QPoint &globalPosition, const NodeFrame &dragged)
{
    scrollAt(globalPosition);
    const auto target = targetAt(globalPosition, dragged);
    m_mark->setVisible(target.has_value());
    if (!target)
        return;
    m_mark->setGeometry(markOf(*target));
    m_mark->raise();
}

void CardDropper::hide()
{
    m_mark->hide();
}

} // namespace xray::views
