// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline under mouse, wheel, keys and a growing run. Time stands still unless a test moves
// it.
#include <tests/support/run_builder.h>
#include <views/timeline/hover_card.h>
#include <views/timeline/overview_strip.h>
#include <views/timeline/step_gutter.h>
#include <views/timeline/time_ruler.h>
#include <views/timeline/timeline_view.h>

#include <QAccessible>
#include <QApplication>
#include <QNativeGestureEvent>
#include <QPointingDevice>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace xray;
using namespace xray::views;
using test::edited;
using test::kRunStart;
using test::run;
using test::stepId;
using timeline::TimeRange;

namespace {

constexpr int kNotch = 120;

/// A shown view whose clock the test holds.
struct Desk
{
    explicit Desk(const RunSnapshotPtr &snapshot)
    {
        view.setClock([this] { return now; });
        view.resize(1000, 300);
        view.setSnapshot(snapshot);
        view.show();
        [[maybe_unused]] const bool exposed = QTest::qWaitForWindowExposed(&view);
    }

    void wheel(double x, int notches, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        const QPointF at(x, 40);
        QWheelEvent event(at, view.viewport()->mapToGlobal(at), {}, QPoint(0, notches * kNotch),
                          Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(view.viewport(), &event);
    }

    void drag(QWidget *widget, QPoint from, QPoint to)
    {
        QTest::mousePress(widget, Qt::LeftButton, {}, from);
        for (int i = 1; i <= 4; ++i) {
            const QPointF at = from + (to - from) * i / 4;
            QMouseEvent move(QEvent::MouseMove, at, widget->mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, {});
            QApplication::sendEvent(widget, &move);
        }
        QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
    }

    void hover(QPoint at)
    {
        QMouseEvent move(QEvent::MouseMove, at, view.viewport()->mapToGlobal(at), Qt::NoButton,
                         Qt::NoButton, {});
        QApplication::sendEvent(view.viewport(), &move);
    }

    void key(Qt::Key key) { QTest::keyClick(&view, key); }

    timeline::Coordinates coordinates() const
    {
        return {view.visibleRange(), static_cast<double>(view.viewport()->width())};
    }
    double xOf(TimeNs time) const { return timeline::toPixel(coordinates(), time); }
    double nowX() const { return xOf(now); }
    /// Until the latest snapshot is what is shown.
    void settle(const RunSnapshotPtr &snapshot)
    {
        QTRY_VERIFY(!view.scene().isEmpty() && view.scene().snapshot == snapshot);
    }
    qsizetype rows() const { return static_cast<qsizetype>(view.scene().layout.rows.size()); }
    QPoint middleOfBar(qsizetype row) const
    {
        for (const timeline::Bar &bar : view.visibleBars())
            if (bar.row == row)
                return {static_cast<int>(bar.x + bar.width / 2),
                        view.scene().rowTop(row) + kTimelineRowHeight / 2};
        return {};
    }
    /// Lets the clock reach `time` and one tick pass.
    void passTo(TimeNs time)
    {
        now = time;
        view.setClock([this] { return now; });
    }

    TimeNs now = kRunStart;
    TimelineView view;
};

const char *const kIncident = "generate_keywords:llm(610ms) > search_products:api(452ms)[->50] > "
                              "filter_relevance:filter(1065ms)[50->5]{judge:llm*50/8(150ms)} > "
                              "rank_candidates:ranking(388ms)";

/// So many steps one after another, of two kinds in turn, so that each has a row.
std::string manySteps(int count)
{
    std::string text = "s0:llm(1ms)";
    for (int i = 1; i < count; ++i)
        text += (i % 2 ? " > api:api(1ms)" : " > llm:llm(1ms)");
    return text;
}

} // namespace

class TimelineViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNewRunIsFitted()
    {
        Desk desk(run(kIncident));
        QVERIFY(desk.xOf(kRunStart) >= 0);
        const TimeNs end = *desk.view.scene().snapshot->run.endedAt;
        QVERIFY(desk.xOf(end) < desk.view.viewport()->width());
        QVERIFY(desk.xOf(end) > desk.view.viewport()->width() * 0.8);
    }

    void aWheelWithControlZoomsAroundTheCursor()
    {
        Desk desk(run(kIncident));
        const TimeNs under = timeline::toTime(desk.coordinates(), 300);
        const DurationNs before = desk.view.visibleRange().duration();
        desk.wheel(300, 2, Qt::ControlModifier);
        QVERIFY(desk.view.visibleRange().duration() < before);
        QVERIFY(std::abs(desk.xOf(under) - 300) < 0.5);
    }

