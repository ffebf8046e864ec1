// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/elided_text.h"

#include "views/look/theme.h"

#include <QPainter>

namespace xray::views {

namespace {

constexpr int kLeastCharacters = 6;

} // namespace

ElidedText::ElidedText(TextTone tone, QWidget *parent)
    : QWidget(parent)
    , m_tone(tone)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void ElidedText::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(text);
    setToolTip(text);
    updateGeometry();
    update();
}

QSize ElidedText::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height()};
}

QSize ElidedText::minimumSizeHint() const
{
    return {kLeastCharacters * fontMetrics().averageCharWidth(), fontMetrics().height()};
}

void ElidedText::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = themeFor(palette());
    painter.setPen(m_tone == TextTone::Muted ? theme.muted : theme.text);
    painter.drawText(rect(), Qt::AlignVCenter,
                     fontMetrics().elidedText(m_text, Qt::ElideRight, width()));
}

} // namespace xray::views
