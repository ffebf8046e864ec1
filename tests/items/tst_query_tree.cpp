// SPDX-License-Identifier: GPL-3.0-or-later
// Editing a query as a tree: what is finished says the same as the text it came from.
#include <model/items/condition_values.h>
#include <model/items/query_tree.h>
#include <model/query/language.h>

#include <QTest>

using namespace xray;
using namespace xray::items;
using query::Query;
using query::Subject;

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
        for (const char *text :
             {"", "type = filter", "not error", "type = filter and percentage_eliminated > 90",
              "(type = filter or type = llm) and not (error or issue)", "not not error",
              "runs where status = completed", "runs where any(type = filter) and none(error)",
              "runs where count(type = llm) > 5 or not any(error)"})
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

    void emptyGroupsAndConditionsWithoutValueSayNothing()
    {
        query::NodePtr tree = treeOf("type = filter");
        tree = inserted(tree, {}, 1, makeGroup(query::Group::Kind::Any, {}));
        tree = inserted(tree, {}, 2,
                        makeNode({{query::FieldId::Text}, query::Operator::Contains, {QString()}}));
        QCOMPARE(childCount(tree), 3);
        QCOMPARE(textOf(tree), QStringLiteral("type = filter"));
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
            const auto condition = conditionOfPayload(QString::fromUtf8(path), json);
            return condition ? query::toText(makeNode(*condition), Subject::Steps) : QString();
        };
        QCOMPARE(textOfPayload("output.remaining_candidates", "5"),
                 QStringLiteral("output.remaining_candidates = 5"));
        QCOMPARE(textOfPayload("output.items[3].title", "\"lamp\""),
                 QStringLiteral("output.items.3.title = lamp"));
        QCOMPARE(textOfPayload("input.items", "[1,2]"), QStringLiteral("input.items exists"));
        QCOMPARE(textOfPayload("span.name", "\"x\""), QString());
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
