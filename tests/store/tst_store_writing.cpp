// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/store/store_fixture.h"

#include <QFile>
#include <QTest>

#include <random>

using namespace xray;
using namespace xray::test;

class TestStoreWriting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRunWithStepsIsReadBackAsItWasWritten();
    void aStepThatStartsAndCompletesLaterIsOneStep();
    void repeatingARequestChangesNothing();
    void aStepWithoutIndexGetsTheNextOne();
    void stepsOfDifferentRunsMayInterleave();
    void theSameIdInAnotherRunIsAConflict();
    void anUnknownExecutionIsNamed();
    void anErrorOfAStepOfAnotherRunIsRefused();
    void oneBadEventDoesNotHarmTheOthers();
    void allOrNothingLeavesNothingBehind();
    void allOrNothingKeepsWhatWasThereBefore();
    void aPoisonedEventHarmsNoOneElse();
    void aPoisonedGroupIsRefusedAsOne();
    void eachCommitIsOneRevision();
    void aQuietRunBecomesIncompleteAndWakesAgain();
    void aDeletedRunIsGoneAtOnceAndItsRowsSoon();
    void aDeletedRunCanBeRestoredUntilItIsPurged();
    void aDeletedIdCanBeUsedAgain();
    void countersAgreeWithTheTables();
    void metricsAndZonesAgreeWithTheSteps();
    void aFullQueueRefusesInsteadOfDropping();
    void whatWasQueuedIsWrittenBeforeTheStoreCloses();
    void aStoreOfANewerProgramIsLeftAlone();
    void aFileThatIsNoStoreIsAnErrorWithItsName();
};

void TestStoreWriting::aRunWithStepsIsReadBackAsItWasWritten()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    ExecutionEvent start = startEvent(run, "competitor_selection");
    start.environment = QByteArray("prod");
    start.tags = std::vector<QByteArray>{"a", "\"quoted\" \n"};
    start.metadata = QByteArray(R"({"query":"laptop stand"})");
    start.startedAt = TimeNs(1'700'000'000'123'456'789);
    QVERIFY(fixture.put(start));
    StepEvent step = stepEvent(run, "filter_relevance", StepType::Filter,
                               R"({"confidence":0.41,"reason":"because"})");
    step.input = QByteArray(R"({"total_candidates":50})");
    step.output = QByteArray(R"({"remaining_candidates":5})");
    step.duration = 1'060 * kNsPerMs;
    const auto stepId = fixture.put(step);
    QVERIFY(stepId);

    const auto snapshot = StoreFixture::wait(fixture.store().openRun(run, {}));
    QVERIFY(snapshot);
    const Execution &read = (*snapshot)->run;
    QCOMPARE(read.pipelineName, QStringLiteral("competitor_selection"));
    QCOMPARE(read.environment, QStringLiteral("prod"));
    QCOMPARE(read.tags, (QStringList{QStringLiteral("a"), QStringLiteral("\"quoted\" \n")}));
    QCOMPARE(read.startedAt, TimeNs(1'700'000'000'123'456'789));
    QCOMPARE(read.title, QStringLiteral("laptop stand"));
    QCOMPARE(read.stepCount, 1);
    QCOMPARE((*snapshot)->steps.size(), 1);
    const Step &first = (*snapshot)->steps.at(0);
    QCOMPARE(first.id.uuid().toUtf8(), stepId->toUtf8());
    QCOMPARE(first.countIn, std::optional<qint64>(50));
    QCOMPARE(metricValue(first, u"percentage_eliminated"), std::optional(90.0));
    QCOMPARE(metricValue(first, u"confidence"), std::optional(0.41));

    const auto detail = StoreFixture::wait(fixture.store().stepDetail(first.id, {}));
    QVERIFY(detail);
    QCOMPARE((*detail)->payloads.reasoning, *step.reasoning);
}

void TestStoreWriting::aStepThatStartsAndCompletesLaterIsOneStep()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    StepEvent begin = stepEvent(run);
    begin.id = StepId::newV7();
    begin.status = {};
    StepEvent complete;
    complete.id = begin.id;
    complete.executionId = run;
    complete.output = QByteArray(R"({"remaining_candidates":5})");
    complete.endedAt = nowNs() + kNsPerSecond;
    QVERIFY(fixture.put(startEvent(run)));
    QVERIFY(fixture.put(begin));
    const auto running = StoreFixture::wait(fixture.store().stepDetail(*begin.id, {}));
    QCOMPARE((*running)->step.status, StepStatus::Running);
    QVERIFY(fixture.put(complete));
    const auto done = StoreFixture::wait(fixture.store().stepDetail(*begin.id, {}));
    QCOMPARE((*done)->step.status, StepStatus::Completed);
    QVERIFY((*done)->step.duration.has_value());
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 1);
}

