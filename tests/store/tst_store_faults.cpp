// SPDX-License-Identifier: GPL-3.0-or-later
// A store whose disk fills up, fails, turns read-only, is locked or loses power under it: nothing
// that was acknowledged is lost, what cannot be stored waits in the spool, the message says what to
// do, and the writer recovers by itself.
#include "tests/store/store_fixture.h"
#include "tests/support/lying_disk.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

#include <mutex>

using namespace xray;
using namespace xray::test;
using store::WriterRole;

Q_DECLARE_METATYPE(xray::test::DiskFault)

namespace {

constexpr qint64 kFewBytes = 100'000;

/// Another program that has the write lock for as long as this lives.
class Locker
{
public:
    explicit Locker(const QString &path)
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
        database.setDatabaseName(path);
        m_locked = database.open() && QSqlQuery(database).exec(QStringLiteral("BEGIN EXCLUSIVE"));
    }
    ~Locker()
    {
        QSqlDatabase::database(m_name).close();
        QSqlDatabase::removeDatabase(m_name);
    }
    [[nodiscard]] bool hasLocked() const { return m_locked; }

private:
    const QString m_name = QStringLiteral("locker");
    bool m_locked = false;
};

class FaultyStore : public StoreFixture
{
public:
    [[nodiscard]] QString spoolFolder() const { return path() + QStringLiteral(".spool"); }
    [[nodiscard]] store::StoreOptions withSpool(qint64 bytes = store::kDefaultSpoolBytes) const
    {
        store::StoreOptions options = this->options();
        options.spool = {spoolFolder(), bytes};
        return options;
    }
    [[nodiscard]] QStringList spoolFiles() const
    {
        return QDir(spoolFolder()).entryList({QStringLiteral("*.spool")}, QDir::Files);
    }
    [[nodiscard]] qint64 stepsOf(ExecutionId run)
    {
        const auto snapshot = wait(store().openRun(run, {}));
        return snapshot ? (*snapshot)->steps.size() : -1;
    }
    [[nodiscard]] bool isWhole() const
    {
        return sql(QStringLiteral("PRAGMA integrity_check")) == QVariantList{QStringLiteral("ok")};
    }
    [[nodiscard]] QString trouble()
    {
        const SinkStats stats = store().sinkStats();
        return stats.trouble ? stats.trouble->message : QString();
    }
};

StepEvent largeStep(ExecutionId run)
{
    StepEvent step = stepEvent(run);
    step.id = StepId::newV7();
    step.input = QByteArray(R"({"text":")") + QByteArray(20'000, 'x') + "\"}";
    return step;
}

/// Posts until the store says no; how many it took.
int fillUp(FaultyStore &fixture, ExecutionId run)
{
    constexpr int kMany = 1000;
    for (int taken = 0; taken < kMany; ++taken) {
        const auto result = fixture.submit({largeStep(run)});
        if (!result.status || result.storedIn == StoredIn::Spool)
            return taken;
    }
    return kMany;
}

} // namespace

