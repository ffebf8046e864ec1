// SPDX-License-Identifier: GPL-3.0-or-later
// A main window in this process, and what can be seen of it from outside: when its list is painted,
// how busy its event loop is, how much memory it takes. Made and used on the GUI thread.
#pragma once

#include "bench/sampling.h"

#include <app/window/main_window.h>
#include <app/window/workspace.h>

#include <views/runs/run_list_view.h>

#include <QObject>
#include <QTimer>

#include <functional>

namespace xray::bench {

/// Calls back each time a widget has been painted.
class PaintWatch : public QObject
{
public:
    PaintWatch(QWidget *widget, std::function<void()> painted);

    bool eventFilter(QObject *object, QEvent *event) override;

private:
    std::function<void()> m_painted;
    bool m_painting = false;
};

/// Intervals between the turns of the event loop, as a timer of 1 ms sees them.
class LoopWatch
{
public:
    LoopWatch();

    /// In milliseconds, since the start or the last call of takeGaps().
    [[nodiscard]] const std::vector<double> &gaps() const { return m_gaps; }
    [[nodiscard]] std::vector<double> takeGaps() { return std::exchange(m_gaps, {}); }

private:
    QTimer m_timer;
    Clock::time_point m_last = Clock::now();
    std::vector<double> m_gaps;
};

/// A main window with the store at `path`, which it begins to open at once.
class ProbedWindow
{
public:
    ProbedWindow(const QString &path, app::Listening listening);

    /// Until the first row of the list is on the screen.
    [[nodiscard]] Result<> waitForList();
    /// Port of the listener, once it listens; Unavailable when it does not.
    [[nodiscard]] Result<quint16> waitForPort();

    [[nodiscard]] app::MainWindow &window() { return m_window; }
    /// Both are there after waitForList().
    [[nodiscard]] items::RunListModel &runs() { return m_window.workspace()->runs(); }
    [[nodiscard]] views::RunListView &view();

private:
    app::Settings m_settings;
    views::SchemeWatcher m_scheme;
    app::MainWindow m_window;
};

/// Resident memory of this process, in MiB.
[[nodiscard]] double residentMiB();

} // namespace xray::bench
