// SPDX-License-Identifier: GPL-3.0-or-later
// The update rules of the interface, and what admission derives from a step's payloads.
#include "tests/admission/event_text.h"

#include <QTest>

#include <limits>

using namespace xray;
using namespace xray::admission;
using namespace xray::tests;

namespace {

const ExecutionId kRun = *ExecutionId::fromText("00000000-0000-7000-8000-000000000002");
const ExecutionId kOtherRun = *ExecutionId::fromText("00000000-0000-7000-8000-000000000003");
const ErrorId kError = *ErrorId::fromText("00000000-0000-7000-8000-000000000004");

StepRecord merged(const StepEvent &event, const StepRecord *existing = nullptr)
{
    auto step = mergeStep(existing, event, {kRun, 1, 100});
    return step ? *step : StepRecord{};
}

ExecutionRecord merged(const ExecutionEvent &event, const ExecutionRecord *existing = nullptr)
{
    auto run = mergeExecution(existing, event, 100);
    return run ? *run : ExecutionRecord{};
}

StepEvent payloads(const char *input, const char *output, const char *reasoning)
{
    StepEvent event = stepEvent({});
    event.input = QByteArray(input);
    event.output = QByteArray(output);
    event.reasoning = QByteArray(reasoning);
    return event;
}

StepEvent filterStep(const char *input, const char *output, const char *reasoning)
{
    StepEvent event = payloads(input, output, reasoning);
    event.type = StepType::Filter;
    return event;
}

StepRecord stepAt(qint64 index, const char *input, const char *output)
{
    StepEvent event = payloads(input, output, "{}");
    event.index = index;
    return merged(event);
}

QString printMetrics(const StepRecord &step)
{
    QStringList parts;
    for (const MetricRecord &metric : step.metrics)
        parts += QString::fromUtf8(metric.name) + u'=' + QString::number(metric.value);
    return parts.join(u' ');
}

QString printIssues(const StepRecord &step)
{
    QStringList parts;
    for (const Issue &issue : step.issues)
        parts += QLatin1String(toWord(issue.severity)) + u' ' + issue.code;
    return parts.join(u',');
}

template<class Record>
QString fault(const Result<Record> &result)
{
    if (result)
        return QStringLiteral("accepted");
    return QLatin1String(errorCodeName(result.error().code)) + u' ' + result.error().field;
}

} // namespace

class TestMerge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStepFollowsTheUpdateRules_data();
    void aStepFollowsTheUpdateRules();
    void aRunFollowsTheUpdateRules_data();
    void aRunFollowsTheUpdateRules();
    void repeatingAnyStepEventChangesNothing_data();
    void repeatingAnyStepEventChangesNothing();
    void repeatingAnyRunEventChangesNothing_data();
    void repeatingAnyRunEventChangesNothing();

    void aNewRecordNamesItsMissingField();
    void aRequiredFieldCannotBeNullOrEmpty();
    void anUpdateOfAnUnknownRunIsRefused();
    void aStepOfAnotherRunIsAConflict();
    void anErrorOfAnotherRunIsAConflict();
    void aStepCannotBeItsOwnParent();
    void timesBeyondTheRangeAreRefusedNotWrapped();
    void nullClearsAndAbsentKeeps();
    void payloadsMergeKeyByKey();
    void aTriggerIsReplacedWhole();
    void tagsAreKeptOnce();
    void anErrorHappensNowWhenItDoesNotSay();
    void anErrorMayHaveAnEmptyMessage();

    void everyNumberInTheReasoningIsAMetric();
    void aNumberTooLargeForADoubleIsNoMetric();
    void aDeeplyNestedReasoningIsNoProblem();
    void atMostSixtyFourMetricsAreKept();
    void countsAreNonNegativeIntegers();
    void aFilterDerivesItsPercentageFromTheCounts();
    void aStatedPercentageIsNotOverwritten();
    void aFilterFromZeroCandidatesHasNoPercentage();
    void aPercentageThatContradictsTheCountsIsAnIssue();
    void aRoundedPercentageIsNoIssue();
    void moreRemainingThanTotalIsAnIssue();
    void aCompletedFilterThatSaysNothingIsAskedToSay();
    void aRunningFilterIsNotAskedYet();
    void figuresFollowThePayloads();

    void theTitleComesFromTheMetadataFirst();
    void aTextTriggerIsNoTitle();
    void theTitleComesFromTheEarliestStep();
    void theOutcomeComesFromTheLatestStep();
    void theStepThatGaveTheOutcomeMayChangeIt();
    void aHeadlineIsOneShortLine();
    void aHeadlineIsCutBetweenCodePoints();
    void anOutcomeLooksIntoObjectsAndLists();
    void wakingARunLeavesAFinishedOneAlone();
};

