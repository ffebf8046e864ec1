// SPDX-License-Identifier: GPL-3.0-or-later
// Several openers of one file. Two stores in one process share no more than two processes do: the
// lock file and the database.
#include "tests/store/store_fixture.h"

#include <model/store/batch_committer.h>

#include <QTest>

using namespace xray;
using namespace xray::test;
using store::WriterRole;

class TestStoreSharing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSecondOpenerWaitsAndKnowsWhoWrites();
    void whatTheSecondOpenerSubmitsIsFoldedInByTheFirst();
    void whatTheSecondOpenerWasToldIsStoredGoesFirst();
    void theSecondOpenerSeesWhatTheFirstWrites();
    void theLeaseIsTakenOverWhenItsHolderLeaves();
    void anInboxRowOfAnSdkIsFoldedIn();
    void aBadInboxRowIsKeptWithTheReason();
    void theInboxWaitsUntilSomeoneHoldsTheLease();
    void everyKindOfEventSurvivesTheInbox();
    void twoWhoHoldTheLeaseAtOnceDoNotDisturbEachOther();
};

namespace {

std::unique_ptr<store::Store> openSecond(const StoreFixture &fixture)
{
    auto opened = store::Store::open(fixture.options());
    return opened ? std::move(*opened) : nullptr;
}

} // namespace

void TestStoreSharing::theSecondOpenerWaitsAndKnowsWhoWrites()
{
    StoreFixture fixture;
    fixture.open();
    QCOMPARE(fixture.store().role().kind, WriterRole::Kind::Holder);
    const auto second = openSecond(fixture);
    QVERIFY(second);
    QCOMPARE(second->role().kind, WriterRole::Kind::Waiting);
    QVERIFY(second->role().holder.contains(QString::number(QCoreApplication::applicationPid())));
}

void TestStoreSharing::whatTheSecondOpenerSubmitsIsFoldedInByTheFirst()
{
    StoreFixture fixture;
    fixture.open();
    const auto second = openSecond(fixture);
    const auto run = ExecutionId::newV7();
    const auto result = submitTo(second->sink(), {startEvent(run), stepEvent(run), endEvent(run)});
    QVERIFY(result.status);
    QCOMPARE(result.outcomes[0]->toUtf8(), run.toUtf8());
    QTRY_COMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 1);
    QTRY_COMPARE((*StoreFixture::wait(fixture.store().runById(run, {})))->status,
                 RunStatus::Completed);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM inbox")), 0);
}

// One program starts runs through the inbox, another tells their steps to the holder.
void TestStoreSharing::whatTheSecondOpenerWasToldIsStoredGoesFirst()
{
    StoreFixture fixture;
    fixture.open();
    const auto second = openSecond(fixture);
    for (int i = 0; i < 20; ++i) {
        const auto run = ExecutionId::newV7();
        QVERIFY(submitTo(second->sink(), {startEvent(run)}).status);
        const EventOutcome step = fixture.put(stepEvent(run));
        QVERIFY2(step, step ? "" : qPrintable(step.error().message));
    }
}

void TestStoreSharing::theSecondOpenerSeesWhatTheFirstWrites()
{
    StoreFixture fixture;
    fixture.open();
    const auto second = openSecond(fixture);
    QList<ChangeBatchPtr> batches;
    connect(&second->changes(), &ChangeFeed::changed, this,
            [&batches](const ChangeBatchPtr &batch) { batches += batch; });
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.submit({startEvent(run), stepEvent(run)}).status);
    QTRY_VERIFY(!batches.isEmpty());
    QVERIFY(StoreFixture::wait(second->openRun(run, {})));
}

void TestStoreSharing::theLeaseIsTakenOverWhenItsHolderLeaves()
{
    StoreFixture fixture;
    fixture.open();
    const auto run = ExecutionId::newV7();
    QVERIFY(fixture.submit({startEvent(run), stepEvent(run)}).status);
    const auto second = openSecond(fixture);
    fixture.close();
    QTRY_COMPARE(second->role().kind, WriterRole::Kind::Holder);
    QVERIFY(submitTo(second->sink(), {stepEvent(run)}).outcomes[0].ok());
    const auto snapshot = StoreFixture::wait(second->openRun(run, {}));
    QCOMPARE((*snapshot)->steps.size(), 2);
    QCOMPARE((*snapshot)->steps.at(1).index, 2);
}

void TestStoreSharing::anInboxRowOfAnSdkIsFoldedIn()
{
    StoreFixture fixture;
    fixture.open();
    const QString id = ExecutionId::newV7().toString();
    fixture.sql(QStringLiteral("INSERT INTO inbox(body) VALUES "
                               "('{\"op\":\"start\",\"id\":\"%1\",\"pipeline_name\":\"p\"}'), "
                               "('{\"op\":\"step\",\"execution_id\":\"%1\",\"step_name\":\"s\","
                               "\"step_type\":\"llm\"}')")
                    .arg(id));
    QTRY_COMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 1);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM inbox")), 0);
}

void TestStoreSharing::aBadInboxRowIsKeptWithTheReason()
{
    StoreFixture fixture;
    fixture.open();
    fixture.sql(QStringLiteral("INSERT INTO inbox(body) VALUES ('not json'), "
                               "('{\"op\":\"start\",\"pipeline_name\":\"good\"}')"));
    QTRY_COMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM executions")), 1);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM inbox WHERE error IS NOT NULL")),
             1);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM inbox WHERE error IS NULL")), 0);
}

