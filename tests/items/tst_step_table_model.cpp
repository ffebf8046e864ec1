// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/items/error_list_model.h>
#include <model/items/step_table_model.h>

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace xray;
using namespace xray::items;
using Model = StepTableModel;

namespace {

const ExecutionId kRun = ExecutionId::newV7();

Step step(int row, const QString &name = QStringLiteral("s"))
{
    Step s;
    s.row.value = row;
    s.id = StepId::newV7();
    s.index = row;
    s.name = name;
    s.type = StepType::Filter;
    s.status = StepStatus::Completed;
    s.startedAt = row * kNsPerSecond;
    s.duration = 1'064 * kNsPerMs;
    return s;
}

RunSnapshotPtr snapshot(StepList steps, ExecutionId run = kRun)
{
    auto s = std::make_shared<RunSnapshot>();
    s->run.id = run;
    s->run.startedAt = kNsPerSecond;
    s->steps = std::move(steps);
    return s;
}

QString indexes(const Model &model)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts += model.index(row, 0).data().toString();
    return texts.join(u' ');
}

QString rowText(const Model &model, int row)
{
    QStringList texts;
    for (int column = 0; column < model.columnCount(); ++column)
        texts += model.index(row, column).data().toString();
    return texts.join(u'|');
}

ExecutionError error(const QString &message)
{
    ExecutionError e;
    e.id = ErrorId::newV7();
    e.type = QStringLiteral("TimeoutError");
    e.message = message;
    return e;
}

} // namespace

class TestStepTableModel : public QObject
{
    Q_OBJECT

private:
    struct Watched
    {
        Model model;
        QAbstractItemModelTester tester{&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest};
        QSignalSpy resets{&model, &Model::modelReset};
        QSignalSpy inserts{&model, &Model::rowsInserted};
        QSignalSpy changes{&model, &Model::dataChanged};
    };

private Q_SLOTS:
    void aRowSaysWhatAStepDid()
    {
        Watched w;
        Step s = step(3, QStringLiteral("filter_relevance"));
        s.countIn = 50;
        s.countOut = 5;
        s.metrics = {{QStringLiteral("percentage_eliminated"), 90.0},
                     {QStringLiteral("confidence"), 0.41},
                     {QStringLiteral("tokens"), 1204}};
        w.model.setSnapshot(snapshot(StepList({s, step(4)})));
        QCOMPARE(rowText(w.model, 0),
                 QStringLiteral("3|filter_relevance|filter|2.000|1.06 s|50|5|90.0 %|0.41|1204"));
        QCOMPARE(rowText(w.model, 1), QStringLiteral("4|s|filter|3.000|1.06 s|–|–|–|–|–"));
        QCOMPARE(w.model.headerData(9, Qt::Horizontal).toString(), QStringLiteral("tokens"));
        QCOMPARE(w.model.index(0, Model::Eliminated).data(Model::SortRole).toDouble(), 90.0);
        QVERIFY(!w.model.index(1, Model::Eliminated).data(Model::SortRole).isValid());
    }

    void whatWasEliminatedIsDerivedFromTheCounts()
    {
        Step s = step(1);
        s.countIn = 5;
        s.countOut = 1;
        QCOMPARE(percentageEliminated(s), 80.0);
        s.countIn = 0;
        QVERIFY(!percentageEliminated(s));
    }

    void anotherRunIsAReset()
    {
        Watched w;
        w.model.setSnapshot(snapshot(StepList({step(1)})));
        w.model.setSnapshot(snapshot(StepList({step(2)}), ExecutionId::newV7()));
        QCOMPARE(w.resets.size(), 2);
        w.model.setSnapshot(nullptr);
        QCOMPARE(w.model.rowCount(), 0);
    }

    void aGrowingRunIsInsertsAndChanges()
    {
        Watched w;
        Step running = step(2);
        running.status = StepStatus::Running;
        running.duration.reset();
        const StepList before({step(1), running, step(5)});
        w.model.setSnapshot(snapshot(before));
        const QPersistentModelIndex last = w.model.index(2, 0);
        Step done = running;
        done.status = StepStatus::Completed;
        done.duration = kNsPerSecond;
        w.model.setSnapshot(snapshot(before.withChanges({done, step(3), step(4), step(6)})));
        QCOMPARE(indexes(w.model), QStringLiteral("1 2 3 4 5 6"));
        QCOMPARE(w.resets.size(), 1);
        QCOMPARE(w.inserts.size(), 2);
        QCOMPARE(w.changes.size(), 1);
        QCOMPARE(last.row(), 4);
        QCOMPARE(w.model.index(1, Model::Duration).data().toString(), QStringLiteral("1 s"));
    }

    void aStepThatMovesIsTakenOutAndPutIn()
    {
        Watched w;
        const StepList before({step(1), step(2), step(3)});
        w.model.setSnapshot(snapshot(before));
        Step moved = before.at(0);
        moved.index = 9;
        w.model.setSnapshot(snapshot(before.withChanges({moved})));
        QCOMPARE(indexes(w.model), QStringLiteral("2 3 9"));
        QCOMPARE(w.resets.size(), 1);
    }

    void removedStepsLeave()
    {
        Watched w;
        const StepList before({step(1), step(2), step(3), step(4)});
        w.model.setSnapshot(snapshot(before));
        w.model.setSnapshot(snapshot(before.withChanges({}, {StepRow{1}, StepRow{3}, StepRow{4}})));
        QCOMPARE(indexes(w.model), QStringLiteral("2"));
    }

