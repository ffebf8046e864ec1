// SPDX-License-Identifier: GPL-3.0-or-later
// One store, many processes: two servers and several pipelines that write into the inbox. One
// server has the writer lease and is killed; the other has it within seconds, and every event is
// there, once.
#include "tests/app/busy_pipeline.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"
#include "tests/app/store_file.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QRegularExpression>

#include <csignal>
#include <memory>
#include <vector>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kInboxWriters = 3;
constexpr int kRunsPerWriter = 60;
constexpr int kKills = 3;
constexpr int kPatienceMs = 60'000;

/// `xrayctl serve`, of which we know what it has said.
class Serving
{
public:
    explicit Serving(const QString &storePath)
    {
        m_process.start(programPath(QStringLiteral("xrayctl")),
                        {QStringLiteral("serve"), QStringLiteral("--db"),
                         QStringLiteral("sqlite:") + storePath, QStringLiteral("--listen"),
                         QStringLiteral("127.0.0.1:0")});
        m_process.setReadChannel(QProcess::StandardError);
    }
    ~Serving() { kill(); }
    Serving(const Serving &) = delete;
    Serving &operator=(const Serving &) = delete;

    bool waitUntilItSays(const QString &words)
    {
        while (!m_said.contains(words) && m_process.waitForReadyRead(kPatienceMs))
            m_said += QString::fromUtf8(m_process.readAll());
        return m_said.contains(words);
    }
    [[nodiscard]] quint16 port() const
    {
        static const QRegularExpression address(
            QStringLiteral(R"(listening on http://[^ ]*:(\d+))"));
        return static_cast<quint16>(address.match(m_said).captured(1).toUInt());
    }
    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    /// As Ctrl+Z does, or a debugger.
    void suspend() const { ::kill(static_cast<pid_t>(m_process.processId()), SIGSTOP); }

private:
    QProcess m_process;
    QString m_said;
};

/// A process that writes into the inbox.
class InboxWriter
{
public:
    explicit InboxWriter(const QString &storePath)
    {
        m_process.start(QStringLiteral("python3"), {qEnvironmentVariable("XRAY_SOURCE_DIR") +
                                                        QStringLiteral("/tests/app/write_inbox.py"),
                                                    storePath, QString::number(kRunsPerWriter)});
    }

    /// Waits for its end. False when it did not end well.
    bool isDone()
    {
        if (!m_process.waitForFinished(kPatienceMs) || m_process.exitCode() != 0)
            return false;
        for (const QByteArray &line : m_process.readAllStandardOutput().trimmed().split('\n')) {
            const auto words = line.split(' ');
            const auto id = Uuid::fromText(
                {words.last().constData(), static_cast<std::size_t>(words.last().size())});
            if (!id)
                return false;
            (words.first() == "run" ? runs : steps).push_back(*id);
        }
        return true;
    }

    std::vector<Uuid> runs;
    std::vector<Uuid> steps;

private:
    QProcess m_process;
};

} // namespace

class TestManyProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aKilledHolderIsReplacedAndNothingIsLostOrDoubled()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("xray.db"));
        auto holder = std::make_unique<Serving>(path);
        QVERIFY(holder->waitUntilItSays(QStringLiteral("listening on")));
        std::vector<std::unique_ptr<InboxWriter>> writers;
        for (int i = 0; i < kInboxWriters; ++i)
            writers.push_back(std::make_unique<InboxWriter>(path));

        std::vector<Uuid> runs;
        std::vector<Uuid> steps;
        for (int i = 0; i < kKills; ++i) {
            auto next = std::make_unique<Serving>(path);
            QVERIFY(next->waitUntilItSays(QStringLiteral("waiting to take over")));
            std::atomic<int> acknowledged = 0;
            BusyPipeline pipeline(holder->port(), acknowledged);
            acknowledged.wait(0);
            holder->kill();
            QElapsedTimer sinceKill;
            sinceKill.start();
            QVERIFY(next->waitUntilItSays(QStringLiteral("listening on")));
            const qint64 tookMs = sinceKill.elapsed();
            qInfo("replaced within %lld ms", static_cast<long long>(tookMs));
            QVERIFY(tookMs < 15'000);
            pipeline.wait();
            for (const Sent &sent : pipeline.sent()) {
                if (!sent.isAcknowledged)
                    continue;
                runs.insert(runs.end(), sent.runs.begin(), sent.runs.end());
                steps.insert(steps.end(), sent.steps.begin(), sent.steps.end());
            }
            holder = std::move(next);
        }

        for (const auto &writer : writers) {
            QVERIFY(writer->isDone());
            QCOMPARE(writer->runs.size(), std::size_t(kRunsPerWriter));
            runs.insert(runs.end(), writer->runs.begin(), writer->runs.end());
            steps.insert(steps.end(), writer->steps.begin(), writer->steps.end());
        }
        const StoreFile file(path);
        QTRY_COMPARE_WITH_TIMEOUT(file.text(QStringLiteral("SELECT count(*) FROM inbox")),
                                  QStringLiteral("0"), kPatienceMs);
        const auto runsThere = file.idsIn(QStringLiteral("executions"));
        const auto stepsThere = file.idsIn(QStringLiteral("execution_steps"));
        for (const Uuid &id : runs)
            QVERIFY2(runsThere.contains(id), id.toUtf8().constData());
        for (const Uuid &id : steps)
            QVERIFY2(stepsThere.contains(id), id.toUtf8().constData());
        QCOMPARE(file.whatIsWrong(), QString());
        QCOMPARE(file.text(QStringLiteral("SELECT count(*) FROM executions WHERE pipeline_name = "
                                          "'sdk' AND status = 'completed' AND step_count = 4")),
                 QString::number(kInboxWriters * kRunsPerWriter));
    }

    void aStoppedHolderIsNamedAndReplacedOnceItEnds()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("xray.db"));
        Serving holder(path);
        QVERIFY(holder.waitUntilItSays(QStringLiteral("listening on")));
        Serving next(path);
        QVERIFY(next.waitUntilItSays(QStringLiteral("waiting to take over")));
        holder.suspend();
        QVERIFY(
            next.waitUntilItSays(QStringLiteral("shows no sign of life: resume it, or end it")));
        const Ended asked =
            runProgram(QStringLiteral("xrayctl"), {QStringLiteral("query"), QStringLiteral("--db"),
                                                   QStringLiteral("sqlite:") + path,
                                                   QStringLiteral("runs where status = running")});
        QCOMPARE(asked.code, 0);
        holder.kill();
        QVERIFY(next.waitUntilItSays(QStringLiteral("listening on")));
    }
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestManyProcesses)
#include "tst_many_processes.moc"