void TestStoreSharing::theInboxWaitsUntilSomeoneHoldsTheLease()
{
    StoreFixture fixture;
    fixture.open();
    fixture.close();
    fixture.sql(QStringLiteral(
        "INSERT INTO inbox(body) VALUES ('{\"op\":\"start\",\"pipeline_name\":\"p\"}')"));
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM executions")), 0);
    fixture.open();
    QTRY_COMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM executions")), 1);
}

void TestStoreSharing::everyKindOfEventSurvivesTheInbox()
{
    // The same events, straight into one store and through the inbox into another.
    StoreFixture direct;
    direct.open();
    StoreFixture shared;
    shared.open();
    const auto second = openSecond(shared);

    const auto run = ExecutionId::newV7();
    ExecutionEvent start = startEvent(run, "pipe \"line\" \n\x01");
    start.environment = QByteArray("prod");
    start.trigger = QByteArray(R"({"kind":"cron"})");
    start.metadata = QByteArray(R"({"a":1.50,"b":"ü"})");
    start.tags = std::vector<QByteArray>{"x", "y z"};
    start.session = QByteArray("s1");
    start.startedAt = TimeNs(1'700'000'000'000'000'001);
    ExecutionEvent patch;
    patch.kind = ExecutionEvent::Kind::Update;
    patch.id = run;
    patch.tags = std::vector<QByteArray>{};
    patch.session = Field<QByteArray>::null();
    StepEvent step = stepEvent(run, "s", StepType::Ranking, R"({"score":0.25,"n":{"deep":1}})");
    step.id = StepId::newV7();
    step.startedAt = TimeNs(1'700'000'000'000'000'002);
    step.duration = DurationNs(1'234'567'891);
    step.input = QByteArray("{}");
    StepEvent child = stepEvent(run, "child");
    child.id = StepId::newV7();
    child.parentId = *step.id;
    child.index = qint64(9);
    child.startedAt = TimeNs(5);
    ErrorEvent error = errorEvent(run, "multi\nline");
    error.id = ErrorId::newV7();
    error.stepId = *step.id;
    error.type = QByteArray("ValueError");
    error.stack = QByteArray("at a\nat b");
    error.payload = QByteArray(R"({"k":[1,2]})");
    error.occurredAt = TimeNs(7);
    ExecutionEvent end = endEvent(run);
    end.endedAt = TimeNs(1'700'000'001'000'000'000);
    const std::vector<Event> events{
        start, patch, step, child, error, end, DeleteEvent{run, kNsPerHour}, RestoreEvent{run}};
    QVERIFY(direct.submit(events).status);
    QVERIFY(submitTo(second->sink(), events).status);
    QTRY_COMPARE(shared.number(QStringLiteral("SELECT count(*) FROM inbox WHERE error IS NULL")),
                 0);

    const char *tables[] = {
        "SELECT "
        "quote(uuid)||pipeline_name||environment||\"trigger\"||status||started_at||ended_at||"
        "duration_ns||metadata||quote(tags)||quote(session)||step_count||error_count||quote(title) "
        "FROM executions",
        "SELECT "
        "quote(uuid)||quote(parent_uuid)||step_index||step_name||step_type||status||started_at||"
        "quote(duration_ns)||quote(metrics)||quote(input_payload)||quote(reasoning_payload) "
        "FROM execution_steps ORDER BY id",
        "SELECT quote(uuid)||step_id||error_type||message||stack||payload||occurred_at "
        "FROM execution_errors",
    };
    for (const char *table : tables) {
        const QVariantList rows = direct.sql(QLatin1String(table));
        QVERIFY(!rows.isEmpty() && !rows.first().isNull());
        QCOMPARE(shared.sql(QLatin1String(table)), rows);
    }
}

// As for a moment after someone removed the lock file.
void TestStoreSharing::twoWhoHoldTheLeaseAtOnceDoNotDisturbEachOther()
{
    StoreFixture fixture;
    fixture.open();
    fixture.close();
    struct Holder
    {
        std::unique_ptr<store::SqliteConnection> connection;
        std::unique_ptr<store::BatchCommitter> committer;
    };
    const auto holder = [&] {
        auto connection = *store::SqliteConnection::open(fixture.path(), store::Access::ReadWrite,
                                                         store::Synchronous::Normal);
        auto committer = *store::BatchCommitter::create(*connection, fixture.options().traceMapper);
        return Holder{std::move(connection), std::move(committer)};
    };
    const auto isStored = [](Holder &by, Event event) {
        Submission submission{{std::move(event)}};
        std::vector<SubmissionResult> results;
        const auto commit = by.committer->commit({&submission, 1}, nowNs(), results);
        return commit.failedTransactions == 0 && results[0].status && results[0].outcomes[0];
    };
    Holder one = holder();
    Holder other = holder();
    const auto first = ExecutionId::newV7();
    const auto second = ExecutionId::newV7();

    QVERIFY(isStored(one, startEvent(first)));
    QVERIFY(isStored(other, startEvent(second)));
    QVERIFY(isStored(one, stepEvent(second)));
    QVERIFY(isStored(other, stepEvent(first)));
    QVERIFY(isStored(other, endEvent(second)));
    QVERIFY(isStored(one, endEvent(first)));

    QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 2);
    QCOMPARE(fixture.number(QStringLiteral("SELECT count(DISTINCT rev) FROM changes")), 6);
    QCOMPARE(fixture.number(QStringLiteral(
                 "SELECT count(*) FROM executions WHERE step_count = 1 AND ended_at NOT NULL")),
             2);
}

QTEST_GUILESS_MAIN(TestStoreSharing)
#include "tst_store_sharing.moc"
