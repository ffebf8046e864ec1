// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/timeline/run_shape.h"

#include <algorithm>

namespace xray::timeline {

RunShape shapeOf(const RunSnapshotPtr &snapshot, const Folding &folding)
{
    RunShape shape;
    shape.snapshot = snapshot;
    shape.folding = folding;
    shape.tree = buildStepTree(snapshot->steps);
    shape.layout = layoutRows(shape.tree, snapshot->steps, folding);
    shape.lastEvent = snapshot->lastEventAt();
    if (snapshot->run.status != RunStatus::Running)
        shape.path = criticalPath(shape.tree, shape.lastEvent);
    const auto &nodes = shape.tree.nodes;
    if (!nodes.empty())
        shape.newest = std::ranges::max_element(nodes, {}, &StepNode::start) - nodes.begin();
    return shape;
}

} // namespace xray::timeline
