// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/run_list_model.h"

#include "model/items/run_list_text.h"

#include <model/core/answer.h>
#include <model/core/text.h>

#include <algorithm>
#include <ranges>
#include <utility>

namespace xray::items {

namespace {

constexpr int kPageSize = 64;
constexpr size_t kPagesAtOnce = 4; // what a window shows, and a little around it
constexpr int kCachedRuns = 8192;
constexpr qsizetype kRunsPerTurn = 2000;
constexpr int kTurnMs = 100;
constexpr int kRetryMs = 2000;             // after a failure, until the next try
constexpr qsizetype kMostPending = 20'000; // beyond this, reading the list again is less work
constexpr qsizetype kEntriesMovedPerTurn = 50'000'000; // about 50 ms of moving memory

template<class T>
using Answered = Result<std::shared_ptr<const T>>;
using AnsweredRuns = Answered<std::vector<Execution>>;

std::vector<ExecutionRow> rowsOf(const std::vector<Execution> &runs)
{
    std::vector<ExecutionRow> rows(runs.size());
    std::ranges::transform(runs, rows.begin(), &Execution::row);
    return rows;
}

} // namespace

RunListModel::RunListModel(QObject *parent)
    : QAbstractListModel(parent)
    , m_contents(kCachedRuns)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kTurnMs);
    connect(&m_pause, &QTimer::timeout, this, &RunListModel::takeTurn);
    m_retry.setSingleShot(true);
    m_retry.setInterval(kRetryMs);
    connect(&m_retry, &QTimer::timeout, this, &RunListModel::retryContents);
}

RunListModel::~RunListModel()
{
    m_ticket.cancel();
}

// ---- the list as a whole -------------------------------------------------------------------

void RunListModel::setSource(RunSource *source)
{
    m_orderTickets.cancel();
    m_ticket.cancel();
    m_ticket = Ticket();
    m_fetching = m_merging = false;
    m_pending.clear();
    m_hidden.clear();
    m_learnt.clear();
    setProblem({});
    m_source = source;
    m_isPartial = false;
    adoptOrder({});
    setState(State::Idle);
    reload();
}

void RunListModel::setQuery(const RunQuery &query)
{
    if (query == m_query && m_state != State::Idle)
        return;
    m_query = query;
    m_learnt.clear();
    reload();
}

void RunListModel::retry()
{
    if (m_state == State::Failed)
        reload();
    else if (m_problem)
        retryContents();
}

/// The view asks for the contents again as it repaints.
void RunListModel::retryContents()
{
    m_retry.stop();
    takeTurn();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

void RunListModel::reload()
{
    if (!m_source)
        return;
    m_pending.clear(); // what is committed by now, the new order knows
    setState(State::Loading);
    const Ticket ticket = m_orderTickets.issue();
    whenAnswered(m_source->runOrder(m_query, ticket), this,
                 [this, ticket](const Answered<RunOrder> &order) {
                     if (ticket.isCancelled())
                         return;
                     if (!order)
                         return fail(order.error());
                     adoptOrder(**order);
                     setProblem({});
                     setState(State::Ready);
                     takeTurn();
                 });
    if (wantsFirstRows())
        askForFirstRows(ticket);
}

/// A text may have to be looked for in every run: twice is too often.
bool RunListModel::wantsFirstRows() const
{
    return m_firstRows == FirstRows::Ahead && m_order.size() == 0 && m_query.sort == RunSort{} &&
           m_query.filter.text.isEmpty();
}

void RunListModel::askForFirstRows(const Ticket &ticket)
{
    RunPageQuery first;
    first.filter = m_query.filter;
    first.limit = kPageSize;
    first.withContents = false;
    whenAnswered(m_source->runPage(first, ticket), this,
                 [this, ticket](const Answered<RunPage> &page) {
                     if (!ticket.isCancelled() && page && m_state == State::Loading)
                         showFirstRows((*page)->runs);
                 });
}

/// The order that comes after them has them too, so what they hold is kept.
void RunListModel::showFirstRows(const std::vector<Execution> &runs)
{
    RunOrder order;
    order.query = m_query;
    for (const Execution &run : runs) {
        order.rows.push_back(run.row);
        order.numbers.push_back(run.startedAt);
    }
    adoptOrder(order);
    for (const Execution &run : runs)
        remember(run);
    m_isPartial = !runs.empty();
    Q_EMIT countsChanged();
}

void RunListModel::adoptOrder(const RunOrder &order)
{
    beginResetModel();
    m_order = RunListOrder(order);
    m_capped = order.capped;
    if (!std::exchange(m_isPartial, false))
        m_contents.clear();
    m_wantedPages.clear();
    endResetModel();
    const auto hidden = m_hidden.values();
    removeRowsOf({hidden.begin(), hidden.end()});
    Q_EMIT countsChanged();
}

void RunListModel::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

void RunListModel::fail(const Error &error)
{
    if (error.code == ErrorCode::Cancelled)
        return;
    m_error = error;
    setState(State::Failed);
}

/// The list stays as it is: it says so in a line, and asks again.
void RunListModel::setProblem(const std::optional<Error> &problem)
{
    if (problem && problem->code == ErrorCode::Cancelled)
        return;
    if (problem)
        m_retry.start();
    else
        m_retry.stop();
    const bool same = problem.has_value() == m_problem.has_value() &&
                      (!problem || problem->message == m_problem->message);
    if (same)
        return;
    m_problem = problem;
    Q_EMIT problemChanged();
}

void RunListModel::setTotal(qint64 runs)
{
    m_total = runs;
    Q_EMIT countsChanged();
}

QString RunListModel::countText() const
{
    const qint64 shown = rowCount();
    const QString atLeast = m_capped ? QStringLiteral("+") : QString();
    if (!m_query.filter.isEmpty() && shown < m_total)
        return QStringLiteral("showing %1%2 of %3")
            .arg(formatCount(shown), atLeast, formatCount(m_total));
    return formatCount(shown) + (shown == 1 ? QStringLiteral(" run") : QStringLiteral(" runs"));
}

// ---- rows ----------------------------------------------------------------------------------

int RunListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_order.size();
}

