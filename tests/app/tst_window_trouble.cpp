// SPDX-License-Identifier: GPL-3.0-or-later
// What a person reads in the window when the store cannot be written or opened: what happened, on
// which file, and what to do.
#include "tests/app/open_window.h"
#include "tests/app/private_home.h"
#include "tests/support/lying_disk.h"

#include <views/look/notice_line.h>

#include <QApplication>
#include <QPushButton>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlQuery>

using namespace xray;
using namespace xray::test;

namespace {

/// Of a widget of the window that is in sight; empty when there is none.
template<class Widget>
Widget *inSight(app::MainWindow &window)
{
    for (Widget *widget : window.findChildren<Widget *>()) {
        if (widget->isVisible())
            return widget;
    }
    return nullptr;
}

QString noticeIn(OpenWindow &window)
{
    const auto *notice = inSight<views::NoticeLine>(*window);
    return notice ? notice->accessibleName() : QString();
}

QPushButton *buttonNamed(QWidget &parent, const QString &text)
{
    for (QPushButton *button : parent.findChildren<QPushButton *>()) {
        if (button->isVisible() && button->text() == text)
            return button;
    }
    return nullptr;
}

void startRun(app::MainWindow &window)
{
    ExecutionEvent start;
    start.id = ExecutionId::newV7();
    start.pipelineName = QByteArrayLiteral("pipeline");
    Submission submission;
    submission.events.push_back(start);
    QVERIFY(window.host()->sink().submit(std::move(submission)));
}

/// Another program that has the store for itself while it lives.
class LockingProgram
{
public:
    explicit LockingProgram(const QString &path)
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), kName);
        database.setDatabaseName(path);
        m_hasIt = database.open() && run("PRAGMA locking_mode=EXCLUSIVE") &&
                  run("UPDATE counters SET value = value");
    }
    LockingProgram(const LockingProgram &) = delete;
    LockingProgram &operator=(const LockingProgram &) = delete;
    ~LockingProgram() { QSqlDatabase::removeDatabase(kName); }
    [[nodiscard]] bool hasIt() const { return m_hasIt; }

private:
    static bool run(const char *sql)
    {
        return QSqlQuery(QSqlDatabase::database(kName)).exec(QLatin1String(sql));
    }

    static inline const QString kName = QStringLiteral("locking-program");
    bool m_hasIt = false;
};

} // namespace

class TestWindowTrouble : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { m_disk.freeSpace(); }

    void aFullDiskIsToldAboveTheRunsUntilThereIsSpace()
    {
        const StoreFolder folder;
        const QTemporaryDir spool;
        app::HostOptions options = folder.hostOptions();
        options.store.spool.folder = spool.path();
        OpenWindow window(options);
        QVERIFY(window.isReady());
        QCOMPARE(noticeIn(window), QString());
        m_disk.setFreeBytes(0);
        startRun(*window);
        QTRY_VERIFY(!noticeIn(window).isEmpty());
        const QString said = noticeIn(window);
        QVERIFY2(said.contains(folder.path()), qPrintable(said));
        QVERIFY2(said.contains(QStringLiteral("is full. Free some space")), qPrintable(said));
        QVERIFY2(said.contains(QStringLiteral("wait in the spool ") + spool.path()),
                 qPrintable(said));
        window.savePicture(QStringLiteral("trouble-disk-full.png"));

        m_disk.freeSpace();
        QTRY_COMPARE(noticeIn(window), QString());
        QTRY_COMPARE(window.workspace().runs().rowCount(), 1);
    }

    void aStoppedHolderIsToldAboveTheRuns()
    {
        app::HostState state{.kind = app::HostState::Kind::Watching,
                             .holder = QStringLiteral("xrayctl (process 4711 on host)")};
        QCOMPARE(state.trouble(), QString());
        state.isHolderSilent = true;
        QVERIFY(state.trouble().contains(QStringLiteral("process 4711")));
        QVERIFY(state.trouble().contains(QStringLiteral("resumed, or ended")));
    }

    void aLockedStoreIsOpenedOnceItIsFree()
    {
        const StoreFolder folder;
        QVERIFY(folder.fillWithDemo());
        app::Settings settings;
        views::SchemeWatcher scheme{views::Scheme::Light};
        app::MainWindow window(settings, scheme);
        window.show();
        {
            const LockingProgram other(folder.path());
            QVERIFY(other.hasIt());
            const QSignalSpy failed(&window, &app::MainWindow::storeFailed);
            window.openStore(folder.hostOptions());
            QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 20'000);
            const auto error = failed.front().front().value<Error>();
            QVERIFY2(error.message.contains(folder.path()), qPrintable(error.message));
            QVERIFY2(
                error.message.contains(QStringLiteral("locked by another program. Close that")),
                qPrintable(error.message));
        }
        const QSignalSpy opened(&window, &app::MainWindow::storeOpened);
        QPushButton *again = buttonNamed(window, QStringLiteral("Try again"));
        QVERIFY(again);
        QTest::mouseClick(again, Qt::LeftButton);
        QTRY_COMPARE(opened.count(), 1);
    }

private:
    LyingDisk m_disk;
};

XRAY_APP_TEST_MAIN(QApplication, TestWindowTrouble)
#include "tst_window_trouble.moc"
