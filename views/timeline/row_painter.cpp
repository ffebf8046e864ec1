// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/row_painter.h"

#include <model/timeline/labels.h>

#include <QFontMetricsF>
#include <QPainterPath>

#include <algorithm>

namespace xray::views {

using timeline::Bar;
using timeline::BarEnd;
using timeline::BarPart;
using timeline::RowKind;

namespace {

constexpr double kBarRadius = 3;
constexpr double kLabelPadding = 6;
constexpr double kOpenEndFade = 28; // pixels over which a running bar fades out
constexpr double kFailedEdge = 4;
constexpr int kGroupOpacity = 90; // of 255: the span of a group behind its busy parts
constexpr int kBusyOpacity = 190;
constexpr int kRowPathOpacity = 170;

QColor withAlpha(QColor color, int alpha)
{
    color.setAlpha(alpha);
    return color;
}

/// What the eye sees of a translucent colour on an opaque one.
QColor blended(const QColor &top, const QColor &bottom)
{
    const auto mix = [a = top.alphaF()](float over, float under) {
        return over * a + under * (1 - a);
    };
    return QColor::fromRgbF(mix(top.redF(), bottom.redF()), mix(top.greenF(), bottom.greenF()),
                            mix(top.blueF(), bottom.blueF()));
}

} // namespace

RowPainter::RowPainter(QPainter &painter, const TimelineScene &scene, const Theme &theme,
                       QSize size)
    : m_painter(painter)
    , m_scene(scene)
    , m_theme(theme)
    , m_size(size)
    , m_insideFont(smallFont())
    , m_besideFont(smallFont())
{
    m_insideFont.setWeight(QFont::DemiBold);
}

void RowPainter::paint(const std::vector<Bar> &bars, const std::vector<Bar> &path,
                       const std::vector<timeline::Tick> &ticks)
{
    paintRowBackgrounds();
    paintGrid(ticks);
    paintCursorLine();
    m_painter.setRenderHint(QPainter::Antialiasing);
    for (const Bar &bar : bars)
        paintBar(bar);
    for (const Bar &bar : bars)
        if (bar.part == BarPart::Whole)
            paintLabel(bar, rectOf(bar));
    m_painter.setRenderHint(QPainter::Antialiasing, false);
    paintPointersToHidden();
    paintPath(path);
    paintNowLine();
}

void RowPainter::paintRowBackgrounds()
{
    const auto fill = [this](qsizetype row, const QColor &color) {
        if (row >= 0)
            m_painter.fillRect(0, m_scene.rowTop(row), m_size.width(), kTimelineRowHeight, color);
    };
    if (m_scene.hoveredRow != m_scene.currentRow)
        fill(m_scene.hoveredRow, m_theme.raised);
    fill(m_scene.currentRow, m_theme.selection);
}

void RowPainter::paintGrid(const std::vector<timeline::Tick> &ticks)
{
    for (const timeline::Tick &tick : ticks)
        m_painter.fillRect(static_cast<int>(tick.x), 0, 1, m_size.height(), m_theme.line);
}

void RowPainter::paintBar(const Bar &bar)
{
    const timeline::TimelineRow &row = m_scene.layout.rows[bar.row];
    const QRectF rect = rectOf(bar);
    QColor color = m_theme.stepType(m_scene.tree.nodes[row.position].type);
    if (bar.part == BarPart::Busy)
        color.setAlpha(kBusyOpacity);
    else if (row.kind == RowKind::Group)
        color.setAlpha(kGroupOpacity);
    paintFill(rect, bar, color);
    if (bar.part == BarPart::Busy)
        return;
    if (timeline::statusOf(m_scene.tree, row) == StepStatus::Failed)
        paintFailedEdge(rect);
    if (bar.row == m_scene.currentRow)
        paintSelectedMember(row, bar.row);
}

void RowPainter::paintFill(const QRectF &rect, const Bar &bar, const QColor &color)
{
    m_painter.setPen(Qt::NoPen);
    if (bar.end == BarEnd::Open) {
        paintOpenEnd(rect, color);
        return;
    }
    const double radius = std::min(kBarRadius, rect.width() / 2);
    m_painter.setBrush(color);
    m_painter.drawRoundedRect(rect, radius, radius);
}

/// Solid up to where it has come, then dissolving: not over yet.
void RowPainter::paintOpenEnd(const QRectF &rect, const QColor &color)
{
    const double fade = std::min(kOpenEndFade, rect.width());
    QLinearGradient gradient(rect.right() - fade, 0, rect.right(), 0);
    gradient.setColorAt(0, color);
    gradient.setColorAt(1, withAlpha(color, color.alpha() / 4));
    QPainterPath path; // round at the left only
    path.addRoundedRect(rect.adjusted(0, 0, 2 * kBarRadius, 0), kBarRadius, kBarRadius);
    m_painter.save();
    m_painter.setClipRect(rect, Qt::IntersectClip);
    m_painter.fillPath(path, gradient);
    m_painter.restore();
}

void RowPainter::paintFailedEdge(const QRectF &rect)
{
    const double width = std::min(kFailedEdge, rect.width());
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(m_theme.error);
    m_painter.drawRoundedRect(
        QRectF(rect.right() - width, rect.top() - 2, width, rect.height() + 4), width / 2,
        width / 2);
}

/// The selected step's own bar, also where it is one of many in a folded group.
void RowPainter::paintSelectedMember(const timeline::TimelineRow &row, qsizetype index)
{
    const bool inGroup = row.kind == RowKind::Group && m_scene.selectedPosition > row.position;
    timeline::TimeRange span = timeline::spanOf(m_scene.tree, row);
    if (inGroup) {
        const timeline::StepNode &node = m_scene.tree.nodes[m_scene.selectedPosition];
        span = {node.start, node.end};
    }
    if (auto bar = timeline::barOf(span, coordinates(), m_scene.now)) {
        bar->row = index;
        paintOutline(rectOf(*bar));
    }
}

void RowPainter::paintOutline(const QRectF &rect)
{
    m_painter.setPen(QPen(m_theme.text, 2));
    m_painter.setBrush(Qt::NoBrush);
    m_painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), kBarRadius + 1, kBarRadius + 1);
}