void TestMerge::aStepFollowsTheUpdateRules_data()
{
    QTest::addColumn<QString>("events");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *events, const char *expected) {
        QTest::newRow(name) << QString::fromLatin1(events) << QString::fromLatin1(expected);
    };
    row("bare is running", "", "running 100..? (?)");
    row("with an output is completed", R"(began=10 output={"a":1})", "completed 10..? (?)");
    row("with an end is completed", "began=10 ended=50", "completed 10..50 (40)");
    row("with a duration is completed", "began=10 took=7", "completed 10..17 (7)");
    row("a stated duration stands", "began=10 ended=50 took=7", "completed 10..50 (7)");
    row("no start means now", "took=7", "completed 100..107 (7)");
    row("no start, but an end", "ended=50 took=7", "completed 43..50 (7)");
    row("no start, and an end to come", "ended=150", "completed 100..150 (50)");
    row("a stated status wins", R"(began=10 status=running output={"a":1})", "running 10..? (?)");
    row("completed without times", "began=10 status=completed", "completed 10..? (?)");
    row("failed without times", "began=10 status=failed", "failed 10..? (?)");

    row("an end completes", "began=10 | ended=50", "completed 10..50 (40)");
    row("a duration completes", "began=10 | took=7", "completed 10..17 (7)");
    row("an output completes, now", R"(began=10 | output={"a":1})", "completed 10..200 (190)");
    row("an output is not the end of what said it runs",
        R"(began=10 status=running | output={"a":1})", "running 10..? (?)");
    row("but an end is", "began=10 status=running | ended=50", "completed 10..50 (40)");
    row("a status ends it now", "began=10 | status=failed", "failed 10..200 (190)");
    row("a start ahead of the clock", "began=900 | status=completed", "completed 900..900 (0)");
    row("completed never runs again", "began=10 ended=50 | status=running",
        "completed 10..50 (40)");
    row("failed never runs again", "began=10 status=failed | status=running", "failed 10..? (?)");
    row("completed may turn out failed", "began=10 ended=50 | status=failed", "failed 10..50 (40)");
    row("a later end derives again", "began=10 ended=50 | ended=60", "completed 10..60 (50)");
    row("a later start derives again", "began=10 ended=50 | began=20", "completed 20..50 (30)");
    row("but keeps what was stated", "began=10 ended=50 took=7 | ended=60", "completed 10..60 (7)");
    row("a null end clears", "began=10 ended=50 | ended=null", "completed 10..? (?)");
    row("a null duration derives", "began=10 ended=50 took=7 | took=null", "completed 10..50 (40)");
    row("null start and status keep", "began=10 ended=50 | began=null status=null",
        "completed 10..50 (40)");
    row("null in a new one is absent", "began=null ended=null took=null status=null",
        "running 100..? (?)");

    row("end before start", "began=50 ended=10", "invalid_value ended_at");
    row("end before start by an update", "began=50 | ended=10", "invalid_value ended_at");
    row("start moved after the end", "began=10 ended=50 | began=60", "invalid_value ended_at");
    row("negative duration", "began=10 took=-1", "invalid_value duration_ms");
    row("index from one", "index=0", "invalid_value step_index");
}

