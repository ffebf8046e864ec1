// SPDX-License-Identifier: GPL-3.0-or-later
// What is read for the text index: every step of a group, as it was when the group was begun or
// later, and nothing of what was dropped.
#include "tests/store/store_fixture.h"

#include <model/store/text_gatherer.h>

#include <QTest>

using namespace xray;
using namespace xray::store;
using test::StoreFixture;

namespace {

/// A step that says `text`, under its own row: the n-th to be stored has row n.
Event saying(ExecutionId run, StepId id, const char *text)
{
    StepEvent step = test::stepEvent(run);
    step.id = id;
    step.output = QByteArray(R"({"said":")") + text + R"("})";
    return step;
}

/// Whether the step in that row may have the three letters.
bool has(const TextMatrix &matrix, int row, const std::u32string &letters)
{
    return matrix.row(trigramHashes(letters).front() & (matrix.bits() - 1)).test(row);
}

std::unique_ptr<TextMatrix> gathered(TextGatherer &gatherer)
{
    if (!QTest::qWaitFor([&] { return gatherer.hasGathered(); }, 20'000))
        return nullptr;
    auto result = gatherer.take();
    return result && *result ? std::move(**result) : nullptr;
}

} // namespace

class TestTextGatherer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStepOfAGroupIsRead()
    {
        StoreFixture fixture;
        fixture.open();
        const auto run = ExecutionId::newV7();
        std::vector<Event> events{test::startEvent(run)};
        for (int i = 0; i < 300; ++i) // more than are read at a time
            events.push_back(saying(run, StepId::newV7(), i == 299 ? "zebra" : "horse"));
        fixture.submit(std::move(events));

        TextGatherer gatherer(fixture.path(), [] {});
        gatherer.start(0);
        const auto matrix = gathered(gatherer);
        QVERIFY(matrix);
        QVERIFY(has(*matrix, 1, U"hor") && has(*matrix, 299, U"hor") && has(*matrix, 300, U"zeb"));
        QVERIFY(!has(*matrix, 1, U"zeb") && !has(*matrix, 300, U"hor"));
        QVERIFY(!gatherer.take()); // once
    }

    void aGroupThatIsBegunAgainIsReadAgain()
    {
        StoreFixture fixture;
        fixture.open();
        const auto run = ExecutionId::newV7();
        const auto step = StepId::newV7();
        QVERIFY(fixture.put(test::startEvent(run)));
        QVERIFY(fixture.put(saying(run, step, "word 0")));
        TextGatherer gatherer(fixture.path(), [] {});
        for (int i = 1; i <= 100; ++i) {
            gatherer.start(0);
            const QByteArray text = "word " + QByteArray::number(100 + i);
            QVERIFY(fixture.put(saying(run, step, text.constData())));
            gatherer.drop();
            gatherer.start(0);
            const auto matrix = gathered(gatherer);
            QVERIFY(matrix);
            const QByteArray digits = QByteArray::number(100 + i);
            QVERIFY2(has(*matrix, 1, QString::fromLatin1(digits).toStdU32String()),
                     digits.constData());
        }
    }

    void whatWasDroppedIsNotHandedOut()
    {
        StoreFixture fixture;
        fixture.open();
        const auto run = ExecutionId::newV7();
        QVERIFY(fixture.put(test::startEvent(run)));
        QVERIFY(fixture.put(saying(run, StepId::newV7(), "horse")));
        TextGatherer gatherer(fixture.path(), [] {});
        gatherer.start(0);
        QVERIFY(QTest::qWaitFor([&] { return gatherer.hasGathered(); }, 20'000));
        gatherer.drop();
        QVERIFY(!gatherer.take());
    }

    void aFileThatCannotBeReadIsToldOf()
    {
        QTemporaryDir folder;
        TextGatherer gatherer(folder.filePath(QStringLiteral("none.db")), [] {});
        gatherer.start(0);
        QVERIFY(QTest::qWaitFor([&] { return gatherer.hasGathered(); }, 20'000));
        const auto result = gatherer.take();
        QVERIFY(result && !*result);
    }
};

QTEST_GUILESS_MAIN(TestTextGatherer)
#include "tst_text_gatherer.moc"
