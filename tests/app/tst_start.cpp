// SPDX-License-Identifier: GPL-3.0-or-later
// How xray starts: what its arguments mean, and that a second start hands over to the first.
#include "tests/app/open_window.h"
#include "tests/app/pipeline_client.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"

#include <app/window/query_bar.h>
#include <views/query/query_field.h>

#include <QApplication>
#include <QSignalSpy>

using namespace xray;
using namespace xray::test;

namespace {

QStringList onStore(const QString &path, const QStringList &more)
{
    return QStringList{QStringLiteral("--db"), QStringLiteral("sqlite:") + path,
                       QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")} +
           more;
}

/// bin/xray while this process handles events, as it must when it is the first instance.
class StartedXray
{
public:
    explicit StartedXray(const QStringList &arguments)
    {
        m_process.start(programPath(QStringLiteral("xray")), arguments);
    }
    ~StartedXray()
    {
        m_process.terminate();
        m_process.waitForFinished();
    }

    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    [[nodiscard]] int code() const
    {
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }

private:
    QProcess m_process;
};

} // namespace

class TestStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void argumentsAreChecked_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::newRow("help") << QStringList{QStringLiteral("--help")} << 0;
        QTest::newRow("version") << QStringList{QStringLiteral("--version")} << 0;
        QTest::newRow("a run id that is none")
            << QStringList{QStringLiteral("--run"), QStringLiteral("not-a-uuid")} << 2;
        QTest::newRow("a store that is none")
            << QStringList{QStringLiteral("--db"), QStringLiteral("mysql://x")} << 2;
    }

    void argumentsAreChecked()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const int, code);
        const Ended ended = runProgram(QStringLiteral("xray"), arguments);
        QCOMPARE(ended.code, code);
        QCOMPARE(ended.out.isEmpty(), code != 0);
        QCOMPARE(ended.err.isEmpty(), code == 0);
    }

    void aStartedXrayShowsItsQueryInTheFirstWindow()
    {
        const StoreFolder folder;
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        app::SingleInstance first(folder.hostOptions().store.url.toString());
        QVERIFY(!first.handOver({}));
        first.listen();
        connect(&first, &app::SingleInstance::requested, &*window,
                qOverload<const app::StartRequest &>(&app::MainWindow::show));

        const StartedXray second(
            onStore(folder.path(), {QStringLiteral("--query"), QStringLiteral("type = filter")}));
        QTRY_VERIFY(!second.isRunning());
        QCOMPARE(second.code(), 0);
        QTRY_VERIFY(window.workspace().showsQueries());
        QCOMPARE(window->queryBar().field().text(), QStringLiteral("type = filter"));
    }

    void aStartedXrayShowsItsRunInTheFirstWindow()
    {
        const StoreFolder folder;
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(window->host()->state().isListening());
        const ExecutionId id = ExecutionId::newV7();
        QCOMPARE(PipelineClient(window.port())
                     .post("/executions", runJson(id, R"(,"status":"completed")"))
                     .status,
                 201);
        app::SingleInstance first(folder.hostOptions().store.url.toString());
        first.listen();
        connect(&first, &app::SingleInstance::requested, &*window,
                qOverload<const app::StartRequest &>(&app::MainWindow::show));

        const StartedXray second(onStore(folder.path(), {QStringLiteral("--run"), id.toString()}));
        QTRY_VERIFY(!second.isRunning());
        QCOMPARE(second.code(), 0);
        QTRY_VERIFY(window.session().run() && window.session().run()->run.id == id);
    }

    void ofTwoProgramsTheSecondEndsAndTheFirstStays()
    {
        const StoreFolder folder;
        StartedXray first(onStore(folder.path(), {}));
        // It answers as soon as it listens for others.
        QTRY_VERIFY_WITH_TIMEOUT(
            runProgram(QStringLiteral("xrayctl"), {QStringLiteral("stats"), QStringLiteral("--db"),
                                                   QStringLiteral("sqlite:") + folder.path()})
                    .code == 0,
            20'000);
        const Ended second = runProgram(QStringLiteral("xray"), onStore(folder.path(), {}));
        QCOMPARE(second.code, 0);
        QVERIFY(first.isRunning());
    }
};

XRAY_APP_TEST_MAIN(QApplication, TestStart)
#include "tst_start.moc"
