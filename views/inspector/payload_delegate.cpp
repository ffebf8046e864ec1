// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/payload_delegate.h"

#include "views/look/theme.h"

#include <model/items/payload_tree_model.h>

#include <QPainter>

namespace xray::views {

namespace {

using items::PayloadTreeModel;
using items::ValueKind;

constexpr int kLineHeight = 22;
constexpr int kChipPadding = 5;

QColor valueColor(const Theme &theme, ValueKind kind)
{
    switch (kind) {
    case ValueKind::String:
        return theme.ok;
    case ValueKind::Number:
        return theme.warning;
    case ValueKind::Boolean:
    case ValueKind::Null:
        return theme.accent;
    case ValueKind::Array:
    case ValueKind::Object:
        return theme.muted;
    }
    return theme.text;
}

/// Writes pieces of a line from left to right until there is no more room.
class LineWriter
{
public:
    LineWriter(QPainter &painter, const QRect &area)
        : m_painter(painter)
        , m_left(area)
        , m_space(painter.fontMetrics().horizontalAdvance(u' '))
    {
    }

    void write(const QString &text, const QColor &color)
    {
        if (text.isEmpty() || m_left.width() <= 0)
            return;
        const QString shown =
            m_painter.fontMetrics().elidedText(text, Qt::ElideRight, m_left.width());
        m_painter.setPen(color);
        m_painter.drawText(m_left, Qt::AlignLeft | Qt::AlignVCenter, shown);
        advance(m_painter.fontMetrics().horizontalAdvance(shown));
    }

    void chip(const QString &text, const QColor &color, const QColor &surface)
    {
        const QFontMetrics metrics = m_painter.fontMetrics();
        const int width = metrics.horizontalAdvance(text) + 2 * kChipPadding;
        if (text.isEmpty() || width > m_left.width())
            return;
        const int height = metrics.height() + 2;
        const QRect box(m_left.left(), m_left.center().y() - height / 2 + 1, width, height);
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(surface);
        m_painter.drawRoundedRect(box, 3, 3);
        m_painter.setPen(color);
        m_painter.drawText(box, Qt::AlignCenter, text);
        advance(width);
    }

    /// Room kept free at the right for a chip of that text.
    void reserve(const QString &text)
    {
        if (!text.isEmpty())
            m_left.setRight(m_left.right() - chipRoom(text));
    }
    void release(const QString &text)
    {
        if (!text.isEmpty())
            m_left.setRight(m_left.right() + chipRoom(text));
    }

private:
    [[nodiscard]] int chipRoom(const QString &text) const
    {
        return m_painter.fontMetrics().horizontalAdvance(text) + 2 * kChipPadding + m_space;
    }
    void advance(int width) { m_left.setLeft(m_left.left() + width + m_space); }

    QPainter &m_painter;
    QRect m_left;
    int m_space;
};

QString chipText(const QModelIndex &index)
{
    const QString decision = index.data(PayloadTreeModel::DecisionRole).toString();
    if (!decision.isEmpty())
        return decision;
    const bool folded = index.data(PayloadTreeModel::HoldsJsonRole).toBool() &&
                        !index.data(PayloadTreeModel::UnfoldedRole).toBool();
    return folded ? QStringLiteral("JSON") : QString();
}

QColor chipColor(const Theme &theme, const QString &chip)
{
    if (chip == QLatin1String("dropped"))
        return theme.error;
    return chip == QLatin1String("JSON") ? theme.muted : theme.ok;
}

void paintValue(LineWriter &line, const Theme &theme, const QModelIndex &index)
{
    const auto kind = index.data(PayloadTreeModel::KindRole).value<ValueKind>();
    const QString value = index.siblingAtColumn(PayloadTreeModel::ValueColumn).data().toString();
    const QString preview = index.data(PayloadTreeModel::PreviewRole).toString();
    if (preview.isEmpty())
        line.write(value, valueColor(theme, kind));
    else
        line.write(u'"' + preview + u'"', theme.ok);
}

void paintLine(QPainter &painter, const QRect &area, const Theme &theme, const QModelIndex &index)
{
    LineWriter line(painter, area);
    const QString key = index.data().toString();
    if (index.data(PayloadTreeModel::MoreRole).toInt() > 0) {
        line.write(key, theme.accent);
        return;
    }
    const QString chip = chipText(index);
    line.reserve(chip);
    line.write(key, theme.muted);
    paintValue(line, theme, index);
    line.release(chip);
    line.chip(chip, chipColor(theme, chip), theme.raised);
}

} // namespace

void PayloadDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                            const QModelIndex &index) const
{
    painter->save();
    const Theme &theme = themeFor(option.palette);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, theme.selection);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(codeFont());
    paintLine(*painter, option.rect.adjusted(2, 0, -kGrid, 0), theme, index);
    painter->restore();
}

QSize PayloadDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {0, kLineHeight};
}

} // namespace xray::views
