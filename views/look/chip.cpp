// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/chip.h"

#include "views/look/marks.h"

#include <QKeyEvent>
#include <QPainter>

namespace xray::views {

namespace {

constexpr int kCrossWidth = 14;
constexpr int kDotWidth = kDotDiameter + 5;
constexpr int kNarrowest = 48;

} // namespace

Chip::Chip(Kind kind, const QString &text, QWidget *parent)
    : QAbstractButton(parent)
    , m_kind(kind)
{
    setText(text);
    setFont(smallFont());
    setFocusPolicy(kind == Kind::Removable ? Qt::StrongFocus : Qt::NoFocus);
    setAttribute(Qt::WA_TransparentForMouseEvents, kind == Kind::Fact);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void Chip::setStatus(std::optional<RunStatus> status)
{
    m_status = status;
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const int extra = (m_kind == Kind::Removable ? kCrossWidth : 0) + (m_status ? kDotWidth : 0);
    return {chipWidth(text(), font()) + extra, kChipHeight};
}

QSize Chip::minimumSizeHint() const
{
    return {qMin(sizeHint().width(), kNarrowest), kChipHeight};
}

void Chip::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeFor(palette());
    QPainter painter(this);
    paintChip(painter, rect(), {}, font(), theme);
    QRect inner = rect().adjusted(kChipPadding, 0, -kChipPadding, 0);
    if (m_status) {
        paintStatusDot(painter, {inner.left() + kDotDiameter / 2.0, inner.center().y() + 0.5},
                       theme.runStatus(*m_status));
        inner.setLeft(inner.left() + kDotWidth);
    }
    if (m_kind == Kind::Removable) {
        paintCross(painter, theme);
        inner.setRight(inner.right() - kCrossWidth);
    }
    painter.setFont(font());
    painter.setPen(underMouse() ? theme.text : theme.muted);
    painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(text(), Qt::ElideRight, inner.width() + 1));
    if (hasFocus())
        paintFocusRing(painter, rect(), theme);
}

void Chip::paintCross(QPainter &painter, const Theme &theme) const
{
    const QPointF center(width() - kChipPadding - 4.0, height() / 2.0);
    constexpr double arm = 3;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(underMouse() ? theme.text : theme.muted, 1.3));
    painter.drawLine(center - QPointF(arm, arm), center + QPointF(arm, arm));
    painter.drawLine(center - QPointF(arm, -arm), center + QPointF(arm, -arm));
    painter.restore();
}

void Chip::keyPressEvent(QKeyEvent *event)
{
    const bool removes = event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace ||
                         event->key() == Qt::Key_Return;
    if (removes && m_kind == Kind::Removable)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace xray::views
