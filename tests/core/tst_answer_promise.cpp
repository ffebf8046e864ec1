// SPDX-License-Identifier: GPL-3.0-or-later
// Each answer is taken once, whoever comes first: who delivers it or who asks to be told.
#include <model/core/answer_promise.h>

#include <QDeadlineTimer>
#include <QTest>

#include <atomic>
#include <memory>
#include <thread>

using namespace xray;

namespace {

constexpr qint64 kMeetingMs = 3000;
constexpr int kLongestWait = 100; ///< so that the two meet at every point

} // namespace

class TestAnswerPromise : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerThatIsThereIsTakenAtOnce()
    {
        AnswerPromise<int> promise;
        promise.deliver(7);
        int taken = 0;
        onAnswer(promise.future(), [&](int answer) { taken = answer; });
        QCOMPARE(taken, 7);
    }

    void anAnswerThatComesLaterIsTakenThen()
    {
        AnswerPromise<int> promise;
        int taken = 0;
        onAnswer(promise.future(), [&](int answer) { taken = answer; });
        QCOMPARE(taken, 0);
        promise.deliver(7);
        QCOMPARE(taken, 7);
    }

    void aFutureCanBeWaitedForAsWell()
    {
        AnswerPromise<int> promise;
        std::thread deliverer([&] { promise.deliver(7); });
        QCOMPARE(promise.future().result(), 7);
        deliverer.join();
    }

    void whenNoAnswerComesWhatWaitsForItGoes()
    {
        auto promise = std::make_unique<AnswerPromise<int>>();
        auto waiting = std::make_shared<int>();
        const std::weak_ptr<int> isWaiting = waiting;
        bool taken = false;
        onAnswer(promise->future(), [&, waiting = std::move(waiting)](int) { taken = true; });
        const QFuture<int> future = promise->future();
        promise.reset();
        QVERIFY(future.isFinished());
        QVERIFY(!taken);
        QVERIFY(isWaiting.expired());
        onAnswer(future, [&](int) { taken = true; });
        QVERIFY(!taken);
    }

    /// QFuture::then() runs the continuation twice here now and then, and crashes.
    void whoDeliversAndWhoAsksMayMeet()
    {
        std::atomic<AnswerPromise<int> *> toDeliver = nullptr;
        std::atomic<bool> isOver = false;
        std::thread deliverer([&] {
            while (!isOver) {
                if (auto *promise = toDeliver.load()) {
                    promise->deliver(1);
                    toDeliver = nullptr;
                }
            }
        });
        std::atomic<int> taken = 0;
        int meetings = 0;
        for (const QDeadlineTimer end(kMeetingMs); !end.hasExpired(); ++meetings) {
            AnswerPromise<int> promise;
            const QFuture<int> future = promise.future();
            toDeliver = &promise;
            for (std::atomic<int> wait = meetings % kLongestWait; wait > 0; --wait) {
            }
            onAnswer(future, [&](int answer) { taken += answer; });
            while (toDeliver)
                std::this_thread::yield();
        }
        isOver = true;
        deliverer.join();
        QCOMPARE(taken.load(), meetings);
    }
};

QTEST_GUILESS_MAIN(TestAnswerPromise)
#include "tst_answer_promise.moc"
