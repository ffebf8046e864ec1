// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/look/table_header.h"

#include "views/look/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

constexpr int kPadding = 10; // as the cells below
constexpr int kOneLineHeight = 29;
constexpr int kTwoLinesHeight = 38;
constexpr qsizetype kShortTitle = 9; ///< is not broken
constexpr int kArrowWidth = 7;
constexpr int kArrowHeight = 4;
constexpr int kArrowGap = 4;

QFont titleFace()
{
    QFont font = smallFont();
    font.setWeight(QFont::DemiBold);
    return font;
}

void paintArrow(QPainter &painter, const QPointF &center, Qt::SortOrder order, const QColor &color)
{
    const double half = kArrowWidth / 2.0;
    const double tip = order == Qt::AscendingOrder ? -kArrowHeight / 2.0 : kArrowHeight / 2.0;
    QPainterPath arrow(center + QPointF(-half, -tip));
    arrow.lineTo(center + QPointF(half, -tip));
    arrow.lineTo(center + QPointF(0, tip));
    painter.fillPath(arrow, color);
}

} // namespace

QStringList titleLines(const QString &title)
{
    if (title.size() <= kShortTitle)
        return {title};
    const qsizetype middle = title.size() / 2;
    qsizetype best = -1;
    for (qsizetype i = 1; i + 1 < title.size(); ++i) {
        const bool breaks = title[i] == u'_' || title[i] == u'.' || title[i] == u' ';
        if (breaks && (best < 0 || std::abs(i - middle) < std::abs(best - middle)))
            best = i;
    }
    if (best < 0)
        return {title};
    return {title.left(best + 1).trimmed(), title.mid(best + 1)};
}

TableHeader::TableHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
    setFont(titleFace());
}

QStringList TableHeader::linesOf(int section) const
{
    return titleLines(model()->headerData(section, Qt::Horizontal).toString());
}

QSize TableHeader::sizeHint() const
{
    for (int section = 0; section < count(); ++section) {
        if (!isSectionHidden(section) && linesOf(section).size() > 1)
            return {QHeaderView::sizeHint().width(), kTwoLinesHeight};
    }
    return {QHeaderView::sizeHint().width(), kOneLineHeight};
}

QSize TableHeader::sectionSizeFromContents(int section) const
{
    const QFontMetricsF metrics(titleFace());
    double width = 0;
    for (const QString &line : linesOf(section))
        width = std::max(width, metrics.horizontalAdvance(line));
    const bool sorted = sortIndicatorSection() == section;
    const int text = static_cast<int>(std::ceil(width)) + 1; // what is elided is measured finer
    return {text + 2 * kPadding + (sorted ? kArrowWidth + kArrowGap : 0), kOneLineHeight};
}

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    const Theme &theme = themeFor(palette());
    painter->save();
    painter->fillRect(rect, theme.panel);
    painter->fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.line);
    QRect area = rect.adjusted(kPadding, 0, -kPadding, -1);
    const auto side = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole);
    const bool right = Qt::Alignment(side.toInt()).testFlag(Qt::AlignRight);
    if (sortIndicatorSection() == section) {
        painter->setRenderHint(QPainter::Antialiasing);
        const double x = right ? area.left() - kArrowGap : area.right() + kArrowGap;
        paintArrow(*painter, {x, area.center().y() + 1.0}, sortIndicatorOrder(), theme.accent);
    }
    painter->setFont(titleFace());
    painter->setPen(theme.muted);
    const QFontMetrics metrics = painter->fontMetrics();
    const QStringList lines = linesOf(section);
    const int height = metrics.height() - 1;
    area.setTop(area.center().y() - static_cast<int>(lines.size()) * height / 2);
    for (const QString &line : lines) {
        area.setHeight(height);
        painter->drawText(
            area, (right ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter | Qt::TextDontClip,
            metrics.elidedText(line, Qt::ElideRight, area.width()));
        area.translate(0, height);
    }
    painter->restore();
}

} // namespace xray::views
