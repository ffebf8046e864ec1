// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/items/run_list_model.h>
#include <model/items/run_list_text.h>
#include <tests/support/fake_run_source.h>

#include <QAbstractItemModelTester>
#include <QElapsedTimer>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

using namespace xray;
using namespace xray::items;
using test::FakeRunSource;
using Model = RunListModel;

namespace {

Execution run(int number, const QString &pipeline = QStringLiteral("p"))
{
    Execution run;
    run.row.value = number;
    run.id = ExecutionId::newV7();
    run.pipelineName = pipeline;
    run.title = QString::number(number);
    run.startedAt = number * kNsPerSecond;
    run.status = RunStatus::Running;
    return run;
}

/// A model on a source, both watched by the model tester from before the first row.
struct Bench
{
    FakeRunSource source;
    Model model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
    QSignalSpy resets{&model, &Model::modelReset};

    explicit Bench(int runs, RunQuery query = {})
    {
        for (int number = 1; number <= runs; ++number)
            source.runs.push_back(run(number));
        model.setQuery(query);
        model.setSource(&source);
        load();
    }

    /// Looks at every row until all of them are there.
    void load()
    {
        const auto loaded = [this] {
            bool all = model.state() == Model::State::Ready;
            for (int row = 0; row < model.rowCount(); ++row)
                all = model.at(row) && all;
            return all;
        };
        QTRY_VERIFY(loaded());
    }

    Execution &at(int number)
    {
        return *std::ranges::find(source.runs, number,
                                  [](const Execution &run) { return run.row.value; });
    }

    void change(std::initializer_list<int> numbers, ChangeKind kind = ChangeKind::Upserted)
    {
        std::vector<ExecutionRow> rows;
        for (const int number : numbers)
            rows.push_back({number});
        model.applyChanges(FakeRunSource::changeOf(rows, kind));
    }

    [[nodiscard]] QString text() const
    {
        QStringList titles;
        for (int row = 0; row < model.rowCount(); ++row)
            titles += QString::number(model.storeRow(row).value);
        return titles.join(u' ');
    }
};

RunQuery byPipeline(const QString &pipeline)
{
    RunQuery query;
    query.filter.pipelines = {pipeline};
    return query;
}

} // namespace

