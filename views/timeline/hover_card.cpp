// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/hover_card.h"

#include <views/look/theme.h>

#include <model/core/text.h>
#include <model/timeline/labels.h>

#include <QGuiApplication>
#include <QPainter>
#include <QScreen>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kPadding = 12;
constexpr int kLineHeight = 20;
constexpr int kSquare = 9;
constexpr int kWidest = 380;
constexpr int kColumnGap = 16;
constexpr int kPointerDistance = 16;
constexpr std::size_t kMostMetrics = 4;

void addTimes(HoverText &text, const TimelineScene &scene, TimeNs start, DurationNs duration)
{
    const TimeNs runEnd = scene.liveness == Liveness::Live ? scene.now : scene.tree.span.end;
    const DurationNs whole = std::max(runEnd, scene.now) - scene.origin();
    const DurationNs offset = start - scene.origin();
    const QString sign = offset < 0 ? QStringLiteral("−") : QStringLiteral("+");
    text.lines.push_back({HoverCard::tr("Start"), sign + formatDuration(std::abs(offset))});
    text.lines.push_back({HoverCard::tr("Duration"), formatDuration(duration)});
    const QString share = timeline::shareText(duration, whole);
    if (!share.isEmpty())
        text.lines.push_back({HoverCard::tr("Of the run"), share});
}

void addStepLines(HoverText &text, const TimelineScene &scene, const Step &step)
{
    addTimes(text, scene, step.startedAt, timeline::shownDuration(step, scene.now));
    const QString counts = timeline::countsText(step);
    if (!counts.isEmpty())
        text.lines.push_back({HoverCard::tr("In → out"), counts});
    for (std::size_t i = 0; i < std::min(step.metrics.size(), kMostMetrics); ++i)
        text.lines.push_back({step.metrics[i].name, formatNumber(step.metrics[i].value)});
    if (step.metrics.size() > kMostMetrics)
        text.lines.push_back(
            {{}, HoverCard::tr("%1 more").arg(step.metrics.size() - kMostMetrics)});
    if (step.errorCount > 0)
        text.lines.push_back({HoverCard::tr("Errors"), formatCount(step.errorCount)});
}

void addGroupLines(HoverText &text, const TimelineScene &scene, const timeline::StepGroup &group)
{
    const TimeNs end = timeline::endAt(group.span.end, scene.now);
    addTimes(text, scene, group.span.start, end - group.span.start);
    text.lines.push_back({HoverCard::tr("Calls"), timeline::groupLabel(group)});
    text.lines.push_back({HoverCard::tr("Sum of calls"), formatDuration(group.total)});
    const QString shortest = formatDuration(group.shortest);
    const QString longest = formatDuration(group.longest);
    text.lines.push_back(
        {HoverCard::tr("Each"),
         shortest == longest ? shortest : HoverCard::tr("%1 to %2").arg(shortest, longest)});
}

QString elided(const QPainter &painter, const QString &text, int room)
{
    return painter.fontMetrics().elidedText(text, Qt::ElideRight, room);
}

} // namespace

HoverText hoverTextOf(const TimelineScene &scene, qsizetype index)
{
    const timeline::TimelineRow &row = scene.layout.rows[index];
    const Step &step = scene.stepOf(row);
    HoverText text;
    text.title = step.name.simplified();
    text.kind = QString::fromLatin1(toWord(step.type));
    text.type = step.type;
    text.status = timeline::statusOf(scene.tree, row);
    text.statusWord = QString::fromLatin1(toWord(text.status));
    if (row.kind == timeline::RowKind::Step) {
        addStepLines(text, scene, step);
        return text;
    }
    const timeline::StepGroup &group = scene.tree.groups[row.group];
    text.title += QStringLiteral(" × ") + formatCount(static_cast<qint64>(group.members.size()));
    addGroupLines(text, scene, group);
    return text;
}

