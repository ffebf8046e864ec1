// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/timeline_view.h"

#include "views/timeline/overview_strip.h"
#include "views/timeline/row_painter.h"
#include "views/timeline/shape_maker.h"
#include "views/timeline/step_gutter.h"
#include "views/timeline/time_ruler.h"
#include "views/timeline/timeline_input.h"

#include <model/core/text.h>
#include <model/timeline/labels.h>

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <chrono>
#include <utility>

namespace xray::views {

using timeline::RowFold;
using timeline::RowKind;
using timeline::TimeRange;

namespace {

constexpr std::chrono::milliseconds kTickInterval{33};
constexpr int kHitSlack = 3;
constexpr int kNarrowestGutter = 80;
constexpr int kNarrowestBars = 120;

TimeNs middleOf(const TimeRange &range)
{
    return range.start + range.duration() / 2;
}

} // namespace

/// The row at the top of the viewport and how much of it is scrolled away.
struct TimelineView::Anchor
{
    std::optional<StepId> step;
    qsizetype position = -1; ///< of the step, in the snapshot of then
    RowKind kind = RowKind::Step;
    int offset = 0;
};

TimelineView::TimelineView(QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_overview(new OverviewStrip(m_scene, this))
    , m_ruler(new TimeRuler(m_scene, this))
    , m_gutter(new StepGutter(m_scene, this))
    , m_input(std::make_unique<TimelineInput>(*this))
    , m_shapes(
          new ShapeMaker([this](timeline::RunShape &&shape) { takeShape(std::move(shape)); }, this))
    , m_clock(nowNs)
    , m_gutterWidth(m_gutter->sizeHint().width())
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    viewport()->grabGesture(Qt::PinchGesture);
    setAccessibleName(tr("Timeline"));
    m_timer.setInterval(kTickInterval);
    connectParts();
    placeParts();
}

TimelineView::~TimelineView() = default;

void TimelineView::connectParts()
{
    const auto choose = [this](TimeNs start, TimeNs end) { chooseRange({start, end}); };
    connect(m_overview, &OverviewStrip::rangeDragged, this, choose);
    connect(m_ruler, &TimeRuler::rangeChosen, this, choose);
    connect(m_gutter, &StepGutter::rowPressed, this, [this](qsizetype row) {
        setFocus(Qt::MouseFocusReason);
        selectRow(row);
    });
    connect(m_gutter, &StepGutter::rowActivated, this, &TimelineView::activate);
    connect(m_gutter, &StepGutter::foldToggled, this, &TimelineView::toggleFold);
    connect(m_gutter, &StepGutter::rowHovered, this, [this](qsizetype row) {
        m_scene.hoveredRow = row;
        updateParts();
    });
    connect(m_gutter, &StepGutter::widthDragged, this, [this](int width) {
        m_gutterWidth = width;
        placeParts();
    });
    connect(&m_timer, &QTimer::timeout, this, &TimelineView::tick);
}

void TimelineView::setClock(Clock clock)
{
    m_clock = std::move(clock);
    tick();
}

QSize TimelineView::sizeHint() const
{
    return {720, kOverviewHeight + kRulerHeight + 8 * kTimelineRowHeight};
}

// What is shown

void TimelineView::setSnapshot(const RunSnapshotPtr &snapshot)
{
    const RunSnapshotPtr &shown = m_scene.snapshot;
    if (!snapshot || !shown || snapshot->run.id != shown->run.id)
        startRun(snapshot);
    if (snapshot)
        m_shapes->request(snapshot, m_scene.folding);
}

/// Shows nothing of the run yet but that it is coming.
void TimelineView::startRun(const RunSnapshotPtr &snapshot)
{
    m_input->endHover();
    m_shapes->forget();
    m_input->endDrag();
    m_currentKind = RowKind::Step;
    m_isNewRun = true;
    m_revealWanted = false;
    m_scene.folding = {};
    m_scene.selectedStep.reset();
    m_scene.remark.clear();
    m_scene.scrollY = 0;
    verticalScrollBar()->setValue(0);
    m_scene.tree = {};
    m_scene.path = {};
    m_scene.layout = {};
    setSceneSnapshot(snapshot, snapshot ? snapshot->run.startedAt : 0);
    layoutChanged();
    fit();
    updateDescription();
    updateTimer();
}

void TimelineView::setSceneSnapshot(const RunSnapshotPtr &snapshot, TimeNs lastEvent)
{
    m_scene.snapshot = snapshot;
    m_lastEvent = lastEvent;
    const bool live = snapshot && snapshot->run.status == RunStatus::Running;
    m_scene.liveness = live ? Liveness::Live : Liveness::Ended;
    refreshNow();
}

/// A snapshot has been shaped; the run and its folding may have changed since it was asked for.
void TimelineView::takeShape(timeline::RunShape &&shape)
{
    const Anchor anchor = topRow();
    const bool grew = shape.tree.nodes.size() > m_scene.tree.nodes.size();
    m_scene.tree = std::move(shape.tree);
    m_scene.path = std::move(shape.path);
    setSceneSnapshot(shape.snapshot, shape.lastEvent);
    m_newest = shape.newest;
    if (shape.folding == m_scene.folding)
        m_scene.layout = std::move(shape.layout);
    else
        m_scene.layout = timeline::layoutRows(m_scene.tree, shape.snapshot->steps, m_scene.folding);
    layoutChanged();
    restoreTopRow(anchor);
    if (grew && m_time.follows())
        showNewestRow();
    updateRange();
    updateDescription();
    updateTimer();
}

/// After the run has grown or ended.
void TimelineView::updateRange()
{
    if (std::exchange(m_isNewRun, false))
        m_time.fit();
    else
        m_time.refit();
    m_time.keepNowInSight();
    m_overview->setBounds(m_time.bounds());
    tellRange();
    if (m_revealWanted && m_scene.currentRow >= 0)
        revealCurrent();
}

void TimelineView::relayout()
{
    m_scene.layout = timeline::layoutRows(m_scene.tree, m_scene.snapshot->steps, m_scene.folding);
    layoutChanged();
}

void TimelineView::layoutChanged()
{
    ++m_layoutVersion;
    m_scene.hoveredRow = -1;
    m_overview->forgetRects();
    m_overview->setBounds(m_time.bounds());
    refreshCurrentRow();
    updateScrollRange();
    m_input->refreshHover();
    updateParts();
}

void TimelineView::refreshNow()
{
    if (!m_scene.snapshot)
        return;
    m_scene.now =
        m_scene.liveness == Liveness::Live ? std::max(m_clock(), m_lastEvent) : m_lastEvent;
}

void TimelineView::refreshCurrentRow()
{
    const qsizetype before = std::exchange(m_scene.selectedPosition, -1);
    m_scene.currentRow = -1;
    if (m_scene.isEmpty() || !m_scene.selectedStep)
        return;
    const qsizetype position = m_scene.snapshot->steps.indexOf(*m_scene.selectedStep, before);
    m_scene.selectedPosition = position;
    if (position < 0)
        return;
    m_scene.currentRow = timeline::rowShowing(m_scene.layout, m_scene.tree, position);
    const qsizetype group = m_scene.tree.nodes[position].group;
    if (m_currentKind == RowKind::Group && group >= 0 && m_scene.layout.rowOfGroup[group] >= 0)
        m_scene.currentRow = m_scene.layout.rowOfGroup[group];
}

TimelineView::Anchor TimelineView::topRow() const
{
    const qsizetype row = m_scene.rowAt(0);
    if (row < 0)
        return {};
    const timeline::TimelineRow &top = m_scene.layout.rows[row];
    return {m_scene.stepOf(top).id, top.position, top.kind, -m_scene.rowTop(row)};
}

/// Rows that came or went above must not move what a person looks at.
void TimelineView::restoreTopRow(const Anchor &anchor)
{
    if (!anchor.step || m_scene.scrollY == 0)
        return;
    const qsizetype position = m_scene.snapshot->steps.indexOf(*anchor.step, anchor.position);
    if (position < 0)
        return;
    qsizetype row = timeline::rowShowing(m_scene.layout, m_scene.tree, position);
    const qsizetype group = m_scene.tree.nodes[position].group;
    if (anchor.kind == RowKind::Group && group >= 0 && m_scene.layout.rowOfGroup[group] >= 0)
        row = m_scene.layout.rowOfGroup[group];
    verticalScrollBar()->setValue(static_cast<int>(row) * kTimelineRowHeight + anchor.offset);
}

void TimelineView::updateScrollRange()
{
    const auto rows = static_cast<int>(m_scene.layout.rows.size());
    const int height = rows * kTimelineRowHeight + kPathLineHeight;
    const int page = viewport()->height();
    verticalScrollBar()->setRange(0, std::max(0, height - page));
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setSingleStep(kTimelineRowHeight);
}

void TimelineView::updateDescription()
{
    if (!m_scene.snapshot) {
        setAccessibleName(tr("Timeline"));
        setAccessibleDescription({});
        return;
    }
    const Execution &run = m_scene.snapshot->run;
    setAccessibleName(tr("Timeline of %1, %2 steps")
                          .arg(run.pipelineName, formatCount(m_scene.snapshot->steps.size())));
    if (m_scene.currentRow < 0) {
        setAccessibleDescription(tr("No step selected"));
        return;
    }
    const timeline::TimelineRow &row = m_scene.layout.rows[m_scene.currentRow];
    const Step &step = m_scene.stepOf(row);
    setAccessibleDescription(row.kind == RowKind::Group
                                 ? timeline::spokenGroup(step, m_scene.tree.groups[row.group])
                                 : timeline::spokenStep(step, m_scene.origin(), m_scene.now));
}

// Time: range, zoom, follow

void TimelineView::tellRange()
{
    if (std::exchange(m_toldRange, m_scene.range) == m_scene.range)
        return;
    updateParts();
    Q_EMIT visibleRangeChanged();
}

/// After a person has chosen it.
void TimelineView::tellChosenRange()
{
    tellRange();
    if (m_time.hidesNow())
        stopFollowing();
}

void TimelineView::chooseRange(const TimeRange &range)
{
    if (!m_scene.snapshot)
        return;
    m_time.choose(range);
    tellChosenRange();
    revealRowsOfRange(middleOf(m_scene.range));
}

void TimelineView::setVisibleRange(const TimeRange &range)
{
    m_time.choose(range);
    tellRange();
}

void TimelineView::fit()
{
    m_overview->setBounds(m_time.bounds());
    m_time.fit();
    tellRange();
}

void TimelineView::zoomAt(double x, double factor)
{
    if (!m_scene.snapshot)
        return;
    m_time.zoom(x, factor);
    tellChosenRange();
    revealRowsOfRange(timeline::toTime(m_time.coordinates(), x));
}

void TimelineView::panBy(double pixels)
{
    if (!m_scene.snapshot)
        return;
    m_time.pan(pixels);
    tellChosenRange();
    if (!m_input->isDragging()) // which moves the rows itself
        revealRowsOfRange(middleOf(m_scene.range));
}

/// In a long run the rows in sight may all have been at other times than the range that was chosen:
/// goes to those that have a bar of their own around `focus`.
void TimelineView::revealRowsOfRange(TimeNs focus)
{
    const auto hasBar = [this](qsizetype row, TimeNs from) {
        const TimeRange span = spanOfRow(row);
        return m_scene.layout.rows[row].fold != RowFold::Unfolded &&
               span.start < m_scene.range.end && span.end >= from;
    };
    const timeline::RowRange inSight = m_scene.rowsWithin(viewport()->height());
    for (qsizetype row = inSight.first; row < inSight.last; ++row)
        if (hasBar(row, m_scene.range.start))
            return;
    const auto rows = static_cast<qsizetype>(m_scene.layout.rows.size());
    for (const TimeNs from : {focus, m_scene.range.start})
        for (qsizetype row = 0; row < rows; ++row)
            if (hasBar(row, from))
                return showRowInTheMiddle(row);
}

void TimelineView::showRowInTheMiddle(qsizetype row)
{
    const int middle = (viewport()->height() - kTimelineRowHeight) / 2;
    verticalScrollBar()->setValue(static_cast<int>(row) * kTimelineRowHeight - middle);
}

/// When a row's steps ran, up to now.
TimeRange TimelineView::spanOfRow(qsizetype row) const
{
    TimeRange span = timeline::spanOf(m_scene.tree, m_scene.layout.rows[row]);
    span.end = std::max(timeline::endAt(span.end, m_scene.now), span.start);
    return span;
}

void TimelineView::setFollow(Follow follow)
{
    if (follow == m_time.follow())
        return;
    m_time.setFollow(follow);
    if (m_time.follows()) {
        showNewestRow();
        m_time.keepNowInSight();
        tellRange();
    }
    Q_EMIT followChanged(follow);
}

void TimelineView::stopFollowing()
{
    if (m_scene.liveness == Liveness::Live)
        setFollow(Follow::Off);
}

void TimelineView::showNewestRow()
{
    if (!m_scene.isEmpty())
        revealRow(timeline::rowShowing(m_scene.layout, m_scene.tree, m_newest));
}

void TimelineView::tick()
{
    refreshNow();
    if (m_scene.liveness == Liveness::Ended)
        return;
    m_overview->setBounds(m_time.bounds());
    m_time.keepNowInSight();
    tellRange();
    m_input->refreshHover();
    updateParts();
}

void TimelineView::updateTimer()
{
    const bool wanted = m_scene.liveness == Liveness::Live && isVisible();
    if (wanted && !m_timer.isActive())
        m_timer.start();
    else if (!wanted)
        m_timer.stop();
}

// Selection and folding

void TimelineView::setSelectedStep(std::optional<StepId> step)
{
    if (step == m_scene.selectedStep)
        return;
    m_scene.selectedStep = step;
    m_scene.remark.clear();
    m_currentKind = RowKind::Step;
    refreshCurrentRow();
    m_revealWanted = step && m_scene.currentRow < 0; // once it is there
    if (m_scene.currentRow >= 0)
        revealCurrent();
    updateDescription();
    updateParts();
}

void TimelineView::setRemark(StepId step, const QString &remark)
{
    if (step != m_scene.selectedStep || remark == m_scene.remark)
        return;
    m_scene.remark = remark;
    updateParts();
}

void TimelineView::revealCurrent()
{
    m_revealWanted = false;
    revealRow(m_scene.currentRow);
    revealBar(m_scene.currentRow);
}

void TimelineView::selectRow(qsizetype row)
{
    const timeline::TimelineRow &chosen = m_scene.layout.rows[row];
    m_currentKind = chosen.kind;
    if (m_scene.selectedStep != m_scene.stepOf(chosen).id)
        m_scene.remark.clear();
    m_scene.selectedStep = m_scene.stepOf(chosen).id;
    m_scene.selectedPosition = chosen.position;
    m_scene.currentRow = row;
    revealRow(row);
    updateDescription();
    updateParts();
    Q_EMIT stepSelected(*m_scene.selectedStep);
}

void TimelineView::moveSelection(qsizetype by)
{
    const auto last = static_cast<qsizetype>(m_scene.layout.rows.size()) - 1;
    const qsizetype from = m_scene.currentRow >= 0 ? m_scene.currentRow : (by > 0 ? -1 : last + 1);
    const qsizetype row = std::clamp<qsizetype>(from + by, 0, last);
    if (row == m_scene.currentRow)
        return;
    revealBar(row);
    selectRow(row);
}

/// Right: unfolds, or goes to what is unfolded already.
void TimelineView::stepInto()
{
    if (m_scene.currentRow < 0)
        return moveSelection(1);
    const RowFold fold = m_scene.layout.rows[m_scene.currentRow].fold;
    if (fold == RowFold::Folded)
        toggleFold(m_scene.currentRow);
    else if (fold == RowFold::Unfolded)
        moveSelection(1);
}

/// Left: folds, or goes to the row this one stands under.
void TimelineView::stepOut()
{
    if (m_scene.currentRow < 0)
        return;
    const auto &rows = m_scene.layout.rows;
    if (rows[m_scene.currentRow].fold == RowFold::Unfolded)
        return toggleFold(m_scene.currentRow);
    for (qsizetype row = m_scene.currentRow - 1; row >= 0; --row)
        if (rows[row].depth < rows[m_scene.currentRow].depth)
            return selectRow(row);
}

void TimelineView::toggleFold(qsizetype row)
{
    const bool folded = m_scene.layout.rows[row].fold == RowFold::Folded;
    setFolded(row, folded ? RowFold::Unfolded : RowFold::Folded);
}

void TimelineView::setFolded(qsizetype row, RowFold fold)
{
    const timeline::TimelineRow &target = m_scene.layout.rows[row];
    const StepId id = m_scene.stepOf(target).id;
    const bool group = target.kind == RowKind::Group;
    QSet<StepId> &ids = group ? m_scene.folding.unfoldedGroups : m_scene.folding.foldedSteps;
    const bool listed = group == (fold == RowFold::Unfolded);
    if (listed)
        ids.insert(id);
    else
        ids.remove(id);
    relayout();
    updateDescription();
}

void TimelineView::activate(qsizetype row)
{
    if (row >= 0)
        Q_EMIT stepActivated(m_scene.stepOf(m_scene.layout.rows[row]).id);
}

void TimelineView::revealRow(qsizetype row)
{
    const int top = static_cast<int>(row) * kTimelineRowHeight;
    const int below = top + kTimelineRowHeight + kPathLineHeight - viewport()->height();
    QScrollBar *bar = verticalScrollBar();
    if (bar->value() > top)
        bar->setValue(top);
    else if (bar->value() < below)
        bar->setValue(below);
}

void TimelineView::revealBar(qsizetype row)
{
    m_time.reveal(spanOfRow(row));
    tellChosenRange();
}

// Painting

const std::vector<timeline::Bar> &TimelineView::visibleBars() const
{
    refreshBars();
    return m_bars;
}

const std::vector<timeline::Bar> &TimelineView::visiblePath() const
{
    refreshBars();
    return m_pathBars;
}

void TimelineView::refreshBars() const
{
    const BarsKey key{m_scene.rowsWithin(viewport()->height()), m_scene.range, m_scene.now,
                      viewport()->width(), m_layoutVersion};
    if (key == m_barsKey)
        return;
    m_barsKey = key;
    const TimelineScene &s = m_scene;
    m_bars = timeline::barsOf(s.tree, s.layout, key.rows, m_time.coordinates(), key.now);
    m_pathBars =
        timeline::pathBarsOf(s.path, s.tree, s.layout, key.rows, m_time.coordinates(), key.now);
}

void TimelineView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const Theme &theme = themeFor(palette());
    painter.fillRect(viewport()->rect(), theme.panel);
    painter.setFont(font());
    if (m_scene.isEmpty())
        paintEmpty(painter);
    else
        RowPainter(painter, m_scene, theme, viewport()->size())
            .paint(visibleBars(), visiblePath(), m_ruler->ticks());
}

