// SPDX-License-Identifier: GPL-3.0-or-later
// The bar at the top of the window: back and forward, the query, following, the menu of everything.
// Owned by the main window, as what it shows is; GUI thread.
#pragma once

#include "app/window/actions.h"
#include "app/window/settings.h"

#include <QWidget>

#include <map>

class QAction;
class QMenu;
class QToolButton;

namespace xray::app {

class TopBar : public QWidget
{
    Q_OBJECT

public:
    using Actions = std::map<ActionId, QAction *>;

    /// The actions and the settings are borrowed; the query bar becomes a child.
    TopBar(const Actions &actions, QWidget *queryBar, Settings &settings,
           QWidget *parent = nullptr);

Q_SIGNALS:
    /// One of those opened lately, by its URL.
    void storeChosen(const QString &url);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] QToolButton *makeArrow(ActionId id, const char *iconName) const;
    [[nodiscard]] QToolButton *makeFollowButton() const;
    [[nodiscard]] QToolButton *makeMenuButton();
    void fillMenu(QMenu *menu);
    void fillRecent(QMenu *menu);

    const Actions &m_actions;
    Settings &m_settings;
};

} // namespace xray::app
