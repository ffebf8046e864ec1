// SPDX-License-Identifier: GPL-3.0-or-later
// A JSON text taken apart: members and elements as they are written, whatever is in their strings.
#include <app/exchange/json_slices.h>

#include <QStringList>
#include <QTest>

using namespace xray::app;

namespace {

QString text(QByteArrayView view)
{
    return QString::fromUtf8(view.toByteArray());
}

/// "key=value" of each member, and whether the object was closed.
QStringList membersOf(const char *object)
{
    QStringList members;
    const auto end = forEachMember(object, [&](QByteArrayView key, QByteArrayView value) {
        members += text(key) + QLatin1Char('=') + text(value);
        return true;
    });
    members += end == SliceEnd::Closed ? QStringLiteral("closed") : QStringLiteral("cut");
    return members;
}

QStringList elementsOf(const char *array)
{
    QStringList elements;
    const auto end = forEachElement(array, [&](QByteArrayView element) {
        elements += text(element);
        return true;
    });
    elements += end == SliceEnd::Closed ? QStringLiteral("closed") : QStringLiteral("cut");
    return elements;
}

void check(const QStringList &is, const char *shouldBe)
{
    QCOMPARE(is.join(u' '), QString::fromUtf8(shouldBe));
}

} // namespace

class tst_JsonSlices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void membersAreHandedOutAsTheyAreWritten()
    {
        check(membersOf(" {\"a\": 1 ,\"b\" :{\"c\":[1,2]}, \"d\":\"x\",\"e\":null}"),
              "a=1 b={\"c\":[1,2]} d=\"x\" e=null closed");
        check(membersOf("{}"), "closed");
    }
    void bracketsAndQuotesWithinStringsMeanNothing()
    {
        check(membersOf("{\"a\":\"}\\\"]{\",\"b\\\"\":[\"\\\\\",{\"c\":\"]\"}]}"),
              "a=\"}\\\"]{\" b\\\"=[\"\\\\\",{\"c\":\"]\"}] closed");
    }
    void elementsAreHandedOutAsTheyAreWritten()
    {
        check(elementsOf("[1, \"a,b\" ,[2,3],{\"c\":4} , true]"),
              "1 \"a,b\" [2,3] {\"c\":4} true closed");
        check(elementsOf("[ ]"), "closed");
    }
    void whatIsCutOffIsNotHandedOut()
    {
        check(membersOf("{\"a\":1,\"b\":[1,2"), "a=1 cut");
        check(membersOf("{\"a\":1,\"b\":12"), "a=1 cut");
        check(membersOf("{\"a\":1,\"b\":\"x\\\""), "a=1 cut");
        check(elementsOf("[1,{\"a\":"), "1 cut");
        check(membersOf(""), "cut");
    }
    void nonsenseEnds()
    {
        for (const char *nonsense : {"{]", "{,}", "{\"a\"}", "{\"a\":}", "{1:2}", "[}", "[:]", "{{",
                                     "{\"", "{\"a\":\\", "[\"\\", "[,,", "]", "{\"a\"\"b\"}"}) {
            membersOf(nonsense);
            elementsOf(nonsense);
            QVERIFY(!isOneValue(nonsense) || *nonsense == '{' || *nonsense == '[');
        }
        check(elementsOf("[1 2]"), "1 2 closed"); // decoders are strict
    }
    void oneStopsWhenOneHasSeenEnough()
    {
        int seen = 0;
        QCOMPARE(forEachElement("[1,2,3", [&](QByteArrayView) { return ++seen < 2; }),
                 SliceEnd::Closed);
        QCOMPARE(seen, 2);
    }
    void aMemberIsFoundByItsName()
    {
        check({text(memberOf("{\"a\":{\"b\":1},\"b\":2}", "b").value_or("none"))}, "2");
        QVERIFY(!memberOf("{\"a\":1}", "c"));
    }
    void oneValueIsNoMoreAndNoLess()
    {
        for (const char *whole : {"{}", " {\"a\":\"}\"} \r\n", "[[]]"})
            QVERIFY2(isOneValue(whole), whole);
        for (const char *other : {"", "{", "{}{}", "{\"a\":1", "[1]]", "{} x"})
            QVERIFY2(!isOneValue(other), other);
    }
};

QTEST_GUILESS_MAIN(tst_JsonSlices)
#include "tst_json_slices.moc"
