// SPDX-License-Identifier: GPL-3.0-or-later
// Parents, cycles and groups of alike siblings.
#include <model/timeline/step_tree.h>
#include <tests/support/run_builder.h>

#include <QTest>

using namespace xray;
using namespace xray::timeline;
using test::edited;
using test::kRunStart;
using test::run;
using test::stepId;

namespace {

QString parents(const StepTree &tree)
{
    QStringList texts;
    for (const StepNode &node : tree.nodes)
        texts += QString::number(node.parent);
    return texts.join(QLatin1Char(' '));
}

StepTree treeOf(std::string_view text)
{
    return buildStepTree(run(text)->steps);
}

} // namespace

class TimelineStepTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void childrenKnowTheirParent()
    {
        const StepTree tree = treeOf("a{b > c{d}} > e");
        QCOMPARE(parents(tree), QStringLiteral("-1 0 0 2 -1"));
        QCOMPARE(tree.childrenOf(-1).size(), std::size_t(2));
        QCOMPARE(tree.childrenOf(0)[1], qsizetype(2));
    }

    void aStepWhoseParentIsUnknownStandsAtTheTop()
    {
        const auto snapshot = edited(run("a > b"), [](RunSnapshot &, std::vector<Step> &steps) {
            steps[1].parentId = stepId(99);
        });
        QCOMPARE(parents(buildStepTree(snapshot->steps)), QStringLiteral("-1 -1"));
    }

    void aCycleIsBrokenAtItsFirstStep()
    {
        const auto snapshot = edited(run("a > b > c > d"), [](RunSnapshot &, auto &steps) {
            steps[0].parentId = stepId(1); // its own
            steps[1].parentId = stepId(4);
            steps[2].parentId = stepId(2);
            steps[3].parentId = stepId(3);
        });
        QCOMPARE(parents(buildStepTree(snapshot->steps)), QStringLiteral("-1 -1 1 2"));
    }

    void fiveAlikeSiblingsAreAGroupFourAreNot()
    {
        QCOMPARE(treeOf("judge*4").groups.size(), std::size_t(0));
        QCOMPARE(treeOf("judge*5").groups.size(), std::size_t(1));
        QCOMPARE(treeOf("judge:llm*3 > judge:api*3").groups.size(), std::size_t(0));
    }

    void aGroupKnowsHowManyRanAtOnceAndHowLong()
    {
        const StepTree tree = treeOf("judge*50/8(90ms)");
        const StepGroup &group = tree.groups.front();
        QCOMPARE(group.members.size(), std::size_t(50));
        QCOMPARE(group.maxConcurrency, 8);
        QCOMPARE(group.total, 50 * 90 * kNsPerMs);
        QCOMPARE(group.shortest, 90 * kNsPerMs);
        QCOMPARE(group.longest, 90 * kNsPerMs);
        QCOMPARE(group.busy.size(), std::size_t(1));
        QCOMPARE(group.span, (TimeRange{kRunStart, kRunStart + 7 * 90 * kNsPerMs}));
    }

    void callsOneAfterAnotherAreOneAtATime()
    {
        QCOMPARE(treeOf("judge*9(5ms)").groups.front().maxConcurrency, 1);
    }

    void aPauseBetweenMembersIsNotBusy()
    {
        const auto snapshot = edited(run("judge*6"), [](RunSnapshot &, std::vector<Step> &steps) {
            for (std::size_t i = 3; i < 6; ++i) {
                steps[i].startedAt += kNsPerSecond;
                *steps[i].endedAt += kNsPerSecond;
            }
        });
        QCOMPARE(buildStepTree(snapshot->steps).groups.front().busy.size(), std::size_t(2));
    }

    void whatRunsHasAnOpenEnd()
    {
        const StepTree tree = treeOf("plan > judge*6~");
        QCOMPARE(tree.running, 6);
        QCOMPARE(tree.groups.front().span.end, kOpenEnd);
        QCOMPARE(tree.nodes[0].end, kRunStart + 100 * kNsPerMs);
    }

    void anEndBeforeItsStartIsTheStart()
    {
        const auto snapshot = edited(run("a"), [](RunSnapshot &, std::vector<Step> &steps) {
            steps[0].endedAt = steps[0].startedAt - 5;
        });
        QCOMPARE(buildStepTree(snapshot->steps).nodes[0].end, kRunStart);
    }

    void aStepThatIsOverButDidNotSayWhenEndsAtItsStart()
    {
        const auto snapshot = edited(run("a > b~"), [](RunSnapshot &, std::vector<Step> &steps) {
            steps[0].endedAt.reset();
            steps[0].duration.reset();
        });
        const StepTree tree = buildStepTree(snapshot->steps);
        QCOMPARE(tree.nodes[0].end, kRunStart);
        QCOMPARE(tree.running, 1);
    }

    void aRunWithoutStepsIsAnEmptyTree()
    {
        const StepTree tree = treeOf("");
        QVERIFY(tree.nodes.empty());
        QVERIFY(tree.childrenOf(-1).empty());
    }

    void aHundredThousandStepsTakeAFractionOfASecond()
    {
        const RunSnapshotPtr big = run("root{judge*50000/8 > rank*49999/4}");
        QBENCHMARK
        {
            const StepTree tree = buildStepTree(big->steps);
            QCOMPARE(tree.groups.size(), std::size_t(2));
        }
    }
};

QTEST_APPLESS_MAIN(TimelineStepTree)
#include "tst_timeline_step_tree.moc"
