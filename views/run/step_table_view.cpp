// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run/step_table_view.h"

#include "views/look/theme.h"
#include "views/run/step_table_delegate.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>

#include <algorithm>

namespace xray::views {

namespace {

using items::StepTableModel;

constexpr int kLeastNameWidth = 150;
constexpr int kLeastColumnWidth = 44;
constexpr int kWidestColumn = 140;
constexpr int kRowsMeasured = 100;

StepId idAt(const QModelIndex &index)
{
    return index.data(StepTableModel::StepIdRole).value<StepId>();
}

} // namespace

StepTableView::StepTableView(QWidget *parent)
    : QTableView(parent)
    , m_steps(new StepTableModel(this))
    , m_sorted(new QSortFilterProxyModel(this))
{
    m_sorted->setSourceModel(m_steps);
    m_sorted->setSortRole(StepTableModel::SortRole);
    setModel(m_sorted);
    setItemDelegate(new StepTableDelegate(this));
    setUpLook();
    setUpHeader();
    connectParts();
}

void StepTableView::setUpLook()
{
    setAccessibleName(QStringLiteral("Steps of the run"));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(kTableRowHeight);
}

void StepTableView::setUpHeader()
{
    QHeaderView *header = horizontalHeader();
    header->setFont(smallFont());
    header->setHighlightSections(false);
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
    connect(m_sorted, &QAbstractItemModel::modelReset, this, &StepTableView::fitColumns);
    connect(m_sorted, &QAbstractItemModel::columnsInserted, this, &StepTableView::fitColumns);
}

void StepTableView::setSnapshot(RunSnapshotPtr snapshot)
{
    const bool wasEmpty = m_steps->rowCount() == 0;
    m_steps->setSnapshot(std::move(snapshot));
    if (wasEmpty)
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
    const QModelIndex index = m_sorted->mapFromSource(m_steps->index(row, 0));
    setCurrentIndex(index);
    scrollTo(index);
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
    fitNameColumn();
}

void StepTableView::fitColumns()
{
    for (int column = 0; column < m_sorted->columnCount(); ++column) {
        if (column == StepTableModel::Name)
            continue;
        resizeColumnToContents(column);
        setColumnWidth(column, std::min(columnWidth(column), kWidestColumn));
    }
    fitNameColumn();
}

/// The names take what the other columns leave.
void StepTableView::fitNameColumn()
{
    const int others = horizontalHeader()->length() - columnWidth(StepTableModel::Name);
    setColumnWidth(StepTableModel::Name, std::max(kLeastNameWidth, viewport()->width() - others));
}

} // namespace xray::views
