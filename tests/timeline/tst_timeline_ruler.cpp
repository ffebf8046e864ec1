// SPDX-License-Identifier: GPL-3.0-or-later
// The ruler's ticks, printed as "x label".
#include <model/timeline/ruler.h>

#include <QStringList>
#include <QTest>

using namespace xray;
using namespace xray::timeline;

namespace {

constexpr double kDigitWidth = 7;

double widthOf(const QString &text)
{
    return kDigitWidth * static_cast<double>(text.size());
}

QString labels(TimeNs start, TimeNs end, double width)
{
    QStringList texts;
    for (const Tick &tick : rulerTicks({{start, end}, width}, 0, widthOf))
        if (!tick.label.isEmpty())
            texts += tick.label;
    return texts.join(QLatin1String(" | "));
}

} // namespace

class TimelineRuler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unitsFitTheRange_data()
    {
        QTest::addColumn<qint64>("start");
        QTest::addColumn<qint64>("end");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, qint64 start, qint64 end, const char *expected) {
            QTest::addRow("%s", name) << start << end << QString::fromUtf8(expected);
        };
        row("nanoseconds", 0, 10, "0 ns | 2 | 4 | 6 | 8 ns");
        row("microseconds", 0, 4 * kNsPerUs, "0 µs | 1 | 2 | 3 µs");
        row("milliseconds", 0, 5 * kNsPerMs, "0 ms | 1 | 2 | 3 | 4 ms");
        row("seconds", 0, 2600 * kNsPerMs, "0 s | 0.5 | 1.0 | 1.5 | 2.0 s");
        row("minutes", 0, 5 * kNsPerMinute, "0 min | 1:00 | 2:00 | 3:00 | 4:00 min");
        row("hours", 0, 5 * kNsPerHour, "0 h | 2:00:00 | 4:00:00 h");
        row("days", 0, 5 * kNsPerDay, "0 d | 1 | 2 | 3 | 4 d");
        row("years", 0, 3650 * kNsPerDay, "0 d | 1000 | 2000 | 3000 d");
        row("before the start", -2 * kNsPerMs, 3 * kNsPerMs, "−2 ms | −1 | 0 | 1 | 2 ms");
    }

    void unitsFitTheRange()
    {
        QFETCH(qint64, start);
        QFETCH(qint64, end);
        QFETCH(QString, expected);
        QCOMPARE(labels(start, end, 400), expected);
    }

    void closeToATimeFarFromTheStartLabelsAreStillExact()
    {
        const TimeNs second = 12 * kNsPerSecond;
        QCOMPARE(labels(second, second + 30, 600),
                 QStringLiteral("12.00000000 s | 12.00000001 | 12.00000002 s"));
    }

    void labelsNeverOverlap()
    {
        for (TimeNs duration = 1; duration < 4000 * kNsPerDay; duration = duration * 3 + 1) {
            for (const double width : {60.0, 333.0, 1200.0, 5000.0}) {
                double free = -1;
                for (const Tick &tick : rulerTicks({{777, 777 + duration}, width}, 0, widthOf)) {
                    QVERIFY2(tick.x >= free, qPrintable(QString::number(duration)));
                    free = tick.x + widthOf(tick.label);
                    QVERIFY(free <= width);
                }
            }
        }
    }

    void aRulerWithoutWidthOrDurationIsEmpty()
    {
        QCOMPARE(labels(5, 5, 400), QString());
        QCOMPARE(labels(5, 9, 0), QString());
    }

    void theTimeUnderTheMouseTellsNeighbouringPixelsApart()
    {
        const Coordinates c{{0, kNsPerSecond}, 1000};
        QCOMPARE(preciseOffset(c, 0, 123'456'789), QStringLiteral("123 ms"));
        const Coordinates close{{0, kNsPerMs}, 1000};
        QCOMPARE(preciseOffset(close, 0, 123'456), QStringLiteral("123 µs"));
    }
};

QTEST_APPLESS_MAIN(TimelineRuler)
#include "tst_timeline_ruler.moc"
