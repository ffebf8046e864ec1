// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/admission/json_text.h>
#include <model/core/text.h>

#include <QTest>

using namespace xray;
using namespace xray::admission;

class TestJsonText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mergingPutsEachKeyInItsPlace_data();
    void mergingPutsEachKeyInItsPlace();
    void mergingWithNothingReturnsTheOtherUntouched();
    void mergingTheSameTwiceChangesNothing();
    void mergingManyKeysIsNotQuadratic();

    void textIsFoundInStringValuesOnly_data();
    void textIsFoundInStringValuesOnly();
    void anEmptyNeedleIsEverywhere();
    void aCutTextIsSearchedToItsEnd();
    void aLargePayloadIsSearchedToItsEnd();
};

void TestJsonText::mergingPutsEachKeyInItsPlace_data()
{
    QTest::addColumn<QByteArray>("base");
    QTest::addColumn<QByteArray>("update");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *base, const char *update,
                        const char *expected) {
        QTest::newRow(name) << QByteArray(base) << QByteArray(update) << QByteArray(expected);
    };
    row("order is kept", R"({"b":1,"a":2})", R"({"a":3,"c":4})", R"({"b":1,"a":3,"c":4})");
    row("values keep their text", R"({"a":1.50,"b":1})", R"({"b":1e2,"c":"\u0041"})",
        R"({"a":1.50,"b":1e2,"c":"\u0041"})");
    row("nested objects are replaced", R"({"a":{"x":1}})", R"({"a":{"y":2}})", R"({"a":{"y":2}})");
    row("null is a value", R"({"a":1})", R"({"a":null})", R"({"a":null})");
    row("escaped keys are the same key", R"({"a b":1})", R"({"\u0061 b":2})", R"({"a b":2})");
    row("quotes in keys", R"({"a\"b":1})", R"({"a\"c":2})", R"({"a\"b":1,"a\"c":2})");
    row("a repeated key counts once", R"({"a":1,"a":2})", R"({"b":3})", R"({"a":2,"b":3})");
    row("arrays and strings with brackets", R"({"a":["}",{"k":"]"}]})", R"({"b":"{"})",
        R"({"a":["}",{"k":"]"}],"b":"{"})");
    row("into an empty object", "{}", R"({"a":1})", R"({"a":1})");
    row("an empty object into one", R"({"a":1})", "{}", R"({"a":1})");
    row("large integers keep all digits", R"({"a":1})", R"({"b":123456789012345678901234567890})",
        R"({"a":1,"b":123456789012345678901234567890})");
    row("half a surrogate pair in a key", R"({"\ud800":1})", R"({"\ud800":2})", R"({"\ud800":2})");
}

void TestJsonText::mergingPutsEachKeyInItsPlace()
{
    QFETCH(QByteArray, base);
    QFETCH(QByteArray, update);
    QTEST(mergedTopLevel(base, update), "expected");
}

void TestJsonText::mergingWithNothingReturnsTheOtherUntouched()
{
    const JsonText object = R"({"a":1,"a":2})";
    QCOMPARE(mergedTopLevel({}, object), object);
    QCOMPARE(mergedTopLevel(object, {}), object);
    QCOMPARE(mergedTopLevel({}, {}), JsonText());
}

void TestJsonText::mergingTheSameTwiceChangesNothing()
{
    const JsonText update = R"({"x":[1,2],"x":3})";
    const JsonText once = mergedTopLevel(R"({"a":1})", update);
    QCOMPARE(mergedTopLevel(once, update), once);
    QCOMPARE(mergedTopLevel(update, update), update);
}

void TestJsonText::mergingManyKeysIsNotQuadratic()
{
    const auto object = [](int from, int to) {
        JsonText text = "{";
        for (int i = from; i < to; ++i)
            text += "\"key" + QByteArray::number(i) + "\":0,";
        text.back() = '}';
        return text;
    };
    // A few hundred thousand keys each: quadratic work would outlast the test's time limit.
    const JsonText merged = mergedTopLevel(object(0, 300'000), object(200'000, 500'000));
    QCOMPARE(merged.size(), object(0, 500'000).size());
}

void TestJsonText::textIsFoundInStringValuesOnly_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("needle");
    QTest::addColumn<bool>("found");
    const auto row = [](const char *name, const char *json, const char *needle, bool found) {
        QTest::newRow(name) << QByteArray(json) << QString::fromUtf8(needle) << found;
    };
    row("any case", R"({"a":"MacBook Stand"})", "macbook STAND", true);
    row("nested in lists", R"({"a":[1,["x",{"b":"deep Stand"}]]})", "stand", true);
    row("not a key", R"({"stand":1})", "stand", false);
    row("not a key with space after", R"({"stand" : "x"})", "stand", false);
    row("not a number", R"({"a":12345})", "234", false);
    row("not a word of JSON", R"({"a":true})", "true", false);
    row("not across strings", R"({"a":["lap","top"]})", "laptop", false);
    row("not across an escaped quote and a key", R"({"a\"":"b"})", "a\"", false);
    row("an escaped quote in a value", R"({"a":"say \"hi\" now"})", "\"hi\"", true);
    row("a backslash before the end", R"({"a":"c:\\","b":"x"})", "c:\\", true);
    row("unicode escapes", R"({"a":"\u004dac"})", "mac", true);
    row("a surrogate pair", R"({"a":"\ud83d\ude80 go"})", "🚀 GO", true);
    row("a raw emoji", R"({"a":"🚀 go"})", "🚀 GO", true);
    row("half a pair is no obstacle", R"({"a":"\ud83d stand"})", "stand", true);
    row("a newline", R"({"a":"one\ntwo"})", "one\ntwo", true);
    row("Japanese", R"({"a":"ノートパソコンスタンド"})", "パソコン", true);
    row("Cyrillic folds", R"({"a":"СТОЙКА"})", "стойка", true);
    row("Greek final sigma folds", R"({"a":"ΣΊΣΥΦΟΣ"})", "σίσυφος", true);
    row("the Kelvin sign is a k", "{\"a\":\"5 \xe2\x84\xaa\"}", "5 k", true);
    row("sharp s stays one letter", R"({"a":"Straße"})", "strasse", false);
    row("a text that is a bare string", R"("Laptop Stand")", "laptop", true);
    row("no payload", "", "a", false);
    row("longer than the string", R"({"a":"ab"})", "abc", false);
}

void TestJsonText::textIsFoundInStringValuesOnly()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, needle);
    QTEST(containsText(json, simpleCaseFolded(needle)), "found");
}

void TestJsonText::anEmptyNeedleIsEverywhere()
{
    QVERIFY(containsText("{}", QString()));
    QVERIFY(containsText("", QString()));
}

void TestJsonText::aCutTextIsSearchedToItsEnd()
{
    QVERIFY(containsText(R"({"a":"lapt)", QStringLiteral("lap")));
    QVERIFY(!containsText(R"({"a":"lapt\)", QStringLiteral("stand")));
    QVERIFY(!containsText("\"", QStringLiteral("stand")));
    QVERIFY(!containsText("\"\xf0\x9f", QStringLiteral("stand")));
}

void TestJsonText::aLargePayloadIsSearchedToItsEnd()
{
    JsonText text = "[";
    for (int i = 0; i < 20'000; ++i)
        text += R"({"item":"Phone case, shockproof","price":12.5},)";
    text += R"("MacBook Stand"])";
    QVERIFY(containsText(text, QStringLiteral("macbook stand")));
    QVERIFY(!containsText(text, QStringLiteral("macbook stands")));
}

QTEST_APPLESS_MAIN(TestJsonText)
#include "tst_json_text.moc"
