// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/type_square.h"

#include "views/look/marks.h"

#include <QPainter>

namespace xray::views {

namespace {

constexpr int kGap = 5;

} // namespace

TypeSquare::TypeSquare(StepType type, QWidget *parent)
    : QWidget(parent)
    , m_type(type)
{
    setType(type);
}

void TypeSquare::setType(StepType type)
{
    m_type = type;
    setAccessibleName(QLatin1String(toWord(type)));
    updateGeometry();
    update();
}

QSize TypeSquare::sizeHint() const
{
    const int word = fontMetrics().horizontalAdvance(QLatin1String(toWord(m_type)));
    return {kTypeSquareSize + kGap + word, fontMetrics().height()};
}

void TypeSquare::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeFor(palette());
    QPainter painter(this);
    paintTypeSquare(painter, {kTypeSquareSize / 2.0, height() / 2.0}, theme.stepType(m_type));
    painter.setPen(theme.text);
    painter.drawText(rect().adjusted(kTypeSquareSize + kGap, 0, 0, 0),
                     Qt::AlignVCenter | Qt::AlignLeft, QLatin1String(toWord(m_type)));
}

} // namespace xray::views
