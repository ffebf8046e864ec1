// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/inspector/payload_view.h"

#include "views/inspector/background.h"
#include "views/inspector/payload_delegate.h"
#include "views/look/empty_state.h"
#include "views/look/theme.h"

#include <model/core/answer.h>
#include <model/core/text.h>

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QStackedLayout>
#include <QToolButton>
#include <QTreeView>

namespace xray::views {

namespace {

using items::PayloadTree;
using items::PayloadTreeModel;
using items::PayloadTreePtr;

constexpr int kIndentation = 14;
constexpr int kMargin = 2 * kGrid;
/// Containers of at most this many children open by themselves on the first level.
constexpr int kLevelsAtOnce = 3;

void toClipboard(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

QToolButton *smallButton(const QString &text, const QString &name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setAutoRaise(true);
    button->setToolTip(name);
    button->setAccessibleName(name);
    return button;
}

} // namespace

PayloadView::PayloadView(const QString &rootName, const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_rootName(rootName)
    , m_title(title)
    , m_model(new PayloadTreeModel(this))
    , m_tree(new QTreeView)
    , m_state(new EmptyState)
    , m_searchBar(new QWidget)
    , m_needle(new QLineEdit)
    , m_searchResult(new QLabel)
{
    setAccessibleName(title);
    buildTree();
    buildSearchBar();
    buildActions();
    arrange();
    setPayload({});
}

void PayloadView::buildTree()
{
    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new PayloadDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setColumnHidden(PayloadTreeModel::ValueColumn, true);
    m_tree->header()->setSectionResizeMode(PayloadTreeModel::KeyColumn, QHeaderView::Stretch);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(kIndentation);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setExpandsOnDoubleClick(false); // activate() opens and closes
    m_tree->setAccessibleName(m_title + QStringLiteral(" as a tree"));
    connect(m_tree, &QTreeView::activated, this, &PayloadView::activate);
    connect(m_tree, &QTreeView::customContextMenuRequested, this, &PayloadView::showMenu);
    connect(m_tree, &QTreeView::clicked, this, [this](const QModelIndex &index) {
        if (index.data(PayloadTreeModel::MoreRole).toInt() > 0)
            m_model->showMore(index);
    });
}

void PayloadView::buildSearchBar()
{
    auto *next = smallButton(QStringLiteral("↓"), QStringLiteral("Next match"), m_searchBar);
    auto *previous =
        smallButton(QStringLiteral("↑"), QStringLiteral("Previous match"), m_searchBar);
    auto *close = smallButton(QStringLiteral("×"), QStringLiteral("Close search"), m_searchBar);
    auto *layout = new QHBoxLayout(m_searchBar);
    layout->setContentsMargins(kMargin, kGrid, kMargin, kGrid);
    layout->setSpacing(kGrid);
    layout->addWidget(m_needle, 1);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_searchResult), static_cast<QWidget *>(previous),
          static_cast<QWidget *>(next), static_cast<QWidget *>(close)})
        layout->addWidget(widget);
    m_needle->setPlaceholderText(QStringLiteral("Find in %1").arg(m_title.toLower()));
    m_needle->setAccessibleName(QStringLiteral("Find in %1").arg(m_title.toLower()));
    m_searchResult->setFont(smallFont());
    m_searchResult->setForegroundRole(QPalette::PlaceholderText);
    connect(m_needle, &QLineEdit::textChanged, this, &PayloadView::startSearch);
    connect(m_needle, &QLineEdit::returnPressed, this, &PayloadView::findNext);
    connect(next, &QToolButton::clicked, this, &PayloadView::findNext);
    connect(previous, &QToolButton::clicked, this, &PayloadView::findPrevious);
    connect(close, &QToolButton::clicked, this, &PayloadView::closeSearch);
    m_searchBar->hide();
}

