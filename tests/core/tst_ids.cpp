// SPDX-License-Identifier: GPL-3.0-or-later
#include <model/core/ids.h>
#include <model/core/time.h>

#include <QTest>

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

using namespace xray;

class TestIds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aUuidIsReadInAnyCaseAndWrittenInLowerCase();
    void onlyTheThirtySixCharacterFormIsRead_data();
    void onlyTheThirtySixCharacterFormIsRead();
    void bytesGoThereAndBack();
    void newIdsAreVersionSevenOfNow();
    void newIdsIncreaseStrictly();
    void newIdsOfManyThreadsAreDistinct();
    void idsSortAsTheirBytes();
    void equalIdsHashEqual();
};

void TestIds::aUuidIsReadInAnyCaseAndWrittenInLowerCase()
{
    const auto uuid = Uuid::fromText("018F2B6C-9A01-7ABC-8def-0123456789AB");
    QVERIFY(uuid);
    QCOMPARE(uuid->toUtf8(), QByteArray("018f2b6c-9a01-7abc-8def-0123456789ab"));
    QCOMPARE(uuid->toString(), QStringLiteral("018f2b6c-9a01-7abc-8def-0123456789ab"));
}

void TestIds::onlyTheThirtySixCharacterFormIsRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("braces") << QByteArray("{018f2b6c-9a01-7abc-8def-0123456789ab}");
    QTest::newRow("no dashes") << QByteArray("018f2b6c9a017abc8def0123456789ab");
    QTest::newRow("too short") << QByteArray("018f2b6c-9a01-7abc-8def-0123456789a");
    QTest::newRow("too long") << QByteArray("018f2b6c-9a01-7abc-8def-0123456789ab0");
    QTest::newRow("dash moved") << QByteArray("018f2b6-c9a01-7abc-8def-0123456789ab");
    QTest::newRow("no hex") << QByteArray("018f2b6c-9a01-7abc-8def-0123456789ag");
    QTest::newRow("sign") << QByteArray("+18f2b6c-9a01-7abc-8def-0123456789ab");
    QTest::newRow("urn") << QByteArray("urn:uuid:018f2b6c-9a01-7abc-8def-012");
}

void TestIds::onlyTheThirtySixCharacterFormIsRead()
{
    QFETCH(QByteArray, text);
    QVERIFY(!Uuid::fromText(std::string_view(text.constData(), text.size())));
}

void TestIds::bytesGoThereAndBack()
{
    const Uuid uuid = Uuid::newV7();
    const QByteArray bytes(reinterpret_cast<const char *>(uuid.bytes().data()), 16);
    QVERIFY(Uuid::fromBytes(bytes) == uuid);
    QVERIFY(!Uuid::fromBytes(bytes.first(15)));
    QVERIFY(!Uuid::fromBytes(bytes + 'x'));
    QVERIFY(!Uuid::fromBytes(QByteArray()));
}

void TestIds::newIdsAreVersionSevenOfNow()
{
    const TimeNs before = nowNs();
    const auto bytes = Uuid::newV7().bytes();
    QCOMPARE(bytes[6] >> 4, 7);
    QCOMPARE(bytes[8] >> 6, 2);
    std::int64_t ms = 0;
    for (int i = 0; i < 6; ++i)
        ms = (ms << 8) | bytes[i];
    QVERIFY(ms >= before / kNsPerMs);
    // Ids made faster than the clock ticks run ahead of it by no more than that.
    QVERIFY(ms <= nowNs() / kNsPerMs + 1000);
}

void TestIds::newIdsIncreaseStrictly()
{
    Uuid last = Uuid::newV7();
    for (int i = 0; i < 20'000; ++i) {
        const Uuid next = Uuid::newV7();
        QVERIFY(last < next);
        last = next;
    }
}

void TestIds::newIdsOfManyThreadsAreDistinct()
{
    constexpr int threads = 4;
    constexpr int each = 2'000;
    std::vector<std::vector<Uuid>> made(threads);
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i)
        workers.emplace_back(
            [&ids = made[i]] { std::generate_n(std::back_inserter(ids), each, Uuid::newV7); });
    for (std::thread &worker : workers)
        worker.join();
    std::set<Uuid> all;
    for (const auto &ids : made)
        all.insert(ids.begin(), ids.end());
    QCOMPARE(all.size(), std::size_t(threads * each));
}

void TestIds::idsSortAsTheirBytes()
{
    const auto low = StepId::fromText("00000000-0000-7000-8000-0000000000ff");
    const auto high = StepId::fromText("00000000-0000-7000-8000-000000000100");
    QVERIFY(*low < *high);
    QVERIFY(StepId() < *low);
    QVERIFY(StepId().isNull());
}

void TestIds::equalIdsHashEqual()
{
    const auto id = ExecutionId::newV7();
    const auto same = ExecutionId::fromText(id.toUtf8().toStdString());
    QVERIFY(same == id);
    QCOMPARE(qHash(*same), qHash(id));
    QCOMPARE(std::hash<ExecutionId>{}(*same), std::hash<ExecutionId>{}(id));
}

QTEST_APPLESS_MAIN(TestIds)
#include "tst_ids.moc"
