// SPDX-License-Identifier: GPL-3.0-or-later
// The window: top bar, the workspace of the open store (or why there is none), status line, menu.
// Opens and closes stores in the background. GUI thread.
#pragma once

#include "app/host/host.h"
#include "app/window/actions.h"
#include "app/window/settings.h"
#include "app/window/single_instance.h"
#include "app/window/status_line.h"

#include <views/look/scheme_watcher.h>

#include <QMainWindow>
#include <QTimer>

#include <map>
#include <memory>

class QStackedWidget;

namespace xray::views {
class DiagnosticsView;
class EmptyState;
class NoticeLine;
} // namespace xray::views

namespace xray::app {

class QueryBar;
class Workspace;

/// Whether a store that is opened empty is filled with the demo.
enum class DemoFill { No, IfEmpty };

class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(Settings &settings, views::SchemeWatcher &scheme, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Opens a store in place of the one that is open, in the background.
    void openStore(HostOptions options, DemoFill demo = DemoFill::No);
    /// Shows what a start was asked to show, as soon as a store is open.
    void show(const StartRequest &request);
    using QMainWindow::show;

    /// The open store on the screen; null while there is none.
    [[nodiscard]] Workspace *workspace() const { return m_workspace; }
    [[nodiscard]] Host *host() const { return m_host.get(); }
    [[nodiscard]] const StatusLine &statusLine() const { return *m_status; }
    [[nodiscard]] QAction *action(ActionId id) const { return m_actions.at(id); }
    [[nodiscard]] QueryBar &queryBar() { return *m_queryBar; }

Q_SIGNALS:
    /// A store is open and its workspace shown.
    void storeOpened();
    void storeFailed(const xray::Error &error);

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void makeActions();
    void perform(ActionId id);
    void goBack();
    void goForward();

    void takeHost(std::unique_ptr<Host> host, DemoFill demo);
    void showFailure(const Error &error);
    void openAgainOrAnother();
    void showTrouble(const HostState &state);
    void closeStore();
    void connectWorkspace();
    void showRequest();

    void chooseStore();
    void openUrl(const store::StoreUrl &url, DemoFill demo);
    void chooseImports();
    void useAnotherPort();
    void toggleDiagnostics();
    void refreshDiagnostics();
    void showAbout();
    void refreshTraffic();
    void refreshActions();
    void chooseScheme(views::SchemeChoice choice);

    Settings &m_settings;
    views::SchemeWatcher &m_scheme;
    std::map<ActionId, QAction *> m_actions;
    HostOptions m_options; ///< of the store that is open or being opened
    quint64 m_opening = 0; ///< counts attempts: an older answer is dropped
    std::unique_ptr<Host> m_host;
    QFuture<void> m_closing; ///< of the store that was open before
    Workspace *m_workspace = nullptr;
    std::optional<StartRequest> m_request;

    QueryBar *m_queryBar;
    views::NoticeLine *m_trouble; ///< above the pages while the store cannot be written
    QStackedWidget *m_pages;
    views::EmptyState *m_message;
    bool m_opensAgain = false; ///< what the message offers: the same store, or another one
    views::DiagnosticsView *m_diagnostics;
    StatusLine *m_status;
    QTimer m_traffic;
};

} // namespace xray::app
