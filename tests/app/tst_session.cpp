// SPDX-License-Identifier: GPL-3.0-or-later
// What the session opens, when it reads again, when it follows, and where back and forward lead;
// over a source that answers when the test says so.
#include <app/window/session.h>
#include <app/window/telling_step.h>
#include <tests/support/fake_run_source.h>
#include <tests/support/run_builder.h>

#include <QSignalSpy>
#include <QTest>

using namespace xray;
using namespace xray::test;
using app::Reason;
using app::Session;
using views::Follow;

namespace {

constexpr int kChanges = 50;

/// The run of that text as number `row` of the store, with an id of its own.
RunSnapshotPtr numbered(std::string_view text, std::int64_t row)
{
    return edited(run(text), [row](RunSnapshot &snapshot, std::vector<Step> &) {
        snapshot.run.row = ExecutionRow{row};
        snapshot.run.id = ExecutionId::newV7();
    });
}

RunSnapshotPtr laterVersion(const RunSnapshotPtr &before, std::string_view text)
{
    return edited(run(text), [&](RunSnapshot &snapshot, std::vector<Step> &) {
        snapshot.run.row = before->run.row;
        snapshot.run.id = before->run.id;
        snapshot.revision = before->revision + 1;
    });
}

ChangeBatchPtr changeOf(const RunSnapshotPtr &run, Revision revision, StepRow step = {})
{
    auto batch = std::make_shared<ChangeBatch>();
    batch->changes.push_back({revision, run->run.row, step, ChangeKind::Upserted});
    return batch;
}

ChangeBatchPtr gap()
{
    auto batch = std::make_shared<ChangeBatch>();
    batch->gap = true;
    return batch;
}

/// A session over a source that knows these runs and the details of their first steps.
struct Desk
{
    FakeRunSource source;
    Session session{source};

    RunSnapshotPtr add(const RunSnapshotPtr &snapshot)
    {
        source.snapshots[snapshot->run.id] = snapshot;
        snapshot->steps.forEach([this](const Step &step) {
            source.details[step.id] = StepDetail{step, {}, {}};
        });
        return snapshot;
    }
    [[nodiscard]] qsizetype asked(const char *question) const
    {
        return source.calls.count(QLatin1String(question));
    }
    [[nodiscard]] bool shows(const RunSnapshotPtr &snapshot) const
    {
        return session.run() && session.openRunId() == snapshot->run.id;
    }
};

} // namespace

class TestSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theMostTellingStepComesFirst_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("step"); // its index; 0: none
        QTest::newRow("a run without steps has none") << QByteArray() << qint64(0);
        QTest::newRow("the last one where nothing stands out")
            << QByteArray("plan > search > answer") << qint64(3);
        QTest::newRow("the first that failed") << QByteArray("a > b! > c! > d") << qint64(2);
        QTest::newRow("a failed one before a harsh filter")
            << QByteArray("f:filter[100->1] > b!") << qint64(2);
        QTest::newRow("the last one while it runs") << QByteArray("a > b~") << qint64(2);
    }

    void theMostTellingStepComesFirst()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const qint64, step);
        const RunSnapshotPtr snapshot =
            text.isEmpty() ? std::make_shared<RunSnapshot>() : run(text.toStdString());
        QCOMPARE(app::mostTellingStep(*snapshot),
                 step == 0 ? std::nullopt : std::optional(stepId(step)));
    }

    void theHarshestFilterIsMoreTellingThanTheLastStep()
    {
        const auto withShares = [](double first, double second) {
            return edited(
                run("f:filter > g:filter > rank"), [&](RunSnapshot &, std::vector<Step> &steps) {
                    steps[0].metrics = {{QStringLiteral("percentage_eliminated"), first}};
                    steps[1].metrics = {{QStringLiteral("percentage_eliminated"), second}};
                });
        };
        QCOMPARE(app::mostTellingStep(*withShares(60, 90)), stepId(2));
        QCOMPARE(app::mostTellingStep(*withShares(90, 60)), stepId(1));
        QCOMPARE(app::mostTellingStep(*withShares(40, 49)), stepId(3));
    }

    void openingARunShowsItAndItsMostTellingStep()
    {
        Desk desk;
        const auto failed = desk.add(numbered("a > b! > c", 1));
        const QSignalSpy details(&desk.session, &Session::stepDetailChanged);
        desk.session.openRun(failed->run.id);
        QTRY_COMPARE(details.size(), 1);
        QVERIFY(desk.shows(failed));
        QCOMPARE(desk.session.selectedStep(), stepId(2));
        QCOMPARE(desk.session.stepDetail()->step.id, stepId(2));
    }

    void anAnswerForARunThatWasLeftIsDropped()
    {
        Desk desk;
        const auto first = desk.add(numbered("a", 1));
        const auto second = desk.add(numbered("b > c", 2));
        desk.source.answering = FakeRunSource::Answering::WhenTold;
        const QSignalSpy changes(&desk.session, &Session::runChanged);
        desk.session.openRun(first->run.id);
        desk.session.openRun(second->run.id);
        desk.source.answerAll();
        QTRY_COMPARE(changes.size(), 1);
        QVERIFY(desk.shows(second));
    }

    void manyChangesBecomeFewReadings()
    {
        Desk desk;
        const auto live = desk.add(numbered("a > b~", 1));
        open(desk, live);
        const auto grown = laterVersion(live, "a > b > c~");
        desk.add(grown);
        const qsizetype before = desk.asked("openRun"); // the fake refreshes by opening
        for (int i = 1; i <= kChanges; ++i)
            desk.session.applyChanges(changeOf(live, live->revision + 1, StepRow{2}));
        QTRY_COMPARE(desk.session.run()->steps.size(), 3);
        QCOMPARE(desk.asked("openRun"), before + 1);
    }

    void changesDuringAReadingAreReadAfterwards()
    {
        Desk desk;
        const auto live = desk.add(numbered("a~", 1));
        open(desk, live);
        desk.source.answering = FakeRunSource::Answering::WhenTold;
        desk.session.applyChanges(changeOf(live, live->revision + 1));
        QTRY_COMPARE(desk.source.waiting(), 1);
        desk.session.applyChanges(changeOf(live, live->revision + 2));
        desk.source.answerNext();
        QTRY_COMPARE(desk.source.waiting(), 1);
    }

    void changesOfOtherRunsAndOldOnesAreNoReasonToRead()
    {
        Desk desk;
        const auto live = desk.add(
            edited(numbered("a~", 1), [](RunSnapshot &s, std::vector<Step> &) { s.revision = 7; }));
        open(desk, live);
        const qsizetype before = desk.source.calls.size();
        desk.session.applyChanges(changeOf(numbered("x", 2), 8));
        desk.session.applyChanges(changeOf(live, 7));
        QVERIFY(!QTest::qWaitFor([&] { return desk.source.calls.size() > before; },
                                 2 * app::kRefreshIntervalMs));
    }

    void theShownDetailIsReadAgainWhenItsStepChanges()
    {
        Desk desk;
        const auto live = desk.add(numbered("a > b~", 1));
        open(desk, live);
        QCOMPARE(desk.session.selectedStep(), stepId(2));
        const QSignalSpy details(&desk.session, &Session::stepDetailChanged);
        desk.session.applyChanges(changeOf(live, live->revision + 1, StepRow{1}));
        desk.session.applyChanges(changeOf(live, live->revision + 1, StepRow{2}));
        QTRY_COMPARE(details.size(), 1);
    }

    void aGapInTheFeedReadsTheRunAgainAndKeepsTheStep()
    {
        Desk desk;
        const auto live = desk.add(numbered("a > b > c~", 1));
        open(desk, live);
        desk.session.selectStep(stepId(1));
        desk.add(laterVersion(live, "a > b > c > d"));
        desk.session.applyChanges(gap());
        QTRY_COMPARE(desk.session.run()->steps.size(), 4);
        QCOMPARE(desk.session.selectedStep(), stepId(1));
    }

    void aRunThatWasDeletedCloses()
    {
        Desk desk;
        const auto live = desk.add(numbered("a~", 1));
        open(desk, live);
        desk.source.snapshots.clear();
        const QSignalSpy closed(&desk.session, &Session::runClosed);
        desk.session.applyChanges(changeOf(live, live->revision + 1));
        QTRY_COMPARE(closed.size(), 1);
        QVERIFY(!desk.session.openRunId());
        QVERIFY(!desk.session.selectedStep());
    }

    void whatFailedToLoadCanBeTriedAgain()
    {
        Desk desk;
        const auto snapshot = desk.add(numbered("a", 1));
        desk.source.failure = Error{ErrorCode::Unavailable, QStringLiteral("The disk is away.")};
        const QSignalSpy failed(&desk.session, &Session::runFailed);
        desk.session.openRun(snapshot->run.id);
        QTRY_COMPARE(failed.size(), 1);
        desk.source.failure.reset();
        desk.session.retry();
        QTRY_VERIFY(desk.shows(snapshot));
    }

    void aReadingThatFailedCanBeTriedAgain()
    {
        Desk desk;
        const auto live = desk.add(numbered("a~", 1));
        open(desk, live);
        desk.source.failure = Error{ErrorCode::Unavailable, QStringLiteral("The disk is away.")};
        const QSignalSpy failed(&desk.session, &Session::runFailed);
        desk.session.applyChanges(changeOf(live, live->revision + 1));
        QTRY_COMPARE(failed.size(), 1);
        desk.source.failure.reset();
        desk.add(laterVersion(live, "a > b"));
        desk.session.retry();
        QTRY_COMPARE(desk.session.run()->steps.size(), 2);
    }

    void followingOpensTheFirstRunThatIsLive()
    {
        Desk desk;
        const auto over = desk.add(numbered("a", 1));
        const auto live = desk.add(numbered("a~", 2));
        desk.session.offerLiveRun(over->run);
        QVERIFY(!desk.session.openRunId());
        desk.session.offerLiveRun(live->run);
        QTRY_VERIFY(desk.shows(live));
    }

    void followingStaysWithARunUntilItIsOver()
    {
        Desk desk;
        const auto first = desk.add(numbered("a~", 1));
        const auto second = desk.add(numbered("b~", 2));
        desk.session.offerLiveRun(first->run);
        desk.session.offerLiveRun(second->run); // while the first is being read
        QTRY_VERIFY(desk.shows(first));
        desk.session.offerLiveRun(second->run);
        QCOMPARE(desk.session.openRunId(), first->run.id);

        desk.add(laterVersion(first, "a"));
        desk.session.applyChanges(changeOf(first, first->revision + 1));
        QTRY_COMPARE(desk.session.run()->run.status, RunStatus::Completed);
        desk.session.offerLiveRun(second->run);
        QTRY_VERIFY(desk.shows(second));
    }

    void withoutFollowingNothingOpensByItself()
    {
        Desk desk;
        const auto live = desk.add(numbered("a~", 1));
        const QSignalSpy follow(&desk.session, &Session::followChanged);
        desk.session.setFollow(Follow::Off);
        desk.session.setFollow(Follow::Off);
        QCOMPARE(follow.size(), 1);
        desk.session.offerLiveRun(live->run);
        QVERIFY(!desk.session.openRunId());
    }

    void whoeverOpensARunThatIsOverStopsFollowing()
    {
        Desk desk;
        const auto over = desk.add(numbered("a", 1));
        const auto live = desk.add(numbered("b~", 2));
        open(desk, over);
        QCOMPARE(desk.session.follow(), Follow::Off);
        desk.session.offerLiveRun(live->run);
        QCOMPARE(desk.session.openRunId(), over->run.id);
    }

    void whoeverOpensALiveRunGoesOnFollowing()
    {
        Desk desk;
        open(desk, desk.add(numbered("a~", 1)));
        QCOMPARE(desk.session.follow(), Follow::On);
    }

    void backAndForwardLeadThroughTheRunsThatWereOpened()
    {
        Desk desk;
        const auto first = desk.add(numbered("a > b", 1));
        const auto second = desk.add(numbered("c", 2));
        const auto third = desk.add(numbered("d", 3));
        open(desk, first);
        desk.session.selectStep(stepId(1));
        QVERIFY(!desk.session.canGoBack());
        open(desk, second);
        desk.session.goBack();
        QTRY_VERIFY(desk.shows(first));
        QCOMPARE(desk.session.selectedStep(), stepId(1)); // where it was left
        QVERIFY(!desk.session.canGoBack() && desk.session.canGoForward());
        desk.session.goForward();
        QTRY_VERIFY(desk.shows(second));

        desk.session.goBack();
        QTRY_VERIFY(desk.shows(first));
        open(desk, third); // what was ahead is given up
        QVERIFY(!desk.session.canGoForward());
        desk.session.goBack();
        QTRY_VERIFY(desk.shows(first));
    }

    void backLeadsToWhereOneWasBeforeFollowingLedAway()
    {
        Desk desk;
        const auto chosen = desk.add(numbered("a", 1));
        const auto live = desk.add(numbered("b~", 2));
        open(desk, chosen);
        QVERIFY(!desk.session.canGoBack());
        desk.session.setFollow(Follow::On);
        desk.session.offerLiveRun(live->run);
        QTRY_VERIFY(desk.shows(live));
        QVERIFY(desk.session.canGoBack());
        desk.session.goBack();
        QTRY_VERIFY(desk.shows(chosen));
        QVERIFY(!desk.session.canGoBack());
    }

    void neighboursEndAtTheFirstAndTheLastStep()
    {
        Desk desk;
        open(desk, desk.add(numbered("a > b > c", 1)));
        desk.session.selectNeighbour(1);
        QCOMPARE(desk.session.selectedStep(), stepId(3));
        desk.session.selectNeighbour(-1);
        QCOMPARE(desk.session.selectedStep(), stepId(2));
        desk.session.selectNeighbour(-9);
        QCOMPARE(desk.session.selectedStep(), stepId(1));
    }

private:
    static void open(Desk &desk, const RunSnapshotPtr &snapshot)
    {
        desk.session.openRun(snapshot->run.id);
        QTRY_VERIFY(desk.shows(snapshot));
        QTRY_VERIFY(desk.session.stepDetail());
    }
};

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