void TestStoreWriting::repeatingARequestChangesNothing()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    StepEvent step = stepEvent(run, "s", StepType::Filter, R"({"score":1})");
    step.id = StepId::newV7();
    ErrorEvent error = errorEvent(run);
    error.id = ErrorId::newV7();
    error.stepId = *step.id;
    const std::vector<Event> events{startEvent(run), step, error, endEvent(run)};
    QVERIFY(fixture.submit(events).status);
    const QString everything = QStringLiteral(
        "SELECT quote(e.ended_at) || e.step_count || e.error_count || s.error_count || "
        "quote(s.ended_at) || r.occurred_at || (SELECT max(rev) FROM changes) FROM executions e, "
        "execution_steps s, execution_errors r");
    const QVariantList before = fixture.sql(everything);
    for (int i = 0; i < 3; ++i)
        QVERIFY(fixture.submit(events).status);
    QCOMPARE(before.size(), 1);
    QCOMPARE(fixture.sql(everything), before);
}

void TestStoreWriting::aStepWithoutIndexGetsTheNextOne()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    StepEvent seventh = stepEvent(run);
    seventh.index = qint64(7);
    QVERIFY(fixture.submit({startEvent(run), stepEvent(run), seventh, stepEvent(run)}).status);
    const QVariantList indexes =
        fixture.sql(QStringLiteral("SELECT step_index FROM execution_steps ORDER BY id"));
    QCOMPARE(indexes, (QVariantList{1, 7, 8}));
}

void TestStoreWriting::stepsOfDifferentRunsMayInterleave()
{
    StoreFixture fixture;
    fixture.open();
    const auto a = ExecutionId::newV7();
    const auto b = ExecutionId::newV7();
    std::vector<Event> events{startEvent(a), startEvent(b)};
    for (int i = 0; i < 20; ++i) {
        events.emplace_back(stepEvent(a));
        events.emplace_back(stepEvent(b));
    }
    QVERIFY(fixture.submit(std::move(events)).status);
    for (const ExecutionId &id : {a, b}) {
        const auto run = StoreFixture::wait(fixture.store().openRun(id, {}));
        QCOMPARE((*run)->steps.size(), 20);
        QCOMPARE((*run)->run.stepCount, 20);
        QCOMPARE((*run)->steps.at(19).index, 20);
    }
}

void TestStoreWriting::theSameIdInAnotherRunIsAConflict()
{
    StoreFixture fixture;
    fixture.open();
    const auto a = ExecutionId::newV7();
    const auto b = ExecutionId::newV7();
    StepEvent step = stepEvent(a);
    step.id = StepId::newV7();
    QVERIFY(fixture.submit({startEvent(a), startEvent(b), step}).status);
    step.executionId = b;
    const auto outcome = fixture.put(step);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code, ErrorCode::Conflict);
}

void TestStoreWriting::anUnknownExecutionIsNamed()
{
    StoreFixture fixture;
    fixture.open();
    const auto outcome = fixture.put(stepEvent(ExecutionId::newV7()));
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code, ErrorCode::UnknownExecution);
    QCOMPARE(outcome.error().field, QStringLiteral("execution_id"));
    const auto end = fixture.put(endEvent(ExecutionId::newV7()));
    QCOMPARE(end.error().code, ErrorCode::UnknownExecution);
}

void TestStoreWriting::anErrorOfAStepOfAnotherRunIsRefused()
{
    StoreFixture fixture;
    fixture.open();
    const auto a = ExecutionId::newV7();
    const auto b = ExecutionId::newV7();
    StepEvent step = stepEvent(a);
    step.id = StepId::newV7();
    QVERIFY(fixture.submit({startEvent(a), startEvent(b), step}).status);
    ErrorEvent error = errorEvent(b);
    error.stepId = *step.id;
    QCOMPARE(fixture.put(error).error().code, ErrorCode::UnknownStep);
    error.executionId = a;
    QVERIFY(fixture.put(error));
    const auto run = StoreFixture::wait(fixture.store().openRun(a, {}));
    QCOMPARE((*run)->run.errorCount, 1);
    QCOMPARE((*run)->steps.at(0).errorCount, 1);
    QCOMPARE((*run)->run.status, RunStatus::Running);
}