    void newMetricsBecomeColumnsUpToTheLimit()
    {
        Watched w;
        const StepList before({step(1)});
        w.model.setSnapshot(snapshot(before));
        QCOMPARE(w.model.columnCount(), int(Model::FixedColumnCount));
        Step s = step(2);
        for (int i = 0; i < 10; ++i)
            s.metrics.push_back({QStringLiteral("m%1").arg(i), 1.0 * i});
        w.model.setSnapshot(snapshot(before.withChanges({s})));
        QCOMPARE(w.model.columnCount(), Model::FixedColumnCount + Model::kMaxMetricColumns);
        QCOMPARE(w.resets.size(), 1);
    }

    void anyHistoryOfChangesEndsAsTheSnapshotSays()
    {
        Watched w;
        QRandomGenerator random(11);
        StepList steps;
        for (int round = 0; round < 60; ++round) {
            std::vector<Step> changed;
            std::vector<StepRow> removed;
            for (int i = 0; i < 8; ++i)
                changed.push_back(step(random.bounded(1, 200), QString::number(round)));
            std::ranges::sort(changed, {}, [](const Step &s) { return s.row; });
            const auto twins =
                std::ranges::unique(changed, {}, [](const Step &s) { return s.row; });
            changed.erase(twins.begin(), twins.end());
            if (!steps.isEmpty())
                removed.push_back(steps.at(random.bounded(steps.size())).row);
            std::erase_if(changed,
                          [&](const Step &s) { return !removed.empty() && s.row == removed[0]; });
            steps = steps.withChanges(changed, removed);
            w.model.setSnapshot(snapshot(steps));
            QCOMPARE(w.model.rowCount(), steps.size());
            for (int row = 0; row < w.model.rowCount(); ++row)
                QCOMPARE(w.model.stepAt(row), steps.at(row));
        }
        QCOMPARE(w.resets.size(), 1);
    }

    void aSortedTableTakesInWhatComes()
    {
        Watched w;
        QRandomGenerator random(5);
        const auto timed = [&](int index) {
            Step s = step(index);
            s.duration = random.bounded(1, 50) * kNsPerMs;
            return s;
        };
        std::vector<Step> first;
        for (int i = 1; i <= 40; ++i)
            first.push_back(timed(i));
        StepList steps(first);
        w.model.setSnapshot(snapshot(steps));
        w.model.sort(Model::Duration, Qt::DescendingOrder);
        const QPersistentModelIndex seventh = w.model.index(w.model.rowOf(first[6].id), 0);
        for (int round = 1; round <= 10; ++round) {
            steps = steps.withChanges({timed(random.bounded(8, 40)), timed(40 + round)});
            w.model.setSnapshot(snapshot(steps));
            QCOMPARE(w.model.rowCount(), 40 + round);
            for (int row = 1; row < w.model.rowCount(); ++row)
                QVERIFY(*w.model.stepAt(row - 1).duration >= *w.model.stepAt(row).duration);
            QCOMPARE(w.model.stepAt(seventh.row()).id, first[6].id);
        }
        QCOMPARE(w.resets.size(), 1);
        w.model.sort(-1);
        for (int row = 0; row < w.model.rowCount(); ++row)
            QCOMPARE(w.model.stepAt(row), steps.at(row));
    }

    void whatIsAbsentStandsLastInEitherOrder()
    {
        Watched w;
        std::vector<Step> steps{step(1), step(2), step(3)};
        steps[0].duration.reset();
        steps[1].duration = kNsPerSecond;
        steps[2].duration = 2 * kNsPerSecond;
        w.model.setSnapshot(snapshot(StepList(steps)));
        w.model.sort(Model::Duration, Qt::AscendingOrder);
        QCOMPARE(indexes(w.model), QStringLiteral("2 3 1"));
        w.model.sort(Model::Duration, Qt::DescendingOrder);
        QCOMPARE(indexes(w.model), QStringLiteral("3 2 1"));
    }

    void aHundredThousandStepsSortInAMoment()
    {
        std::vector<Step> many;
        for (int i = 1; i <= 100'000; ++i)
            many.push_back(step(i, QString::number(i % 7)));
        Model model;
        model.setSnapshot(snapshot(StepList(std::move(many))));
        QBENCHMARK
        {
            model.sort(Model::Name, Qt::DescendingOrder);
        }
        QCOMPARE(model.stepAt(0).name, QStringLiteral("6"));
    }

    void aHundredThousandStepsTakeOneMore()
    {
        std::vector<Step> many;
        for (int i = 1; i <= 100'000; ++i)
            many.push_back(step(i));
        const StepList before(std::move(many));
        Model model;
        model.setSnapshot(snapshot(before));
        QSignalSpy inserts(&model, &Model::rowsInserted);
        model.setSnapshot(snapshot(before.withChanges({step(100'001)})));
        QCOMPARE(inserts.size(), 1);
        QCOMPARE(model.rowCount(), 100'001);
        QCOMPARE(model.rowOf(before.at(70'000).id), 70'000);
    }

    void errorsThatArriveAreInserted()
    {
        ErrorListModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy inserts(&model, &ErrorListModel::rowsInserted);
        QSignalSpy resets(&model, &ErrorListModel::modelReset);
        std::vector<ExecutionError> errors{error(QStringLiteral("no answer\nafter 30 s"))};
        model.setErrors(errors);
        QCOMPARE(model.index(0).data().toString(),
                 QStringLiteral("TimeoutError: no answer after 30 s"));
        errors.push_back(error(QStringLiteral("again")));
        model.setErrors(errors);
        QCOMPARE(inserts.size(), 2);
        model.setErrors({errors[1]});
        QCOMPARE(resets.size(), 1);
        QCOMPARE(model.rowCount(), 1);
    }
};

QTEST_GUILESS_MAIN(TestStepTableModel)
#include "tst_step_table_model.moc"
