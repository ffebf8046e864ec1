// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/store/store_fixture.h"

#include <app/demo/demo_runs.h>
#include <model/core/json_escape.h>
#include <model/query/evaluate.h>
#include <model/query/language.h>
#include <model/store/text_index.h>
#include <tests/query/query_data.h>
#include <tests/query/random_query.h>

#include <QRandomGenerator>
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

/// The ids of every step that matches, page by page; or the message of the error alone.
QStringList stepsFor(query::QuerySource &source, const query::Query &query, int pageSize = 200)
{
    query::StepQuestion question{query, kNow, pageSize, {}};
    QStringList ids;
    for (;;) {
        const auto page = StoreFixture::wait(source.findSteps(question, {}));
        if (!page)
            return {page.error().message};
        for (const query::StepHit &hit : (*page)->hits)
            ids += hit.step.id.toString();
        if (!(*page)->more)
            return ids;
        question.before = (*page)->hits.back().step.row;
    }
}

QStringList stepsFor(query::QuerySource &source, const QString &text, int pageSize = 200)
{
    return stepsFor(source, parsed(text), pageSize);
}

/// The same of runs.
QStringList runsFor(query::QuerySource &source, const query::Query &query, int pageSize = 200)
{
    query::RunQuestion question{query, kNow, pageSize, {}};
    QStringList ids;
    for (;;) {
        const auto page = StoreFixture::wait(source.findRuns(question, {}));
        if (!page)
            return {page.error().message};
        for (const Execution &run : (*page)->runs)
            ids += run.id.toString();
        if (!(*page)->more)
            return ids;
        question.after = {{(*page)->runs.back().startedAt, (*page)->runs.back().id}};
    }
}

QStringList runsFor(query::QuerySource &source, const QString &text, int pageSize = 200)
{
    return runsFor(source, parsed(text), pageSize);
}

qint64 countOf(query::QuerySource &source, const QString &text)
{
    return got(source.count({parsed(text), kNow, 1'000'000}, {}))->count;
}

