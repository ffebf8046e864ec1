// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows there are, printed one a line: depth as indent, - folded, + unfolded.
#include <model/timeline/layout.h>
#include <tests/support/run_builder.h>

#include <QTest>

using namespace xray;
using namespace xray::timeline;
using test::run;
using test::stepId;

namespace {

QString print(const RunSnapshotPtr &snapshot, const Folding &folding = {})
{
    const StepTree tree = buildStepTree(snapshot->steps);
    QString text;
    for (const TimelineRow &row : layoutRows(tree, snapshot->steps, folding).rows) {
        text += QString(row.depth, QLatin1Char('.'));
        text += row.fold == RowFold::None     ? QString()
                : row.fold == RowFold::Folded ? QStringLiteral("-")
                                              : QStringLiteral("+");
        text += snapshot->steps.at(row.position).name;
        if (row.kind == RowKind::Group)
            text += QStringLiteral("x%1").arg(tree.groups[row.group].members.size());
        text += QLatin1Char(' ');
    }
    return text.trimmed();
}

} // namespace

class TimelineLayoutTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rowsFollowTheTreeInOrder()
    {
        QCOMPARE(print(run("a{b > c{d}} > e")), QStringLiteral("+a .b .+c ..d e"));
    }

    void alikeSiblingsAreOneRow()
    {
        QCOMPARE(print(run("plan > filter{judge*50/8} > rank")),
                 QStringLiteral("plan +filter .-judgex50 rank"));
    }

    void anUnfoldedGroupShowsItsMembersBelowIt()
    {
        Folding folding;
        folding.unfoldedGroups.insert(stepId(1));
        QCOMPARE(print(run("judge*5"), folding),
                 QStringLiteral("+judgex5 .judge .judge .judge .judge .judge"));
    }

    void aFoldedStepHidesAllBelowIt()
    {
        Folding folding;
        folding.foldedSteps.insert(stepId(1));
        QCOMPARE(print(run("a{b{c}} > d"), folding), QStringLiteral("-a d"));
    }

    void foldingALeafDoesNothing()
    {
        Folding folding;
        folding.foldedSteps.insert(stepId(2));
        QCOMPARE(print(run("a > b"), folding), QStringLiteral("a b"));
    }

    void aStepThatIsFoldedAwayIsShownByWhatItIsFoldedInto()
    {
        const RunSnapshotPtr snapshot = run("a{b{c}} > judge*5");
        const StepTree tree = buildStepTree(snapshot->steps);
        Folding folding;
        folding.foldedSteps.insert(stepId(1));
        const TimelineLayout layout = layoutRows(tree, snapshot->steps, folding);
        QCOMPARE(rowShowing(layout, tree, 2), qsizetype(0));
        QCOMPARE(rowShowing(layout, tree, 7), qsizetype(1));
    }

    void aGroupFailsWithAnyOfItsMembers()
    {
        const RunSnapshotPtr snapshot = run("judge*5 > rank*5! > x*5~");
        const StepTree tree = buildStepTree(snapshot->steps);
        const TimelineLayout layout = layoutRows(tree, snapshot->steps, {});
        QCOMPARE(statusOf(tree, layout.rows[0]), StepStatus::Completed);
        QCOMPARE(statusOf(tree, layout.rows[1]), StepStatus::Failed);
        QCOMPARE(statusOf(tree, layout.rows[2]), StepStatus::Running);
    }

    void aChainOfAHundredThousandParentsIsNotTooDeep()
    {
        RunSnapshotPtr chain = test::edited(run("a*100000/1000"), [](RunSnapshot &, auto &steps) {
            for (std::size_t i = 1; i < steps.size(); ++i)
                steps[i].parentId = steps[i - 1].id;
        });
        const StepTree tree = buildStepTree(chain->steps);
        QBENCHMARK_ONCE
        {
            const TimelineLayout layout = layoutRows(tree, chain->steps, {});
            QCOMPARE(layout.rows.back().depth, 99'999);
        }
    }
};

QTEST_APPLESS_MAIN(TimelineLayoutTest)
#include "tst_timeline_layout.moc"
