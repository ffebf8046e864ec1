// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/marks.h"

#include <QFontMetrics>
#include <QPainter>

namespace xray::views {

namespace {

constexpr double kChipRadius = 4;

void fillShape(QPainter &painter, const QRectF &rect, double radius, const QColor &color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(rect, radius, radius);
    painter.restore();
}

QRectF around(const QPointF &center, double size)
{
    return {center.x() - size / 2, center.y() - size / 2, size, size};
}

} // namespace

void paintStatusDot(QPainter &painter, const QPointF &center, const QColor &color)
{
    fillShape(painter, around(center, kDotDiameter), kDotDiameter / 2.0, color);
}

void paintTypeSquare(QPainter &painter, const QPointF &center, const QColor &color)
{
    fillShape(painter, around(center, kTypeSquareSize), 2, color);
}

int chipWidth(const QString &text, const QFont &font)
{
    return QFontMetrics(font).horizontalAdvance(text) + 2 * kChipPadding + 1;
}

void paintChip(QPainter &painter, const QRect &rect, const QString &text, const QFont &font,
               const Theme &theme, ChipSurface surface)
{
    fillShape(painter, rect, kChipRadius,
              surface == ChipSurface::Selection ? theme.panel : theme.raised);
    const QRect inner = rect.adjusted(kChipPadding, 0, -kChipPadding, 0);
    painter.setFont(font);
    painter.setPen(theme.muted);
    painter.drawText(inner, Qt::AlignCenter,
                     QFontMetrics(font).elidedText(text, Qt::ElideRight, inner.width()));
}

void paintFocusRing(QPainter &painter, const QRect &rect, const Theme &theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.accent);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), kChipRadius, kChipRadius);
    painter.restore();
}

} // namespace xray::views
