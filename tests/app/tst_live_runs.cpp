// SPDX-License-Identifier: GPL-3.0-or-later
// A pipeline that is another process posts 50 interleaved runs, step by step, while the window is
// open: the window's own models hold them as they are, it follows when asked to, and nothing moves
// when not.
#include "tests/app/open_window.h"
#include "tests/app/private_home.h"

#include <views/run/step_table_view.h>
#include <views/timeline/timeline_view.h>

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QScrollBar>

using namespace xray;
using namespace xray::test;
using views::Follow;

namespace {

constexpr int kRuns = 50;
constexpr int kPatienceMs = 30'000;

/// post_runs.py as a process, part by part.
class Poster
{
public:
    explicit Poster(quint16 port)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral("python3"),
                        {QStringLiteral("-B"), QFINDTESTDATA("post_runs.py"), QString::number(port),
                         QString::number(kRuns)});
    }
    ~Poster()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished();
    }

    /// Lets it do the next part.
    void goOn() { m_process.write("\n"); }
    /// Whether it has told the end of that part.
    bool hasDone(const char *part)
    {
        while (m_process.canReadLine())
            m_told = QJsonDocument::fromJson(m_process.readLine()).object();
        return m_told.value(QLatin1String("part")).toString() == QLatin1String(part);
    }
    /// What the store must hold of the run in the end.
    [[nodiscard]] QJsonObject expected(ExecutionId id) const
    {
        return m_told.value(QLatin1String("runs")).toObject().value(id.toString()).toObject();
    }

private:
    QProcess m_process;
    QJsonObject m_told;
};

int number(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toInt();
}

/// The run in that row as the list holds it; null while it is being fetched.
const Execution *runAt(items::RunListModel &runs, int row)
{
    static_cast<void>(runs.data(runs.index(row))); // asks for it
    return runs.at(row);
}

bool isAsExpected(const Execution *run, const Poster &poster)
{
    if (!run)
        return false;
    const QJsonObject expected = poster.expected(run->id);
    return expected.value(QLatin1String("status")).toString() ==
               QLatin1String(toWord(run->status)) &&
           run->stepCount == number(expected, "steps") &&
           run->errorCount == number(expected, "errors");
}

int countAsExpected(items::RunListModel &runs, const Poster &poster)
{
    int count = 0;
    for (int row = 0; row < runs.rowCount(); ++row)
        count += isAsExpected(runAt(runs, row), poster);
    return count;
}

int countRunning(items::RunListModel &runs)
{
    int count = 0;
    for (int row = 0; row < runs.rowCount(); ++row) {
        const Execution *run = runAt(runs, row);
        count += run && run->status == RunStatus::Running;
    }
    return count;
}

/// In pixels, of the bar of a step that goes on running; 0 when there is none.
double openBarWidth(const views::TimelineView &timeline)
{
    for (const timeline::Bar &bar : timeline.visibleBars()) {
        if (bar.end == timeline::BarEnd::Open)
            return bar.width;
    }
    return 0;
}

/// What must not move by itself.
struct Standing
{
    ExecutionRow top;
    std::optional<ExecutionId> current;
    std::optional<ExecutionId> open;
    std::optional<StepId> step;
    timeline::TimeRange range;

    static Standing of(OpenWindow &window)
    {
        return {topmostRun(window.list(), window.workspace().runs()), window.list().currentRun(),
                window.session().openRunId(), window.session().selectedStep(),
                window.workspace().timeline().visibleRange()};
    }
    friend bool operator==(const Standing &, const Standing &) = default;
};

} // namespace

class TestLiveRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fiftyRunsAppearAndGrowAsAnotherProcessPostsThem()
    {
        const StoreFolder folder;
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(window->host()->state().isListening());
        items::RunListModel &runs = window.workspace().runs();
        const views::TimelineView &timeline = window.workspace().timeline();

        Poster poster(window.port());
        QTRY_VERIFY_WITH_TIMEOUT(poster.hasDone("start"), kPatienceMs);
        QTRY_COMPARE(runs.rowCount(), kRuns);
        QTRY_COMPARE(countRunning(runs), kRuns);
        QTRY_VERIFY(window.session().run()); // following opened one

        poster.goOn();
        QTRY_VERIFY_WITH_TIMEOUT(poster.hasDone("middle"), kPatienceMs);
        const int steps = number(poster.expected(*window.session().openRunId()), "steps");
        QTRY_COMPARE(window.workspace().stepTable().steps()->rowCount(), steps);
        QTRY_VERIFY(openBarWidth(timeline) > 0);
        const double before = openBarWidth(timeline);
        QTRY_VERIFY(openBarWidth(timeline) > before + 1);
        window.savePicture(QStringLiteral("live.png"));

        poster.goOn();
        QTRY_VERIFY_WITH_TIMEOUT(poster.hasDone("end"), kPatienceMs);
        QTRY_COMPARE(countAsExpected(runs, poster), kRuns);
        QTRY_COMPARE(openBarWidth(timeline), 0.0);
        QTRY_COMPARE(window.session().run()->steps.size(),
                     number(poster.expected(*window.session().openRunId()), "steps"));
    }

    void withoutFollowingNothingMoves()
    {
        const StoreFolder folder;
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(window->host()->state().isListening());
        postAll(window.port());
        items::RunListModel &runs = window.workspace().runs();
        QTRY_COMPARE(runs.rowCount(), kRuns);
        QTRY_COMPARE(countRunning(runs), 0);
        Person person(*window);
        person.press(QKeySequence(QStringLiteral("Ctrl+L")));
        QCOMPARE(window.session().follow(), Follow::Off);
        chooseRunFurtherDown(window, person);
        const Standing before = Standing::of(window);

        postAll(window.port());
        QTRY_COMPARE(runs.rowCount(), 2 * kRuns);
        QCOMPARE(Standing::of(window).top, before.top);
        QVERIFY(Standing::of(window) == before);
    }

    void aChosenRangeStaysWhileTheRunGrows()
    {
        const StoreFolder folder;
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        QTRY_VERIFY(window->host()->state().isListening());
        Poster poster(window.port());
        QTRY_VERIFY_WITH_TIMEOUT(poster.hasDone("start"), kPatienceMs);
        QTRY_COMPARE(window.workspace().runs().rowCount(), kRuns);
        QTRY_VERIFY(window.session().stepDetail());
        Person person(*window);
        person.press(QKeySequence(QStringLiteral("Ctrl+L")));
        QCOMPARE(window.session().follow(), Follow::Off);
        person.press(QKeySequence(QStringLiteral("Ctrl+2")));
        person.press(QKeySequence(Qt::Key_Plus));
        const Standing before = Standing::of(window);

        poster.goOn();
        QTRY_VERIFY_WITH_TIMEOUT(poster.hasDone("middle"), kPatienceMs);
        const int steps = number(poster.expected(*window.session().openRunId()), "steps");
        QTRY_COMPARE(window.session().run()->steps.size(), steps);
        QCOMPARE(Standing::of(window).top, before.top);
        QCOMPARE(Standing::of(window).open, before.open);
        QCOMPARE(Standing::of(window).step, before.step);
        QVERIFY(Standing::of(window).range == before.range);
    }

private:
    static void postAll(quint16 port)
    {
        Poster poster(port);
        poster.goOn();
        poster.goOn();
        QTRY_VERIFY_WITH_TIMEOUT(poster.hasDone("end"), kPatienceMs);
    }

    static void chooseRunFurtherDown(OpenWindow &window, Person &person)
    {
        items::RunListModel &runs = window.workspace().runs();
        window.list().verticalScrollBar()->setValue(10 * views::kRunRowHeight + 7);
        const int row = window.list().indexAt(QPoint(10, 4 * views::kRunRowHeight)).row();
        QTRY_VERIFY(runAt(runs, row));
        const ExecutionId chosen = runs.at(row)->id;
        QVERIFY(person.clickRun(window.list(), row));
        QTRY_COMPARE(window.session().openRunId(), chosen);
        QTRY_VERIFY(window.session().stepDetail());
    }
};

XRAY_APP_TEST_MAIN(QApplication, TestLiveRuns)
#include "tst_live_runs.moc"
