// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/core/time.h>

#include <QTest>

#include <limits>
#include <random>

using namespace xray;

namespace {

std::optional<TimeNs> parse(const QByteArray &text)
{
    return parseRfc3339(std::string_view(text.constData(), text.size()));
}

} // namespace

class TestTime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTimeIsReadToTheNanosecond_data();
    void aTimeIsReadToTheNanosecond();
    void whatIsNoTimeIsRefused_data();
    void whatIsNoTimeIsRefused();
    void aTimeIsWrittenWithTheDigitsItNeeds_data();
    void aTimeIsWrittenWithTheDigitsItNeeds();
    void everyTimeSurvivesWritingAndReading();
    void aDurationHasThreeFigures_data();
    void aDurationHasThreeFigures();
    void anAgeIsSaidInTheLargestUnit_data();
    void anAgeIsSaidInTheLargestUnit();
    void todayIsCalledToday();
};

void TestTime::aTimeIsReadToTheNanosecond_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("expected");
    const auto row = [](const char *text, qint64 expected) {
        QTest::newRow(text) << QByteArray(text) << expected;
    };
    row("1970-01-01T00:00:00Z", 0);
    row("1970-01-01T00:00:00.000000001Z", 1);
    row("1969-12-31T23:59:59.999999999Z", -1);
    row("2026-11-22T09:41:07Z", 1'795'340'467 * kNsPerSecond);
    row("2026-11-22T09:41:07.2Z", 1'795'340'467 * kNsPerSecond + 200 * kNsPerMs);
    row("2026-11-22t09:41:07z", 1'795'340'467 * kNsPerSecond);
    row("2026-11-22 09:41:07Z", 1'795'340'467 * kNsPerSecond);
    row("2026-11-22T11:41:07+02:00", 1'795'340'467 * kNsPerSecond);
    row("2026-11-22T04:11:07-05:30", 1'795'340'467 * kNsPerSecond);
    row("1970-01-01T00:00:00-00:00", 0);
    row("1970-01-01T23:59:00+23:59", 0);
    row("2024-02-29T00:00:00Z", 1'709'164'800 * kNsPerSecond);
    row("2000-02-29T00:00:00Z", 951'782'400 * kNsPerSecond);
    row("2016-12-31T23:59:60Z", 1'483'228'800 * kNsPerSecond); // a leap second is the next second
    row("2262-04-11T23:47:16.854775807Z", std::numeric_limits<qint64>::max());
    row("1677-09-21T00:12:44Z", -9'223'372'036 * kNsPerSecond);
}

void TestTime::aTimeIsReadToTheNanosecond()
{
    QFETCH(QByteArray, text);
    const auto time = parse(text);
    QVERIFY(time);
    QTEST(qint64(*time), "expected");
}

void TestTime::whatIsNoTimeIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             "now",
                             "2026-11-22",
                             "2026-11-22T09:41:07",
                             "2026-11-22T09:41Z",
                             "2026-02-30T00:00:00Z",
                             "2025-02-29T00:00:00Z",
                             "1900-02-29T00:00:00Z",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-01-00T00:00:00Z",
                             "2026-01-01T24:00:00Z",
                             "2026-01-01T00:60:00Z",
                             "2026-01-01T00:00:61Z",
                             "2026-01-01T00:00:00.Z",
                             "2026-01-01T00:00:00.0000000001Z",
                             "2026-01-01T00:00:00+0200",
                             "2026-01-01T00:00:00+02",
                             "2026-01-01T00:00:00+24:00",
                             "2026-01-01T00:00:00+00:60",
                             "2026-01-01T00:00:00Zx",
                             " 2026-01-01T00:00:00Z",
                             "2026-1-01T00:00:00Z",
                             "26-01-01T00:00:00Z",
                             "+2026-01-01T00:00:00Z",
                             "-026-01-01T00:00:00Z",
                             "2026-01-01T-1:00:00Z",
                             "2026-01-01_00:00:00Z",
                             "2262-04-11T23:47:16.854775808Z",
                             "2263-01-01T00:00:00Z",
                             "1677-01-01T00:00:00Z",
                             "9999-12-31T23:59:59Z",
                             "0001-01-01T00:00:00Z"})
        QTest::newRow(text) << QByteArray(text);
}

void TestTime::whatIsNoTimeIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parse(text));
}

void TestTime::aTimeIsWrittenWithTheDigitsItNeeds_data()
{
    QTest::addColumn<qint64>("time");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *expected, qint64 time) {
        QTest::newRow(expected) << time << QByteArray(expected);
    };
    row("1970-01-01T00:00:00Z", 0);
    row("1970-01-01T00:00:00.250Z", 250 * kNsPerMs);
    row("1970-01-01T00:00:00.000250Z", 250 * kNsPerUs);
    row("1970-01-01T00:00:00.000000250Z", 250);
    row("1969-12-31T23:59:59.999Z", -kNsPerMs);
    row("2262-04-11T23:47:16.854775807Z", std::numeric_limits<qint64>::max());
    row("1677-09-21T00:12:43.145224192Z", std::numeric_limits<qint64>::min());
}

void TestTime::aTimeIsWrittenWithTheDigitsItNeeds()
{
    QFETCH(qint64, time);
    QTEST(formatRfc3339(time), "expected");
}

void TestTime::everyTimeSurvivesWritingAndReading()
{
    std::mt19937_64 random(7);
    // Within a second of the ends the parser's whole seconds may be out of range.
    constexpr TimeNs margin = kNsPerSecond;
    std::uniform_int_distribution<TimeNs> times(std::numeric_limits<TimeNs>::min() + margin,
                                                std::numeric_limits<TimeNs>::max() - margin);
    for (int i = 0; i < 10'000; ++i) {
        const TimeNs time = times(random);
        QCOMPARE(parse(formatRfc3339(time)), std::optional(time));
    }
}

void TestTime::aDurationHasThreeFigures_data()
{
    QTest::addColumn<qint64>("duration");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *expected, double duration) {
        QTest::addRow("%s of %.0f", expected, duration)
            << qint64(duration) << QString::fromUtf8(expected);
    };
    row("0 ns", 0);
    row("0 ns", -5);
    row("999 ns", 999);
    row("1 µs", 1e3);
    row("1.5 µs", 1'500);
    row("610 ms", 610e6);
    row("1 ms", 999'999);
    row("999 ms", 999.4e6);
    row("1 s", 999.6e6);
    row("1.06 s", 1.06e9);
    row("12.5 s", 12.5e9);
    row("59.9 s", 59.9e9);
    row("1 min", 59.96e9);
    row("2 min 4 s", 124e9);
    row("3 h 12 min", 11'520e9);
    row("2 d 1 h", 176'400e9);
}

void TestTime::aDurationHasThreeFigures()
{
    QFETCH(qint64, duration);
    QTEST(formatDuration(duration), "expected");
}

void TestTime::anAgeIsSaidInTheLargestUnit_data()
{
    QTest::addColumn<qint64>("age");
    QTest::addColumn<QString>("expected");
    QTest::newRow("now") << qint64(0) << QStringLiteral("just now");
    QTest::newRow("a clock ahead") << qint64(-kNsPerHour) << QStringLiteral("just now");
    QTest::newRow("seconds") << qint64(12 * kNsPerSecond) << QStringLiteral("12 s ago");
    QTest::newRow("minutes") << qint64(2 * kNsPerMinute) << QStringLiteral("2 min ago");
    QTest::newRow("hours") << qint64(3 * kNsPerHour) << QStringLiteral("3 h ago");
    QTest::newRow("days") << qint64(5 * kNsPerDay) << QStringLiteral("5 d ago");
    QTest::newRow("months") << qint64(40 * kNsPerDay) << QStringLiteral("13 Oct");
    QTest::newRow("years") << qint64(400 * kNsPerDay) << QStringLiteral("18 Oct 2025");
}

void TestTime::anAgeIsSaidInTheLargestUnit()
{
    QFETCH(qint64, age);
    const TimeNs now = 1'795'340'467 * kNsPerSecond;
    QTEST(formatAgo(now - age, now), "expected");
}

void TestTime::todayIsCalledToday()
{
    const TimeNs now = nowNs();
    const QString text = formatLocal(now, now);
    QVERIFY2(text.startsWith(QLatin1String("Today ")), qPrintable(text));
    QVERIFY(text.contains(formatLocalTimeOfDay(now)));
    QVERIFY(!formatLocal(now - 3 * kNsPerDay, now).contains(QLatin1String("Today")));
}

QTEST_APPLESS_MAIN(TestTime)
#include "tst_time.moc"
