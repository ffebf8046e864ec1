// SPDX-License-Identifier: GPL-3.0-or-later
// A payload as an item model of two columns, key and value. A container's children appear a page at
// a time: the first when a view asks (canFetchMore), the next when its last row, "47 more…", is
// activated (showMore). A string that holds JSON can be given a tree of its own (unfold). Owned by
// the view that shows it; GUI thread. Parsing happens elsewhere, see PayloadTree::parse.
#pragma once

#include "model/items/payload_tree.h"

#include <QAbstractItemModel>

#include <deque>

namespace xray::items {

class PayloadTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { KeyColumn, ValueColumn, ColumnCount };

    enum Role {
        KindRole = Qt::UserRole + 1, ///< ValueKind
        PathRole,                    ///< QString, "output.items[3].title"
        JsonRole,                    ///< QByteArray, the value's JSON text, however long
        TextRole,                    ///< QString, the whole value: a string's text, else JSON
        PreviewRole,    ///< QString, of a container: the name or title of the thing it describes
        DecisionRole,   ///< QString, of an object: its member "action", when that says a decision
        ChildCountRole, ///< int
        HoldsJsonRole,  ///< bool, a string that looks like a JSON object or array
        UnfoldedRole,   ///< bool, a string whose JSON is shown below it
        MoreRole,       ///< int, children that a "more…" row stands for; 0 for any other row
    };

    static constexpr int kPageSize = 100;
    /// What a cell reads of a value; the whole is in TextRole.
    static constexpr qsizetype kCellBytes = 400;

    explicit PayloadTreeModel(QObject *parent = nullptr);

    /// Shows another payload; null shows nothing. `rootName` is the first part of every path.
    void setTree(PayloadTreePtr tree, const QString &rootName);
    [[nodiscard]] const PayloadTreePtr &tree() const { return m_tree; }

    /// Shows the next page of the container that `index`, or its "more…" row, belongs to.
    void showMore(const QModelIndex &index);
    /// Shows the tree of the JSON in a string below it; unfolding twice does nothing.
    void unfold(const QModelIndex &string, PayloadTreePtr embedded);
    /// The row of a value of tree(), shown for it if need be.
    [[nodiscard]] QModelIndex show(PayloadTree::Node node);

    using QObject::parent;
    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

private:
    /// A value that has a row. Lives in m_items until the next setTree.
    struct Item
    {
        const PayloadTree *tree = nullptr;
        PayloadTree::Node node = PayloadTree::kRoot;
        Item *parent = nullptr; ///< null for the root
        int row = 0;
        bool isMore = false;          ///< stands for the parent's children not yet shown
        bool fetched = false;         ///< has shown, or is about to show, its first page
        PayloadTreePtr unfolded = {}; ///< tree of a string's JSON
        std::vector<Item *> children = {};

        [[nodiscard]] const PayloadTree &childTree() const { return unfolded ? *unfolded : *tree; }
        [[nodiscard]] PayloadTree::Node childParent() const
        {
            return unfolded ? PayloadTree::kRoot : node;
        }
        [[nodiscard]] int totalChildren() const { return childTree().childCount(childParent()); }
        [[nodiscard]] int shownChildren() const;
    };

    [[nodiscard]] Item *itemOf(const QModelIndex &index) const;
    [[nodiscard]] QModelIndex indexOf(const Item *item, int column = KeyColumn) const;
    void extend(Item *parent, int shown);
    void appendChild(Item *parent, Item child);

    [[nodiscard]] QString keyText(const Item &item) const;
    [[nodiscard]] QString valueText(const Item &item) const;
    [[nodiscard]] QString pathText(const Item &item) const;
    [[nodiscard]] static QString wholeText(const Item &item);
    [[nodiscard]] static QString preview(const Item &item);
    [[nodiscard]] static QString decision(const Item &item);
    [[nodiscard]] static bool holdsJson(const Item &item);
    [[nodiscard]] static int hiddenChildren(const Item &more);
    [[nodiscard]] QVariant roleData(const Item &item, int role) const;
    [[nodiscard]] QVariant moreData(const Item &more, int column, int role) const;

    PayloadTreePtr m_tree;
    QString m_rootName;
    mutable std::deque<Item> m_items; ///< addresses are the model's internal pointers
};

} // namespace xray::items
