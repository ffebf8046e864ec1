// SPDX-License-Identifier: GPL-3.0-or-later
// What is painted, printed as rectangles.
#include <model/timeline/geometry.h>
#include <tests/support/run_builder.h>

#include <QTest>

using namespace xray;
using namespace xray::timeline;
using test::kRunStart;
using test::run;

namespace {

struct Scene
{
    explicit Scene(std::string_view text)
        : snapshot(run(text))
        , tree(buildStepTree(snapshot->steps))
        , layout(layoutRows(tree, snapshot->steps, {}))
    {
    }

    RowRange allRows() const { return {0, static_cast<qsizetype>(layout.rows.size())}; }

    RunSnapshotPtr snapshot;
    StepTree tree;
    TimelineLayout layout;
};

/// A millisecond per pixel, from the run's start plus `fromMs`.
Coordinates pixelPerMs(double width, qint64 fromMs = 0)
{
    const TimeNs start = kRunStart + fromMs * kNsPerMs;
    return {{start, start + static_cast<qint64>(width) * kNsPerMs}, width};
}

QString print(const Scene &scene, const Coordinates &coordinates, DurationNs nowMs = 0)
{
    QStringList texts;
    for (const Bar &bar : barsOf(scene.tree, scene.layout, scene.allRows(), coordinates,
                                 kRunStart + nowMs * kNsPerMs))
        texts += QStringLiteral("%1:%2+%3%4%5")
                     .arg(bar.row)
                     .arg(bar.x)
                     .arg(bar.width)
                     .arg(bar.part == BarPart::Busy ? QStringLiteral(" busy") : QString(),
                          bar.end == BarEnd::Open ? QStringLiteral(" open") : QString());
    return texts.join(QLatin1String(", "));
}

} // namespace

class TimelineGeometry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBarSpansItsStep()
    {
        QCOMPARE(print(Scene("a(100ms) > b(50ms)"), pixelPerMs(200)),
                 QStringLiteral("0:0+100, 1:100+50"));
    }

    void theShortestStepCanBeSeen()
    {
        QCOMPARE(print(Scene("a(100ms) > b(1ns)"), pixelPerMs(200)),
                 QStringLiteral("0:0+100, 1:100+2"));
    }

    void barsAreCutJustOutsideTheStrip()
    {
        QCOMPARE(print(Scene("a(10000ms)"), pixelPerMs(200, 5000)), QStringLiteral("0:-16+232"));
    }

    void whatIsOutOfSightHasNoBar()
    {
        QCOMPARE(print(Scene("a(100ms) > b(50ms)"), pixelPerMs(20, 120)),
                 QStringLiteral("1:-16+46"));
    }

    void whatRunsReachesToNowAndIsOpen()
    {
        QCOMPARE(print(Scene("a(100ms) > b~"), pixelPerMs(400), 250),
                 QStringLiteral("0:0+100, 1:100+150 open"));
    }

    void aGroupShowsWhenItsMembersRan()
    {
        QCOMPARE(print(Scene("judge*5(10ms)"), pixelPerMs(100)),
                 QStringLiteral("0:0+50, 0:0+50 busy"));
    }

    void busyPartsCloserThanAPixelAreOne()
    {
        Scene scene("judge*1000(1ms)");
        scene.tree.groups.front().busy.clear();
        for (int i = 0; i < 1000; ++i) // 10 µs in each millisecond
            scene.tree.groups.front().busy.push_back(
                {kRunStart + i * kNsPerMs, kRunStart + i * kNsPerMs + 10 * kNsPerUs});
        const Coordinates tenMsPerPixel{{kRunStart, kRunStart + kNsPerSecond}, 100};
        const auto bars = barsOf(scene.tree, scene.layout, scene.allRows(), tenMsPerPixel, 0);
        QCOMPARE(bars.size(), std::size_t(2));
    }

    void theOverviewGivesEachOfAFewRowsItsLane()
    {
        const Scene scene("a:llm(50ms) > b:api(50ms)");
        const auto rects = overviewOf(scene.tree, scene.layout, 8, pixelPerMs(100), kRunStart);
        QCOMPARE(rects.size(), std::size_t(2));
        QCOMPARE(rects[0], (OverviewRect{0, 0, 50, StepType::Llm, StepStatus::Completed}));
        QCOMPARE(rects[1], (OverviewRect{1, 50, 50, StepType::Api, StepStatus::Completed}));
    }

    void aFailedStepIsSeenInTheOverviewWhateverElseIsThere()
    {
        const Scene scene("a(100ms){b(50ms) > c(10ms)! > d(40ms)}");
        const auto rects = overviewOf(scene.tree, scene.layout, 1, pixelPerMs(100), kRunStart);
        QCOMPARE(rects.size(), std::size_t(3));
        QCOMPARE(rects[1], (OverviewRect{0, 50, 10, StepType::Llm, StepStatus::Failed}));
    }

    void theOverviewHasAtMostOneRectAColumnAndLane()
    {
        std::string text = "s0:llm(1ms)";
        for (int i = 1; i < 2000; ++i)
            text += " > s" + std::to_string(i) + (i % 2 ? ":api(1ms)" : ":llm(1ms)");
        const Scene scene(text);
        const Coordinates coordinates{{kRunStart, kRunStart + 2 * kNsPerSecond}, 100};
        const auto rects = overviewOf(scene.tree, scene.layout, 4, coordinates, kRunStart);
        QVERIFY(!rects.empty());
        QSet<std::pair<int, int>> seen;
        for (const OverviewRect &rect : rects)
            for (int x = rect.x; x < rect.x + rect.width; ++x) {
                QVERIFY(!seen.contains({rect.lane, x}));
                seen.insert({rect.lane, x});
            }
    }

    void noRowsMakeNoOverview()
    {
        const Scene scene("");
        QVERIFY(overviewOf(scene.tree, scene.layout, 8, pixelPerMs(100), kRunStart).empty());
    }
};

QTEST_APPLESS_MAIN(TimelineGeometry)
#include "tst_timeline_geometry.moc"
