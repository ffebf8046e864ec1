// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/step_tree.h"

#include <algorithm>
#include <unordered_map>

namespace xray::timeline {

namespace {

/// Borrowed from the list while a tree is built.
using StepPointers = std::vector<const Step *>;

StepPointers pointersTo(const StepList &steps)
{
    StepPointers pointers;
    pointers.reserve(steps.size());
    steps.forEach([&](const Step &step) { pointers.push_back(&step); });
    return pointers;
}

TimeNs endOf(const Step &step)
{
    if (step.status == StepStatus::Running)
        return kOpenEnd;
    return std::max(effectiveEnd(step).value_or(step.startedAt), step.startedAt);
}

void addNodes(StepTree &tree, const StepPointers &steps)
{
    tree.nodes.reserve(steps.size());
    for (const Step *step : steps) {
        StepNode node;
        node.start = step->startedAt;
        node.end = endOf(*step);
        node.type = step->type;
        node.status = step->status;
        tree.nodes.push_back(node);
    }
}

void measure(StepTree &tree)
{
    if (tree.nodes.empty())
        return;
    tree.span = {tree.nodes.front().start, tree.nodes.front().start};
    for (const StepNode &node : tree.nodes) {
        tree.span.start = std::min(tree.span.start, node.start);
        tree.span.end = std::max(tree.span.end, endAt(node.end, node.start));
        tree.running += node.end == kOpenEnd ? 1 : 0;
    }
}

void linkParents(StepTree &tree, const StepPointers &steps)
{
    const auto hasParent = [](const Step *step) { return step->parentId.has_value(); };
    if (std::ranges::none_of(steps, hasParent))
        return;
    std::unordered_map<StepId, qsizetype> positions;
    positions.reserve(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
        positions.emplace(steps[i]->id, static_cast<qsizetype>(i));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!steps[i]->parentId)
            continue;
        const auto parent = positions.find(*steps[i]->parentId);
        if (parent != positions.end())
            tree.nodes[i].parent = parent->second;
    }
}

/// Makes the first step of the cycle through `position` a top one.
void breakCycle(StepTree &tree, qsizetype position)
{
    qsizetype first = position;
    for (qsizetype p = tree.nodes[position].parent; p != position; p = tree.nodes[p].parent)
        first = std::min(first, p);
    tree.nodes[first].parent = -1;
}

void breakCycles(StepTree &tree)
{
    const auto count = static_cast<qsizetype>(tree.nodes.size());
    std::vector<qsizetype> visitedFrom(tree.nodes.size(), -1);
    for (qsizetype i = 0; i < count; ++i) {
        qsizetype p = i;
        while (p >= 0 && visitedFrom[p] < 0) {
            visitedFrom[p] = i;
            p = tree.nodes[p].parent;
        }
        if (p >= 0 && visitedFrom[p] == i)
            breakCycle(tree, p);
    }
}

/// Fills `children` by counting: the top ones first, then those of each step in turn.
void linkChildren(StepTree &tree)
{
    for (const StepNode &node : tree.nodes)
        ++(node.parent < 0 ? tree.topCount : tree.nodes[node.parent].childCount);
    qsizetype next = tree.topCount;
    for (StepNode &node : tree.nodes) {
        node.firstChild = next;
        next += node.childCount;
        node.childCount = 0;
    }
    tree.children.resize(tree.nodes.size());
    qsizetype nextTop = 0;
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        const qsizetype parent = tree.nodes[i].parent;
        const qsizetype slot =
            parent < 0 ? nextTop++
                       : tree.nodes[parent].firstChild + tree.nodes[parent].childCount++;
        tree.children[slot] = static_cast<qsizetype>(i);
    }
}

bool alike(const Step &a, const Step &b)
{
    return a.type == b.type && a.name == b.name;
}

/// The members' intervals by start, joined where they touch.
std::vector<TimeRange> joined(std::vector<TimeRange> intervals)
{
    std::ranges::sort(intervals, {}, &TimeRange::start);
    std::vector<TimeRange> result;
    for (const TimeRange &interval : intervals) {
        if (!result.empty() && interval.start <= result.back().end)
            result.back().end = std::max(result.back().end, interval.end);
        else
            result.push_back(interval);
    }
    return result;
}

/// Sweeps over starts and ends; at one instant ends come before starts.
int mostAtOnce(const std::vector<TimeRange> &intervals)
{
    std::vector<TimeNs> starts, ends;
    for (const TimeRange &interval : intervals) {
        starts.push_back(interval.start);
        ends.push_back(std::max(interval.end, interval.start + 1));
    }
    std::ranges::sort(starts);
    std::ranges::sort(ends);
    std::size_t ended = 0;
    std::size_t most = 0;
    for (std::size_t started = 1; started <= starts.size(); ++started) {
        while (ends[ended] <= starts[started - 1])
            ++ended;
        most = std::max(most, started - ended);
    }
    return static_cast<int>(most);
}

void addDuration(StepGroup &group, const StepNode &node)
{
    const DurationNs duration = node.end - node.start;
    const bool first = group.total == 0 && group.longest == 0;
    group.total = saturatingAdd(group.total, duration);
    group.shortest = first ? duration : std::min(group.shortest, duration);
    group.longest = std::max(group.longest, duration);
}

void summarize(StepGroup &group, const StepTree &tree)
{
    std::vector<TimeRange> intervals;
    intervals.reserve(group.members.size());
    for (const qsizetype position : group.members) {
        const StepNode &node = tree.nodes[position];
        intervals.push_back({node.start, node.end});
        group.failed += node.status == StepStatus::Failed ? 1 : 0;
        group.running += node.end == kOpenEnd ? 1 : 0;
        if (node.end != kOpenEnd)
            addDuration(group, node);
    }
    group.maxConcurrency = mostAtOnce(intervals);
    group.busy = joined(std::move(intervals));
    group.span = {group.busy.front().start, group.busy.back().end};
}

void addGroup(StepTree &tree, std::span<const qsizetype> members)
{
    StepGroup group;
    group.members.assign(members.begin(), members.end());
    for (const qsizetype position : members)
        tree.nodes[position].group = static_cast<qsizetype>(tree.groups.size());
    summarize(group, tree);
    tree.groups.push_back(std::move(group));
}

void groupAlike(StepTree &tree, const StepPointers &steps, std::span<const qsizetype> siblings)
{
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= siblings.size(); ++i) {
        if (i < siblings.size() && alike(*steps[siblings[begin]], *steps[siblings[i]]))
            continue;
        if (static_cast<qsizetype>(i - begin) >= kSmallestGroup)
            addGroup(tree, siblings.subspan(begin, i - begin));
        begin = i;
    }
}

} // namespace

std::span<const qsizetype> StepTree::childrenOf(qsizetype position) const
{
    const std::span<const qsizetype> all(children);
    if (position < 0)
        return all.first(topCount);
    return all.subspan(nodes[position].firstChild, nodes[position].childCount);
}

StepTree buildStepTree(const StepList &steps)
{
    const StepPointers pointers = pointersTo(steps);
    StepTree tree;
    addNodes(tree, pointers);
    measure(tree);
    linkParents(tree, pointers);
    breakCycles(tree);
    linkChildren(tree);
    groupAlike(tree, pointers, tree.childrenOf(-1));
    for (qsizetype i = 0; i < static_cast<qsizetype>(tree.nodes.size()); ++i)
        groupAlike(tree, pointers, tree.childrenOf(i));
    return tree;
}

} // namespace xray::timeline
