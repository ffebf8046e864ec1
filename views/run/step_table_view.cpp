// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/step_table_view.h"

#include "views/look/marks.h"
#include "views/look/row_table.h"
#include "views/look/table_header.h"
#include "views/look/theme.h"
#include "views/run/step_table_delegate.h"

#include <QScopedValueRollback>

#include <algorithm>

namespace xray::views {

namespace {

using items::StepTableModel;

constexpr int kLeastNameWidth = 150;
constexpr int kLeastColumnWidth = 44;
constexpr int kLeastMetricWidth = 72;
constexpr int kWidestColumn = 140;
constexpr int kRowsMeasured = 100;
constexpr int kCellPadding = 10; // as the delegate has it

StepId idAt(const QModelIndex &index)
{
    return index.data(StepTableModel::StepIdRole).value<StepId>();
}

/// Of any type: the steps that are still to come may have longer ones.
int widthOfTypes()
{
    constexpr int kGap = 6; // between square and word, as the delegate has it
    int widest = 0;
    for (int type = 0; type < kStepTypeCount; ++type) {
        const QString word = QLatin1String(toWord(static_cast<StepType>(type)));
        widest = std::max(widest, QFontMetrics(uiFont()).horizontalAdvance(word));
    }
    return widest + kTypeSquareSize + kGap + 2 * kCellPadding + 1;
}

} // namespace

StepTableView::StepTableView(QWidget *parent)
    : QTableView(parent)
    , m_steps(new StepTableModel(this))
{
    setModel(m_steps);
    setItemDelegate(new StepTableDelegate(this));
    setUpRowTable(*this, QStringLiteral("Steps of the run"));
    setUpHeader();
    connectParts();
}

void StepTableView::setUpHeader()
{
    auto *header = new TableHeader(this);
    setHorizontalHeader(header);
    header->setSectionsClickable(true);
    header->setMinimumSectionSize(kLeastColumnWidth);
    header->setResizeContentsPrecision(kRowsMeasured);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorClearable(true);
    setSortingEnabled(true);
}

void StepTableView::connectParts()
{
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &StepTableView::noteCurrent);
    connect(this, &QTableView::activated, this,
            [this](const QModelIndex &index) { Q_EMIT stepActivated(idAt(index)); });
    connect(m_steps, &QAbstractItemModel::modelReset, this, &StepTableView::sortAsBefore);
    connect(m_steps, &QAbstractItemModel::modelReset, this, &StepTableView::fitColumns);
    connect(m_steps, &QAbstractItemModel::columnsInserted, this, &StepTableView::fitColumns);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this,
            [this](int column, int, int width) { noteWidth(column, width); });
    // After the table has sorted itself: the first of the new order is what is wanted.
    connect(horizontalHeader(), &QHeaderView::sectionClicked, this, &QTableView::scrollToTop);
}

/// Another run is sorted by the same column, unless it is a metric of the run before.
void StepTableView::sortAsBefore()
{
    QHeaderView *header = horizontalHeader();
    if (header->sortIndicatorSection() >= StepTableModel::FixedColumnCount)
        header->setSortIndicator(-1, Qt::AscendingOrder);
    m_steps->sort(header->sortIndicatorSection(), header->sortIndicatorOrder());
}

void StepTableView::setSnapshot(RunSnapshotPtr snapshot)
{
    const bool wasEmpty = m_steps->rowCount() == 0;
    m_steps->setSnapshot(std::move(snapshot));
    if (wasEmpty || hidesValues() || isOutgrown())
        fitColumns();
    applySelection();
}

void StepTableView::setSelectedStep(std::optional<StepId> step)
{
    if (step == m_selected)
        return;
    m_selected = step;
    if (step)
        applySelection();
    else
        clearSelection();
}

/// Makes the table show m_selected; its row may just have come.
void StepTableView::applySelection()
{
    if (!m_selected || (currentIndex().isValid() && idAt(currentIndex()) == *m_selected))
        return;
    const int row = m_steps->rowOf(*m_selected);
    if (row < 0)
        return;
    setCurrentIndex(
        m_steps->index(row, StepTableModel::Name)); // where typed letters are looked for
    scrollTo(currentIndex());
}

