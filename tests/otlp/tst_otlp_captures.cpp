// SPDX-License-Identifier: GPL-3.0-or-later
// What real programs sent comes to the runs that were expected, in whatever order and however often
// it comes.

#include "tests/otlp/capture.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace xray;
using namespace xray::test;

class TestOtlpCaptures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRecordingsAreThere();
    void theRunIsTheExpectedOne_data() { nameEachCapture(); }
    void theRunIsTheExpectedOne();
    void theRunIsTheSameInAnyOrderOfRequests_data() { nameEachCapture(); }
    void theRunIsTheSameInAnyOrderOfRequests();
    void aRequestThatComesTwiceChangesNothing_data() { nameEachCapture(); }
    void aRequestThatComesTwiceChangesNothing();
    void everyPrefixOfTheRequestsIsARun_data() { nameEachCapture(); }
    void everyPrefixOfTheRequestsIsARun();

private:
    static void nameEachCapture();
};

namespace {

/// The lines that differ, so that a failure can be read.
QString difference(const QString &actual, const QString &expected)
{
    const QStringList is = actual.split(QLatin1Char('\n'));
    const QStringList shouldBe = expected.split(QLatin1Char('\n'));
    QStringList lines;
    for (const QString &line : shouldBe) {
        if (!is.contains(line))
            lines << QStringLiteral("- ") + line;
    }
    for (const QString &line : is) {
        if (!shouldBe.contains(line))
            lines << QStringLiteral("+ ") + line;
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

void TestOtlpCaptures::nameEachCapture()
{
    QTest::addColumn<QString>("name");
    for (const QString &name : captureNames())
        QTest::newRow(qPrintable(name)) << name;
}

void TestOtlpCaptures::theRecordingsAreThere()
{
    QCOMPARE(captureNames().size(), 12);
    for (const QString &name : captureNames())
        QVERIFY(loadCapture(name).expected.startsWith(QLatin1String("RUN ")));
}

void TestOtlpCaptures::theRunIsTheExpectedOne()
{
    QFETCH(QString, name);
    const Capture capture = loadCapture(name);
    SpanShelf shelf;
    for (const RecordedRequest &request : capture.requests)
        shelf.receive(request);
    const QString actual = textOf(shelf, Order::AsMapped);
    QVERIFY2(actual == capture.expected, qPrintable(difference(actual, capture.expected)));
    QCOMPARE(shelf.rejected(), 0);
}

void TestOtlpCaptures::theRunIsTheSameInAnyOrderOfRequests()
{
    QFETCH(QString, name);
    Capture capture = loadCapture(name);
    std::mt19937 random(7);
    for (int round = 0; round < 20; ++round) {
        std::ranges::shuffle(capture.requests, random);
        SpanShelf shelf;
        for (const RecordedRequest &request : capture.requests)
            shelf.receive(request);
        const QString actual = textOf(shelf, Order::Any);
        QVERIFY2(actual == capture.expectedInAnyOrder,
                 qPrintable(difference(actual, capture.expectedInAnyOrder)));
    }
}

void TestOtlpCaptures::aRequestThatComesTwiceChangesNothing()
{
    QFETCH(QString, name);
    const Capture capture = loadCapture(name);
    SpanShelf shelf;
    for (const RecordedRequest &request : capture.requests) {
        shelf.receive(request);
        shelf.receive(request);
    }
    const QString actual = textOf(shelf, Order::AsMapped);
    QVERIFY2(actual == capture.expected, qPrintable(difference(actual, capture.expected)));
}

void TestOtlpCaptures::everyPrefixOfTheRequestsIsARun()
{
    QFETCH(QString, name);
    const Capture capture = loadCapture(name);
    const auto mapper = otlp::makeMapper({});
    SpanShelf shelf;
    for (const RecordedRequest &request : capture.requests) {
        shelf.receive(request);
        for (const std::vector<StoredSpan> &trace : shelf.traces()) {
            const MappedTrace run = mapper->map(trace.front().span.executionId, trace);
            const auto spans = std::ranges::count_if(
                trace, [](const StoredSpan &stored) { return stored.span.kind == SpanKind::Span; });
            QCOMPARE(run.run.pipelineName.hasValue(), spans > 0);
            QVERIFY(qint64(run.steps.size()) >= spans - 1 && qint64(run.steps.size()) <= spans);
        }
    }
}

QTEST_GUILESS_MAIN(TestOtlpCaptures)
#include "tst_otlp_captures.moc"
