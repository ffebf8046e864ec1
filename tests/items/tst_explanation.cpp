// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/items/decision_table_model.h>
#include <model/items/explanation.h>

#include <QAbstractItemModelTester>
#include <QTest>

using namespace xray;
using namespace xray::items;

namespace {

Explanation explained(const QByteArray &reasoning)
{
    StepDetail detail;
    detail.payloads.reasoning = reasoning;
    return explain(detail);
}

const QByteArray kDecisions = R"({"decisions":[
    {"item":"MacBook Stand","action":"dropped","score":0.93,"rule":"brand_exclude",
     "reason":"contains 'Apple' keyword"},
    {"item":"Cheap stand","action":"dropped","rule":"price_range","reason":"below 10"},
    {"item":"Rain Design mStand","action":"dropped","rule":"brand_exclude","score":0.9},
    {"item_id":"B07","action":"kept","score":0.2,"rank":2},
    {"item":"Phone case","action":"selected","score":0.5,"rank":1},
    {"item":"x","action":"vaporised"},
    "just a word"]})";

std::shared_ptr<const Explanation> sharedDecisions()
{
    return std::make_shared<const Explanation>(explained(kDecisions));
}

QString column(const DecisionTableModel &model, DecisionTableModel::Column column)
{
    QStringList cells;
    for (int row = 0; row < model.rowCount(); ++row)
        cells += model.index(row, column).data().toString();
    return cells.join(u'|');
}

} // namespace

class TestExplanation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theReasoningIsFoundByPreference()
    {
        const auto e = explained(R"({"note":"later","Reason":"Because.","confidence":0.4})");
        QCOMPARE(e.paragraphs, QStringList{QStringLiteral("Because.")});
        QCOMPARE(e.source, QStringLiteral("reasoning.Reason"));
    }

    void paragraphsAreKept()
    {
        QCOMPARE(explained(R"({"reasoning":"One.\n\nTwo\nlines.\n \nThree."})").paragraphs,
                 (QStringList{QStringLiteral("One."), QStringLiteral("Two\nlines."),
                              QStringLiteral("Three.")}));
    }

    void aListOfThoughtsIsAListOfParagraphs()
    {
        QCOMPARE(explained(R"({"thoughts":["One.","Two."]})").headline(),
                 (QStringList{QStringLiteral("One."), QStringLiteral("Two.")}));
    }

    void reasoningOneLevelDownIsFound()
    {
        const auto e = explained(R"({"analysis":{"summary":"Deep."},"other":"A longer string."})");
        QCOMPARE(e.source, QStringLiteral("reasoning.analysis.summary"));
    }

    void withoutAKnownNameTheLongestStringSpeaksButNotAPrompt()
    {
        const auto e = explained(
            R"({"prompt":"You judge whether a product is relevant.","x":"short","y":{"z":"somewhat longer"},
                "decisions":[{"item":"a very very long name of an item","action":"kept"}]})");
        QCOMPARE(e.source, QStringLiteral("reasoning.y.z"));
    }

    void nothingLoggedIsSaid()
    {
        for (const char *payload : {"", "{}", R"({"score":1})", "not json", "[1]"})
            QCOMPARE(explained(payload).headline(),
                     QStringList{QStringLiteral("This step logged no reasoning.")});
    }

    void decisionsAreCountedByActionAndRule()
    {
        const auto d = explained(kDecisions).decisions;
        QCOMPARE(d.items.size(), 5u);
        QCOMPARE(d.dropped, 3);
        QCOMPARE(d.kept, 1);
        QCOMPARE(d.selected, 1);
        QCOMPARE(d.rules[0].rule, QStringLiteral("brand_exclude"));
        QCOMPARE(d.rules[0].dropped, 2);
        QCOMPARE(d.rules[0].exampleItem, QStringLiteral("MacBook Stand"));
        QCOMPARE(d.rules[0].exampleReason, QStringLiteral("contains 'Apple' keyword"));
        QCOMPARE(d.rules[1].rule, QStringLiteral("price_range"));
    }

    void badEntriesAreCountedAsSuch()
    {
        QCOMPARE(explained(kDecisions).decisions.unreadable, 2);
        QCOMPARE(explained(R"({"decisions":"none"})").decisions.unreadable, 1);
    }

    void decisionsWithoutWordsMakeASentence()
    {
        QCOMPARE(sentenceFor(explained(kDecisions).decisions),
                 QStringLiteral("Dropped 3 of 5 items: 2 by brand_exclude, 1 by price_range."));
    }

    void countsAreTheStepsOwnElseThoseOfTheDecisions()
    {
        QCOMPARE(explained(kDecisions).countIn, 7);
        QCOMPARE(explained(kDecisions).countOut, 2);
        StepDetail detail;
        detail.step.countIn = 50;
        detail.step.countOut = 5;
        detail.payloads.reasoning = kDecisions;
        QCOMPARE(explain(detail).countIn, 50);
        QCOMPARE(explain(detail).countOut, 5);
    }

    void theTableFiltersByAction()
    {
        DecisionTableModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setExplanation(sharedDecisions());
        QCOMPARE(model.rowCount(), 5);
        model.setAction(DecisionAction::Dropped);
        QCOMPARE(column(model, DecisionTableModel::Item),
                 QStringLiteral("MacBook Stand|Cheap stand|Rain Design mStand"));
        model.setAction(std::nullopt);
        QCOMPARE(model.rowCount(), 5);
    }

    void theTableSortsWithAbsentValuesLast()
    {
        DecisionTableModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setExplanation(sharedDecisions());
        const QPersistentModelIndex first = model.index(0, 0);
        model.sort(DecisionTableModel::Score, Qt::AscendingOrder);
        QCOMPARE(column(model, DecisionTableModel::Score), QStringLiteral("0.2|0.5|0.9|0.93|"));
        model.sort(DecisionTableModel::Score, Qt::DescendingOrder);
        QCOMPARE(column(model, DecisionTableModel::Score), QStringLiteral("0.93|0.9|0.5|0.2|"));
        QCOMPARE(first.data().toString(), QStringLiteral("MacBook Stand"));
        model.sort(-1);
        QCOMPARE(first.row(), 0);
    }
};

QTEST_GUILESS_MAIN(TestExplanation)
#include "tst_explanation.moc"
