// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_list_view.h"

#include "views/runs/run_row_delegate.h"
#include "views/runs/tag_editor.h"

#include <model/core/answer.h>
#include <model/core/text.h>
#include <views/look/icons.h>
#include <views/look/marks.h>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <utility>

namespace xray::views {

namespace {

constexpr int kFadeMs = 350;
constexpr int kFrameMs = 33;
constexpr int kClockMs = 1000;
constexpr double kFaintest = 0.15;
constexpr std::size_t kMostDeleted = 10'000; // what one request to the store may hold

} // namespace

RunListView::RunListView(QWidget *parent)
    : QAbstractItemView(parent)
    , m_delegate(new RunRowDelegate(this))
{
    setItemDelegate(m_delegate);
    setSelectionMode(ExtendedSelection);
    setSelectionBehavior(SelectRows);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFrameShape(NoFrame);
    setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_Hover);
    setAccessibleName(QStringLiteral("Runs"));
    m_fade.setInterval(kFrameMs);
    m_clock.setInterval(kClockMs);
    m_clock.start();
    connect(&m_fade, &QTimer::timeout, this, &RunListView::nextFadeFrame);
    connect(&m_clock, &QTimer::timeout, this, &RunListView::tick);
    connect(this, &QAbstractItemView::activated, this, [this](const QModelIndex &index) {
        if (const Execution *run = m_model->at(index.row()))
            Q_EMIT runActivated(run->id);
    });
}

void RunListView::setRunModel(items::RunListModel *model)
{
    setModel(model);
}

void RunListView::setModel(QAbstractItemModel *model)
{
    if (m_model)
        m_model->disconnect(this);
    m_model = qobject_cast<items::RunListModel *>(model);
    Q_ASSERT(m_model || !model);
    if (m_model) // before the selection hears of a reset
        connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this,
                &RunListView::rememberPlace);
    QAbstractItemView::setModel(model);
    if (!m_model)
        return;
    // And these after it.
    connect(m_model, &QAbstractItemModel::modelReset, this, &RunListView::restorePlace);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &RunListView::updateGeometries);
    connect(m_model, &QAbstractItemModel::rowsMoved, this, &RunListView::updateGeometries);
}

void RunListView::setFollow(Follow follow)
{
    m_follow = follow;
    if (follow == Follow::On)
        verticalScrollBar()->setValue(0);
}

int RunListView::rowCount() const
{
    return m_model ? m_model->rowCount() : 0;
}

QSize RunListView::sizeHint() const
{
    return {330, 12 * kRunRowHeight};
}

// ---- geometry --------------------------------------------------------------------------------

int RunListView::verticalOffset() const
{
    return verticalScrollBar()->value();
}

QRect RunListView::visualRect(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    return {0, index.row() * kRunRowHeight - verticalOffset(), viewport()->width(), kRunRowHeight};
}

QModelIndex RunListView::indexAt(const QPoint &point) const
{
    const int row = (point.y() + verticalOffset()) / kRunRowHeight;
    return point.y() + verticalOffset() >= 0 && row < rowCount() ? m_model->index(row)
                                                                 : QModelIndex();
}

void RunListView::scrollTo(const QModelIndex &index, ScrollHint hint)
{
    if (!index.isValid())
        return;
    const int top = index.row() * kRunRowHeight;
    const int lowest = top + kRunRowHeight - viewport()->height();
    int value = verticalOffset();
    switch (hint) {
    case EnsureVisible:
        value = std::max(std::min(value, top), lowest);
        break;
    case PositionAtTop:
        value = top;
        break;
    case PositionAtBottom:
        value = lowest;
        break;
    case PositionAtCenter:
        value = (top + lowest) / 2;
        break;
    }
    verticalScrollBar()->setValue(value);
}

void RunListView::updateGeometries()
{
    QScrollBar *bar = verticalScrollBar();
    bar->setSingleStep(kRunRowHeight / 2);
    bar->setPageStep(viewport()->height());
    bar->setRange(0, std::max(0, rowCount() * kRunRowHeight - viewport()->height()));
    QAbstractItemView::updateGeometries();
    placeEditor();
    viewport()->update();
}

void RunListView::resizeEvent(QResizeEvent *event)
{
    QAbstractItemView::resizeEvent(event);
    updateGeometries();
}