const Execution *RunListModel::at(int row) const
{
    if (row < 0 || row >= m_order.size())
        return nullptr;
    const Execution *run = m_contents.object(m_order.at(row));
    if (!run)
        wantPageOf(row);
    return run;
}

QVariant RunListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Execution *run = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return run ? run->pipelineName : QStringLiteral("Loading…");
    case Qt::AccessibleTextRole:
        return run ? runSpokenText(*run, nowNs()) : QStringLiteral("Loading…");
    case IdRole:
        return run ? run->id.toString() : QVariant();
    case StatusRole:
        return run ? static_cast<int>(run->status) : QVariant();
    case StartedRole:
        return run ? QVariant::fromValue<qint64>(run->startedAt) : QVariant();
    case LoadingRole:
        return run == nullptr;
    default:
        return {};
    }
}

QHash<int, QByteArray> RunListModel::roleNames() const
{
    auto names = QAbstractListModel::roleNames();
    names.insert({{IdRole, "id"},
                  {StatusRole, "status"},
                  {StartedRole, "started"},
                  {LoadingRole, "loading"}});
    return names;
}

int RunListModel::rowOf(ExecutionRow run) const
{
    return m_order.indexesOf(std::span(&run, 1)).value(run, -1);
}

int RunListModel::rowOf(ExecutionId id) const
{
    for (const ExecutionRow row : m_contents.keys())
        if (m_contents.object(row)->id == id)
            return rowOf(row);
    return -1;
}

Answer<std::vector<Execution>> RunListModel::runsAt(const std::vector<int> &rows) const
{
    Q_ASSERT(m_source);
    std::vector<ExecutionRow> runs(rows.size());
    std::ranges::transform(rows, runs.begin(), [this](int row) { return m_order.at(row); });
    return m_source->runsByRow(std::move(runs), m_ticket);
}

// ---- contents, as the view asks for them -----------------------------------------------------

void RunListModel::wantPageOf(int row) const
{
    const int page = row / kPageSize;
    if (std::ranges::find(m_wantedPages, page) != m_wantedPages.end())
        return;
    if (m_wantedPages.empty() && !m_fetching)
        QMetaObject::invokeMethod(const_cast<RunListModel *>(this), &RunListModel::fetchWantedPages,
                                  Qt::QueuedConnection);
    if (m_wantedPages.size() == kPagesAtOnce) // scrolled past: only the last ones still matter
        m_wantedPages.erase(m_wantedPages.begin());
    m_wantedPages.push_back(page);
}

std::vector<ExecutionRow> RunListModel::rowsToFetch() const
{
    std::vector<ExecutionRow> rows;
    for (const int page : m_wantedPages) {
        const int end = std::min((page + 1) * kPageSize, m_order.size());
        for (int row = page * kPageSize; row < end; ++row)
            if (!m_contents.contains(m_order.at(row)))
                rows.push_back(m_order.at(row));
    }
    return rows;
}