void TestStoreWriting::oneBadEventDoesNotHarmTheOthers()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    StepEvent nameless = stepEvent(run);
    nameless.name = {};
    const auto result = fixture.submit({startEvent(run), stepEvent(run), nameless, stepEvent(run)});
    QVERIFY(result.status);
    QVERIFY(result.outcomes[1].ok());
    QCOMPARE(result.outcomes[2].error().code, ErrorCode::MissingField);
    QCOMPARE(result.outcomes[2].error().field, QStringLiteral("step_name"));
    QVERIFY(result.outcomes[3].ok());
    QCOMPARE(fixture.number(QStringLiteral("SELECT step_count FROM executions")), 2);
}

void TestStoreWriting::allOrNothingLeavesNothingBehind()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    StepEvent nameless = stepEvent(run);
    nameless.name = {};
    const StepEvent measured = stepEvent(run, "s", StepType::Filter, R"({"new_metric":3})");
    const auto result = fixture.submit({measured, nameless, measured}, Atomicity::AllOrNothing);
    QVERIFY(result.status);
    for (const EventOutcome &outcome : result.outcomes)
        QCOMPARE(outcome.error().line, std::optional(2));
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 0);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM step_metrics")), 0);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM metric_zones")), 0);
    QCOMPARE(fixture.number(QStringLiteral("SELECT step_count FROM executions")), 0);
    QVERIFY(fixture.put(measured));
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM step_metrics m JOIN metrics n "
                                           "ON n.id = m.metric_id WHERE n.name = 'new_metric'")),
             1);
}

void TestStoreWriting::allOrNothingKeepsWhatWasThereBefore()
{
    // In one batch: a good submission, a bad group on the same run, another good one.
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    StepEvent nameless = stepEvent(run);
    nameless.name = {};
    std::vector<SubmissionResult> results(3);
    std::atomic<int> answered = 0;
    const std::vector<Event> groups[] = {
        {stepEvent(run)}, {stepEvent(run), nameless}, {stepEvent(run)}};
    for (int i = 0; i < 3; ++i) {
        Submission submission{groups[i], Atomicity::AllOrNothing, 0,
                              [&results, &answered, i](SubmissionResult result) {
                                  results[i] = std::move(result);
                                  ++answered;
                              }};
        QVERIFY(fixture.store().sink().submit(std::move(submission)));
    }
    QTRY_COMPARE(answered.load(), 3);
    QVERIFY(results[0].outcomes[0].ok());
    QVERIFY(!results[1].outcomes[0].ok());
    QVERIFY(results[2].outcomes[0].ok());
    QCOMPARE(fixture.number(QStringLiteral("SELECT step_count FROM executions")), 2);
    QCOMPARE(fixture.number(QStringLiteral("SELECT value FROM counters WHERE name = 'steps'")), 2);
}

void TestStoreWriting::aPoisonedEventHarmsNoOneElse()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    fixture.sql(QStringLiteral("CREATE TRIGGER poison BEFORE INSERT ON execution_steps "
                               "WHEN NEW.step_name = 'poison' "
                               "BEGIN SELECT RAISE(ABORT, 'poison'); END"));
    std::vector<Event> events;
    for (int i = 0; i < 20; ++i)
        events.emplace_back(stepEvent(run, i == 13 ? "poison" : "fine"));
    const auto result = fixture.submit(std::move(events));
    QVERIFY(result.status);
    QCOMPARE(result.outcomes.size(), std::size_t(20));
    for (int i = 0; i < 20; ++i)
        QCOMPARE(result.outcomes[i].ok(), i != 13);
    QCOMPARE(fixture.number(QStringLiteral("SELECT step_count FROM executions")), 19);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 19);
}

void TestStoreWriting::aPoisonedGroupIsRefusedAsOne()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    fixture.sql(QStringLiteral("CREATE TRIGGER poison BEFORE INSERT ON execution_steps "
                               "WHEN NEW.step_name = 'poison' "
                               "BEGIN SELECT RAISE(ABORT, 'poison'); END"));
    const auto result =
        fixture.submit({stepEvent(run), stepEvent(run, "poison")}, Atomicity::AllOrNothing);
    QVERIFY(!result.status);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 0);
    QVERIFY(fixture.put(stepEvent(run)));
    QCOMPARE(fixture.number(QStringLiteral("SELECT step_count FROM executions")), 1);
}

