// SPDX-License-Identifier: GPL-3.0-or-later
// What senders are told over HTTP, and people in the state of the host, while the store cannot be
// written, and that everything acknowledged is there afterwards.
#include "tests/app/pipeline_client.h"
#include "tests/app/private_home.h"
#include "tests/support/lying_disk.h"

#include <app/host/host.h>

#include <QCoreApplication>

#include <memory>

using namespace xray;
using namespace xray::test;

namespace {

constexpr qint64 kSpoolBytes = 1024 * 1024;

/// A host that listens, on a store and a spool of its own.
class Listening
{
public:
    explicit Listening(qint64 spoolBytes)
    {
        app::HostOptions options;
        options.store.url.path = m_folder.filePath(QStringLiteral("xray.db"));
        options.store.spool = {m_folder.filePath(QStringLiteral("spool")), spoolBytes};
        options.listener.port = 0;
        auto opened = app::Host::open(std::move(options), nullptr);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        m_host = std::move(*opened);
        m_host->start();
    }

    app::Host *operator->() { return m_host.get(); }
    [[nodiscard]] quint16 port() const
    {
        return static_cast<quint16>(m_host->state().address.section(QLatin1Char(':'), -1).toUInt());
    }
    [[nodiscard]] QString storePath() const { return m_folder.filePath(QStringLiteral("xray.db")); }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<app::Host> m_host;
};

QString storedOf(const Reply &reply)
{
    return reply.json.value(QLatin1String("stored")).toString();
}

} // namespace

class TestStoreTrouble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { m_disk.freeSpace(); }

    void whileTheDiskIsFullEventsAreAcknowledgedFromTheSpool()
    {
        Listening host(kSpoolBytes);
        PipelineClient client(host.port());
        const auto before = ExecutionId::newV7();
        QCOMPARE(storedOf(client.post("/executions", runJson(before))), QString());
        m_disk.setFreeBytes(0);

        const auto run = ExecutionId::newV7();
        const Reply started = client.post("/executions", runJson(run));
        QCOMPARE(started.status, 201);
        QCOMPARE(storedOf(started), QStringLiteral("spool"));
        QCOMPARE(started.json.value(QLatin1String("id")).toString(), run.toString());
        const Reply logged = client.post("/execution-steps", stepJson(run, StepId::newV7()));
        QCOMPARE(logged.status, 201);
        QCOMPARE(storedOf(logged), QStringLiteral("spool"));
        QCOMPARE(logged.json.value(QLatin1String("ids")).toArray().size(), 1);
        const Reply batch = client.postLines("{\"op\":\"end\",\"id\":\"" + run.toUtf8() +
                                             "\"}\n{\"op\":\"end\"}\n");
        QCOMPARE(batch.status, 200);
        QCOMPARE(storedOf(batch), QStringLiteral("spool"));
        const Reply patched =
            client.patch("/executions/" + before.toUtf8(), "{\"status\":\"failed\"}");
        QCOMPARE(patched.status, 200);
        QCOMPARE(storedOf(patched), QStringLiteral("spool"));

        const QJsonObject stats = client.get("/stats").json;
        QVERIFY(stats.value(QLatin1String("spooled")).toInt() >= 4);
        QVERIFY(stats.value(QLatin1String("spool_waiting_bytes")).toInt() > 0);
        QVERIFY(stats.value(QLatin1String("store_trouble")).toString().contains(host.storePath()));
        QTRY_VERIFY(host->state().storeTrouble);
        QVERIFY(host->state().isListening());

        m_disk.freeSpace();
        QTRY_COMPARE(client.get("/executions/" + run.toUtf8())
                         .json.value(QLatin1String("status"))
                         .toString(),
                     QStringLiteral("completed"));
        QCOMPARE(client.stepIds(run).size(), std::size_t(1));
        QCOMPARE(client.get("/executions/" + before.toUtf8())
                     .json.value(QLatin1String("status"))
                     .toString(),
                 QStringLiteral("failed"));
        QTRY_VERIFY(!host->state().storeTrouble);
        QVERIFY(!client.get("/stats").json.contains(QLatin1String("store_trouble")));
    }

    void withoutASpoolSendersAreToldToComeBack()
    {
        Listening host(0);
        tests::RawClient raw(host.port());
        m_disk.setFreeBytes(0);
        const auto run = ExecutionId::newV7();
        const auto refused = raw.ask(tests::request("POST", "/executions", runJson(run)));
        QCOMPARE(refused.status, 503);
        QVERIFY(refused.header.contains("Retry-After: "));
        QVERIFY(refused.body.contains("is full. Free some space"));
        QCOMPARE(raw.ask(tests::request("GET", "/executions/" + run.toUtf8())).status, 404);

        m_disk.freeSpace();
        QCOMPARE(raw.ask(tests::request("POST", "/executions", runJson(run))).status, 201);
        QCOMPARE(raw.ask(tests::request("GET", "/executions/" + run.toUtf8())).status, 200);
    }

private:
    LyingDisk m_disk;
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestStoreTrouble)
#include "tst_store_trouble.moc"