void RunListModel::fetchWantedPages()
{
    if (m_fetching || !m_source || m_state == State::Failed)
        return;
    const auto rows = rowsToFetch();
    m_wantedPages.clear();
    if (rows.empty())
        return;
    m_fetching = true;
    const Ticket ticket = m_ticket;
    whenAnswered(m_source->runsByRow(rows, ticket), this,
                 [this, ticket, rows](const AnsweredRuns &runs) {
                     if (ticket.isCancelled())
                         return;
                     m_fetching = false;
                     if (!runs)
                         return setProblem(runs.error());
                     setProblem({});
                     takeContents(rows, **runs);
                     fetchWantedPages();
                 });
}

void RunListModel::takeContents(const std::vector<ExecutionRow> &asked,
                                const std::vector<Execution> &runs)
{
    QSet<ExecutionRow> missing(asked.begin(), asked.end());
    for (const Execution &run : runs) {
        missing.remove(run.row);
        if (!m_contents.contains(run.row)) // a live change may have been faster
            remember(run);
    }
    removeRowsOf({missing.begin(), missing.end()});
    announceRows(m_order.indexesOf(asked));
}

void RunListModel::remember(const Execution &run)
{
    m_contents.insert(run.row, new Execution(run));
}

/// One dataChanged for each stretch of neighbouring rows.
void RunListModel::announceRows(const QHash<ExecutionRow, int> &indexes)
{
    auto rows = indexes.values();
    std::ranges::sort(rows);
    for (qsizetype first = 0, next = 0; first < rows.size(); first = next) {
        for (next = first + 1; next < rows.size() && rows[next] == rows[next - 1] + 1;)
            ++next;
        Q_EMIT dataChanged(index(rows[first]), index(rows[next - 1]));
    }
}

// ---- changes ---------------------------------------------------------------------------------

void RunListModel::applyChanges(const ChangeBatchPtr &batch)
{
    if (!m_source || m_state == State::Failed) // the next order will know
        return;
    if (batch->gap)
        return reload();
    for (const Change &change : batch->changes) {
        const bool wholeRun = change.step.isNull();
        const auto kind = wholeRun ? change.kind : ChangeKind::Upserted;
        if (wholeRun || !m_pending.contains(change.execution))
            m_pending.insert(change.execution, kind);
    }
    if (m_pending.size() > kMostPending && m_state == State::Ready)
        return reload();
    takeTurn();
}

/// In a list by start, new runs come as one block at an end. In another they scatter, and each
/// moves half the list.
qsizetype RunListModel::runsPerTurn() const
{
    if (m_query.sort.key == RunSortKey::Started)
        return kRunsPerTurn;
    return std::clamp<qsizetype>(kEntriesMovedPerTurn / (m_order.size() + 1), 1, kRunsPerTurn);
}

void RunListModel::takeTurn()
{
    const bool waits = m_merging || m_pause.isActive() || m_retry.isActive();
    if (m_pending.isEmpty() || waits || m_state != State::Ready)
        return;
    const qsizetype most = runsPerTurn();
    std::vector<ExecutionRow> changed;
    std::vector<ExecutionRow> gone;
    for (auto it = m_pending.begin(); it != m_pending.end();) {
        if (qsizetype(changed.size() + gone.size()) == most)
            break;
        (it.value() == ChangeKind::Deleted ? gone : changed).push_back(it.key());
        it = m_pending.erase(it);
    }
    m_pause.start();
    removeRowsOf(gone);
    Q_EMIT countsChanged();
    if (!changed.empty())
        askWhatMatches(changed);
}

void RunListModel::askWhatMatches(const std::vector<ExecutionRow> &rows)
{
    m_merging = true;
    const Ticket ticket = m_ticket;
    const RunQuery query = m_query;
    whenAnswered(m_source->matchingRuns(query.filter, rows, ticket), this,
                 [this, ticket, query, rows](const AnsweredRuns &runs) {
                     if (ticket.isCancelled())
                         return;
                     m_merging = false;
                     if (!runs) {
                         putBack(rows);
                         return setProblem(runs.error());
                     }
                     setProblem({});
                     if (m_state == State::Ready &&
                         query == m_query) // else an order that knows is coming
                         merge(rows, **runs);
                     takeTurn();
                 });
}

/// What nobody could say anything about is asked for again, unless it changes before.
void RunListModel::putBack(const std::vector<ExecutionRow> &rows)
{
    for (const ExecutionRow row : rows) {
        if (!m_pending.contains(row))
            m_pending.insert(row, ChangeKind::Upserted);
    }
}