QModelIndex RunListView::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    if (rowCount() == 0)
        return {};
    const int page = std::max(1, viewport()->height() / kRunRowHeight - 1);
    const int last = rowCount() - 1;
    int row = currentIndex().isValid() ? currentIndex().row() : -1;
    switch (action) {
    case MoveUp:
    case MovePrevious:
        row -= 1;
        break;
    case MoveDown:
    case MoveNext:
        row += 1;
        break;
    case MovePageUp:
        row -= page;
        break;
    case MovePageDown:
        row += page;
        break;
    case MoveHome:
        row = 0;
        break;
    case MoveEnd:
        row = last;
        break;
    case MoveLeft:
    case MoveRight:
        break;
    }
    return m_model->index(std::clamp(row, 0, last));
}

void RunListView::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command)
{
    if (rowCount() == 0)
        return;
    const QRect area = rect.normalized();
    const auto rowAt = [this](int y) {
        return std::clamp((y + verticalOffset()) / kRunRowHeight, 0, rowCount() - 1);
    };
    const QItemSelection rows(m_model->index(rowAt(area.top())),
                              m_model->index(rowAt(area.bottom())));
    selectionModel()->select(rows, command);
}

QRegion RunListView::visualRegionForSelection(const QItemSelection &selection) const
{
    QRegion region;
    for (const QItemSelectionRange &range : selection)
        region += visualRect(range.topLeft()) | visualRect(range.bottomRight());
    return region & viewport()->rect();
}

// ---- what changes ----------------------------------------------------------------------------

void RunListView::rowsInserted(const QModelIndex &parent, int first, int last)
{
    QAbstractItemView::rowsInserted(parent, first, last);
    const int count = last - first + 1;
    const int before = verticalOffset();
    const bool follows = m_follow == Follow::On && before == 0;
    const bool stays = !follows && count < rowCount() && first * kRunRowHeight <= before;
    updateGeometries();
    if (stays)
        verticalScrollBar()->setValue(before + count * kRunRowHeight);
    m_arrivals.push_back({m_model->index(first), count, {}});
    m_arrivals.back().since.start();
    m_fade.start();
}

void RunListView::rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last)
{
    QAbstractItemView::rowsAboutToBeRemoved(parent, first, last);
    if (m_edited.isValid() && m_edited.row() >= first && m_edited.row() <= last)
        closeEditor();
    const int topRow = verticalOffset() / kRunRowHeight;
    const int above = std::clamp(topRow - first, 0, last - first + 1);
    verticalScrollBar()->setValue(verticalOffset() - above * kRunRowHeight);
}

void RunListView::dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight,
                              const QList<int> &roles)
{
    QAbstractItemView::dataChanged(topLeft, bottomRight, roles);
    viewport()->update((visualRect(topLeft) | visualRect(bottomRight)) & viewport()->rect());
    if (!m_toldCurrent)
        announceCurrent();
}

void RunListView::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QAbstractItemView::currentChanged(current, previous);
    announceCurrent();
}

/// Tells of the current run once, as soon as it is loaded.
void RunListView::announceCurrent()
{
    if (!currentIndex().isValid())
        return;
    const Execution *run = m_model->at(currentIndex().row());
    m_toldCurrent = run != nullptr;
    if (!run || run->row == m_announced)
        return;
    m_announced = run->row;
    Q_EMIT runSelected(run->id);
}

void RunListView::rememberPlace()
{
    closeEditor();
    const bool hasRows = rowCount() > 0;
    const int top = std::clamp(verticalOffset() / kRunRowHeight, 0, std::max(0, rowCount() - 1));
    m_keptOffset = verticalOffset() - top * kRunRowHeight;
    const bool stays = hasRows && verticalOffset() > 0 && !m_startsAtTop;
    m_keptTop = stays ? m_model->storeRow(top) : ExecutionRow();
    m_keptCurrent =
        currentIndex().isValid() ? m_model->storeRow(currentIndex().row()) : m_keptCurrent;
}

void RunListView::reset()
{
    m_arrivals.clear();
    QAbstractItemView::reset();
    updateGeometries();
}

/// After another order came: the same run is current, and the same run on top, if they are there.
void RunListView::restorePlace()
{
    const int current = m_keptCurrent.isNull() || !m_model ? -1 : m_model->rowOf(m_keptCurrent);
    if (current >= 0)
        selectionModel()->setCurrentIndex(m_model->index(current),
                                          QItemSelectionModel::ClearAndSelect);
    const int top = m_keptTop.isNull() || !m_model ? -1 : m_model->rowOf(m_keptTop);
    if (top >= 0)
        verticalScrollBar()->setValue(top * kRunRowHeight + m_keptOffset);
    else if (std::exchange(m_startsAtTop, false))
        verticalScrollBar()->setValue(0);
}

