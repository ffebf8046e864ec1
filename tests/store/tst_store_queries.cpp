// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/store/store_fixture.h"

#include <app/demo/demo_runs.h>
#include <model/query/evaluate.h>
#include <model/query/language.h>
#include <model/store/text_index.h>

#include <QTest>

#include <algorithm>
#include <map>
#include <numeric>

using namespace xray;
using namespace xray::test;

namespace {

constexpr TimeNs kNow = 1'767'225'600 * kNsPerSecond;

query::Query parsed(const QString &text)
{
    const query::ParseOutcome outcome = query::parse(text);
    if (const auto *error = std::get_if<query::QueryError>(&outcome))
        qFatal("%s: %s", qPrintable(text), qPrintable(query::describe(*error)));
    return std::get<query::Query>(outcome);
}

template<class T>
std::shared_ptr<const T> got(Answer<T> answer)
{
    auto result = StoreFixture::wait(std::move(answer));
    if (!result)
        qFatal("no answer: %s", qPrintable(result.error().message));
    return *result;
}

void put(StoreFixture &fixture, Event event)
{
    if (auto stored = fixture.put(std::move(event)); !stored)
        qFatal("refused: %s", qPrintable(stored.error().message));
}

/// The ids of every step that matches, page by page.
QStringList stepsFor(query::QuerySource &source, const QString &text, int pageSize = 200)
{
    query::StepQuestion question{parsed(text), kNow, pageSize, {}};
    QStringList ids;
    for (;;) {
        const auto page = got(source.findSteps(question, {}));
        for (const query::StepHit &hit : page->hits)
            ids += hit.step.id.toString();
        if (!page->more)
            return ids;
        question.before = page->hits.back().step.row;
    }
}

QStringList runsFor(query::QuerySource &source, const QString &text, int pageSize = 200)
{
    query::RunQuestion question{parsed(text), kNow, pageSize, {}};
    QStringList ids;
    for (;;) {
        const auto page = got(source.findRuns(question, {}));
        for (const Execution &run : page->runs)
            ids += run.id.toString();
        if (!page->more)
            return ids;
        question.after = {{page->runs.back().startedAt, page->runs.back().id}};
    }
}

qint64 countOf(query::QuerySource &source, const QString &text)
{
    return got(source.count({parsed(text), kNow, 1'000'000}, {}))->count;
}

/// The demo in a store, and all of it in memory.
struct Demo
{
    struct Run
    {
        Execution run;
        std::vector<StepDetail> steps;
    };

    StoreFixture fixture;
    std::vector<Run> runs; ///< newest first, as a run list has them

