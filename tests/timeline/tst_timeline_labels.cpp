// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline's texts.
#include <model/timeline/labels.h>
#include <tests/support/run_builder.h>

#include <QTest>

using namespace xray;
using namespace xray::timeline;
using test::kRunStart;
using test::run;

namespace {

QString labelOf(std::string_view text, DurationNs now = 0)
{
    return stepLabel(run(text)->steps.at(0), kRunStart + now);
}

} // namespace

class TimelineLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFilterSaysWhatItEliminated()
    {
        QCOMPARE(labelOf("f:filter(1060ms)[50->5]"), QStringLiteral("1.06 s · 50 → 5  −90 %"));
    }

    void aSearchSaysWhatItFound()
    {
        QCOMPARE(labelOf("s:api(452ms)[->50]"), QStringLiteral("452 ms → 50"));
    }

    void almostAllIsNotRoundedToAll()
    {
        QCOMPARE(labelOf("f(1s)[1200->3]"), QStringLiteral("1 s · 1,200 → 3  −99.8 %"));
    }

    void nothingInIsNoShare() { QCOMPARE(labelOf("f(1s)[0->0]"), QStringLiteral("1 s · 0 → 0")); }

    void failedAndRunningAreWords()
    {
        QCOMPARE(labelOf("f(3s)!"), QStringLiteral("failed · 3 s"));
        QCOMPARE(labelOf("f~", 4 * kNsPerSecond), QStringLiteral("running · 4 s"));
    }

    void aGroupSaysHowManyAtATime()
    {
        const StepTree parallel = buildStepTree(run("judge*50/8!")->steps);
        QCOMPARE(groupLabel(parallel.groups.front()),
                 QStringLiteral("50 calls, 8 at a time · 50 failed"));
        const StepTree serial = buildStepTree(run("judge*5")->steps);
        QCOMPARE(groupLabel(serial.groups.front()), QStringLiteral("5 calls, one at a time"));
    }

    void sharesAreWholePercents()
    {
        QCOMPARE(shareText(40, 100), QStringLiteral("40 %"));
        QCOMPARE(shareText(1, 100'000), QStringLiteral("< 1 %"));
        QCOMPARE(shareText(1, 0), QString());
    }

    void aRowIsReadOutInWords()
    {
        const RunSnapshotPtr snapshot = run("plan(100ms) > filter_relevance:filter(1s)[50->5]");
        QCOMPARE(spokenStep(snapshot->steps.at(1), kRunStart, kRunStart),
                 QStringLiteral("filter_relevance, filter, completed, starts at 100 ms, took 1 s, "
                                "50 → 5  −90 %"));
    }
};

QTEST_APPLESS_MAIN(TimelineLabels)
#include "tst_timeline_labels.moc"
