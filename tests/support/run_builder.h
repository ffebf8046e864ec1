// SPDX-License-Identifier: GPL-3.0-or-later
// Builds runs for tests from one line of text:
//
//     plan > search(120ms) > llm(900ms)!          one after another; ! failed, ~ still running
//     fetch(1s) | price(2s)                       at the same time; binds tighter than >
//     judge_all:filter[50->5]{judge:llm*50/8(100ms)}   type, counts, children, 50 steps 8 at a time
//
// A name may hold anything but the signs above. Without a duration a step takes 100 ms, or as long
// as its children. Ids and times are always the same. Any thread; a text that makes no sense ends
// the test program with the place.
#pragma once

#include <model/core/run_snapshot.h>

#include <string_view>

namespace xray::test {

/// When every built run starts: 2026-01-01T00:00:00Z.
inline constexpr TimeNs kRunStart = 1'767'225'600 * kNsPerSecond;

/// The run is running while a step is, failed when a step at the top is, else completed.
[[nodiscard]] RunSnapshotPtr run(std::string_view text);

/// The id of the step with that index, which counts from 1 in the order of the text.
[[nodiscard]] StepId stepId(qint64 index);

/// The snapshot with its steps and run changed by `edit(RunSnapshot &, std::vector<Step> &)`.
template<class Edit>
[[nodiscard]] RunSnapshotPtr edited(const RunSnapshotPtr &snapshot, Edit &&edit)
{
    auto copy = std::make_shared<RunSnapshot>(*snapshot);
    std::vector<Step> steps;
    snapshot->steps.forEach([&](const Step &step) { steps.push_back(step); });
    edit(*copy, steps);
    copy->run.stepCount = static_cast<qint64>(steps.size());
    copy->steps = StepList(std::move(steps));
    return copy;
}

} // namespace xray::test
