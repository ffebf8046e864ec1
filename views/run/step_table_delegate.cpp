// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/step_table_delegate.h"

#include "views/look/marks.h"
#include "views/look/theme.h"

#include <model/items/step_table_model.h>

#include <QPainter>

namespace xray::views {

namespace {

using items::StepTableModel;

constexpr int kPadding = 10;
constexpr int kGap = 6;
constexpr double kMuchEliminated = 90;
constexpr double kLittleConfidence = 0.4;

/// Whether a number deserves the warning colour by itself.
bool isUnusual(const QModelIndex &index)
{
    const QVariant value = index.data(StepTableModel::ValueRole);
    if (!value.isValid())
        return false;
    if (index.column() == StepTableModel::Eliminated)
        return value.toDouble() >= kMuchEliminated;
    return index.column() == StepTableModel::Confidence && value.toDouble() < kLittleConfidence;
}

bool isAbsent(const QModelIndex &index)
{
    return StepTableModel::isNumeric(index.column()) &&
           !index.data(StepTableModel::ValueRole).isValid();
}

void paintText(QPainter &painter, const QRect &area, const QModelIndex &index, const QColor &color)
{
    const auto alignment = Qt::Alignment(index.data(Qt::TextAlignmentRole).toInt());
    const auto mode = index.column() == StepTableModel::Name ? Qt::ElideMiddle : Qt::ElideRight;
    const QString text = index.data().toString();
    painter.setPen(color);
    painter.drawText(area, static_cast<int>(alignment) | Qt::TextSingleLine,
                     painter.fontMetrics().elidedText(text, mode, area.width()));
}

void paintType(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    const auto type = index.data(StepTableModel::TypeRole).value<StepType>();
    paintTypeSquare(painter, {area.left() + kTypeSquareSize / 2.0, area.center().y() + 1.0},
                    theme.stepType(type));
    paintText(painter, area.adjusted(kTypeSquareSize + kGap, 0, 0, 0), index, theme.text);
}

/// What stands behind a step's name: a state other than completed, errors, issues.
QString remark(const QModelIndex &index)
{
    const auto status = index.data(StepTableModel::StatusRole).value<StepStatus>();
    if (status != StepStatus::Completed)
        return QString::fromLatin1(toWord(status));
    const int issues = index.data(StepTableModel::IssueCountRole).toInt();
    if (index.data(StepTableModel::ErrorCountRole).toLongLong() > 0)
        return QStringLiteral("error");
    return issues > 0 ? QStringLiteral("issue") : QString();
}

QColor remarkColor(const QModelIndex &index, const Theme &theme)
{
    const auto status = index.data(StepTableModel::StatusRole).value<StepStatus>();
    if (status == StepStatus::Completed)
        return index.data(StepTableModel::ErrorCountRole).toLongLong() > 0 ? theme.error
                                                                           : theme.warning;
    return theme.stepStatus(status);
}

void paintName(QPainter &painter, QRect area, const QModelIndex &index, const Theme &theme)
{
    const QString word = remark(index);
    if (!word.isEmpty()) {
        const QFont font = painter.font();
        painter.setFont(smallFont());
        const int width = painter.fontMetrics().horizontalAdvance(word);
        const QRect wordArea(area.right() - width, area.top(), width + 1, area.height());
        paintStatusDot(painter,
                       {wordArea.left() - kGap - kDotDiameter / 2.0, area.center().y() + 1.0},
                       remarkColor(index, theme));
        painter.setPen(theme.muted);
        painter.drawText(wordArea, Qt::AlignVCenter, word);
        painter.setFont(font);
        area.setRight(wordArea.left() - 2 * kGap - kDotDiameter);
    }
    paintText(painter, area, index, theme.text);
}

void paintNumber(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    if (!isUnusual(index)) {
        paintText(painter, area, index, isAbsent(index) ? theme.faint : theme.text);
        return;
    }
    QFont font = painter.font();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    paintText(painter, area, index, theme.warning);
}

void paintCell(QPainter &painter, const QRect &area, const QModelIndex &index, const Theme &theme)
{
    if (index.column() == StepTableModel::Type)
        paintType(painter, area, index, theme);
    else if (index.column() == StepTableModel::Name)
        paintName(painter, area, index, theme);
    else
        paintNumber(painter, area, index, theme);
}

} // namespace

void StepTableDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                              const QModelIndex &index) const
{
    const Theme &theme = themeFor(option.palette);
    painter->save();
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, theme.selection);
    const QRect &cell = option.rect;
    painter->fillRect(QRect(cell.left(), cell.bottom(), cell.width(), 1), theme.line);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(StepTableModel::isNumeric(index.column()) ? numberFont() : uiFont());
    paintCell(*painter, cell.adjusted(kPadding, 0, -kPadding, -1), index, theme);
    painter->restore();
}

QSize StepTableDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    QFont font = uiFont();
    font.setWeight(QFont::DemiBold);
    const int extra = index.column() == StepTableModel::Type ? kTypeSquareSize + kGap : 0;
    const int text = QFontMetrics(font).horizontalAdvance(index.data().toString());
    return {text + extra + 2 * kPadding, kTableRowHeight};
}

} // namespace xray::views