bool RunListView::selectRun(ExecutionId id)
{
    return makeCurrent(m_model ? m_model->rowOf(id) : -1);
}

bool RunListView::selectRun(ExecutionRow run)
{
    return makeCurrent(m_model ? m_model->rowOf(run) : -1);
}

bool RunListView::makeCurrent(int row)
{
    if (row < 0)
        return false;
    setCurrentIndex(m_model->index(row));
    scrollTo(m_model->index(row));
    return true;
}

std::optional<ExecutionId> RunListView::currentRun() const
{
    const Execution *run = m_model ? m_model->at(currentIndex().row()) : nullptr;
    return run ? std::optional(run->id) : std::nullopt;
}

// ---- painting --------------------------------------------------------------------------------

void RunListView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    if (rowCount() == 0)
        return;
    const int first = (event->rect().top() + verticalOffset()) / kRunRowHeight;
    const int last = (event->rect().bottom() + verticalOffset()) / kRunRowHeight;
    m_delegate->setNow(nowNs());
    for (int row = first; row <= std::min(last, rowCount() - 1); ++row)
        paintRow(painter, row);
}

void RunListView::paintRow(QPainter &painter, int row)
{
    const QModelIndex index = m_model->index(row);
    QStyleOptionViewItem option;
    initViewItemOption(&option);
    option.rect = visualRect(index);
    if (selectionModel()->isSelected(index))
        option.state |= QStyle::State_Selected;
    else if (option.rect.contains(viewport()->mapFromGlobal(QCursor::pos())) &&
             viewport()->underMouse())
        option.state |= QStyle::State_MouseOver;
    painter.setOpacity(opacityOf(row));
    m_delegate->paint(&painter, option, index);
    painter.setOpacity(1);
    if (index == currentIndex() && hasFocus())
        paintFocusRing(painter, option.rect.adjusted(1, 1, -1, -2), themeFor(palette()));
}

double RunListView::opacityOf(int row) const
{
    for (const Arrival &arrival : m_arrivals) {
        const int first = arrival.first.row();
        if (row >= first && row < first + arrival.count)
            return std::clamp(double(arrival.since.elapsed()) / kFadeMs, kFaintest, 1.0);
    }
    return 1;
}

void RunListView::nextFadeFrame()
{
    std::erase_if(m_arrivals, [](const Arrival &arrival) {
        return !arrival.first.isValid() || arrival.since.elapsed() > kFadeMs;
    });
    if (m_arrivals.empty())
        m_fade.stop();
    viewport()->update();
}

void RunListView::tick()
{
    if (isVisible())
        viewport()->update();
}

// ---- actions ---------------------------------------------------------------------------------

void RunListView::focusInEvent(QFocusEvent *event)
{
    // Only someone who came here by the keyboard gets a current run: QAbstractItemView would make
    // one whenever the window is activated, and a run would open that nobody asked for.
    const bool byKeyboard = event->reason() == Qt::TabFocusReason ||
                            event->reason() == Qt::BacktabFocusReason ||
                            event->reason() == Qt::ShortcutFocusReason;
    QAbstractScrollArea::focusInEvent(event);
    if (byKeyboard && !currentIndex().isValid() && rowCount() > 0)
        setCurrentIndex(m_model->index(0));
    viewport()->update();
}

void RunListView::keyPressEvent(QKeyEvent *event)
{
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (event->matches(QKeySequence::Copy))
        return copyIds();
    if (event->key() == Qt::Key_Delete && plain)
        return requestDelete();
    if ((event->key() == Qt::Key_F2 || event->key() == Qt::Key_T) && plain)
        return editTags();
    QAbstractItemView::keyPressEvent(event);
}

std::vector<int> RunListView::selectedRows() const
{
    std::vector<int> rows;
    if (!m_model)
        return rows;
    for (const QItemSelectionRange &range : selectionModel()->selection())
        for (int row = range.top(); row <= range.bottom(); ++row)
            rows.push_back(row);
    std::ranges::sort(rows);
    return rows;
}

