// SPDX-License-Identifier: GPL-3.0-or-later
// The spool by itself: what it took is on the disk, whole, in order, and nothing else is read.
#include <model/store/spool.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <functional>

using namespace xray;
using namespace xray::store;

namespace {

constexpr qint64 kAll = 1'000'000;
const QString kStore = QStringLiteral("/somewhere/the store.db");

SpoolRecord record(const QByteArray &name, Atomicity atomicity = Atomicity::EachAlone)
{
    return {TimeNs(1'700'000'000'000'000'001), atomicity,
            R"({"op":"start","id":")" + name + "\"}\n"};
}

class SpoolFolder
{
public:
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("spool")); }
    [[nodiscard]] Spool open(const QString &store = kStore) const
    {
        return {{path(), kAll}, store};
    }
    [[nodiscard]] QStringList files(const QString &pattern = QStringLiteral("*.spool")) const
    {
        QStringList paths;
        for (const QString &name : QDir(path()).entryList({pattern}, QDir::Files))
            paths += path() + QLatin1Char('/') + name;
        return paths;
    }
    /// What a process that went without a word left behind.
    void leaveBehind(const std::vector<SpoolRecord> &records) const
    {
        Spool spool = open();
        QVERIFY(spool.append(records));
    }

private:
    QTemporaryDir m_folder;
};

void change(const QString &path, const std::function<void(QByteArray &)> &edit)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray bytes = file.readAll();
    edit(bytes);
    file.resize(0);
    file.seek(0);
    file.write(bytes);
}

/// Everything that waits, oldest first.
std::vector<SpoolRecord> drain(Spool &spool)
{
    std::vector<SpoolRecord> all;
    while (spool.hasWaiting()) {
        const auto some = spool.next(1);
        if (!some)
            return {};
        all.insert(all.end(), some->begin(), some->end());
        spool.advance();
    }
    return all;
}

} // namespace

