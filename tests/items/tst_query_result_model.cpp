// SPDX-License-Identifier: GPL-3.0-or-later
// The answer to a query as a table: pages, sorting what is loaded, a watch, failures.
#include "tests/support/fake_query_source.h"

#include <model/items/query_result_model.h>
#include <model/query/language.h>

#include <QAbstractItemModelTester>
#include <QPersistentModelIndex>
#include <QSignalSpy>
#include <QTest>

using namespace xray;
using namespace xray::test;
using items::QueryResultModel;
using items::ResultColumnKind;
using State = QueryResultModel::State;

namespace {

constexpr int kSteps = 1'000;

query::Query queryOf(const char *text)
{
    return std::get<query::Query>(query::parse(QString::fromUtf8(text)));
}

QStringList titles(const QueryResultModel &model)
{
    QStringList names;
    for (int column = 0; column < model.columnCount(); ++column)
        names += model.headerData(column, Qt::Horizontal).toString();
    return names;
}

int columnOf(const QueryResultModel &model, const char *title)
{
    return static_cast<int>(titles(model).indexOf(QString::fromUtf8(title)));
}

Execution runAt(int number)
{
    Execution run;
    run.row = ExecutionRow{number};
    run.id = ExecutionId::newV7();
    run.pipelineName = QString::number(number);
    run.startedAt = number * kNsPerSecond;
    return run;
}

/// The runs shown, by number.
QString numbers(const QueryResultModel &model)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts += std::get<Execution>(model.rowAt(row)).pipelineName;
    return texts.join(u' ');
}

bool isGone(const QueryResultModel &model, int row)
{
    return model.index(row, 0).data(QueryResultModel::IsGoneRole).toBool();
}

/// A model with the tester attached before the data.
struct Fixture
{
    FakeQuerySource source;
    QueryResultModel model;
    QAbstractItemModelTester tester{&model};

    Fixture()
    {
        tester.setUseFetchMore(false);
        source.hits = sampleHits(kSteps);
        model.setSource(&source);
    }
};

} // namespace

class TestQueryResultModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theColumnsBeginWithTheMetricsOfTheQuery()
    {
        Fixture f;
        f.model.ask(queryOf("confidence < 0.4 and percentage_eliminated > 1 or type = ranking"), 0);
        QTRY_COMPARE(f.model.state(), State::Ready);
        const QStringList names = titles(f.model);
        QVERIFY(names.indexOf(QStringLiteral("confidence")) >= 0);
        QVERIFY(names.indexOf(QStringLiteral("confidence")) <
                names.indexOf(QStringLiteral("percentage_eliminated")));
    }

    void furtherPagesContinueWhereTheLastEnded()
    {
        Fixture f;
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        QVERIFY(f.model.hasMore());
        while (f.model.hasMore()) {
            const int before = f.model.rowCount();
            f.model.fetchMore({});
            QTRY_VERIFY(f.model.rowCount() > before);
        }
        QCOMPARE(f.model.rowCount(), kSteps / 2);
        QSet<QString> seen;
        for (int row = 0; row < f.model.rowCount(); ++row)
            seen += items::stepIdOf(f.model.rowAt(row))->toString();
        QCOMPARE(seen.size(), kSteps / 2);
    }

    void sortingSortsWhatIsLoadedAndPagesFindTheirPlace()
    {
        Fixture f;
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.state(), State::Ready);
        const int column = columnOf(f.model, "percentage_eliminated");
        const QPersistentModelIndex newest = f.model.index(0, 0);
        const QVariant id = f.model.index(0, columnOf(f.model, "Run")).data();
        f.model.sort(column, Qt::DescendingOrder);
        f.model.fetchMore({});
        QTRY_COMPARE(f.model.rowCount(), 2 * query::kDefaultPageSize);
        double before = 1e9;
        for (int row = 0; row < f.model.rowCount(); ++row) {
            const double value =
                f.model.index(row, column).data(QueryResultModel::ValueRole).toDouble();
            QVERIFY(value <= before);
            before = value;
        }
        QCOMPARE(f.model.index(newest.row(), columnOf(f.model, "Run")).data(), id);
        f.model.sort(-1);
        QCOMPARE(newest.row(), 0);
    }

    void newMatchesComeInFrontAndOnlyOnce()
    {
        Fixture f;
        f.source.hits = sampleHits(10);
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), 5);
        const auto all = sampleHits(14);
        f.model.takeCommitted({}, {all[0], all[2]});
        QCOMPARE(f.model.rowCount(), 7);
        QCOMPARE(f.model.newCount(), 2);
        f.model.takeCommitted({}, {all[0]});
        QCOMPARE(f.model.rowCount(), 7);
        QVERIFY(f.model.index(0, 0).data(QueryResultModel::IsNewRole).toBool());
        QVERIFY(!f.model.index(2, 0).data(QueryResultModel::IsNewRole).toBool());
    }

    void aRefreshTakesInWhatChangedAndKeepsTheRest()
    {
        Fixture f;
        for (int number = 1; number <= 4; ++number)
            f.source.runs.insert(f.source.runs.begin(), runAt(number));
        f.model.ask(queryOf("runs where status = completed"), 0);
        QTRY_COMPARE(f.model.rowCount(), 4);
        const QPersistentModelIndex second = f.model.index(1, 0); // run 3
        QSignalSpy resets(&f.model, &QAbstractItemModel::modelReset);
        QSignalSpy arrived(&f.model, &QueryResultModel::matchesArrived);
        f.source.runs.erase(f.source.runs.begin() + 3); // run 1 matches no longer
        f.source.runs.insert(f.source.runs.begin(), {runAt(6), runAt(5)});
        f.source.runs[3].stepCount = 77;
        f.model.refresh(1);
        QTRY_COMPARE(f.model.rowCount(), 6);
        QCOMPARE(numbers(f.model), QStringLiteral("6 5 4 3 2 1"));
        QVERIFY(isGone(f.model, 5));
        QCOMPARE(f.model.matchCount(), 5);
        QCOMPARE(std::get<Execution>(f.model.rowAt(3)).stepCount, 77);
        QCOMPARE(second.row(), 3);
        QCOMPARE(f.model.newCount(), 2);
        QCOMPARE(arrived.size(), 1);
        QCOMPARE(arrived[0][0].toInt(), 2);
        QVERIFY(resets.isEmpty());
    }

    void whatMatchesNoLongerIsMarkedAndNotCounted()
    {
        Fixture f;
        f.source.hits = sampleHits(10);
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), 5);
        const auto all = sampleHits(12); // filters have even numbers
        f.model.takeCommitted({StepRow{12}}, {all[0]});
        QCOMPARE(f.model.newCount(), 1);
        QCOMPARE(f.model.balance(), 1);
        const QPersistentModelIndex second = f.model.index(1, 0); // step 10
        f.model.takeCommitted({StepRow{12}, StepRow{10}, StepRow{9}}, {});
        QCOMPARE(f.model.rowCount(), 6);
        QVERIFY(isGone(f.model, 0) && isGone(f.model, 1) && !isGone(f.model, 2));
        QCOMPARE(f.model.goneCount(), 2);
        QCOMPARE(f.model.matchCount(), 4);
        QCOMPARE(f.model.newCount(), 0);
        QCOMPARE(f.model.balance(), -1);
        f.model.takeCommitted({StepRow{10}}, {all[2]}); // and it does again
        QVERIFY(!isGone(f.model, second.row()));
        QCOMPARE(f.model.matchCount(), 5);
        QCOMPARE(f.model.balance(), 0);
        f.model.dropGone();
        QCOMPARE(f.model.rowCount(), 5);
        QCOMPARE(second.row(), 0);
        QCOMPARE(f.model.goneCount(), 0);
    }

    void theNextQuestionForgetsWhatIsGone()
    {
        Fixture f;
        f.source.hits = sampleHits(10);
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), 5);
        f.model.takeCommitted({StepRow{10}}, {});
        QCOMPARE(f.model.goneCount(), 1);
        f.source.hits.erase(f.source.hits.begin());
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), 4);
        QCOMPARE(f.model.goneCount(), 0);
        QCOMPARE(f.model.balance(), 0);
    }

    void notMoreThanABoundIsKeptOfWhatIsGone()
    {
        Fixture f;
        f.source.hits = sampleHits(2'000);
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        f.model.loadAll();
        QTRY_COMPARE(f.model.rowCount(), 1'000);
        std::vector<StepRow> looked;
        for (int number = 0; number <= 2'000; ++number)
            looked.push_back(StepRow{number});
        f.model.takeCommitted(looked, {});
        QCOMPARE(f.model.rowCount(), QueryResultModel::kMaxGone);
        QCOMPARE(f.model.matchCount(), 0);
        QCOMPARE(f.model.balance(), -1'000);
    }

    void whatAWatchLetInIsNotRepeatedByALaterPage()
    {
        Fixture f;
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        const auto late = f.source.hits[600]; // on a later page; it was completed just now
        f.model.takeCommitted({late.step.row}, {late});
        f.model.loadAll();
        QTRY_VERIFY(!f.model.hasMore());
        QCOMPARE(f.model.rowCount(), kSteps / 2);
    }

    void aRefreshLooksAtAllThatIsLoaded()
    {
        Fixture f;
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        f.model.fetchMore({});
        QTRY_COMPARE(f.model.rowCount(), 2 * query::kDefaultPageSize);
        const auto last = std::get<query::StepHit>(f.model.rowAt(390)).step.row;
        std::erase_if(f.source.hits, [&](const auto &hit) { return hit.step.row == last; });
        f.model.refresh(1);
        QTRY_COMPARE(f.model.goneCount(), 1);
        QVERIFY(isGone(f.model, 390));
        QCOMPARE(f.model.rowCount(), 2 * query::kDefaultPageSize); // and loads no more
    }

    void runsOfTheSameMomentAreToldApart()
    {
        Fixture f;
        for (int number = 0; number < query::kDefaultPageSize + 5; ++number) {
            f.source.runs.push_back(runAt(1)); // all at once
            f.source.runs.back().row = ExecutionRow{number};
        }
        std::ranges::sort(f.source.runs, std::ranges::greater(), &Execution::id);
        f.model.ask(queryOf("runs where status = completed"), 0);
        QTRY_COMPARE(f.model.rowCount(), int(f.source.runs.size()));
        f.source.moreRuns = true;
        f.source.runs.resize(100);
        f.model.refresh(1);
        QSignalSpy refreshed(&f.model, &QueryResultModel::refreshed);
        QTRY_COMPARE(refreshed.size(), 1);
        QCOMPARE(f.model.goneCount(), 0); // the others stand behind the page
    }

    void whatIsBeingAskedIsNotBegunAgain()
    {
        Fixture f;
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.state(), State::Ready);
        f.source.answering = FakeQuerySource::Answering::WhenTold;
        f.model.refresh(1);
        f.model.refresh(2);
        QCOMPARE(f.source.waiting(), 1);
        QVERIFY(f.model.isRefreshing());
        f.source.answerAll();
        QTRY_VERIFY(!f.model.isRefreshing());
        f.model.ask(queryOf("type = llm"), 3);
        f.model.cancel();
        const auto before = f.source.waiting();
        f.model.refresh(4); // given up is given up
        QCOMPARE(f.source.waiting(), before);
        QCOMPARE(f.model.state(), State::Cancelled);
    }

    void aRefreshDoesNotRepeatWhatThePagesHave()
    {
        Fixture f;
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        f.source.hits.erase(f.source.hits.begin(), f.source.hits.begin() + 20); // ten filters
        f.model.refresh(1);
        QTRY_COMPARE(f.model.goneCount(), 10);
        QCOMPARE(f.model.newCount(), 0);
        QCOMPARE(f.model.matchCount(), query::kDefaultPageSize); // ten from behind came up
        QVERIFY(f.model.hasMore());
        f.model.fetchMore({});
        QTRY_VERIFY(f.model.matchCount() > query::kDefaultPageSize);
        QSet<qint64> seen;
        for (int row = 0; row < f.model.rowCount(); ++row)
            seen.insert(std::get<query::StepHit>(f.model.rowAt(row)).step.row.value);
        QCOMPARE(seen.size(), f.model.rowCount());
    }

    void moreThanAPageOfNewMatchesIsANewAnswer()
    {
        Fixture f;
        f.source.hits = sampleHits(10);
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), 5);
        f.source.hits = sampleHits(kSteps);
        f.model.refresh(1);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        QVERIFY(f.model.hasMore());
    }

    void everythingIsLoadedUpToABound()
    {
        Fixture f;
        f.source.hits = sampleHits(2'400);
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        f.model.loadAll();
        QTRY_COMPARE(f.model.rowCount(), 1'200);
        QVERIFY(!f.model.hasMore());
        f.source.hits = sampleHits(2 * QueryResultModel::kMaxLoaded + 4'000);
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.rowCount(), query::kDefaultPageSize);
        f.model.loadAll();
        QTRY_VERIFY(f.model.rowCount() >= QueryResultModel::kMaxLoaded && !f.model.isFetching());
        QVERIFY(f.model.rowCount() < QueryResultModel::kMaxLoaded + query::kMaxPageSize);
        QVERIFY(f.model.hasMore());
    }

    void anAnswerToAnEarlierQuestionIsDropped()
    {
        Fixture f;
        f.source.answering = FakeQuerySource::Answering::WhenTold;
        f.model.ask(queryOf("type = filter"), 0);
        f.model.ask(queryOf("type = ranking"), 0);
        f.source.answerAll();
        QTRY_COMPARE(f.model.state(), State::Ready);
        QCOMPARE(f.model.index(0, columnOf(f.model, "Type")).data().toString(),
                 QStringLiteral("ranking"));
    }

    void givingUpIsToldApartFromFailing()
    {
        Fixture f;
        f.source.answering = FakeQuerySource::Answering::WhenTold;
        f.model.ask(queryOf("type = filter"), 0);
        f.model.cancel();
        QCOMPARE(f.model.state(), State::Cancelled);
        f.source.answering = FakeQuerySource::Answering::AtOnce;
        f.source.failure = Error{ErrorCode::Unavailable, QStringLiteral("The disk is gone.")};
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.state(), State::Failed);
        QCOMPARE(f.model.error().message, QStringLiteral("The disk is gone."));
    }

    void aCellBecomesTheConditionThatFindsIt()
    {
        Fixture f;
        f.model.ask(queryOf("type = filter"), 0);
        QTRY_COMPARE(f.model.state(), State::Ready);
        const auto textAt = [&](const char *title) {
            const auto condition = f.model.conditionAt(f.model.index(0, columnOf(f.model, title)));
            return condition ? query::toText(query::Query{query::Subject::Steps,
                                                          std::make_shared<const query::Node>(
                                                              query::Node{*condition, {}})})
                             : QString();
        };
        QCOMPARE(textAt("Type"), QStringLiteral("type = filter"));
        QCOMPARE(textAt("Step"), QStringLiteral("step = filter_candidates"));
        QVERIFY(
            textAt("percentage_eliminated").startsWith(QStringLiteral("percentage_eliminated = ")));
    }
};

QTEST_GUILESS_MAIN(TestQueryResultModel)
#include "tst_query_result_model.moc"
