// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/payload_tree_model.h"

#include "model/items/decisions.h"

#include <model/core/text.h>

#include <array>

namespace xray::items {

namespace {

using Node = PayloadTree::Node;

/// Members that name the thing an object describes, the best first.
constexpr std::array<QStringView, 6> kNamingMembers{u"item",  u"name",    u"title",
                                                    u"label", u"message", u"id"};
/// Larger objects are collections, not descriptions of one thing.
constexpr int kMostMembersOfAThing = 64;

bool mayDescribeAThing(const PayloadTree &tree, Node node)
{
    return tree.kind(node) == ValueKind::Object && tree.childCount(node) <= kMostMembersOfAThing;
}

QString countText(const PayloadTree &tree, Node node)
{
    const int count = tree.childCount(node);
    const QString digits = formatCount(count);
    if (tree.kind(node) == ValueKind::Array)
        return count == 1 ? QStringLiteral("1 item") : digits + QStringLiteral(" items");
    return count == 1 ? QStringLiteral("1 key") : digits + QStringLiteral(" keys");
}

/// A scalar on one line, cut to what a cell can show.
QString cellText(const PayloadTree &tree, Node node)
{
    QString text = tree.text(node, PayloadTreeModel::kCellBytes).simplified();
    const bool cut = tree.json(node).size() > PayloadTreeModel::kCellBytes + 2;
    if (cut)
        text += u'…';
    return tree.kind(node) == ValueKind::String ? u'"' + text + u'"' : text;
}

} // namespace

PayloadTreeModel::PayloadTreeModel(QObject *parent)
    : QAbstractItemModel(parent)
{
}

void PayloadTreeModel::setTree(PayloadTreePtr tree, const QString &rootName)
{
    beginResetModel();
    m_items.clear();
    m_tree = std::move(tree);
    m_rootName = rootName;
    if (m_tree)
        m_items.push_back(Item{.tree = m_tree.get()});
    endResetModel();
}

int PayloadTreeModel::Item::shownChildren() const
{
    const auto rows = static_cast<int>(children.size());
    return rows > 0 && children.back()->isMore ? rows - 1 : rows;
}

PayloadTreeModel::Item *PayloadTreeModel::itemOf(const QModelIndex &index) const
{
    if (index.isValid())
        return static_cast<Item *>(index.internalPointer());
    return m_items.empty() ? nullptr : &m_items.front();
}

QModelIndex PayloadTreeModel::indexOf(const Item *item, int column) const
{
    if (item == nullptr || item->parent == nullptr)
        return {};
    return createIndex(item->row, column, item);
}

QModelIndex PayloadTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, itemOf(parent)->children[static_cast<std::size_t>(row)]);
}

QModelIndex PayloadTreeModel::parent(const QModelIndex &child) const
{
    return child.isValid() ? indexOf(itemOf(child)->parent) : QModelIndex();
}

int PayloadTreeModel::rowCount(const QModelIndex &parent) const
{
    if (parent.column() > KeyColumn)
        return 0;
    const Item *item = itemOf(parent);
    return item == nullptr ? 0 : static_cast<int>(item->children.size());
}

int PayloadTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

bool PayloadTreeModel::hasChildren(const QModelIndex &parent) const
{
    if (parent.column() > KeyColumn)
        return false;
    const Item *item = itemOf(parent);
    return item != nullptr && !item->isMore && item->totalChildren() > 0;
}

bool PayloadTreeModel::canFetchMore(const QModelIndex &parent) const
{
    // Only the first page: views ask again at every layout, and would unroll the whole array.
    return hasChildren(parent) && !itemOf(parent)->fetched;
}

void PayloadTreeModel::fetchMore(const QModelIndex &parent)
{
    if (canFetchMore(parent))
        extend(itemOf(parent), kPageSize);
}

void PayloadTreeModel::showMore(const QModelIndex &index)
{
    Item *item = itemOf(index);
    if (item == nullptr)
        return;
    Item *container = item->isMore ? item->parent : item;
    extend(container, container->shownChildren() + kPageSize);
}

/// Gives the container's first `shown` children rows, and the rest a "more…" row.
void PayloadTreeModel::extend(Item *parent, int shown)
{
    const int before = parent->shownChildren();
    const int total = parent->totalChildren();
    const int after = std::min(shown, total);
    if (after <= before)
        return;
    parent->fetched = true; // first: who hears of the insert may ask again
    const QModelIndex parentIndex = indexOf(parent);
    if (before < static_cast<int>(parent->children.size())) {
        beginRemoveRows(parentIndex, before, before);
        parent->children.pop_back();
        endRemoveRows();
    }
    beginInsertRows(parentIndex, before, after < total ? after : after - 1);
    const PayloadTree &tree = parent->childTree();
    for (int row = before; row < after; ++row)
        appendChild(parent, {.tree = &tree, .node = tree.childAt(parent->childParent(), row)});
    if (after < total)
        appendChild(parent, {.tree = &tree, .isMore = true});
    endInsertRows();
}

void PayloadTreeModel::appendChild(Item *parent, Item child)
{
    child.parent = parent;
    child.row = static_cast<int>(parent->children.size());
    m_items.push_back(std::move(child));
    parent->children.push_back(&m_items.back());
}

