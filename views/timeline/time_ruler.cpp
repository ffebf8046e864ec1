// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/time_ruler.h"

#include <views/look/theme.h>

#include <QFontMetricsF>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace xray::views {

namespace {

constexpr int kTickLabelGap = 4;
constexpr double kShortestDrag = 4; // pixels; less is a click

} // namespace

TimeRuler::TimeRuler(const TimelineScene &scene, QWidget *parent)
    : QWidget(parent)
    , m_scene(scene)
{
    setFont(smallFont());
    setCursor(Qt::IBeamCursor);
    setToolTip(tr("Drag to zoom into a range"));
}

void TimeRuler::setInset(int pixels)
{
    m_inset = pixels;
    update();
}

const std::vector<timeline::Tick> &TimeRuler::ticks()
{
    const bool fresh = m_ticksRange == m_scene.range && m_ticksWidth == coordinates().width &&
                       m_ticksOrigin == m_scene.origin();
    if (!fresh) {
        const QFontMetricsF metrics(font());
        m_ticksRange = m_scene.range;
        m_ticksOrigin = m_scene.origin();
        m_ticksWidth = coordinates().width;
        m_ticks = timeline::rulerTicks(coordinates(), m_ticksOrigin, [&](const QString &text) {
            return metrics.horizontalAdvance(text);
        });
    }
    return m_ticks;
}

void TimeRuler::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = themeFor(palette());
    painter.fillRect(rect(), theme.panel);
    painter.fillRect(0, height() - 1, width(), 1, theme.line);
    if (m_scene.isEmpty())
        return;
    paintLegend(painter);
    painter.translate(m_inset, 0);
    const std::vector<Flag> flags = this->flags();
    paintTicks(painter, flags);
    for (const Flag &flag : flags)
        paintFlag(painter, flag);
    if (m_dragFrom)
        paintChoice(painter);
}

/// What the line under the bars is, and how long it is.
void TimeRuler::paintLegend(QPainter &painter)
{
    if (m_scene.path.segments.empty())
        return;
    constexpr int lineWidth = 12;
    const Theme &theme = themeFor(palette());
    painter.fillRect(kTimelineSideRoom, height() / 2, lineWidth, 2, theme.accent);
    const int x = kTimelineSideRoom + lineWidth + 6;
    const int room = m_inset - x - kGrid;
    const QString text = tr("critical path %1").arg(formatDuration(m_scene.path.total));
    painter.setPen(theme.muted);
    painter.drawText(QRect(x, 0, room, height()), Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, room));
}

/// The labels under a flag give way to it.
void TimeRuler::paintTicks(QPainter &painter, const std::vector<Flag> &flags)
{
    const Theme &theme = themeFor(palette());
    for (const timeline::Tick &tick : ticks()) {
        const int x = static_cast<int>(tick.x);
        painter.fillRect(x, height() - 7, 1, 6, theme.line);
        const QRectF label(x + kTickLabelGap, 0,
                           painter.fontMetrics().horizontalAdvance(tick.label) + 1, height());
        const auto covers = [&](const Flag &flag) { return flag.area.intersects(label); };
        if (std::ranges::any_of(flags, covers))
            continue;
        painter.setPen(theme.muted);
        painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, tick.label);
    }
}

std::vector<TimeRuler::Flag> TimeRuler::flags() const
{
    std::vector<Flag> flags;
    const Theme &theme = themeFor(palette());
    if (m_scene.liveness == Liveness::Live)
        addFlag(flags, m_scene.now, tr("now"), theme.accent);
    if (m_scene.cursor && !m_dragFrom)
        addFlag(flags, *m_scene.cursor,
                timeline::preciseOffset(coordinates(), m_scene.origin(), *m_scene.cursor),
                theme.text);
    return flags;
}

/// Around the time, but within the ruler.
void TimeRuler::addFlag(std::vector<Flag> &flags, TimeNs time, const QString &text,
                        const QColor &color) const
{
    const double x = timeline::toPixel(coordinates(), time);
    const double right = coordinates().width;
    if (x < 0 || x > right)
        return;
    const double width = fontMetrics().horizontalAdvance(text) + 2.0 * kGrid;
    const double left = std::clamp(x - width / 2, 0.0, std::max(0.0, right - width));
    flags.push_back({QRectF(left, 4, width, height() - 9), text, color});
}

void TimeRuler::paintFlag(QPainter &painter, const Flag &flag) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(themeFor(palette()).raised);
    painter.drawRoundedRect(flag.area, 3, 3);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(flag.color);
    painter.drawText(flag.area, Qt::AlignCenter, flag.text);
}

void TimeRuler::paintChoice(QPainter &painter)
{
    const Theme &theme = themeFor(palette());
    const double left = std::min(*m_dragFrom, m_dragTo);
    const double right = std::max(*m_dragFrom, m_dragTo);
    painter.fillRect(QRectF(left, 0, right - left, height() - 1), theme.selection);
    painter.fillRect(QRectF(left, height() - 3, right - left, 2), theme.accent);
    const TimeNs start = timeline::toTime(coordinates(), left);
    const TimeNs end = timeline::toTime(coordinates(), right);
    painter.setPen(theme.text);
    painter.drawText(QRectF(left - 100, 0, right - left + 200, height()), Qt::AlignCenter,
                     formatDuration(end - start));
}

void TimeRuler::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_scene.isEmpty() || event->position().x() < m_inset)
        return;
    m_dragFrom = chosenX(*event);
    m_dragTo = *m_dragFrom;
}

void TimeRuler::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_dragFrom)
        return;
    m_dragTo = chosenX(*event);
    update();
}

void TimeRuler::mouseReleaseEvent(QMouseEvent *)
{
    if (!m_dragFrom)
        return;
    const double left = std::min(*m_dragFrom, m_dragTo);
    const double right = std::max(*m_dragFrom, m_dragTo);
    m_dragFrom.reset();
    update();
    if (right - left >= kShortestDrag)
        Q_EMIT rangeChosen(timeline::toTime(coordinates(), left),
                           timeline::toTime(coordinates(), right));
}

void TimeRuler::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && m_dragFrom) {
        m_dragFrom.reset();
        update();
        return;
    }
    QWidget::keyPressEvent(event);
}

timeline::Coordinates TimeRuler::coordinates() const
{
    return {m_scene.range, static_cast<double>(width() - m_inset)};
}

double TimeRuler::chosenX(const QMouseEvent &event) const
{
    return std::clamp(event.position().x() - m_inset, 0.0, std::max(0.0, coordinates().width));
}

} // namespace xray::views