    Demo()
    {
        store::Store &store = fixture.open();
        app::DemoOptions options;
        options.runs = 300;
        options.endTime = kNow;
        app::generateDemoRuns(
            options, [&](std::vector<Event> events) { submitTo(store.sink(), std::move(events)); });
        const auto page = got(store.runPage({{}, 1'000, {}}, {}));
        for (const Execution &run : page->runs) {
            const auto steps = got(store.stepPage({run.id, true, 100'000, {}}, {}));
            runs.push_back({run, steps->steps});
        }
    }

    QStringList stepsFor(const QString &text) const
    {
        const query::Evaluator evaluator(parsed(text), kNow);
        std::map<std::int64_t, QString, std::greater<>> byArrival;
        for (const Run &run : runs) {
            for (const StepDetail &detail : run.steps) {
                if (evaluator.matches({detail.step, detail.payloads}, run.run))
                    byArrival[detail.step.row.value] = detail.step.id.toString();
            }
        }
        QStringList ids;
        for (const auto &[row, id] : byArrival)
            ids += id;
        return ids;
    }

    QStringList runsFor(const QString &text) const
    {
        const query::Evaluator evaluator(parsed(text), kNow);
        QStringList ids;
        for (const Run &run : runs) {
            std::vector<query::StepFacts> facts;
            for (const StepDetail &detail : run.steps)
                facts.push_back({detail.step, detail.payloads});
            if (evaluator.matches(run.run, facts))
                ids += run.run.id.toString();
        }
        return ids;
    }
};

StepEvent textStep(ExecutionId run, const QByteArray &text)
{
    StepEvent step = stepEvent(run, "say", StepType::Llm);
    step.id = StepId::newV7();
    step.output = QByteArray("{\"said\":\"" + text + "\"}");
    return step;
}

/// So many steps that say nothing of interest.
void fill(StoreFixture &fixture, ExecutionId run, int steps)
{
    while (steps > 0) {
        std::vector<Event> events;
        for (int i = 0; i < 1'000 && steps > 0; ++i, --steps)
            events.emplace_back(textStep(run, "number " + QByteArray::number(steps)));
        fixture.submit(std::move(events));
    }
}

qint64 readyGroups(const StoreFixture &fixture)
{
    return fixture.number(QStringLiteral("SELECT count(*) FROM text_groups WHERE ready = 1"));
}

} // namespace

class TestStoreQueries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepAnswersAreThoseOfTheEvaluator_data();
    void stepAnswersAreThoseOfTheEvaluator();
    void runAnswersAreThoseOfTheEvaluator_data();
    void runAnswersAreThoseOfTheEvaluator();
    void aTextIsFoundWhereverTheIndexStands();
    void aTextThatWasReplacedIsNotFoundAnyMore();
    void theStepsOfADeletedRunAreNotFound();
    void rowsAreNotGivenTwiceWhileTheIndexKnowsThem();
    void turnedOffTheIndexIsDroppedAndTextsAreStillFound();
    void aMetricIsFoundWhereItIsNow();
    void theCatalogueKnowsNamesAndBounds();
    void pagesAreStableWhileStepsArrive();
    void aCancelledScanEndsAsCancelled();
    void quickQuestionsDoNotWaitForScans();
    void onlyStepsOfTheCommitAreMatchedForAWatch();
    void aDistributionCountsEveryValueOnce();
    void aTrendCountsEveryMatchOnce();
    void queriesAreSavedReplacedAndRemoved();
    void aProcessWithoutTheLeaseSavesQueriesToo();

private:
    Demo &demo()
    {
        if (!m_demo)
            m_demo = std::make_unique<Demo>();
        return *m_demo;
    }

    std::unique_ptr<Demo> m_demo; ///< made when it is first asked for
};

void TestStoreQueries::stepAnswersAreThoseOfTheEvaluator_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"",
                             "type = filter",
                             "type = filter and percentage_eliminated > 90",
                             "type = ranking and confidence < 0.4",
                             "percentage_eliminated > 50",
                             "confidence >= 0.5 and confidence < 0.7",
                             "confidence exists and not type = llm",
                             "step ~ \"^filter_\" and duration > 1s and not error",
                             "output.remaining_candidates = 0 or input.title : \"laptop stand\"",
                             "text : \"MacBook Stand\"",
                             "text : \"ma\"",
                             "status = failed",
                             "error",
                             "issue",
                             "type in (llm, api) and index > 3",
                             "pipeline = competitor_selection and index = 2",
                             "percentage_eliminated > 90 or status = failed",
                             "not (type = llm or type = api)",
                             "confidence < 0.9 and percentage_eliminated > 10",
                             "run.duration > 5s and type = api"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestStoreQueries::stepAnswersAreThoseOfTheEvaluator()
{
    QFETCH(QString, text);
    query::QuerySource &source = demo().fixture.store().queries();
    const QStringList expected = demo().stepsFor(text);
    QCOMPARE(stepsFor(source, text), expected);
    QCOMPARE(stepsFor(source, text, 7), expected);
    QCOMPARE(countOf(source, text), expected.size());
}

void TestStoreQueries::runAnswersAreThoseOfTheEvaluator_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"runs where", "runs where status = completed", "runs where any(type = filter)",
          "runs where any(type = filter and percentage_eliminated > 90) and none(error)",
          "runs where any(percentage_eliminated > 90) and status = completed",
          "runs where count(type = llm) > 1", "runs where all(not error)",
          "runs where any(text : \"MacBook Stand\")", "runs where text : \"macbook stand\"",
          "runs where none(type = llm)", "runs where pipeline = competitor_selection",
          "runs where count(text : \"laptop\") >= 2"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestStoreQueries::runAnswersAreThoseOfTheEvaluator()
{
    QFETCH(QString, text);
    query::QuerySource &source = demo().fixture.store().queries();
    const QStringList expected = demo().runsFor(text);
    QCOMPARE(runsFor(source, text), expected);
    QCOMPARE(runsFor(source, text, 7), expected);
    QCOMPARE(countOf(source, text), expected.size());
}

// ---- text ----------------------------------------------------------------------------------

void TestStoreQueries::aTextIsFoundWhereverTheIndexStands()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    const StepEvent early = textStep(run, "The Laptop Stand, \\u00c4rger included");
    put(fixture, early);
    const StepEvent russian = textStep(run, "подставка для НОУТБУКА");
    put(fixture, russian);
    fill(fixture, run, 2 * store::kTextGroupSteps);
    QTRY_COMPARE_WITH_TIMEOUT(readyGroups(fixture), 2, 20'000);
    const StepEvent late = textStep(run, "another laptop stand");
    put(fixture, late);

    QCOMPARE(stepsFor(source, QStringLiteral("text : \"laptop stand\"")),
             QStringList({late.id->toString(), early.id->toString()}));
    QCOMPARE(stepsFor(source, QStringLiteral("text : \"ärger\"")),
             QStringList(early.id->toString()));
    QCOMPARE(stepsFor(source, QStringLiteral("output.said : \"ноутбук\"")),
             QStringList(russian.id->toString()));
    QCOMPARE(stepsFor(source, QStringLiteral("text : \"no such words\"")), QStringList());
    QCOMPARE(countOf(source, QStringLiteral("text : \"nd\"")), 2);
    QCOMPARE(countOf(source, QStringLiteral("text : \"laptop\" or text : \"ноутбука\"")), 3);
    QVERIFY(!got(source.findSteps({parsed(QStringLiteral("text : \"laptop\"")), kNow, 10, {}}, {}))
                 ->plan.isScan);
}

void TestStoreQueries::aTextThatWasReplacedIsNotFoundAnyMore()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    StepEvent step = textStep(run, "a phone case");
    put(fixture, step);
    fill(fixture, run, store::kTextGroupSteps);
    QTRY_COMPARE_WITH_TIMEOUT(readyGroups(fixture), 1, 20'000);
    step.output = QByteArray(R"({"said":"a bicycle bell"})");
    put(fixture, step);

    QCOMPARE(countOf(source, QStringLiteral("text : \"phone case\"")), 0);
    QCOMPARE(stepsFor(source, QStringLiteral("text : \"bicycle bell\"")),
             QStringList(step.id->toString()));
}

void TestStoreQueries::theStepsOfADeletedRunAreNotFound()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    const auto kept = ExecutionId::newV7();
    fixture.submit({startEvent(run), startEvent(kept)});
    fixture.submit({textStep(run, "a phone case"), textStep(kept, "a phone case")});
    QCOMPARE(countOf(source, QStringLiteral("text : \"phone case\"")), 2);
    put(fixture, DeleteEvent{run, kNsPerHour});
    QCOMPARE(countOf(source, QStringLiteral("text : \"phone case\"")), 1);
    QCOMPARE(countOf(source, QStringLiteral("runs where any(text : \"phone case\")")), 1);
}

void TestStoreQueries::rowsAreNotGivenTwiceWhileTheIndexKnowsThem()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    fill(fixture, run, store::kTextGroupSteps + 10);
    QTRY_COMPARE_WITH_TIMEOUT(readyGroups(fixture), 1, 20'000);
    put(fixture, DeleteEvent{run, 0});
    const QString steps = QStringLiteral("SELECT count(*) FROM execution_steps");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.number(steps), 0, 20'000);
    fixture.close();

    query::QuerySource &source = fixture.open().queries();
    const auto next = ExecutionId::newV7();
    put(fixture, startEvent(next));
    const StepEvent step = textStep(next, "a phone case");
    put(fixture, step);
    QCOMPARE(stepsFor(source, QStringLiteral("text : \"phone case\"")),
             QStringList(step.id->toString()));
}

void TestStoreQueries::turnedOffTheIndexIsDroppedAndTextsAreStillFound()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    put(fixture, textStep(run, "a phone case"));
    fill(fixture, run, store::kTextGroupSteps);
    QTRY_COMPARE_WITH_TIMEOUT(readyGroups(fixture), 1, 20'000);
    fixture.close();

    store::StoreOptions options;
    options.textIndexing = store::TextIndexing::Off;
    query::QuerySource &source = fixture.open(options).queries();
    QTRY_COMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM text_signatures")), 0);
    QCOMPARE(countOf(source, QStringLiteral("text : \"phone case\"")), 1);
}

// ---- metrics and names ---------------------------------------------------------------------

void TestStoreQueries::aMetricIsFoundWhereItIsNow()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    StepEvent step = stepEvent(run, "rank", StepType::Ranking, R"({"confidence":0.9})");
    step.id = StepId::newV7();
    put(fixture, step);
    QCOMPARE(countOf(source, QStringLiteral("type = ranking and confidence > 0.5")), 1);
    step.reasoning = QByteArray(R"({"confidence":0.2})");
    step.type = StepType::Analysis;
    put(fixture, step);
    QCOMPARE(countOf(source, QStringLiteral("confidence > 0.5")), 0);
    QCOMPARE(countOf(source, QStringLiteral("type = ranking and confidence < 0.5")), 0);
    QCOMPARE(countOf(source, QStringLiteral("type = analysis and confidence < 0.5")), 1);
}

void TestStoreQueries::theCatalogueKnowsNamesAndBounds()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run, "shop"));
    StepEvent first = stepEvent(run, "rank", StepType::Ranking, R"({"confidence":7})");
    first.id = StepId::newV7();
    fixture.submit({first, stepEvent(run, "sift", StepType::Filter, R"({"confidence":0.5})")});
    auto catalogue = got(source.catalogue({}));
    QCOMPARE(catalogue->pipelines.front().name, QStringLiteral("shop"));
    QCOMPARE(catalogue->steps.size(), 2);
    const query::MetricInfo *metric = catalogue->metric(QStringLiteral("confidence"));
    QVERIFY(metric);
    QCOMPARE(metric->count, 2);
    QCOMPARE(metric->minimum, 0.5);
    QCOMPARE(metric->maximum, 7);
    QVERIFY(catalogue->paths.contains(QStringLiteral("reasoning.confidence")));

