// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/items/payload_tree.h>

#include <QRandomGenerator>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace xray;
using namespace xray::items;

namespace {

/// JSON written with single quotes. (Raw strings with brackets in them confuse moc.)
QByteArray quoted(const char *text)
{
    return QByteArray(text).replace('\'', '"');
}

PayloadTreePtr treeOf(const QByteArray &json)
{
    const auto tree = PayloadTree::parse(json);
    return tree ? *tree : nullptr;
}

/// The tree as text: kind or value, children in brackets.
QString printed(const PayloadTree &tree, PayloadTree::Node node = PayloadTree::kRoot)
{
    const QString key = tree.hasKey(node) ? tree.key(node) + u'=' : QString();
    if (!tree.isContainer(node))
        return key + tree.text(node);
    QStringList children;
    for (int row = 0; row < tree.childCount(node); ++row)
        children += printed(tree, tree.childAt(node, row));
    const bool isArray = tree.kind(node) == ValueKind::Array;
    const auto brackets = isArray ? QStringLiteral("[%1]") : QStringLiteral("{%1}");
    return key + brackets.arg(children.join(u' '));
}

/// Flips, drops or doubles some bytes.
QByteArray mutated(QByteArray text, QRandomGenerator &random)
{
    static const QByteArray alphabet("{}[]\",:\\u0eE+-.tfn 1a\n\x80");
    for (int i = 0, n = random.bounded(1, 4); i < n && !text.isEmpty(); ++i) {
        const auto at = random.bounded(text.size());
        const char c = alphabet[random.bounded(alphabet.size())];
        switch (random.bounded(3)) {
        case 0:
            text[at] = c;
            break;
        case 1:
            text.remove(at, 1);
            break;
        default:
            text.insert(at, c);
        }
    }
    return text;
}

} // namespace

class TestPayloadTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyKindOfValueIsRead()
    {
        const auto tree =
            treeOf(quoted(" {'a':[1,-2.50e3,true,false,null],'b':{'c':'d'},'e':[],'f':{}} "));
        QVERIFY(tree);
        QCOMPARE(printed(*tree),
                 QStringLiteral("{a=[1 -2.50e3 true false null] b={c=d} e=[] f={}}"));
        const auto a = *tree->member(PayloadTree::kRoot, u"a");
        QCOMPARE(tree->kind(tree->childAt(a, 4)), ValueKind::Null);
        QCOMPARE(tree->rowOf(tree->childAt(a, 4)), 4);
        QCOMPARE(tree->parentOf(tree->childAt(a, 4)), a);
        QCOMPARE(tree->json(a).toByteArray(), QByteArray("[1,-2.50e3,true,false,null]"));
    }

    void numbersKeepTheirDigits()
    {
        const auto tree = treeOf(quoted("[90.0,12345678901234567890]"));
        QCOMPARE(printed(*tree), QStringLiteral("[90.0 12345678901234567890]"));
    }

    void escapesBecomeCharacters()
    {
        const auto tree = treeOf(quoted("['a\\'b\\\\c\\/\\n','\\u00e9\\ud83d\\ude00','日本']"));
        QCOMPARE(tree->text(1), QStringLiteral("a\"b\\c/\n"));
        QCOMPARE(tree->text(2), QString::fromUtf8("é😀"));
        QCOMPARE(tree->text(3), QString::fromUtf8("日本"));
    }

    void aLoneSurrogateIsShownAndNotRefused()
    {
        const auto tree = treeOf(quoted("['x\\ud800y']"));
        QVERIFY(tree);
        QCOMPARE(tree->text(1).size(), 3);
    }

    void aLimitNeverCutsACharacter()
    {
        const auto tree = treeOf(quoted("['日本語','ab\\u00e9']"));
        QCOMPARE(tree->text(1, 4), QString::fromUtf8("日"));
        QCOMPARE(tree->text(2, 5), QStringLiteral("ab"));
    }

    void whatIsNotJsonSaysWhereReadingStopped()
    {
        const auto tree = PayloadTree::parse(quoted("{'a':1,}"));
        QVERIFY(!tree);
        QCOMPARE(tree.error().code, ErrorCode::InvalidJson);
        QVERIFY2(tree.error().message.contains(QStringLiteral("byte 7")),
                 qPrintable(tree.error().message));
        QVERIFY(!PayloadTree::parse(QByteArray()));
    }

    void mutatedTextIsJudgedAsAnotherParserJudgesIt()
    {
        const QByteArray seed =
            (quoted("{'a':[1,2.5e-3,'x\\u0041\\n',{'b':null}],'c':true,'d':{},'e':[[],[false]]}"));
        QRandomGenerator random(7);
        for (int i = 0; i < 20'000; ++i) {
            const QByteArray text = mutated(seed, random);
            // Bytes that are no UTF-8 and lone surrogates are shown here, and refused there.
            const bool judged = nlohmann::json::accept(text.toStdString());
            const bool comparable =
                QString::fromUtf8(text).toUtf8() == text && !text.contains("\\ud");
            const auto tree = PayloadTree::parse(text);
            if (comparable)
                QVERIFY2(tree.ok() == judged, text.constData());
            if (tree)
                QVERIFY(!printed(**tree).isNull());
        }
    }

    void aMillionLevelsAreReadWithoutRecursion()
    {
        const qsizetype depth = 1'000'000;
        const auto tree = treeOf(QByteArray(depth, '[') + QByteArray(depth, ']'));
        QVERIFY(tree);
        QCOMPARE(tree->nodeCount(), depth);
    }

    void twentyMegabytesAreReadInLittleMemoryAndTime()
    {
        QByteArray json("[");
        while (json.size() < 20'000'000)
            json += quoted("{'id':'B07XYZ','title':'Laptop stand, aluminium','price':29.99},");
        json.back() = ']';
        const auto tree = treeOf(json);
        QVERIFY(tree);
        QVERIFY(tree->childCount(PayloadTree::kRoot) > 300'000);
        QCOMPARE(tree->text(*tree->member(tree->childAt(0, 299'999), u"id")),
                 QStringLiteral("B07XYZ"));
    }

    void pathsAreWrittenAsPeopleWriteThem()
    {
        const auto tree = treeOf(quoted("{'items':[{'title':'x'}],'a b':{'\\'':1}}"));
        QCOMPARE(pathOf(*tree, 0, QStringLiteral("output")), QStringLiteral("output"));
        QCOMPARE(pathOf(*tree, 3, QStringLiteral("output")),
                 QStringLiteral("output.items[0].title"));
        QCOMPARE(pathOf(*tree, 3, QString()), QStringLiteral("items[0].title"));
        QCOMPARE(pathOf(*tree, 5, QStringLiteral("output")),
                 QStringLiteral("output[\"a b\"][\"\\\"\"]"));
    }

    void aSearchFindsKeysAndValuesWhateverTheCase()
    {
        const auto tree = treeOf(quoted("{'Apple':1,'b':['pineAPPLE',2],'c':'pear'}"));
        QCOMPARE(findMatches(*tree, QStringLiteral("apple")),
                 (std::vector<PayloadTree::Node>{1, 3}));
        QVERIFY(findMatches(*tree, QString()).empty());
    }

    void aCancelledSearchStops()
    {
        Ticket ticket;
        ticket.cancel();
        QVERIFY(findMatches(*treeOf(quoted("['a']")), QStringLiteral("a"), ticket).empty());
    }

    void indentedJsonReadsWell()
    {
        const auto tree = treeOf(quoted("{'a':[1,{}],'b':'x,\\'{','c':[]}"));
        const auto json = indentedJson(*tree, 1000);
        QCOMPARE(json.text,
                 QByteArray("{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x,\\\"{\",\n"
                            "  \"c\": []\n}"));
        QVERIFY(!json.cut);
    }

    void indentedJsonIsCutAtItsLimit()
    {
        const auto json = indentedJson(*treeOf(quoted("['日本語']")), 7);
        QVERIFY(json.cut);
        QCOMPARE(QString::fromUtf8(json.text), QString::fromUtf8("[\n  \"日"));
    }
};

QTEST_GUILESS_MAIN(TestPayloadTree)
#include "tst_payload_tree.moc"
