// SPDX-License-Identifier: GPL-3.0-or-later
// A run of 100,000 steps that grows by 1,000 a second, in the whole window on a real store: it
// stays usable. How long the event loop was held up is printed, not judged: that is for xray_bench
// on a quiet machine.
#include "tests/app/open_window.h"
#include "tests/app/private_home.h"

#include <views/run/step_table_view.h>
#include <views/timeline/timeline_view.h>

#include <QElapsedTimer>
#include <QScrollBar>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <atomic>

using namespace xray;
using namespace xray::test;
using items::StepTableModel;
using views::Follow;

namespace {

constexpr int kSteps = 100'000;
constexpr int kStepsPerBatch = 1'000;
constexpr int kStepsPerTick = 20;
constexpr int kTickMs = 20;
constexpr int kGrowingMs = 4'000;
constexpr int kPatienceMs = 120'000;

/// A pipeline in this process that logs steps of one run.
class Pipeline
{
public:
    explicit Pipeline(EventSink &sink)
        : m_sink(sink)
        , m_run(ExecutionId::newV7())
        , m_start(nowNs())
    {
        ExecutionEvent event;
        event.id = m_run;
        event.pipelineName = QByteArray("crawl");
        event.startedAt = m_start;
        submit({event});
    }

    void log(int steps)
    {
        std::vector<Event> events;
        for (int i = 0; i < steps; ++i)
            events.emplace_back(nextStep());
        submit(std::move(events));
    }
    [[nodiscard]] int logged() const { return m_logged; }
    [[nodiscard]] int stored() const { return *m_stored; }

private:
    StepEvent nextStep()
    {
        ++m_logged;
        StepEvent step;
        step.executionId = m_run;
        step.index = qint64(m_logged);
        step.name = QByteArray(m_logged % 2 != 0 ? "fetch_page" : "judge_page");
        step.type = m_logged % 2 != 0 ? StepType::Api : StepType::Llm;
        step.startedAt = m_start + m_logged * kNsPerMs;
        step.duration = (m_logged * 7919 % 40) * kNsPerMs;
        step.reasoning = JsonText("{\"confidence\":0.5,\"tokens\":120}");
        return step;
    }

    void submit(std::vector<Event> events)
    {
        Submission submission;
        submission.events = std::move(events);
        submission.done = [stored = m_stored](const SubmissionResult &result) {
            *stored += static_cast<int>(result.outcomes.size());
        };
        QVERIFY(m_sink.submit(std::move(submission)));
    }

    EventSink &m_sink;
    ExecutionId m_run;
    TimeNs m_start;
    int m_logged = 0;
    std::shared_ptr<std::atomic<int>> m_stored = std::make_shared<std::atomic<int>>(0);
};

/// The longest time between two turns of the event loop, as a timer of 1 ms sees it.
class LoopWatch
{
public:
    LoopWatch()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
            m_gaps.push_back(static_cast<double>(m_watch.nsecsElapsed()) / 1e6);
            m_watch.restart();
        });
        m_watch.start();
        m_timer.start(1);
    }
    void print(const char *what)
    {
        std::ranges::sort(m_gaps);
        const auto at = [this](double share) {
            return m_gaps[static_cast<std::size_t>(share * double(m_gaps.size() - 1))];
        };
        qInfo("%s: event loop held up at most %.1f ms, p99.9 %.1f, p99 %.1f", what, at(1),
              at(0.999), at(0.99));
    }

private:
    QTimer m_timer;
    QElapsedTimer m_watch;
    std::vector<double> m_gaps;
};

/// Lets the run grow at 1,000 steps a second for a while.
void grow(Pipeline &pipeline, const char *what)
{
    LoopWatch loop;
    QTimer ticks;
    QObject::connect(&ticks, &QTimer::timeout, &ticks, [&] { pipeline.log(kStepsPerTick); });
    QElapsedTimer time;
    time.start();
    ticks.start(kTickMs);
    QTRY_VERIFY_WITH_TIMEOUT(time.elapsed() > kGrowingMs, kPatienceMs);
    loop.print(what);
}

} // namespace

class TestGrowingRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aHundredThousandStepsGrowWhileTheyAreWatched()
    {
        StoreFolder folder;
        OpenWindow window(folder.hostOptions());
        QVERIFY(window.isReady());
        Pipeline pipeline(window->host()->sink());
        while (pipeline.logged() < kSteps) {
            pipeline.log(kStepsPerBatch);
            QTRY_VERIFY_WITH_TIMEOUT(pipeline.stored() >= pipeline.logged() - 10 * kStepsPerBatch,
                                     kPatienceMs);
        }
        StepTableModel &table = *window.workspace().stepTable().steps();
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), kSteps, kPatienceMs);
        grow(pipeline, "following");
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), pipeline.logged(), kPatienceMs);

        window.session().setFollow(Follow::Off);
        const StepId chosen = window.session().run()->steps.at(50'000).id;
        window.session().selectStep(chosen);
        const int scrolled = window.workspace().timeline().verticalScrollBar()->value();
        grow(pipeline, "looking at a step in the middle");
        QCOMPARE(window.workspace().timeline().selectedStep(), chosen);
        QCOMPARE(window.workspace().timeline().verticalScrollBar()->value(), scrolled);
        QCOMPARE(window.workspace().stepTable().selectedStep(), chosen);

        window.workspace().stepTable().sortByColumn(StepTableModel::Duration, Qt::DescendingOrder);
        grow(pipeline, "sorted by duration");
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), pipeline.logged(), kPatienceMs);
        window.savePicture(QStringLiteral("growing-run.png"));
    }
};

XRAY_APP_TEST_MAIN(QApplication, TestGrowingRun)
#include "tst_growing_run.moc"
