// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/core/json_escape.h>
#include <model/core/text.h>

#include <QTest>

#include <limits>

using namespace xray;

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void foldingNeverChangesTheNumberOfCodePoints_data();
    void foldingNeverChangesTheNumberOfCodePoints();
    void theNearestWordIsSuggested_data();
    void theNearestWordIsSuggested();
    void countsHaveThousands();
    void numbersReadAsPeopleWriteThem_data();
    void numbersReadAsPeopleWriteThem();
    void aJsonStringEscapesOnlyWhatItMust();
    void aJsonNumberIsTheShortestThatReadsBack();
};

void TestText::foldingNeverChangesTheNumberOfCodePoints_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("MacBook STAND", "macbook stand");
    row("Straße", "straße");
    row("ΣΊΣΥΦΟΣ", "σίσυφοσ");
    row("Ж🚀𐐀", "ж🚀𐐨");
    row("ノート", "ノート");
    row("", "");
}

void TestText::foldingNeverChangesTheNumberOfCodePoints()
{
    QFETCH(QString, text);
    QTEST(simpleCaseFolded(text), "expected");
    QCOMPARE(simpleCaseFolded(text).toUcs4().size(), text.toUcs4().size());
}

void TestText::theNearestWordIsSuggested_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *word, const char *expected) {
        QTest::newRow(word) << QString::fromLatin1(word) << QString::fromLatin1(expected);
    };
    row("pipeline_nmae", "pipeline_name");
    row("step_tpye", "step_type");
    row("reasoning", "reasoning_payload");
    row("stepname", "step_name");
    row("Step_Type", "step_type");
    row("pipelnie", "pipeline_name");
    row("colour", "");
    row("x", "");
}

void TestText::theNearestWordIsSuggested()
{
    QFETCH(QString, word);
    const QStringList fields{QStringLiteral("pipeline_name"), QStringLiteral("step_name"),
                             QStringLiteral("step_type"), QStringLiteral("reasoning_payload")};
    QTEST(nearestWord(word, fields), "expected");
}

void TestText::countsHaveThousands()
{
    QCOMPARE(formatCount(1204), QStringLiteral("1,204"));
    QCOMPARE(formatCount(-5), QStringLiteral("-5"));
}

void TestText::numbersReadAsPeopleWriteThem_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("expected");
    const auto row = [](double value, const char *expected) {
        QTest::newRow(expected) << value << QString::fromUtf8(expected);
    };
    row(0, "0");
    row(90, "90");
    row(0.5, "0.5");
    row(66.66666, "66.67");
    row(1234567, "1234567");
    row(-0.123456, "-0.1235");
    row(std::numeric_limits<double>::quiet_NaN(), "–");
}

void TestText::numbersReadAsPeopleWriteThem()
{
    QFETCH(double, value);
    QTEST(formatNumber(value), "expected");
}

void TestText::aJsonStringEscapesOnlyWhatItMust()
{
    QByteArray out;
    appendJsonString(out, QByteArray("a\"b\\c\n\x01/é🚀"));
    QCOMPARE(out, QByteArray(R"("a\"b\\c\n\u0001/é🚀")"));
    QByteArray empty;
    appendJsonString(empty, {});
    QCOMPARE(empty, QByteArray("\"\""));
}

void TestText::aJsonNumberIsTheShortestThatReadsBack()
{
    const auto written = [](double value) {
        QByteArray out;
        appendJsonNumber(out, value);
        return out;
    };
    QCOMPARE(written(0.1), QByteArray("0.1"));
    QCOMPARE(written(90), QByteArray("90"));
    QCOMPARE(written(-2.5), QByteArray("-2.5"));
    for (const double value : {1e300, 5e-324, 1.0 / 3, 123456789.125})
        QCOMPARE(written(value).toDouble(), value);
}

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
