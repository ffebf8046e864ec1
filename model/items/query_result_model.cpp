// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/query_result_model.h"

#include <model/core/answer.h>

#include <algorithm>
#include <utility>

namespace xray::items {

namespace {

using query::StepHit;
using query::Subject;

const QString kGoneText = QStringLiteral("No longer matches: it changed since you asked");

RunStatus runStatusOf(const ResultRow &row)
{
    const auto *hit = std::get_if<StepHit>(&row);
    return hit ? hit->runStatus : std::get<Execution>(row).status;
}

/// -1, 0 or 1, as values of one column compare.
int compared(const QVariant &a, const QVariant &b)
{
    if (a.typeId() == QMetaType::QString)
        return QString::localeAwareCompare(a.toString(), b.toString());
    if (a.typeId() == QMetaType::Double)
        return a.toDouble() < b.toDouble() ? -1 : a.toDouble() > b.toDouble();
    return a.toLongLong() < b.toLongLong() ? -1 : a.toLongLong() > b.toLongLong();
}

/// What names a row among those of one answer.
qint64 keyOf(const ResultRow &row)
{
    const auto *hit = std::get_if<StepHit>(&row);
    return hit ? hit->step.row.value : std::get<Execution>(row).row.value;
}

/// Whether a row stands behind another in the order of answers.
bool standsBehind(const ResultRow &row, const ResultRow &other)
{
    if (const auto *hit = std::get_if<StepHit>(&row))
        return hit->step.row.value < std::get<StepHit>(other).step.row.value;
    const auto &run = std::get<Execution>(row);
    const auto &otherRun = std::get<Execution>(other);
    return std::pair(run.startedAt, run.id) < std::pair(otherRun.startedAt, otherRun.id);
}

std::vector<ResultRow> rowsOf(const query::StepAnswer &answer)
{
    return {answer.hits.begin(), answer.hits.end()};
}

std::vector<ResultRow> rowsOf(const query::RunAnswer &answer)
{
    return {answer.runs.begin(), answer.runs.end()};
}

} // namespace

QueryResultModel::QueryResultModel(QObject *parent)
    : QAbstractTableModel(parent)
{
}

QueryResultModel::~QueryResultModel()
{
    m_ticket.cancel();
    m_refreshTicket.cancel();
}

void QueryResultModel::setSource(query::QuerySource *source)
{
    cancel();
    m_source = source;
}

// ---- asking --------------------------------------------------------------------------------

void QueryResultModel::ask(const query::Query &query, TimeNs now)
{
    m_query = query;
    m_now = now;
    m_fresh = true;
    m_loadingAll = false;
    giveUpRefresh();
    askPage();
    setState(State::Asking);
}

void QueryResultModel::refresh(TimeNs now)
{
    if (m_state == State::Failed)
        ask(m_query, now);
    if (m_state != State::Ready || m_refreshing)
        return;
    m_now = now;
    m_refreshTicket = Ticket();
    m_refreshing = true;
    askBehind(nullptr, rowCount() + query::kDefaultPageSize, m_refreshTicket,
              &QueryResultModel::takeRefreshed);
}

void QueryResultModel::giveUpRefresh()
{
    m_refreshTicket.cancel();
    m_refreshing = false;
}

void QueryResultModel::loadAll()
{
    m_loadingAll = true;
    fetchMore({});
}

void QueryResultModel::cancel()
{
    m_ticket.cancel();
    giveUpRefresh();
    m_loadingAll = false;
    if (!m_fetching)
        return;
    m_fetching = false;
    if (m_state == State::Asking)
        setState(State::Cancelled);
    Q_EMIT figuresChanged();
}

void QueryResultModel::clear()
{
    cancel();
    beginResetModel();
    m_rows.clear();
    m_columns.clear();
    m_more = false;
    m_new = m_gone = m_balance = 0;
    endResetModel();
    setState(State::Idle);
}

void QueryResultModel::askPage()
{
    if (!m_source)
        return;
    m_ticket.cancel();
    m_ticket = Ticket();
    m_fetching = true;
    askBehind(last(), m_loadingAll ? query::kMaxPageSize : query::kDefaultPageSize, m_ticket,
              &QueryResultModel::takePage);
}

void QueryResultModel::askBehind(const Row *end, int limit, const Ticket &ticket, TakePage take)
{
    if (!m_source)
        return;
    if (m_query.subject == Subject::Steps) {
        query::StepQuestion question{m_query, m_now, limit, {}};
        if (end)
            question.before = std::get<StepHit>(end->what).step.row;
        askSteps(std::move(question), ticket, take);
        return;
    }
    query::RunQuestion question{m_query, m_now, limit, {}};
    if (end) {
        const auto &run = std::get<Execution>(end->what);
        question.after = std::pair(run.startedAt, run.id);
    }
    askRuns(std::move(question), ticket, take);
}

void QueryResultModel::askSteps(query::StepQuestion question, const Ticket &ticket, TakePage take)
{
    whenAnswered(m_source->findSteps(std::move(question), ticket), this,
                 [this, ticket, take](const Answered<query::StepAnswer> &answer) {
                     takeAnswer(ticket, answer, take);
                 });
}

void QueryResultModel::askRuns(query::RunQuestion question, const Ticket &ticket, TakePage take)
{
    question.withContents = false;
    whenAnswered(m_source->findRuns(std::move(question), ticket), this,
                 [this, ticket, take](const Answered<query::RunAnswer> &answer) {
                     takeAnswer(ticket, answer, take);
                 });
}

template<class Given>
void QueryResultModel::takeAnswer(const Ticket &ticket, const Given &answer, TakePage take)
{
    if (ticket.isCancelled())
        return;
    if (!answer) {
        fail(answer.error());
        return;
    }
    (this->*take)({rowsOf(**answer), (*answer)->more, (*answer)->elapsed, (*answer)->plan});
}

void QueryResultModel::fail(const Error &error)
{
    m_error = error;
    giveUpRefresh();
    m_fetching = false;
    m_loadingAll = false;
    m_more = false;
    setState(State::Failed);
    Q_EMIT figuresChanged();
}

void QueryResultModel::takePage(Page page)
{
    m_fetching = false;
    m_more = page.more;
    if (m_fresh)
        takeFirst(std::move(page));
    else
        append(std::move(page.rows));
    const bool wasLoadingAll =
        std::exchange(m_loadingAll, m_loadingAll && m_more && rowCount() < kMaxLoaded);
    if (m_loadingAll)
        askPage();
    else if (wasLoadingAll && isSorted())
        sortLoaded();
    Q_EMIT figuresChanged();
}

void QueryResultModel::takeFirst(Page page)
{
    m_fresh = false;
    m_elapsed = page.elapsed;
    m_plan = page.plan;
    beginResetModel();
    m_columns = columnsFor(m_query, page.rows);
    m_rows.clear();
    m_new = m_gone = m_balance = 0;
    m_firstPlace = m_lastPlace = 0;
    m_sortColumn = -1;
    for (ResultRow &row : page.rows)
        m_rows.push_back({std::move(row), m_lastPlace++, false});
    endResetModel();
    setState(State::Ready);
}

void QueryResultModel::append(std::vector<ResultRow> rows)
{
    const QHash<qint64, int> shown = rowsByKey(); // a watch may have let some in already
    std::erase_if(rows, [&](const ResultRow &row) { return shown.contains(keyOf(row)); });
    if (rows.empty())
        return;
    const auto first = static_cast<int>(m_rows.size());
    beginInsertRows({}, first, first + static_cast<int>(rows.size()) - 1);
    for (ResultRow &row : rows)
        m_rows.push_back({std::move(row), m_lastPlace++, false});
    endInsertRows();
    if (isSorted() && !m_loadingAll)
        sortLoaded();
}

void QueryResultModel::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

/// The row that stands last in the order of the answer; null for a first page.
const QueryResultModel::Row *QueryResultModel::last() const
{
    if (m_fresh || m_rows.empty())
        return nullptr;
    return &*std::ranges::max_element(m_rows, {}, &Row::place);
}

bool QueryResultModel::canFetchMore(const QModelIndex &parent) const
{
    return !parent.isValid() && m_more && !m_fetching && m_state == State::Ready;
}

void QueryResultModel::fetchMore(const QModelIndex &parent)
{
    if (!canFetchMore(parent))
        return;
    askPage();
    Q_EMIT figuresChanged();
}

// ---- watching ------------------------------------------------------------------------------

QHash<qint64, int> QueryResultModel::rowsByKey() const
{
    QHash<qint64, int> rows;
    rows.reserve(rowCount());
    for (int row = 0; row < rowCount(); ++row)
        rows[keyOf(rowAt(row))] = row;
    return rows;
}

std::vector<StepRow> QueryResultModel::stepsOf(const QSet<qint64> &executionRows) const
{
    std::vector<StepRow> steps;
    for (const Row &row : m_rows) {
        const auto *hit = std::get_if<StepHit>(&row.what);
        if (hit && executionRows.contains(hit->step.executionRow.value))
            steps.push_back(hit->step.row);
    }
    return steps;
}

void QueryResultModel::takeCommitted(const std::vector<StepRow> &looked,
                                     const std::vector<StepHit> &hits)
{
    const QHash<qint64, int> shown = rowsByKey();
    QSet<qint64> found;
    std::vector<ResultRow> added;
    for (const StepHit &hit : hits) {
        found.insert(hit.step.row.value);
        if (const int row = shown.value(hit.step.row.value, -1); row >= 0)
            replace(row, hit);
        else
            added.emplace_back(hit);
    }
    for (const StepRow step : looked) {
        const int row = shown.value(step.value, -1);
        if (row < 0)
            continue;
        if (!found.contains(step.value))
            markGone(row);
        Q_EMIT dataChanged(index(row, 0), index(row, columnCount() - 1));
    }
    dropGoneBeyond(kMaxGone);
    addInFront(std::move(added));
    Q_EMIT figuresChanged();
}

void QueryResultModel::replace(int row, ResultRow what)
{
    Row &shown = m_rows[static_cast<std::size_t>(row)];
    m_gone -= shown.isGone ? 1 : 0;
    m_balance += shown.isGone ? 1 : 0;
    shown.isGone = false;
    shown.what = std::move(what);
}

void QueryResultModel::markGone(int row)
{
    Row &shown = m_rows[static_cast<std::size_t>(row)];
    if (shown.isGone)
        return;
    m_new -= shown.isNew ? 1 : 0;
    shown.isNew = false;
    shown.isGone = true;
    ++m_gone;
    --m_balance;
}

void QueryResultModel::dropGone()
{
    dropGoneBeyond(0);
    Q_EMIT figuresChanged();
}

void QueryResultModel::dropGoneBeyond(int kept)
{
    for (int row = rowCount() - 1; row >= 0 && m_gone > kept; --row) {
        if (!m_rows[static_cast<std::size_t>(row)].isGone)
            continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        --m_gone;
        endRemoveRows();
    }
}

void QueryResultModel::addInFront(std::vector<ResultRow> rows)
{
    if (rows.empty())
        return;
    if (m_columns.empty() || m_rows.empty()) {
        beginResetModel();
        m_columns = columnsFor(m_query, rows);
        endResetModel();
    }
    const auto count = static_cast<int>(rows.size());
    std::vector<Row> added;
    for (ResultRow &row : rows)
        added.push_back({std::move(row), 0, true});
    for (auto row = added.rbegin(); row != added.rend(); ++row)
        row->place = --m_firstPlace;
    m_new += count;
    m_balance += count;
    beginInsertRows({}, 0, count - 1);
    m_rows.insert(m_rows.begin(), added.begin(), added.end());
    endInsertRows();
    if (isSorted())
        sortLoaded();
    Q_EMIT figuresChanged();
    Q_EMIT matchesArrived(count);
}

void QueryResultModel::takeRefreshed(Page page)
{
    m_refreshing = false;
    const QHash<qint64, int> shown = rowsByKey();
    QSet<qint64> found;
    std::vector<ResultRow> added;
    std::vector<ResultRow> behind;
    const Row *const end = last();
    const auto pageEnd =
        page.more && !page.rows.empty() ? std::optional(page.rows.back()) : std::nullopt;
    bool overlaps = m_rows.empty();
    for (ResultRow &what : page.rows) {
        found.insert(keyOf(what));
        if (const int row = shown.value(keyOf(what), -1); row >= 0) {
            replace(row, std::move(what));
            overlaps = true;
        } else if (m_more && end && standsBehind(what, end->what)) {
            behind.push_back(std::move(what));
        } else {
            added.push_back(std::move(what));
        }
    }
    if (page.more && !overlaps) { // more came than one page holds
        ask(m_query, m_now);
        return;
    }
    markMissing(found, pageEnd ? &*pageEnd : nullptr);
    takeBehind(std::move(behind), page.more);
    addInFront(std::move(added));
    Q_EMIT figuresChanged();
    Q_EMIT refreshed();
}

/// Marks what a page should have and has not: all, or what does not stand behind its end.
void QueryResultModel::markMissing(const QSet<qint64> &found, const ResultRow *end)
{
    for (int row = 0; row < rowCount(); ++row) {
        const ResultRow &shown = rowAt(row);
        if (!found.contains(keyOf(shown)) && !(end && standsBehind(shown, *end)))
            markGone(row);
    }
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    dropGoneBeyond(kMaxGone);
}

/// What stands behind the rows that are loaded fills up a first page that has become short.
void QueryResultModel::takeBehind(std::vector<ResultRow> rows, bool more)
{
    if (m_fetching || !m_more)
        return;
    const auto lacking =
        static_cast<std::size_t>(std::max(0, query::kDefaultPageSize - matchCount()));
    m_more = more || rows.size() > lacking;
    rows.resize(std::min(rows.size(), lacking));
    append(std::move(rows));
}

// ---- order ---------------------------------------------------------------------------------

void QueryResultModel::sort(int column, Qt::SortOrder order)
{
    const bool changes = column != m_sortColumn || order != m_sortOrder;
    m_sortColumn = column < columnCount() ? column : -1;
    m_sortOrder = order;
    if (!changes)
        return;
    sortLoaded();
    Q_EMIT figuresChanged();
}

bool QueryResultModel::standsBefore(const Row &a, const Row &b) const
{
    if (!isSorted())
        return a.place < b.place;
    const ResultColumn &by = m_columns[static_cast<std::size_t>(m_sortColumn)];
    const QVariant left = valueOf(a.what, by);
    const QVariant right = valueOf(b.what, by);
    if (left.isValid() != right.isValid())
        return left.isValid();
    const int difference = left.isValid() ? compared(left, right) : 0;
    if (difference == 0)
        return a.place < b.place;
    return m_sortOrder == Qt::AscendingOrder ? difference < 0 : difference > 0;
}

void QueryResultModel::sortLoaded()
{
    std::vector<Row> rows = m_rows;
    std::ranges::stable_sort(rows,
                             [this](const Row &a, const Row &b) { return standsBefore(a, b); });
    moveRows(std::move(rows));
}

/// Puts the same rows into another order; what is current or selected goes along.
void QueryResultModel::moveRows(std::vector<Row> rows)
{
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const QModelIndexList before = persistentIndexList();
    QHash<qint64, int> rowOfPlace;
    for (std::size_t row = 0; row < rows.size(); ++row)
        rowOfPlace[rows[row].place] = static_cast<int>(row);
    QModelIndexList after;
    for (const QModelIndex &old : before)
        after += index(rowOfPlace[m_rows[static_cast<std::size_t>(old.row())].place], old.column());
    m_rows = std::move(rows);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

// ---- the table -----------------------------------------------------------------------------

const ResultRow &QueryResultModel::rowAt(int row) const
{
    return m_rows[static_cast<std::size_t>(row)].what;
}

const ResultColumn &QueryResultModel::column(int column) const
{
    return m_columns[static_cast<std::size_t>(column)];
}

std::optional<query::Condition> QueryResultModel::conditionAt(const QModelIndex &index) const
{
    return conditionOf(rowAt(index.row()), column(index.column()));
}

int QueryResultModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int QueryResultModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant QueryResultModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const ResultColumn &at = column(index.column());
    const auto *hit = std::get_if<StepHit>(&row.what);
    switch (role) {
    case Qt::DisplayRole:
        return textOf(row.what, at, m_now);
    case Qt::TextAlignmentRole:
        return QVariant((isNumeric(at) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case ValueRole:
        return valueOf(row.what, at);
    case KindRole:
        return QVariant::fromValue(at.kind);
    case IsPercentageRole:
        return isPercentage(at);
    case StepTypeRole:
        return hit ? QVariant::fromValue(hit->step.type) : QVariant();
    case RunStatusRole:
        return QVariant::fromValue(runStatusOf(row.what));
    case IsNewRole:
        return row.isNew;
    case IsGoneRole:
        return row.isGone;
    case Qt::ToolTipRole:
        return row.isGone ? QVariant(kGoneText) : QVariant();
    case Qt::AccessibleDescriptionRole:
        return row.isGone ? QVariant(kGoneText) : QVariant();
    default:
        return {};
    }
}

QVariant QueryResultModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return titleOf(column(section));
    if (role == Qt::TextAlignmentRole)
        return QVariant((isNumeric(column(section)) ? Qt::AlignRight : Qt::AlignLeft) |
                        Qt::AlignVCenter);
    return {};
}

} // namespace xray::items
