// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/step_gutter.h"

#include <views/look/theme.h>

#include <model/core/text.h>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

namespace xray::views {

using timeline::RowFold;
using timeline::RowKind;
using timeline::TimelineRow;

namespace {

constexpr int kDefaultWidth = 196;
constexpr int kIndent = 14;
constexpr int kTriangleWidth = 14;
constexpr int kDeepestIndent = 8; // levels; beyond it the arrow says enough
constexpr int kEdgeGrip = 4;
constexpr int kMarkWidth = 14;

} // namespace

StepGutter::StepGutter(const TimelineScene &scene, QWidget *parent)
    : QWidget(parent)
    , m_scene(scene)
{
    setMouseTracking(true);
}

QSize StepGutter::sizeHint() const
{
    return {kDefaultWidth, kTimelineRowHeight};
}

/// The tool tip tells the names that are cut.
bool StepGutter::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const qsizetype row = m_scene.rowAt(help->pos().y());
    QToolTip::showText(help->globalPos(),
                       row < 0 ? QString() : nameOf(m_scene.layout.rows[row]).toHtmlEscaped(),
                       this);
    return true;
}

void StepGutter::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = themeFor(palette());
    painter.fillRect(rect(), theme.panel);
    const timeline::RowRange rows = m_scene.rowsWithin(height());
    for (qsizetype row = rows.first; row < rows.last; ++row)
        paintRow(painter, row);
}

void StepGutter::paintRow(QPainter &painter, qsizetype index) const
{
    const Theme &theme = themeFor(palette());
    const TimelineRow &row = m_scene.layout.rows[index];
    const QRect area(0, m_scene.rowTop(index), width(), kTimelineRowHeight);
    const bool current = index == m_scene.currentRow;
    if (current || index == m_scene.hoveredRow)
        painter.fillRect(area, current ? theme.selection : theme.raised);
    const int indent = indentOf(row);
    if (row.fold != RowFold::None)
        paintTriangle(painter, {indent - kTriangleWidth, area.top(), kTriangleWidth, area.height()},
                      row.fold);
    const bool failed = timeline::statusOf(m_scene.tree, row) == StepStatus::Failed;
    const int right = failed ? kMarkWidth + kGrid : 2 * kGrid;
    painter.setPen(row.depth > 0 && !current ? theme.muted : theme.text);
    paintName(painter, area.adjusted(indent, 0, -right, 0), nameOf(row),
              current ? QFont::DemiBold : QFont::Normal);
    if (failed) {
        painter.setPen(theme.error);
        painter.drawText(area.adjusted(0, 0, -kGrid, 0), Qt::AlignRight | Qt::AlignVCenter,
                         QStringLiteral("✕"));
    }
}

/// At the left in every script, so that the indentation stays readable.
void StepGutter::paintName(QPainter &painter, const QRect &area, const QString &name,
                           QFont::Weight weight) const
{
    QFont styled = font();
    styled.setWeight(weight);
    painter.setFont(styled);
    constexpr int flags = Qt::AlignLeft | Qt::AlignAbsolute | Qt::AlignVCenter | Qt::TextSingleLine;
    painter.drawText(area, flags,
                     painter.fontMetrics().elidedText(name, Qt::ElideRight, area.width()));
}

void StepGutter::paintTriangle(QPainter &painter, const QRect &room, RowFold fold) const
{
    const QPointF center = QRectF(room).center();
    QPainterPath path;
    if (fold == RowFold::Folded)
        path.addPolygon(
            QPolygonF{center + QPointF(-2, -4), center + QPointF(3, 0), center + QPointF(-2, 4)});
    else
        path.addPolygon(
            QPolygonF{center + QPointF(-4, -2), center + QPointF(4, -2), center + QPointF(0, 3)});
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(path, themeFor(palette()).muted);
    painter.restore();
}

int StepGutter::indentOf(const TimelineRow &row) const
{
    return kTimelineSideRoom + std::min(row.depth, kDeepestIndent) * kIndent;
}

QString StepGutter::nameOf(const TimelineRow &row) const
{
    QString name = m_scene.stepOf(row).name.simplified();
    if (row.kind == RowKind::Group) {
        const auto count = static_cast<qint64>(m_scene.tree.groups[row.group].members.size());
        name += QStringLiteral(" × ") + formatCount(count);
    }
    return row.depth > 0 ? QStringLiteral("↳ ") + name : name;
}

bool StepGutter::isOnTriangle(qsizetype row, int x) const
{
    const TimelineRow &it = m_scene.layout.rows[row];
    const int right = indentOf(it);
    return it.fold != RowFold::None && x >= right - kTriangleWidth - 2 && x < right + 2;
}

bool StepGutter::isOnEdge(int x) const
{
    return x >= width() - kEdgeGrip;
}

void StepGutter::mousePressEvent(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    if (event->button() != Qt::LeftButton)
        return;
    m_draggingEdge = isOnEdge(at.x());
    const qsizetype row = m_scene.rowAt(at.y());
    if (m_draggingEdge || row < 0)
        return;
    if (isOnTriangle(row, at.x()))
        Q_EMIT foldToggled(row);
    else
        Q_EMIT rowPressed(row);
}

void StepGutter::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    if (m_draggingEdge) {
        Q_EMIT widthDragged(at.x());
        return;
    }
    setCursor(isOnEdge(at.x()) ? Qt::SplitHCursor : Qt::ArrowCursor);
    Q_EMIT rowHovered(m_scene.rowAt(at.y()));
}

void StepGutter::mouseReleaseEvent(QMouseEvent *)
{
    m_draggingEdge = false;
}

void StepGutter::mouseDoubleClickEvent(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    const qsizetype row = m_scene.rowAt(at.y());
    if (row >= 0 && !isOnTriangle(row, at.x()))
        Q_EMIT rowActivated(row);
}

void StepGutter::leaveEvent(QEvent *)
{
    Q_EMIT rowHovered(-1);
}

} // namespace xray::views