void TestStoreWriting::eachCommitIsOneRevision()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.submit({startEvent(run), stepEvent(run), stepEvent(run)}).status);
    const auto first = StoreFixture::wait(fixture.store().changesSince(0, 100, {}));
    QCOMPARE((*first)->to, Revision(1));
    QCOMPARE((*first)->changes.size(), std::size_t(3)); // the run and two steps
    QVERIFY(!(*first)->gap);
    QVERIFY(fixture.put(stepEvent(run)));
    const auto second = StoreFixture::wait(fixture.store().changesSince(1, 100, {}));
    QCOMPARE((*second)->changes.size(), std::size_t(2));
    QCOMPARE((*second)->to, Revision(2));
    fixture.sql(QStringLiteral("DELETE FROM changes WHERE rev = 1"));
    QVERIFY((*StoreFixture::wait(fixture.store().changesSince(0, 100, {})))->gap);
    QVERIFY(!(*StoreFixture::wait(fixture.store().changesSince(1, 100, {})))->gap);
}

void TestStoreWriting::aQuietRunBecomesIncompleteAndWakesAgain()
{
    StoreFixture fixture;
    store::StoreOptions options;
    options.incompleteAfter = 0;
    fixture.open(options);
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    const auto status = [&] {
        return (*StoreFixture::wait(fixture.store().runById(run, {})))->status;
    };
    QTRY_COMPARE_WITH_TIMEOUT(status(), RunStatus::Incomplete, 10'000);
    QVERIFY(fixture.put(stepEvent(run)));
    QVERIFY(fixture.sql(QStringLiteral("SELECT 1 FROM changes")).size() >= 3);
    QVERIFY(fixture.put(endEvent(run)));
    QCOMPARE(status(), RunStatus::Completed);
}

void TestStoreWriting::aDeletedRunIsGoneAtOnceAndItsRowsSoon()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    std::vector<Event> events{startEvent(run)};
    for (int i = 0; i < 450; ++i)
        events.emplace_back(stepEvent(run, "s", StepType::Filter, R"({"score":1})"));
    events.emplace_back(errorEvent(run));
    QVERIFY(fixture.submit(std::move(events)).status);
    QVERIFY(fixture.put(DeleteEvent{run}));
    const auto gone = StoreFixture::wait(fixture.store().runById(run, {}));
    QVERIFY(!gone);
    QCOMPARE(gone.error().code, ErrorCode::NotFound);
    QCOMPARE(fixture.put(stepEvent(run)).error().code, ErrorCode::UnknownExecution);
    QCOMPARE(fixture.put(DeleteEvent{run}).error().code, ErrorCode::NotFound);
    for (const char *table : {"executions", "execution_steps", "execution_errors", "step_metrics"})
        QTRY_COMPARE_WITH_TIMEOUT(
            fixture.number(QStringLiteral("SELECT count(*) FROM ") + QLatin1String(table)), 0,
            10'000);
    QCOMPARE(fixture.number(QStringLiteral("SELECT sum(abs(value)) FROM counters")), 0);
}

void TestStoreWriting::aDeletedRunCanBeRestoredUntilItIsPurged()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.submit({startEvent(run), stepEvent(run)}).status);
    QVERIFY(fixture.put(DeleteEvent{run, kNsPerHour}));
    QVERIFY(!StoreFixture::wait(fixture.store().runById(run, {})));
    QVERIFY(fixture.put(RestoreEvent{run}));
    const auto back = StoreFixture::wait(fixture.store().openRun(run, {}));
    QVERIFY(back);
    QCOMPARE((*back)->steps.size(), 1);
    QCOMPARE(fixture.number(QStringLiteral("SELECT value FROM counters WHERE name = 'steps'")), 1);
    QVERIFY(!fixture.put(RestoreEvent{ExecutionId::newV7()}));
}

void TestStoreWriting::aDeletedIdCanBeUsedAgain()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.submit({startEvent(run), stepEvent(run)}).status);
    QVERIFY(fixture.submit({DeleteEvent{run, kNsPerHour}, startEvent(run, "again")}).status);
    const auto again = StoreFixture::wait(fixture.store().openRun(run, {}));
    QVERIFY(again);
    QCOMPARE((*again)->run.pipelineName, QStringLiteral("again"));
    QCOMPARE((*again)->steps.size(), 0);
}

