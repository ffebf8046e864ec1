// SPDX-License-Identifier: GPL-3.0-or-later
// Who sends little does not wait behind who sends much, and what is about one run stays in order.
#include <model/store/submission_queue.h>

#include <QTest>

#include <algorithm>

using namespace xray;
using namespace xray::store;

namespace {

using namespace std::chrono_literals;

constexpr qint64 kManyBytes = 1'000'000'000;
constexpr int kManyEvents = 1'000;

Submission steps(ExecutionId run, int count, Atomicity atomicity = Atomicity::EachAlone)
{
    Submission submission;
    submission.atomicity = atomicity;
    submission.bytes = count * 100;
    for (int i = 0; i < count; ++i) {
        StepEvent step;
        step.executionId = run;
        submission.events.emplace_back(step);
    }
    return submission;
}

Submission stepOfUnknownRun()
{
    Submission submission = steps({}, 1);
    std::get<StepEvent>(submission.events.front()).executionId.reset();
    return submission;
}

/// Of as many traces as there are counts.
Submission spansOf(std::initializer_list<std::size_t> counts)
{
    Submission submission;
    for (const std::size_t count : counts) {
        RawSpan span;
        span.executionId = ExecutionId::newV7();
        submission.events.insert(submission.events.end(), count, span);
    }
    return submission;
}

/// "20 1": the sizes of what was taken.
QByteArray sizes(const std::vector<Submission> &batch)
{
    QByteArrayList all;
    for (const Submission &one : batch)
        all.append(QByteArray::number(static_cast<qlonglong>(one.events.size())));
    return all.join(' ');
}

QByteArray taken(SubmissionQueue &queue, qint64 maxEvents = kManyEvents)
{
    return sizes(queue.take(maxEvents, kManyBytes, 0ms));
}

SubmissionResult stored(const Submission &submission)
{
    SubmissionResult result;
    for (std::size_t i = 0; i < submission.events.size(); ++i)
        result.outcomes.emplace_back(Uuid());
    return result;
}

/// What the sender of two pieces of 250 steps is told when `process` has dealt with them.
template<class Process>
std::optional<SubmissionResult> answerOf(SubmissionQueue &queue, Process &&process)
{
    std::optional<SubmissionResult> answer;
    Submission whole = steps(ExecutionId::newV7(), 500);
    whole.done = [&](SubmissionResult result) { answer = std::move(result); };
    if (queue.push(std::move(whole)))
        process(queue.take(kManyEvents, kManyBytes, 0ms));
    return answer;
}

} // namespace

class TestSubmissionQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSmallOnePassesALargeOneOfAnotherRun()
    {
        SubmissionQueue queue({});
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 100)));
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 1)));
        QCOMPARE(taken(queue), QByteArray("1"));
        QCOMPARE(taken(queue), QByteArray("100"));
        QVERIFY(queue.isEmpty());
    }

    void whatIsAboutOneRunStaysInOrder()
    {
        SubmissionQueue queue({});
        const auto run = ExecutionId::newV7();
        QVERIFY(queue.push(steps(run, 100)));
        QVERIFY(queue.push(steps(run, 1)));
        QVERIFY(queue.push(steps(run, 2)));
        QCOMPARE(taken(queue), QByteArray("100 1 2"));
        QVERIFY(queue.push(steps(run, 3))); // nothing large waits any more
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 100)));
        QCOMPARE(taken(queue), QByteArray("3"));
    }

    void aLargeOneDoesNotPassASmallOneOfItsRun()
    {
        SubmissionQueue queue({});
        const auto run = ExecutionId::newV7();
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 50)));
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 1)));
        QCOMPARE(taken(queue), QByteArray("1")); // now it is the turn of the large one
        QVERIFY(queue.push(steps(run, 2)));
        QVERIFY(queue.push(steps(run, 60)));
        QCOMPARE(taken(queue), QByteArray("50 2 60"));
    }

    void noOnePassesAnEventWhoseRunIsNotTold()
    {
        SubmissionQueue queue({});
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 100)));
        QVERIFY(queue.push(stepOfUnknownRun()));
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 2)));
        QCOMPARE(taken(queue), QByteArray("100 1 2"));
    }

    void aLargeOneIsNotPassedForEver()
    {
        SubmissionQueue queue({});
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 100)));
        QByteArrayList turns;
        for (int i = 0; i < 3; ++i) {
            QVERIFY(queue.push(steps(ExecutionId::newV7(), 1)));
            turns.append(taken(queue));
        }
        QCOMPARE(turns.join(", "), QByteArray("1, 100 1, 1"));
    }

    void aLargeOneComesInPiecesAndIsAnsweredOnce()
    {
        SubmissionQueue queue({});
        Submission whole = steps(ExecutionId::newV7(), 1'001);
        for (int i = 0; i < 1'001; ++i)
            std::get<StepEvent>(whole.events[i]).id = StepId::newV7();
        const std::vector<Event> events = whole.events;
        std::vector<SubmissionResult> answers;
        whole.done = [&](SubmissionResult result) { answers.push_back(std::move(result)); };
        QVERIFY(queue.push(std::move(whole)));
        QCOMPARE(queue.queuedEvents(), 1'001);
        const auto first = queue.take(500, kManyBytes, 0ms);
        QCOMPARE(sizes(first), QByteArray("201 201 201")); // the limit is met by the third
        const auto second = queue.take(500, kManyBytes, 0ms);
        QCOMPARE(sizes(second), QByteArray("201 197"));
        QCOMPARE(queue.queuedBytes(), 0);
        std::size_t place = 0;
        for (const auto *batch : {&first, &second}) {
            for (const Submission &piece : *batch) {
                QVERIFY(answers.empty());
                for (const Event &event : piece.events)
                    QCOMPARE(std::get<StepEvent>(event).id,
                             std::get<StepEvent>(events[place++]).id);
                piece.done(stored(piece));
            }
        }
        QCOMPARE(answers.size(), 1U);
        QCOMPARE(answers.front().outcomes.size(), 1'001U);
    }

    void aSmallOneComesBetweenThePieces()
    {
        SubmissionQueue queue({});
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 500)));
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 1)));
        QCOMPARE(taken(queue), QByteArray("1"));
        QCOMPARE(taken(queue), QByteArray("250")); // a part of a turn, since small ones come
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 2)));
        QCOMPARE(taken(queue), QByteArray("2"));
        QCOMPARE(taken(queue), QByteArray("250"));
    }

    void whatIsStoredAsAWholeIsNotCut()
    {
        SubmissionQueue queue({});
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 1'000, Atomicity::AllOrNothing)));
        QCOMPARE(taken(queue), QByteArray("1000"));
    }

    void spansOfATraceAreNotCut()
    {
        SubmissionQueue queue({});
        QVERIFY(queue.push(spansOf({400, 10, 300})));
        QCOMPARE(taken(queue), QByteArray("400 310"));
    }

    void aSmallLastPieceDoesNotPassTheOthers()
    {
        SubmissionQueue queue({});
        QVERIFY(queue.push(spansOf({400, 10})));
        QCOMPARE(taken(queue), QByteArray("400 10"));
    }

    void ifOnePieceFailsTheSenderIsToldWhatIsNotStored()
    {
        SubmissionQueue queue({});
        const auto answer = answerOf(queue, [](const auto &pieces) {
            pieces[0].done(stored(pieces[0]));
            pieces[1].done({Error{ErrorCode::Unavailable, QStringLiteral("disk full")}, {}});
        });
        QVERIFY(answer && answer->status);
        QCOMPARE(answer->outcomes.size(), 500U);
        QVERIFY(answer->outcomes[249].ok());
        QCOMPARE(answer->outcomes[250].error().code, ErrorCode::Unavailable);
        QCOMPARE(answer->outcomes[499].error().code, ErrorCode::Unavailable);
    }

    void ifAllPiecesFailNothingIsStored()
    {
        SubmissionQueue queue({});
        const auto answer = answerOf(queue, [](const auto &pieces) {
            for (const Submission &piece : pieces)
                piece.done({Error{ErrorCode::Unavailable, QStringLiteral("disk full")}, {}});
        });
        QVERIFY(answer && !answer->status);
        QVERIFY(answer->outcomes.empty());
    }

    void whatWaitsInTheSpoolIsNotCalledStored()
    {
        SubmissionQueue queue({});
        const auto answer = answerOf(queue, [](const auto &pieces) {
            SubmissionResult spooled = stored(pieces[1]);
            spooled.storedIn = StoredIn::Spool;
            pieces[0].done(stored(pieces[0]));
            pieces[1].done(spooled);
        });
        QVERIFY(answer && answer->status);
        QCOMPARE(answer->storedIn, StoredIn::Spool);
    }

    void aFullQueueRefuses()
    {
        SubmissionQueue queue({.events = 300, .bytes = kManyBytes});
        QVERIFY(queue.push(steps(ExecutionId::newV7(), 1'000))); // none is too large for ever
        const auto refused = queue.push(steps(ExecutionId::newV7(), 1));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Busy);
    }
};

QTEST_GUILESS_MAIN(TestSubmissionQueue)
#include "tst_submission_queue.moc"
