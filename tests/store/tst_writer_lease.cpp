// SPDX-License-Identifier: GPL-3.0-or-later
// The writer lease goes with its holder, however it ends, and with nothing else: not with process
// ids, host names or what a lock file says.
#include "tests/store/store_fixture.h"

#include <model/store/file_lock.h>
#include <model/store/writer_lease.h>

#include <QCoreApplication>
#include <QFile>
#include <QTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace xray;
using namespace xray::store;
using test::StoreFixture;

namespace {

class LeaseFolder
{
public:
    [[nodiscard]] QString database() const { return m_folder.filePath(QStringLiteral("x.db")); }
    [[nodiscard]] QString lockFile() const { return database() + QStringLiteral(".writer"); }

private:
    QTemporaryDir m_folder;
};

/// A process that takes the lease and then does nothing; it says so through a pipe.
pid_t startHolder(const QString &database)
{
    int ends[2] = {};
    if (pipe(ends) != 0)
        return -1;
    const pid_t child = fork();
    if (child == 0) {
        WriterLease lease(database);
        const char held = lease.tryTake() == WriterLease::State::Held ? 'y' : 'n';
        [[maybe_unused]] const auto written = write(ends[1], &held, 1);
        for (;;)
            pause();
    }
    char held = 0;
    const bool heard = read(ends[0], &held, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return heard && held == 'y' ? child : -1;
}

} // namespace

class TestWriterLease : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyOneHasIt()
    {
        const LeaseFolder folder;
        WriterLease first(folder.database());
        WriterLease second(folder.database());
        QCOMPARE(first.tryTake(), WriterLease::State::Held);
        QCOMPARE(second.tryTake(), WriterLease::State::HeldByOther);
        QVERIFY(second.holder().contains(QString::number(QCoreApplication::applicationPid())));
        QFile lockFile(folder.lockFile());
        QVERIFY(lockFile.resize(0)); // as it is while the holder writes it
        QCOMPARE(second.holder(), QStringLiteral("another program"));
        first.giveUp();
        QCOMPARE(second.tryTake(), WriterLease::State::Held);
    }

    void aKilledHolderHasItNoMore()
    {
        const LeaseFolder folder;
        const pid_t holder = startHolder(folder.database());
        QVERIFY(holder > 0);
        WriterLease ours(folder.database());
        QCOMPARE(ours.tryTake(), WriterLease::State::HeldByOther);
        kill(holder, SIGKILL);
        waitpid(holder, nullptr, 0);
        QCOMPARE(ours.tryTake(), WriterLease::State::Held);
    }

    void whatTheFileSaysDoesNotHoldIt_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("a process that runs, here")
            << QByteArray::number(QCoreApplication::applicationPid()) + "\nxray\nhere\n";
        QTest::newRow("a process on another host") << QByteArray("1\nxrayctl\nelsewhere\n");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("anything") << QByteArray(5000, '\xff');
    }

    void whatTheFileSaysDoesNotHoldIt()
    {
        QFETCH(const QByteArray, text);
        const LeaseFolder folder;
        QFile file(folder.lockFile());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        WriterLease lease(folder.database());
        QCOMPARE(lease.tryTake(), WriterLease::State::Held);
    }

    void aRemovedLockFileIsNoticed()
    {
        const LeaseFolder folder;
        WriterLease lease(folder.database());
        QCOMPARE(lease.tryTake(), WriterLease::State::Held);
        QVERIFY(lease.isStillOurs());
        QVERIFY(QFile::remove(folder.lockFile()));
        QVERIFY(!lease.isStillOurs());
    }

    void aStoppedHolderKeepsItAndIsNoticed()
    {
        const LeaseFolder folder;
        const pid_t holder = startHolder(folder.database());
        QVERIFY(holder > 0);
        kill(holder, SIGSTOP);
        WriterLease ours(folder.database(), std::chrono::milliseconds(50));
        QCOMPARE(ours.tryTake(), WriterLease::State::HeldByOther);
        QVERIFY(!ours.isHolderSilent());
        QTRY_VERIFY(ours.isHolderSilent());
        QCOMPARE(ours.tryTake(), WriterLease::State::HeldByOther);
        QVERIFY(ours.isHolderSilent());

        QFile lockFile(folder.lockFile()); // a sign of life
        QVERIFY(lockFile.open(QIODevice::ReadWrite));
        touch(lockFile);
        QCOMPARE(ours.tryTake(), WriterLease::State::HeldByOther);
        QVERIFY(!ours.isHolderSilent());
        kill(holder, SIGKILL);
        waitpid(holder, nullptr, 0);
        QCOMPARE(ours.tryTake(), WriterLease::State::Held);
        QVERIFY(!ours.isHolderSilent());
    }

    void aHolderShowsLifeNowAndThen()
    {
        const LeaseFolder folder;
        WriterLease lease(folder.database());
        QCOMPARE(lease.tryTake(), WriterLease::State::Held);
        QFile lockFile(folder.lockFile());
        QVERIFY(lockFile.open(QIODevice::ReadOnly));
        const auto taken = timeTouchedNs(lockFile);
        QVERIFY(taken > 0);
        const auto hasShownLife = [&] {
            lease.showLife();
            return timeTouchedNs(lockFile) > taken;
        };
        QVERIFY(!hasShownLife()); // just taken
        QTRY_VERIFY_WITH_TIMEOUT(hasShownLife(), 2 * 1000 * kSignOfLife.count());
    }

    void aFolderThatIsNoneMakesItImpossible()
    {
        WriterLease lease(QStringLiteral("/nowhere/at/all/x.db"));
        QCOMPARE(lease.tryTake(), WriterLease::State::Impossible);
    }

    void afterItsLockFileWasRemovedAStoreHasOneWriter()
    {
        StoreFixture fixture;
        fixture.open();
        auto opened = Store::open(fixture.options());
        QVERIFY(opened);
        Store &second = **opened;
        QVERIFY(QFile::remove(fixture.path() + QStringLiteral(".writer")));
        const auto holders = [&] {
            return int(fixture.store().role().kind == WriterRole::Kind::Holder) +
                   int(second.role().kind == WriterRole::Kind::Holder);
        };
        // Both look once a second; who comes first has it.
        QTRY_VERIFY(QFile::exists(fixture.path() + QStringLiteral(".writer")));
        QTRY_COMPARE(holders(), 1);
        const auto run = ExecutionId::newV7();
        QVERIFY(test::submitTo(fixture.store().sink(), {test::startEvent(run)}).status);
        QVERIFY(test::submitTo(second.sink(), {test::stepEvent(run)}).status);
        QTRY_COMPARE(fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")), 1);
    }
};

QTEST_GUILESS_MAIN(TestWriterLease)
#include "tst_writer_lease.moc"
