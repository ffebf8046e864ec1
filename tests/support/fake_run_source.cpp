// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_run_source.h"

#include <algorithm>

namespace xray::test {

namespace {

Error notFound()
{
    return {ErrorCode::NotFound, QStringLiteral("It is not there.")};
}

template<class Map, class Key>
auto valueOr404(const Map &map, const Key &key) -> Result<typename Map::mapped_type>
{
    const auto it = map.find(key);
    if (it == map.end())
        return notFound();
    return it->second;
}

} // namespace

template<class T>
Answer<T> FakeRunSource::later(const QString &call, const Ticket &ticket,
                               std::function<Result<T>()> work)
{
    calls += call;
    auto promise = std::make_shared<QPromise<Result<std::shared_ptr<const T>>>>();
    promise->start();
    auto answer = [this, promise, ticket, work = std::move(work)] {
        auto result = failure ? Result<T>(*failure) : work();
        if (ticket.isCancelled())
            result = Error{ErrorCode::Cancelled, QStringLiteral("Cancelled.")};
        if (result)
            promise->addResult(std::make_shared<const T>(*std::move(result)));
        else
            promise->addResult(result.error());
        promise->finish();
    };
    if (answering == Answering::AtOnce)
        answer();
    else
        m_waiting.push_back(std::move(answer));
    return promise->future();
}

void FakeRunSource::answerNext()
{
    Q_ASSERT(!m_waiting.empty());
    const auto answer = std::move(m_waiting.front());
    m_waiting.pop_front();
    answer();
}

void FakeRunSource::answerAll()
{
    while (!m_waiting.empty())
        answerNext();
}

void FakeRunSource::answerLast()
{
    Q_ASSERT(!m_waiting.empty());
    const auto answer = std::move(m_waiting.back());
    m_waiting.pop_back();
    answer();
}

ChangeBatchPtr FakeRunSource::changeOf(const std::vector<ExecutionRow> &rows, ChangeKind kind)
{
    auto batch = std::make_shared<ChangeBatch>();
    for (const ExecutionRow row : rows)
        batch->changes.push_back({.revision = 0, .execution = row, .step = {}, .kind = kind});
    return batch;
}

const Execution *FakeRunSource::find(ExecutionRow row) const
{
    const auto it = std::ranges::find(runs, row, &Execution::row);
    return it == runs.end() ? nullptr : &*it;
}

bool FakeRunSource::lets(const RunFilter &filter, const Execution &run)
{
    return matchesWithoutText(filter, run) &&
           (filter.text.isEmpty() || run.title.contains(filter.text, Qt::CaseInsensitive) ||
            run.pipelineName.contains(filter.text, Qt::CaseInsensitive));
}

Answer<RunOrder> FakeRunSource::runOrder(RunQuery query, Ticket ticket)
{
    return later<RunOrder>(QStringLiteral("runOrder"), ticket, [this, query]() -> Result<RunOrder> {
        std::vector<RunPosition> positions;
        for (const Execution &run : runs)
            if (lets(query.filter, run))
                positions.push_back(positionOf(run, query.sort.key));
        std::ranges::sort(positions, [&query](const RunPosition &a, const RunPosition &b) {
            return standsBefore(a, b, query.sort);
        });
        RunOrder order;
        order.query = query;
        for (const RunPosition &position : positions) {
            order.rows.push_back(position.row);
            order.numbers.push_back(position.number);
            order.texts.push_back(position.text);
        }
        return order;
    });
}

Answer<std::vector<Execution>> FakeRunSource::runsByRow(std::vector<ExecutionRow> rows,
                                                        Ticket ticket)
{
    const auto call = QStringLiteral("runsByRow %1").arg(rows.size());
    return later<std::vector<Execution>>(call, ticket, [this, rows]() {
        std::vector<Execution> found;
        for (const ExecutionRow row : rows)
            if (const Execution *run = find(row))
                found.push_back(*run);
        return Result(found);
    });
}

Answer<std::vector<Execution>>
FakeRunSource::matchingRuns(RunFilter filter, std::vector<ExecutionRow> rows, Ticket ticket)
{
    const auto call = QStringLiteral("matchingRuns %1").arg(rows.size());
    return later<std::vector<Execution>>(call, ticket, [this, filter, rows]() {
        std::vector<Execution> found;
        for (const ExecutionRow row : rows)
            if (const Execution *run = find(row); run && lets(filter, *run))
                found.push_back(*run);
        return Result(found);
    });
}

Answer<Execution> FakeRunSource::runById(ExecutionId id, Ticket ticket)
{
    return later<Execution>(QStringLiteral("runById"), ticket, [this, id]() -> Result<Execution> {
        const auto it = std::ranges::find(runs, id, &Execution::id);
        if (it == runs.end())
            return notFound();
        return *it;
    });
}

Answer<RunSnapshot> FakeRunSource::openRun(ExecutionId id, Ticket ticket)
{
    return later<RunSnapshot>(QStringLiteral("openRun"), ticket,
                              [this, id]() -> Result<RunSnapshot> {
                                  auto snapshot = valueOr404(snapshots, id);
                                  if (!snapshot)
                                      return snapshot.error();
                                  return **snapshot;
                              });
}

Answer<RunSnapshot> FakeRunSource::refreshRun(RunSnapshotPtr before, std::vector<StepRow>,
                                              Ticket ticket)
{
    return openRun(before->run.id, ticket);
}

Answer<StepDetail> FakeRunSource::stepDetail(StepId id, Ticket ticket)
{
    return later<StepDetail>(QStringLiteral("stepDetail"), ticket,
                             [this, id]() { return valueOr404(details, id); });
}

Answer<MetricHistory> FakeRunSource::metricHistory(MetricHistoryQuery query, Ticket ticket)
{
    return later<MetricHistory>(QStringLiteral("metricHistory"), ticket, [this, query]() {
        MetricHistory answer = history;
        answer.query = query;
        return Result(answer);
    });
}

Answer<RunFacets> FakeRunSource::facets(Ticket ticket)
{
    return later<RunFacets>(QStringLiteral("facets"), ticket,
                            [this]() { return Result(facetsToGive); });
}

Answer<StoreTotals> FakeRunSource::totals(Ticket ticket)
{
    return later<StoreTotals>(QStringLiteral("totals"), ticket,
                              [this]() { return Result(totalsToGive); });
}

Answer<RunPage> FakeRunSource::runPage(RunPageQuery query, Ticket ticket)
{
    return later<RunPage>(QStringLiteral("runPage"), ticket, [this, query]() {
        RunPage page;
        std::ranges::copy_if(runs, std::back_inserter(page.runs),
                             [&query](const Execution &run) { return lets(query.filter, run); });
        std::ranges::sort(page.runs, std::ranges::greater(), &Execution::startedAt);
        page.more = page.runs.size() > static_cast<std::size_t>(query.limit);
        if (page.more)
            page.runs.resize(static_cast<std::size_t>(query.limit));
        return Result(page);
    });
}

Answer<StepPage> FakeRunSource::stepPage(StepPageQuery, Ticket ticket)
{
    return later<StepPage>(QStringLiteral("stepPage"), ticket, []() { return Result(StepPage{}); });
}

Answer<std::vector<StoredSpan>> FakeRunSource::spansOf(ExecutionId, Ticket ticket)
{
    return later<std::vector<StoredSpan>>(QStringLiteral("spansOf"), ticket,
                                          []() { return Result(std::vector<StoredSpan>{}); });
}

Answer<ErrorPage> FakeRunSource::errorPage(ErrorPageQuery, Ticket ticket)
{
    return later<ErrorPage>(QStringLiteral("errorPage"), ticket,
                            []() { return Result(ErrorPage{}); });
}

Answer<ChangeBatch> FakeRunSource::changesSince(Revision since, int, Ticket ticket)
{
    return later<ChangeBatch>(QStringLiteral("changesSince"), ticket, [since]() {
        return Result(ChangeBatch{.from = since, .to = since, .gap = false, .changes = {}});
    });
}

Answer<ChangedEntities> FakeRunSource::changedEntities(std::vector<Change>, qint64, Ticket ticket)
{
    return later<ChangedEntities>(QStringLiteral("changedEntities"), ticket,
                                  []() { return Result(ChangedEntities{}); });
}

Answer<Revision> FakeRunSource::revision(Ticket ticket)
{
    return later<Revision>(QStringLiteral("revision"), ticket,
                           []() { return Result(Revision{1}); });
}

} // namespace xray::test
