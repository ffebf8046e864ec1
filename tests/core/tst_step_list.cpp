// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/core/step_list.h>

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace xray;

namespace {

Step step(qint64 row, qint64 index)
{
    Step step;
    step.row = StepRow{row};
    step.index = index;
    Uuid::Bytes bytes{};
    for (int i = 0; i < 8; ++i)
        bytes[15 - i] = static_cast<std::uint8_t>(row >> (8 * i));
    step.id = StepId(Uuid(bytes));
    return step;
}

std::vector<Step> steps(qint64 count)
{
    std::vector<Step> made;
    for (qint64 i = 1; i <= count; ++i)
        made.push_back(step(i, i));
    return made;
}

/// "index/row" of each step, in order.
QString print(const StepList &list)
{
    QStringList parts;
    list.forEach([&](const Step &s) {
        parts += QString::number(s.index) + u'/' + QString::number(s.row.value);
    });
    return parts.join(u' ');
}

/// How many chunks the two lists hold in common.
qsizetype sharedChunks(const StepList &a, const StepList &b)
{
    return std::ranges::count_if(a.chunks(), [&](const StepList::ChunkPtr &chunk) {
        return std::ranges::find(b.chunks(), chunk) != b.chunks().end();
    });
}

} // namespace

class TestStepList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyListHasNothing();
    void stepsAreSortedByIndexThenRow();
    void everyPositionIsFoundAcrossChunks();
    void aStepIsFoundNearAndFarFromWhereItWas();
    void aChangedStepMovesToItsNewPlace();
    void anEmptyListGrows();
    void aListMayLoseEverything();
    void aChangeSharesTheOtherChunks();
    void appendingSharesAllButTheLastChunk();
    void aGrowingChunkIsSplit();
    void randomChangesEqualARebuild_data();
    void randomChangesEqualARebuild();
};

void TestStepList::anEmptyListHasNothing()
{
    const StepList list;
    QVERIFY(list.isEmpty());
    QCOMPARE(list.size(), qsizetype(0));
    QCOMPARE(list.indexOf(StepId()), qsizetype(-1));
    QVERIFY(list.withChanges({}).isEmpty());
}

void TestStepList::stepsAreSortedByIndexThenRow()
{
    const StepList list({step(3, 1), step(1, 2), step(2, 1)});
    QCOMPARE(print(list), QStringLiteral("1/2 1/3 2/1"));
}

void TestStepList::everyPositionIsFoundAcrossChunks()
{
    const qsizetype count = 3 * StepList::kChunkSize + 7;
    const StepList list(steps(count));
    QCOMPARE(list.size(), count);
    QCOMPARE(list.chunks().size(), std::size_t(4));
    for (qsizetype i = 0; i < count; i += 13) {
        QCOMPARE(list.at(i).index, qint64(i + 1));
        QCOMPARE(list.indexOf(list.at(i).id), i);
    }
    QCOMPARE(list.at(count - 1).index, qint64(count));
}

void TestStepList::aStepIsFoundNearAndFarFromWhereItWas()
{
    const StepList list(steps(5000));
    for (const qsizetype near : {-1, 0, 2999, 3001, 4999, 9000})
        QCOMPARE(list.indexOf(step(3001, 3001).id, near), 3000);
    QCOMPARE(list.indexOf(step(9999, 1).id, 3000), -1);
}

void TestStepList::aChangedStepMovesToItsNewPlace()
{
    const StepList list(steps(2000));
    const StepList moved = list.withChanges({step(1, 2001)});
    QCOMPARE(moved.size(), qsizetype(2000));
    QCOMPARE(moved.at(0).row.value, std::int64_t(2));
    QCOMPARE(moved.at(1999).row.value, std::int64_t(1));
    QCOMPARE(list.at(0).row.value, std::int64_t(1));
}

void TestStepList::anEmptyListGrows()
{
    QCOMPARE(print(StepList().withChanges({step(2, 2), step(1, 1)})), QStringLiteral("1/1 2/2"));
}

void TestStepList::aListMayLoseEverything()
{
    const StepList list({step(1, 1), step(2, 2)});
    QVERIFY(list.withChanges({}, {StepRow{1}, StepRow{2}}).isEmpty());
}

void TestStepList::aChangeSharesTheOtherChunks()
{
    const StepList list(steps(4 * StepList::kChunkSize));
    const StepList changed = list.withChanges({step(1, 1)});
    QCOMPARE(sharedChunks(list, changed), qsizetype(3));
}

void TestStepList::appendingSharesAllButTheLastChunk()
{
    const qsizetype count = 4 * StepList::kChunkSize;
    const StepList list(steps(count));
    const StepList grown = list.withChanges({step(count + 1, count + 1)});
    QCOMPARE(sharedChunks(list, grown), qsizetype(3));
    QCOMPARE(grown.at(count).index, qint64(count + 1));
}

void TestStepList::aGrowingChunkIsSplit()
{
    StepList list;
    for (qint64 i = 1; i <= 3000; i += 10) {
        std::vector<Step> ten;
        for (qint64 j = i; j < i + 10; ++j)
            ten.push_back(step(j, j));
        list = list.withChanges(std::move(ten));
        for (const StepList::ChunkPtr &chunk : list.chunks())
            QVERIFY(qsizetype(chunk->size()) <= 2 * StepList::kChunkSize);
    }
    QCOMPARE(list.size(), qsizetype(3000));
}

void TestStepList::randomChangesEqualARebuild_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

void TestStepList::randomChangesEqualARebuild()
{
    QFETCH(int, seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto upTo = [&](int highest) {
        return std::uniform_int_distribution<qint64>(0, highest)(random);
    };
    std::map<qint64, Step> truth;
    StepList list;
    for (int round = 0; round < 120; ++round) {
        std::map<qint64, Step> changed;
        for (qint64 i = upTo(60); i > 0; --i) {
            const qint64 row = 1 + upTo(4000);
            changed[row] = step(row, 1 + upTo(2500));
        }
        std::vector<StepRow> removed;
        for (qint64 i = upTo(25); i > 0; --i) {
            const qint64 row = 1 + upTo(4000);
            if (!changed.contains(row))
                removed.push_back(StepRow{row});
        }
        std::vector<Step> values;
        for (const auto &[row, value] : changed) {
            values.push_back(value);
            truth[row] = value;
        }
        for (const StepRow &row : removed)
            truth.erase(row.value);
        std::ranges::shuffle(values, random);
        list = list.withChanges(std::move(values), removed);
    }
    std::vector<Step> all;
    for (const auto &[row, value] : truth)
        all.push_back(value);
    QCOMPARE(list.size(), qsizetype(all.size()));
    QCOMPARE(print(list), print(StepList(std::move(all))));
}

QTEST_APPLESS_MAIN(TestStepList)
#include "tst_step_list.moc"