class TestSpool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsComeBackInOrder()
    {
        const SpoolFolder folder;
        Spool spool = folder.open();
        const std::vector<SpoolRecord> first{record("a"), record("b", Atomicity::AllOrNothing)};
        const std::vector<SpoolRecord> second{record("c")};
        QVERIFY(spool.append(first));
        QVERIFY(spool.append(second));
        QVERIFY(spool.hasWaiting());
        QVERIFY(drain(spool) == (std::vector{first[0], first[1], second[0]}));
    }

    void anEmptySpoolLeavesNoFile()
    {
        const SpoolFolder folder;
        Spool spool = folder.open();
        QVERIFY(folder.files().isEmpty());
        QVERIFY(spool.append(std::vector{record("a")}));
        QCOMPARE(folder.files().size(), 1);
        drain(spool);
        QVERIFY(folder.files().isEmpty());
        QVERIFY(spool.append(std::vector{record("b")}));
        QCOMPARE(drain(spool).size(), std::size_t(1));
    }

    void whatWasNotAdvancedPastIsGivenAgain()
    {
        const SpoolFolder folder;
        Spool spool = folder.open();
        QVERIFY(spool.append(std::vector{record("a"), record("b")}));
        QCOMPARE(spool.next(kAll)->size(), std::size_t(2));
        QCOMPARE(spool.next(kAll)->size(), std::size_t(2));
        QCOMPARE(spool.next(1)->size(), std::size_t(1));
    }

    void theFileOfAProcessThatIsGoneIsTakenOver()
    {
        const SpoolFolder folder;
        folder.leaveBehind({record("a")});
        folder.leaveBehind({record("b")});
        Spool spool = folder.open();
        QVERIFY(!spool.hasWaiting());
        spool.adoptOrphans();
        spool.adoptOrphans(); // a second look finds nothing more
        QVERIFY(drain(spool) == (std::vector{record("a"), record("b")}));
        QVERIFY(folder.files().isEmpty());
    }

    void theFileOfAProcessThatRunsIsLeftAlone()
    {
        const SpoolFolder folder;
        Spool running = folder.open();
        QVERIFY(running.append(std::vector{record("a")}));
        Spool other = folder.open();
        other.adoptOrphans();
        QVERIFY(!other.hasWaiting());
        QCOMPARE(drain(running).size(), std::size_t(1));
    }

    void theFileOfAnotherStoreIsLeftAlone()
    {
        const SpoolFolder folder;
        folder.leaveBehind({record("a")});
        Spool other = folder.open(QStringLiteral("/somewhere/else.db"));
        other.adoptOrphans();
        QVERIFY(!other.hasWaiting());
        QCOMPARE(folder.files().size(), 1);
    }

    void aRecordThatWasNotFinishedIsLeftOut()
    {
        const SpoolFolder folder;
        folder.leaveBehind({record("a"), record("b")});
        const QString path = folder.files().first();
        change(path, [](QByteArray &bytes) { bytes.chop(5); });
        Spool spool = folder.open();
        spool.adoptOrphans();
        QVERIFY(drain(spool) == std::vector{record("a")});
        QCOMPARE(folder.files(QStringLiteral("*.damaged")),
                 QStringList{path + QStringLiteral(".damaged")});
    }

    void aDamagedRecordHarmsNoOther_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("in an event") << QByteArray("\"id\":\"b\"") << QByteArray("\"id\":\"x\"");
        QTest::newRow("in a length") << QByteArray("#record 24") << QByteArray("#record 99");
        QTest::newRow("a line lost")
            << QByteArray("{\"op\":\"start\",\"id\":\"b\"}\n") << QByteArray();
        QTest::newRow("zeros") << QByteArray("{\"op\":\"start\",\"id\":\"b\"}\n")
                               << QByteArray(40, '\0');
    }

    void aDamagedRecordHarmsNoOther()
    {
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, after);
        const SpoolFolder folder;
        folder.leaveBehind({record("a"), record("b"), record("c")});
        change(folder.files().first(), [&](QByteArray &bytes) {
            const qsizetype at = bytes.indexOf(before, bytes.indexOf("\"a\""));
            QVERIFY(at > 0);
            bytes.replace(at, before.size(), after);
        });
        Spool spool = folder.open();
        spool.adoptOrphans();
        const auto left = drain(spool);
        QVERIFY(std::ranges::count(left, record("a")) == 1);
        QVERIFY(std::ranges::count(left, record("c")) == 1);
        QCOMPARE(left.size(), std::size_t(2));
        QCOMPARE(folder.files(QStringLiteral("*.damaged")).size(), 1);
    }

    void aFullSpoolTakesNothingAndSaysSo()
    {
        const SpoolFolder folder;
        Spool spool({folder.path(), 40}, kStore);
        QVERIFY(spool.append(std::vector{record("a")}));
        const auto more = spool.append(std::vector{record("b")});
        QVERIFY(!more);
        QCOMPARE(more.error().code, ErrorCode::Busy);
        QVERIFY(more.error().message.contains(QLatin1String("--spool-limit")));
        QVERIFY(drain(spool) == std::vector{record("a")});
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        Spool spool({file.fileName() + QStringLiteral("/spool"), kAll}, kStore);
        const auto taken = spool.append(std::vector{record("a")});
        QVERIFY(!taken);
        QVERIFY(taken.error().message.contains(file.fileName()));
        QVERIFY(taken.error().message.contains(QLatin1String("--spool")));
        QVERIFY(!spool.hasWaiting());
    }

    void whatTheStoreRefusedIsKeptWithTheReason()
    {
        const SpoolFolder folder;
        const QByteArray line = R"({"op":"end","id":"a"})";
        {
            Spool spool = folder.open();
            QVERIFY(spool.append(std::vector{record("a")}));
            QVERIFY(spool.keepRefused(std::vector{RefusedEvent{
                7, line, Error{ErrorCode::Conflict, QStringLiteral("no"), QStringLiteral("id")}}}));
            QCOMPARE(spool.refusedEvents(), 1);
        }
        Spool spool = folder.open();
        QCOMPARE(spool.refusedEvents(), 1);
        QFile kept(spool.refusedPath());
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(),
                 QByteArray(
                     R"({"received_at":7,"code":"conflict","message":"no","field":"id","event":)" +
                     line + "}\n"));
    }
};

QTEST_GUILESS_MAIN(TestSpool)
#include "tst_spool.moc"
