// SPDX-License-Identifier: GPL-3.0-or-later
// The critical path, printed as names with the milliseconds each was waited for.
#include <model/timeline/critical_path.h>
#include <tests/support/run_builder.h>

#include <QTest>

using namespace xray;
using namespace xray::timeline;
using test::kRunStart;
using test::run;

namespace {

CriticalPath pathOf(const RunSnapshotPtr &snapshot, DurationNs now = 0)
{
    return criticalPath(buildStepTree(snapshot->steps), kRunStart + now);
}

QString print(const RunSnapshotPtr &snapshot, DurationNs now = 0)
{
    QStringList texts;
    for (const PathSegment &segment : pathOf(snapshot, now).segments)
        texts += QStringLiteral("%1 %2")
                     .arg(snapshot->steps.at(segment.position).name)
                     .arg(segment.range.duration() / kNsPerMs);
    return texts.join(QLatin1String(", "));
}

} // namespace

class TimelineCriticalPath : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsOneAfterAnotherAreAllOnIt()
    {
        QCOMPARE(print(run("a(10ms) > b(20ms) > c(5ms)")), QStringLiteral("a 10, b 20, c 5"));
    }

    void ofParallelStepsTheLongestIs()
    {
        QCOMPARE(print(run("a(10ms) > b(20ms) | c(50ms) | d(30ms) > e(5ms)")),
                 QStringLiteral("a 10, c 50, e 5"));
    }

    void aParentCountsWhereNoChildRuns()
    {
        QCOMPARE(print(run("a(100ms){b(30ms) > c(40ms)}")), QStringLiteral("b 30, c 40, a 30"));
    }

    void itGoesThroughTheChildrenOfParallelSteps()
    {
        QCOMPARE(print(run("p{a{x(10ms) > y(20ms)} | b{z(25ms)}} > end(5ms)")),
                 QStringLiteral("x 10, y 20, end 5"));
    }

    void aPauseBetweenStepsIsNobodys()
    {
        const auto paused = test::edited(run("a(10ms) > b(10ms)"), [](RunSnapshot &, auto &steps) {
            steps[1].startedAt += 50 * kNsPerMs;
            *steps[1].endedAt += 50 * kNsPerMs;
        });
        QCOMPARE(print(paused), QStringLiteral("a 10, b 10"));
        QCOMPARE(pathOf(paused).total, 20 * kNsPerMs);
    }

    void timesRoundedToAMillisecondStillHandOver()
    {
        const auto rounded = test::edited(run("a(10ms) > b(10ms)"), [](RunSnapshot &, auto &steps) {
            *steps[0].endedAt += 400 * kNsPerUs;
            *steps[0].duration += 400 * kNsPerUs;
        });
        QCOMPARE(print(rounded), QStringLiteral("a 10, b 10"));
        QCOMPARE(pathOf(rounded).total, 20 * kNsPerMs);
    }

    void aChildThatOutlivesItsParentCountsOnlyWithinIt()
    {
        QCOMPARE(print(run("a(20ms){b(80ms)}")), QStringLiteral("b 20"));
    }

    void whatRunsEndsNow()
    {
        QCOMPARE(print(run("a(10ms) > b~ | c(5ms)"), 40 * kNsPerMs), QStringLiteral("a 10, b 30"));
    }

    void itKnowsWhichStepsAreOnIt()
    {
        const CriticalPath path = pathOf(run("a(10ms) > b(20ms) | c(50ms)"));
        QVERIFY(path.contains(0));
        QVERIFY(!path.contains(1));
        QVERIFY(path.contains(2));
        QCOMPARE(path.total, 60 * kNsPerMs);
    }

    void aRunWithoutStepsHasNone() { QVERIFY(pathOf(run("")).segments.empty()); }
};

QTEST_APPLESS_MAIN(TimelineCriticalPath)
#include "tst_timeline_critical_path.moc"