    void aRemarkIsThatOfTheSelectedStepAlone()
    {
        Desk desk(run(kIncident));
        const StepId filter = desk.view.scene().snapshot->steps.at(2).id;
        desk.view.setSelectedStep(filter);
        const QImage before = desk.view.grab().toImage();
        desk.view.setRemark(filter, QStringLiteral("unusual"));
        QVERIFY(desk.view.grab().toImage() != before);
        desk.view.setRemark(desk.view.scene().snapshot->steps.at(0).id, QStringLiteral("late"));
        QCOMPARE(desk.view.scene().remark, QStringLiteral("unusual"));
        desk.view.setSelectedStep(desk.view.scene().snapshot->steps.at(0).id);
        QCOMPARE(desk.view.scene().remark, QString());
    }

    void aRangeWhoseRowsAreOutOfSightBringsThemIntoSight()
    {
        Desk desk(run(manySteps(300)));
        const TimeNs end = *desk.view.scene().snapshot->run.endedAt;
        desk.wheel(desk.xOf(end - kNsPerMs), 30, Qt::ControlModifier);
        QVERIFY(desk.view.verticalScrollBar()->value() > 250 * kTimelineRowHeight);
        const timeline::TimeRange range = desk.view.visibleRange();
        QVERIFY(std::ranges::any_of(desk.view.visibleBars(), [&](const timeline::Bar &bar) {
            const Step &step = desk.view.scene().stepOf(desk.view.scene().layout.rows[bar.row]);
            return step.startedAt < range.end && *effectiveEnd(step) >= range.start;
        }));
    }

    void aRangeWithARowInSightLeavesTheRowsWhereTheyAre()
    {
        Desk desk(run(manySteps(300)));
        desk.view.verticalScrollBar()->setValue(20 * kTimelineRowHeight);
        const TimeNs there = kRunStart + 22 * kNsPerMs;
        desk.wheel(desk.xOf(there), 10, Qt::ControlModifier);
        QCOMPARE(desk.view.verticalScrollBar()->value(), 20 * kTimelineRowHeight);
    }

    void aWheelAloneScrollsTheRows()
    {
        Desk desk(run("a0 > a1 > a2 > a3 > a4 > a5 > a6 > a7 > a8 > a9 > b0 > b1 > b2 > b3"));
        const TimeRange range = desk.view.visibleRange();
        desk.wheel(300, -1);
        QCOMPARE(desk.view.verticalScrollBar()->value(), 3 * kTimelineRowHeight);
        QCOMPARE(desk.view.visibleRange(), range);
    }

    void aWheelWithShiftPans()
    {
        Desk desk(run(kIncident));
        desk.wheel(300, 5, Qt::ControlModifier);
        const TimeRange before = desk.view.visibleRange();
        desk.wheel(300, -1, Qt::ShiftModifier);
        QCOMPARE(desk.view.visibleRange().duration(), before.duration());
        QVERIFY(desk.view.visibleRange().start > before.start);
    }

    void aPinchZoomsAroundTheFingers()
    {
        Desk desk(run(kIncident));
        const TimeNs under = timeline::toTime(desk.coordinates(), 500);
        const DurationNs before = desk.view.visibleRange().duration();
        const QPointF at(500, 40);
        QNativeGestureEvent pinch(Qt::ZoomNativeGesture, QPointingDevice::primaryPointingDevice(),
                                  2, at, at, desk.view.viewport()->mapToGlobal(at), 0.5, {});
        QApplication::sendEvent(desk.view.viewport(), &pinch);
        QVERIFY(desk.view.visibleRange().duration() < before);
        QVERIFY(std::abs(desk.xOf(under) - 500) < 0.5);
    }

    void aDragPansWhatIsUnderThePointer()
    {
        Desk desk(run(kIncident));
        desk.wheel(300, 5, Qt::ControlModifier);
        const TimeNs under = timeline::toTime(desk.coordinates(), 400);
        desk.drag(desk.view.viewport(), {400, 190}, {340, 190});
        QVERIFY(std::abs(desk.xOf(under) - 340) < 1);
        QCOMPARE(desk.view.selectedStep(), std::nullopt);
    }