void TestMerge::aStepFollowsTheUpdateRules()
{
    QFETCH(QString, events);
    QFETCH(QString, expected);
    QCOMPARE(mergedSteps(events), expected);
}

void TestMerge::aRunFollowsTheUpdateRules_data()
{
    QTest::addColumn<QString>("events");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *events, const char *expected) {
        QTest::newRow(name) << QString::fromLatin1(events) << QString::fromLatin1(expected);
    };
    row("a start runs", "start", "running 100..? (?)");
    row("a start with an end is over", "start began=10 ended=50", "completed 10..50 (40)");
    row("a start with a duration is over", "start began=10 took=7", "completed 10..17 (7)");
    row("a failed one ends now", "start began=10 status=failed", "failed 10..100 (90)");
    row("a started one may be incomplete", "start began=10 status=incomplete",
        "incomplete 10..? (?)");
    row("an end completes", "start began=10 | end", "completed 10..200 (190)");
    row("an end with its time", "start began=10 | end ended=50", "completed 10..50 (40)");
    row("an end with its duration", "start began=10 | end took=7", "completed 10..17 (7)");
    row("an end that failed", "start began=10 | end status=failed", "failed 10..200 (190)");
    row("an end keeps failed", "start began=10 status=failed ended=50 | end", "failed 10..50 (40)");
    row("an end keeps completed", "start began=10 ended=50 | end", "completed 10..50 (40)");
    row("an end without its own end keeps the first", "start began=10 | end | end",
        "completed 10..200 (190)");
    row("metadata does not end", R"(start began=10 | update metadata={"a":1})",
        "running 10..? (?)");
    row("an update with an end completes", "start began=10 | update ended=50",
        "completed 10..50 (40)");
    row("completed never runs again", "start began=10 ended=50 | start status=running",
        "completed 10..50 (40)");
    row("nor is it incomplete again", "start began=10 ended=50 | update status=incomplete",
        "completed 10..50 (40)");
    row("completed may turn out failed", "start began=10 ended=50 | update status=failed",
        "failed 10..50 (40)");
    row("an event wakes it", R"(start began=10 | quiet | update metadata={"a":1})",
        "running 10..? (?)");
    row("an end after the silence", "start began=10 | quiet | end", "completed 10..300 (290)");
    row("a stated status wins over waking", "start began=10 | quiet | update status=incomplete",
        "incomplete 10..? (?)");
    row("a null end stays open", "start began=10 ended=50 | update ended=null",
        "completed 10..? (?)");
    row("end before start", "start began=50 | end ended=10", "invalid_value ended_at");
    row("negative duration", "start took=-1", "invalid_value duration_ms");
}

void TestMerge::aRunFollowsTheUpdateRules()
{
    QFETCH(QString, events);
    QFETCH(QString, expected);
    QCOMPARE(mergedRuns(events), expected);
}

void TestMerge::repeatingAnyStepEventChangesNothing_data()
{
    aStepFollowsTheUpdateRules_data();
}

void TestMerge::repeatingAnyStepEventChangesNothing()
{
    QFETCH(QString, events);
    std::optional<StepRecord> step;
    for (const QString &text : events.split(u'|')) {
        const StepEvent event = stepEvent(text);
        auto once = mergeStep(step ? &*step : nullptr, event, {kRun, 1, 100});
        if (!once)
            return;
        auto twice = mergeStep(&*once, event, {kRun, 2, 900});
        QVERIFY(twice.ok());
        QVERIFY(*twice == *once);
        step = *once;
    }
}

void TestMerge::repeatingAnyRunEventChangesNothing_data()
{
    aRunFollowsTheUpdateRules_data();
}