void PayloadView::buildActions()
{
    addCommand(QStringLiteral("Copy value"), QKeySequence::Copy, [this] { copyValue(); });
    addCommand(QStringLiteral("Copy path"), QKeySequence(QStringLiteral("Ctrl+Shift+C")),
               [this] { copyPath(); });
    addCommand(QStringLiteral("Copy JSON"), QKeySequence(QStringLiteral("Ctrl+Alt+C")),
               [this] { copyJson(); });
    addCommand(QStringLiteral("Add to the query"), QKeySequence(QStringLiteral("Ctrl+Shift+A")),
               [this] { pickValue(); });
    addCommand(QStringLiteral("Unfold JSON"), QKeySequence(QStringLiteral("Ctrl+U")),
               [this] { unfoldCurrent(); });
    addCommand(QStringLiteral("Expand below"), QKeySequence(QStringLiteral("Ctrl+E")),
               [this] { m_tree->expandRecursively(current(), kLevelsAtOnce); });
    addCommand(QStringLiteral("Collapse all"), QKeySequence(QStringLiteral("Ctrl+Shift+E")),
               [this] { m_tree->collapseAll(); });
    addCommand(QStringLiteral("Find…"), QKeySequence::Find, [this] { openSearch(); });
    addCommand(QStringLiteral("Find next"), QKeySequence::FindNext, [this] { findNext(); });
    addCommand(QStringLiteral("Find previous"), QKeySequence::FindPrevious,
               [this] { findPrevious(); });
    auto *escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QAction::triggered, this, &PayloadView::closeSearch);
    m_searchBar->addAction(escape);
}

void PayloadView::addCommand(const QString &text, const QKeySequence &keys,
                             std::function<void()> run)
{
    auto *action = new QAction(text, this);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, std::move(run));
    addAction(action);
}

void PayloadView::arrange()
{
    auto *reader = new QWidget;
    auto *column = new QVBoxLayout(reader);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_searchBar);
    column->addWidget(m_tree, 1);
    m_pages = new QStackedLayout(this);
    m_pages->addWidget(reader);
    m_pages->addWidget(m_state);
}

void PayloadView::setPayload(const Payload &payload)
{
    const bool same = payload.tree != nullptr && payload.json == m_payload.json;
    if (same)
        return;
    m_payload = payload;
    m_model->setTree(payload.tree, m_rootName);
    m_matches.clear();
    m_match = -1;
    if (payload.tree != nullptr && payload.tree->childCount(PayloadTree::kRoot) > 0) {
        m_pages->setCurrentIndex(0);
        openLevels({}, m_openLevels);
        startSearch(m_needle->text());
        return;
    }
    sayWhyNoTree();
    m_pages->setCurrentIndex(1);
}

void PayloadView::sayWhyNoTree()
{
    if (m_payload.problem.isEmpty())
        m_state->showMessage(QLatin1String("empty"), QStringLiteral("Nothing here"),
                             QStringLiteral("This step logged no %1.").arg(m_title.toLower()));
    else
        m_state->showMessage(QLatin1String("warning"), QStringLiteral("Cannot show this as a tree"),
                             m_payload.problem);
}

void PayloadView::setOpening(int levels, int mostChildren)
{
    m_openLevels = levels;
    m_mostOpened = mostChildren;
}

/// Shows the members of `parent`, and what is in the small ones of them, so many levels down.
void PayloadView::openLevels(const QModelIndex &parent, int levels)
{
    if (m_model->canFetchMore(parent))
        m_model->fetchMore(parent);
    for (int row = 0; row < m_model->rowCount(parent); ++row) {
        const QModelIndex index = m_model->index(row, 0, parent);
        const int children = index.data(PayloadTreeModel::ChildCountRole).toInt();
        if (children == 0 || children > m_mostOpened)
            continue;
        m_tree->expand(index);
        if (levels > 1)
            openLevels(index, levels - 1);
    }
}

QModelIndex PayloadView::current() const
{
    return m_tree->currentIndex();
}