    first.reasoning = QByteArray(R"({"confidence":0.9})");
    put(fixture, first);
    const QString loose = QStringLiteral("SELECT count(*) FROM loose_zones");
    QTRY_COMPARE(fixture.number(loose), 0);
    put(fixture, stepEvent(run, "rank", StepType::Ranking));
    catalogue = got(source.catalogue({}));
    QCOMPARE(catalogue->metric(QStringLiteral("confidence"))->maximum, 0.9);
}

// ---- pages, lanes, cancelling --------------------------------------------------------------

void TestStoreQueries::pagesAreStableWhileStepsArrive()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    fill(fixture, run, 50);
    const QString all = QStringLiteral("type = llm");
    const QStringList before = stepsFor(source, all);
    query::StepQuestion question{parsed(all), kNow, 20, {}};
    QStringList ids;
    for (bool more = true; more;) {
        const auto page = got(source.findSteps(question, {}));
        for (const query::StepHit &hit : page->hits)
            ids += hit.step.id.toString();
        more = page->more;
        question.before = page->hits.back().step.row;
        fill(fixture, run, 5);
    }
    QCOMPARE(ids, before);
}

void TestStoreQueries::aCancelledScanEndsAsCancelled()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    fill(fixture, run, 30'000);
    const Ticket ticket;
    auto answer = source.findSteps(
        {parsed(QStringLiteral("output.said ~ \"(n|u|m)+ 1234567$\"")), kNow, 10, {}}, ticket);
    QTRY_VERIFY(ticket.progress() > 0);
    ticket.cancel();
    const auto result = StoreFixture::wait(std::move(answer));
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
}

