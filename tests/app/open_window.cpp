// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/open_window.h"

#include <app/host/demo_filler.h>
#include <views/look/style.h>

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QSignalSpy>
#include <QTest>
#include <QWindow>

namespace xray::test {

namespace {

constexpr QSize kSize{1600, 1000}; ///< of the mockups
constexpr int kPatienceMs = 20'000;

} // namespace

app::HostOptions StoreFolder::hostOptions() const
{
    app::HostOptions options;
    options.store.url = {store::StoreUrl::Kind::SqliteFile, path(), {}};
    options.listener.port = 0;
    return options;
}

bool StoreFolder::fillWithDemo() const
{
    auto store = store::Store::open(hostOptions().store);
    return store && app::fillWithDemo((*store)->sink(), {}, [](int, int) { return true; });
}

OpenWindow::OpenWindow(const app::HostOptions &options)
    : m_window(m_settings, m_scheme)
{
    views::applyLook(*qApp, views::Scheme::Light);
    m_window.resize(kSize);
    m_window.show();
    const QSignalSpy opened(&m_window, &app::MainWindow::storeOpened);
    m_window.openStore(options);
    m_window.activateWindow();
    m_ready = QTest::qWaitForWindowActive(&m_window, kPatienceMs) &&
              QTest::qWaitFor([&] { return !opened.isEmpty(); }, kPatienceMs);
}

views::RunListView &OpenWindow::list()
{
    return *workspace().runPanel().view();
}

quint16 OpenWindow::port() const
{
    const QString address = m_window.host()->state().address;
    return address.mid(address.lastIndexOf(QLatin1Char(':')) + 1).toUShort();
}

void OpenWindow::savePicture(const QString &name)
{
    const QString folder = qEnvironmentVariable("XRAY_SHOT_DIR");
    if (!folder.isEmpty())
        QVERIFY(m_window.grab().save(QDir(folder).filePath(name)));
}

// ---- a person ------------------------------------------------------------------------------

void Person::press(const QKeySequence &chord)
{
    ++m_actions;
    const QKeyCombination keys = chord[0];
    QTest::keyClick(m_window.windowHandle(), keys.key(), keys.keyboardModifiers());
}

void Person::type(const QString &text)
{
    ++m_actions;
    for (const QChar sign : text)
        QTest::keyClick(m_window.windowHandle(), sign.toLatin1());
}

void Person::paste(const QString &phrase)
{
    QApplication::clipboard()->setText(phrase);
    press(QKeySequence(QStringLiteral("Ctrl+V")));
}

void Person::click(QWidget *widget, const QRect &part)
{
    ++m_actions;
    QTest::mouseClick(m_window.windowHandle(), Qt::LeftButton, {},
                      widget->mapTo(&m_window, part.center()));
}

bool Person::clickRun(views::RunListView &list, int row)
{
    const auto place = [&] { return list.visualRect(list.model()->index(row, 0)); };
    if (!QTest::qWaitFor([&] { return isInSight(*list.viewport(), place()); }))
        return false;
    click(list.viewport(), place());
    return true;
}

bool isInSight(const QWidget &widget, const QRect &part)
{
    return !part.isEmpty() && widget.isVisible() &&
           QRegion(part).subtracted(widget.visibleRegion()).isEmpty() &&
           widget.window()->rect().contains(
               {widget.mapTo(widget.window(), part.topLeft()), part.size()});
}

ExecutionRow topmostRun(const views::RunListView &list, const items::RunListModel &runs)
{
    const QModelIndex top = list.indexAt(QPoint(10, 1));
    return top.isValid() ? runs.storeRow(top.row()) : ExecutionRow{};
}

} // namespace xray::test
