// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/tree.h"

#include <algorithm>
#include <iterator>

namespace xray::query {

namespace {

bool same(const Condition &a, const Condition &b)
{
    return a.field == b.field && a.op == b.op && a.values == b.values;
}

bool same(const Group &a, const Group &b)
{
    return a.kind == b.kind && std::equal(a.children.begin(), a.children.end(), b.children.begin(),
                                          b.children.end(), sameTree);
}

bool same(const Negation &a, const Negation &b)
{
    return sameTree(a.child, b.child);
}

bool same(const StepTest &a, const StepTest &b)
{
    if (a.quantifier != b.quantifier || !sameTree(a.child, b.child))
        return false;
    return a.quantifier != StepTest::Quantifier::Count || (a.op == b.op && a.count == b.count);
}

} // namespace

bool sameTree(const NodePtr &a, const NodePtr &b)
{
    if (!a || !b)
        return a == b;
    if (a->is.index() != b->is.index())
        return false;
    return std::visit(
        [&](const auto &node) { return same(node, std::get<std::decay_t<decltype(node)>>(b->is)); },
        a->is);
}

namespace {

NodePtr simplifiedGroup(const Group &group, TextRange range)
{
    Group kept{group.kind, {}};
    std::ranges::transform(group.children, std::back_inserter(kept.children), simplified);
    if (kept.children.size() == 1)
        return kept.children.front();
    if (!kept.children.empty())
        return std::make_shared<const Node>(Node{kept, range});
    const auto everything = std::make_shared<const Node>(Node{Group{}, range});
    return group.kind == Group::Kind::All
               ? everything
               : std::make_shared<const Node>(Node{Negation{everything}, range});
}

} // namespace

NodePtr simplified(const NodePtr &node)
{
    if (!node)
        return node;
    if (const auto *group = std::get_if<Group>(&node->is))
        return simplifiedGroup(*group, node->range);
    Node kept = *node;
    if (auto *negation = std::get_if<Negation>(&kept.is))
        negation->child = simplified(negation->child);
    else if (auto *test = std::get_if<StepTest>(&kept.is))
        test->child = simplified(test->child);
    return std::make_shared<const Node>(std::move(kept));
}

bool operator==(const Query &a, const Query &b)
{
    return a.subject == b.subject && sameTree(a.where, b.where);
}

} // namespace xray::query