    void aDragOverTheRulerZoomsToThatRange()
    {
        Desk desk(run(kIncident));
        auto *ruler = desk.view.findChild<TimeRuler *>();
        const int inset = desk.view.viewport()->x();
        const TimeNs start = timeline::toTime(desk.coordinates(), 100);
        const TimeNs end = timeline::toTime(desk.coordinates(), 300);
        desk.drag(ruler, {inset + 100, 10}, {inset + 300, 10});
        QCOMPARE(desk.view.visibleRange(), (TimeRange{start, end}));
    }

    void aDoubleClickZoomsToTheBar()
    {
        Desk desk(run(kIncident));
        QTest::mouseDClick(desk.view.viewport(), Qt::LeftButton, {}, desk.middleOfBar(1));
        const timeline::StepNode &node = desk.view.scene().tree.nodes[1];
        QVERIFY(desk.view.visibleRange().start <= node.start);
        QVERIFY(desk.view.visibleRange().end >= node.end);
        QVERIFY(desk.view.visibleRange().duration() < 2 * (node.end - node.start));
    }

    void draggingTheFramesEdgeInTheOverviewZooms()
    {
        Desk desk(run(kIncident));
        auto *overview = desk.view.findChild<OverviewStrip *>();
        const TimeRange before = desk.view.visibleRange();
        const int right = overview->width() - kTimelineSideRoom;
        desk.drag(overview, {right - 1, 25}, {right - 300, 25});
        QCOMPARE(desk.view.visibleRange().start, before.start);
        QVERIFY(desk.view.visibleRange().end < before.end);
    }

    void draggingTheFrameInTheOverviewPans()
    {
        Desk desk(run(kIncident));
        auto *overview = desk.view.findChild<OverviewStrip *>();
        desk.view.setVisibleRange({kRunStart, kRunStart + kNsPerSecond});
        const TimeRange before = desk.view.visibleRange();
        desk.drag(overview, {150, 25}, {250, 25});
        QCOMPARE(desk.view.visibleRange().duration(), before.duration());
        QVERIFY(desk.view.visibleRange().start > before.start);
    }

    void keysZoomPanAndFit()
    {
        Desk desk(run(kIncident));
        const TimeRange all = desk.view.visibleRange();
        desk.key(Qt::Key_W);
        desk.key(Qt::Key_Plus);
        const TimeRange zoomed = desk.view.visibleRange();
        QVERIFY(zoomed.duration() < all.duration());
        desk.key(Qt::Key_D);
        QVERIFY(desk.view.visibleRange().start > zoomed.start);
        desk.key(Qt::Key_A);
        desk.key(Qt::Key_S);
        QVERIFY(desk.view.visibleRange().duration() > zoomed.duration());
        desk.key(Qt::Key_F);
        QCOMPARE(desk.view.visibleRange(), all);
    }

    void arrowsMoveTheSelectionAndSaySo()
    {
        Desk desk(run(kIncident));
        QSignalSpy selected(&desk.view, &TimelineView::stepSelected);
        desk.key(Qt::Key_Down);
        desk.key(Qt::Key_Down);
        QCOMPARE(desk.view.selectedStep(), stepId(2));
        QCOMPARE(selected.count(), 2);
        desk.key(Qt::Key_End);
        QCOMPARE(desk.view.selectedStep(), stepId(54));
        desk.key(Qt::Key_End);
        QCOMPARE(selected.count(), 3);
        desk.key(Qt::Key_Home);
        QCOMPARE(desk.view.selectedStep(), stepId(1));
    }

    void rightUnfoldsAndLeftFoldsAndLeads()
    {
        Desk desk(run(kIncident));
        desk.view.setSelectedStep(stepId(4)); // in the group
        QCOMPARE(desk.rows(), 5);
        desk.key(Qt::Key_Right);
        QCOMPARE(desk.rows(), 55);
        QCOMPARE(desk.view.scene().currentRow, 4); // the member itself is now in sight
        desk.key(Qt::Key_Left);                    // to the group
        QCOMPARE(desk.view.scene().currentRow, 3);
        desk.key(Qt::Key_Left); // folds it
        QCOMPARE(desk.rows(), 5);
        desk.key(Qt::Key_Left); // to the filter
        QCOMPARE(desk.view.selectedStep(), stepId(3));
    }

