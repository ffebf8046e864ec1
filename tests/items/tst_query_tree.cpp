// SPDX-License-Identifier: GPL-3.0-or-later
// Editing a query as a tree: what is finished says the same as the text it came from.
#include "tests/query/random_query.h"

#include <model/items/condition_values.h>
#include <model/items/query_tree.h>
#include <model/query/language.h>

#include <QTest>

#include <algorithm>

using namespace xray;
using namespace xray::items;
using query::Query;
using query::Subject;
using xray::test::RandomQueries;

namespace {

query::Query queryOf(const char *text)
{
    const auto outcome = query::parse(QString::fromUtf8(text));
    return std::holds_alternative<Query>(outcome) ? std::get<Query>(outcome) : Query();
}

query::NodePtr treeOf(const char *text)
{
    return editable(queryOf(text).where);
}

QString textOf(const query::NodePtr &tree, Subject subject = Subject::Steps)
{
    return query::toText(Query{subject, finished(tree)});
}

QString pathText(const TreePath &path)
{
    QStringList parts;
    for (const int part : path)
        parts += QString::number(part);
    return parts.join(u'.');
}

} // namespace

class TestQueryTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsEditableSaysTheSame_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"",
                                 "type = filter",
                                 "not error",
                                 "type = filter and percentage_eliminated > 90",
                                 "(type = filter or type = llm) and not (error or issue)",
                                 "not not error",
                                 "runs where status = completed",
                                 "runs where any(type = filter) and none(error)",
                                 "runs where count(type = llm) > 5 or not any(error)",
                                 "environment = \"\"",
                                 "step in (\"\", \"a, b\", filter)",
                                 "()",
                                 "not ()",
                                 "error or ()",
                                 "error and not ()",
                                 "error and (() or issue)",
                                 "runs where any(())",
                                 "runs where none(not ()) or ()",
                                 "(error and issue) and type = llm",
                                 "((error or issue) and ()) or not not ()"})
            QTest::newRow(text) << QString::fromUtf8(text);
    }
    void whatIsEditableSaysTheSame()
    {
        QFETCH(QString, text);
        const Query before = queryOf(text.toUtf8().constData());
        const Query after{before.subject, finished(editable(before.where))};
        QVERIFY(before == after);
        QCOMPARE(query::toText(after), text);
    }

    void anyQuerySaysTheSameThroughTheBuilder()
    {
        RandomQueries random(20261130);
        for (int i = 0; i < 3'000; ++i) {
            const Query made = random.next(i % 3 == 0 ? Subject::Runs : Subject::Steps);
            const Query before = queryOf(query::toText(made).toUtf8().constData());
            const Query after{before.subject, finished(editable(before.where))};
            QVERIFY2(before == after, qPrintable(query::toText(before)));
            QCOMPARE(query::toText(after), query::toText(before));
        }
    }

    void anyValueSurvivesItsLine()
    {
        RandomQueries random(7);
        int seen = 0;
        for (int i = 0; i < 3'000; ++i) {
            const Subject subject = i % 3 == 0 ? Subject::Runs : Subject::Steps;
            const query::NodePtr where = random.next(subject, 0).where;
            const auto *condition = where ? std::get_if<query::Condition>(&where->is) : nullptr;
            if (!condition || condition->op == query::Operator::Exists)
                continue;
            ++seen;
            const QString line = textOfValues(*condition);
            if (line.isEmpty()) // = "", which an empty line does not say
                continue;
            const auto values = valuesFromText(condition->field, condition->op, subject, line);
            QVERIFY2(values == condition->values, qPrintable(query::toText(where, subject)));
        }
        QVERIFY(seen > 1'000);
    }

    void emptyGroupsAndConditionsWithoutValueSayNothing()
    {
        query::NodePtr tree = treeOf("type = filter");
        tree = inserted(tree, {}, 1, makeGroup(query::Group::Kind::Any, {}));
        tree = inserted(tree, {}, 2,
                        makeNode({{query::FieldId::Text}, query::Operator::Contains, {}}));
        QCOMPARE(childCount(tree), 3);
        QCOMPARE(textOf(tree), QStringLiteral("type = filter"));
    }

    void aGroupThatWasWrittenEmptyIsFilledLikeAnyOther()
    {
        const auto tree = treeOf("error or ()");
        QCOMPARE(textOf(tree), QStringLiteral("error or ()"));
        const auto filled = inserted(tree, {1}, 0, nodeAt(treeOf("issue"), {0}));
        QCOMPARE(textOf(filled), QStringLiteral("error or issue"));
        QCOMPARE(textOf(removed(filled, {1, 0})), QStringLiteral("error"));
        QCOMPARE(textOf(removed(tree, {0})), QStringLiteral("()"));
    }

    void aNodeMovesDownBehindTheNext()
    {
        const auto result = moved(treeOf("type = filter and error and issue"), {0}, {{}, 2});
        QCOMPARE(textOf(result.tree), QStringLiteral("error and type = filter and issue"));
        QCOMPARE(pathText(result.path), QStringLiteral("1"));
    }

    void aNodeMovesIntoAGroupBehindIt()
    {
        const auto result = moved(treeOf("error and (type = filter or type = llm)"), {0}, {{1}, 0});
        QCOMPARE(textOf(result.tree), QStringLiteral("error or type = filter or type = llm"));
        QCOMPARE(pathText(result.path), QStringLiteral("0.0"));
    }

    void aGroupDoesNotMoveIntoItself()
    {
        const auto tree = treeOf("error and (type = filter or type = llm)");
        QVERIFY(moved(tree, {1}, {{1}, 0}).tree == tree);
    }

    void aConditionOnStepsStaysAmongThem()
    {
        const auto tree = treeOf("runs where status = completed and any(type = filter and error)");
        QVERIFY(moved(tree, {1, 0, 0}, {{}, 0}).tree == tree);
        QVERIFY(moved(tree, {0}, {{1, 0}, 0}).tree == tree);
    }

    void theKeyboardMovesInAndOutOfGroups()
    {
        const auto tree = treeOf("error and (type = filter or type = llm) and issue");
        const TreePlace in = neighbourPlace(tree, {2}, Direction::In);
        QCOMPARE(pathText(in.group), QStringLiteral("1"));
        QCOMPARE(in.position, 2);
        const TreePlace out = neighbourPlace(tree, {1, 0}, Direction::Out);
        QVERIFY(out.group.empty());
        QCOMPARE(out.position, 2);
        const TreePlace stays = neighbourPlace(tree, {0}, Direction::Up);
        QCOMPARE(stays.position, 0);
    }

    void negatingTwiceIsTheSame()
    {
        const auto node = nodeAt(treeOf("error"), {0});
        QVERIFY(query::sameTree(negated(negated(node)), node));
    }

    void whatIsTypedBecomesAValueOfTheFieldsKind()
    {
        const query::Field duration{query::FieldId::Duration};
        const auto values = valuesFromText(duration, query::Operator::Greater, Subject::Steps,
                                           QStringLiteral("2s"));
        QVERIFY(values && values->size() == 1);
        QCOMPARE(std::get<query::Duration>(values->front()).ns, 2 * kNsPerSecond);
        QVERIFY(!valuesFromText(duration, query::Operator::Greater, Subject::Steps,
                                QStringLiteral("soon")));
    }

    void namesNeedNoQuotesInABuilder()
    {
        const auto values = valuesFromText({query::FieldId::Step}, query::Operator::Equal,
                                           Subject::Steps, QStringLiteral("rank and filter"));
        QVERIFY(values.has_value());
        QCOMPARE(std::get<QString>(values->front()), QStringLiteral("rank and filter"));
    }

    void aPayloadsValueBecomesACondition()
    {
        const auto textOfPayload = [](const char *path, const char *json) {
            query::Catalogue catalogue;
            catalogue.metrics = {{QStringLiteral("confidence"), 10, 0, 1, {}}};
            const auto condition = conditionOfPayload(QString::fromUtf8(path), json, catalogue);
            return condition ? query::toText(makeNode(*condition), Subject::Steps) : QString();
        };
        QCOMPARE(textOfPayload("output.remaining_candidates", "5"),
                 QStringLiteral("output.remaining_candidates = 5"));
        QCOMPARE(textOfPayload("output.items[3].title", "\"lamp\""),
                 QStringLiteral("output.items.3.title = lamp"));
        QCOMPARE(textOfPayload("input.items", "[1,2]"), QStringLiteral("input.items exists"));
        QCOMPARE(textOfPayload("reasoning.confidence", "0.41"),
                 QStringLiteral("confidence = 0.41"));
        QCOMPARE(textOfPayload("reasoning.confidence", "\"high\""),
                 QStringLiteral("reasoning.confidence = high"));
        QCOMPARE(textOfPayload("output.confidence", "0.41"),
                 QStringLiteral("output.confidence = 0.41"));
        QCOMPARE(textOfPayload("span.name", "\"x\""), QString());
    }

    void aTextThatLooksLikeANumberStaysAText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        QTest::newRow("number") << "output.code = 200"
                                << "200";
        QTest::newRow("text") << "output.code = \"200\""
                              << "\"200\"";
        QTest::newRow("truth as text") << "output.ok = \"true\""
                                       << "\"true\"";
        QTest::newRow("word") << "output.code = missing"
                              << "missing";
        QTest::newRow("two words") << "output.code = \"not found\""
                                   << "not found";
        QTest::newRow("part") << "output.code : \"200\""
                              << "200";
    }
    void aTextThatLooksLikeANumberStaysAText()
    {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        const Query query = queryOf(text.toUtf8().constData());
        const auto &condition = std::get<query::Condition>(query.where->is);
        QCOMPARE(textOfValues(condition), shown);
        QVERIFY(valuesFromText(condition.field, condition.op, Subject::Steps, shown) ==
                condition.values);
    }

    void aNodeDroppedOnAnotherMakesAGroup()
    {
        const auto tree = treeOf("error and type = filter and issue");
        const auto result = grouped(tree, {0}, {2});
        QCOMPARE(textOf(result.tree), QStringLiteral("type = filter and (issue or error)"));
        QCOMPARE(pathText(result.path), QStringLiteral("1.1"));
        const auto any = nodeAt(treeOf("duration > 1s and (error or issue or type = llm)"), {});
        QCOMPARE(textOf(grouped(any, {1, 2}, {1, 0}).tree),
                 QStringLiteral("duration > 1s and ((error and type = llm) or issue)"));
        QVERIFY(grouped(tree, {1}, {1}).tree == tree);
        const auto runs = treeOf("runs where status = completed and any(error)");
        QVERIFY(grouped(runs, {0}, {1, 0, 0}).tree == runs);
    }

    void theTypeAroundAGroupIsTheirsToo()
    {
        const auto tree = treeOf("type = filter and (error or (confidence > 0 and issue))");
        QCOMPARE(stepTypeAt(tree, {}), std::optional(StepType::Filter));
        QCOMPARE(stepTypeAt(tree, {1, 1}), std::optional(StepType::Filter));
        QCOMPARE(stepTypeAt(treeOf("type = filter or error"), {}), std::optional<StepType>());
        const auto runs = treeOf("runs where status = completed and any(type = llm and error)");
        QCOMPARE(stepTypeAt(runs, {}), std::optional<StepType>());
        QCOMPARE(stepTypeAt(runs, {1, 0}), std::optional(StepType::Llm));
    }

    void boundsOfAFieldGiveWayToNewOnes()
    {
        const query::Field confidence{query::FieldId::Metric, QStringLiteral("confidence")};
        const auto left = [&](const char *text) {
            return query::toText(
                Query{Subject::Steps, withoutBounds(queryOf(text).where, confidence)});
        };
        QCOMPARE(left("type = llm and confidence > 0.1 and confidence <= 0.4"),
                 QStringLiteral("type = llm"));
        QCOMPARE(left("confidence > 0.1"), QString());
        QCOMPARE(left("confidence > 0.1 or error"), QStringLiteral("confidence > 0.1 or error"));
        QCOMPARE(left("not confidence > 0.1 and error"),
                 QStringLiteral("not confidence > 0.1 and error"));
    }

    void boundsOfTheStepsOfARunGiveWayToo()
    {
        const query::Field confidence{query::FieldId::Metric, QStringLiteral("confidence")};
        const auto left = [&](const char *text) {
            return query::toText(
                Query{Subject::Runs, withoutBounds(queryOf(text).where, confidence)});
        };
        QCOMPARE(left("runs where error and any(confidence > 0.1 and confidence < 0.4)"),
                 QStringLiteral("runs where error"));
        QCOMPARE(left("runs where any(confidence > 0.1)"), QStringLiteral("runs where"));
        for (const char *kept : {"runs where any(confidence > 0.1 and type = llm)",
                                 "runs where none(confidence > 0.1)", "runs where any()",
                                 "runs where any(confidence > 0.1 or confidence < 0)"})
            QCOMPARE(left(kept), QString::fromUtf8(kept));
    }

    void aConjunctionNeedsNoGroupInAGroup()
    {
        const auto both = conjunction(queryOf("error and issue").where,
                                      queryOf("type = llm and duration > 1s").where);
        QCOMPARE(childCount(both), 4);
        QVERIFY(!conjunction(nullptr, nullptr));
        QVERIFY(
            query::sameTree(conjunction(nullptr, queryOf("error").where), queryOf("error").where));
    }

    void aNewMetricConditionStandsWhereTheValuesAre()
    {
        query::Catalogue catalogue;
        catalogue.metrics = {{QStringLiteral("confidence"), 10, 0, 1, {}}};
        const auto condition = newCondition({query::FieldId::Metric, QStringLiteral("confidence")},
                                            Subject::Steps, catalogue);
        QCOMPARE(condition.op, query::Operator::Greater);
        QCOMPARE(std::get<double>(condition.values.front()), 0.9);
    }
};

QTEST_GUILESS_MAIN(TestQueryTree)
#include "tst_query_tree.moc"
