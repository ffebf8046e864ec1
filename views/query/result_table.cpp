// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/result_table.h"

#include "views/query/result_delegate.h"

#include <model/items/query_tree.h>
#include <model/query/language.h>
#include <views/look/row_table.h>
#include <views/look/table_header.h>

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QScopedValueRollback>

#include <algorithm>
#include <cmath>

namespace xray::views {

namespace {

using items::QueryResultModel;
using items::ResultColumnKind;

constexpr int kLeastWidth = 56;
constexpr int kWidest = 240;
constexpr int kDatePadding = 21; // as the delegate has it
constexpr int kLeastMetricWidth = 72;
constexpr int kLeastTextWidth = 92; ///< of what can be elided
constexpr int kRowsMeasured = 60;
constexpr int kLongestMenuText = 80; ///< of a condition, in characters
constexpr int kMetricsAtFirst = 2;
constexpr int kFirstMetricColumn = 4; ///< behind when, which pipeline, which step, which type

QString menuText(const QString &verb, const query::Condition &condition, query::Subject subject)
{
    QString text = query::toText(items::makeNode(condition), subject);
    if (text.size() > kLongestMenuText)
        text = text.left(kLongestMenuText) + u'…';
    return verb + QLatin1Char(' ') + text.replace(u'&', QStringLiteral("&&"));
}

/// Rows that are still to come may be of another day.
int widthOfDate()
{
    return QFontMetrics(numberFont()).horizontalAdvance(QStringLiteral("30 Nov 00:00:00")) +
           kDatePadding;
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
    // With other columns the header starts afresh, which nobody chose.
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, [this] { m_fitting = true; });
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        m_fitting = false;
        horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
        applyVisibility();
    });
    m_refit.setSingleShot(true);
    m_refit.setInterval(0); // once the rows have their places
    connect(&m_refit, &QTimer::timeout, this, [this] {
        if (isOutgrown())
            fitColumns();
    });
    const auto refit = [this] { m_refit.start(); };
    connect(model, &QAbstractItemModel::rowsInserted, this, refit);
    connect(model, &QAbstractItemModel::layoutChanged, this, refit);
}

void ResultTable::setUpHeader()
{
    auto *header = new TableHeader(this);
    setHorizontalHeader(header);
    header->setSectionsClickable(true);
    header->setMinimumSectionSize(kLeastWidth);
    header->setResizeContentsPrecision(kRowsMeasured);
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorClearable(true);
    setSortingEnabled(true);
    connect(header, &QHeaderView::sectionResized, this,
            [this](int column, int, int width) { noteWidth(column, width); });
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
    const QScopedValueRollback fitting(m_fitting, true);
    for (int column = 0; column < m_results->columnCount(); ++column) {
        const auto chosen = m_chosen.shown.find(titleOf(column));
        const bool shown = chosen == m_chosen.shown.end() ? isShownAtFirst(column) : chosen->second;
        setColumnHidden(column, !shown);
    }
    fitColumns();
}

void ResultTable::fillColumnMenu(QMenu *menu)
{
    menu->clear();
    for (int column = 0; column < m_results->columnCount(); ++column) {
        const QString title = titleOf(column);
        QAction *action = menu->addAction(QString(title).replace(u'&', QStringLiteral("&&")));
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        connect(action, &QAction::toggled, this, [this, title](bool shown) {
            m_chosen.shown[title] = shown;
            applyVisibility();
        });
    }
    menu->addSeparator();
    QAction *reset =
        menu->addAction(QStringLiteral("Reset columns"), this, &ResultTable::resetColumns);
    reset->setEnabled(!m_chosen.shown.empty() || !m_chosen.widths.empty());
}

void ResultTable::setChosen(const ResultColumns &chosen)
{
    m_chosen = chosen;
    applyVisibility();
}

void ResultTable::resetColumns()
{
    setChosen({});
}

QString ResultTable::titleOf(int column) const
{
    return items::titleOf(m_results->column(column));
}

/// A column that a person made wider or narrower.
void ResultTable::noteWidth(int column, int width)
{
    if (!m_fitting && width > 0 && column < m_results->columnCount())
        m_chosen.widths[titleOf(column)] = width;
}

int ResultTable::wantedWidth(int column) const
{
    const int wanted =
        std::max(sizeHintForColumn(column), horizontalHeader()->sectionSizeHint(column));
    const bool isTime = m_results->column(column).kind == ResultColumnKind::Started;
    return std::clamp(wanted, isTime ? widthOfDate() : kLeastWidth, kWidest);
}