HoverCard::HoverCard(QWidget *parent)
    : QWidget(parent, Qt::ToolTip | Qt::FramelessWindowHint)
{
    setAttribute(Qt::WA_ShowWithoutActivating);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
}

void HoverCard::showAt(const HoverText &text, QPoint globalPosition)
{
    m_text = text;
    resize(sizeHint());
    QPoint at = globalPosition + QPoint(kPointerDistance, kPointerDistance);
    const QScreen *screen = QGuiApplication::screenAt(globalPosition);
    if (screen) {
        const QRect room = screen->availableGeometry();
        if (at.x() + width() > room.right())
            at.setX(globalPosition.x() - kPointerDistance - width());
        if (at.y() + height() > room.bottom())
            at.setY(globalPosition.y() - kPointerDistance - height());
    }
    move(at);
    show();
    update();
}

int HoverCard::nameColumnWidth() const
{
    int widest = 0;
    for (const HoverText::Line &line : m_text.lines)
        widest = std::max(widest, fontMetrics().horizontalAdvance(line.name));
    return std::min(widest, kWidest / 2);
}

QSize HoverCard::sizeHint() const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    int widest = QFontMetrics(bold).horizontalAdvance(m_text.title);
    const QString second = m_text.kind + QStringLiteral(" · ") + m_text.statusWord;
    widest = std::max(widest, kSquare + kGrid * 2 + fontMetrics().horizontalAdvance(second));
    for (const HoverText::Line &line : m_text.lines)
        widest = std::max(widest, nameColumnWidth() + kColumnGap +
                                      fontMetrics().horizontalAdvance(line.value));
    const int lines = static_cast<int>(m_text.lines.size()) + 2;
    return {std::min(widest + 1, kWidest) + 2 * kPadding,
            lines * kLineHeight + kGrid + 2 * kPadding};
}

void HoverCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = themeFor(palette());
    painter.fillRect(rect(), theme.raised);
    painter.setPen(theme.line);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    QRect line(kPadding, kPadding, width() - 2 * kPadding, kLineHeight);
    paintTitle(painter, line);
    line.translate(0, kLineHeight);
    paintKind(painter, line);
    line.translate(0, kGrid);
    for (const HoverText::Line &entry : m_text.lines) {
        line.translate(0, kLineHeight);
        paintLine(painter, line, entry);
    }
}

void HoverCard::paintTitle(QPainter &painter, const QRect &area) const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(themeFor(palette()).text);
    painter.drawText(area, Qt::AlignVCenter, elided(painter, m_text.title, area.width()));
    painter.setFont(font());
}

void HoverCard::paintKind(QPainter &painter, const QRect &area) const
{
    const Theme &theme = themeFor(palette());
    painter.fillRect(area.left(), area.center().y() - kSquare / 2, kSquare, kSquare,
                     theme.stepType(m_text.type));
    const QString kind = m_text.kind + QStringLiteral(" · ");
    const QRect words = area.adjusted(kSquare + 2 * kGrid, 0, 0, 0);
    painter.setPen(theme.muted);
    painter.drawText(words, Qt::AlignVCenter, kind);
    const bool completed = m_text.status == StepStatus::Completed;
    painter.setPen(completed ? theme.muted : theme.stepStatus(m_text.status));
    painter.drawText(words.adjusted(painter.fontMetrics().horizontalAdvance(kind), 0, 0, 0),
                     Qt::AlignVCenter, m_text.statusWord);
}

void HoverCard::paintLine(QPainter &painter, const QRect &area, const HoverText::Line &entry) const
{
    const Theme &theme = themeFor(palette());
    const int names = nameColumnWidth();
    const QRect value = area.adjusted(names + kColumnGap, 0, 0, 0);
    painter.setPen(theme.muted);
    painter.drawText(area, Qt::AlignVCenter, elided(painter, entry.name, names));
    painter.setPen(theme.text);
    painter.drawText(value, Qt::AlignVCenter, elided(painter, entry.value, value.width()));
}

} // namespace xray::views
