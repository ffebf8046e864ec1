// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/store/store_fixture.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <random>
#include <set>

using namespace xray;
using namespace xray::test;

class TestStoreReading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySortOrderIsTheOneOfStandsBefore_data();
    void everySortOrderIsTheOneOfStandsBefore();
    void filtersLetThroughWhatTheySay();
    void aTextIsFoundInPayloadsWhateverItsCase();
    void aTextIsNotFoundInKeysOrNumbers();
    void anIdThatWasPastedFindsItsRun();
    void pagesCoverEveryRunOnceWhileNewOnesArrive();
    void stepPagesCoverEveryStepOnceInOrder();
    void aStepPageEndsWhenItsPayloadsAreLarge();
    void aRunPageEndsWhenItsMetadataIsLarge();
    void listsLeaveContentsOut();
    void errorPagesCoverEveryErrorOnceInOrder();
    void changedEntitiesEndWithAWholeRevision();
    void aRefreshedSnapshotEqualsAFreshOne();
    void aRefreshSharesTheChunksThatDidNotChange();
    void metricHistoryIsOfTheSameStepOnly();
    void facetsAndTotalsCountWhatIsThere();
    void aCancelledQuestionIsAnsweredAsCancelled();
    void theFeedTellsOfEveryCommit();
    void theFeedNamesARunThatWasDeleted();
};

namespace {

/// A store with `count` runs whose fields collide often, so that ties are tried.
void fill(StoreFixture &fixture, int count)
{
    std::mt19937 random(1);
    const char *pipelines[] = {"alpha", "Beta", "gamma"};
    const char *environments[] = {"prod", "dev", ""};
    std::vector<Event> events;
    for (int i = 0; i < count; ++i) {
        const auto run = ExecutionId::newV7();
        ExecutionEvent start = startEvent(run, pipelines[random() % 3]);
        if (const char *environment = environments[random() % 3]; *environment != '\0')
            start.environment = QByteArray(environment);
        start.startedAt = TimeNs(1'700'000'000 + static_cast<TimeNs>(random() % 20)) * kNsPerSecond;
        if (random() % 2) {
            start.duration = static_cast<DurationNs>(random() % 5) * kNsPerSecond;
            start.status = random() % 2 ? RunStatus::Completed : RunStatus::Failed;
        }
        events.emplace_back(start);
        for (unsigned step = 0; step < random() % 3; ++step)
            events.emplace_back(stepEvent(run));
        for (unsigned error = 0; error < random() % 3; ++error)
            events.emplace_back(errorEvent(run));
    }
    QVERIFY(fixture.submit(std::move(events)).status);
}

std::vector<ExecutionRow> rowsOf(store::Store &store, const RunQuery &query)
{
    const auto order = StoreFixture::wait(store.runOrder(query, {}));
    return order ? (*order)->rows : std::vector<ExecutionRow>{};
}

} // namespace

void TestStoreReading::everySortOrderIsTheOneOfStandsBefore_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("order");
    for (int key = 0; key <= static_cast<int>(RunSortKey::Status); ++key) {
        for (int order = 0; order < 2; ++order)
            QTest::addRow("key %d order %d", key, order) << key << order;
    }
}

void TestStoreReading::everySortOrderIsTheOneOfStandsBefore()
{
    QFETCH(const int, key);
    QFETCH(const int, order);
    StoreFixture fixture;
    fixture.open();
    fill(fixture, 120);
    const RunSort sort{static_cast<RunSortKey>(key), static_cast<SortOrder>(order)};
    const auto answer = StoreFixture::wait(fixture.store().runOrder({{}, sort}, {}));
    QVERIFY(answer);
    const auto runs = StoreFixture::wait(fixture.store().runsByRow((*answer)->rows, {}));
    QCOMPARE((*runs)->size(), std::size_t(120));
    std::vector<RunPosition> positions;
    for (const Execution &run : **runs)
        positions.push_back(positionOf(run, sort.key));
    for (std::size_t i = 0; i < positions.size(); ++i) {
        if (i > 0)
            QVERIFY2(standsBefore(positions[i - 1], positions[i], sort),
                     qPrintable(QString::number(i)));
        if ((*answer)->texts.empty())
            QCOMPARE((*answer)->numbers[i], positions[i].number);
        else
            QCOMPARE((*answer)->texts[i], positions[i].text);
    }
}

