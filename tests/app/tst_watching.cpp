// SPDX-License-Identifier: GPL-3.0-or-later
// The window on a store that `xrayctl serve` writes: changes show by themselves, what the window
// edits gets there, and when the server dies the window takes its place.
#include "tests/app/open_window.h"
#include "tests/app/pipeline_client.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"

#include <QApplication>
#include <QScrollBar>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kRuns = 40;
constexpr int kTakeOverMs = 20'000;

using Kind = app::HostState::Kind;

/// Completed runs with one step each; the ids of those that were acknowledged.
std::vector<ExecutionId> postRuns(PipelineClient &pipeline, int count)
{
    std::vector<ExecutionId> ids;
    for (int i = 0; i < count; ++i) {
        const ExecutionId id = ExecutionId::newV7();
        if (pipeline.post("/executions", runJson(id)).status == 201 &&
            pipeline.post("/execution-steps", stepJson(id, StepId::newV7())).status == 201 &&
            pipeline.patch("/executions/" + id.toUtf8(), R"({"status":"completed"})").status == 200)
            ids.push_back(id);
    }
    return ids;
}

} // namespace

class TestWatching : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatTheServerStoresShowsByItself()
    {
        const StoreFolder folder;
        const Server server(folder.path());
        PipelineClient pipeline(server.port());
        QCOMPARE(postRuns(pipeline, kRuns).size(), std::size_t(kRuns));
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_COMPARE(window->host()->state().kind, Kind::Watching);
        QVERIFY(window->statusLine().listeningText().startsWith(QStringLiteral("Watching")));
        items::RunListModel &runs = window.workspace().runs();
        QTRY_COMPARE(runs.rowCount(), kRuns);

        const ExecutionId chosen = chooseRun(window, 12);
        const ExecutionRow top = topmostRun(window.list(), runs);
        QCOMPARE(postRuns(pipeline, kRuns).size(), std::size_t(kRuns));
        QTRY_COMPARE(runs.rowCount(), 2 * kRuns);
        QCOMPARE(window.session().openRunId(), chosen);
        QCOMPARE(window.list().currentRun(), chosen);
        QCOMPARE(topmostRun(window.list(), runs), top);
    }

    void theOpenRunGrowsAsTheServerStoresItsSteps()
    {
        const StoreFolder folder;
        const Server server(folder.path());
        PipelineClient pipeline(server.port());
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        const ExecutionId live = ExecutionId::newV7();
        QCOMPARE(pipeline.post("/executions", runJson(live)).status, 201);
        QTRY_COMPARE(window.session().openRunId(), live);
        for (int steps = 1; steps <= 5; ++steps) {
            QCOMPARE(pipeline.post("/execution-steps", stepJson(live, StepId::newV7())).status,
                     201);
            QTRY_VERIFY(window.session().run() && window.session().run()->steps.size() == steps);
        }
    }

    void tagsEditedInTheWindowReachTheStore()
    {
        const StoreFolder folder;
        const Server server(folder.path());
        PipelineClient pipeline(server.port());
        QCOMPARE(postRuns(pipeline, kRuns).size(), std::size_t(kRuns));
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_COMPARE(window.workspace().runs().rowCount(), kRuns);
        const ExecutionId chosen = chooseRun(window, 2);

        Person person(*window);
        person.press(QKeySequence(Qt::Key_F2));
        person.type(QStringLiteral("checked"));
        person.press(QKeySequence(Qt::Key_Return));
        const auto tags = [&] {
            return pipeline.get("/executions/" + chosen.toUtf8())
                .json.value(QLatin1String("tags"))
                .toArray();
        };
        QTRY_COMPARE(tags(), QJsonArray{QStringLiteral("checked")});
        QTRY_COMPARE(window.session().run()->run.tags, QStringList{QStringLiteral("checked")});
    }

    void whenTheServerIsKilledTheWindowListens()
    {
        const StoreFolder folder;
        Server server(folder.path());
        std::vector<ExecutionId> acknowledged;
        {
            PipelineClient pipeline(server.port());
            acknowledged = postRuns(pipeline, kRuns);
        }
        QCOMPARE(acknowledged.size(), std::size_t(kRuns));
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_COMPARE(window->host()->state().kind, Kind::Watching);
        server.kill();
        QTRY_COMPARE_WITH_TIMEOUT(window->host()->state().kind, Kind::Listening, kTakeOverMs);

        PipelineClient pipeline(window.port());
        for (const ExecutionId id : acknowledged) {
            const QJsonObject run = pipeline.get("/executions/" + id.toUtf8()).json;
            QCOMPARE(run.value(QLatin1String("status")).toString(), QStringLiteral("completed"));
            QCOMPARE(run.value(QLatin1String("step_count")).toInt(), 1);
        }
        QCOMPARE(postRuns(pipeline, 1).size(), 1U);
        QTRY_COMPARE(window.workspace().runs().rowCount(), kRuns + 1);
    }

private:
    /// Scrolls to that row and clicks the third one below it.
    static ExecutionId chooseRun(OpenWindow &window, int firstRow)
    {
        items::RunListModel &runs = window.workspace().runs();
        window.list().verticalScrollBar()->setValue(firstRow * views::kRunRowHeight);
        const int row = window.list().indexAt(QPoint(10, 3 * views::kRunRowHeight)).row();
        static_cast<void>(runs.data(runs.index(row)));
        if (!QTest::qWaitFor([&] { return runs.at(row) != nullptr; }))
            return {};
        const ExecutionId chosen = runs.at(row)->id;
        Person person(*window);
        person.clickRun(window.list(), row);
        static_cast<void>(
            QTest::qWaitFor([&] { return window.session().stepDetail() != nullptr; }));
        return chosen;
    }
};

XRAY_APP_TEST_MAIN(QApplication, TestWatching)
#include "tst_watching.moc"