void TestMerge::repeatingAnyRunEventChangesNothing()
{
    QFETCH(QString, events);
    std::optional<ExecutionRecord> run;
    for (const QString &text : events.split(u'|')) {
        const ExecutionEvent event = runEvent(text);
        auto once = mergeExecution(run ? &*run : nullptr, event, 100);
        if (!once)
            return;
        auto twice = mergeExecution(&*once, event, 900);
        QVERIFY(twice.ok());
        QVERIFY(*twice == *once);
        run = *once;
    }
}

void TestMerge::aNewRecordNamesItsMissingField()
{
    ExecutionEvent run = runEvent({});
    run.pipelineName = {};
    QCOMPARE(fault(mergeExecution(nullptr, run, 100)),
             QStringLiteral("missing_field pipeline_name"));
    StepEvent step = stepEvent({});
    step.type = {};
    QCOMPARE(fault(mergeStep(nullptr, step, {kRun, 1, 100})),
             QStringLiteral("missing_field step_type"));
    step.name = {};
    QCOMPARE(fault(mergeStep(nullptr, step, {kRun, 1, 100})),
             QStringLiteral("missing_field step_name"));
    QCOMPARE(fault(mergeStep(nullptr, stepEvent({}), {ExecutionId(), 1, 100})),
             QStringLiteral("missing_field execution_id"));
    ErrorEvent error;
    error.id = kError;
    QCOMPARE(fault(mergeError(nullptr, error, 100)), QStringLiteral("missing_field execution_id"));
    error.executionId = kRun;
    QCOMPARE(fault(mergeError(nullptr, error, 100)), QStringLiteral("missing_field message"));
}

void TestMerge::aRequiredFieldCannotBeNullOrEmpty()
{
    ExecutionEvent run = runEvent({});
    run.pipelineName = QByteArray();
    QCOMPARE(fault(mergeExecution(nullptr, run, 100)),
             QStringLiteral("invalid_value pipeline_name"));
    const ExecutionRecord existingRun = merged(runEvent({}));
    run.pipelineName = Field<QByteArray>::null();
    QCOMPARE(fault(mergeExecution(&existingRun, run, 100)),
             QStringLiteral("invalid_value pipeline_name"));
    const StepRecord existing = merged(stepEvent({}));
    StepEvent step = stepEvent({});
    step.name = QByteArray();
    QCOMPARE(fault(mergeStep(&existing, step, {kRun, 1, 100})),
             QStringLiteral("invalid_value step_name"));
    step = stepEvent({});
    step.type = Field<StepType>::null();
    QCOMPARE(fault(mergeStep(&existing, step, {kRun, 1, 100})),
             QStringLiteral("invalid_value step_type"));
}

void TestMerge::anUpdateOfAnUnknownRunIsRefused()
{
    QCOMPARE(mergedRuns(QStringLiteral("update")), QStringLiteral("unknown_execution id"));
    QCOMPARE(mergedRuns(QStringLiteral("end")), QStringLiteral("unknown_execution id"));
}

void TestMerge::aStepOfAnotherRunIsAConflict()
{
    const StepRecord existing = merged(stepEvent({}));
    QCOMPARE(fault(mergeStep(&existing, stepEvent({}), {kOtherRun, 1, 100})),
             QStringLiteral("conflict execution_id"));
}

void TestMerge::anErrorOfAnotherRunIsAConflict()
{
    ErrorEvent event;
    event.id = kError;
    event.executionId = kRun;
    event.message = QByteArray("boom");
    const auto existing = mergeError(nullptr, event, 100);
    QVERIFY(existing.ok());
    event.executionId = kOtherRun;
    QCOMPARE(fault(mergeError(&*existing, event, 100)), QStringLiteral("conflict execution_id"));
}

void TestMerge::aStepCannotBeItsOwnParent()
{
    StepEvent step = stepEvent({});
    step.parentId = *step.id;
    QCOMPARE(fault(mergeStep(nullptr, step, {kRun, 1, 100})),
             QStringLiteral("invalid_value parent_step_id"));
}