    void enterActivatesTheSelectedStep()
    {
        Desk desk(run(kIncident));
        QSignalSpy activated(&desk.view, &TimelineView::stepActivated);
        desk.view.setSelectedStep(stepId(2));
        desk.key(Qt::Key_Return);
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.first().first().value<StepId>(), stepId(2));
    }

    void aClickOnABarOrItsRowSelects()
    {
        Desk desk(run(kIncident));
        QSignalSpy selected(&desk.view, &TimelineView::stepSelected);
        QTest::mouseClick(desk.view.viewport(), Qt::LeftButton, {}, desk.middleOfBar(2));
        QCOMPARE(desk.view.selectedStep(), stepId(3));
        QTest::mouseClick(desk.view.viewport(), Qt::LeftButton, {}, {700, 10});
        QCOMPARE(desk.view.selectedStep(), stepId(1));
        QCOMPARE(selected.count(), 2);
    }

    void aClickOnTheTriangleFoldsWithoutSelecting()
    {
        Desk desk(run(kIncident));
        auto *gutter = desk.view.findChild<StepGutter *>();
        QTest::mouseClick(gutter, Qt::LeftButton, {},
                          {8, 2 * kTimelineRowHeight + kTimelineRowHeight / 2});
        QCOMPARE(desk.rows(), 4);
        QCOMPARE(desk.view.selectedStep(), std::nullopt);
    }

    void beingToldTheSelectionSaysNothingBack()
    {
        Desk desk(run(kIncident));
        QSignalSpy selected(&desk.view, &TimelineView::stepSelected);
        desk.view.setSelectedStep(stepId(2));
        QCOMPARE(desk.view.scene().currentRow, 1);
        QVERIFY(selected.isEmpty());
    }

    void aSelectedStepOutOfSightIsBroughtIntoIt()
    {
        Desk desk(run(kIncident));
        desk.view.setVisibleRange({kRunStart, kRunStart + 100 * kNsPerMs});
        desk.view.setSelectedStep(stepId(54));
        const timeline::StepNode &node = desk.view.scene().tree.nodes.back();
        QVERIFY(desk.view.visibleRange().contains(node.start));
        QCOMPARE(desk.view.visibleRange().duration(), 100 * kNsPerMs);
    }

    void aNewSnapshotKeepsZoomSelectionAndFolding()
    {
        Desk desk(run(kIncident));
        desk.view.setFollow(Follow::Off);
        desk.view.setSelectedStep(stepId(4));
        desk.key(Qt::Key_Right);
        desk.view.setVisibleRange({kRunStart, kRunStart + kNsPerSecond});
        desk.view.verticalScrollBar()->setValue(200);
        desk.view.setSnapshot(run(std::string(kIncident) + " > select_winner(10ms)"));
        QCOMPARE(desk.view.visibleRange(), (TimeRange{kRunStart, kRunStart + kNsPerSecond}));
        QCOMPARE(desk.view.selectedStep(), stepId(4));
        QCOMPARE(desk.rows(), 56);
        QCOMPARE(desk.view.verticalScrollBar()->value(), 200);
    }

    void rowsThatComeAboveDoNotMoveWhatIsSeen()
    {
        Desk desk(run("a{x(1ms)} > c0 > c1 > c2 > c3 > c4 > c5 > c6 > c7 > c8 > c9 > d0 > d1"));
        desk.view.verticalScrollBar()->setValue(3 * kTimelineRowHeight + 7);
        const auto top = [&] {
            const TimelineScene &scene = desk.view.scene();
            return scene.stepOf(scene.layout.rows[scene.rowAt(0)]).name;
        };
        const QString before = top();
        desk.view.setSnapshot(edited(desk.view.scene().snapshot, [](RunSnapshot &, auto &steps) {
            Step step = steps[1];
            step.id = stepId(1000);
            step.row = StepRow{1000};
            step.name = QStringLiteral("late");
            steps.push_back(step);
        }));
        QCOMPARE(top(), before);
        QCOMPARE(desk.view.verticalScrollBar()->value(), 4 * kTimelineRowHeight + 7);
    }

    void anotherRunStartsAnew()
    {
        Desk desk(run(kIncident));
        desk.view.setSelectedStep(stepId(2));
        desk.view.setVisibleRange({kRunStart, kRunStart + 10 * kNsPerMs});
        desk.view.setSnapshot(edited(run("a(5s)"), [](RunSnapshot &snapshot, auto &) {
            snapshot.run.id = ExecutionId::newV7();
        }));
        QCOMPARE(desk.view.selectedStep(), std::nullopt);
        QVERIFY(desk.view.visibleRange().duration() > 5 * kNsPerSecond);
    }

    void openBarsGrowWithTheClock()
    {
        Desk desk(run("plan(100ms) > search~"));
        desk.passTo(kRunStart + 300 * kNsPerMs);
        const double before = desk.view.visibleBars().back().width;
        desk.passTo(kRunStart + 400 * kNsPerMs);
        QVERIFY(desk.view.visibleBars().back().width > before);
    }

    void followKeepsTheNowLineInSight()
    {
        Desk desk(run("plan(100ms) > search~"));
        for (int ms = 0; ms < 60'000; ms += 333) {
            desk.passTo(kRunStart + ms * kNsPerMs);
            QVERIFY(desk.nowX() >= 0 && desk.nowX() < desk.view.viewport()->width());
        }
    }

    void followKeepsTheNowLineInSightWhenZoomedIn()
    {
        Desk desk(run("plan(100ms) > search~"));
        desk.passTo(kRunStart + kNsPerSecond);
        desk.view.setVisibleRange({kRunStart + 900 * kNsPerMs, kRunStart + 1100 * kNsPerMs});
        desk.passTo(kRunStart + 5 * kNsPerSecond);
        QCOMPARE(desk.view.visibleRange().duration(), 200 * kNsPerMs);
        QVERIFY(desk.nowX() > 0 && desk.nowX() < desk.view.viewport()->width());
    }

    void followShowsTheNewestRow()
    {
        const std::string many = "a0 > a1 > a2 > a3 > a4 > a5 > a6 > a7 > a8";
        Desk desk(run(many + " > last~"));
        desk.view.verticalScrollBar()->setValue(0);
        desk.view.setSnapshot(run(many + " > b0 > b1 > last~"));
        QCOMPARE(desk.view.verticalScrollBar()->value(), desk.view.verticalScrollBar()->maximum());
    }

    void withoutFollowNothingMoves()
    {
        const std::string many = "a0 > a1 > a2 > a3 > a4 > a5 > a6 > a7 > a8";
        Desk desk(run(many + " > last~"));
        desk.view.setFollow(Follow::Off);
        desk.view.verticalScrollBar()->setValue(0);
        const TimeRange range = desk.view.visibleRange();
        desk.passTo(kRunStart + kNsPerHour);
        desk.view.setSnapshot(run(many + " > b0 > b1 > last~"));
        desk.view.setSnapshot(run(many + " > b0 > b1 > last"));
        QCOMPARE(desk.view.visibleRange(), range);
        QCOMPARE(desk.view.verticalScrollBar()->value(), 0);
    }

    void scrollingByHandEndsFollowing()
    {
        Desk desk(run("a0 > a1 > a2 > a3 > a4 > a5 > a6 > a7 > a8 > a9 > last~"));
        QSignalSpy changed(&desk.view, &TimelineView::followChanged);
        desk.wheel(300, 1);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(desk.view.follow(), Follow::Off);
    }

    void pushingTheNowLineOutOfSightEndsFollowing()
    {
        Desk desk(run("plan(100ms) > search~"));
        desk.passTo(kRunStart + 10 * kNsPerSecond);
        desk.view.findChild<TimeRuler *>()->rangeChosen(kRunStart, kRunStart + kNsPerSecond);
        QCOMPARE(desk.view.follow(), Follow::Off);
    }

    void theTimerRunsOnlyWhileLiveAndVisible()
    {
        Desk desk(run("plan > search~"));
        QVERIFY(desk.view.isTicking());
        desk.view.hide();
        QVERIFY(!desk.view.isTicking());
        desk.view.show();
        QVERIFY(desk.view.isTicking());
        desk.view.setSnapshot(run("plan > search"));
        QVERIFY(!desk.view.isTicking());
    }

    void theHoverCardComesAtOnceAndTakesNoFocus()
    {
        Desk desk(run(kIncident));
        auto *card = desk.view.findChild<HoverCard *>();
        desk.hover(desk.middleOfBar(2));
        QVERIFY(card->isVisible());
        QCOMPARE(card->text().title, QStringLiteral("filter_relevance"));
        QCOMPARE(card->text().lines.at(3).value, QStringLiteral("50 → 5  −90 %"));
        QVERIFY(!card->isActiveWindow());
        desk.hover({10, 200});
        QVERIFY(!card->isVisible());
    }

    void aScreenReaderHearsTheSelectedStep()
    {
        Desk desk(run(kIncident));
        desk.key(Qt::Key_Down);
        QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(&desk.view);
        QVERIFY(accessible);
        QCOMPARE(accessible->text(QAccessible::Name),
                 QStringLiteral("Timeline of pipeline, 54 steps"));
        QCOMPARE(accessible->text(QAccessible::Description),
                 QStringLiteral("generate_keywords, llm, completed, starts at 0 ns, took 610 ms"));
    }

    void emptyAndMissingRunsTakeEveryGesture()
    {
        for (const RunSnapshotPtr &snapshot : {RunSnapshotPtr(), run("")}) {
            Desk desk(snapshot);
            for (const Qt::Key key : {Qt::Key_Down, Qt::Key_W, Qt::Key_F, Qt::Key_Return})
                desk.key(key);
            desk.wheel(100, 1, Qt::ControlModifier);
            desk.drag(desk.view.viewport(), {10, 10}, {90, 40});
            desk.drag(desk.view.findChild<OverviewStrip *>(), {30, 20}, {90, 20});
            QCOMPARE(desk.view.selectedStep(), std::nullopt);
        }
    }

    void aHundredThousandStepsPaintWithinAFrame_data()
    {
        QTest::addColumn<bool>("zoomedIn");
        QTest::addRow("zoomed out") << false;
        QTest::addRow("zoomed in") << true;
    }

    void aHundredThousandStepsPaintWithinAFrame()
    {
        QFETCH(bool, zoomedIn);
        const RunSnapshotPtr snapshot = run(manySteps(100'000));
        Desk desk(snapshot);
        desk.settle(snapshot);
        if (zoomedIn)
            desk.view.setVisibleRange(
                {kRunStart + 50 * kNsPerSecond, kRunStart + 50 * kNsPerSecond + 100 * kNsPerMs});
        desk.view.verticalScrollBar()->setValue(50'000 * kTimelineRowHeight);
        QImage image(desk.view.size(), QImage::Format_ARGB32_Premultiplied);
        QBENCHMARK
        {
            desk.view.render(&image);
        }
    }

    void aHundredThousandStepsPanWithinAFrame()
    {
        const RunSnapshotPtr snapshot = run(manySteps(100'000));
        Desk desk(snapshot);
        desk.settle(snapshot);
        desk.key(Qt::Key_W);
        QImage image(desk.view.size(), QImage::Format_ARGB32_Premultiplied);
        Qt::Key next = Qt::Key_D;
        QBENCHMARK
        {
            desk.key(next);
            next = next == Qt::Key_D ? Qt::Key_A : Qt::Key_D;
            desk.view.render(&image);
        }
    }

    void aLargeRunComesLaterAndTheLatestWins()
    {
        const RunSnapshotPtr first = run(manySteps(100'000));
        Desk desk(nullptr);
        QBENCHMARK_ONCE
        {
            desk.view.setSnapshot(first);
        }
        QVERIFY(desk.view.scene().isEmpty());
        desk.view.setSelectedStep(stepId(90'000));
        const RunSnapshotPtr second =
            edited(first, [](RunSnapshot &, auto &steps) { steps.pop_back(); });
        desk.view.setSnapshot(second);
        desk.settle(second);
        QCOMPARE(desk.rows(), 99'999);
        QCOMPARE(desk.view.scene().currentRow, 89'999);
        QVERIFY(desk.view.verticalScrollBar()->value() > 80'000 * kTimelineRowHeight);
    }

    void aLargeRunGivesWayToASmallOneAtOnce()
    {
        Desk desk(run(manySteps(10'000)));
        const RunSnapshotPtr small = edited(run("a(5s)"), [](RunSnapshot &snapshot, auto &) {
            snapshot.run.id = ExecutionId::newV7();
        });
        desk.view.setSnapshot(small);
        QCOMPARE(desk.rows(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(desk.view.scene().snapshot, small);
    }

    void aGrowingLargeRunKeepsScrollAndSelection()
    {
        const RunSnapshotPtr first = run(manySteps(10'000) + " > last~");
        Desk desk(first);
        desk.settle(first);
        desk.view.setFollow(Follow::Off);
        desk.view.setSelectedStep(stepId(5'000));
        const int scrolled = desk.view.verticalScrollBar()->value();
        const RunSnapshotPtr second = edited(first, [](RunSnapshot &, auto &steps) {
            Step step = steps.back();
            step.id = stepId(20'000);
            step.row = StepRow{20'000};
            step.index = 20'000;
            steps.push_back(step);
        });
        desk.view.setSnapshot(second);
        desk.settle(second);
        QCOMPARE(desk.view.selectedStep(), stepId(5'000));
        QCOMPARE(desk.view.verticalScrollBar()->value(), scrolled);
    }
};

QTEST_MAIN(TimelineViewTest)
#include "tst_timeline_view.moc"
