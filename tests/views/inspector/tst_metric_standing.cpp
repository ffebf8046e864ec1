// SPDX-License-Identifier: GPL-3.0-or-later
#include <views/inspector/metric_standing.h>

#include <QTest>

using namespace xray::views;

namespace {

std::vector<double> oneTo(int count)
{
    std::vector<double> values;
    for (int i = 1; i <= count; ++i)
        values.push_back(i);
    return values;
}

} // namespace

class TestMetricStanding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aHighValueStandsAboveTheOthers()
    {
        QCOMPARE(standingText(standingOf(1204, oneTo(1204))),
                 QStringLiteral("above 99 % of 1,204"));
        QVERIFY(standingOf(1204, oneTo(1204)).isUnusual());
    }

    void aLowValueStandsBelowThem()
    {
        QCOMPARE(standingText(standingOf(2, oneTo(10))), QStringLiteral("below 80 % of 10"));
    }

    void aHundredPercentIsSaidInWords()
    {
        QCOMPARE(standingText(standingOf(5000, oneTo(40))), QStringLiteral("above all 40 others"));
    }

    void aFewValuesMakeNothingUnusual()
    {
        QVERIFY(!standingOf(5000, oneTo(5)).isUnusual());
        QCOMPARE(standingText(standingOf(1, {1})), QStringLiteral("no other runs yet"));
        QCOMPARE(standingText(standingOf(1, {})), QStringLiteral("no other runs yet"));
    }

    void aConstantIsSaidToBeOne()
    {
        QCOMPARE(standingText(standingOf(3, {3, 3, 3})), QStringLiteral("as in all 3 runs"));
    }

    void whatAFilterEliminatesIsRemarkedOnWhenItIsUnusual()
    {
        QCOMPARE(eliminationRemark(99.5, oneTo(75)),
                 QStringLiteral("▲ above all 75 others (usually −38 %)"));
        QCOMPARE(eliminationRemark(0, oneTo(75)),
                 QStringLiteral("▼ below all 75 others (usually −38 %)"));
        QCOMPARE(eliminationRemark(40, oneTo(75)), QString());
        QCOMPARE(eliminationRemark(99.5, oneTo(5)), QString());
    }

    void everyValueFallsIntoABar()
    {
        const Histogram histogram = histogramOf(10, oneTo(10), 5);
        QCOMPARE(histogram.bars, (std::vector<int>{2, 2, 2, 2, 2}));
        QCOMPARE(histogram.markedBar, 4);
    }

    void equalValuesFallIntoOneBar()
    {
        const Histogram histogram = histogramOf(3, {3, 3}, 4);
        QCOMPARE(histogram.bars, (std::vector<int>{2, 0, 0, 0}));
        QCOMPARE(histogram.markedBar, 0);
        QVERIFY(histogramOf(3, {}, 4).bars.empty());
    }
};

QTEST_GUILESS_MAIN(TestMetricStanding)
#include "tst_metric_standing.moc"