void RunListModel::merge(const std::vector<ExecutionRow> &changed,
                         const std::vector<Execution> &matching)
{
    const auto runs = withoutHidden(matching);
    const auto present = m_order.indexesOf(changed);
    QSet<ExecutionRow> leaving(present.keyBegin(), present.keyEnd());
    std::vector<RunPosition> added;
    std::vector<RunPosition> moved;
    for (const Execution &run : runs) {
        remember(run);
        leaving.remove(run.row);
        const auto position = positionOf(run, m_query.sort.key);
        const auto at = present.constFind(run.row);
        if (at == present.constEnd())
            added.push_back(position);
        else if (!m_order.hasValueOf(*at, position))
            moved.push_back(position);
    }
    removeRowsOf({leaving.begin(), leaving.end()});
    moveRowsOf(moved);
    announceRows(m_order.indexesOf(rowsOf(runs)));
    insertRuns(std::move(added));
    Q_EMIT countsChanged();
}

std::vector<Execution> RunListModel::withoutHidden(const std::vector<Execution> &runs) const
{
    std::vector<Execution> visible;
    std::ranges::copy_if(runs, std::back_inserter(visible),
                         [this](const Execution &run) { return !m_hidden.contains(run.id); });
    return visible;
}

void RunListModel::removeRowsOf(const std::vector<ExecutionRow> &rows)
{
    if (rows.empty())
        return;
    auto indexes = m_order.indexesOf(rows).values();
    std::ranges::sort(indexes, std::greater());
    for (qsizetype first = 0, next = 0; first < indexes.size(); first = next) {
        for (next = first + 1; next < indexes.size() && indexes[next] == indexes[next - 1] - 1;)
            ++next;
        const int low = indexes[next - 1];
        beginRemoveRows({}, low, indexes[first]);
        m_order.remove(low, indexes[first] - low + 1);
        endRemoveRows();
    }
}

/// One after the other: the list stays sorted by the values it holds, so each finds its place.
void RunListModel::moveRowsOf(const std::vector<RunPosition> &moved)
{
    for (const RunPosition &position : moved) {
        const int from = rowOf(position.row);
        const int place = m_order.placeOf(position);
        const bool moves = beginMoveRows({}, from, from, {}, place);
        m_order.remove(from, 1);
        m_order.insert(place > from ? place - 1 : place, std::span(&position, 1));
        if (moves)
            endMoveRows();
    }
}

void RunListModel::insertRuns(std::vector<RunPosition> added)
{
    std::ranges::sort(added, [this](const RunPosition &a, const RunPosition &b) {
        return standsBefore(a, b, m_query.sort);
    });
    for (size_t first = 0, next = 0; first < added.size(); first = next) {
        const int place = m_order.placeOf(added[first]);
        for (next = first + 1; next < added.size() && m_order.placeOf(added[next]) == place;)
            ++next;
        const int last = place + static_cast<int>(next - first) - 1;
        beginInsertRows({}, place, last);
        m_order.insert(place, std::span(added).subspan(first, next - first));
        endInsertRows();
    }
}

// ---- runs taken out before the store has --------------------------------------------------------

void RunListModel::learn(const std::vector<Execution> &runs)
{
    for (const Execution &run : runs)
        m_learnt.insert(run.id, run.row);
}

QHash<ExecutionId, ExecutionRow>
RunListModel::storeRowsOf(const std::vector<ExecutionId> &ids) const
{
    const QSet<ExecutionId> wanted(ids.begin(), ids.end());
    QHash<ExecutionId, ExecutionRow> rows;
    for (const ExecutionId &id : ids) {
        if (const auto learnt = m_learnt.constFind(id); learnt != m_learnt.constEnd())
            rows.insert(id, *learnt);
    }
    for (const ExecutionRow row : m_contents.keys()) {
        const ExecutionId id = m_contents.object(row)->id;
        if (wanted.contains(id))
            rows.insert(id, row);
    }
    return rows;
}

void RunListModel::hide(const std::vector<ExecutionId> &ids)
{
    const auto rows = storeRowsOf(ids);
    for (auto it = rows.begin(); it != rows.end(); ++it)
        m_hidden.insert(it.key(), it.value());
    m_learnt.clear();
    const auto hidden = rows.values();
    removeRowsOf({hidden.begin(), hidden.end()});
    Q_EMIT countsChanged();
}

void RunListModel::unhide(const std::vector<ExecutionId> &ids)
{
    for (const ExecutionId &id : ids) {
        const ExecutionRow row = m_hidden.take(id);
        if (!row.isNull())
            m_pending.insert(row, ChangeKind::Upserted);
    }
    takeTurn();
}

} // namespace xray::items
