// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are not what they should be: each says what happened, on which file, and what to do,
// and what can still be read is read.
#include "tests/store/store_fixture.h"

#include <model/store/sqlite_connection.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

#include <algorithm>
#include <functional>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kRuns = 200;
constexpr qint64 kPageBytes = 8192;
constexpr int kNotADatabase = 26; // SQLITE_NOTADB

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void setContent(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(content);
}

/// A fixture's file after `edit`.
void change(const QString &path, const std::function<void(QByteArray &)> &edit)
{
    QByteArray content = contentOf(path);
    edit(content);
    setContent(path, content);
}

Result<std::unique_ptr<store::Store>> tryOpen(const StoreFixture &fixture,
                                              store::StoreUse use = store::StoreUse::ReadWrite)
{
    store::StoreOptions options = fixture.options();
    options.use = use;
    return store::Store::open(std::move(options));
}

Result<std::unique_ptr<store::Store>> openAt(const QString &path)
{
    store::StoreOptions options;
    options.url.path = path;
    return store::Store::open(std::move(options));
}

/// What opening says, when it must not work.
QString refusalOf(const StoreFixture &fixture, store::StoreUse use = store::StoreUse::ReadWrite)
{
    const auto opened = tryOpen(fixture, use);
    return opened ? QStringLiteral("it opened") : opened.error().message;
}

/// Runs of one step each, whose input needs pages of its own.
std::vector<ExecutionId> fill(StoreFixture &fixture)
{
    std::vector<ExecutionId> runs;
    for (int i = 0; i < kRuns; ++i) {
        runs.push_back(ExecutionId::newV7());
        StepEvent step = stepEvent(runs.back());
        step.input = QByteArray(R"({"text":"needle )") + QByteArray::number(i) + ' ' +
                     QByteArray(2 * kPageBytes, 'x') + "\"}";
        [[maybe_unused]] const auto stored = fixture.submit({startEvent(runs.back()), step});
    }
    return runs;
}

StepId firstStepOf(store::Store &store, ExecutionId run)
{
    const auto snapshot = StoreFixture::wait(store.openRun(run, {}));
    return snapshot ? (*snapshot)->steps.at(0).id : StepId();
}

} // namespace

class TestDamagedFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileThatIsNoDatabaseIsRefused()
    {
        const StoreFixture fixture;
        setContent(fixture.path(), QByteArray("this is a letter, not a database\n").repeated(600));
        const QString said = refusalOf(fixture);
        QVERIFY2(said.contains(fixture.path()), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("is damaged, or no store at all")), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String(".recover")), qPrintable(said));
        QCOMPARE(contentOf(fixture.path()).left(16), QByteArray("this is a letter"));
    }

    void theCommandToRecoverCanBeCopiedWhateverTheNameOfTheFile()
    {
        const store::SqlError damaged{kNotADatabase, QStringLiteral("not a database"),
                                      QStringLiteral("/shop/o'hara/x ray.db")};
        const QString said = damaged.toError().message;
        QVERIFY2(said.contains(QLatin1String("sqlite3 '/shop/o'\\''hara/x ray.db' .recover")),
                 qPrintable(said));
    }

    void aBrokenHeaderIsRefused()
    {
        StoreFixture fixture;
        fixture.open();
        fixture.close();
        change(fixture.path(),
               [](QByteArray &bytes) { bytes.replace(0, 100, QByteArray(100, 7)); });
        const QString said = refusalOf(fixture);
        QVERIFY2(said.contains(fixture.path()), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String(".recover")), qPrintable(said));
    }

    void aDatabaseOfAnotherProgramIsLeftAsItIs()
    {
        const StoreFixture fixture;
        fixture.sql(QStringLiteral("CREATE TABLE executions(name TEXT)"));
        const QString said = refusalOf(fixture);
        QVERIFY2(said.contains(fixture.path()), qPrintable(said));
        QCOMPARE(fixture.sql(QStringLiteral("SELECT name FROM pragma_table_info('executions')")),
                 QVariantList{QStringLiteral("name")});
    }

    void aStoreOfANewerXRayIsRefused()
    {
        StoreFixture fixture;
        fixture.open();
        fixture.close();
        fixture.sql(QStringLiteral("PRAGMA user_version=999"));
        const QString said = refusalOf(fixture);
        QVERIFY2(said.contains(fixture.path()), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("schema 999")), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("Update X-Ray")), qPrintable(said));
        QVERIFY(refusalOf(fixture, store::StoreUse::ReadOnly).contains(QLatin1String("999")));
    }

    void aMissingFileIsNamedWhenOnlyRead()
    {
        const StoreFixture fixture;
        const QString said = refusalOf(fixture, store::StoreUse::ReadOnly);
        QVERIFY2(said.contains(fixture.path()), qPrintable(said));
        QVERIFY2(said.contains(QLatin1String("there is no such file")), qPrintable(said));
    }

    void aMissingFolderIsMade()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a/b/xray.db"));
        QVERIFY(openAt(path));
        QVERIFY(QFile::exists(path));
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        const QTemporaryDir folder;
        setContent(folder.filePath(QStringLiteral("a")), "a file");
        const QString path = folder.filePath(QStringLiteral("a/xray.db"));
        const auto opened = openAt(path);
        QVERIFY(!opened);
        QVERIFY2(opened.error().message.contains(folder.filePath(QStringLiteral("a"))) &&
                     opened.error().message.contains(QLatin1String("--db")),
                 qPrintable(opened.error().message));
    }

    void aFolderInThePlaceOfTheFileIsNamed()
    {
        const StoreFixture fixture;
        QVERIFY(QDir().mkpath(fixture.path()));
        const QString said = refusalOf(fixture);
        QVERIFY2(said.contains(QLatin1String("it is a folder")), qPrintable(said));
    }

    void aBrokenPayloadPageHarmsNothingElse()
    {
        StoreFixture fixture;
        fixture.open();
        const auto runs = fill(fixture);
        fixture.close();
        // A payload goes on in pages of its own, each of which names the next: cut one such chain.
        change(fixture.path(), [](QByteArray &bytes) {
            const qsizetype at = bytes.indexOf(QByteArray(kPageBytes - 4, 'x'), bytes.size() / 2);
            QVERIFY(at > 0);
            bytes.replace(at / kPageBytes * kPageBytes, 4, QByteArray::fromHex("7fffffff"));
        });

        fixture.open();
        const auto order = StoreFixture::wait(fixture.store().runOrder({}, {}));
        QCOMPARE((*order)->rows.size(), std::size_t(kRuns));
        QStringList lost;
        for (const ExecutionId run : runs) {
            const StepId step = firstStepOf(fixture.store(), run);
            const auto detail = StoreFixture::wait(fixture.store().stepDetail(step, {}));
            if (!detail)
                lost += detail.error().message;
        }
        QCOMPARE(lost.size(), 1);
        QVERIFY2(lost.first().contains(fixture.path()), qPrintable(lost.first()));
        QVERIFY2(lost.first().contains(QLatin1String(".recover")), qPrintable(lost.first()));
        QVERIFY(fixture.put(startEvent(ExecutionId::newV7())));
    }

    void anyBrokenPageIsAnErrorAndNoCrash()
    {
        StoreFixture fixture;
        fixture.open();
        const auto runs = fill(fixture);
        fixture.close();
        const QByteArray whole = contentOf(fixture.path());
        const qsizetype pages = whole.size() / kPageBytes;
        const qsizetype stride = std::max<qsizetype>(1, pages / 40);
        int readable = 0;
        for (qsizetype page = 0; page < pages; page += stride) {
            QFile::remove(fixture.path() + QStringLiteral("-wal"));
            setContent(fixture.path(), QByteArray(whole).replace(page * kPageBytes, kPageBytes,
                                                                 QByteArray(kPageBytes, '\xA5')));
            auto opened = tryOpen(fixture);
            if (!opened) {
                QVERIFY2(opened.error().message.contains(fixture.path()),
                         qPrintable(opened.error().message));
                continue;
            }
            const auto order = StoreFixture::wait((*opened)->runOrder({}, {}));
            readable += order.ok() ? 1 : 0;
            for (std::size_t i = 0; i < runs.size(); i += 20) {
                const auto snapshot = StoreFixture::wait((*opened)->openRun(runs[i], {}));
                if (!snapshot || (*snapshot)->steps.isEmpty())
                    continue;
                [[maybe_unused]] const auto detail =
                    StoreFixture::wait((*opened)->stepDetail((*snapshot)->steps.at(0).id, {}));
            }
            submitTo((*opened)->sink(), {startEvent(ExecutionId::newV7())});
        }
        QVERIFY2(readable > 20, qPrintable(QString::number(readable)));
    }

    void theLogOfAKilledWriterIsRead_data()
    {
        QTest::addColumn<int>("cut");
        QTest::addColumn<QByteArray>("tail");
        QTest::addColumn<bool>("lastIsLost");
        QTest::newRow("whole") << 0 << QByteArray() << false;
        QTest::newRow("garbage after it") << 0 << QByteArray(3 * kPageBytes + 17, '\x5A') << false;
        QTest::newRow("zeros after it") << 0 << QByteArray(kPageBytes, '\0') << false;
        QTest::newRow("the last frame cut short") << 100 << QByteArray() << true;
        QTest::newRow("cut short, then garbage")
            << int(kPageBytes) << QByteArray(50'000, '\x5A') << true;
    }

    void theLogOfAKilledWriterIsRead()
    {
        QFETCH(const int, cut);
        QFETCH(const QByteArray, tail);
        QFETCH(const bool, lastIsLost);
        StoreFixture fixture;
        fixture.open();
        constexpr int kCommits = 20;
        for (int i = 0; i < kCommits; ++i)
            QVERIFY(fixture.put(startEvent(ExecutionId::newV7())));
        // The files as a kill leaves them, somewhere else.
        StoreFixture after;
        setContent(after.path(), contentOf(fixture.path()));
        QByteArray log = contentOf(fixture.path() + QStringLiteral("-wal"));
        log.chop(cut);
        setContent(after.path() + QStringLiteral("-wal"), log + tail);

        after.open();
        const auto totals = StoreFixture::wait(after.store().totals({}));
        QCOMPARE((*totals)->runs, qint64(kCommits - (lastIsLost ? 1 : 0)));
        QVERIFY(after.put(startEvent(ExecutionId::newV7())));
        QCOMPARE(after.sql(QStringLiteral("PRAGMA integrity_check")),
                 QVariantList{QStringLiteral("ok")});
    }
};

QTEST_GUILESS_MAIN(TestDamagedFiles)
#include "tst_damaged_files.moc"
