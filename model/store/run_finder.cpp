// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/run_finder.h"

#include "model/store/read_snapshot.h"

#include <algorithm>

namespace xray::store {

namespace {

using query::Dialect;
using query::NodePtr;
using query::Subject;

/// Runs that are looked at together, at most.
constexpr std::size_t kBatch = 64;
/// More steps than this are not gone through for a page.
constexpr int kMaxSteps = 20'000;
/// More runs than this are not gone through to see that none of them comes before the last of a
/// page.
constexpr qint64 kMaxBetween = 50'000;
/// To get from a step to its run and look at that takes as long as to look at so many steps of runs
/// that are gone through.
constexpr double kPriceOfStep = 40;
/// So many are gone by without further thought.
constexpr qint64 kFewSteps = 2'000;
/// How many steps the text index finds is not known before.
constexpr qint64 kStepsOfText = 10'000;
constexpr std::int64_t kSampledRuns = 200;
/// Rows of runs that are this close are read in one stretch.
constexpr std::int64_t kMaxGap = 16;

constexpr StepRow kNoStep{0};
constexpr StepRow kEveryStep{std::numeric_limits<std::int64_t>::max()};

} // namespace

RunFinder::RunFinder(SqliteConnection &connection, Ticket ticket, query::Query query, TimeNs now)
    : m_connection(connection)
    , m_ticket(std::move(ticket))
    , m_query(std::move(query))
    , m_now(now)
    , m_values(connection)
    , m_hints(hintsFor(m_query, m_values))
    , m_look(connection, m_query, now)
{
}

// ---- which way -----------------------------------------------------------------------------

Result<> RunFinder::prepare()
{
    if (const NodePtr step = leadingStep()) {
        auto isWorth = isWorthIt(step);
        if (!isWorth)
            return isWorth.error();
        if (auto decided = *isWorth ? goBy(step) : Success{}; !decided)
            return decided;
        if (!*isWorth)
            m_hints = {}; // nor are such steps worth collecting within the SQL
    }
    m_plan = m_steps ? query::PlanNote{QStringLiteral("the steps that such a run must have, latest "
                                                      "first, then their runs"),
                                       false}
                     : compileRuns({m_query, m_now, 1, {}}, Dialect::Sqlite, m_hints).plan;
    return Success{};
}

Result<> RunFinder::goBy(const NodePtr &step)
{
    auto steps = std::make_unique<StepFinder>(m_connection, m_ticket,
                                              query::Query{Subject::Steps, step}, m_now);
    if (auto ready = steps->prepare(); !ready)
        return ready;
    if (!steps->plan().isScan)
        m_steps = std::move(steps);
    return Success{};
}

/// Of the conditions that some step of a run must meet, the one that fewest do.
NodePtr RunFinder::leadingStep() const
{
    NodePtr best;
    qint64 least = std::numeric_limits<qint64>::max();
    for (const NodePtr &step : neededSteps(m_query.where)) {
        const qint64 steps =
            query::expectedSteps({Subject::Steps, step}, m_hints).value_or(kStepsOfText);
        if (steps < least) {
            least = steps;
            best = step;
        }
    }
    return best;
}

/// Whether it costs less to go by the steps than to look at the runs that their own fields let
/// through. Texts are worth it: where no index leads to them, every payload of a run is read.
Result<bool> RunFinder::isWorthIt(const NodePtr &step)
{
    const auto expected = query::expectedSteps({Subject::Steps, step}, m_hints);
    if (!expected || *expected <= kFewSteps)
        return true;
    auto steps = m_connection.integer("SELECT coalesce((SELECT max(id) FROM execution_steps) - "
                                      "(SELECT min(id) FROM execution_steps) + 1, 0)");
    if (!steps)
        return steps.error();
    auto part = partByOwnFields();
    if (!part)
        return part.error();
    return kPriceOfStep * double(*expected) <= *part * double(*steps);
}

/// Which part of the runs meets the conditions on the run itself, about: that of some of them.
Result<double> RunFinder::partByOwnFields()
{
    const NodePtr own = ownConditions(m_query.where);
    if (!own)
        return 1.0;
    auto oldest = m_connection.integer("SELECT coalesce(min(id), 0) FROM executions");
    auto newest = m_connection.integer("SELECT coalesce(max(id), 0) FROM executions");
    if (!oldest || !newest)
        return oldest ? newest.error() : oldest.error();
    std::vector<StepRow> sample;
    const std::int64_t every = (*newest - *oldest) / kSampledRuns + 1;
    for (std::int64_t row = *oldest; row <= *newest; row += every)
        sample.push_back({row});
    double hits = 0;
    const auto take = [&hits](StepRow) {
        ++hits;
        return Visit::On;
    };
    Visit last = Visit::On;
    RowLook look(m_connection, {Subject::Runs, own}, m_now);
    if (auto looked = look.listed(sample, take, last); !looked)
        return looked.error();
    return std::max(hits, 0.5) / double(sample.size());
}

// ---- answers -------------------------------------------------------------------------------

Result<std::vector<ExecutionRow>> RunFinder::page(const query::RunQuestion &question)
{
    if (m_steps) {
        auto rows = pageBySteps(question);
        if (!rows)
            return rows.error();
        if (*rows)
            return std::move(**rows);
    }
    const query::SqlText text = compileRuns(question, Dialect::Sqlite, m_hints);
    m_plan = text.plan;
    auto ids = readIds(m_connection, text);
    if (!ids)
        return ids.error();
    Rows rows;
    for (const std::int64_t id : *ids)
        rows.push_back({id});
    return rows;
}

Result<qint64> RunFinder::count(qint64 cap)
{
    if (m_steps) {
        if (auto all = gather(kEveryStep, kNoStep, {static_cast<std::size_t>(cap) + 1}); !all)
            return all.error();
        return std::min(static_cast<qint64>(m_found.size()), cap + 1);
    }
    auto count =
        readIds(m_connection, compileCount({m_query, m_now, cap}, Dialect::Sqlite, m_hints));
    if (!count)
        return count.error();
    return count->empty() ? 0 : count->front();
}

/// Runs arrive about in the order of their start, so that those of the latest steps are, as a rule,
/// the newest. Which exceptions there are is looked up: runs that come before the last of the page
/// and have steps that were not gone through. Nothing when there is too much to look at.
Result<std::optional<RunFinder::Rows>> RunFinder::pageBySteps(const query::RunQuestion &question)
{
    m_after = question.after;
    auto start = startAfter(question.after);
    if (!start)
        return start.error();
    const std::size_t wanted = static_cast<std::size_t>(question.limit) + 1;
    auto below = gather(*start, kNoStep, {wanted, kMaxSteps});
    if (below && *below == Visit::Stop && m_found.size() >= wanted) {
        auto sure = addThoseBetween(newest(wanted).back(), *start);
        if (!sure)
            return sure.error();
        if (*sure)
            return std::optional(rowsOf(newest(wanted)));
        below = gather(m_last, kNoStep, {.steps = kMaxSteps});
    }
    if (below && *below == Visit::On && *start < kEveryStep)
        below = gather(kEveryStep, *start, {.steps = kMaxSteps});
    if (!below)
        return below.error();
    return *below == Visit::On ? std::optional(rowsOf(newest(wanted))) : std::optional<Rows>();
}

/// The step to go down from for runs after that place: the newest of the run that is there. As good
/// as any, since steps above are looked for, too.
Result<StepRow> RunFinder::startAfter(const std::optional<std::pair<TimeNs, ExecutionId>> &place)
{
    if (!place)
        return kEveryStep;
    auto newest = m_connection.prepare("SELECT max(s.id) FROM executions e JOIN execution_steps s "
                                       "ON s.execution_id = e.id WHERE e.uuid = ?1");
    if (!newest)
        return newest.error();
    if (newest->bind(1, place->second.uuid()).step() != Statement::Step::Row)
        return newest->lastError().toError();
    return newest->isNull(0) ? kEveryStep : StepRow{newest->integer(0) + 1};
}

// ---- by steps ------------------------------------------------------------------------------

/// Adds what matches of the runs that have such steps of rows before `before`, down to `until`.
/// Stop: there may be more.
Result<Visit> RunFinder::gather(StepRow before, StepRow until, Enough enough)
{
    Runs runs;
    Result<> status = Success{};
    Visit end = Visit::On;
    const auto visit = [&](StepRow step) {
        if (step < until)
            return Visit::Stop;
        m_last = step;
        status = note(step, runs);
        if (status && runs.size() >= std::min(kBatch, enough.runs))
            status = lookAt(std::exchange(runs, {}));
        if (!status || m_found.size() >= enough.runs || ++m_visited >= enough.steps)
            end = Visit::Stop;
        return end;
    };
    if (auto gone = m_steps->forEach(before, std::numeric_limits<int>::max(), visit); !gone)
        return gone.error();
    if (status)
        status = lookAt(runs);
    return status ? Result(end) : Result<Visit>(status.error());
}

/// Adds the run of a step to those to be looked at.
Result<> RunFinder::note(StepRow step, Runs &runs)
{
    if (!m_runOfStep.isValid()) {
        auto statement = m_connection.prepare(
            "SELECT e.started_at, e.uuid, e.id FROM execution_steps s CROSS JOIN executions e "
            "ON e.id = s.execution_id WHERE s.id = ?1");
        if (!statement)
            return statement.error();
        m_runOfStep = std::move(*statement);
    }
    const StatementScope scope(m_runOfStep);
    switch (m_runOfStep.bind(1, step.value).step()) {
    case Statement::Step::Failed:
        return m_runOfStep.lastError().toError();
    case Statement::Step::Done:
        return Success{};
    case Statement::Step::Row:
        break;
    }
    const Run run = runFrom(m_runOfStep);
    if (m_seen.insert(run.row.value).second && (!m_after || run.place() < *m_after))
        runs.push_back(run);
    return Success{};
}

/// Adds those that match.
Result<> RunFinder::lookAt(const Runs &runs)
{
    std::vector<StepRow> rows;
    for (const Run &run : runs)
        rows.push_back({run.row.value});
    auto next = runs.begin();
    const auto take = [&](StepRow row) { // in the order of `runs`
        while (next->row.value != row.value)
            ++next;
        m_found.push_back(*next);
        return Visit::On;
    };
    Visit last = Visit::On;
    return m_look.listed(rows, take, last);
}

/// Adds the runs that come before that one and have steps which were not gone through: at or above
/// `start`, and below the last. False: there are too many runs to tell.
Result<bool> RunFinder::addThoseBetween(Run last, StepRow start)
{
    const ReadSnapshot snapshot(m_connection);
    auto runs = unseenBefore(last);
    if (!runs)
        return runs.error();
    if (!*runs)
        return false;
    auto elsewhere = withStepsElsewhere(std::move(**runs), start);
    if (!elsewhere)
        return elsewhere.error();
    if (auto looked = lookAt(*elsewhere); !looked)
        return looked.error();
    return true;
}

/// Runs that come before that one and after the place where the page begins, but for those that
/// were seen. Nothing when there are too many.
Result<std::optional<RunFinder::Runs>> RunFinder::unseenBefore(const Run &last)
{
    auto runs = m_connection.prepare(
        QByteArray("SELECT started_at, uuid, id FROM executions WHERE purge_at IS NULL AND "
                   "(started_at, uuid) > (?2, ?3)") +
        (m_after ? " AND (started_at, uuid) < (?4, ?5)" : "") + " LIMIT ?1");
    if (!runs)
        return runs.error();
    runs->bind(1, kMaxBetween).bind(2, last.startedAt).bind(3, last.id.uuid());
    if (m_after)
        runs->bind(4, m_after->first).bind(5, m_after->second.uuid());
    Runs unseen;
    qint64 count = 0;
    Statement::Step step = runs->step();
    for (; step == Statement::Step::Row; step = runs->step(), ++count) {
        if (!m_seen.contains(runs->integer(2)))
            unseen.push_back(runFrom(*runs));
    }
    if (step == Statement::Step::Failed)
        return runs->lastError().toError();
    return count < kMaxBetween ? std::optional(std::move(unseen)) : std::optional<Runs>();
}

/// Those of the runs that have a step at or above `start` or below the last that was visited.
Result<RunFinder::Runs> RunFinder::withStepsElsewhere(Runs runs, StepRow start)
{
    std::ranges::sort(runs, {}, &Run::row);
    auto with = m_connection.prepare(
        "SELECT DISTINCT execution_id FROM execution_steps INDEXED BY steps_by_run "
        "WHERE execution_id BETWEEN ?1 AND ?2 AND (id < ?3 OR id >= ?4)");
    if (!with)
        return with.error();
    with->bind(3, m_last.value).bind(4, start.value);
    Runs found;
    for (auto first = runs.begin(); first != runs.end();) {
        const auto next = std::adjacent_find(first, runs.end(), [](const Run &a, const Run &b) {
            return b.row.value - a.row.value > kMaxGap;
        });
        const auto end = next == runs.end() ? next : next + 1;
        const StatementScope scope(*with);
        with->bind(1, first->row.value).bind(2, (end - 1)->row.value);
        Statement::Step step = with->step();
        for (; step == Statement::Step::Row; step = with->step()) {
            const ExecutionRow row{with->integer(0)};
            const auto run = std::ranges::lower_bound(first, end, row, {}, &Run::row);
            if (run != end && run->row == row)
                found.push_back(*run);
        }
        if (step == Statement::Step::Failed)
            return with->lastError().toError();
        first = end;
    }
    return found;
}

const RunFinder::Runs &RunFinder::newest(std::size_t count)
{
    std::ranges::sort(m_found, std::ranges::greater(), &Run::place);
    if (m_found.size() > count)
        m_found.resize(count);
    return m_found;
}

RunFinder::Rows RunFinder::rowsOf(const Runs &runs)
{
    Rows rows;
    for (const Run &run : runs)
        rows.push_back(run.row);
    return rows;
}

RunFinder::Run RunFinder::runFrom(const Statement &s)
{
    return {s.integer(0), ExecutionId(s.uuid(1).value_or(Uuid())), {s.integer(2)}};
}

} // namespace xray::store
