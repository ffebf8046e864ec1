// SPDX-License-Identifier: GPL-3.0-or-later
// 2xx means durable: pipelines post what pipelines post (single events, batches, traces) and
// another process writes into the inbox; `xrayctl serve` or the app is killed (SIGKILL) in the
// middle, and the next one has every run, step and error that was acknowledged, once, each run
// whole up to the last of them; sending everything again changes nothing. XRAY_KILL_ROUNDS says how
// often. A large trace, which is mapped beside the writer and written in slices, is whole after
// kills in the middle of that too.
#include "tests/app/busy_inbox.h"
#include "tests/app/busy_pipeline.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"
#include "tests/app/store_file.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <map>
#include <memory>
#include <ranges>
#include <set>
#include <vector>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kPipelines = 3;
constexpr int kLeastBeforeKill = 1;
constexpr int kMostBeforeKill = 150;
constexpr int kServerRounds = 10;
constexpr int kWindowRounds = 3;
constexpr int kLargeTraceRequests = 12;
constexpr int kPatienceMs = 60'000;

int rounds(int usual)
{
    bool given = false;
    const int count = qEnvironmentVariableIntValue("XRAY_KILL_ROUNDS", &given);
    return given ? count : usual;
}

/// Those who wrote while a program lived.
struct Load
{
    std::vector<std::unique_ptr<BusyPipeline>> pipelines;
    std::unique_ptr<BusyInbox> inbox;
};

/// Lets them write until so many requests were acknowledged, and kills in the middle.
Load writeUntilKilled(Program &program, const QString &path, int after)
{
    std::atomic<int> acknowledged = 0;
    Load load;
    load.inbox = std::make_unique<BusyInbox>(path, acknowledged);
    for (int i = 0; i < kPipelines; ++i)
        load.pipelines.push_back(std::make_unique<BusyPipeline>(program.port(), acknowledged));
    for (int seen = 0; seen < after; seen = acknowledged.load())
        acknowledged.wait(seen);
    program.kill();
    load.inbox->stop();
    for (const auto &pipeline : load.pipelines)
        pipeline->wait();
    return load;
}

bool areAllIn(const std::set<Uuid> &there, const std::vector<Uuid> &ids)
{
    return std::ranges::all_of(ids, [&](const Uuid &id) { return there.contains(id); });
}

/// The ids of a store, each table read once.
class Ids
{
public:
    explicit Ids(const StoreFile &file)
        : m_file(file)
    {
    }
    const std::set<Uuid> &in(const QByteArray &rows)
    {
        const auto known = m_ids.find(rows);
        if (known != m_ids.end())
            return known->second;
        return m_ids.emplace(rows, m_file.idsIn(QString::fromUtf8(rows))).first->second;
    }

private:
    const StoreFile &m_file;
    std::map<QByteArray, std::set<Uuid>> m_ids;
};

} // namespace

class TestKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_stepsSent.clear();
        m_requests = 0;
        m_fromInbox = 0;
        m_entities = 0;
    }

    void whatWasAcknowledgedSurvivesAKill_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<int>("count");
        QTest::newRow("xrayctl serve") << QStringLiteral("xrayctl") << rounds(kServerRounds);
        QTest::newRow("xray") << QStringLiteral("xray") << rounds(kWindowRounds);
    }

    void whatWasAcknowledgedSurvivesAKill()
    {
        QFETCH(const QString, program);
        QFETCH(const int, count);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("xray.db"));
        QRandomGenerator random(1);
        auto running = startProgram(program, path);
        for (int round = 0; round < count; ++round) {
            QVERIFY(running->port() != 0);
            const Load load =
                writeUntilKilled(*running, path, random.bounded(kLeastBeforeKill, kMostBeforeKill));
            running = startProgram(program, path);
            QVERIFY(running->port() != 0);
            const StoreFile file(path);
            waitUntilSettled(file);
            checkThatAllAreThere(file, load);
            checkThatRepeatingChangesNothing(file, load, running->port());
            QCOMPARE(file.whatIsWrong(), QString());
            if (QTest::currentTestFailed())
                return;
        }
        QVERIFY(m_fromInbox > 0);
        qInfo("%d kills; %lld requests acknowledged, and %lld rows in the inbox; %lld runs, steps "
              "and "
              "errors, all there",
              count, static_cast<long long>(m_requests), static_cast<long long>(m_fromInbox),
              static_cast<long long>(m_entities));
    }

    void aTraceThatIsMappedWhileTheProgramIsKilledIsWholeInTheEnd()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("xray.db"));
        const QString shown = QStringLiteral("SELECT step_count FROM executions");
        const auto trace = ExecutionId::newV7();
        auto running = startProgram(QStringLiteral("xrayctl"), path);
        for (int request = kLargeTraceRequests - 1; request >= 0; --request) {
            const StoreFile file(path);
            const int before = file.text(shown).toInt();
            QCOMPARE(post(running->port(), largeTraceRequest(trace, request)) / 100, 2);
            if (request % 4 != 0)
                continue;
            QTRY_VERIFY_WITH_TIMEOUT(file.text(shown).toInt() != before, kPatienceMs);
            running->kill();
            running = startProgram(QStringLiteral("xrayctl"), path);
            QVERIFY(running->port() != 0);
        }
        const StoreFile file(path);
        waitUntilSettled(file);
        QCOMPARE(file.stepsInOrder(trace).size(),
                 std::size_t(kLargeTraceRequests) * kSpansOfLargeRequest - 1);
        QCOMPARE(file.text(QStringLiteral("SELECT status FROM executions")),
                 QStringLiteral("completed"));
        QCOMPARE(file.whatIsWrong(), QString());
    }