void TestStoreReading::filtersLetThroughWhatTheySay()
{
    StoreFixture fixture;
    fixture.open();
    fill(fixture, 120);
    const auto all = rowsOf(fixture.store(), {});
    RunFilter filters[6];
    filters[0].pipelines = QStringList{QStringLiteral("alpha")};
    filters[1].environments = QStringList{QString()};
    filters[2].statuses = {RunStatus::Failed, RunStatus::Running};
    filters[3].startedFrom = 1'700'000'010 * kNsPerSecond;
    filters[4].startedTo = 1'700'000'010 * kNsPerSecond;
    filters[5] = filters[2];
    filters[5].pipelines = QStringList{QStringLiteral("alpha"), QStringLiteral("Beta")};
    for (const RunFilter &filter : filters) {
        const auto runs = StoreFixture::wait(fixture.store().runsByRow(all, {}));
        std::vector<ExecutionRow> expected;
        for (const Execution &run : **runs) {
            if (matchesWithoutText(filter, run))
                expected.push_back(run.row);
        }
        QVERIFY(!expected.empty() && expected.size() < all.size());
        QVERIFY(rowsOf(fixture.store(), {filter, {}}) == expected);
        const auto matching = StoreFixture::wait(fixture.store().matchingRuns(filter, all, {}));
        QCOMPARE((*matching)->size(), expected.size());
    }
}

void TestStoreReading::aTextIsFoundInPayloadsWhateverItsCase()
{
    StoreFixture fixture;
    fixture.open();
    const auto apple = ExecutionId::newV7();
    const auto german = ExecutionId::newV7();
    const auto other = ExecutionId::newV7();
    const StepEvent why =
        stepEvent(apple, "f", StepType::Filter,
                  R"({"reason":"Excluded item 'MacBook Stand' because it contains \"Apple\""})");
    const StepEvent escaped =
        stepEvent(german, "f", StepType::Filter, R"({"deep":[{"a":"GR\u00dcSSE\nan alle"}]})");
    QVERIFY(fixture
                .submit({startEvent(apple), startEvent(german), startEvent(other), why, escaped,
                         stepEvent(other), errorEvent(other, "Zeitüberschreitung")})
                .status);
    const auto found = [&](const char *text) {
        RunQuery query;
        query.filter.text = QString::fromUtf8(text);
        std::vector<ExecutionId> ids;
        const auto runs =
            StoreFixture::wait(fixture.store().runsByRow(rowsOf(fixture.store(), query), {}));
        for (const Execution &run : **runs)
            ids.push_back(run.id);
        return ids;
    };
    QVERIFY(found("macbook STAND") == std::vector{apple});
    QVERIFY(found("\"excluded item 'macbook\"") == std::vector{apple});
    QVERIFY(found("apple macbook") == std::vector{apple});
    QVERIFY(found("apple alle").empty());
    QVERIFY(found("grüsse") == std::vector{german});
    QVERIFY(found("ZEITÜBER") == std::vector{other});
    QVERIFY(found("nowhere").empty());
    QCOMPARE(found(" \" ").size(), std::size_t(3));
}

void TestStoreReading::aTextIsNotFoundInKeysOrNumbers()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture
                .submit({startEvent(run), stepEvent(run, "f", StepType::Filter,
                                                    R"({"secret_key":12345,"flag":true})")})
                .status);
    for (const char *text : {"secret_key", "12345", "true"}) {
        RunQuery query;
        query.filter.text = QLatin1String(text);
        QVERIFY2(rowsOf(fixture.store(), query).empty(), text);
    }
}

void TestStoreReading::anIdThatWasPastedFindsItsRun()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    StepEvent step = stepEvent(run);
    step.id = StepId::newV7();
    QVERIFY(fixture.submit({startEvent(run), startEvent(ExecutionId::newV7()), step}).status);
    for (const QString &id : {run.toString(), step.id->toString().toUpper()}) {
        RunQuery query;
        query.filter.text = id;
        QCOMPARE(rowsOf(fixture.store(), query).size(), std::size_t(1));
    }
}