void TestStoreQueries::quickQuestionsDoNotWaitForScans()
{
    StoreFixture fixture;
    store::Store &store = fixture.open();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    put(fixture, stepEvent(run, "rank", StepType::Ranking, R"({"confidence":0.1})"));
    fill(fixture, run, 40'000);
    const Ticket ticket;
    std::vector<Answer<query::StepAnswer>> scans;
    for (int i = 0; i < 4; ++i)
        scans.push_back(store.queries().findSteps(
            {parsed(QStringLiteral("output.said ~ \"(n|u|m)+ 1234567$\"")), kNow, 10, {}}, ticket));
    QCOMPARE(stepsFor(store.queries(), QStringLiteral("confidence < 0.4")).size(), 1);
    QVERIFY(got(store.runById(run, {}))->stepCount > 0);
    QVERIFY(std::ranges::any_of(scans, [](const auto &scan) { return !scan.isFinished(); }));
    ticket.cancel();
    for (auto &scan : scans)
        scan.waitForFinished();
}

void TestStoreQueries::onlyStepsOfTheCommitAreMatchedForAWatch()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    fill(fixture, run, 10);
    put(fixture, stepEvent(run, "sift", StepType::Filter));
    const auto hits = got(source.matchingSteps(parsed(QStringLiteral("type = llm")), kNow,
                                               {{2}, {3}, {11}, {4711}}, {}));
    QCOMPARE(hits->size(), 2);
    QCOMPARE(hits->front().step.row, StepRow{3});
}