void TestMerge::timesBeyondTheRangeAreRefusedNotWrapped()
{
    constexpr TimeNs lowest = std::numeric_limits<TimeNs>::min();
    constexpr TimeNs highest = std::numeric_limits<TimeNs>::max();
    StepEvent step = stepEvent({});
    step.startedAt = lowest;
    step.endedAt = highest;
    QCOMPARE(fault(mergeStep(nullptr, step, {kRun, 1, 100})),
             QStringLiteral("invalid_value ended_at"));
    step = stepEvent({});
    step.startedAt = highest;
    step.duration = highest;
    QCOMPARE(fault(mergeStep(nullptr, step, {kRun, 1, 100})),
             QStringLiteral("invalid_value duration_ms"));
}

void TestMerge::nullClearsAndAbsentKeeps()
{
    ExecutionEvent event = runEvent({});
    event.environment = QByteArray("prod");
    event.session = QByteArray("s-1");
    event.metadata = QByteArray(R"({"a":1})");
    event.tags = std::vector<QByteArray>{"blue"};
    const ExecutionRecord first = merged(event);
    ExecutionEvent clearing = runEvent(QStringLiteral("update"));
    clearing.environment = Field<QByteArray>::null();
    clearing.metadata = Field<JsonText>::null();
    clearing.tags = Field<std::vector<QByteArray>>::null();
    const ExecutionRecord second = merged(clearing, &first);
    QCOMPARE(second.environment, QByteArray());
    QCOMPARE(second.metadata, QByteArray());
    QVERIFY(second.tags.empty());
    QCOMPARE(second.session, QByteArray("s-1"));
    QCOMPARE(second.pipelineName, QByteArray("shop"));
}

void TestMerge::payloadsMergeKeyByKey()
{
    const StepRecord first = merged(payloads(R"({"a":1,"b":{"x":1}})", "{}", R"({"c":0.5})"));
    StepEvent update = stepEvent({});
    update.input = QByteArray(R"({"b":{"y":2},"d":null})");
    const StepRecord second = merged(update, &first);
    QCOMPARE(second.input, QByteArray(R"({"a":1,"b":{"y":2},"d":null})"));
    QCOMPARE(second.reasoning, QByteArray(R"({"c":0.5})"));
}

void TestMerge::aTriggerIsReplacedWhole()
{
    ExecutionEvent event = runEvent({});
    event.trigger = QByteArray(R"({"kind":"cron","every":"1h"})");
    const ExecutionRecord first = merged(event);
    event.trigger = QByteArray(R"("manual")");
    QCOMPARE(merged(event, &first).trigger, QByteArray(R"("manual")"));
}

void TestMerge::tagsAreKeptOnce()
{
    ExecutionEvent event = runEvent({});
    event.tags = std::vector<QByteArray>{"blue", "green", "blue"};
    QCOMPARE(merged(event).tags, (std::vector<QByteArray>{"blue", "green"}));
}

void TestMerge::anErrorHappensNowWhenItDoesNotSay()
{
    ErrorEvent event;
    event.id = kError;
    event.executionId = kRun;
    event.message = QByteArray("boom");
    const auto error = mergeError(nullptr, event, 100);
    QVERIFY(error.ok());
    QCOMPARE(error->occurredAt, TimeNs(100));
    const auto repeated = mergeError(&*error, event, 900);
    QVERIFY(repeated.ok());
    QVERIFY(*repeated == *error);
}

void TestMerge::anErrorMayHaveAnEmptyMessage()
{
    ErrorEvent event;
    event.id = kError;
    event.executionId = kRun;
    event.message = QByteArray("");
    event.type = QByteArray("ValueError");
    QCOMPARE(fault(mergeError(nullptr, event, 100)), QStringLiteral("accepted"));
}

