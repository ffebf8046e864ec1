// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/figure_card.h"

#include <QPainter>

namespace xray::views {

namespace {

constexpr int kPadding = 8;
constexpr int kVerticalPadding = 8;
constexpr int kChartHeight = 20;
constexpr int kGap = 3;
constexpr int kPreferredWidth = 128;
constexpr int kMinimumWidth = 84;

int heightOf(const QFont &font)
{
    return QFontMetrics(font).height();
}

} // namespace

FigureCard::FigureCard(const QString &name, QWidget *parent)
    : QWidget(parent)
    , m_name(name)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    describe();
}

void FigureCard::setValue(const QString &value, FigureTone tone)
{
    m_value = value;
    m_tone = tone;
    describe();
    update();
}

void FigureCard::setCaption(const QString &caption)
{
    m_caption = caption;
    describe();
    update();
}

void FigureCard::describe()
{
    const QString unusual = m_tone == FigureTone::Unusual ? QStringLiteral(", unusual") : QString();
    const QString text = QStringLiteral("%1: %2%3").arg(m_name, m_value, unusual);
    setAccessibleName(text);
    setAccessibleDescription(m_caption);
    setToolTip(m_caption.isEmpty() ? text : text + u'\n' + m_caption);
}

QSize FigureCard::sizeHint() const
{
    return {kPreferredWidth, captionTop() + heightOf(smallFont()) + kVerticalPadding};
}

QSize FigureCard::minimumSizeHint() const
{
    return {kMinimumWidth, sizeHint().height()};
}

int FigureCard::valueTop() const
{
    return kVerticalPadding + heightOf(smallFont());
}

int FigureCard::captionTop() const
{
    return valueTop() + heightOf(titleFont()) + kChartHeight + 2 * kGap;
}

QRect FigureCard::line(const QFont &font, int top) const
{
    return {kPadding, top, width() - 2 * kPadding, heightOf(font)};
}

QRectF FigureCard::chartArea() const
{
    const double top = valueTop() + heightOf(titleFont()) + kGap;
    return {kPadding, top, width() - 2.0 * kPadding, kChartHeight};
}

void FigureCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme &theme = themeFor(palette());
    paintSurface(painter, theme);
    paintTexts(painter, theme);
    paintChart(painter, chartArea(), theme);
}

void FigureCard::paintSurface(QPainter &painter, const Theme &theme) const
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.raised);
    painter.drawRoundedRect(rect(), kControlRadius, kControlRadius);
}

void FigureCard::paintTexts(QPainter &painter, const Theme &theme) const
{
    const auto write = [&](const QString &text, const QFont &font, const QColor &color, int top,
                           Qt::TextElideMode mode = Qt::ElideRight) {
        const QRect area = line(font, top);
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(text, mode, area.width()));
    };
    // Names differ at their ends: percentage_eliminated, percentage_kept.
    write(m_name, smallFont(), theme.muted, kVerticalPadding, Qt::ElideMiddle);
    write(m_value, titleFont(), m_tone == FigureTone::Unusual ? theme.warning : theme.text,
          valueTop());
    write(m_caption, smallFont(), theme.muted, captionTop());
}

} // namespace xray::views
