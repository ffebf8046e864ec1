// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline's coordinate system, above all where it degenerates.
#include <model/timeline/coordinates.h>

#include <QTest>

#include <limits>

using namespace xray;
using namespace xray::timeline;

class TimelineCoordinates : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRangeFillsTheWidth()
    {
        const Coordinates c{{1000, 3000}, 200};
        QCOMPARE(toPixel(c, 1000), 0.0);
        QCOMPARE(toPixel(c, 2000), 100.0);
        QCOMPARE(toPixel(c, 3000), 200.0);
        QCOMPARE(toPixel(c, 0), -100.0);
    }

    void aPixelAndItsTimeAreEachOthersInverse()
    {
        const Coordinates c{{1'767'225'600 * kNsPerSecond, 1'767'225'601 * kNsPerSecond}, 1000};
        for (const double x : {0.0, 1.0, 333.0, 999.0})
            QCOMPARE(toPixel(c, toTime(c, x)), x);
    }

    void withoutAWidthEveryPixelIsTheStart()
    {
        QCOMPARE(toTime({{5, 10}, 0}, 100), TimeNs(5));
        QCOMPARE(toPixel({{5, 10}, 0}, 7), 0.0);
    }

    void withoutADurationTimesAreBeforeOrAfter()
    {
        const Coordinates c{{5, 5}, 80};
        QCOMPARE(toPixel(c, 4), 0.0);
        QCOMPARE(toPixel(c, 5), 0.0);
        QCOMPARE(toPixel(c, 6), 80.0);
    }

    void theWholeOfInt64DoesNotOverflow()
    {
        const Coordinates c{
            {std::numeric_limits<TimeNs>::min(), std::numeric_limits<TimeNs>::max()}, 100};
        QVERIFY(c.range.duration() > 0);
        QVERIFY(toPixel(c, 0) >= 0 && toPixel(c, 0) <= 100);
        QVERIFY(fitted(c.range).duration() > 0);
    }

    void tenYearsAndOneNanosecondZoomAlike()
    {
        const TimeRange years{0, 10 * 365 * kNsPerDay};
        const TimeRange half = zoomed(years, years.end / 2, 2, years);
        QCOMPARE(half.duration(), years.duration() / 2);
        const TimeRange closest = zoomed({0, 1}, 0, 1000, {0, 1000});
        QCOMPARE(closest.duration(), kShortestRange);
    }

    void zoomingKeepsTheAnchorUnderItsPixel()
    {
        const TimeRange bounds{0, 1'000'000};
        const Coordinates before{{200'000, 800'000}, 600};
        const TimeNs anchor = toTime(before, 150);
        const Coordinates after{zoomed(before.range, anchor, 3, bounds), 600};
        QVERIFY(std::abs(toPixel(after, anchor) - 150) < 0.01);
        QCOMPARE(after.range.duration(), DurationNs(200'000));
    }

    void zoomingOutStopsAtTheBounds()
    {
        QCOMPARE(zoomed({10, 60}, 30, 0.001, {0, 100}), (TimeRange{0, 100}));
    }

    void aFactorThatMakesNoSenseChangesNothing()
    {
        const TimeRange range{10, 60};
        QCOMPARE(zoomed(range, 30, 0, {0, 100}), range);
        QCOMPARE(zoomed(range, 30, std::numeric_limits<double>::quiet_NaN(), {0, 100}), range);
    }

    void panningStopsAtTheBoundsAndKeepsTheDuration()
    {
        const TimeRange bounds{0, 100};
        QCOMPARE(panned({20, 40}, 30, bounds), (TimeRange{50, 70}));
        QCOMPARE(panned({20, 40}, 500, bounds), (TimeRange{80, 100}));
        QCOMPARE(panned({20, 40}, -500, bounds), (TimeRange{0, 20}));
        QCOMPARE(panned({-50, 200}, 10, bounds), (TimeRange{-50, 200}));
    }

    void anInstantIsShownWithinAMillisecond()
    {
        const TimeRange range = fitted({1000, 1000});
        QCOMPARE(range.duration(), kInstantRange);
        QVERIFY(range.contains(1000));
    }

    void fittingLeavesMoreRoomAtTheRight()
    {
        const TimeRange range = fitted({0, 6400});
        QVERIFY(range.start < 0);
        QVERIFY(range.end - 6400 > -range.start);
    }
};

QTEST_APPLESS_MAIN(TimelineCoordinates)
#include "tst_timeline_coordinates.moc"