void TestMerge::everyNumberInTheReasoningIsAMetric()
{
    const StepRecord step = merged(payloads("{}", "{}",
                                            R"({"score":0.5,"ok":true,"note":"7","model":)"
                                            R"({"temp":1,"deep":{"n":-2e3}},"list":[1,{"x":2}],)"
                                            R"("none":null,"\u0073ize":3})"));
    QCOMPARE(printMetrics(step),
             QStringLiteral("score=0.5 model.temp=1 model.deep.n=-2000 size=3"));
}

void TestMerge::aNumberTooLargeForADoubleIsNoMetric()
{
    const StepRecord step =
        merged(payloads("{}", "{}", R"({"a":1e999,"b":123456789012345678901234567890,"c":1})"));
    QCOMPARE(printMetrics(step), QStringLiteral("b=1.23457e+29 c=1"));
}

void TestMerge::aDeeplyNestedReasoningIsNoProblem()
{
    const int levels = 900;
    const QByteArray deep =
        QByteArray(R"({"a":)").repeated(levels) + "1" + QByteArray("}").repeated(levels);
    const QByteArray reasoning = R"({"first":1,"deep":)" + deep + R"(,"last":2})";
    QCOMPARE(printMetrics(merged(payloads("{}", "{}", reasoning.constData()))),
             QStringLiteral("first=1 last=2"));
}

void TestMerge::atMostSixtyFourMetricsAreKept()
{
    QByteArray reasoning = "{";
    for (int i = 0; i < 70; ++i)
        reasoning += "\"m" + QByteArray::number(i) + "\":1,";
    reasoning.back() = '}';
    const StepRecord step = merged(filterStep(
        R"({"total_candidates":4})", R"({"remaining_candidates":1})", reasoning.constData()));
    QCOMPARE(step.metrics.size(), std::size_t(kMaxMetricsPerStep));
    QCOMPARE(step.metrics.back().name, QByteArray("percentage_eliminated"));
    QCOMPARE(printIssues(step), QStringLiteral("warning too_many_metrics"));
    QVERIFY(step.issues.front().message.contains(QLatin1String("70 numbers")));
}

void TestMerge::countsAreNonNegativeIntegers()
{
    const auto countIn = [](const char *input) {
        return merged(payloads(input, "{}", "{}")).countIn;
    };
    QCOMPARE(countIn(R"({"total_candidates":50})"), std::optional<qint64>(50));
    QCOMPARE(countIn(R"({"total_candidates":50.0})"), std::optional<qint64>(50));
    QVERIFY(!countIn(R"({"total_candidates":-1})"));
    QVERIFY(!countIn(R"({"total_candidates":2.5})"));
    QVERIFY(!countIn(R"({"total_candidates":"50"})"));
    QVERIFY(!countIn(R"({"nested":{"total_candidates":50}})"));
    QVERIFY(!countIn(R"(["total_candidates",50])"));
}

void TestMerge::aFilterDerivesItsPercentageFromTheCounts()
{
    const StepRecord step = merged(
        filterStep(R"({"total_candidates":50})", R"({"remaining_candidates":5})", R"({"n":1})"));
    QCOMPARE(printMetrics(step), QStringLiteral("n=1 percentage_eliminated=90"));
    QCOMPARE(printIssues(step), QString());
}

void TestMerge::aStatedPercentageIsNotOverwritten()
{
    const StepRecord step =
        merged(filterStep(R"({"total_candidates":50})", R"({"remaining_candidates":5})",
                          R"({"percentage_eliminated":12})"));
    QCOMPARE(printMetrics(step), QStringLiteral("percentage_eliminated=12"));
}

void TestMerge::aFilterFromZeroCandidatesHasNoPercentage()
{
    const StepRecord step =
        merged(filterStep(R"({"total_candidates":0})", R"({"remaining_candidates":0})", "{}"));
    QCOMPARE(printMetrics(step), QString());
    QCOMPARE(printIssues(step), QString());
}