void RowPainter::paintLabel(const Bar &bar, const QRectF &rect)
{
    const timeline::TimelineRow &row = m_scene.layout.rows[bar.row];
    const LabelTexts texts = textsOf(row);
    const QRectF strip(0, rect.top(), m_size.width(), rect.height());
    const QRectF room = rect.intersected(strip).adjusted(kLabelPadding, 0, -kLabelPadding, 0);
    const auto fits = [&](const QString &text) {
        return QFontMetricsF(m_insideFont).horizontalAdvance(text) <= room.width();
    };
    const QFontMetricsF beside(m_besideFont);
    double end = rect.right();
    if (fits(texts.full))
        paintLabelInside(room, texts.full, inkOn(row));
    else if (fits(texts.brief) && beside.horizontalAdvance(texts.full) > roomBeside(rect))
        paintLabelInside(room, texts.brief, inkOn(row));
    else
        end = paintLabelBeside(rect, texts.full, timeline::statusOf(m_scene.tree, row));
    paintRemark(bar, rect, end);
}

/// Of the selected step, right of all else or, where there is no room, left of the bar.
void RowPainter::paintRemark(const Bar &bar, const QRectF &rect, double from)
{
    const bool isOwn = bar.row == m_scene.currentRow &&
                       m_scene.layout.rows[bar.row].position == m_scene.selectedPosition;
    if (m_scene.remark.isEmpty() || !isOwn)
        return;
    const double width = QFontMetricsF(m_besideFont).horizontalAdvance(m_scene.remark);
    const bool atRight = from + width + 2 * kLabelPadding <= m_size.width();
    const double x = atRight ? from + kLabelPadding : rect.left() - kLabelPadding - width;
    if (x < 0)
        return;
    m_painter.setFont(m_besideFont);
    m_painter.setPen(m_theme.warning);
    m_painter.drawText(QRectF(x, rect.top(), width + 1, rect.height()),
                       Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, m_scene.remark);
}

RowPainter::LabelTexts RowPainter::textsOf(const timeline::TimelineRow &row) const
{
    if (row.kind == RowKind::Group) {
        const QString text = timeline::groupLabel(m_scene.tree.groups[row.group]);
        return {text, text};
    }
    const Step &step = m_scene.stepOf(row);
    return {timeline::stepLabel(step, m_scene.now), timeline::shortStepLabel(step, m_scene.now)};
}

/// The colour of text on the row's bar.
QColor RowPainter::inkOn(const timeline::TimelineRow &row) const
{
    const QColor fill = m_theme.stepType(m_scene.tree.nodes[row.position].type);
    if (row.kind == RowKind::Step)
        return m_theme.textOn(fill);
    return m_theme.textOn(blended(withAlpha(fill, kBusyOpacity), m_theme.panel));
}

