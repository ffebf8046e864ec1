// SPDX-License-Identifier: GPL-3.0-or-later
// Everything the timeline computes of a snapshot before it can paint: tree, rows, critical path. It
// takes time in proportion to the run, some 30 ms for 100,000 steps, so large runs are shaped away
// from the GUI thread. A plain value, usable from any thread.
#pragma once

#include "model/timeline/critical_path.h"
#include "model/timeline/layout.h"

#include <model/core/run_snapshot.h>

namespace xray::timeline {

struct RunShape
{
    RunSnapshotPtr snapshot; ///< what the positions below count in; never null
    Folding folding;         ///< what the rows were laid out with
    StepTree tree;
    TimelineLayout layout;
    CriticalPath path;     ///< of a run that is over; empty while it is running
    TimeNs lastEvent = 0;  ///< RunSnapshot::lastEventAt()
    qsizetype newest = -1; ///< position of the step that started last; -1 without steps
};

[[nodiscard]] RunShape shapeOf(const RunSnapshotPtr &snapshot, const Folding &folding);

} // namespace xray::timeline
