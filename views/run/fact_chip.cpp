// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/fact_chip.h"

#include "views/look/theme.h"

#include <QPainter>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kPadding = 7;
constexpr int kHeight = 20;
constexpr int kDot = 8;
constexpr int kDotGap = 5;
constexpr int kRadius = 4;

} // namespace

FactChip::FactChip(const QString &text, QWidget *parent)
    : QWidget(parent)
{
    setFont(smallFont());
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setText(text);
}

void FactChip::setText(const QString &text)
{
    m_text = text;
    setAccessibleName(text);
    setToolTip(text);
    updateGeometry();
    update();
}

void FactChip::setDot(std::optional<QColor> color)
{
    m_dot = std::move(color);
    updateGeometry();
    update();
}

QSize FactChip::sizeHint() const
{
    const int dot = m_dot ? kDot + kDotGap : 0;
    const int width = fontMetrics().horizontalAdvance(m_text) + 2 * kPadding + dot + 1;
    return {std::min(width, kWidest), kHeight};
}

void FactChip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme &theme = themeFor(palette());
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(rect(), kRadius, kRadius);
    QRect area = rect().adjusted(kPadding, 0, -kPadding, 0);
    if (m_dot) {
        painter.setBrush(*m_dot);
        painter.drawEllipse(QRectF(area.left(), (height() - kDot) / 2.0, kDot, kDot));
        area.setLeft(area.left() + kDot + kDotGap);
    }
    painter.setPen(theme.muted);
    painter.drawText(area, Qt::AlignVCenter,
                     fontMetrics().elidedText(m_text, Qt::ElideRight, area.width()));
}

} // namespace xray::views
