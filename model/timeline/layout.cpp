// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/layout.h"

namespace xray::timeline {

namespace {

/// Walks the tree depth first with a stack of its own, since a chain of parents may be as long as
/// the run.
class RowWalk
{
public:
    RowWalk(const StepTree &tree, const StepList &steps, const Folding &folding)
        : m_tree(tree)
        , m_steps(steps)
        , m_folding(folding)
    {
        m_layout.rowOfStep.assign(tree.nodes.size(), -1);
        m_layout.rowOfGroup.assign(tree.groups.size(), -1);
    }

    TimelineLayout run()
    {
        push(m_tree.childrenOf(-1), 0, Grouping::Gather);
        while (!m_pending.empty())
            advance();
        return std::move(m_layout);
    }

private:
    enum class Grouping : std::uint8_t { Gather, Each };
    struct Level
    {
        std::span<const qsizetype> siblings;
        std::size_t next;
        int depth;
        Grouping grouping;
    };

    void push(std::span<const qsizetype> siblings, int depth, Grouping grouping)
    {
        if (!siblings.empty())
            m_pending.push_back({siblings, 0, depth, grouping});
    }

    void advance()
    {
        Level &level = m_pending.back();
        if (level.next == level.siblings.size()) {
            m_pending.pop_back();
            return;
        }
        const qsizetype position = level.siblings[level.next];
        const qsizetype group = m_tree.nodes[position].group;
        if (level.grouping == Grouping::Gather && group >= 0) {
            level.next += m_tree.groups[group].members.size();
            addGroup(group, level.depth);
        } else {
            ++level.next;
            addStep(position, level.depth);
        }
    }

    void addStep(qsizetype position, int depth)
    {
        const auto children = m_tree.childrenOf(position);
        RowFold fold = RowFold::None;
        if (!children.empty())
            fold = isFoldedStep(position) ? RowFold::Folded : RowFold::Unfolded;
        m_layout.rowOfStep[position] = rowCount();
        m_layout.rows.push_back({RowKind::Step, fold, depth, position, -1});
        if (fold == RowFold::Unfolded)
            push(children, depth + 1, Grouping::Gather);
    }

    void addGroup(qsizetype group, int depth)
    {
        const std::vector<qsizetype> &members = m_tree.groups[group].members;
        const bool unfolded = isUnfoldedGroup(members.front());
        m_layout.rowOfGroup[group] = rowCount();
        m_layout.rows.push_back({RowKind::Group, unfolded ? RowFold::Unfolded : RowFold::Folded,
                                 depth, members.front(), group});
        if (unfolded)
            push(members, depth + 1, Grouping::Each);
    }

    bool isFoldedStep(qsizetype position) const
    {
        return !m_folding.foldedSteps.isEmpty() &&
               m_folding.foldedSteps.contains(m_steps.at(position).id);
    }

    bool isUnfoldedGroup(qsizetype firstMember) const
    {
        return !m_folding.unfoldedGroups.isEmpty() &&
               m_folding.unfoldedGroups.contains(m_steps.at(firstMember).id);
    }

    qsizetype rowCount() const { return static_cast<qsizetype>(m_layout.rows.size()); }

    const StepTree &m_tree;
    const StepList &m_steps;
    const Folding &m_folding;
    TimelineLayout m_layout;
    std::vector<Level> m_pending;
};

} // namespace

TimelineLayout layoutRows(const StepTree &tree, const StepList &steps, const Folding &folding)
{
    return RowWalk(tree, steps, folding).run();
}

qsizetype rowShowing(const TimelineLayout &layout, const StepTree &tree, qsizetype position)
{
    for (qsizetype p = position; p >= 0; p = tree.nodes[p].parent) {
        if (layout.rowOfStep[p] >= 0)
            return layout.rowOfStep[p];
        const qsizetype group = tree.nodes[p].group;
        if (group >= 0 && layout.rowOfGroup[group] >= 0)
            return layout.rowOfGroup[group];
    }
    return -1;
}

TimeRange spanOf(const StepTree &tree, const TimelineRow &row)
{
    if (row.kind == RowKind::Group)
        return tree.groups[row.group].span;
    const StepNode &node = tree.nodes[row.position];
    return {node.start, node.end};
}

StepStatus statusOf(const StepTree &tree, const TimelineRow &row)
{
    if (row.kind == RowKind::Step)
        return tree.nodes[row.position].status;
    const StepGroup &group = tree.groups[row.group];
    if (group.failed > 0)
        return StepStatus::Failed;
    return group.running > 0 ? StepStatus::Running : StepStatus::Completed;
}

} // namespace xray::timeline
