// SPDX-License-Identifier: GPL-3.0-or-later
// The query's part of the top bar: the field, and what one does with a query (save it, watch it,
// take it elsewhere). It is there before a store is open and works on the page of the open one.
// Owned by the main window; GUI thread.
#pragma once

#include "app/window/settings.h"

#include <QPointer>
#include <QWidget>

class QMenu;
class QToolButton;

namespace xray::views {
class QueryField;
}

namespace xray::app {

class QueryPage;

class QueryBar final : public QWidget
{
    Q_OBJECT

public:
    explicit QueryBar(Settings &settings, QWidget *parent = nullptr);

    /// Works on that page from now on; null while no store is open.
    void attach(QueryPage *page);
    /// As the command line of xrayctl needs it.
    void setStoreUrl(const QString &url) { m_storeUrl = url; }
    [[nodiscard]] views::QueryField &field() { return *m_field; }
    [[nodiscard]] QToolButton *watchButton() const { return m_watch; }
    /// As if it had been typed, with Return.
    void ask(const QString &text);
    void toggleWatch();
    /// Asks for a name and saves the query under it.
    void askForName();
    /// The command that asks the same of the same store, for a shell.
    [[nodiscard]] QString commandLine() const;

Q_SIGNALS:
    /// Escape in the field.
    void escaped();

private:
    QToolButton *makeButton(const QString &text, const QString &toolTip);
    void connectParts();
    void submit(const QString &text);
    void fillMenu();
    void fillTexts(QMenu *menu, const QStringList &texts);

    Settings &m_settings;
    QPointer<QueryPage> m_page;
    QString m_storeUrl;
    views::QueryField *m_field;
    QToolButton *m_save;
    QToolButton *m_watch;
    QToolButton *m_more;
};

} // namespace xray::app
