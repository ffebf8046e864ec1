// SPDX-License-Identifier: GPL-3.0-or-later
// Files into the window and out of it: dropped on it, read with their progress and their faults,
// and written so that they are the same run again.
#include "tests/app/open_window.h"
#include "tests/app/private_home.h"

#include <views/look/style.h>
#include <views/look/toast_bar.h>

#include <QApplication>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTest>

using namespace xray;
using namespace xray::test;

namespace {

constexpr char kRun[] =
    R"({"op":"start","id":"018e7d6e-0000-7000-8000-000000000001","pipeline_name":"from_a_file"})"
    "\n"
    R"({"op":"step","execution_id":"018e7d6e-0000-7000-8000-000000000001","step_name":"only_step",)"
    R"("step_type":"filter","reasoning_payload":{"why":"because"}})"
    "\n"
    R"({"op":"end","id":"018e7d6e-0000-7000-8000-000000000001"})"
    "\n";

const ExecutionId kRunId = *ExecutionId::fromText("018e7d6e-0000-7000-8000-000000000001");

class Files
{
public:
    QString write(const char *name, const QByteArray &contents)
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
            qFatal("cannot write %s", name);
        return file.fileName();
    }
    [[nodiscard]] QString path(const char *name) const
    {
        return m_folder.filePath(QLatin1String(name));
    }

private:
    QTemporaryDir m_folder;
};

/// As a file manager would: entering, then letting go. Says whether the window takes it.
bool drop(app::MainWindow &window, const QStringList &paths)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString &path : paths)
        urls += QUrl::fromLocalFile(path);
    data.setUrls(urls);
    const QPoint at = window.rect().center();
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    if (!enter.isAccepted())
        return false;
    QDropEvent let(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &let);
    return let.isAccepted();
}

views::ToastBar &toastOf(OpenWindow &window)
{
    return *window.workspace().findChild<views::ToastBar *>();
}

QString toldBy(OpenWindow &window)
{
    const views::ToastBar &toast = toastOf(window);
    return toast.isVisible() ? toast.accessibleName() : QString();
}

QPushButton *buttonOf(OpenWindow &window, const QString &text)
{
    for (auto *button : toastOf(window).findChildren<QPushButton *>()) {
        if (button->text() == text && button->isVisible())
            return button;
    }
    return nullptr;
}

} // namespace

class TestFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { views::applyLook(*qApp, views::Scheme::Light); }

    void aDroppedFileIsReadAndItsRunShown()
    {
        StoreFolder store;
        Files files;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        QVERIFY(drop(*window, {files.write("run.xray", kRun)}));
        QTRY_COMPARE(window.session().openRunId(), kRunId);
        QTRY_VERIFY(window.session().run());
        QCOMPARE(window.session().run()->run.pipelineName, QStringLiteral("from_a_file"));
        QCOMPARE(window.session().run()->run.source, Source::Import);
        QTRY_COMPARE(toldBy(window), QStringLiteral("run.xray: 1 run"));
    }

    void theRunThatIsShownIsTheCurrentOneOfTheList()
    {
        StoreFolder store;
        Files files;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        window.session().setFollow(views::Follow::On);
        QVERIFY(drop(*window, {files.write("run.xray", kRun)}));
        QTRY_VERIFY(window.session().run());
        QTRY_COMPARE(window.list().currentRun(), kRunId);
    }

    void severalFilesAreReadOneAfterTheOther()
    {
        StoreFolder store;
        Files files;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        const QByteArray other = QByteArray(kRun).replace("0000001", "0000002");
        QVERIFY(drop(*window, {files.write("a.xray", kRun), files.write("b.txt", "hello"),
                               files.write("c.xray", other)}));
        QTRY_COMPARE(window.workspace().runs().rowCount(), 2);
        QTRY_VERIFY(toldBy(window).startsWith(QStringLiteral("c.xray: ")));
    }

    void whatIsNoFileIsNotTaken()
    {
        StoreFolder store;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        QMimeData data;
        data.setUrls({QUrl(QStringLiteral("https://example.com/run.json"))});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&*window, &enter);
        QVERIFY(!enter.isAccepted());
    }

    void aFileThatCannotBeReadIsSaidInWords()
    {
        StoreFolder store;
        Files files;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        QVERIFY(drop(*window, {files.write("notes.txt", "hello")}));
        QTRY_VERIFY(toldBy(window).contains(QStringLiteral("notes.txt is no file of runs")));
        window.savePicture(QStringLiteral("import-failed.png"));
    }

    void whatWasRefusedOfAFileCanBeLookedAt()
    {
        StoreFolder store;
        Files files;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        const QByteArray bad = "{\"op\":\"nonsense\"}\nnot json\n";
        QVERIFY(drop(*window, {files.write("mixed.ndjson", kRun + bad)}));
        QTRY_VERIFY(toldBy(window).contains(QStringLiteral("2 of its entries were refused")));
        window.savePicture(QStringLiteral("import-in-part.png"));
        QPushButton *show = buttonOf(window, QStringLiteral("Show all"));
        QVERIFY(show);
        QTest::mouseClick(show, Qt::LeftButton);
        auto *box = window.workspace().findChild<QMessageBox *>();
        QVERIFY(box);
        QVERIFY(box->informativeText().contains(QStringLiteral("line 4: ")));
        QVERIFY(box->informativeText().contains(QStringLiteral("line 5: ")));
        box->reject();
    }

    void aLargeFileTellsHowFarItIsAndCanBeStopped()
    {
        StoreFolder store;
        Files files;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        constexpr int kLines = 400'000;
        const QByteArray line = "{\"op\":\"start\",\"pipeline_name\":\"many\"}\n";
        QVERIFY(drop(*window, {files.write("many.ndjson", line.repeated(kLines))}));
        QTRY_VERIFY(toldBy(window).startsWith(QStringLiteral("Reading many.ndjson: ")));
        window.savePicture(QStringLiteral("import-progress.png"));
        QTRY_VERIFY(window.workspace().runs().rowCount() > 0);
        QPushButton *stop = buttonOf(window, QStringLiteral("Stop"));
        QVERIFY(stop);
        QTest::mouseClick(stop, Qt::LeftButton);
        QTRY_COMPARE(toldBy(window), QStringLiteral("The import was stopped."));
        QTRY_VERIFY(window.workspace().runs().rowCount() > 0);
        QVERIFY(window.workspace().runs().rowCount() < kLines);
    }

    void anExportedRunIsTheSameInAnotherWindow_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("bundle") << QStringLiteral("run.xray");
        QTest::newRow("otlp") << QStringLiteral("run.json");
    }

    void anExportedRunIsTheSameInAnotherWindow()
    {
        QFETCH(QString, name);
        Files files;
        const QString path = files.path(qPrintable(name));
        RunSnapshotPtr before;
        {
            StoreFolder store;
            OpenWindow window(store.hostOptions());
            QVERIFY(window.isReady());
            QVERIFY(drop(*window, {files.write("first.xray", kRun)}));
            QTRY_VERIFY(window.session().run());
            before = window.session().run();
            window.workspace().files().exportRun(kRunId, path);
            QTRY_COMPARE(toldBy(window), QStringLiteral("Wrote %1").arg(path));
        }
        StoreFolder store;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        QVERIFY(drop(*window, {path}));
        QTRY_VERIFY(window.session().run());
        const RunSnapshotPtr after = window.session().run();
        QCOMPARE(after->run.id, before->run.id);
        QCOMPARE(after->run.startedAt, before->run.startedAt);
        QCOMPARE(after->steps.size(), before->steps.size());
        QCOMPARE(after->steps.at(0).id, before->steps.at(0).id);
    }

    void anExportToAPlaceThatIsNotThereIsSaidInWords()
    {
        StoreFolder store;
        Files files;
        OpenWindow window(store.hostOptions());
        QVERIFY(window.isReady());
        QVERIFY(drop(*window, {files.write("run.xray", kRun)}));
        QTRY_VERIFY(window.session().run());
        window.workspace().files().exportRun(kRunId, QStringLiteral("/nowhere/run.xray"));
        QTRY_VERIFY(toldBy(window).startsWith(QStringLiteral("/nowhere/run.xray cannot be")));
    }
};

XRAY_APP_TEST_MAIN(QApplication, TestFiles)
#include "tst_files.moc"
