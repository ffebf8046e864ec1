// SPDX-License-Identifier: GPL-3.0-or-later
// A query's tree as the visual builder edits it: addressed by paths, changed by making a new tree
// that shares what stayed. The editable form has a group at its root and below every test of steps,
// and may hold empty groups that someone is about to fill; finished() takes those away again, but
// not a `()` that was written in a text and lets everything through. So text → editable → text
// loses nothing. Pure functions, any thread.
#pragma once

#include <model/query/tree.h>

#include <optional>
#include <vector>

namespace xray::items {

/// Child positions from the root group down. Negations do not count: the path of a negated node
/// names the negation.
using TreePath = std::vector<int>;

/// `where` of a query as a tree with a group at its root. Null becomes an empty group.
[[nodiscard]] query::NodePtr editable(const query::NodePtr &where);
/// The tree without groups that are still to be filled, incomplete conditions and groups of one;
/// null when nothing is left.
[[nodiscard]] query::NodePtr finished(const query::NodePtr &tree);

/// A condition whose value is still to be written.
[[nodiscard]] bool isIncomplete(const query::Condition &condition);

/// What stands there, a negation included; null when the path leads nowhere.
[[nodiscard]] query::NodePtr nodeAt(const query::NodePtr &tree, const TreePath &path);
/// The number of children of what stands there; 0 for a condition.
[[nodiscard]] int childCount(const query::NodePtr &node);
/// Without its negations.
[[nodiscard]] query::NodePtr withoutNegation(const query::NodePtr &node);
/// With one negation more, or without the outermost.
[[nodiscard]] query::NodePtr negated(const query::NodePtr &node);

[[nodiscard]] query::NodePtr makeNode(query::Condition condition);
[[nodiscard]] query::NodePtr makeGroup(query::Group::Kind kind,
                                       std::vector<query::NodePtr> children);
/// Some step of the run is such.
[[nodiscard]] query::NodePtr makeStepTest(query::NodePtr child);
/// Both hold, in as few groups as can be; a null one lets everything through.
[[nodiscard]] query::NodePtr conjunction(const query::NodePtr &a, const query::NodePtr &b);
/// What lets through at least as much: without the conditions, among those that all must hold, that
/// give the field, or that of some step of the run, a lower or upper bound. Null when nothing is
/// left.
[[nodiscard]] query::NodePtr withoutBounds(const query::NodePtr &where, const query::Field &field);
/// The conditions on steps inside the first test of a run query; an empty group without one.
[[nodiscard]] query::NodePtr stepsOfRuns(const query::NodePtr &tree);

// Each gives the new tree; a path that leads nowhere changes nothing.
[[nodiscard]] query::NodePtr replaced(const query::NodePtr &tree, const TreePath &path,
                                      const query::NodePtr &node);
[[nodiscard]] query::NodePtr removed(const query::NodePtr &tree, const TreePath &path);
/// In front of the child `position` of the group at `group`; its length appends.
[[nodiscard]] query::NodePtr inserted(const query::NodePtr &tree, const TreePath &group,
                                      int position, const query::NodePtr &node);

/// A place between the children of a group.
struct TreePlace
{
    TreePath group;
    int position = 0;

    friend bool operator==(const TreePlace &, const TreePlace &) = default;
};

/// The tree after a move, and where the node is then.
struct Moved
{
    query::NodePtr tree;
    TreePath path;
};
/// Moves a node to a place that is named as it is before the move. A node cannot go into itself,
/// nor a condition on steps into the run's own conditions or the other way round: then nothing
/// changes.
[[nodiscard]] Moved moved(const query::NodePtr &tree, const TreePath &from, const TreePlace &to);

/// Puts a node and the one at `onto` into a group of their own, where that one stood: of which any
/// must hold, or all where any did before. What cannot be moved there changes nothing.
[[nodiscard]] Moved grouped(const query::NodePtr &tree, const TreePath &from, const TreePath &onto);

/// The step type of everything that the group at that path lets through, as far as it or a group
/// around it says so.
[[nodiscard]] std::optional<StepType> stepTypeAt(const query::NodePtr &tree, const TreePath &group);

/// Whether what stands below that path speaks of a run's steps, inside a query for runs.
[[nodiscard]] bool isInsideStepTest(const query::NodePtr &tree, const TreePath &path);

/// Where a node goes when it is moved with the keyboard; the place it has when it cannot.
enum class Direction { Up, Down, Out, In };
[[nodiscard]] TreePlace neighbourPlace(const query::NodePtr &tree, const TreePath &path,
                                       Direction direction);

} // namespace xray::items