void TestMerge::aPercentageThatContradictsTheCountsIsAnIssue()
{
    const StepRecord step =
        merged(filterStep(R"({"total_candidates":50})", R"({"remaining_candidates":5})",
                          R"({"percentage_eliminated":0.9})"));
    QCOMPARE(printIssues(step), QStringLiteral("warning percentage_contradicts_counts"));
    const QString message = step.issues.front().message;
    QVERIFY2(message.contains(QLatin1String("0.9 %, but 50 candidates in and 5 out make 90 %")),
             qPrintable(message));
    QVERIFY(message.contains(QLatin1String("from 0 to 100")));
}

void TestMerge::aRoundedPercentageIsNoIssue()
{
    const StepRecord step =
        merged(filterStep(R"({"total_candidates":3})", R"({"remaining_candidates":1})",
                          R"({"percentage_eliminated":67})"));
    QCOMPARE(printIssues(step), QString());
}

void TestMerge::moreRemainingThanTotalIsAnIssue()
{
    const StepRecord step =
        merged(filterStep(R"({"total_candidates":5})", R"({"remaining_candidates":50})", "{}"));
    QCOMPARE(printIssues(step), QStringLiteral("warning remaining_exceeds_total"));
    QCOMPARE(printMetrics(step), QString());
}

void TestMerge::aCompletedFilterThatSaysNothingIsAskedToSay()
{
    StepEvent event = filterStep("{}", R"({"kept":["a"]})", "{}");
    QCOMPARE(printIssues(merged(event)), QStringLiteral("info filter_without_counts"));
    event.origin = toJson(StepOrigin{}); // made of a span, which knows nothing of our counts
    QCOMPARE(printIssues(merged(event)), QString());
}

void TestMerge::aRunningFilterIsNotAskedYet()
{
    StepEvent event = stepEvent(QStringLiteral("status=running"));
    event.type = StepType::Filter;
    QCOMPARE(printIssues(merged(event)), QString());
}

void TestMerge::figuresFollowThePayloads()
{
    const StepRecord first = merged(
        filterStep(R"({"total_candidates":50})", R"({"remaining_candidates":5})", R"({"n":1})"));
    StepEvent update = filterStep("{}", R"({"remaining_candidates":25})", "{}");
    update.reasoning = Field<JsonText>::null();
    const StepRecord second = merged(update, &first);
    QCOMPARE(printMetrics(second), QStringLiteral("percentage_eliminated=50"));
    QCOMPARE(second.countOut, std::optional<qint64>(25));
}

void TestMerge::theTitleComesFromTheMetadataFirst()
{
    ExecutionEvent event = runEvent({});
    event.metadata = QByteArray(R"({"name":"Ada","query":"laptop stand"})");
    ExecutionRecord run = merged(event);
    QCOMPARE(run.title, QByteArray("laptop stand"));
    absorbStep(run, stepAt(1, R"({"title":"another"})", "{}"));
    QCOMPARE(run.title, QByteArray("laptop stand"));
    QCOMPARE(run.titleStep, qint64(0));
}

void TestMerge::aTextTriggerIsNoTitle()
{
    ExecutionEvent event = runEvent({});
    event.trigger = QByteArray(R"("cron")");
    QCOMPARE(merged(event).title, QByteArray());
    event.trigger = QByteArray(R"({"kind":"cron","search":"tent"})");
    QCOMPARE(merged(event).title, QByteArray("tent"));
}

void TestMerge::theTitleComesFromTheEarliestStep()
{
    ExecutionRecord run = merged(runEvent({}));
    absorbStep(run, stepAt(3, R"({"query":"third"})", "{}"));
    QCOMPARE(run.title, QByteArray("third"));
    absorbStep(run, stepAt(1, R"({"count":4,"tool":"first text"})", "{}"));
    QCOMPARE(run.title, QByteArray("first text"));
    QCOMPARE(run.titleStep, qint64(1));
    absorbStep(run, stepAt(2, R"({"query":"second"})", "{}"));
    QCOMPARE(run.title, QByteArray("first text"));
    absorbStep(run, stepAt(1, R"({"query":"better"})", "{}"));
    QCOMPARE(run.title, QByteArray("better"));
}

