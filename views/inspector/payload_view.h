// SPDX-License-Identifier: GPL-3.0-or-later
// A payload as a tree to read: expand and collapse, search (Ctrl+F), copy value (Ctrl+C), path
// (Ctrl+Shift+C) or JSON, and unfold JSON that lies in a string. Searching and unfolding happen off
// the GUI thread. Owned by its parent; GUI thread.
#pragma once

#include "views/inspector/step_insight.h"

#include <model/items/payload_tree_model.h>

#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QStackedLayout;
class QTreeView;

namespace xray::views {

class EmptyState;

class PayloadView final : public QWidget
{
    Q_OBJECT

public:
    /// `rootName` begins every path, for example "output"; `title` names the payload to people.
    PayloadView(const QString &rootName, const QString &title, QWidget *parent = nullptr);

    /// How many levels a payload shows by itself, and of which size at most.
    void setOpening(int levels, int mostChildren);

    /// The same JSON again leaves everything as it is.
    void setPayload(const Payload &payload);

    [[nodiscard]] QTreeView *tree() const { return m_tree; }
    [[nodiscard]] items::PayloadTreeModel *model() const { return m_model; }

public Q_SLOTS:
    void openSearch();
    void closeSearch();
    void findNext();
    void findPrevious();
    void copyValue() const;
    void copyPath() const;
    void copyJson() const;
    void unfoldCurrent();
    void pickValue();

Q_SIGNALS:
    /// Steps that have this value there are wanted. The path is as people copy it,
    /// "output.items[3].title"; the value is JSON.
    void valuePicked(const QString &path, const QByteArray &json);

private:
    void buildTree();
    void buildSearchBar();
    void buildActions();
    void arrange();
    void addCommand(const QString &text, const QKeySequence &keys, std::function<void()> run);

    void activate(const QModelIndex &index);
    void openLevels(const QModelIndex &parent, int levels);
    void sayWhyNoTree();
    void unfold(const QModelIndex &index);
    void showMenu(const QPoint &position);
    [[nodiscard]] QModelIndex current() const;

    void startSearch(const QString &needle);
    void takeMatches(std::vector<items::PayloadTree::Node> matches);
    void goToMatch(qsizetype match);
    void say(const QString &text);

    QString m_rootName;
    QString m_title;
    int m_openLevels = 1;
    int m_mostOpened = 12;
    Payload m_payload;
    items::PayloadTreeModel *m_model;
    QTreeView *m_tree;
    EmptyState *m_state;
    QStackedLayout *m_pages = nullptr;

    QWidget *m_searchBar;
    QLineEdit *m_needle;
    QLabel *m_searchResult;
    TicketOffice m_searches;
    std::vector<items::PayloadTree::Node> m_matches;
    qsizetype m_match = -1;
};

} // namespace xray::views