void TestStoreReading::pagesCoverEveryRunOnceWhileNewOnesArrive()
{
    StoreFixture fixture;
    fixture.open();
    fill(fixture, 95);
    std::set<ExecutionId> seen;
    RunPageQuery query;
    query.limit = 10;
    TimeNs last = std::numeric_limits<TimeNs>::max();
    for (;;) {
        const auto page = StoreFixture::wait(fixture.store().runPage(query, {}));
        QVERIFY(page);
        for (const Execution &run : (*page)->runs) {
            QVERIFY(seen.insert(run.id).second);
            QVERIFY(run.startedAt <= last);
            last = run.startedAt;
        }
        QVERIFY(fixture.put(startEvent(ExecutionId::newV7()))); // newer than every page
        if (!(*page)->more)
            break;
        query.after = {{(*page)->runs.back().startedAt, (*page)->runs.back().id}};
    }
    QCOMPARE(seen.size(), std::size_t(95));
}

void TestStoreReading::stepPagesCoverEveryStepOnceInOrder()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    std::vector<Event> events{startEvent(run)};
    for (int i = 0; i < 57; ++i) {
        StepEvent step = stepEvent(run);
        step.index = qint64(1 + (i * 7) % 20); // ties
        step.input = QByteArray(R"({"n":1})");
        events.emplace_back(step);
    }
    QVERIFY(fixture.submit(std::move(events)).status);
    StepPageQuery query{run, true, 10, {}};
    std::vector<std::pair<qint64, StepRow>> seen;
    for (;;) {
        const auto page = StoreFixture::wait(fixture.store().stepPage(query, {}));
        QVERIFY(page);
        for (const StepDetail &detail : (*page)->steps) {
            seen.emplace_back(detail.step.index, detail.step.row);
            QCOMPARE(detail.payloads.input, QByteArray(R"({"n":1})"));
        }
        if (!(*page)->more)
            break;
        query.after = seen.back();
    }
    QCOMPARE(seen.size(), std::size_t(57));
    QVERIFY(std::ranges::is_sorted(seen));
    const auto missing =
        StoreFixture::wait(fixture.store().stepPage({ExecutionId::newV7(), true, 10, {}}, {}));
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
}

void TestStoreReading::aStepPageEndsWhenItsPayloadsAreLarge()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    std::vector<Event> events{startEvent(run)};
    for (int i = 0; i < 5; ++i) {
        StepEvent step = stepEvent(run);
        step.input = "{\"a\":\"" + QByteArray(1000, 'x') + "\"}";
        events.emplace_back(step);
    }
    QVERIFY(fixture.submit(std::move(events)).status);
    StepPageQuery query{run, true, 10, {}};
    query.maxPayloadBytes = 1500;
    const auto page = StoreFixture::wait(fixture.store().stepPage(query, {}));
    QCOMPARE((*page)->steps.size(), std::size_t(2));
    QVERIFY((*page)->more);
    query.withPayloads = false;
    const auto bare = StoreFixture::wait(fixture.store().stepPage(query, {}));
    QCOMPARE((*bare)->steps.size(), std::size_t(5));
    QVERIFY(!(*bare)->more);
}

namespace {

/// Runs of a kilobyte of metadata each, in one transaction.
std::vector<ExecutionId> putLargeRuns(StoreFixture &fixture, int count)
{
    std::vector<ExecutionId> ids;
    std::vector<Event> events;
    for (int i = 0; i < count; ++i) {
        ids.push_back(ExecutionId::newV7());
        ExecutionEvent start = startEvent(ids.back());
        start.trigger = JsonText(R"("api")");
        start.metadata = JsonText("{\"a\":\"" + QByteArray(1000, 'x') + "\"}");
        events.emplace_back(start);
    }
    const bool stored = bool(fixture.submit(std::move(events)).status);
    return stored ? ids : std::vector<ExecutionId>();
}

} // namespace