void TestMerge::theOutcomeComesFromTheLatestStep()
{
    ExecutionRecord run = merged(runEvent({}));
    absorbStep(run, stepAt(2, "{}", R"({"selected":"Phone case"})"));
    absorbStep(run, stepAt(1, "{}", R"({"selected":"early"})"));
    QCOMPARE(run.outcome, QByteArray("Phone case"));
    absorbStep(run, stepAt(3, "{}", R"({"count":1})"));
    QCOMPARE(run.outcome, QByteArray("Phone case"));
    QCOMPARE(run.outcomeStep, qint64(2));
    absorbStep(run, stepAt(4, "{}", R"({"answer":"42"})"));
    QCOMPARE(run.outcome, QByteArray("42"));
}

void TestMerge::theStepThatGaveTheOutcomeMayChangeIt()
{
    ExecutionRecord run = merged(runEvent({}));
    absorbStep(run, stepAt(2, "{}", R"({"answer":"first draft"})"));
    absorbStep(run, stepAt(2, "{}", R"({"answer":"second draft"})"));
    QCOMPARE(run.outcome, QByteArray("second draft"));
    absorbStep(run, stepAt(2, "{}", R"({"tokens":7})"));
    QCOMPARE(run.outcome, QByteArray());
}

void TestMerge::aHeadlineIsOneShortLine()
{
    ExecutionEvent event = runEvent({});
    event.metadata = QByteArray(R"({"title":" a\n\tb\u0000\u202ec\u00a0 d\ud800 "})");
    QCOMPARE(merged(event).title, QByteArray("a bc d\xef\xbf\xbd"));
}

void TestMerge::aHeadlineIsCutBetweenCodePoints()
{
    const QByteArray rocket = "\xf0\x9f\x9a\x80";
    ExecutionEvent event = runEvent({});
    event.metadata = R"({"title":")" + rocket.repeated(120) + R"("})";
    QCOMPARE(merged(event).title, rocket.repeated(120));
    event.metadata = R"({"title":")" + rocket.repeated(121) + R"("})";
    QCOMPARE(merged(event).title, rocket.repeated(119) + "\xe2\x80\xa6");
}

void TestMerge::anOutcomeLooksIntoObjectsAndLists()
{
    const auto outcome = [](const char *output) {
        ExecutionRecord run = merged(runEvent({}));
        absorbStep(run, stepAt(1, "{}", output));
        return run.outcome;
    };
    QCOMPARE(outcome(R"({"selected":{"asin":"B0","title":"Stand"}})"), QByteArray("Stand"));
    QCOMPARE(outcome(R"({"result":["Stand","Case"]})"), QByteArray("Stand"));
    QCOMPARE(outcome(R"({"result":[{"item":"Stand"}]})"), QByteArray("Stand"));
    QCOMPARE(outcome(R"({"result":{"title":{"en":"no"}}})"), QByteArray());
    QCOMPARE(outcome(R"({"result":[],"answer":"yes"})"), QByteArray("yes"));
    QCOMPARE(outcome(R"({"result":"","answer":"yes"})"), QByteArray("yes"));
    QCOMPARE(outcome(R"({"result":7})"), QByteArray());
}

void TestMerge::wakingARunLeavesAFinishedOneAlone()
{
    ExecutionRecord run = merged(runEvent(QStringLiteral("ended=150")));
    wake(run);
    QVERIFY(run.status == RunStatus::Completed);
    run.status = RunStatus::Incomplete;
    wake(run);
    QVERIFY(run.status == RunStatus::Running);
}

QTEST_APPLESS_MAIN(TestMerge)
#include "tst_merge.moc"
