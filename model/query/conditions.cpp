// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/conditions.h"

namespace xray::query {

namespace {

void addConjuncts(const NodePtr &node, std::vector<NodePtr> &all)
{
    if (!node)
        return;
    const auto *group = std::get_if<Group>(&node->is);
    const bool isOne = group && (group->kind == Group::Kind::All || group->children.size() == 1);
    if (!isOne) {
        all.push_back(node);
        return;
    }
    for (const NodePtr &child : group->children)
        addConjuncts(child, all);
}

class Collector
{
public:
    void look(const NodePtr &node)
    {
        if (node)
            std::visit([this](const auto &is) { at(is); }, node->is);
    }

    std::vector<const Condition *> take() { return std::move(m_conditions); }

private:
    void at(const Condition &condition) { m_conditions.push_back(&condition); }
    void at(const Group &group)
    {
        for (const NodePtr &child : group.children)
            look(child);
    }
    void at(const Negation &negation) { look(negation.child); }
    void at(const StepTest &test) { look(test.child); }

    std::vector<const Condition *> m_conditions;
};

} // namespace

std::vector<NodePtr> conjunctsOf(const NodePtr &node)
{
    std::vector<NodePtr> all;
    addConjuncts(node, all);
    return all;
}

std::vector<const Condition *> conditionsOf(const NodePtr &node)
{
    Collector collector;
    collector.look(node);
    return collector.take();
}

} // namespace xray::query