void StepTableView::noteCurrent(const QModelIndex &current)
{
    if (!current.isValid() || m_selected == idAt(current))
        return;
    m_selected = idAt(current);
    Q_EMIT stepSelected(*m_selected);
}

void StepTableView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

// ---- columns ---------------------------------------------------------------------------------

QString StepTableView::titleOf(int column) const
{
    return m_steps->headerData(column, Qt::Horizontal).toString();
}

void StepTableView::setChosenWidths(const ColumnWidths &widths)
{
    m_chosenWidths = widths;
    fitColumns();
}

/// A column that a person made wider or narrower; the names take what is left.
void StepTableView::noteWidth(int column, int width)
{
    if (m_fitting || width == 0 || column == StepTableModel::Name)
        return;
    m_chosenWidths[titleOf(column)] = width;
    fitNameColumn();
}

/// A column that had to give way has values now.
bool StepTableView::hidesValues() const
{
    for (int column = 0; column < m_steps->columnCount(); ++column) {
        if (isColumnHidden(column) && !m_steps->isEmptyColumn(column))
            return true;
    }
    return false;
}

int StepTableView::wantedWidth(int column) const
{
    const auto chosen = m_chosenWidths.find(titleOf(column));
    if (chosen != m_chosenWidths.end())
        return chosen->second;
    const int wanted = std::max(widthOfValues(column), horizontalHeader()->sectionSizeHint(column));
    return std::clamp(wanted, kLeastColumnWidth, kWidestColumn);
}

/// Of the first rows and of the last, which has the largest numbers of a run.
int StepTableView::widthOfValues(int column) const
{
    if (column == StepTableModel::Type)
        return widthOfTypes();
    int width = sizeHintForColumn(column);
    if (const int last = m_steps->rowCount() - 1; last >= 0)
        width = std::max(width, itemDelegate()->sizeHint({}, m_steps->index(last, column)).width());
    return column == StepTableModel::Index ? std::max(width, widthOfLargestIndex()) : width;
}

/// However the steps are sorted.
int StepTableView::widthOfLargestIndex() const
{
    const QString widest(QString::number(m_steps->rowCount()).size(), u'0');
    return QFontMetrics(numberFont()).horizontalAdvance(widest) + 2 * kCellPadding;
}

/// A run that grows has larger numbers by and by.
bool StepTableView::isOutgrown() const
{
    return columnWidth(StepTableModel::Index) < wantedWidth(StepTableModel::Index) ||
           columnWidth(StepTableModel::Start) < wantedWidth(StepTableModel::Start);
}

/// Enough for the values, with a metric's title elided: what every run has keeps its titles.
int StepTableView::leastWidth(int column) const
{
    const bool isMetric = column >= StepTableModel::FixedColumnCount;
    if (!isMetric || m_chosenWidths.contains(titleOf(column)))
        return columnWidth(column);
    return std::min(columnWidth(column), std::max(widthOfValues(column), kLeastMetricWidth));
}

void StepTableView::fitColumns()
{
    const QScopedValueRollback fitting(m_fitting, true);
    for (int column = 0; column < m_steps->columnCount(); ++column) {
        setColumnHidden(column, false);
        if (column != StepTableModel::Name)
            setColumnWidth(column, wantedWidth(column));
    }
    makeRoom();
    fitNameColumn();
}

/// From the right, until the names have enough: metrics give way, then empty columns.
void StepTableView::makeRoom()
{
    const auto isTight = [this] {
        const int others = horizontalHeader()->length() - columnWidth(StepTableModel::Name);
        return others + kLeastNameWidth > viewport()->width();
    };
    const int last = m_steps->columnCount() - 1;
    for (int column = last; column > StepTableModel::Name && isTight(); --column)
        setColumnWidth(column, leastWidth(column));
    for (int column = last; column > StepTableModel::Name && isTight(); --column)
        setColumnHidden(column, m_steps->isEmptyColumn(column));
}

/// The names take what the other columns leave.
void StepTableView::fitNameColumn()
{
    const QScopedValueRollback fitting(m_fitting, true);
    const int others = horizontalHeader()->length() - columnWidth(StepTableModel::Name);
    setColumnWidth(StepTableModel::Name, std::max(kLeastNameWidth, viewport()->width() - others));
}

} // namespace xray::views
