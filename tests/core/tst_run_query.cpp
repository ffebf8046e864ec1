// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/core/run_query.h>

#include <QTest>

#include <algorithm>

using namespace xray;

namespace {

Execution run(qint64 row, TimeNs startedAt)
{
    Execution run;
    run.row = ExecutionRow{row};
    Uuid::Bytes bytes{};
    bytes[15] = static_cast<std::uint8_t>(row);
    run.id = ExecutionId(Uuid(bytes));
    run.pipelineName = QStringLiteral("shop");
    run.environment = QStringLiteral("prod");
    run.startedAt = startedAt;
    return run;
}

/// The rows of the runs in the order of `sort`.
QString sorted(const std::vector<Execution> &runs, RunSort sort)
{
    std::vector<RunPosition> positions;
    for (const Execution &r : runs)
        positions.push_back(positionOf(r, sort.key));
    std::ranges::sort(positions, [&](const RunPosition &a, const RunPosition &b) {
        return standsBefore(a, b, sort);
    });
    QStringList rows;
    for (const RunPosition &position : positions)
        rows += QString::number(position.row.value);
    return rows.join(u' ');
}

} // namespace

class TestRunQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyFilterLetsEverythingThrough();
    void everyConditionMustHold();
    void aTimeRangeExcludesItsEnd();
    void newestFirstWithTiesById();
    void oldestFirstIsTheExactReverse();
    void equalValuesStandNewestFirstInBothOrders();
    void anAbsentDurationSortsBelowZero();
    void namesSortAsText();
    void runsOfASessionStandTogether();
    void nothingStandsBeforeItself();
};

void TestRunQuery::anEmptyFilterLetsEverythingThrough()
{
    QVERIFY(RunFilter{}.isEmpty());
    QVERIFY(matchesWithoutText({}, run(1, 10)));
}

void TestRunQuery::everyConditionMustHold()
{
    Execution shop = run(1, 10);
    shop.session = QStringLiteral("s-1");
    shop.status = RunStatus::Failed;
    RunFilter filter;
    filter.pipelines = {QStringLiteral("other"), QStringLiteral("shop")};
    filter.environments = {QStringLiteral("prod")};
    filter.statuses = {RunStatus::Failed};
    filter.session = QStringLiteral("s-1");
    QVERIFY(matchesWithoutText(filter, shop));
    filter.session = QStringLiteral("s");
    QVERIFY(!matchesWithoutText(filter, shop));
    filter.session.clear();
    filter.statuses = {RunStatus::Running, RunStatus::Completed};
    QVERIFY(!matchesWithoutText(filter, shop));
    filter.statuses.clear();
    filter.environments = {QStringLiteral("dev")};
    QVERIFY(!matchesWithoutText(filter, shop));
    QVERIFY(!filter.isEmpty());
}

void TestRunQuery::aTimeRangeExcludesItsEnd()
{
    RunFilter filter;
    filter.startedFrom = 10;
    filter.startedTo = 20;
    QVERIFY(!matchesWithoutText(filter, run(1, 9)));
    QVERIFY(matchesWithoutText(filter, run(1, 10)));
    QVERIFY(matchesWithoutText(filter, run(1, 19)));
    QVERIFY(!matchesWithoutText(filter, run(1, 20)));
}

void TestRunQuery::newestFirstWithTiesById()
{
    QCOMPARE(sorted({run(1, 10), run(2, 30), run(3, 20), run(4, 20)}, {}),
             QStringLiteral("2 4 3 1"));
}

void TestRunQuery::oldestFirstIsTheExactReverse()
{
    QCOMPARE(sorted({run(1, 10), run(2, 30), run(3, 20), run(4, 20)},
                    {RunSortKey::Started, SortOrder::Ascending}),
             QStringLiteral("1 3 4 2"));
}

void TestRunQuery::equalValuesStandNewestFirstInBothOrders()
{
    std::vector<Execution> runs{run(1, 10), run(2, 30), run(3, 20)};
    runs[0].errorCount = 5;
    QCOMPARE(sorted(runs, {RunSortKey::Errors, SortOrder::Descending}), QStringLiteral("1 2 3"));
    QCOMPARE(sorted(runs, {RunSortKey::Errors, SortOrder::Ascending}), QStringLiteral("2 3 1"));
}

void TestRunQuery::anAbsentDurationSortsBelowZero()
{
    std::vector<Execution> runs{run(1, 10), run(2, 10), run(3, 10)};
    runs[0].duration = 0;
    runs[2].duration = 100;
    QCOMPARE(sorted(runs, {RunSortKey::Duration, SortOrder::Descending}), QStringLiteral("3 1 2"));
}

void TestRunQuery::namesSortAsText()
{
    std::vector<Execution> runs{run(1, 10), run(2, 10), run(3, 10)};
    runs[0].pipelineName = QStringLiteral("b");
    runs[1].pipelineName = QStringLiteral("c");
    runs[2].pipelineName = QStringLiteral("a");
    QCOMPARE(sorted(runs, {RunSortKey::Pipeline, SortOrder::Ascending}), QStringLiteral("3 1 2"));
    QCOMPARE(sorted(runs, {RunSortKey::Pipeline, SortOrder::Descending}), QStringLiteral("2 1 3"));
}

void TestRunQuery::runsOfASessionStandTogether()
{
    std::vector<Execution> runs{run(1, 10), run(2, 20), run(3, 30), run(4, 40), run(5, 50)};
    runs[0].session = runs[2].session = QStringLiteral("s-2");
    runs[1].session = runs[4].session = QStringLiteral("s-1");
    QCOMPARE(sorted(runs, {RunSortKey::Session, SortOrder::Descending}),
             QStringLiteral("3 1 5 2 4"));
}

void TestRunQuery::nothingStandsBeforeItself()
{
    for (const SortOrder order : {SortOrder::Ascending, SortOrder::Descending}) {
        for (const RunSortKey key :
             {RunSortKey::Started, RunSortKey::Duration, RunSortKey::Status}) {
            const RunPosition position = positionOf(run(1, 10), key);
            QVERIFY(!standsBefore(position, position, {key, order}));
        }
    }
}

QTEST_APPLESS_MAIN(TestRunQuery)
#include "tst_run_query.moc"
