// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/result_delegate.h"

#include <views/look/marks.h>

#include <model/items/query_result_model.h>

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace xray::views {

namespace {

using items::QueryResultModel;
using items::ResultColumnKind;

constexpr int kPadding = 10;
constexpr int kGap = 6;
constexpr int kBarHeight = 8;
constexpr int kShortestBar = 20;
constexpr int kShownIdLength = 8;
constexpr int kNewMarkWidth = 3;
constexpr double kGoneOpacity = 0.6;
constexpr double kLeastWorthABar = 0.5; ///< percent; less has no visible length

ResultColumnKind kindOf(const QModelIndex &index)
{
    return index.data(QueryResultModel::KindRole).value<ResultColumnKind>();
}

bool isGone(const QModelIndex &index)
{
    return index.data(QueryResultModel::IsGoneRole).toBool();
}

QString shownText(const QModelIndex &index)
{
    const QString text = index.data().toString().simplified(); // a name may have line breaks
    return kindOf(index) == ResultColumnKind::Run ? text.left(kShownIdLength) + u'…' : text;
}

void paintText(QPainter &painter, const QRect &area, const QModelIndex &index, const QColor &color)
{
    const auto alignment = Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt());
    QFont font = painter.font();
    font.setStrikeOut(isGone(index));
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(
        area, alignment,
        painter.fontMetrics().elidedText(shownText(index), Qt::ElideRight, area.width()));
}

QColor rowColor(const QModelIndex &index, const Theme &theme)
{
    if (isGone(index))
        return theme.faint;
    const QVariant type = index.data(QueryResultModel::StepTypeRole);
    return type.isValid() ? theme.stepType(type.value<StepType>()) : theme.accent;
}

void paintType(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    paintTypeSquare(painter, {area.left() + kTypeSquareSize / 2.0, area.center().y() + 1.0},
                    rowColor(index, theme));
    paintText(painter, area.adjusted(kTypeSquareSize + kGap, 0, 0, 0), index, theme.text);
}

void paintStatus(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    const auto status = index.data(QueryResultModel::RunStatusRole).value<RunStatus>();
    const auto step = stepStatusFromWord(index.data().toString().toStdString());
    const bool isStep = index.data(QueryResultModel::StepTypeRole).isValid();
    paintStatusDot(painter, {area.left() + kDotDiameter / 2.0, area.center().y() + 1.0},
                   isStep && step ? theme.stepStatus(*step) : theme.runStatus(status));
    paintText(painter, area.adjusted(kDotDiameter + kGap, 0, 0, 0), index, theme.text);
}

/// The value's share of a hundred as a bar, left of the number.
void paintBar(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    const double percent = index.data(QueryResultModel::ValueRole).toDouble();
    const int textWidth = painter.fontMetrics().horizontalAdvance(QStringLiteral("100.0"));
    const int width = std::min(kBarRoom - kGap, area.width() - textWidth - kGap);
    if (width < kShortestBar)
        return;
    const QRectF track(area.right() - textWidth - kGap - width,
                       area.center().y() - kBarHeight / 2 + 1, width, kBarHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.line);
    painter.drawRoundedRect(track, 2, 2);
    if (percent < kLeastWorthABar)
        return;
    QRectF bar = track;
    bar.setWidth(track.width() * std::min(percent, 100.0) / 100);
    painter.setBrush(rowColor(index, theme));
    painter.drawRoundedRect(bar, 2, 2);
}

void paintMetric(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    const bool isAbsent = !index.data(QueryResultModel::ValueRole).isValid();
    if (!isAbsent && index.data(QueryResultModel::IsPercentageRole).toBool())
        paintBar(painter, area, index, theme);
    paintText(painter, area, index, isAbsent ? theme.faint : theme.text);
}

void paintCell(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    switch (kindOf(index)) {
    case ResultColumnKind::Type:
        return paintType(painter, area, index, theme);
    case ResultColumnKind::Status:
        return paintStatus(painter, area, index, theme);
    case ResultColumnKind::Metric:
        return paintMetric(painter, area, index, theme);
    case ResultColumnKind::Run:
        painter.setFont(codeFont());
        return paintText(painter, area, index, theme.accent);
    case ResultColumnKind::Errors: {
        const bool has = index.data(QueryResultModel::ValueRole).toLongLong() > 0;
        return paintText(painter, area, index, has ? theme.error : theme.faint);
    }
    case ResultColumnKind::Started:
    case ResultColumnKind::Pipeline:
    case ResultColumnKind::Environment:
    case ResultColumnKind::StepName:
    case ResultColumnKind::About:
    case ResultColumnKind::Counts:
    case ResultColumnKind::Steps:
    case ResultColumnKind::Duration:
        return paintText(painter, area, index, theme.text);
    }
}

void paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                 const Theme &theme)
{
    const QRect &cell = option.rect;
    if (option.state & QStyle::State_Selected)
        painter.fillRect(cell, theme.selection);
    painter.fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.line);
    if (index.column() == 0 && index.data(QueryResultModel::IsNewRole).toBool())
        painter.fillRect(QRect(cell.left(), cell.top(), kNewMarkWidth, cell.height() - 1),
                         theme.accent);
    if (option.state & QStyle::State_HasFocus) { // the cell that the keyboard is at
        painter.setPen(theme.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(cell.adjusted(0, 0, -1, -2));
    }
}

} // namespace

void ResultDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    const Theme &theme = themeFor(option.palette);
    painter->save();
    paintGround(*painter, option, index, theme);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(numberFont());
    painter->setOpacity(isGone(index) ? kGoneOpacity : 1);
    paintCell(*painter, option.rect.adjusted(kPadding, 0, -kPadding, -1), index, theme);
    painter->restore();
}

/// What is elided is told in full, and what became of a row that matches no longer.
bool ResultDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view,
                               const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const bool hasBar = index.data(QueryResultModel::IsPercentageRole).toBool();
    const int needed = sizeHint(option, index).width() - (hasBar ? kBarRoom : 0);
    const bool isCut = kindOf(index) == ResultColumnKind::Run || needed > option.rect.width();
    QStringList lines;
    if (isCut)
        lines += index.data().toString();
    if (isGone(index))
        lines += index.data(Qt::ToolTipRole).toString();
    QToolTip::showText(event->globalPos(), lines.join(u'\n'), view);
    return true;
}

QSize ResultDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const ResultColumnKind kind = kindOf(index);
    const QFontMetrics metrics(kind == ResultColumnKind::Run ? codeFont() : numberFont());
    int extra = 0;
    if (kind == ResultColumnKind::Type || kind == ResultColumnKind::Status)
        extra = kTypeSquareSize + kGap;
    else if (index.data(QueryResultModel::IsPercentageRole).toBool())
        extra = kBarRoom;
    // A pixel more: the advance is rounded, and a text a fraction wider would be elided.
    return {metrics.horizontalAdvance(shownText(index)) + 1 + extra + 2 * kPadding,
            kTableRowHeight};
}

} // namespace xray::views