void TestStoreReading::aRunPageEndsWhenItsMetadataIsLarge()
{
    StoreFixture fixture;
    fixture.open();
    QCOMPARE(putLargeRuns(fixture, 5).size(), std::size_t(5));
    RunPageQuery query;
    query.maxContentBytes = 1500;
    std::vector<std::size_t> sizes;
    for (bool more = true; more;) {
        const auto page = StoreFixture::wait(fixture.store().runPage(query, {}));
        QVERIFY(page);
        sizes.push_back((*page)->runs.size());
        more = (*page)->more;
        query.after = {{(*page)->runs.back().startedAt, (*page)->runs.back().id}};
    }
    QCOMPARE(sizes, (std::vector<std::size_t>{2, 2, 1}));
}

void TestStoreReading::listsLeaveContentsOut()
{
    StoreFixture fixture;
    fixture.open();
    const auto ids = putLargeRuns(fixture, 1);
    const auto whole = StoreFixture::wait(fixture.store().runById(ids.at(0), {}));
    QVERIFY((*whole)->metadata.size() > 1000);
    Execution line = **whole;
    line.trigger.clear();
    line.metadata.clear();
    const auto byRow = StoreFixture::wait(fixture.store().runsByRow({line.row}, {}));
    QCOMPARE(**byRow, std::vector<Execution>{line});
    const auto matching = StoreFixture::wait(fixture.store().matchingRuns({}, {line.row}, {}));
    QCOMPARE(**matching, std::vector<Execution>{line});
    RunPageQuery query;
    query.withContents = false;
    query.maxContentBytes = 1;
    const auto page = StoreFixture::wait(fixture.store().runPage(query, {}));
    QCOMPARE((*page)->runs, std::vector<Execution>{line});
}

void TestStoreReading::errorPagesCoverEveryErrorOnceInOrder()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    std::vector<Event> events{startEvent(run)};
    for (int i = 0; i < 23; ++i) {
        ErrorEvent error = errorEvent(run, "it broke again");
        error.occurredAt = TimeNs(i * 7 % 5); // ties
        events.emplace_back(error);
    }
    QVERIFY(fixture.submit(std::move(events)).status);
    ErrorPageQuery query{run, {}};
    query.maxBytes = 100;
    std::vector<TimeNs> times;
    std::set<ErrorId> ids;
    for (bool more = true; more;) {
        const auto page = StoreFixture::wait(fixture.store().errorPage(query, {}));
        QVERIFY(page && !(*page)->errors.empty() && (*page)->errors.size() < 10);
        for (const ExecutionError &error : (*page)->errors) {
            times.push_back(error.occurredAt);
            ids.insert(error.id);
        }
        more = (*page)->more;
        query.after = {{times.back(), (*page)->errors.back().id}};
    }
    QCOMPARE(times.size(), std::size_t(23));
    QCOMPARE(ids.size(), std::size_t(23));
    QVERIFY(std::ranges::is_sorted(times));
    const auto missing =
        StoreFixture::wait(fixture.store().errorPage({ExecutionId::newV7(), {}}, {}));
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
}

void TestStoreReading::changedEntitiesEndWithAWholeRevision()
{
    StoreFixture fixture;
    fixture.open();
    const Revision begin = **StoreFixture::wait(fixture.store().revision({}));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(putLargeRuns(fixture, 4).size(), std::size_t(4));
    const auto batch = StoreFixture::wait(fixture.store().changesSince(begin, 100, {}));
    QVERIFY(batch);
    const auto some =
        StoreFixture::wait(fixture.store().changedEntities((*batch)->changes, 5000, {}));
    QCOMPARE((*some)->runs.size(), std::size_t(8)); // 4 are not enough
    QVERIFY((*some)->to < (*batch)->to);
    const auto rest = StoreFixture::wait(fixture.store().changesSince((*some)->to, 100, {}));
    const auto last =
        StoreFixture::wait(fixture.store().changedEntities((*rest)->changes, 5000, {}));
    QCOMPARE((*last)->runs.size(), std::size_t(4));
    QCOMPARE((*last)->to, (*batch)->to);
}