void PayloadView::activate(const QModelIndex &index)
{
    if (index.data(PayloadTreeModel::MoreRole).toInt() > 0)
        m_model->showMore(index);
    else if (index.data(PayloadTreeModel::HoldsJsonRole).toBool() &&
             !index.data(PayloadTreeModel::UnfoldedRole).toBool())
        unfold(index);
    else
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
}

void PayloadView::unfoldCurrent()
{
    if (current().isValid())
        unfold(current());
}

void PayloadView::unfold(const QModelIndex &index)
{
    if (!index.data(PayloadTreeModel::HoldsJsonRole).toBool())
        return;
    const QPersistentModelIndex string = index;
    const QByteArray json = index.data(PayloadTreeModel::TextRole).toString().toUtf8();
    whenAnswered(inBackground([json] { return PayloadTree::parse(json); }), this,
                 [this, string](const Result<PayloadTreePtr> &tree) {
                     if (!string.isValid())
                         return;
                     if (!tree) {
                         say(QStringLiteral("not JSON after all"));
                         return;
                     }
                     m_model->unfold(string, *tree);
                     m_tree->expand(string);
                 });
}

void PayloadView::copyValue() const
{
    if (current().isValid())
        toClipboard(current().data(PayloadTreeModel::TextRole).toString());
}

void PayloadView::copyPath() const
{
    if (current().isValid())
        toClipboard(current().data(PayloadTreeModel::PathRole).toString());
}

void PayloadView::copyJson() const
{
    if (current().isValid())
        toClipboard(QString::fromUtf8(current().data(PayloadTreeModel::JsonRole).toByteArray()));
}

void PayloadView::pickValue()
{
    if (current().isValid())
        Q_EMIT valuePicked(current().data(PayloadTreeModel::PathRole).toString(),
                           current().data(PayloadTreeModel::JsonRole).toByteArray());
}

void PayloadView::showMenu(const QPoint &position)
{
    QMenu menu(this);
    menu.addActions(actions());
    menu.exec(m_tree->viewport()->mapToGlobal(position));
}

void PayloadView::openSearch()
{
    m_searchBar->show();
    m_needle->setFocus();
    m_needle->selectAll();
}

void PayloadView::closeSearch()
{
    m_searches.cancel();
    m_searchBar->hide();
    m_tree->setFocus();
}

void PayloadView::startSearch(const QString &needle)
{
    const Ticket ticket = m_searches.issue();
    m_matches.clear();
    m_match = -1;
    if (needle.isEmpty() || m_payload.tree == nullptr) {
        say({});
        return;
    }
    say(QStringLiteral("searching…"));
    auto found = inBackground([tree = m_payload.tree, needle, ticket] {
        return items::findMatches(*tree, needle, ticket);
    });
    whenAnswered(found, this, [this, ticket](std::vector<PayloadTree::Node> matches) {
        if (!ticket.isCancelled())
            takeMatches(std::move(matches));
    });
}

void PayloadView::takeMatches(std::vector<PayloadTree::Node> matches)
{
    m_matches = std::move(matches);
    if (m_matches.empty())
        say(QStringLiteral("no match"));
    else if (m_searchBar->isVisibleTo(this))
        goToMatch(0);
}

void PayloadView::goToMatch(qsizetype match)
{
    const auto count = static_cast<qsizetype>(m_matches.size());
    if (count == 0)
        return;
    m_match = (match + count) % count;
    const QModelIndex index = m_model->show(m_matches[static_cast<std::size_t>(m_match)]);
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index, QAbstractItemView::PositionAtCenter);
    say(QStringLiteral("%1 of %2").arg(formatCount(m_match + 1), formatCount(count)));
}

void PayloadView::findNext()
{
    goToMatch(m_match + 1);
}

void PayloadView::findPrevious()
{
    goToMatch(m_match - 1);
}

void PayloadView::say(const QString &text)
{
    m_searchResult->setText(text);
}

} // namespace xray::views