namespace {

/// Random valid and invalid events over a few runs and steps, the same for the same seed.
std::vector<Event> randomEvents(std::mt19937 &random, const std::vector<ExecutionId> &runs,
                                const std::vector<StepId> &steps, int count)
{
    const auto pick = [&](int n) { return static_cast<int>(random() % n); };
    std::vector<Event> events;
    for (int i = 0; i < count; ++i) {
        const ExecutionId run = runs[pick(static_cast<int>(runs.size()))];
        const int kind = pick(100);
        if (kind < 10) {
            events.emplace_back(startEvent(run));
        } else if (kind < 14) {
            events.emplace_back(DeleteEvent{run, pick(2) ? kNsPerHour : 0});
        } else if (kind < 18) {
            events.emplace_back(RestoreEvent{run});
        } else if (kind < 30) {
            ErrorEvent error = errorEvent(run);
            if (pick(2))
                error.stepId = steps[pick(static_cast<int>(steps.size()))];
            events.emplace_back(error);
        } else {
            const QByteArray reasoning = QByteArray("{\"m") + QByteArray::number(pick(3)) +
                                         "\":" + QByteArray::number(pick(1000) - 500) + "}";
            StepEvent step =
                stepEvent(run, "s", static_cast<StepType>(pick(5)), reasoning.constData());
            if (pick(2))
                step.id = steps[pick(static_cast<int>(steps.size()))];
            if (pick(10) == 0)
                step.reasoning = Field<JsonText>::null();
            events.emplace_back(step);
        }
    }
    return events;
}

/// A store after much random traffic, in groups of both kinds.
void fillRandomly(StoreFixture &fixture, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<ExecutionId> runs;
    std::vector<StepId> steps;
    for (int i = 0; i < 6; ++i)
        runs.push_back(ExecutionId::newV7());
    for (int i = 0; i < 60; ++i)
        steps.push_back(StepId::newV7());
    for (int i = 0; i < 120; ++i) {
        const auto atomicity = random() % 2 ? Atomicity::AllOrNothing : Atomicity::EachAlone;
        QVERIFY(fixture
                    .submit(randomEvents(random, runs, steps, 1 + static_cast<int>(random() % 25)),
                            atomicity)
                    .status);
    }
}

} // namespace

void TestStoreWriting::countersAgreeWithTheTables()
{
    StoreFixture fixture;
    fixture.open();
    fillRandomly(fixture, 42);
    const auto doubtful = ExecutionId::newV7();
    StepEvent step = stepEvent(doubtful, "f", StepType::Filter, R"({"percentage_eliminated":10})");
    step.input = QByteArray(R"({"total_candidates":50})");
    step.output = QByteArray(R"({"remaining_candidates":5})");
    QVERIFY(fixture.submit({startEvent(doubtful), step}).status);
    QCOMPARE(fixture.number(QStringLiteral("SELECT value FROM counters WHERE name='issues'")), 1);
    QVERIFY(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")) > 50);
    const char *checks[] = {
        "SELECT (SELECT value FROM counters WHERE name='runs') - "
        "(SELECT count(*) FROM executions WHERE purge_at IS NULL)",
        "SELECT (SELECT value FROM counters WHERE name='steps') - (SELECT count(*) FROM "
        "execution_steps s JOIN executions e ON e.id=s.execution_id WHERE e.purge_at IS NULL)",
        "SELECT (SELECT value FROM counters WHERE name='errors') - (SELECT count(*) FROM "
        "execution_errors s JOIN executions e ON e.id=s.execution_id WHERE e.purge_at IS NULL)",
        "SELECT (SELECT value FROM counters WHERE name='issues') - (SELECT count(*) FROM "
        "execution_steps s JOIN executions e ON e.id=s.execution_id WHERE e.purge_at IS NULL AND "
        "(s.issues LIKE '%\"severity\":\"warning\"%'))",
        "SELECT count(*) FROM executions e WHERE purge_at IS NULL AND step_count <> "
        "(SELECT count(*) FROM execution_steps s WHERE s.execution_id = e.id)",
        "SELECT count(*) FROM executions e WHERE purge_at IS NULL AND error_count <> "
        "(SELECT count(*) FROM execution_errors r WHERE r.execution_id = e.id)",
        "SELECT count(*) FROM execution_steps s WHERE error_count <> "
        "(SELECT count(*) FROM execution_errors r WHERE r.step_id = s.id)",
    };
    for (const char *check : checks)
        QCOMPARE(fixture.number(QLatin1String(check)), 0);
}

void TestStoreWriting::metricsAndZonesAgreeWithTheSteps()
{
    StoreFixture fixture;
    fixture.open();
    fillRandomly(fixture, 7);
    const QString inSteps = QStringLiteral("SELECT count(*) FROM execution_steps s, "
                                           "json_each(s.metrics) j WHERE s.metrics IS NOT NULL");
    const QString matching =
        inSteps +
        QStringLiteral(
            " AND EXISTS (SELECT 1 FROM step_metrics m JOIN metrics n ON n.id = m.metric_id "
            "WHERE n.name = j.key AND m.step_id = s.id AND m.value = j.value AND m.step_type = "
            "CASE s.step_type WHEN 'llm' THEN 0 WHEN 'api' THEN 1 WHEN 'filter' THEN 2 "
            "WHEN 'ranking' THEN 3 WHEN 'analysis' THEN 4 ELSE 5 END)");
    QVERIFY(fixture.number(inSteps) > 50);
    QCOMPARE(fixture.number(matching), fixture.number(inSteps));
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM step_metrics")),
             fixture.number(inSteps));
    QCOMPARE(
        fixture.number(QStringLiteral(
            "SELECT count(*) FROM step_metrics m WHERE NOT EXISTS (SELECT 1 FROM metric_zones z "
            "WHERE z.metric_id = m.metric_id AND z.step_type = m.step_type AND "
            "z.zone = m.step_id >> 9 AND m.value BETWEEN z.min_value AND z.max_value)")),
        0);
    QCOMPARE(
        fixture.number(QStringLiteral(
            "SELECT count(*) FROM metric_zones z WHERE n <> (SELECT count(*) FROM step_metrics m "
            "WHERE z.metric_id = m.metric_id AND z.step_type = m.step_type AND "
            "z.zone = m.step_id >> 9)")),
        0);
}

