// SPDX-License-Identifier: GPL-3.0-or-later
// Trends: what is drawn is reduced, and a brush on a chart tells the stretch it marks.
#include <views/charts/trends_panel.h>
#include <views/look/style.h>

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace xray;
using namespace xray::views;

namespace {

constexpr TimeNs kStart = 1'767'225'600 * kNsPerSecond;
constexpr int kBuckets = 60;

std::shared_ptr<const query::Trend> sampleTrend(int seriesCount)
{
    auto trend = std::make_shared<query::Trend>();
    trend->from = kStart;
    trend->bucket = kNsPerHour;
    trend->to = kStart + kBuckets * trend->bucket;
    trend->matches = 4'000;
    for (int s = 0; s < seriesCount; ++s) {
        query::TrendSeries series{QStringLiteral("pipeline %1").arg(s), {}};
        for (int i = 0; i < kBuckets; ++i) {
            const auto wave = static_cast<qint64>(20 * std::sin((i + 9 * s) / 6.0));
            series.points.push_back({trend->from + i * trend->bucket, 40 + wave, i % 5,
                                     (300 + 3 * wave) * kNsPerMs, (900 + 9 * wave) * kNsPerMs,
                                     50.0 + static_cast<double>(wave), 90.0});
        }
        trend->series.push_back(std::move(series));
    }
    return trend;
}

std::shared_ptr<const query::Catalogue> catalogue()
{
    query::Catalogue names;
    names.metrics = {{QStringLiteral("percentage_eliminated"), 500, 0, 100, {}}};
    return std::make_shared<const query::Catalogue>(names);
}

struct Shown
{
    TrendsPanel panel;
    bool ready = false;

    explicit Shown(int series)
    {
        panel.setCatalogue(catalogue());
        auto spread = std::make_shared<query::Distribution>();
        spread->maximum = 100;
        spread->counts = {5, 20, 60, 90, 70, 40, 20, 10, 5, 8};
        spread->total = 328;
        panel.setTrend(sampleTrend(series));
        panel.setDistribution(spread);
        panel.resize(1180, 760);
        panel.show();
        panel.activateWindow();
        ready = QTest::qWaitForWindowActive(&panel);
    }
    void savePicture(const QString &name)
    {
        const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
        if (!folder.isEmpty())
            QVERIFY(panel.grab().save(QDir(folder).filePath(name)));
    }
};

} // namespace

class TestTrendsPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { applyLook(*qApp, Scheme::Dark); }

    void aLongLineIsReducedBeforeItIsDrawn()
    {
        std::vector<QPointF> points;
        for (int i = 0; i < 1'000; ++i)
            points.emplace_back(i, 1);
        const auto sums = reduced(points, 120, Merge::Sum);
        QVERIFY(sums.size() <= 120);
        double total = 0;
        for (const QPointF &point : sums)
            total += point.y();
        QCOMPARE(total, 1'000.0);
        QCOMPARE(reduced(points, 120, Merge::Mean).front().y(), 1.0);
        QCOMPARE(reduced(points, 2'000, Merge::Sum).size(), points.size());
    }

    void bucketsWithoutAFigureHaveNoPoint()
    {
        query::Trend trend;
        trend.series = {{QString(), {{0, 0, 0, {}, {}, {}, {}}, {1, 4, 1, {}, {}, {}, {}}}}};
        QCOMPARE(linesOf(trend, TrendFigure::Count).front().points.size(), std::size_t(2));
        const auto rate = linesOf(trend, TrendFigure::FailureRate).front().points;
        QCOMPARE(rate.size(), std::size_t(1));
        QCOMPARE(rate.front().y(), 25.0);
    }

    void aStretchThatIsDraggedOverBecomesATime()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        BrushChart *chart = shown.panel.countChart();
        QTRY_VERIFY(chart->chart()->plotArea().width() > 50);
        QSignalSpy picked(&shown.panel, &TrendsPanel::timePicked);
        const QRect plot = chart->chart()->plotArea().toRect();
        const auto at = [&](double share) {
            return QPoint(plot.left() + qRound(plot.width() * share), plot.center().y());
        };
        QTest::mousePress(chart->viewport(), Qt::LeftButton, {}, at(0.25));
        QTest::mouseMove(chart->viewport(), at(0.4));
        QTest::mouseMove(chart->viewport(), at(0.5));
        shown.savePicture(QStringLiteral("trends-brush.png"));
        QTest::mouseRelease(chart->viewport(), Qt::LeftButton, {}, at(0.5));
        QCOMPARE(picked.size(), 1);
        const auto from = picked[0][0].value<std::optional<TimeNs>>();
        const auto to = picked[0][1].value<std::optional<TimeNs>>();
        QVERIFY(from && std::abs(*from - (kStart + 15 * kNsPerHour)) < kNsPerHour);
        QVERIFY(to && std::abs(*to - (kStart + 30 * kNsPerHour)) < kNsPerHour);
        QCOMPARE(*from % kNsPerSecond, 0); // an end that can be read
    }

    void aBrushToTheEndHasNoBoundThere()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        BrushChart *chart = shown.panel.countChart();
        QTRY_VERIFY(chart->chart()->plotArea().width() > 50);
        QSignalSpy picked(&shown.panel, &TrendsPanel::timePicked);
        chart->setFocus();
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(chart, Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyClick(chart, Qt::Key_Return);
        QCOMPARE(picked.size(), 1);
        QVERIFY(picked[0][0].value<std::optional<TimeNs>>().has_value());
        QVERIFY(!picked[0][1].value<std::optional<TimeNs>>().has_value());
    }

    void aClickOnABarTakesItsValues()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        BrushChart *chart = shown.panel.spreadChart();
        QTRY_VERIFY(chart->chart()->plotArea().width() > 50);
        QSignalSpy picked(&shown.panel, &TrendsPanel::valuesPicked);
        const QRect plot = chart->chart()->plotArea().toRect();
        // Ten bars from 0 to 100: the middle of the fourth.
        QTest::mouseClick(chart->viewport(), Qt::LeftButton, {},
                          {plot.left() + qRound(plot.width() * 0.35), plot.center().y()});
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][1].toDouble(), 30.0);
        QCOMPARE(picked[0][2].toDouble(), 40.0);
    }

    void whatIsPointedAtIsTold()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        BrushChart *chart = shown.panel.spreadChart();
        QTRY_VERIFY(chart->chart()->plotArea().width() > 50);
        QVERIFY(chart->readout().isEmpty());
        const QRect plot = chart->chart()->plotArea().toRect();
        QTest::mouseMove(chart->viewport(),
                         {plot.left() + qRound(plot.width() * 0.35), plot.center().y()});
        QTRY_COMPARE(chart->readout(), QStringLiteral("35 · 90"));
        shown.savePicture(QStringLiteral("trends-readout.png"));
    }

    void ofSeveralLinesTheNearestIsTold()
    {
        Shown shown(3);
        QVERIFY(shown.ready);
        BrushChart *chart = shown.panel.countChart();
        QTRY_VERIFY(chart->chart()->plotArea().width() > 50);
        const auto trend = sampleTrend(3);
        for (std::size_t series = 0; series < 3; ++series) {
            const query::TrendPoint &point = trend->series[series].points[20];
            const QPointF at(double(point.from + trend->bucket / 2) / kNsPerMs,
                             double(point.count));
            QTest::mouseMove(chart->viewport(), chart->chart()->mapToPosition(at).toPoint());
            QTRY_VERIFY2(chart->readout().endsWith(
                             QStringLiteral(" · pipeline %1 · %2").arg(series).arg(point.count)),
                         qPrintable(chart->readout()));
        }
    }

    void runsHaveTheMetricsOfTheirSteps()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        shown.panel.setLoading(query::Subject::Runs);
        shown.panel.setTrend(sampleTrend(1));
        const QString title = shown.panel.metric() + QStringLiteral(" of their steps, ");
        QCOMPARE(shown.panel.spreadChart()->title(), title + QStringLiteral("distribution"));
        QVERIFY(shown.panel.spreadChart()->note().isEmpty());
        QCOMPARE(shown.panel.countChart()->title(), QStringLiteral("Runs over time"));
    }

    void runsAreNotSplitByStep()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        shown.panel.setLoading(query::Subject::Steps);
        shown.panel.splitBox()->setCurrentIndex(2);
        QCOMPARE(shown.panel.split(), query::Split::Step);
        shown.panel.setLoading(query::Subject::Runs);
        QCOMPARE(shown.panel.split(), query::Split::None);
    }

    void theMetricOfTheQueryIsLookedAtUntilOneIsChosen()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        query::Catalogue names;
        names.metrics = {{QStringLiteral("confidence"), 900, 0, 1, {}},
                         {QStringLiteral("percentage_eliminated"), 500, 0, 100, {}}};
        TrendsPanel panel;
        panel.setCatalogue(std::make_shared<const query::Catalogue>(names));
        QCOMPARE(panel.metric(), QStringLiteral("confidence"));
        panel.proposeMetric(QStringLiteral("percentage_eliminated"));
        QCOMPARE(panel.metric(), QStringLiteral("percentage_eliminated"));
        panel.show();
        panel.metricBox()->setFocus();
        QTest::keyClick(panel.metricBox(), Qt::Key_Up);
        QCOMPARE(panel.metric(), QStringLiteral("confidence"));
        panel.proposeMetric(QStringLiteral("percentage_eliminated"));
        QCOMPARE(panel.metric(), QStringLiteral("confidence"));
    }

    void ticksStandAtRoundNumbers()
    {
        const auto text = [](const std::vector<AxisTick> &ticks) {
            QStringList labels;
            for (const AxisTick &tick : ticks)
                labels += tick.label;
            return labels.join(u' ');
        };
        QCOMPARE(text(numberTicks(0.706, 0.942, 6)), QStringLiteral("0.75 0.8 0.85 0.9"));
        QCOMPARE(text(numberTicks(-3, 3, 4)), QStringLiteral("-2 0 2"));
        QCOMPARE(text(numberTicks(0, 4'000, 4)), QStringLiteral("0 1,000 2,000 3,000 4,000"));
        QCOMPARE(text(numberTicks(0, 1, 4, QStringLiteral("%"))), QStringLiteral("0 % 0.5 % 1 %"));
        QCOMPARE(text(numberTicks(5, 5, 4)), QStringLiteral("5"));
    }

    void ticksOfTimeStandAtRoundHoursAndDaysOfTheLocalClock()
    {
        const QDateTime start = QDate(2026, 11, 16).startOfDay().addSecs(5 * 3600 + 123);
        const auto at = [&](qint64 seconds) {
            return static_cast<double>(start.addSecs(seconds).toMSecsSinceEpoch());
        };
        const auto hours = timeTicks(at(0), at(8 * 3600), 6);
        QVERIFY(hours.size() >= 2 && hours.size() <= 7);
        QCOMPARE(hours.front().label, QStringLiteral("06:00"));
        const auto days = timeTicks(at(0), at(14 * 86'400), 6);
        QVERIFY(days.size() >= 3 && days.size() <= 7);
        for (const AxisTick &tick : days)
            QCOMPARE(QDateTime::fromMSecsSinceEpoch(qint64(tick.value)).time(), QTime(0, 0));
    }

    void durationsAreToldInAUnitThatFits()
    {
        QCOMPARE(durationUnitFor(0.4).name, QStringLiteral("µs"));
        QCOMPARE(durationUnitFor(400).name, QStringLiteral("ms"));
        QCOMPARE(durationUnitFor(1'400).name, QStringLiteral("s"));
        QCOMPARE(durationUnitFor(300'000).name, QStringLiteral("min"));
        QCOMPARE(scaled({{QString(), {{0, 1'500}}}}, durationUnitFor(1'500).factor)
                     .front()
                     .points.front()
                     .y(),
                 1.5);
    }

    void theKeyboardMarksAStretchOfValues()
    {
        Shown shown(1);
        QVERIFY(shown.ready);
        BrushChart *chart = shown.panel.spreadChart();
        QTRY_VERIFY(chart->chart()->plotArea().width() > 50);
        QSignalSpy picked(&shown.panel, &TrendsPanel::valuesPicked);
        chart->setFocus();
        for (int i = 0; i < 30; ++i)
            QTest::keyClick(chart, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(chart, Qt::Key_Return);
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][0].toString(), QStringLiteral("percentage_eliminated"));
        QVERIFY(std::isinf(picked[0][1].toDouble())); // from the least on
        QVERIFY(std::abs(picked[0][2].toDouble() - 50) < 0.01);
    }

    void anotherSplitIsAnotherQuestion()
    {
        Shown shown(3);
        QVERIFY(shown.ready);
        QSignalSpy asked(&shown.panel, &TrendsPanel::questionChanged);
        shown.panel.splitBox()->setFocus();
        QTest::keyClick(shown.panel.splitBox(), Qt::Key_Down);
        QCOMPARE(shown.panel.split(), query::Split::Pipeline);
        QCOMPARE(asked.size(), 1);
        shown.savePicture(QStringLiteral("trends-split.png"));
    }
};

QTEST_MAIN(TestTrendsPanel)
#include "tst_trends_panel.moc"