class tst_RunListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsTheNewestRunFirst()
    {
        Bench bench(4);
        QCOMPARE(bench.text(), QStringLiteral("4 3 2 1"));
        QCOMPARE(bench.model.at(0)->title, QStringLiteral("4"));
    }

    void aRunThatIsNotLoadedSaysSoAndIsFetchedWithItsPage()
    {
        Bench bench(200);
        bench.model.setSource(nullptr);
        bench.source.calls.clear();
        bench.model.setSource(&bench.source);
        QTRY_COMPARE(bench.model.rowCount(), 200);
        const QModelIndex index = bench.model.index(100);
        QCOMPARE(index.data().toString(), QStringLiteral("Loading…"));
        QVERIFY(index.data(Model::LoadingRole).toBool());
        QTRY_VERIFY(!index.data(Model::LoadingRole).toBool());
        QVERIFY(bench.model.at(70));
        QVERIFY(!bench.source.calls.filter(QStringLiteral("runsByRow")).isEmpty());
    }

    void whatIsAskedForInOneTurnIsFetchedInOneRequest()
    {
        Bench bench(192);
        bench.model.setSource(nullptr);
        bench.model.setSource(&bench.source);
        QTRY_VERIFY(bench.model.at(0));
        bench.source.calls.clear();
        bench.load();
        QCOMPARE(bench.source.calls, QStringList(QStringLiteral("runsByRow 128")));
    }

    void aLongFlightOverTheListFetchesOnlyWhereItEnds()
    {
        Bench bench(2000);
        bench.model.setSource(nullptr);
        bench.model.setSource(&bench.source);
        QTRY_COMPARE(bench.model.rowCount(), 2000);
        bench.source.calls.clear();
        for (int row = 0; row < 2000; row += 10)
            (void)bench.model.index(row).data();
        QTRY_VERIFY(bench.model.at(1990));
        QVERIFY(!bench.model.at(500));
    }

    void aNewRunIsInsertedWhereItBelongs()
    {
        Bench bench(3);
        QSignalSpy inserts(&bench.model, &Model::rowsInserted);
        bench.source.runs.push_back(run(5));
        bench.source.runs.push_back(run(6));
        bench.change({5, 6});
        QTRY_COMPARE(bench.text(), QStringLiteral("6 5 3 2 1"));
        QCOMPARE(inserts.size(), 1);
        QCOMPARE(bench.resets.size(), 2);
    }

    void persistentIndexesFollowTheirRunThroughInsertsAndMoves()
    {
        Bench bench(5, {.filter = {}, .sort = {RunSortKey::Steps, SortOrder::Descending}});
        QCOMPARE(bench.text(), QStringLiteral("5 4 3 2 1"));
        const QPersistentModelIndex second(bench.model.index(bench.model.rowOf(ExecutionRow{2})));
        bench.at(2).stepCount = 9;
        bench.source.runs.push_back(run(6));
        bench.change({2, 6});
        QTRY_COMPARE(bench.text(), QStringLiteral("2 6 5 4 3 1"));
        QCOMPARE(second.row(), 0);
        QCOMPARE(bench.model.at(0)->stepCount, 9);
    }

    void severalRunsMoveInOneTurn()
    {
        Bench bench(6, {.filter = {}, .sort = {RunSortKey::Steps, SortOrder::Ascending}});
        bench.at(6).stepCount = 3;
        bench.at(1).stepCount = 2;
        bench.at(4).stepCount = 1;
        bench.change({6, 1, 4});
        QTRY_COMPARE(bench.text(), QStringLiteral("5 3 2 4 1 6"));
    }

    void aRunThatNoLongerMatchesLeavesAndOneThatDoesComes()
    {
        RunQuery query;
        query.filter.statuses = {RunStatus::Running};
        Bench bench(4, query);
        bench.at(2).status = RunStatus::Completed;
        bench.change({2});
        QTRY_COMPARE(bench.text(), QStringLiteral("4 3 1"));
        bench.at(2).status = RunStatus::Running;
        bench.change({2});
        QTRY_COMPARE(bench.text(), QStringLiteral("4 3 2 1"));
    }

    void aChangeInPlaceIsOneDataChanged()
    {
        Bench bench(4);
        QSignalSpy changes(&bench.model, &Model::dataChanged);
        bench.at(2).status = RunStatus::Failed;
        bench.at(3).status = RunStatus::Failed;
        bench.change({2, 3});
        QTRY_COMPARE(changes.size(), 1);
        QCOMPARE(changes.first().at(0).toModelIndex().row(), 1);
        QCOMPARE(changes.first().at(1).toModelIndex().row(), 2);
        QCOMPARE(bench.model.at(1)->status, RunStatus::Failed);
    }

    void deletedRunsLeaveInOneRemovePerStretch()
    {
        Bench bench(6);
        QSignalSpy removes(&bench.model, &Model::rowsRemoved);
        std::erase_if(bench.source.runs,
                      [](const Execution &r) { return r.row.value >= 2 && r.row.value <= 4; });
        bench.change({2, 3, 4}, ChangeKind::Deleted);
        QCOMPARE(bench.text(), QStringLiteral("6 5 1"));
        QCOMPARE(removes.size(), 1);
    }

    void theFirstChangeShowsAtOnceAndTheRestTogether()
    {
        Bench bench(1);
        bench.source.calls.clear();
        for (int number = 2; number <= 30; ++number) {
            bench.source.runs.push_back(run(number));
            bench.change({number});
        }
        QTRY_COMPARE(bench.model.rowCount(), 30);
        QCOMPARE(bench.source.calls, QStringList({QStringLiteral("matchingRuns 1"),
                                                  QStringLiteral("matchingRuns 28")}));
    }

    void aTurnTakesAtMostTwoThousandRuns()
    {
        Bench bench(0);
        std::vector<ExecutionRow> rows;
        for (int number = 1; number <= 4500; ++number) {
            bench.source.runs.push_back(run(number));
            rows.push_back({number});
        }
        bench.source.calls.clear();
        bench.model.applyChanges(FakeRunSource::changeOf(rows));
        QTRY_COMPARE(bench.model.rowCount(), 4500);
        QCOMPARE(bench.source.calls, QStringList({QStringLiteral("matchingRuns 2000"),
                                                  QStringLiteral("matchingRuns 2000"),
                                                  QStringLiteral("matchingRuns 500")}));
    }

    void aGapReadsTheListAgain()
    {
        Bench bench(2);
        bench.source.runs.push_back(run(3));
        auto batch = std::make_shared<ChangeBatch>();
        batch->gap = true;
        bench.model.applyChanges(batch);
        QTRY_COMPARE(bench.text(), QStringLiteral("3 2 1"));
    }

    void theOldRowsStayUntilTheNewListIsThere()
    {
        Bench bench(3);
        bench.source.answering = FakeRunSource::Answering::WhenTold;
        bench.model.setQuery(byPipeline(QStringLiteral("q")));
        QCOMPARE(bench.model.state(), Model::State::Loading);
        QCOMPARE(bench.model.rowCount(), 3);
        bench.source.answerAll();
        QTRY_COMPARE(bench.model.rowCount(), 0);
        QCOMPARE(bench.model.state(), Model::State::Ready);
    }

    void onlyTheLastOfTwoQueriesIsShown()
    {
        Bench bench(3);
        bench.source.answering = FakeRunSource::Answering::WhenTold;
        bench.model.setQuery(byPipeline(QStringLiteral("q")));
        bench.model.setQuery({});
        bench.model.setQuery(byPipeline(QStringLiteral("p")));
        bench.source.answerAll();
        QTRY_COMPARE(bench.model.state(), Model::State::Ready);
        QCOMPARE(bench.text(), QStringLiteral("3 2 1"));
    }

    void changesDuringALoadAreNotLost()
    {
        Bench bench(2);
        bench.source.answering = FakeRunSource::Answering::WhenTold;
        bench.model.setQuery({.filter = {}, .sort = {RunSortKey::Started, SortOrder::Ascending}});
        bench.source.answerNext();
        bench.source.runs.push_back(run(3));
        bench.change({3});
        QCOMPARE(bench.model.state(), Model::State::Loading);
        bench.source.answering = FakeRunSource::Answering::AtOnce;
        QTRY_COMPARE(bench.text(), QStringLiteral("1 2 3"));
    }

    void anAnswerAfterTheModelIsGoneHurtsNobody()
    {
        FakeRunSource source;
        source.answering = FakeRunSource::Answering::WhenTold;
        {
            Model model;
            model.setSource(&source);
        }
        QCOMPARE(source.waiting(), 1);
        source.answerAll();
        QCoreApplication::processEvents();
        QCOMPARE(source.waiting(), 0);
    }

    void aFailureIsShownAndCanBeRetried()
    {
        Bench bench(2);
        bench.source.failure = Error{ErrorCode::Unavailable, QStringLiteral("The disk is gone.")};
        bench.model.setQuery(byPipeline(QStringLiteral("p")));
        QTRY_COMPARE(bench.model.state(), Model::State::Failed);
        QCOMPARE(bench.model.error().message, QStringLiteral("The disk is gone."));
        bench.source.failure.reset();
        bench.model.retry();
        QTRY_COMPARE(bench.model.state(), Model::State::Ready);
        QCOMPARE(bench.model.rowCount(), 2);
    }

    void aRowWhoseRunIsGoneIsRemoved()
    {
        Bench bench(3);
        bench.source.answering = FakeRunSource::Answering::WhenTold;
        bench.model.setSource(nullptr);
        bench.model.setSource(&bench.source);
        bench.source.answerNext();
        std::erase_if(bench.source.runs, [](const Execution &r) { return r.row.value == 2; });
        bench.source.answering = FakeRunSource::Answering::AtOnce;
        QTRY_COMPARE(bench.text(), QStringLiteral("3 1"));
    }

    void hiddenRunsStayAwayUntilTheyAreShownAgain()
    {
        Bench bench(3);
        const ExecutionId id = bench.at(2).id;
        bench.model.hide({id});
        QCOMPARE(bench.text(), QStringLiteral("3 1"));
        bench.at(2).stepCount = 7;
        bench.change({2});
        bench.model.setQuery({.filter = {}, .sort = {RunSortKey::Started, SortOrder::Ascending}});
        QTRY_COMPARE(bench.text(), QStringLiteral("1 3"));
        bench.model.unhide({id});
        QTRY_COMPARE(bench.text(), QStringLiteral("1 2 3"));
    }

    void aRunThatWasNeverLoadedIsHiddenOnceItIsLearnt()
    {
        Bench bench(3000);
        const Execution deep = bench.at(1500);
        bench.model.learn({deep});
        bench.model.hide({deep.id});
        QCOMPARE(bench.model.rowCount(), 2999);
        QCOMPARE(bench.model.rowOf(deep.row), -1);
        bench.model.unhide({deep.id});
        QTRY_COMPARE(bench.model.rowCount(), 3000);
    }

    void theFirstRowsComeAheadOfALongList()
    {
        FakeRunSource source;
        for (int number = 1; number <= 500; ++number)
            source.runs.push_back(run(number));
        source.answering = FakeRunSource::Answering::WhenTold;
        Model model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFirstRows(Model::FirstRows::Ahead);
        model.setSource(&source);
        model.setQuery({});
        source.answerLast(); // overtakes the list
        QTRY_COMPARE(model.rowCount(), 64);
        QVERIFY(model.isPartial());
        QVERIFY(model.at(0));
        QCOMPARE(model.at(0)->row.value, 500);
        source.answerAll();
        QTRY_COMPARE(model.rowCount(), 500);
        QVERIFY(!model.isPartial());
        QVERIFY(model.at(0)); // still there
    }

    void aLiveFailureLeavesTheListAndSaysSo()
    {
        Bench bench(3);
        bench.load();
        bench.source.failure = Error{ErrorCode::Unavailable, QStringLiteral("The disk is gone.")};
        bench.source.runs.push_back(run(4));
        bench.change({4});
        QTRY_VERIFY(bench.model.problem());
        QCOMPARE(bench.model.state(), Model::State::Ready);
        QCOMPARE(bench.model.rowCount(), 3);
        bench.source.failure.reset();
        bench.model.retry();
        QTRY_COMPARE(bench.model.rowCount(), 4); // what had changed is not forgotten
        QVERIFY(!bench.model.problem());
    }

    void theCountSaysWhatAFilterLeavesOut()
    {
        Bench bench(3);
        bench.model.setTotal(3);
        QCOMPARE(bench.model.countText(), QStringLiteral("3 runs"));
        bench.source.runs.push_back(run(4, QStringLiteral("q")));
        bench.model.setTotal(4);
        bench.model.setQuery(byPipeline(QStringLiteral("q")));
        QTRY_COMPARE(bench.model.countText(), QStringLiteral("showing 1 of 4"));
    }

    void aMillionRunsTakeANewOneInAMoment()
    {
        RunOrder order;
        for (int number = 1'000'000; number > 0; --number) {
            order.rows.push_back({number});
            order.numbers.push_back(number);
        }
        RunListOrder list(order);
        const RunPosition added{.number = 1'000'001, .startedAt = 0, .id = {}, .row = {1'000'001}};
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(list.placeOf(added), 0);
        list.insert(0, std::span(&added, 1));
        QCOMPARE(list.indexesOf(std::vector<ExecutionRow>{{1}}).value({1}), 1'000'000);
        QVERIFY2(timer.elapsed() < 200, qPrintable(QString::number(timer.elapsed())));
    }

    void aRowSaysWhatTheRunWasAbout_data()
    {
        QTest::addColumn<RunStatus>("status");
        QTest::addColumn<int>("errors");
        QTest::addColumn<QString>("subtitle");
        QTest::addColumn<QString>("right");
        const auto row = [](const char *name, RunStatus status, int errors, const QString &subtitle,
                            const QString &right) {
            QTest::newRow(name) << status << errors << subtitle << right;
        };
        row("completed", RunStatus::Completed, 0,
            QStringLiteral("laptop stand → Phone case · prod · 5 steps"), QStringLiteral("2.66 s"));
        row("running", RunStatus::Running, 0, QStringLiteral("laptop stand · prod · 5 steps…"),
            QStringLiteral("running 0:04"));
        row("failed", RunStatus::Failed, 1, QStringLiteral("Timeout in fetch · 1 error · prod"),
            QStringLiteral("2.66 s"));
        row("incomplete", RunStatus::Incomplete, 0, QStringLiteral("laptop stand · prod · 5 steps"),
            QStringLiteral("incomplete"));
    }

    void aRowSaysWhatTheRunWasAbout()
    {
        QFETCH(RunStatus, status);
        QFETCH(int, errors);
        Execution shown = run(1);
        shown.status = status;
        shown.errorCount = errors;
        shown.title = QStringLiteral("laptop stand");
        shown.outcome = QStringLiteral("Phone case");
        shown.failure = QStringLiteral("Timeout in fetch");
        shown.environment = QStringLiteral("prod");
        shown.stepCount = 5;
        shown.duration = 2660 * kNsPerMs;
        QTEST(runSubtitle(shown), "subtitle");
        QTEST(runDurationText(shown, shown.startedAt + 4 * kNsPerSecond), "right");
    }
};

QTEST_GUILESS_MAIN(tst_RunListModel)
#include "tst_run_list_model.moc"