private:
    /// Until the inbox is read and every trace is shown.
    static void waitUntilSettled(const StoreFile &file)
    {
        QTRY_COMPARE_WITH_TIMEOUT(
            file.text(QStringLiteral("SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM "
                                     "stale_traces)")),
            QStringLiteral("0"), kPatienceMs);
    }

    void checkThatAllAreThere(const StoreFile &file, const Load &load)
    {
        Ids ids(file);
        for (const auto &pipeline : load.pipelines) {
            checkThatRunsAreWhole(file, *pipeline);
            for (const Sent &sent : pipeline->sent()) {
                if (sent.isAcknowledged)
                    checkThatItIsThere(ids, sent);
                else
                    checkThatItIsWholeOrNot(sent, ids.in("execution_steps"));
                m_stepsSent.insert(sent.steps.begin(), sent.steps.end());
            }
        }
        checkThatTheInboxIsRead(ids, *load.inbox);
        QVERIFY(std::ranges::includes(m_stepsSent, ids.in("execution_steps")));
    }

    void checkThatItIsThere(Ids &ids, const Sent &sent)
    {
        QVERIFY(areAllIn(ids.in("executions"), sent.runs));
        QVERIFY(areAllIn(ids.in("execution_steps"), sent.steps));
        QVERIFY(areAllIn(ids.in("execution_errors"), sent.errors));
        for (const Left &left : sent.changes)
            QVERIFY2(ids.in(left.rows).contains(left.id), left.rows.constData());
        m_requests += 1;
        m_entities +=
            static_cast<qint64>(sent.runs.size() + sent.steps.size() + sent.errors.size());
    }

    void checkThatTheInboxIsRead(Ids &ids, const BusyInbox &inbox)
    {
        for (const BusyInbox::Row &row : inbox.committed()) {
            QVERIFY2(ids.in(row.left.rows).contains(row.left.id), row.body.constData());
            if (row.left.rows == "execution_steps")
                m_stepsSent.insert(row.left.id);
        }
        m_fromInbox += static_cast<qint64>(inbox.committed().size());
        m_entities += static_cast<qint64>(inbox.committed().size());
    }

    /// The steps of a run begin with the acknowledged ones in the order they were sent, counted
    /// from 1 without a gap.
    static void checkThatRunsAreWhole(const StoreFile &file, const BusyPipeline &pipeline)
    {
        std::map<ExecutionId, std::vector<Uuid>> acknowledged;
        for (const Sent &sent : pipeline.sent()) {
            if (!sent.stepsFollowIn || !sent.isAcknowledged)
                continue;
            auto &steps = acknowledged[*sent.stepsFollowIn];
            steps.insert(steps.end(), sent.steps.begin(), sent.steps.end());
        }
        for (const auto &[run, steps] : acknowledged) {
            const auto there = file.stepsInOrder(run);
            QVERIFY(there.size() >= steps.size());
            QVERIFY(std::ranges::equal(steps, there | std::views::take(steps.size())));
        }
    }

    static void checkThatItIsWholeOrNot(const Sent &unanswered, const std::set<Uuid> &steps)
    {
        const auto there = std::ranges::count_if(
            unanswered.steps, [&](const Uuid &id) { return steps.contains(id); });
        if (unanswered.isAllOrNothing)
            QVERIFY(there == 0 || there == std::ssize(unanswered.steps));
    }

    /// But what nobody acknowledged is sent once more first.
    static void checkThatRepeatingChangesNothing(const StoreFile &file, const Load &load,
                                                 quint16 port)
    {
        for (const auto &pipeline : load.pipelines)
            QCOMPARE(post(port, pipeline->sent().back()) / 100, 2);
        waitUntilSettled(file);
        const QStringList before = file.dump();
        for (const auto &pipeline : load.pipelines) {
            for (const Sent &sent : pipeline->sent())
                QCOMPARE(post(port, sent) / 100, 2);
        }
        QVERIFY(load.inbox->putAgain());
        waitUntilSettled(file);
        QCOMPARE(file.dump(), before);
    }

    std::set<Uuid> m_stepsSent;
    qint64 m_requests = 0;
    qint64 m_fromInbox = 0;
    qint64 m_entities = 0;
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestKill)
#include "tst_kill.moc"