void TimelineView::paintEmpty(QPainter &painter)
{
    painter.setPen(themeFor(palette()).muted);
    // In the middle of the whole view, not only of the part right of the names.
    const QRect area = viewport()->rect().adjusted(-m_gutterWidth, 0, 0, 0);
    painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, emptyText());
}

QString TimelineView::emptyText() const
{
    if (!m_scene.snapshot)
        return tr("No run selected. Choose one to see what happened when.");
    if (m_shapes->isBusy())
        return tr("Arranging %1 steps").arg(formatCount(m_scene.snapshot->steps.size()));
    if (m_scene.liveness == Liveness::Live)
        return tr("No steps yet: waiting for the first one");
    return tr("This run ended without logging a step");
}

void TimelineView::updateParts()
{
    viewport()->update();
    m_gutter->update();
    m_ruler->update();
    m_overview->update();
}

void TimelineView::placeParts()
{
    m_gutterWidth = std::clamp(m_gutterWidth, kNarrowestGutter,
                               std::max(kNarrowestGutter, width() - kNarrowestBars));
    const int top = kOverviewHeight + kRulerHeight;
    setViewportMargins(m_gutterWidth, top, 0, 0);
    m_time.setWidth(viewport()->width());
    m_overview->setGeometry(0, 0, m_gutterWidth + viewport()->width(), kOverviewHeight);
    m_ruler->setInset(m_gutterWidth);
    m_ruler->setGeometry(0, kOverviewHeight, m_gutterWidth + viewport()->width(), kRulerHeight);
    m_gutter->setGeometry(0, top, m_gutterWidth, viewport()->height());
    updateScrollRange();
    updateParts();
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    placeParts();
    if (m_time.follows())
        showNewestRow();
}

