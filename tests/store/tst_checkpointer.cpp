// SPDX-License-Identifier: GPL-3.0-or-later
// The write-ahead log is moved into the file behind the writer's back, and has a bound under a load
// that never rests.
#include "tests/store/store_fixture.h"

#include <model/store/checkpointer.h>

#include <QFileInfo>
#include <QTest>

#include <algorithm>

using namespace xray;
using namespace xray::store;
using test::StoreFixture;

namespace {

constexpr qint64 kMiB = 1024 * 1024;

/// A database whose commits are of one size, with the length of its log.
class Log
{
public:
    Log()
    {
        m_connection = std::move(*SqliteConnection::open(path(), Access::ReadWrite));
        exec("CREATE TABLE t(id INTEGER PRIMARY KEY, bytes BLOB)");
    }
    [[nodiscard]] SqliteConnection &connection() { return *m_connection; }
    void commitMiB(int count)
    {
        const QByteArray size = QByteArray::number(count * kMiB);
        exec("INSERT INTO t(bytes) VALUES(zeroblob(" + size + "))");
    }
    [[nodiscard]] qint64 logBytes() const
    {
        return QFileInfo(path() + QStringLiteral("-wal")).size();
    }
    [[nodiscard]] qint64 fileBytes() const { return QFileInfo(path()).size(); }

private:
    void exec(const QByteArray &sql) { QVERIFY(m_connection->execute(sql.constData())); }
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("x.db")); }

    QTemporaryDir m_folder;
    std::unique_ptr<SqliteConnection> m_connection;
};

} // namespace

class TestCheckpointer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void commitsThemselvesLeaveTheLogAlone()
    {
        Log log;
        const Checkpointer checkpointer(log.connection(), Synchronous::Normal);
        log.commitMiB(20);
        QVERIFY(log.logBytes() > 20 * kMiB);
        QVERIFY(log.fileBytes() < kMiB);
    }

    void aLogThatHasGrownIsMovedIntoTheFile()
    {
        Log log;
        Checkpointer checkpointer(log.connection(), Synchronous::Normal);
        log.commitMiB(1);
        checkpointer.keepUp(); // not yet
        log.commitMiB(20);
        checkpointer.keepUp();
        QTRY_VERIFY(log.fileBytes() > 20 * kMiB);
        const auto hasBegunAnew = [&] { // once all of it was moved
            const qint64 before = log.logBytes();
            log.commitMiB(1);
            checkpointer.keepUp(); // what was committed before all was moved
            return log.logBytes() == before;
        };
        QTRY_VERIFY(hasBegunAnew());
    }

    void aLoadThatNeverRestsDoesNotMakeTheLogEndless()
    {
        Log log;
        Checkpointer checkpointer(log.connection(), Synchronous::Normal);
        qint64 longest = 0;
        for (int i = 0; i < 400; ++i) {
            log.commitMiB(1);
            checkpointer.keepUp();
            longest = std::max(longest, log.logBytes());
        }
        QVERIFY2(longest < 132 * kMiB, qPrintable(QString::number(longest)));
    }

    void withoutItCommitsMoveTheLogAgain()
    {
        Log log;
        {
            const Checkpointer checkpointer(log.connection(), Synchronous::Normal);
        }
        log.commitMiB(20);
        QVERIFY(log.fileBytes() > 20 * kMiB);
    }
};

QTEST_GUILESS_MAIN(TestCheckpointer)
#include "tst_checkpointer.moc"