void TestStoreWriting::aFullQueueRefusesInsteadOfDropping()
{
    StoreFixture fixture;
    store::StoreOptions options;
    options.queue.events = 10;
    fixture.open(options);
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    std::atomic<int> stored = 0;
    int refused = 0;
    int taken = 0;
    for (int i = 0; i < 5'000; ++i) {
        Submission submission{
            {stepEvent(run)}, Atomicity::EachAlone, 100, [&stored](SubmissionResult r) {
                if (r.status && r.outcomes[0].ok())
                    ++stored;
            }};
        const auto queued = fixture.store().sink().submit(std::move(submission));
        if (queued)
            ++taken;
        else if (queued.error().code == ErrorCode::Busy)
            ++refused;
    }
    QVERIFY(refused > 0);
    QCOMPARE(taken + refused, 5'000);
    QTRY_COMPARE(stored.load(), taken);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), taken);
}

void TestStoreWriting::whatWasQueuedIsWrittenBeforeTheStoreCloses()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.put(startEvent(run)));
    std::atomic<int> answered = 0;
    for (int i = 0; i < 2'000; ++i)
        QVERIFY(fixture.store().sink().submit(
            {{stepEvent(run)}, Atomicity::EachAlone, 100, [&answered](SubmissionResult) {
                 ++answered;
             }}));
    fixture.close();
    QCOMPARE(answered.load(), 2'000);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 2'000);
    QCOMPARE(fixture.sql(QStringLiteral("PRAGMA integrity_check")),
             QVariantList{QStringLiteral("ok")});
}

void TestStoreWriting::aStoreOfANewerProgramIsLeftAlone()
{
    StoreFixture fixture;
    fixture.open();
    fixture.close();
    fixture.sql(QStringLiteral("PRAGMA user_version = 999"));
    const auto opened = store::Store::open(fixture.options());
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.contains(QStringLiteral("newer")),
             qPrintable(opened.error().message));
    QCOMPARE(fixture.number(QStringLiteral("PRAGMA user_version")), 999);
}

void TestStoreWriting::aFileThatIsNoStoreIsAnErrorWithItsName()
{
    StoreFixture fixture;
    QFile file(fixture.path());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(10'000, 'x'));
    file.close();
    const auto opened = store::Store::open(fixture.options());
    QVERIFY(!opened);
    QVERIFY2(opened.error().message.contains(QStringLiteral("damaged")),
             qPrintable(opened.error().message));
}

QTEST_GUILESS_MAIN(TestStoreWriting)
#include "tst_store_writing.moc"