// ---- statistics ----------------------------------------------------------------------------

void TestStoreQueries::aDistributionCountsEveryValueOnce()
{
    query::QuerySource &source = demo().fixture.store().queries();
    const QString name = QStringLiteral("percentage_eliminated");
    const qint64 there = demo().stepsFor(name + QStringLiteral(" exists")).size();
    const auto all = got(source.distribution({name, {}, {}, kNow, 40}, {}));
    QCOMPARE(all->total, there);
    QCOMPARE(std::accumulate(all->counts.begin(), all->counts.end(), qint64(0)), there);
    QVERIFY(!all->sampled);

    const QString above = QStringLiteral("percentage_eliminated > 90");
    const auto within =
        got(source.distribution({name, StepType::Filter, parsed(above), kNow, 10}, {}));
    QCOMPARE(within->total, demo().stepsFor(above + QStringLiteral(" and type = filter")).size());
    QVERIFY(within->minimum > 90);
}

void TestStoreQueries::aTrendCountsEveryMatchOnce()
{
    query::QuerySource &source = demo().fixture.store().queries();
    const QString text = QStringLiteral("type = filter");
    query::TrendQuestion question;
    question.query = parsed(text);
    question.now = kNow;
    question.split = query::Split::Pipeline;
    question.metric = QStringLiteral("percentage_eliminated");
    const auto trend = got(source.trend(question, {}));
    qint64 count = 0;
    for (const query::TrendSeries &series : trend->series) {
        for (const query::TrendPoint &point : series.points)
            count += point.count;
    }
    QCOMPARE(count, demo().stepsFor(text).size());
    QCOMPARE(trend->matches, count);
    QVERIFY(trend->series.size() > 1);

    question.query = parsed(QStringLiteral("runs where"));
    QCOMPARE(got(source.trend(question, {}))->matches, qint64(demo().runs.size()));
}

// ---- saved queries -------------------------------------------------------------------------

namespace {

QStringList savedIn(query::QuerySource &source)
{
    QStringList lines;
    const auto saved = got(source.savedQueries({}));
    for (const query::SavedQuery &query : *saved)
        lines += query.name + QStringLiteral(": ") + query.text;
    return lines;
}

} // namespace

void TestStoreQueries::queriesAreSavedReplacedAndRemoved()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    QVERIFY(fixture.put(SaveQueryEvent{"strict", "percentage_eliminated > 90"}));
    QVERIFY(fixture.put(SaveQueryEvent{"errors", "error"}));
    QVERIFY(fixture.put(SaveQueryEvent{"strict", "percentage_eliminated > 95"}));
    QCOMPARE(savedIn(source), QStringList({QStringLiteral("errors: error"),
                                           QStringLiteral("strict: percentage_eliminated > 95")}));
    QVERIFY(fixture.put(RemoveQueryEvent{"strict"}));
    QCOMPARE(savedIn(source), QStringList(QStringLiteral("errors: error")));
    QCOMPARE(fixture.put(RemoveQueryEvent{"strict"}).error().code, ErrorCode::NotFound);
    QCOMPARE(fixture.put(SaveQueryEvent{" ", "error"}).error().code, ErrorCode::InvalidValue);
}

void TestStoreQueries::aProcessWithoutTheLeaseSavesQueriesToo()
{
    StoreFixture fixture;
    store::Store &holder = fixture.open();
    auto second = store::Store::open(fixture.options());
    QVERIFY(second);
    QCOMPARE((*second)->role().kind, store::WriterRole::Kind::Waiting);
    QVERIFY(submitTo((*second)->sink(), {SaveQueryEvent{"errors", "error"}}).status);
    QTRY_COMPARE(savedIn(holder.queries()), QStringList(QStringLiteral("errors: error")));
    QCOMPARE(savedIn((*second)->queries()), QStringList(QStringLiteral("errors: error")));
}

QTEST_GUILESS_MAIN(TestStoreQueries)
#include "tst_store_queries.moc"
