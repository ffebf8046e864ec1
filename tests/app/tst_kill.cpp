// SPDX-License-Identifier: GPL-3.0-or-later
// 2xx means durable: pipelines post, `xrayctl serve` is killed (SIGKILL) in the middle, and the
// next one has every step that was acknowledged, once. XRAY_KILL_ROUNDS says how often.
#include "tests/app/pipeline_client.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kPipelines = 3;
constexpr int kLinesPerBatch = 5;
constexpr int kLeastBeforeKill = 5;
constexpr int kMostBeforeKill = 120;

/// Posts steps of one run from a thread of its own until the listener is gone, and keeps the ids of
/// those that were acknowledged. Every other request is a batch.
class BusyPipeline
{
public:
    BusyPipeline(quint16 port, ExecutionId run, std::atomic<int> &acknowledged)
        : m_acknowledged(acknowledged)
        , m_thread([this, port, run] { work(port, run); })
    {
    }
    ~BusyPipeline() { wait(); }

    void wait()
    {
        if (m_thread.joinable())
            m_thread.join();
    }
    /// After wait().
    [[nodiscard]] const std::vector<StepId> &acknowledged() const { return m_ids; }

private:
    void work(quint16 port, ExecutionId run)
    {
        PipelineClient client(port);
        for (int n = 0;; ++n) {
            const auto ids = newIds(n % 2 == 0 ? 1 : kLinesPerBatch);
            const Reply reply = ids.size() == 1
                                    ? client.post("/execution-steps", stepJson(run, ids.front()))
                                    : client.postLines(linesOf(run, ids));
            if (reply.status / 100 != 2)
                return;
            m_ids.insert(m_ids.end(), ids.begin(), ids.end());
            m_acknowledged.fetch_add(1);
            m_acknowledged.notify_all();
        }
    }

    static std::vector<StepId> newIds(int count)
    {
        std::vector<StepId> ids(static_cast<std::size_t>(count));
        std::ranges::generate(ids, &StepId::newV7);
        return ids;
    }

    static QByteArray linesOf(ExecutionId run, const std::vector<StepId> &ids)
    {
        QByteArray lines;
        for (const StepId id : ids)
            lines += stepJson(run, id).replace(0, 1, R"({"op":"step",)") + '\n';
        return lines;
    }

    std::atomic<int> &m_acknowledged;
    std::vector<StepId> m_ids;
    std::thread m_thread;
};

int rounds()
{
    bool given = false;
    const int count = qEnvironmentVariableIntValue("XRAY_KILL_ROUNDS", &given);
    return given ? count : 20;
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasAcknowledgedSurvivesAKill()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("xray.db"));
        QRandomGenerator random(1);
        for (int round = 0; round < rounds(); ++round) {
            const ExecutionId run = ExecutionId::newV7();
            const int after = random.bounded(kLeastBeforeKill, kMostBeforeKill);
            const auto acknowledged = postUntilKilled(path, run, after);
            QVERIFY2(static_cast<int>(acknowledged.size()) >= after, qPrintable(path));
            checkThatAllAreThere(path, run, acknowledged);
            if (QTest::currentTestFailed())
                return;
        }
    }

private:
    static std::vector<StepId> postUntilKilled(const QString &path, ExecutionId run, int after)
    {
        Server server(path);
        if (PipelineClient(server.port()).post("/executions", runJson(run)).status != 201)
            return {};
        std::atomic<int> acknowledged = 0;
        std::vector<std::unique_ptr<BusyPipeline>> pipelines;
        for (int i = 0; i < kPipelines; ++i)
            pipelines.push_back(std::make_unique<BusyPipeline>(server.port(), run, acknowledged));
        for (int seen = 0; seen < after; seen = acknowledged.load())
            acknowledged.wait(seen);
        server.kill();
        std::vector<StepId> ids;
        for (const auto &pipeline : pipelines) {
            pipeline->wait();
            ids.insert(ids.end(), pipeline->acknowledged().begin(), pipeline->acknowledged().end());
        }
        return ids;
    }

    static void checkThatAllAreThere(const QString &path, ExecutionId run,
                                     const std::vector<StepId> &acknowledged)
    {
        Server server(path);
        QVERIFY(server.port() != 0);
        PipelineClient client(server.port());
        const std::set<QString> there = client.stepIds(run); // empty if one is there twice
        for (const StepId id : acknowledged)
            QVERIFY2(there.contains(id.toString()), qPrintable(id.toString()));
        const QJsonObject now = client.get("/executions/" + run.toUtf8()).json;
        QCOMPARE(now.value(QLatin1String("step_count")).toInt(), static_cast<int>(there.size()));
    }
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestKill)
#include "tst_kill.moc"
