// SPDX-License-Identifier: GPL-3.0-or-later
// A payload as a tree, without a copy of it: an index into its JSON text that says where each value
// begins and ends, who its parent is and which children it has. 20 MB of JSON cost some 40 bytes a
// value and no string; numbers keep the digits they were logged with. Immutable once parsed, shared
// between threads; nothing here recurses, so depth is bounded by memory only.
#pragma once

#include <model/core/result.h>
#include <model/core/ticket.h>

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace xray::items {

enum class ValueKind : quint8 { Null, Boolean, Number, String, Array, Object };

[[nodiscard]] const char *toWord(ValueKind kind) noexcept;

class PayloadTree
{
public:
    /// A value's place in document order; a parent comes before its children.
    using Node = quint32;
    static constexpr Node kRoot = 0;
    static constexpr qsizetype kMaxBytes = 512 * 1024 * 1024;
    static constexpr qsizetype kNoLimit = -1;

    /// Any JSON value. InvalidJson says at which byte reading stopped; TooLarge beyond kMaxBytes;
    /// Cancelled when nobody waits any more. Takes about 5 ms a megabyte: not for the GUI thread.
    [[nodiscard]] static Result<std::shared_ptr<const PayloadTree>>
    parse(QByteArray json, const Ticket &ticket = {});

    [[nodiscard]] Node nodeCount() const noexcept { return static_cast<Node>(m_values.size()); }
    [[nodiscard]] ValueKind kind(Node node) const;
    [[nodiscard]] bool isContainer(Node node) const;
    [[nodiscard]] int childCount(Node node) const
    {
        return static_cast<int>(m_values[node].childCount);
    }
    [[nodiscard]] Node childAt(Node node, int row) const
    {
        return m_children[m_values[node].firstChild + static_cast<quint32>(row)];
    }
    /// The root is its own parent.
    [[nodiscard]] Node parentOf(Node node) const { return m_values[node].parent; }
    /// Position among the parent's children.
    [[nodiscard]] int rowOf(Node node) const { return static_cast<int>(m_values[node].row); }

    /// Whether the value is a member of an object.
    [[nodiscard]] bool hasKey(Node node) const { return m_values[node].keyLength > 0; }
    [[nodiscard]] QString key(Node node) const;
    /// The member of that exact key; the last one when a key repeats.
    [[nodiscard]] std::optional<Node> member(Node object, QStringView key) const;

    /// A string without its escapes, another scalar as it was written, nothing for a container.
    /// At most `limitBytes` of the JSON text are read.
    [[nodiscard]] QString text(Node node, qsizetype limitBytes = kNoLimit) const;
    /// The value's own JSON text.
    [[nodiscard]] QByteArrayView json(Node node) const;
    /// The whole text the tree was made of.
    [[nodiscard]] const QByteArray &source() const noexcept { return m_json; }

private:
    friend class PayloadIndexer;

    struct Value
    {
        quint32 begin = 0; ///< of the value's text
        quint32 end = 0;
        quint32 keyBegin = 0; ///< of the key's text with its quotes
        quint32 keyLength = 0;
        Node parent = kRoot;
        quint32 row = 0;
        quint32 firstChild = 0; ///< into m_children
        quint32 childCount = 0;
    };

    PayloadTree() = default;

    QByteArray m_json;
    std::vector<Value> m_values;
    std::vector<Node> m_children; ///< each container's children, side by side
};

using PayloadTreePtr = std::shared_ptr<const PayloadTree>;

/// "output.items[3].title"; `rootName` is the path of the root and may be empty. A key that is no
/// plain word is quoted: output["a b"].
[[nodiscard]] QString pathOf(const PayloadTree &tree, PayloadTree::Node node,
                             const QString &rootName);

/// The values whose key or scalar value contains `needle`, whatever the case, in document order.
/// What was found so far when the ticket is cancelled.
[[nodiscard]] std::vector<PayloadTree::Node>
findMatches(const PayloadTree &tree, const QString &needle, const Ticket &ticket = {});

/// JSON with one value a line, two spaces a level; cut after about `limitBytes`.
struct IndentedJson
{
    QByteArray text;
    bool cut = false;
};
[[nodiscard]] IndentedJson indentedJson(const PayloadTree &tree, qsizetype limitBytes);

} // namespace xray::items
