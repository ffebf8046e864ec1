// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/items/payload_tree_model.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace xray;
using namespace xray::items;
using Model = PayloadTreeModel;

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

QByteArray numbers(int count)
{
    QByteArrayList list;
    for (int i = 0; i < count; ++i)
        list += QByteArray::number(i);
    return quoted("{'list':[") + list.join(',') + "]}";
}

void fetch(Model &model, const QModelIndex &index)
{
    if (model.canFetchMore(index))
        model.fetchMore(index);
}

/// Every row that is there, a level a bracket.
QString printed(Model &model, const QModelIndex &parent = {})
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex key = model.index(row, Model::KeyColumn, parent);
        const QString value = model.index(row, Model::ValueColumn, parent).data().toString();
        const QString children = printed(model, key);
        const QString below = children.isEmpty() ? QString() : QStringLiteral("(%1)").arg(children);
        rows += QStringLiteral("%1=%2%3").arg(key.data().toString(), value, below);
    }
    return rows.join(u' ');
}

} // namespace

class TestPayloadTreeModel : public QObject
{
    Q_OBJECT

private:
    /// A model under the tester, attached before the data.
    struct Watched
    {
        Model model;
        QAbstractItemModelTester tester{&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest};

        // It would fetch in the middle of a reset, and call that a fault of the model.
        Watched() { tester.setUseFetchMore(false); }
    };

private Q_SLOTS:
    void childrenAppearWhenAskedFor()
    {
        Watched w;
        w.model.setTree(treeOf(quoted("{'a':{'b':'c'},'n':1.50}")), QStringLiteral("output"));
        fetch(w.model, {});
        QCOMPARE(printed(w.model), QStringLiteral("a=1 key n=1.50"));
        const QModelIndex a = w.model.index(0, 0);
        QVERIFY(w.model.hasChildren(a));
        fetch(w.model, a);
        QCOMPARE(printed(w.model), QStringLiteral("a=1 key(b=\"c\") n=1.50"));
        QVERIFY(!w.model.canFetchMore(a));
    }

    void aLongListComesInPagesWithTheRestAsARow()
    {
        Watched w;
        w.model.setTree(treeOf(numbers(247)), QStringLiteral("output"));
        fetch(w.model, {});
        const QPersistentModelIndex list = w.model.index(0, 0);
        fetch(w.model, list);
        QCOMPARE(w.model.rowCount(list), 101);
        QModelIndex more = w.model.index(100, 0, list);
        QCOMPARE(more.data().toString(), QStringLiteral("147 more…"));
        QCOMPARE(more.data(Model::MoreRole).toInt(), 147);
        w.model.showMore(more);
        QCOMPARE(w.model.rowCount(list), 201);
        w.model.showMore(w.model.index(200, 0, list));
        QCOMPARE(w.model.rowCount(list), 247);
        QCOMPARE(w.model.index(246, 1, list).data().toString(), QStringLiteral("246"));
    }

    void aFarValueCanBeShown()
    {
        Watched w;
        w.model.setTree(treeOf(numbers(10'000)), QStringLiteral("output"));
        const auto node = w.model.tree()->childAt(1, 9'876);
        const QModelIndex shown = w.model.show(node);
        QCOMPARE(shown.data(Model::PathRole).toString(), QStringLiteral("output.list[9876]"));
        QCOMPARE(w.model.rowCount(shown.parent()), 9'901);
    }

    void longStringsAreCutInTheCellOnly()
    {
        Watched w;
        const QByteArray text(5'000, 'x');
        w.model.setTree(treeOf(quoted("{'a':'") + text + "\"}"), QStringLiteral("input"));
        fetch(w.model, {});
        const QModelIndex value = w.model.index(0, Model::ValueColumn);
        QCOMPARE(value.data().toString().size(), Model::kCellBytes + 3);
        QCOMPARE(value.data(Model::TextRole).toString().size(), 5'000);
        QCOMPARE(value.data(Model::JsonRole).toByteArray().size(), 5'002);
    }

    void jsonInAStringUnfoldsInPlace()
    {
        Watched w;
        w.model.setTree(treeOf(quoted("{'body':'{\\'items\\':[\\'a\\']}','plain':'text'}")),
                        QStringLiteral("output"));
        fetch(w.model, {});
        const QPersistentModelIndex body = w.model.index(0, 0);
        QVERIFY(body.data(Model::HoldsJsonRole).toBool());
        QVERIFY(!w.model.index(1, 0).data(Model::HoldsJsonRole).toBool());
        w.model.unfold(body, treeOf(body.data(Model::TextRole).toString().toUtf8()));
        QVERIFY(body.data(Model::UnfoldedRole).toBool());
        const QModelIndex items = w.model.index(0, 0, body);
        fetch(w.model, items);
        QCOMPARE(w.model.index(0, 0, items).data(Model::PathRole).toString(),
                 QStringLiteral("output.body.items[0]"));
    }

    void unfoldingTwiceChangesNothing()
    {
        Watched w;
        w.model.setTree(treeOf(quoted("{'body':'[1]'}")), QStringLiteral("output"));
        fetch(w.model, {});
        w.model.unfold(w.model.index(0, 0), treeOf("[1]"));
        QSignalSpy inserts(&w.model, &Model::rowsInserted);
        w.model.unfold(w.model.index(0, 0), treeOf("[1]"));
        QCOMPARE(inserts.size(), 0);
    }

    void anObjectIsPreviewedByItsNameAndDecision()
    {
        Watched w;
        w.model.setTree(
            treeOf(quoted("[{'item':'MacBook Stand','action':'dropped'},{'action':'ran'}]")),
            QStringLiteral("reasoning.decisions"));
        fetch(w.model, {});
        QCOMPARE(w.model.index(0, 0).data(Model::PreviewRole).toString(),
                 QStringLiteral("MacBook Stand"));
        QCOMPARE(w.model.index(0, 0).data(Model::DecisionRole).toString(),
                 QStringLiteral("dropped"));
        QVERIFY(w.model.index(1, 0).data(Model::DecisionRole).toString().isEmpty());
    }

    void anotherPayloadReplacesTheOneBefore()
    {
        Watched w;
        w.model.setTree(treeOf(numbers(300)), QStringLiteral("output"));
        fetch(w.model, {});
        fetch(w.model, w.model.index(0, 0));
        w.model.setTree(treeOf(quoted("{'z':null}")), QStringLiteral("output"));
        fetch(w.model, {});
        QCOMPARE(printed(w.model), QStringLiteral("z=null"));
        w.model.setTree(nullptr, {});
        QCOMPARE(w.model.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestPayloadTreeModel)
#include "tst_payload_tree_model.moc"