class TestStoreFaults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup()
    {
        m_disk.setFault(DiskFault::None);
        m_disk.freeSpace();
    }

    void aFullDiskRefusesAndLosesNothing()
    {
        FaultyStore fixture;
        fixture.open();
        const auto run = ExecutionId::newV7();
        QVERIFY(fixture.put(startEvent(run)));
        m_disk.setFreeBytes(kFewBytes);
        const int taken = fillUp(fixture, run);
        const auto refused = fixture.submit({largeStep(run)});
        QVERIFY(!refused.status);
        QCOMPARE(refused.status.error().code, ErrorCode::Unavailable);
        const QString said = refused.status.error().message;
        QVERIFY2(said.contains(fixture.path()), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("is full. Free some space")), qPrintable(said));
        QVERIFY(fixture.trouble().contains(QLatin1String("is full")));

        m_disk.freeSpace();
        QTRY_VERIFY(fixture.trouble().isEmpty());
        QVERIFY(fixture.submit({largeStep(run)}).status);
        QCOMPARE(fixture.stepsOf(run), qint64(taken) + 1);
        QVERIFY(fixture.isWhole());
    }

    void whatAFaultyDiskDoesNotTakeWaitsInTheSpool_data()
    {
        QTest::addColumn<DiskFault>("fault");
        QTest::addColumn<QString>("said");
        QTest::newRow("full") << DiskFault::None << QStringLiteral("is full. Free some space");
        QTest::newRow("write error") << DiskFault::WriteFails << QStringLiteral("Check the disk");
        QTest::newRow("sync error") << DiskFault::SyncFails << QStringLiteral("Check the disk");
        QTest::newRow("read-only") << DiskFault::ReadOnly << QStringLiteral("cannot be");
    }

    void whatAFaultyDiskDoesNotTakeWaitsInTheSpool()
    {
        QFETCH(const DiskFault, fault);
        QFETCH(const QString, said);
        FaultyStore fixture;
        store::StoreOptions options = fixture.withSpool();
        options.synchronous = store::Synchronous::Full;
        fixture.open(options);
        const auto before = ExecutionId::newV7();
        const auto during = ExecutionId::newV7();
        QVERIFY(fixture.put(startEvent(before)));
        m_disk.setFault(fault);
        if (fault == DiskFault::None)
            m_disk.setFreeBytes(0);

        // A run begun before, and one begun now: parts of both wait.
        QCOMPARE(fixture.submit({largeStep(before)}).storedIn, StoredIn::Spool);
        QCOMPARE(fixture.submit({startEvent(during), largeStep(during)}).storedIn, StoredIn::Spool);
        QCOMPARE(fixture.submit({largeStep(during), endEvent(during)}).storedIn, StoredIn::Spool);
        QVERIFY2(fixture.trouble().contains(said), qPrintable(fixture.trouble()));
        QVERIFY2(fixture.trouble().contains(fixture.path()), qPrintable(fixture.trouble()));
        QCOMPARE(fixture.store().sinkStats().spooled, 5);
        QVERIFY(fixture.store().sinkStats().spoolWaitingBytes > 3 * 20'000);

        cleanup();
        QTRY_COMPARE(fixture.store().sinkStats().spoolWaitingBytes, 0);
        QVERIFY(fixture.trouble().isEmpty());
        QVERIFY(fixture.spoolFiles().isEmpty());
        QCOMPARE(fixture.stepsOf(before), 1);
        QCOMPARE(fixture.stepsOf(during), 2);
        QCOMPARE((*StoreFixture::wait(fixture.store().runById(during, {})))->status,
                 RunStatus::Completed);
        QCOMPARE(fixture.submit({largeStep(before)}).storedIn, StoredIn::Store);
        QCOMPARE(fixture.store().sinkStats().spoolRefused, 0);
        QVERIFY(fixture.isWhole());
    }

    void aStoreLockedByAnotherProgramIsWaitedFor()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool());
        const auto run = ExecutionId::newV7();
        {
            const Locker locker(fixture.path());
            QVERIFY(locker.hasLocked());
            QCOMPARE(fixture.submit({startEvent(run)}).storedIn, StoredIn::Spool);
            QVERIFY2(fixture.trouble().contains(QLatin1String("is locked by another program")),
                     qPrintable(fixture.trouble()));
            QVERIFY(fixture.trouble().contains(fixture.path()));
            // From now on nobody waits for the lock.
            QElapsedTimer timer;
            timer.start();
            QCOMPARE(fixture.submit({stepEvent(run)}).storedIn, StoredIn::Spool);
            QVERIFY(timer.elapsed() < store::kBusyTimeout.count());
        }
        QTRY_COMPARE(fixture.stepsOf(run), 1);
        QTRY_VERIFY(fixture.trouble().isEmpty());
    }

    void whatComesLaterDoesNotOvertakeTheSpool()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool());
        const auto run = ExecutionId::newV7();
        m_disk.setFault(DiskFault::WriteFails);
        QCOMPARE(fixture.submit({startEvent(run)}).storedIn, StoredIn::Spool);
        m_disk.setFault(DiskFault::None);
        // Without a run they would be refused.
        for (int i = 0; i < 50; ++i)
            QVERIFY(fixture.put(stepEvent(run)));
        QTRY_COMPARE(fixture.stepsOf(run), 50);
        QCOMPARE(fixture.store().sinkStats().spoolRefused, 0);
    }

    void whatTheStoreRefusesLaterIsKept()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool());
        const auto run = ExecutionId::newV7();
        m_disk.setFault(DiskFault::WriteFails);
        QVERIFY(fixture.submit({startEvent(run)}).status);
        QVERIFY(fixture.submit({stepEvent(ExecutionId::newV7(), "lost")}).status);
        const auto both = fixture.submit({stepEvent(run), stepEvent(ExecutionId::newV7())},
                                         Atomicity::AllOrNothing);
        QCOMPARE(both.storedIn, StoredIn::Spool);
        QCOMPARE(both.outcomes.size(), std::size_t(2));
        m_disk.setFault(DiskFault::None);
        QTRY_COMPARE(fixture.store().sinkStats().spoolRefused, 3);
        QCOMPARE(fixture.stepsOf(run), 0);

        const QDir folder(fixture.spoolFolder());
        const QStringList kept = folder.entryList({QStringLiteral("*refused.ndjson")});
        QCOMPARE(kept.size(), 1);
        QFile file(folder.filePath(kept.first()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray lines = file.readAll();
        QCOMPARE(lines.count('\n'), 3);
        QVERIFY(lines.contains(R"("code":"unknown_execution")"));
        QVERIFY(lines.contains(R"("step_name":"lost")"));
    }

    void whenTheSpoolTakesNothingEitherTheSenderIsTold()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool(kFewBytes));
        const auto run = ExecutionId::newV7();
        QVERIFY(fixture.put(startEvent(run)));
        m_disk.setFreeBytes(0);
        int spooled = 0;
        SubmissionResult last;
        do {
            last = fixture.submit({largeStep(run)});
            spooled += last.status ? 1 : 0;
        } while (last.status && spooled < 100);
        QVERIFY(spooled > 1 && spooled < 6);
        const QString said = last.status.error().message;
        QVERIFY2(said.contains(QLatin1String("is full. Free some space")), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("--spool-limit")), qPrintable(said));
        m_disk.freeSpace();
        QTRY_COMPARE(fixture.stepsOf(run), qint64(spooled));
    }

    void theNextOneToOpenTheStoreEmptiesTheSpool()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool());
        const auto run = ExecutionId::newV7();
        m_disk.setFault(DiskFault::WriteFails);
        QCOMPARE(fixture.submit({startEvent(run), stepEvent(run)}).storedIn, StoredIn::Spool);
        fixture.close();
        QCOMPARE(fixture.spoolFiles().size(), 1);
        m_disk.setFault(DiskFault::None);
        fixture.open(fixture.withSpool());
        QTRY_COMPARE(fixture.stepsOf(run), 1);
        QVERIFY(fixture.spoolFiles().isEmpty());
    }

    void aWaitingWriterSpoolsWhatTheInboxDoesNotTake()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool());
        auto second = store::Store::open(fixture.withSpool());
        QVERIFY(second);
        QCOMPARE((*second)->role().kind, WriterRole::Kind::Waiting);
        const auto run = ExecutionId::newV7();
        m_disk.setFault(DiskFault::WriteFails);
        const auto result = submitTo((*second)->sink(), {startEvent(run), stepEvent(run)});
        QCOMPARE(result.storedIn, StoredIn::Spool);
        m_disk.setFault(DiskFault::None);
        QTRY_COMPARE(fixture.stepsOf(run), 1);
        QTRY_COMPARE((*second)->sinkStats().spoolWaitingBytes, 0);
        QCOMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM inbox")), 0);
    }

    void anAbsentTimeIsWhenTheEventCame()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool());
        const auto run = ExecutionId::newV7();
        m_disk.setFault(DiskFault::WriteFails);
        QVERIFY(fixture.submit({startEvent(run)}).status);
        const TimeNs answered = nowNs();
        m_disk.setFault(DiskFault::None);
        QTRY_VERIFY(StoreFixture::wait(fixture.store().runById(run, {})));
        QVERIFY((*StoreFixture::wait(fixture.store().runById(run, {})))->startedAt <= answered);
    }

    void troubleIsToldOnceWhenItComesAndOnceWhenItGoes()
    {
        std::mutex mutex;
        QStringList told;
        FaultyStore fixture;
        store::StoreOptions options = fixture.withSpool();
        options.troubleChanged = [&](const std::optional<Error> &trouble) {
            const std::lock_guard lock(mutex);
            told += trouble ? trouble->message : QStringLiteral("well again");
        };
        fixture.open(options);
        m_disk.setFreeBytes(0);
        for (int i = 0; i < 5; ++i)
            QVERIFY(fixture.put(startEvent(ExecutionId::newV7())));
        m_disk.freeSpace();
        const auto heard = [&] {
            const std::lock_guard lock(mutex);
            return told;
        };
        QTRY_COMPARE(heard().size(), 2);
        QVERIFY(heard()[0].contains(QLatin1String("is full")));
        QCOMPARE(heard()[1], QStringLiteral("well again"));
    }

    void aStoreThatWasMovedAwayIsMissed()
    {
        FaultyStore fixture;
        fixture.open(fixture.withSpool());
        const auto run = ExecutionId::newV7();
        QVERIFY(fixture.put(startEvent(run)));
        const QString away = fixture.path() + QStringLiteral(".away");
        QVERIFY(QFile::rename(fixture.path(), away));
        QCOMPARE(fixture.submit({stepEvent(run)}).storedIn, StoredIn::Spool);
        QVERIFY2(fixture.trouble().contains(QLatin1String("was moved, removed or replaced")),
                 qPrintable(fixture.trouble()));
        QVERIFY(QFile::rename(away, fixture.path()));
        QTRY_COMPARE(fixture.stepsOf(run), 1);
    }

    void aDiskThatCannotBeReadIsAnErrorToReaders()
    {
        FaultyStore fixture;
        fixture.open();
        const auto run = ExecutionId::newV7();
        QVERIFY(fixture.submit({startEvent(run), largeStep(run)}).status);
        fixture.close();
        fixture.open();
        m_disk.setFault(DiskFault::ReadFails);
        const auto failed = StoreFixture::wait(fixture.store().openRun(run, {}));
        QVERIFY(!failed);
        const QString said = failed.error().message;
        QVERIFY2(said.contains(fixture.path()), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("Check the disk")), qPrintable(said));
        m_disk.setFault(DiskFault::None);
        QCOMPARE(fixture.stepsOf(run), 1);
    }

    void aPowerCutTakesNoAcknowledgedEventWhenSynchronousIsFull()
    {
        FaultyStore fixture;
        store::StoreOptions options = fixture.options();
        options.synchronous = store::Synchronous::Full;
        fixture.open(options);
        const auto run = ExecutionId::newV7();
        QVERIFY(fixture.put(startEvent(run)));
        for (int steps = 1; steps <= 30; ++steps) {
            QVERIFY(fixture.put(largeStep(run)));
            QCOMPARE(stepsAfterPowerCut(fixture, run), qint64(steps));
        }
    }

    void aPowerCutTakesOnlyTheLastCommitsWhenSynchronousIsNormal()
    {
        FaultyStore fixture;
        fixture.open();
        const auto run = ExecutionId::newV7();
        QVERIFY(fixture.put(startEvent(run)));
        // More than the log holds between two checkpoints, each of which syncs.
        constexpr int kSteps = 1200;
        for (int steps = 0; steps < kSteps; ++steps)
            QVERIFY(fixture.put(largeStep(run)));
        qint64 left = 0;
        const auto isSomeLeft = [&] { // once the log has been moved, which is not waited for
            left = stepsAfterPowerCut(fixture, run);
            return left != 0;
        };
        QTRY_VERIFY(isSomeLeft());
        QVERIFY2(left > 0 && left <= kSteps, qPrintable(QString::number(left)));
    }

private:
    /// Of the copy that a power cut now would leave, which must be whole and without a gap.
    static qint64 stepsAfterPowerCut(const FaultyStore &fixture, ExecutionId run)
    {
        FaultyStore after;
        LyingDisk::cutPower(fixture.path(), after.path());
        after.open();
        const auto snapshot = StoreFixture::wait(after.store().openRun(run, {}));
        if (!snapshot || !after.isWhole())
            return -1;
        const StepList &steps = (*snapshot)->steps;
        const qint64 count = steps.size();
        return count == 0 || steps.at(count - 1).index == count ? count : -1;
    }

    LyingDisk m_disk;
};

QTEST_GUILESS_MAIN(TestStoreFaults)
#include "tst_store_faults.moc"
