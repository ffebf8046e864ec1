// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_row_delegate.h"

#include <model/items/run_list_model.h>
#include <model/items/run_list_text.h>
#include <views/look/marks.h>

#include <QPainter>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kTextLeft = 36;
constexpr int kRight = 12;
constexpr int kDotCenter = 16;
constexpr int kFirstLineTop = 5;
constexpr int kSecondLineTop = 23;
constexpr int kLineHeight = 18;
constexpr int kGap = 8;
constexpr int kSelectionBar = 3;
constexpr int kNarrowestChip = 36;
constexpr int kSessionRail = 5; ///< from the left edge
constexpr int kSessionRailWidth = 2;
constexpr int kSessionShare = 2; ///< a session's name takes at most one in so many parts of a line

QRect lineOf(const QRect &row, int top)
{
    return {row.left() + kTextLeft, row.top() + top, row.width() - kTextLeft - kRight, kLineHeight};
}

/// Paints `text` at the right end of `line` and returns what is left of the line.
QRect paintRight(QPainter &painter, QRect line, const QString &text)
{
    const int width = painter.fontMetrics().horizontalAdvance(text);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, text);
    line.setRight(line.right() - width - kGap);
    return line;
}

/// Paints `text` at the left, shortened when it must be, and returns what is left of the line.
QRect paintLeft(QPainter &painter, QRect line, const QString &text)
{
    const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, line.width());
    painter.drawText(
        line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextForceLeftToRight | Qt::TextSingleLine,
        shown);
    line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(shown) + kGap);
    return line;
}

/// As many tags as fit; the rest becomes "+2".
void paintTags(QPainter &painter, QRect room, const QStringList &tags, const Theme &theme,
               ChipSurface surface)
{
    const QFont font = smallFont();
    for (qsizetype i = 0; i < tags.size(); ++i) {
        const bool last = i + 1 == tags.size();
        const int width = chipWidth(tags[i], font);
        const int rest = last ? 0 : kNarrowestChip + kGap / 2;
        const bool fits = width + rest <= room.width();
        const QString text = fits ? tags[i] : QStringLiteral("+%1").arg(tags.size() - i);
        const int taken = fits ? width : chipWidth(text, font);
        if (taken > room.width())
            return;
        paintChip(painter, {room.left(), room.top() + 1, taken, kLineHeight - 2}, text, font, theme,
                  surface);
        if (!fits)
            return;
        room.setLeft(room.left() + taken + kGap / 2);
    }
}

void paintSurface(QPainter &painter, const QStyleOptionViewItem &option, const Theme &theme)
{
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = option.state & QStyle::State_MouseOver;
    if (selected || hovered)
        painter.fillRect(option.rect, selected ? theme.selection : theme.raised);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                     theme.line);
    if (selected)
        painter.fillRect(option.rect.adjusted(0, 0, kSelectionBar - option.rect.width(), -1),
                         theme.accent);
}

bool shareSession(const Execution *a, const Execution *b)
{
    return a && b && !a->session.isEmpty() && a->session == b->session;
}

/// Where runs stand by session, the first of each names it.
bool namesSession(const items::RunListModel &model, int index)
{
    const Execution *run = model.at(index);
    return model.query().sort.key == RunSortKey::Session && !run->session.isEmpty() &&
           !(index > 0 && shareSession(model.at(index - 1), run));
}

/// A rail at the left edge that goes on from row to row as long as the session does.
void paintSessionRail(QPainter &painter, const QRect &row, const items::RunListModel &model,
                      int index, const Theme &theme)
{
    const Execution *run = model.at(index);
    const bool goesUp = index > 0 && shareSession(model.at(index - 1), run);
    const bool goesDown = index + 1 < model.rowCount() && shareSession(run, model.at(index + 1));
    if (!goesUp && !goesDown)
        return;
    const int top = goesUp ? row.top() : row.top() + kFirstLineTop + kLineHeight / 2;
    const int bottom = goesDown ? row.bottom() : row.top() + kSecondLineTop + kLineHeight / 2;
    painter.fillRect(row.left() + kSessionRail, top, kSessionRailWidth, bottom - top + 1,
                     theme.muted);
}

/// The session's name before all else; returns what is left of the line.
QRect paintSession(QPainter &painter, QRect line, const QString &session, const Theme &theme,
                   ChipSurface surface)
{
    const QFont font = smallFont();
    const int width = std::min(chipWidth(session, font), line.width() / kSessionShare);
    paintChip(painter, {line.left(), line.top() + 1, width, kLineHeight - 2}, session, font, theme,
              surface);
    painter.setFont(font);
    line.setLeft(line.left() + width + kGap);
    return line;
}

void paintLoading(QPainter &painter, const QRect &row, const Theme &theme)
{
    const QRect first = lineOf(row, kFirstLineTop);
    const QRect second = lineOf(row, kSecondLineTop);
    painter.fillRect(first.left(), first.center().y() - 3, first.width() / 2, 7, theme.raised);
    painter.fillRect(second.left(), second.center().y() - 3, second.width() * 2 / 3, 7,
                     theme.raised);
}

} // namespace

QRect RunRowDelegate::secondLine(const QRect &row)
{
    return lineOf(row, kSecondLineTop);
}

QSize RunRowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {0, kRunRowHeight};
}

void RunRowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    const auto *model = qobject_cast<const items::RunListModel *>(index.model());
    Q_ASSERT(model);
    const Theme &theme = themeFor(option.palette);
    painter->save();
    paintSurface(*painter, option, theme);
    if (const Execution *run = model->at(index.row())) {
        paintSessionRail(*painter, option.rect, *model, index.row(), theme);
        paintRun(*painter, option, *run,
                 namesSession(*model, index.row()) ? run->session : QString());
    } else {
        paintLoading(*painter, option.rect, theme);
    }
    painter->restore();
}

void RunRowDelegate::paintRun(QPainter &painter, const QStyleOptionViewItem &option,
                              const Execution &run, const QString &session) const
{
    const Theme &theme = themeFor(option.palette);
    const bool selected = option.state & QStyle::State_Selected;
    QRect line = lineOf(option.rect, kFirstLineTop);
    paintStatusDot(painter, {option.rect.left() + kDotCenter + 0.0, line.center().y() + 0.5},
                   theme.runStatus(run.status));
    painter.setFont(numberFont());
    painter.setPen(theme.muted);
    line = paintRight(painter, line, items::runDurationText(run, m_now));
    painter.setFont(option.font);
    painter.setPen(theme.text);
    paintLeft(painter, line, run.pipelineName);

    painter.setFont(smallFont());
    painter.setPen(theme.muted);
    line = lineOf(option.rect, kSecondLineTop);
    if (run.status != RunStatus::Running)
        line = paintRight(painter, line, formatAgo(run.startedAt, m_now));
    const auto surface = selected ? ChipSurface::Selection : ChipSurface::Panel;
    if (!session.isEmpty())
        line = paintSession(painter, line, session, theme, surface);
    painter.setPen(theme.muted);
    line = paintLeft(painter, line, items::runSubtitle(run));
    paintTags(painter, line, run.tags, theme, surface);
}

} // namespace xray::views
