// SPDX-License-Identifier: GPL-3.0-or-later
// 2xx means durable: pipelines post what pipelines post, `xrayctl serve` or the app is killed
// (SIGKILL) in the middle, and the next one has every run, step and error that was acknowledged,
// once; sending every request again changes nothing. XRAY_KILL_ROUNDS says how often.
#include "tests/app/busy_pipeline.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"
#include "tests/app/store_file.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <memory>
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

int rounds(int usual)
{
    bool given = false;
    const int count = qEnvironmentVariableIntValue("XRAY_KILL_ROUNDS", &given);
    return given ? count : usual;
}

using Pipelines = std::vector<std::unique_ptr<BusyPipeline>>;

/// Lets pipelines post until so many requests were acknowledged, and kills in the middle.
Pipelines postUntilKilled(Program &program, int after)
{
    std::atomic<int> acknowledged = 0;
    Pipelines pipelines;
    for (int i = 0; i < kPipelines; ++i)
        pipelines.push_back(std::make_unique<BusyPipeline>(program.port(), acknowledged));
    for (int seen = 0; seen < after; seen = acknowledged.load())
        acknowledged.wait(seen);
    program.kill();
    for (const auto &pipeline : pipelines)
        pipeline->wait();
    return pipelines;
}

bool areAllIn(const std::set<Uuid> &there, const std::vector<Uuid> &ids)
{
    return std::ranges::all_of(ids, [&](const Uuid &id) { return there.contains(id); });
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_stepsSent.clear();
        m_requests = 0;
        m_events = 0;
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
            const auto pipelines =
                postUntilKilled(*running, random.bounded(kLeastBeforeKill, kMostBeforeKill));
            running = startProgram(program, path);
            QVERIFY(running->port() != 0);
            const StoreFile file(path);
            checkThatAllAreThere(file, pipelines);
            checkThatRepeatingChangesNothing(file, pipelines, running->port());
            QCOMPARE(file.whatIsWrong(), QString());
            if (QTest::currentTestFailed())
                return;
        }
        qInfo("%d kills, %lld requests and %lld events acknowledged, all there", count,
              static_cast<long long>(m_requests), static_cast<long long>(m_events));
    }

private:
    void checkThatAllAreThere(const StoreFile &file, const Pipelines &pipelines)
    {
        const auto runs = file.idsIn(QStringLiteral("executions"));
        const auto steps = file.idsIn(QStringLiteral("execution_steps"));
        const auto errors = file.idsIn(QStringLiteral("execution_errors"));
        for (const auto &pipeline : pipelines) {
            for (const Sent &sent : pipeline->sent()) {
                if (!sent.isAcknowledged) {
                    checkThatItIsWholeOrNot(sent, steps);
                    continue;
                }
                QVERIFY(areAllIn(runs, sent.runs));
                QVERIFY(areAllIn(steps, sent.steps));
                QVERIFY(areAllIn(errors, sent.errors));
                QVERIFY(areAllIn(file.idsIn(QStringLiteral("executions "
                                                           "WHERE status = 'completed'")),
                                 sent.ended));
                m_requests += 1;
                m_events += static_cast<qint64>(std::max<std::size_t>(1, sent.steps.size()));
            }
        }
        checkThatNothingElseIsThere(pipelines, steps);
    }

    static void checkThatItIsWholeOrNot(const Sent &unanswered, const std::set<Uuid> &steps)
    {
        const auto there = std::ranges::count_if(
            unanswered.steps, [&](const Uuid &id) { return steps.contains(id); });
        if (unanswered.isAllOrNothing)
            QVERIFY(there == 0 || there == std::ssize(unanswered.steps));
    }

    void checkThatNothingElseIsThere(const Pipelines &pipelines, const std::set<Uuid> &steps)
    {
        for (const auto &pipeline : pipelines) {
            for (const Sent &sent : pipeline->sent())
                m_stepsSent.insert(sent.steps.begin(), sent.steps.end());
        }
        QVERIFY(std::ranges::includes(m_stepsSent, steps));
    }

    static void checkThatRepeatingChangesNothing(const StoreFile &file, const Pipelines &pipelines,
                                                 quint16 port)
    {
        for (const auto &pipeline : pipelines)
            QCOMPARE(post(port, pipeline->sent().back()) / 100, 2);
        const QStringList before = file.dump();
        for (const auto &pipeline : pipelines) {
            for (const Sent &sent : pipeline->sent())
                QCOMPARE(post(port, sent) / 100, 2);
        }
        QCOMPARE(file.dump(), before);
    }

    std::set<Uuid> m_stepsSent;
    qint64 m_requests = 0;
    qint64 m_events = 0;
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestKill)
#include "tst_kill.moc"