/// All that is in a store, and what the evaluator finds in it.
class Everything
{
public:
    explicit Everything(store::Store &store)
    {
        const auto page = got(store.runPage({{}, 1'000, {}}, {}));
        for (const Execution &run : page->runs) {
            const auto steps = got(store.stepPage({run.id, true, 100'000, {}}, {}));
            m_runs.push_back({run, steps->steps});
        }
    }

    [[nodiscard]] std::size_t runs() const { return m_runs.size(); }

    [[nodiscard]] QStringList stepsFor(const query::Query &query) const
    {
        const query::Evaluator evaluator(query, kNow);
        std::map<std::int64_t, QString, std::greater<>> byArrival;
        for (const Run &run : m_runs) {
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

    [[nodiscard]] QStringList runsFor(const query::Query &query) const
    {
        const query::Evaluator evaluator(query, kNow);
        QStringList ids;
        for (const Run &run : m_runs) {
            std::vector<query::StepFacts> facts;
            for (const StepDetail &detail : run.steps)
                facts.push_back({detail.step, detail.payloads});
            if (evaluator.matches(run.run, facts))
                ids += run.run.id.toString();
        }
        return ids;
    }

private:
    struct Run
    {
        Execution run;
        std::vector<StepDetail> steps;
    };
    std::vector<Run> m_runs; ///< newest first, as a run list has them
};

/// The demo in a store, and all of it in memory.
struct Demo
{
    StoreFixture fixture;
    std::unique_ptr<Everything> everything;

    Demo()
    {
        store::Store &store = fixture.open();
        app::DemoOptions options;
        options.runs = 300;
        options.endTime = kNow;
        app::generateDemoRuns(
            options, [&](std::vector<Event> events) { submitTo(store.sink(), std::move(events)); });
        everything = std::make_unique<Everything>(store);
    }

    QStringList stepsFor(const QString &text) const { return everything->stepsFor(parsed(text)); }
    QStringList runsFor(const QString &text) const { return everything->runsFor(parsed(text)); }
};

/// Random runs that change and go, as the writer is told of them.
class RandomHistory
{
public:
    RandomHistory(StoreFixture &fixture, quint32 seed)
        : m_fixture(fixture)
        , m_random(seed)
    {
    }

    void addRuns(int count)
    {
        for (const DataRun &run : randomData(m_random.generate(), count)) {
            const auto id = ExecutionId::newV7();
            m_runs.push_back(id);
            std::vector<Event> events = {eventOf(id, run.run)};
            for (const DataStep &step : run.steps) {
                m_steps.emplace_back(id, StepId::newV7());
                events.push_back(eventOf(m_steps.back(), step));
            }
            m_fixture.submit(std::move(events));
        }
    }
    /// Steps turn into others: type, name, figures, payloads.
    void changeSteps(int count)
    {
        std::vector<DataStep> others;
        for (const DataRun &run : randomData(m_random.generate(), count))
            others.insert(others.end(), run.steps.begin(), run.steps.end());
        std::vector<Event> events;
        for (const DataStep &other : others)
            events.push_back(eventOf(oneOf(m_steps), other));
        m_fixture.submit(std::move(events));
    }
    void deleteRuns(int count)
    {
        for (; count > 0; --count)
            m_fixture.submit({DeleteEvent{oneOf(m_runs), count % 2 * kNsPerHour}});
    }

private:
    using Place = std::pair<ExecutionId, StepId>;

    template<class T>
    const T &oneOf(const std::vector<T> &list)
    {
        return list[std::size_t(m_random.bounded(int(list.size())))];
    }

    static Event eventOf(ExecutionId id, const Execution &run)
    {
        ExecutionEvent event = startEvent(id, run.pipelineName.toUtf8().constData());
        event.environment = run.environment.toUtf8();
        if (!run.trigger.isEmpty())
            event.trigger = run.trigger;
        if (!run.metadata.isEmpty())
            event.metadata = run.metadata;
        event.session = run.session.toUtf8();
        event.startedAt = run.startedAt;
        std::vector<QByteArray> tags;
        for (const QString &tag : run.tags)
            tags.push_back(tag.toUtf8());
        event.tags = tags;
        return event;
    }
    static Event eventOf(const Place &place, const DataStep &data)
    {
        QByteArray figures;
        for (const Metric &metric : data.step.metrics) {
            figures += figures.isEmpty() ? '{' : ',';
            appendJsonString(figures, metric.name.toUtf8());
            figures += ':' + QByteArray::number(metric.value, 'g', 17);
        }
        StepEvent event =
            stepEvent(place.first, data.step.name.toUtf8().constData(), data.step.type,
                      figures.isEmpty() ? "" : (figures + '}').constData());
        event.id = place.second;
        event.startedAt = data.step.startedAt;
        event.input = data.payloads.input.isEmpty() ? Field<JsonText>::null()
                                                    : Field<JsonText>(data.payloads.input);
        event.output = data.payloads.output.isEmpty() ? Field<JsonText>::null()
                                                      : Field<JsonText>(data.payloads.output);
        return event;
    }

    StoreFixture &m_fixture;
    QRandomGenerator m_random;
    std::vector<ExecutionId> m_runs;
    std::vector<Place> m_steps;
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

/// A pattern that goes through every way to part a text, and matches none: some 20 us a step.
const QString kSlow = QStringLiteral("output.said ~ \"^(.+)+[YZ]$\"");

qint64 readyGroups(const StoreFixture &fixture)
{
    return fixture.number(QStringLiteral("SELECT count(*) FROM text_groups WHERE ready = 1"));
}

/// A random history in a store, and all of what came of it in memory.
struct Past
{
    StoreFixture fixture;
    std::unique_ptr<Everything> everything;

    Past()
    {
        store::Store &store = fixture.open();
        RandomHistory history(fixture, 9);
        for (int round = 0; round < 12; ++round) {
            history.addRuns(70);
            history.changeSteps(15);
            history.deleteRuns(2);
        }
        everything = std::make_unique<Everything>(store);
    }
};

} // namespace

class TestStoreQueries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepAnswersAreThoseOfTheEvaluator_data();
    void stepAnswersAreThoseOfTheEvaluator();
    void runAnswersAreThoseOfTheEvaluator_data();
    void runAnswersAreThoseOfTheEvaluator();
    void answersHoldAfterChangesAndDeletes();
    void runsOfFewStepsAreInOrderHoweverTheseArrived_data();
    void runsOfFewStepsAreInOrderHoweverTheseArrived();
    void frequentStepsDoNotLeadToRuns();
    void namesThatLookLikeSqlAreNames_data();
    void namesThatLookLikeSqlAreNames();
    void aPathThatNothingHasIsAMistake();
    void aTextIsFoundWhereverTheIndexStands();
    void aGroupThatIsMadeAnewIsNotReady();
    void aTextThatWasReplacedIsNotFoundAnyMore();
    void theStepsOfADeletedRunAreNotFound();
    void rowsAreNotGivenTwiceWhileTheIndexKnowsThem();
    void turnedOffTheIndexIsDroppedAndTextsAreStillFound();
    void aMetricIsFoundWhereItIsNow();
    void aFrequentValueDoesNotLead();
    void theCatalogueKnowsNamesAndBounds();
    void pagesAreStableWhileStepsArrive();
    void aCancelledScanEndsAsCancelled();
    void quickQuestionsDoNotWaitForScans();
    void onlyStepsOfTheCommitAreMatchedForAWatch();
    void aDistributionCountsEveryValueOnce();
    void aDistributionOfManyValuesIsSampledBetweenTheirTrueBounds();
    void aTrendCountsEveryMatchOnce();
    void theMetricOfRunsIsThatOfAllTheirSteps();
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
    std::unique_ptr<Past> m_past; ///< likewise
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

void TestStoreQueries::answersHoldAfterChangesAndDeletes()
{
    StoreFixture fixture;
    store::Store &store = fixture.open();
    RandomHistory history(fixture, 4);
    RandomQueries queries(5);
    qsizetype found = 0;
    for (int round = 0; round < 4; ++round) {
        history.addRuns(40);
        history.changeSteps(20);
        history.deleteRuns(4);
        QTRY_COMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM loose_zones")), 0);
        const Everything everything(store);
        for (int i = 0; i < 100; ++i) {
            const bool ofRuns = i % 3 == 0;
            const query::Query query =
                queries.next(ofRuns ? query::Subject::Runs : query::Subject::Steps, 3);
            const QStringList expected =
                ofRuns ? everything.runsFor(query) : everything.stepsFor(query);
            const QStringList answer =
                ofRuns ? runsFor(store.queries(), query, 50) : stepsFor(store.queries(), query, 50);
            const bool isRefused =
                expected.isEmpty() && answer.value(0).contains(QStringLiteral("No payload has"));
            QVERIFY2(answer == expected || isRefused, qPrintable(query::toText(query)));
            found += expected.size();
        }
    }
    QVERIFY(found > 1'000);
}

void TestStoreQueries::runsOfFewStepsAreInOrderHoweverTheseArrived_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"runs where any(type = filter and score = 0.5)",
          "runs where any(type in (llm, api) and confidence = 90)",
          "runs where any(type = llm and score = 2 and output.title exists) or not status = failed",
          "runs where any(type = ranking and score = 2 and not error)",
          "runs where count(type = llm and confidence = 1) >= 1 and not tag = prod",
          "runs where any(type = analysis and score = 1) and none(type = api)"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

/// Starts are random, so that the latest steps are often those of old runs.
void TestStoreQueries::runsOfFewStepsAreInOrderHoweverTheseArrived()
{
    QFETCH(QString, text);
    if (!m_past)
        m_past = std::make_unique<Past>();
    query::QuerySource &source = m_past->fixture.store().queries();
    const QStringList expected = m_past->everything->runsFor(parsed(text));
    QVERIFY(expected.size() > 5);
    for (const int pageSize : {1, 3, 200})
        QCOMPARE(runsFor(source, text, pageSize), expected);
    QCOMPARE(countOf(source, text), expected.size());
    const auto plan = got(source.explain(parsed(text), {}))->front();
    QCOMPARE(plan.startsWith(QStringLiteral("the steps")), !text.contains(QStringLiteral(" or ")));
}

void TestStoreQueries::frequentStepsDoNotLeadToRuns()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    for (int i = 0; i < 150; ++i) {
        const auto run = ExecutionId::newV7();
        std::vector<Event> events = {startEvent(run)};
        for (int step = 0; step < 20; ++step)
            events.emplace_back(
                stepEvent(run, "rank", StepType::Ranking,
                          ("{\"score\":" + QByteArray::number(20 * i + step) + '}').constData()));
        fixture.submit(std::move(events));
    }
    const auto isScan = [&](const char *text) {
        const query::RunQuestion question{parsed(QString::fromLatin1(text)), kNow, 5, {}};
        return got(source.findRuns(question, {}))->plan.isScan;
    };
    QVERIFY(!isScan("runs where any(score >= 2980) and not error"));
    QVERIFY(isScan("runs where any(score >= 20) and not error"));
}

// ---- names ---------------------------------------------------------------------------------

void TestStoreQueries::namesThatLookLikeSqlAreNames_data()
{
    QTest::addColumn<QString>("name");
    const QString names[] = {QStringLiteral("x'); DROP TABLE executions; --"),
                             QStringLiteral("\"; DELETE FROM execution_steps; --"),
                             QStringLiteral("?1 OR 1=1"),
                             QStringLiteral("$1::text || '"),
                             QStringLiteral("%_*[a]{b}"),
                             QStringLiteral("back\\slash\\"),
                             QStringLiteral("line\nfeed\ttab"),
                             QStringLiteral("nul\0inside").replace(u'0', QChar(0)),
                             QString::fromUtf8("\xF0\x9F\x98\x80 \xD0\xB8 \xE6\x97\xA0"),
                             QStringLiteral("and or not ( ) runs where"),
                             QStringLiteral("/* */ -- #"),
                             QStringLiteral("x").repeated(5'000)};
    for (const QString &name : names)
        QTest::addRow("%s", qPrintable(name.left(40))) << name;
}

void TestStoreQueries::namesThatLookLikeSqlAreNames()
{
    QFETCH(const QString, name);
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const QByteArray utf8 = name.toUtf8();
    QByteArray json;
    appendJsonString(json, utf8);
    const auto run = ExecutionId::newV7();
    ExecutionEvent start = startEvent(run);
    start.pipelineName = utf8;
    start.environment = utf8;
    start.session = utf8;
    start.tags = std::vector{utf8};
    start.metadata = '{' + json + ':' + json + '}';
    put(fixture, start);
    StepEvent step = stepEvent(run, "", StepType::Filter, ('{' + json + ":1}").constData());
    step.name = utf8;
    step.input = '{' + json + ':' + json + '}';
    put(fixture, step);
    const auto other = ExecutionId::newV7();
    put(fixture, startEvent(other));
    put(fixture, stepEvent(other, "other"));

    const QString value = query::toText(query::Value(name));
    for (const char *text :
         {"metric.%1 = 1 and type = filter", "step = %1", "step : %1", "step in (a, %1)",
          "input.%1 = %1", "input.%1 : %1", "metadata.%1 = %1", "text : %1", "tag = %1", "tag : %1",
          "session = %1", "pipeline = %1", "environment in (%1)", "runs where tag = %1",
          "runs where any(metric.%1 = 1 and text : %1)", "runs where metadata.%1 exists"}) {
        const QString query = QString::fromLatin1(text).replace(QStringLiteral("%1"), value);
        // SQLite's json_each() ends a text at U+0000.
        if (name.contains(QChar(0)) && query.contains(QStringLiteral("tag ")))
            continue;
        QVERIFY2(countOf(source, query) == 1, qPrintable(query.left(200)));
    }
    QCOMPARE(countOf(source, QString()), 2);
}

void TestStoreQueries::aPathThatNothingHasIsAMistake()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    ExecutionEvent start = startEvent(run);
    start.metadata = QByteArray(R"({"region":"eu"})");
    put(fixture, start);
    StepEvent early = textStep(run, "early");
    early.output = QByteArray(R"({"seldom":1})");
    put(fixture, early);
    fill(fixture, run, 400); // more than are looked into for names to offer

    const auto unknown = [&](const char *text) {
        return stepsFor(source, QString::fromLatin1(text)).value(0);
    };
    QVERIFY(unknown("type = llm and output.sayd = 3").startsWith(QStringLiteral("Position 16: ")));
    QVERIFY(unknown("output.sayd = 3").contains(QStringLiteral("Did you mean “output.said”?")));
    QCOMPARE(unknown("output.seldom = 3"), QString());
    QCOMPARE(unknown("metadata.region = us"), QString());
    QVERIFY(unknown("metadata.regoin = eu").contains(QStringLiteral("“metadata.region”")));
    const auto counted = StoreFixture::wait(
        source.count({parsed(QStringLiteral("runs where any(output.sayd = 3)")), kNow}, {}));
    QCOMPARE(counted.error().code, ErrorCode::InvalidValue);
}

// ---- text ----------------------------------------------------------------------------------

void TestStoreQueries::aGroupThatIsMadeAnewIsNotReady()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    fill(fixture, run, store::kTextGroupSteps + 10);
    QTRY_COMPARE_WITH_TIMEOUT(readyGroups(fixture), 1, 20'000);
    fixture.close();
    const auto connection = store::SqliteConnection::open(fixture.path(), store::Access::ReadOnly);
    QVERIFY(connection);
    store::TextIndexReader reader(**connection);
    QVERIFY(reader.open());
    const store::TextNeed need = store::textNeedOf(parsed(QStringLiteral("text : number")).where);
    auto candidates = reader.candidates(0, need);
    QVERIFY(candidates && *candidates && (*candidates)->count() > 4'000);
    fixture.sql(QStringLiteral("DELETE FROM text_groups"));
    fixture.sql(QStringLiteral("DELETE FROM text_signatures"));
    candidates = reader.candidates(0, need);
    QVERIFY(candidates && !*candidates);
}

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

void TestStoreQueries::aFrequentValueDoesNotLead()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    const auto run = ExecutionId::newV7();
    put(fixture, startEvent(run));
    std::vector<Event> events;
    for (int i = 0; i < 3'000; ++i)
        events.emplace_back(stepEvent(run, "call", StepType::Api,
                                      ("{\"code\":" + QByteArray::number(i % 500 == 0 ? 500 : 200) +
                                       ",\"attempt\":" + QByteArray::number(i) + '}')
                                          .constData()));
    fixture.submit(std::move(events));
    const auto leads = [&](const char *text) {
        return got(source.explain(parsed(QString::fromLatin1(text)), {}))->front();
    };
    QCOMPARE(leads("code = 200 and attempt = 77"), leads("attempt = 77 and code = 200"));
    QVERIFY(leads("code = 200 and attempt = 77").contains(QStringLiteral("attempt")));
    QVERIFY(leads("attempt > 10 and code = 500").contains(QStringLiteral("code")));
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
    auto answer = source.findSteps({parsed(kSlow), kNow, 10, {}}, ticket);
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
        scans.push_back(store.queries().findSteps({parsed(kSlow), kNow, 10, {}}, ticket));
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

void TestStoreQueries::aDistributionOfManyValuesIsSampledBetweenTheirTrueBounds()
{
    StoreFixture fixture;
    query::QuerySource &source = fixture.open().queries();
    for (const char *sql :
         {"INSERT INTO metrics(id, name) VALUES(1, 'score')",
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) "
          "INSERT INTO step_metrics SELECT 1, 0, i, CASE i WHEN 12345 THEN 1000000 ELSE i % 100 "
          "END FROM n",
          "INSERT INTO metric_zones SELECT 1, 0, step_id >> 9, count(*), min(value), max(value) "
          "FROM step_metrics GROUP BY step_id >> 9"})
        fixture.sql(QString::fromLatin1(sql));
    const auto spread = got(source.distribution({QStringLiteral("score"), {}, {}, kNow, 10}, {}));
    QVERIFY(spread->sampled);
    QCOMPARE(spread->total, 400'000);
    QCOMPARE(spread->minimum, 0.0);
    QCOMPARE(spread->maximum, 1e6);
    const qint64 counted = std::accumulate(spread->counts.begin(), spread->counts.end(), qint64(0));
    QVERIFY(std::abs(double(counted) / 400'000 - 1) < 0.01);
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
    QCOMPARE(got(source.trend(question, {}))->matches, qint64(demo().everything->runs()));
}

void TestStoreQueries::theMetricOfRunsIsThatOfAllTheirSteps()
{
    query::QuerySource &source = demo().fixture.store().queries();
    const QString name = QStringLiteral("percentage_eliminated");
    const QString runs = QStringLiteral("runs where pipeline = categorization");
    const QString steps = name + QStringLiteral(" exists and pipeline = categorization");
    const auto there = got(source.distribution({name, {}, parsed(steps), kNow, 10}, {}));
    QVERIFY(there->total > 0);
    const auto spread = got(source.distribution({name, {}, parsed(runs), kNow, 10}, {}));
    QCOMPARE(spread->total, there->total);
    QCOMPARE(spread->counts, there->counts);

    query::TrendQuestion question;
    question.query = parsed(runs);
    question.now = kNow;
    question.metric = name;
    question.buckets = 1; // all in one, so that the median is that of all
    const auto ofRuns = got(source.trend(question, {}));
    question.query = parsed(steps);
    const auto ofSteps = got(source.trend(question, {}));
    QVERIFY(ofRuns->series.at(0).points.at(0).metricP50.has_value());
    QCOMPARE(ofRuns->series[0].points[0].metricP50, ofSteps->series.at(0).points.at(0).metricP50);
    QCOMPARE(ofRuns->series[0].points[0].metricP95, ofSteps->series[0].points[0].metricP95);
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