/// Bars may shrink to nothing, texts and titles of metrics that nobody asked for be elided;
/// numbers, times and words are read whole. A width that was chosen stays.
ResultTable::Room ResultTable::roomOf(int column) const
{
    if (const auto chosen = m_chosen.widths.find(titleOf(column)); chosen != m_chosen.widths.end())
        return {column, chosen->second, chosen->second, Gives::Nothing};
    const int wanted = wantedWidth(column);
    const items::ResultColumn &what = m_results->column(column);
    switch (what.kind) {
    case ResultColumnKind::Pipeline:
    case ResultColumnKind::Environment:
    case ResultColumnKind::StepName:
    case ResultColumnKind::About:
        return {column, wanted, std::min(wanted, kLeastTextWidth), Gives::Last};
    case ResultColumnKind::Metric: {
        const int value = sizeHintForColumn(column) - (items::isPercentage(what) ? kBarRoom : 0);
        const bool isAsked = items::metricsOf(m_results->query()).contains(what.metric);
        const int title = isAsked ? horizontalHeader()->sectionSizeHint(column) : kLeastMetricWidth;
        return {column, wanted, std::min(wanted, std::max(value, title)), Gives::First};
    }
    case ResultColumnKind::Started:
    case ResultColumnKind::Type:
    case ResultColumnKind::Status:
    case ResultColumnKind::Counts:
    case ResultColumnKind::Steps:
    case ResultColumnKind::Errors:
    case ResultColumnKind::Duration:
    case ResultColumnKind::Run:
        break;
    }
    return {column, wanted, wanted, Gives::Last};
}

std::vector<ResultTable::Room> ResultTable::rooms() const
{
    std::vector<Room> rooms;
    for (int column = 0; column < m_results->columnCount(); ++column) {
        if (!isColumnHidden(column))
            rooms.push_back(roomOf(column));
    }
    return rooms;
}

/// Takes what lacks from the columns of that kind, in proportion to what each can spare.
void ResultTable::giveWay(std::vector<Room> &columns, Gives who, int &lacking)
{
    int spare = 0;
    for (const Room &room : columns)
        spare += room.gives == who ? room.width - room.least : 0;
    const double part = spare > 0 ? std::min(1.0, double(lacking) / spare) : 0;
    for (Room &room : columns) {
        if (room.gives != who)
            continue;
        const int less =
            std::min(static_cast<int>(std::ceil(part * (room.width - room.least))), lacking);
        room.width -= less;
        lacking -= less;
    }
}

/// Gives each an equal share of what is left; where room lacks, metrics give way first, then texts.
void ResultTable::fit(std::vector<Room> &columns) const
{
    int lacking = -viewport()->width();
    int sharing = 0;
    for (const Room &room : columns) {
        lacking += room.width;
        sharing += room.gives == Gives::Nothing ? 0 : 1;
    }
    if (lacking > 0) {
        giveWay(columns, Gives::First, lacking);
        giveWay(columns, Gives::Last, lacking);
        return;
    }
    for (Room &room : columns) {
        const int share = room.gives == Gives::Nothing ? 0 : -lacking / sharing--;
        room.width += share;
        lacking += share;
    }
}

/// Columns that leave where room lacks, the first of them first, unless a person wants to see them:
/// the run's id, then metrics that were not asked for, but for one.
std::vector<int> ResultTable::dispensableColumns() const
{
    std::vector<int> metrics;
    std::vector<int> columns;
    const QStringList asked = items::metricsOf(m_results->query());
    for (int column = 0; column < m_results->columnCount(); ++column) {
        const items::ResultColumn &what = m_results->column(column);
        if (m_chosen.shown.contains(titleOf(column)) || !isShownAtFirst(column))
            continue;
        if (what.kind == ResultColumnKind::Run)
            columns.push_back(column);
        else if (what.kind == ResultColumnKind::Metric && column > kFirstMetricColumn &&
                 !asked.contains(what.metric))
            metrics.push_back(column);
    }
    columns.insert(columns.end(), metrics.rbegin(), metrics.rend());
    return columns;
}

/// Whether what should be read whole no longer is: other rows have longer values.
bool ResultTable::isOutgrown() const
{
    return std::ranges::any_of(
        rooms(), [this](const Room &room) { return columnWidth(room.column) < room.least; });
}

/// Whether texts can be read whole.
bool ResultTable::isRoomy(const std::vector<Room> &columns) const
{
    int needed = 0;
    for (const Room &room : columns)
        needed += room.gives == Gives::First ? room.least : room.width;
    return needed <= viewport()->width();
}

void ResultTable::fitColumns()
{
    const QScopedValueRollback fitting(m_fitting, true);
    const std::vector<int> dispensable = dispensableColumns();
    for (const int column : dispensable)
        setColumnHidden(column, false);
    std::vector<Room> columns = rooms();
    for (const int column : dispensable) {
        if (isRoomy(columns))
            break;
        setColumnHidden(column, true);
        columns = rooms();
    }
    fit(columns);
    for (const Room &room : columns)
        setColumnWidth(room.column, room.width);
}

void ResultTable::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

} // namespace xray::views
