// SPDX-License-Identifier: GPL-3.0-or-later
// The real main window on a store in a temporary folder, on the screen, and a person before it who
// uses keys, mouse and clipboard only. GUI thread.
#pragma once

#include <app/window/main_window.h>
#include <app/window/workspace.h>
#include <views/runs/run_list_panel.h>

#include <QTemporaryDir>

namespace xray::test {

/// A store file with its folder, for programs and windows to share.
class StoreFolder
{
public:
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("xray.db")); }
    [[nodiscard]] app::HostOptions hostOptions() const;
    /// Fills it with the demo; false when that failed.
    [[nodiscard]] bool fillWithDemo() const;

private:
    QTemporaryDir m_folder;
};

/// A window of the size the mockups have. Look at isReady() first.
class OpenWindow
{
public:
    explicit OpenWindow(const app::HostOptions &options);

    /// A store is open and the window has the focus.
    [[nodiscard]] bool isReady() const { return m_ready; }
    app::MainWindow *operator->() { return &m_window; }
    app::MainWindow &operator*() { return m_window; }
    [[nodiscard]] app::Workspace &workspace() { return *m_window.workspace(); }
    [[nodiscard]] app::Session &session() { return workspace().session(); }
    [[nodiscard]] views::RunListView &list();
    /// Of its own listener.
    [[nodiscard]] quint16 port() const;

    /// Saves a picture of the window in the folder that XRAY_SHOT_DIR names, if it names one.
    void savePicture(const QString &name);

private:
    app::Settings m_settings;
    views::SchemeWatcher m_scheme{views::Scheme::Light};
    app::MainWindow m_window;
    bool m_ready = false;
};

/// Hands on keyboard and mouse; counts what they do.
class Person
{
public:
    explicit Person(app::MainWindow &window)
        : m_window(window)
    {
    }

    void press(const QKeySequence &chord);
    void type(const QString &text);
    /// One action: the phrase is in the clipboard already.
    void paste(const QString &phrase);
    /// Clicks into the middle of that part of the widget.
    void click(QWidget *widget, const QRect &part);
    /// A click on the row of the list; false when it is not in sight.
    bool clickRun(views::RunListView &list, int row);

    [[nodiscard]] int actions() const { return m_actions; }

private:
    app::MainWindow &m_window;
    int m_actions = 0;
};

/// Whether all of that part of the widget can be seen on the screen, and not by way of something
/// else that lies over it.
[[nodiscard]] bool isInSight(const QWidget &widget, const QRect &part);

/// The run in the topmost row that is in sight.
[[nodiscard]] ExecutionRow topmostRun(const views::RunListView &list,
                                      const items::RunListModel &runs);

} // namespace xray::test
