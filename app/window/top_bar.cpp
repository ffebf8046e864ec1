// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/top_bar.h"

#include <views/look/icons.h>
#include <views/look/theme.h>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

namespace xray::app {

namespace {

QLabel *makeName()
{
    auto *name = new QLabel(QStringLiteral("X·Ray"));
    QFont bold = views::uiFont();
    bold.setWeight(QFont::Bold);
    name->setFont(bold);
    return name;
}

} // namespace

TopBar::TopBar(const Actions &actions, QWidget *queryBar, Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_actions(actions)
    , m_settings(settings)
{
    setFixedHeight(views::kTopBarHeight);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(3 * views::kGrid, 0, 3 * views::kGrid, 0);
    row->setSpacing(2 * views::kGrid);
    row->addWidget(makeName());
    row->addSpacing(2 * views::kGrid);
    row->addWidget(makeArrow(ActionId::Back, "chevron-left"));
    row->addWidget(makeArrow(ActionId::Forward, "chevron-right"));
    row->addWidget(queryBar, 1);
    row->addWidget(makeFollowButton());
    row->addWidget(makeMenuButton());
}

QToolButton *TopBar::makeArrow(ActionId id, const char *iconName) const
{
    QAction *action = m_actions.at(id);
    action->setIcon(views::icon(QLatin1String(iconName)));
    auto *button = new QToolButton;
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setToolTip(QStringLiteral("%1 (%2)").arg(
        action->text(), action->shortcut().toString(QKeySequence::NativeText)));
    button->setAccessibleName(action->text());
    return button;
}

QToolButton *TopBar::makeFollowButton() const
{
    auto *button = new QToolButton;
    button->setDefaultAction(m_actions.at(ActionId::FollowLive));
    button->setProperty("look", QStringLiteral("button"));
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setToolTip(QStringLiteral("Open runs as they start and keep up with them (Ctrl+L)"));
    return button;
}

QToolButton *TopBar::makeMenuButton()
{
    auto *button = new QToolButton;
    button->setText(QStringLiteral("Menu"));
    button->setProperty("look", QStringLiteral("button"));
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    auto *menu = new QMenu(button);
    fillMenu(menu);
    button->setMenu(menu);
    return button;
}

void TopBar::fillMenu(QMenu *menu)
{
    QString section;
    QMenu *submenu = nullptr;
    for (const ActionSpec &spec : actionSpecs()) {
        if (section != QLatin1String(spec.section)) {
            section = QString::fromLatin1(spec.section);
            submenu = menu->addMenu(section);
        }
        submenu->addAction(m_actions.at(spec.id));
        if (spec.id == ActionId::OpenStore) {
            QMenu *recent = submenu->addMenu(QStringLiteral("Open recent"));
            connect(recent, &QMenu::aboutToShow, this, [this, recent] { fillRecent(recent); });
        }
    }
}

void TopBar::fillRecent(QMenu *menu)
{
    menu->clear();
    const QStringList recent = m_settings.recentStores();
    for (const QString &url : recent)
        menu->addAction(url, this, [this, url] { Q_EMIT storeChosen(url); });
    menu->setEnabled(!recent.isEmpty());
}

/// A surface with a line below it.
void TopBar::paintEvent(QPaintEvent *)
{
    const views::Theme &theme = views::themeFor(palette());
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.fillRect(0, height() - 1, width(), 1, theme.line);
}

} // namespace xray::app