void TimelineView::showEvent(QShowEvent *event)
{
    QAbstractScrollArea::showEvent(event);
    if (!event->spontaneous() && m_scene.currentRow >= 0)
        revealRow(m_scene.currentRow);
    tick();
    updateTimer();
}

void TimelineView::hideEvent(QHideEvent *event)
{
    QAbstractScrollArea::hideEvent(event);
    m_input->endHover();
    updateTimer();
}

void TimelineView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        updateParts();
}

void TimelineView::scrollContentsBy(int, int)
{
    m_scene.scrollY = verticalScrollBar()->value();
    updateParts();
}

// Keyboard and mouse

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    if (!m_input->keyPressed(*event))
        event->ignore(); // not the scroll area's: arrows are for the selection
}

void TimelineView::wheelEvent(QWheelEvent *event)
{
    event->accept();
    m_input->wheelTurned(*event);
}

bool TimelineView::viewportEvent(QEvent *event)
{
    return m_input->gestured(event) || QAbstractScrollArea::viewportEvent(event);
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    m_input->mousePressed(*event);
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    m_input->mouseMoved(*event);
}

void TimelineView::mouseReleaseEvent(QMouseEvent *)
{
    m_input->mouseReleased();
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent *event)
{
    m_input->mouseDoubleClicked(*event);
}

qsizetype TimelineView::barAt(QPoint position) const
{
    const qsizetype row = m_scene.rowAt(position.y());
    const bool hit = std::ranges::any_of(visibleBars(), [&](const timeline::Bar &bar) {
        return bar.row == row && position.x() >= bar.x - kHitSlack &&
               position.x() <= bar.x + bar.width + kHitSlack;
    });
    return hit ? row : -1;
}

} // namespace xray::views