/// Selected runs that scrolled out of memory are read first: all of them are deleted, or none.
void RunListView::requestDelete()
{
    const auto rows = selectedRows();
    if (rows.empty())
        return;
    if (rows.size() > kMostDeleted)
        return Q_EMIT deleteRefused(
            QStringLiteral("%1 runs are selected; at most %2 are deleted at once")
                .arg(formatCount(static_cast<qint64>(rows.size())),
                     formatCount(static_cast<qint64>(kMostDeleted))));
    std::vector<Execution> loaded;
    for (const int row : rows)
        if (const Execution *run = m_model->at(row))
            loaded.push_back(*run);
    if (loaded.size() == rows.size())
        return deleteRuns(loaded);
    whenAnswered(m_model->runsAt(rows), this,
                 [this](const Result<std::shared_ptr<const std::vector<Execution>>> &runs) {
                     if (runs)
                         deleteRuns(**runs);
                     else
                         Q_EMIT deleteRefused(runs.error().message);
                 });
}

void RunListView::deleteRuns(const std::vector<Execution> &runs)
{
    m_model->learn(runs);
    std::vector<ExecutionId> ids;
    for (const Execution &run : runs)
        ids.push_back(run.id);
    Q_EMIT deleteRequested(ids);
}

void RunListView::copyIds() const
{
    QStringList ids;
    for (const int row : selectedRows())
        if (const Execution *run = m_model->at(row))
            ids += run->id.toString();
    if (!ids.isEmpty())
        QGuiApplication::clipboard()->setText(ids.join(u'\n'));
}

void RunListView::contextMenuEvent(QContextMenuEvent *event)
{
    const Execution *run = m_model ? m_model->at(currentIndex().row()) : nullptr;
    if (!run)
        return;
    const QString pipeline = run->pipelineName;
    const QString environment = run->environment;
    const QString session = run->session;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(icon(QLatin1String("copy")), QStringLiteral("Copy id"), QKeySequence::Copy,
                    this, &RunListView::copyIds);
    menu->addSeparator();
    menu->addAction(icon(QLatin1String("filter")),
                    QStringLiteral("Only pipeline “%1”").arg(pipeline), this,
                    [this, pipeline] { Q_EMIT pipelineFilterRequested(pipeline); });
    if (!environment.isEmpty())
        menu->addAction(QStringLiteral("Only environment “%1”").arg(environment), this,
                        [this, environment] { Q_EMIT environmentFilterRequested(environment); });
    if (!session.isEmpty())
        menu->addAction(QStringLiteral("Only session “%1”").arg(session), this,
                        [this, session] { Q_EMIT sessionFilterRequested(session); });
    menu->addSeparator();
    menu->addAction(icon(QLatin1String("tag")), QStringLiteral("Edit tags"),
                    QKeySequence(Qt::Key_T), this, &RunListView::editTags);
    menu->addAction(icon(QLatin1String("trash")), QStringLiteral("Delete"), QKeySequence::Delete,
                    this, &RunListView::requestDelete);
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QPoint below = viewport()->mapToGlobal(visualRect(currentIndex()).bottomLeft());
    menu->popup(byKey ? below : event->globalPos());
}

void RunListView::editTags()
{
    const Execution *run = m_model ? m_model->at(currentIndex().row()) : nullptr;
    if (!run)
        return;
    closeEditor();
    m_edited = currentIndex();
    scrollTo(currentIndex());
    m_editor = new TagEditor(run->tags, m_knownTags, viewport());
    connect(m_editor, &TagEditor::accepted, this, [this, id = run->id](const QStringList &tags) {
        closeEditor();
        Q_EMIT tagsEdited(id, tags);
    });
    connect(m_editor, &TagEditor::rejected, this, &RunListView::closeEditor);
    placeEditor();
    m_editor->show();
    m_editor->setFocus(Qt::OtherFocusReason);
    m_editor->selectAll();
}

void RunListView::placeEditor()
{
    if (m_editor)
        m_editor->setGeometry(
            RunRowDelegate::secondLine(visualRect(m_edited)).adjusted(-7, -3, 6, 3));
}

void RunListView::closeEditor()
{
    if (!m_editor)
        return;
    TagEditor *editor = m_editor;
    const bool hadFocus = editor->hasFocus();
    m_editor = nullptr;
    m_edited = QModelIndex();
    editor->disconnect(this);
    editor->hide();
    editor->deleteLater();
    if (hadFocus)
        setFocus(Qt::OtherFocusReason);
}

} // namespace xray::views