void TestStoreReading::aRefreshedSnapshotEqualsAFreshOne()
{
    StoreFixture fixture;
    fixture.open();
    std::mt19937 random(3);
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    RunSnapshotPtr snapshot = *StoreFixture::wait(fixture.store().openRun(run, {}));
    std::vector<StepId> ids;
    for (int round = 0; round < 60; ++round) {
        std::vector<Event> events;
        for (unsigned i = 0; i < 1 + random() % 40; ++i) {
            StepEvent step = stepEvent(run, random() % 2 ? "a" : "b");
            step.id =
                !ids.empty() && random() % 3 == 0 ? ids[random() % ids.size()] : StepId::newV7();
            if (random() % 5 == 0)
                step.index = qint64(1 + random() % 500);
            ids.push_back(*step.id);
            events.emplace_back(step);
        }
        if (random() % 4 == 0)
            events.emplace_back(errorEvent(run));
        QVERIFY(fixture.submit(std::move(events)).status);
        const auto batch =
            StoreFixture::wait(fixture.store().changesSince(snapshot->revision, 10'000, {}));
        std::vector<StepRow> changed;
        for (const Change &change : (*batch)->changes) {
            if (!change.step.isNull())
                changed.push_back(change.step);
        }
        snapshot = *StoreFixture::wait(fixture.store().refreshRun(snapshot, changed, {}));
        const auto fresh = *StoreFixture::wait(fixture.store().openRun(run, {}));
        QCOMPARE(snapshot->steps.size(), fresh->steps.size());
        for (qsizetype i = 0; i < fresh->steps.size(); ++i)
            QVERIFY(snapshot->steps.at(i) == fresh->steps.at(i));
        QVERIFY(snapshot->run == fresh->run);
        QVERIFY(snapshot->errors == fresh->errors);
        QCOMPARE(snapshot->revision, fresh->revision);
    }
}

void TestStoreReading::aRefreshSharesTheChunksThatDidNotChange()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    std::vector<Event> events{startEvent(run)};
    for (int i = 0; i < 5 * StepList::kChunkSize; ++i)
        events.emplace_back(stepEvent(run));
    QVERIFY(fixture.submit(std::move(events)).status);
    const RunSnapshotPtr before = *StoreFixture::wait(fixture.store().openRun(run, {}));
    QVERIFY(fixture.put(stepEvent(run)));
    const auto batch = StoreFixture::wait(fixture.store().changesSince(before->revision, 100, {}));
    std::vector<StepRow> changed;
    for (const Change &change : (*batch)->changes) {
        if (!change.step.isNull())
            changed.push_back(change.step);
    }
    const RunSnapshotPtr after =
        *StoreFixture::wait(fixture.store().refreshRun(before, changed, {}));
    QCOMPARE(after->steps.size(), before->steps.size() + 1);
    for (std::size_t i = 0; i + 1 < before->steps.chunks().size(); ++i)
        QCOMPARE(after->steps.chunks()[i], before->steps.chunks()[i]);
}

void TestStoreReading::metricHistoryIsOfTheSameStepOnly()
{
    StoreFixture fixture;
    fixture.open();
    std::vector<Event> events;
    for (int i = 0; i < 30; ++i) {
        const auto run = ExecutionId::newV7();
        events.emplace_back(startEvent(run, i % 3 ? "wanted" : "other"));
        const QByteArray reasoning = "{\"confidence\":" + QByteArray::number(i) + "}";
        events.emplace_back(stepEvent(run, "rank", StepType::Ranking, reasoning.constData()));
        events.emplace_back(stepEvent(run, "rank2", StepType::Ranking, reasoning.constData()));
    }
    QVERIFY(fixture.submit(std::move(events)).status);
    MetricHistoryQuery query{QStringLiteral("wanted"), QStringLiteral("rank"), StepType::Ranking,
                             QStringLiteral("confidence"), 1000};
    const auto all = StoreFixture::wait(fixture.store().metricHistory(query, {}));
    QCOMPARE((*all)->values.size(), std::size_t(20));
    QCOMPARE((*all)->values.front(), 1.0); // oldest first
    QCOMPARE((*all)->values.back(), 29.0);
    QVERIFY(!(*all)->capped);
    query.limit = 5;
    const auto newest = StoreFixture::wait(fixture.store().metricHistory(query, {}));
    QVERIFY((*newest)->values == (std::vector<double>{23, 25, 26, 28, 29}));
    QVERIFY((*newest)->capped);
    query.metric = QStringLiteral("no_such_metric");
    QVERIFY((*StoreFixture::wait(fixture.store().metricHistory(query, {})))->values.empty());
}

void TestStoreReading::facetsAndTotalsCountWhatIsThere()
{
    StoreFixture fixture;
    fixture.open();
    fill(fixture, 60);
    const auto facets = StoreFixture::wait(fixture.store().facets({}));
    qint64 runs = 0;
    for (const auto &entry : (*facets)->pipelines)
        runs += entry.count;
    QCOMPARE(runs, 60);
    QCOMPARE((*facets)->pipelines.size(), std::size_t(3));
    QCOMPARE((*facets)->statuses.size(), std::size_t(kRunStatusCount));
    const auto totals = StoreFixture::wait(fixture.store().totals({}));
    QCOMPARE((*totals)->runs, 60);
    QCOMPARE((*totals)->steps,
             fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")));
    QVERIFY((*totals)->fileBytes > 0);
}

void TestStoreReading::aCancelledQuestionIsAnsweredAsCancelled()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    std::vector<Event> events{startEvent(run)};
    const QByteArray text = "{\"t\":\"" + QByteArray(20'000, 'x') + "\"}";
    for (int i = 0; i < 500; ++i)
        events.emplace_back(stepEvent(run, "s", StepType::Llm, text.constData()));
    QVERIFY(fixture.submit(std::move(events)).status);
    RunQuery slow;
    slow.filter.text = QStringLiteral("not there");
    const Ticket before;
    before.cancel();
    QCOMPARE(StoreFixture::wait(fixture.store().runOrder(slow, before)).error().code,
             ErrorCode::Cancelled);
    // Cancelled while it waits behind others or runs: either way it says so, and soon.
    std::vector<Ticket> tickets(20);
    std::vector<Answer<RunOrder>> answers;
    for (const Ticket &ticket : tickets)
        answers.push_back(fixture.store().runOrder(slow, ticket));
    for (const Ticket &ticket : tickets)
        ticket.cancel();
    int cancelled = 0;
    for (auto &answer : answers) {
        const auto result = StoreFixture::wait(answer);
        cancelled += !result && result.error().code == ErrorCode::Cancelled;
    }
    QVERIFY(cancelled >= 16); // the first few may have been done already
}

void TestStoreReading::theFeedTellsOfEveryCommit()
{
    StoreFixture fixture;
    fixture.open();
    QList<ChangeBatchPtr> batches;
    connect(&fixture.store().changes(), &ChangeFeed::changed, this,
            [&batches](const ChangeBatchPtr &batch) { batches += batch; });
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    for (int i = 0; i < 30; ++i)
        QVERIFY(fixture.put(stepEvent(run)));
    QTRY_VERIFY(!batches.isEmpty() && batches.last()->to == 31);
    Revision expected = 0;
    std::size_t steps = 0;
    for (const ChangeBatchPtr &batch : std::as_const(batches)) {
        QCOMPARE(batch->from, expected);
        expected = batch->to;
        for (const Change &change : batch->changes)
            steps += !change.step.isNull();
    }
    QCOMPARE(steps, std::size_t(30));
}

void TestStoreReading::theFeedNamesARunThatWasDeleted()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    const auto before = StoreFixture::wait(fixture.store().revision({}));
    QVERIFY(fixture.put(DeleteEvent{.id = run}));
    const auto batch = StoreFixture::wait(fixture.store().changesSince(**before, 10, {}));
    QCOMPARE((*batch)->changes.size(), std::size_t(1));
    QCOMPARE((*batch)->changes.front().kind, ChangeKind::Deleted);
    QCOMPARE((*batch)->changes.front().deletedRun, run);
}

QTEST_GUILESS_MAIN(TestStoreReading)
#include "tst_store_reading.moc"
