// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/query_tree.h"

#include <algorithm>

namespace xray::items {

namespace {

using query::Condition;
using query::Group;
using query::Negation;
using query::Node;
using query::NodePtr;
using query::StepTest;

NodePtr make(decltype(Node::is) what)
{
    return std::make_shared<const Node>(Node{std::move(what), {}});
}

NodePtr asGroup(const NodePtr &node)
{
    if (!node)
        return makeGroup(Group::Kind::All, {});
    return std::holds_alternative<Group>(node->is) ? node : makeGroup(Group::Kind::All, {node});
}

/// `()`, as someone wrote it: it is not waiting to be filled.
bool isWrittenEverything(const NodePtr &node)
{
    const auto *group = std::get_if<Group>(&node->is);
    return group && group->children.empty() && node->range.length > 0;
}

/// The same node with its tests of steps made editable, all the way down.
NodePtr withEditableTests(const NodePtr &node)
{
    if (isWrittenEverything(node))
        return node;
    if (const auto *group = std::get_if<Group>(&node->is)) {
        Group copy = *group;
        for (NodePtr &child : copy.children)
            child = withEditableTests(child);
        return make(copy);
    }
    if (const auto *negation = std::get_if<Negation>(&node->is))
        return make(Negation{withEditableTests(negation->child)});
    if (const auto *test = std::get_if<StepTest>(&node->is)) {
        StepTest copy = *test;
        copy.child = editable(test->child);
        return make(copy);
    }
    return node;
}

NodePtr finishedGroup(const Group &group)
{
    Group copy{group.kind, {}};
    for (const NodePtr &child : group.children) {
        if (NodePtr kept = finished(child))
            copy.children.push_back(std::move(kept));
    }
    if (copy.children.empty())
        return nullptr;
    return copy.children.size() == 1 ? copy.children.front() : make(copy);
}

/// The children of a group, or the group below a test of steps as the only one.
std::vector<NodePtr> childrenOf(const NodePtr &node)
{
    const NodePtr inner = withoutNegation(node);
    if (const auto *group = std::get_if<Group>(&inner->is))
        return group->children;
    if (const auto *test = std::get_if<StepTest>(&inner->is))
        return {test->child};
    return {};
}

/// The same node, its negations kept, with other children.
NodePtr withChildren(const NodePtr &node, std::vector<NodePtr> children)
{
    if (const auto *negation = std::get_if<Negation>(&node->is))
        return make(Negation{withChildren(negation->child, std::move(children))});
    if (const auto *group = std::get_if<Group>(&node->is))
        return make(Group{group->kind, std::move(children)});
    if (const auto *test = std::get_if<StepTest>(&node->is)) {
        StepTest copy = *test;
        copy.child = children.empty() ? makeGroup(Group::Kind::All, {}) : children.front();
        return make(copy);
    }
    return node;
}

/// The tree with what stands at path[depth…] changed by `edit`, which gets the children of the
/// node above and the position among them.
template<class Edit>
NodePtr editedBelow(const NodePtr &node, const TreePath &path, std::size_t depth, const Edit &edit)
{
    std::vector<NodePtr> children = childrenOf(node);
    const int position = path[depth];
    const bool isLast = depth + 1 == path.size();
    const auto count = static_cast<int>(children.size());
    if (position < 0 || position > count || (position == count && !isLast))
        return node;
    if (isLast)
        edit(children, position);
    else
        children[static_cast<std::size_t>(position)] =
            editedBelow(children[static_cast<std::size_t>(position)], path, depth + 1, edit);
    return withChildren(node, std::move(children));
}

bool startsWith(const TreePath &path, const TreePath &start)
{
    return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

TreePath parentOf(const TreePath &path)
{
    return {path.begin(), path.end() - 1};
}

bool isGroup(const NodePtr &node)
{
    return node && std::holds_alternative<Group>(withoutNegation(node)->is);
}

TreePath below(TreePath path, int position)
{
    path.push_back(position);
    return path;
}

/// The step type that a condition among these names, all of which must hold.
std::optional<StepType> typeAmong(const NodePtr &node)
{
    const auto *group = std::get_if<Group>(&node->is);
    if (!group || group->kind != Group::Kind::All)
        return std::nullopt;
    for (const NodePtr &child : group->children) {
        const auto *condition = std::get_if<Condition>(&child->is);
        const bool names = condition && condition->field.id == query::FieldId::Type &&
                           condition->op == query::Operator::Equal && !condition->values.empty();
        if (const auto *word = names ? std::get_if<QString>(&condition->values.front()) : nullptr)
            return stepTypeFromWord(word->toStdString());
    }
    return std::nullopt;
}

bool isBoundOf(const NodePtr &node, const query::Field &field);

/// Whether all that is asked of some step of a run are bounds of that field.
bool isBoundOfSteps(const StepTest &test, const query::Field &field)
{
    if (test.quantifier != StepTest::Quantifier::Any || !test.child)
        return false;
    const auto *group = std::get_if<Group>(&test.child->is);
    if (!group)
        return isBoundOf(test.child, field);
    return group->kind == Group::Kind::All && !group->children.empty() &&
           std::ranges::all_of(group->children,
                               [&](const NodePtr &child) { return isBoundOf(child, field); });
}

bool isBoundOf(const NodePtr &node, const query::Field &field)
{
    using query::Operator;
    if (const auto *test = std::get_if<StepTest>(&node->is))
        return isBoundOfSteps(*test, field);
    const auto *condition = std::get_if<Condition>(&node->is);
    if (!condition || !(condition->field == field))
        return false;
    return condition->op == Operator::Less || condition->op == Operator::LessOrEqual ||
           condition->op == Operator::Greater || condition->op == Operator::GreaterOrEqual;
}

/// `path` as it is called once what stood at `gone` is away.
TreePath afterRemoval(TreePath path, const TreePath &gone)
{
    const std::size_t depth = gone.size() - 1;
    const bool isLaterSibling =
        path.size() > depth && startsWith(path, parentOf(gone)) && path[depth] > gone[depth];
    if (isLaterSibling)
        --path[depth];
    return path;
}

} // namespace

NodePtr makeNode(Condition condition)
{
    return make(std::move(condition));
}

NodePtr makeGroup(Group::Kind kind, std::vector<NodePtr> children)
{
    return make(Group{kind, std::move(children)});
}

NodePtr makeStepTest(NodePtr child)
{
    StepTest test;
    test.child = std::move(child);
    return make(test);
}

NodePtr conjunction(const NodePtr &a, const NodePtr &b)
{
    std::vector<NodePtr> children;
    for (const NodePtr &node : {a, b}) {
        const auto *group = node ? std::get_if<Group>(&node->is) : nullptr;
        if (group && group->kind == Group::Kind::All)
            children.insert(children.end(), group->children.begin(), group->children.end());
        else if (node)
            children.push_back(node);
    }
    return finishedGroup({Group::Kind::All, children});
}

NodePtr withoutBounds(const NodePtr &where, const query::Field &field)
{
    if (!where || isBoundOf(where, field))
        return nullptr;
    const auto *group = std::get_if<Group>(&where->is);
    if (!group || group->kind != Group::Kind::All)
        return where;
    Group kept = *group;
    std::erase_if(kept.children, [&](const NodePtr &child) { return isBoundOf(child, field); });
    return finishedGroup(kept);
}

NodePtr stepsOfRuns(const NodePtr &tree)
{
    for (const NodePtr &child : childrenOf(tree)) {
        if (const auto *test = std::get_if<StepTest>(&withoutNegation(child)->is))
            return test->child;
    }
    return editable(nullptr);
}

NodePtr editable(const NodePtr &where)
{
    return where ? asGroup(withEditableTests(where)) : asGroup(nullptr);
}

bool isIncomplete(const Condition &condition)
{
    return condition.op != query::Operator::Exists && condition.values.empty();
}

NodePtr finished(const NodePtr &tree)
{
    if (!tree)
        return nullptr;
    if (const auto *condition = std::get_if<Condition>(&tree->is))
        return isIncomplete(*condition) ? nullptr : tree;
    if (isWrittenEverything(tree))
        return tree;
    if (const auto *group = std::get_if<Group>(&tree->is))
        return finishedGroup(*group);
    if (const auto *negation = std::get_if<Negation>(&tree->is)) {
        NodePtr child = finished(negation->child);
        return child ? make(Negation{std::move(child)}) : nullptr;
    }
    StepTest test = std::get<StepTest>(tree->is);
    test.child = finished(test.child);
    return make(test);
}

NodePtr withoutNegation(const NodePtr &node)
{
    const auto *negation = std::get_if<Negation>(&node->is);
    return negation ? withoutNegation(negation->child) : node;
}

NodePtr negated(const NodePtr &node)
{
    const auto *negation = std::get_if<Negation>(&node->is);
    return negation ? negation->child : make(Negation{node});
}

int childCount(const NodePtr &node)
{
    return static_cast<int>(childrenOf(node).size());
}

NodePtr nodeAt(const NodePtr &tree, const TreePath &path)
{
    NodePtr node = tree;
    for (const int position : path) {
        const std::vector<NodePtr> children = childrenOf(node);
        if (position < 0 || position >= static_cast<int>(children.size()))
            return nullptr;
        node = children[static_cast<std::size_t>(position)];
    }
    return node;
}

NodePtr replaced(const NodePtr &tree, const TreePath &path, const NodePtr &node)
{
    if (path.empty())
        return node;
    return editedBelow(tree, path, 0, [&](std::vector<NodePtr> &children, int position) {
        if (position < static_cast<int>(children.size()))
            children[static_cast<std::size_t>(position)] = node;
    });
}

NodePtr removed(const NodePtr &tree, const TreePath &path)
{
    if (path.empty())
        return tree;
    return editedBelow(tree, path, 0, [](std::vector<NodePtr> &children, int position) {
        if (position < static_cast<int>(children.size()))
            children.erase(children.begin() + position);
    });
}

NodePtr inserted(const NodePtr &tree, const TreePath &group, int position, const NodePtr &node)
{
    return editedBelow(tree, below(group, position), 0,
                       [&](std::vector<NodePtr> &children, int at) {
                           children.insert(children.begin() + at, node);
                       });
}

bool isInsideStepTest(const NodePtr &tree, const TreePath &path)
{
    for (std::size_t length = 0; length < path.size(); ++length) {
        const NodePtr node = nodeAt(tree, {path.begin(), path.begin() + std::ptrdiff_t(length)});
        if (node && std::holds_alternative<StepTest>(withoutNegation(node)->is))
            return true;
    }
    return false;
}

Moved moved(const NodePtr &tree, const TreePath &from, const TreePlace &to)
{
    const NodePtr node = from.empty() ? nullptr : nodeAt(tree, from);
    const bool isSane =
        node && isGroup(nodeAt(tree, to.group)) && !startsWith(to.group, from) &&
        isInsideStepTest(tree, from) == isInsideStepTest(tree, below(to.group, to.position));
    if (!isSane)
        return {tree, from};
    const TreePath target = afterRemoval(below(to.group, to.position), from);
    return {inserted(removed(tree, from), parentOf(target), target.back(), node), target};
}

Moved grouped(const NodePtr &tree, const TreePath &from, const TreePath &onto)
{
    const NodePtr node = from.empty() ? nullptr : nodeAt(tree, from);
    const NodePtr host = onto.empty() ? nullptr : nodeAt(tree, onto);
    const bool isSane = node && host && !startsWith(onto, from) && !startsWith(from, onto) &&
                        isInsideStepTest(tree, from) == isInsideStepTest(tree, onto);
    if (!isSane)
        return {tree, from};
    const auto *around = std::get_if<Group>(&withoutNegation(nodeAt(tree, parentOf(onto)))->is);
    const bool anyDid = around && around->kind == Group::Kind::Any;
    const auto kind = anyDid ? Group::Kind::All : Group::Kind::Any;
    const TreePath place = afterRemoval(onto, from);
    return {replaced(removed(tree, from), place, makeGroup(kind, {host, node})), below(place, 1)};
}

std::optional<StepType> stepTypeAt(const NodePtr &tree, const TreePath &group)
{
    std::optional<StepType> type;
    for (std::size_t length = 0; length <= group.size(); ++length) {
        const NodePtr node = nodeAt(tree, {group.begin(), group.begin() + std::ptrdiff_t(length)});
        if (!node)
            return std::nullopt;
        const NodePtr inner = withoutNegation(node);
        if (std::holds_alternative<StepTest>(inner->is))
            type.reset(); // of any step of the run
        else if (const auto named = typeAmong(inner))
            type = named;
    }
    return type;
}

TreePlace neighbourPlace(const NodePtr &tree, const TreePath &path, Direction direction)
{
    const TreePath group = parentOf(path);
    const int position = path.back();
    const TreePlace here{group, position};
    switch (direction) {
    case Direction::Up:
        return position > 0 ? TreePlace{group, position - 1} : here;
    case Direction::Down: // beyond the one below
        return position + 1 < childCount(nodeAt(tree, group)) ? TreePlace{group, position + 2}
                                                              : here;
    case Direction::Out: // behind the group it is in, if that stands in a group itself
        if (group.empty() || !isGroup(nodeAt(tree, parentOf(group))))
            return here;
        return {parentOf(group), group.back() + 1};
    case Direction::In: { // to the end of the group above it, else to the front of the one below
        const NodePtr above = position > 0 ? nodeAt(tree, below(group, position - 1)) : nullptr;
        if (isGroup(above))
            return {below(group, position - 1), childCount(above)};
        return isGroup(nodeAt(tree, below(group, position + 1)))
                   ? TreePlace{below(group, position + 1), 0}
                   : here;
    }
    }
    return here;
}

} // namespace xray::items