void RowPainter::paintLabelInside(const QRectF &room, const QString &text, const QColor &color)
{
    m_painter.setFont(m_insideFont);
    m_painter.setPen(color);
    m_painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
}

/// The wider of the two rooms beside a bar, pixels.
double RowPainter::roomBeside(const QRectF &rect) const
{
    return std::max(m_size.width() - rect.right(), rect.left()) - 2 * kLabelPadding;
}

/// Right of the bar, or left of it where the strip ends too soon.
double RowPainter::paintLabelBeside(const QRectF &rect, const QString &text, StepStatus status)
{
    const QFontMetricsF metrics(m_besideFont);
    const double needed = metrics.horizontalAdvance(text);
    const double rightRoom = m_size.width() - rect.right() - 2 * kLabelPadding;
    const double leftRoom = rect.left() - 2 * kLabelPadding;
    const bool atRight = needed <= rightRoom || rightRoom >= leftRoom;
    const double room = atRight ? rightRoom : leftRoom;
    if (room < metrics.averageCharWidth() * 4)
        return rect.right();
    const QString shown = metrics.elidedText(text, Qt::ElideRight, room);
    const double width = metrics.horizontalAdvance(shown);
    const double x = atRight ? rect.right() + kLabelPadding : rect.left() - kLabelPadding - width;
    m_painter.setFont(m_besideFont);
    m_painter.setPen(status == StepStatus::Failed ? m_theme.error : m_theme.muted);
    m_painter.drawText(QRectF(x, rect.top(), width + 1, rect.height()),
                       Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    return atRight ? x + width : rect.right();
}

/// At the edge beyond which a row's bar lies.
void RowPainter::paintPointersToHidden()
{
    const timeline::RowRange rows = m_scene.rowsWithin(m_size.height());
    m_painter.setPen(m_theme.faint);
    for (qsizetype i = rows.first; i < rows.last; ++i) {
        const timeline::TimeRange span = timeline::spanOf(m_scene.tree, m_scene.layout.rows[i]);
        const QRect area(kGrid, m_scene.rowTop(i), m_size.width() - 2 * kGrid, kTimelineRowHeight);
        const TimeNs end = timeline::endAt(span.end, m_scene.now);
        if (timeline::toPixel(coordinates(), end) < -timeline::kMinimumBarWidth)
            m_painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("‹"));
        else if (span.start > m_scene.range.end)
            m_painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("›"));
    }
}

/// A line below the rows, and a thin one under each row for its part.
void RowPainter::paintPath(const std::vector<Bar> &path)
{
    const bool scrolls = rowsBottom() + kPathLineHeight > m_size.height();
    const double lineTop = scrolls ? m_size.height() - 2 : rowsBottom() + 2;
    const QColor thin = withAlpha(m_theme.accent, kRowPathOpacity);
    for (const Bar &bar : path) {
        if (bar.row < 0)
            m_painter.fillRect(QRectF(bar.x, lineTop, bar.width, 2), m_theme.accent);
        else
            m_painter.fillRect(
                QRectF(bar.x, m_scene.rowTop(bar.row) + kTimelineRowHeight - 2, bar.width, 1),
                thin);
    }
}

void RowPainter::paintNowLine()
{
    if (m_scene.liveness == Liveness::Ended || !m_scene.snapshot)
        return;
    const double x = timeline::toPixel(coordinates(), m_scene.now);
    if (x < 0 || x >= m_size.width())
        return;
    m_painter.fillRect(QRectF(std::floor(x), 0, 1, m_size.height()), m_theme.accent);
}

void RowPainter::paintCursorLine()
{
    if (!m_scene.cursor)
        return;
    const double x = timeline::toPixel(coordinates(), *m_scene.cursor);
    m_painter.fillRect(QRectF(std::floor(x), 0, 1, m_size.height()), withAlpha(m_theme.faint, 120));
}

QRectF RowPainter::rectOf(const Bar &bar) const
{
    const double top = m_scene.rowTop(bar.row) + (kTimelineRowHeight - kTimelineBarHeight) / 2.0;
    return {bar.x, top, bar.width, kTimelineBarHeight};
}

timeline::Coordinates RowPainter::coordinates() const
{
    return {m_scene.range, static_cast<double>(m_size.width())};
}

double RowPainter::rowsBottom() const
{
    return m_scene.rowTop(static_cast<qsizetype>(m_scene.layout.rows.size()));
}

} // namespace xray::views