void PayloadTreeModel::unfold(const QModelIndex &string, PayloadTreePtr embedded)
{
    if (!string.isValid() || !holdsJson(*itemOf(string)) || embedded == nullptr)
        return;
    Item *item = itemOf(string);
    if (item->unfolded != nullptr)
        return;
    item->unfolded = std::move(embedded);
    extend(item, kPageSize);
    Q_EMIT dataChanged(indexOf(item, KeyColumn), indexOf(item, ValueColumn));
}

QModelIndex PayloadTreeModel::show(PayloadTree::Node node)
{
    if (m_tree == nullptr || node >= m_tree->nodeCount())
        return {};
    std::vector<int> rows; // from the node up to the root
    for (; node != PayloadTree::kRoot; node = m_tree->parentOf(node))
        rows.push_back(m_tree->rowOf(node));
    Item *item = &m_items.front();
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        if (*row >= item->shownChildren())
            extend(item, (*row / kPageSize + 1) * kPageSize);
        item = item->children[static_cast<std::size_t>(*row)];
    }
    return indexOf(item);
}

QVariant PayloadTreeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Item &item = *itemOf(index);
    if (item.isMore)
        return moreData(item, index.column(), role);
    if (role == Qt::DisplayRole)
        return index.column() == KeyColumn ? keyText(item) : valueText(item);
    return roleData(item, role);
}

QVariant PayloadTreeModel::roleData(const Item &item, int role) const
{
    switch (role) {
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1: %2").arg(keyText(item), valueText(item));
    case KindRole:
        return QVariant::fromValue(item.tree->kind(item.node));
    case PathRole:
        return pathText(item);
    case JsonRole:
        return item.tree->json(item.node).toByteArray();
    case TextRole:
        return wholeText(item);
    case PreviewRole:
        return preview(item);
    case DecisionRole:
        return decision(item);
    case ChildCountRole:
        return item.totalChildren();
    case HoldsJsonRole:
        return holdsJson(item);
    case UnfoldedRole:
        return item.unfolded != nullptr;
    case MoreRole:
        return 0;
    default:
        return {};
    }
}

int PayloadTreeModel::hiddenChildren(const Item &more)
{
    return more.parent->totalChildren() - more.parent->shownChildren();
}

QVariant PayloadTreeModel::moreData(const Item &more, int column, int role) const
{
    const int hidden = hiddenChildren(more);
    const QString text = QStringLiteral("%1 more…").arg(formatCount(hidden));
    if (role == Qt::DisplayRole)
        return column == KeyColumn ? text : QString();
    if (role == Qt::AccessibleTextRole)
        return text;
    return role == MoreRole ? QVariant(hidden) : QVariant();
}

QVariant PayloadTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == KeyColumn ? QStringLiteral("Key") : QStringLiteral("Value");
}

QString PayloadTreeModel::keyText(const Item &item) const
{
    return item.tree->hasKey(item.node) ? item.tree->key(item.node) : QString::number(item.row);
}

QString PayloadTreeModel::valueText(const Item &item) const
{
    return item.tree->isContainer(item.node) ? countText(*item.tree, item.node)
                                             : cellText(*item.tree, item.node);
}

QString PayloadTreeModel::pathText(const Item &item) const
{
    // A tree within a string continues the path of that string.
    QString path;
    const Item *at = &item;
    while (at->tree != m_tree.get()) {
        path.prepend(pathOf(*at->tree, at->node, QStringLiteral("$")).mid(1));
        const PayloadTree *embedded = at->tree;
        while (at->tree == embedded)
            at = at->parent;
    }
    return pathOf(*m_tree, at->node, m_rootName) + path;
}

QString PayloadTreeModel::wholeText(const Item &item)
{
    if (item.tree->isContainer(item.node))
        return QString::fromUtf8(item.tree->json(item.node));
    return item.tree->text(item.node);
}

QString PayloadTreeModel::preview(const Item &item)
{
    if (!mayDescribeAThing(*item.tree, item.node))
        return {};
    for (const QStringView name : kNamingMembers) {
        const auto member = item.tree->member(item.node, name);
        if (member && item.tree->kind(*member) == ValueKind::String)
            return item.tree->text(*member, kCellBytes).simplified();
    }
    return {};
}

QString PayloadTreeModel::decision(const Item &item)
{
    if (!mayDescribeAThing(*item.tree, item.node))
        return {};
    const auto action = item.tree->member(item.node, u"action");
    if (!action)
        return {};
    const QString word = item.tree->text(*action, kCellBytes);
    return decisionActionFromWord(word.toStdString()) ? word : QString();
}

bool PayloadTreeModel::holdsJson(const Item &item)
{
    if (item.tree->kind(item.node) != ValueKind::String)
        return false;
    const QByteArrayView text = item.tree->json(item.node);
    const QByteArrayView inner = text.sliced(1, text.size() - 2).trimmed();
    return (inner.startsWith('{') && inner.endsWith('}')) ||
           (inner.startsWith('[') && inner.endsWith(']'));
}

} // namespace xray::items
