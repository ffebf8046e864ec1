// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/result_table.h"

#include "views/query/result_delegate.h"

#include <model/items/query_tree.h>
#include <model/query/language.h>
#include <views/look/row_table.h>

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>

#include <algorithm>

namespace xray::views {

namespace {

using items::QueryResultModel;
using items::ResultColumnKind;

constexpr int kLeastWidth = 56;
constexpr int kWidest = 240;
constexpr int kRowsMeasured = 60;
constexpr int kMetricsAtFirst = 2;
constexpr int kFirstMetricColumn = 4; ///< behind when, which pipeline, which step, which type

QString menuText(const QString &verb, const query::Condition &condition, query::Subject subject)
{
    QString text = query::toText(items::makeNode(condition), subject);
    return verb + QLatin1Char(' ') + text.replace(u'&', QStringLiteral("&&"));
}

} // namespace

ResultTable::ResultTable(QueryResultModel *model, QWidget *parent)
    : QTableView(parent)
    , m_results(model)
{
    setModel(model);
    setItemDelegate(new ResultDelegate(this));
    setUpRowTable(*this, QStringLiteral("Matches"));
    setUpHeader();
    connect(this, &QTableView::activated, this, &ResultTable::openRow);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
        applyVisibility();
    });
}

void ResultTable::setUpHeader()
{
    QHeaderView *header = horizontalHeader();
    header->setFont(smallFont());
    header->setMinimumSectionSize(kLeastWidth);
    header->setResizeContentsPrecision(kRowsMeasured);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorClearable(true);
    setSortingEnabled(true);
}

void ResultTable::openRow(const QModelIndex &index)
{
    const items::ResultRow &row = m_results->rowAt(index.row());
    Q_EMIT openRequested(items::runIdOf(row), items::stepIdOf(row));
}

// ---- cells ---------------------------------------------------------------------------------

void ResultTable::copyCell()
{
    if (currentIndex().isValid())
        QApplication::clipboard()->setText(currentIndex().data().toString());
}

void ResultTable::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy))
        copyCell();
    else
        QTableView::keyPressEvent(event);
}

void ResultTable::contextMenuEvent(QContextMenuEvent *event)
{
    const QModelIndex index = indexAt(event->pos());
    if (!index.isValid())
        return;
    setCurrentIndex(index);
    const bool ofSteps = m_results->query().subject == query::Subject::Steps;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(ofSteps ? QStringLiteral("Open the run at this step")
                            : QStringLiteral("Open the run"),
                    this, [this, index] { openRow(index); });
    if (const auto condition = m_results->conditionAt(index)) {
        const query::Subject subject = m_results->query().subject;
        menu->addSeparator();
        menu->addAction(menuText(QStringLiteral("Add to the query:"), *condition, subject), this,
                        [this, c = *condition] { Q_EMIT conditionPicked(c, Picked::Only); });
        menu->addAction(menuText(QStringLiteral("Exclude:"), *condition, subject), this,
                        [this, c = *condition] { Q_EMIT conditionPicked(c, Picked::Without); });
    }
    menu->addSeparator();
    menu->addAction(QStringLiteral("Copy"), QKeySequence::Copy, this, &ResultTable::copyCell);
    menu->popup(event->globalPos());
}

// ---- columns -------------------------------------------------------------------------------

bool ResultTable::isShownAtFirst(int column) const
{
    const items::ResultColumn &what = m_results->column(column);
    const bool ofSteps = m_results->query().subject == query::Subject::Steps;
    if (ofSteps &&
        (what.kind == ResultColumnKind::Status || what.kind == ResultColumnKind::Environment))
        return false;
    if (what.kind != ResultColumnKind::Metric)
        return true;
    const auto asked = items::metricsOf(m_results->query());
    return asked.contains(what.metric) || column < kFirstMetricColumn + kMetricsAtFirst;
}

void ResultTable::applyVisibility()
{
    for (int column = 0; column < m_results->columnCount(); ++column) {
        const auto chosen = m_chosen.find(items::titleOf(m_results->column(column)));
        const bool shown =
            chosen == m_chosen.end() ? isShownAtFirst(column) : chosen->second == Qt::Checked;
        setColumnHidden(column, !shown);
    }
    fitColumns();
}

void ResultTable::fillColumnMenu(QMenu *menu)
{
    menu->clear();
    for (int column = 0; column < m_results->columnCount(); ++column) {
        const QString title = items::titleOf(m_results->column(column));
        QAction *action = menu->addAction(title);
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, title](bool shown) {
            m_chosen[title] = shown ? Qt::Checked : Qt::Unchecked;
            applyVisibility();
        });
    }
}

int ResultTable::wantedWidth(int column) const
{
    const int wanted =
        std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
    return std::clamp(wanted, kLeastWidth, kWidest);
}

/// What the values need, and an equal share of what is left.
void ResultTable::fitColumns()
{
    std::vector<std::pair<int, int>> widths;
    int needed = 0;
    for (int column = 0; column < m_results->columnCount(); ++column) {
        if (isColumnHidden(column))
            continue;
        widths.emplace_back(column, wantedWidth(column));
        needed += widths.back().second;
    }
    const auto count = static_cast<int>(widths.size());
    const int share = count > 0 ? std::max(0, viewport()->width() - needed) / count : 0;
    for (const auto &[column, width] : widths)
        setColumnWidth(column, width + share);
}

void ResultTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

} // namespace xray::views
