// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/step_folding.h"

#include <unordered_map>

namespace xray {

namespace {

bool isPlumbing(const Step &step)
{
    return step.origin && step.origin->isPlumbing;
}

/// The parent of each step that goes.
using Above = std::unordered_map<StepId, std::optional<StepId>>;

/// Parents that go in a circle end after as many steps as there are.
std::optional<StepId> nearestKept(std::optional<StepId> parent, const Above &above)
{
    for (std::size_t i = 0; parent && i <= above.size(); ++i) {
        const auto gone = above.find(*parent);
        if (gone == above.end())
            return parent;
        parent = gone->second;
    }
    return std::nullopt;
}

} // namespace

qsizetype plumbingCount(const RunSnapshot &run)
{
    qsizetype count = 0;
    run.steps.forEach([&count](const Step &step) { count += isPlumbing(step) ? 1 : 0; });
    return count;
}

RunSnapshotPtr withoutPlumbing(const RunSnapshotPtr &run)
{
    if (run->run.source != Source::Otlp)
        return run; // only what was made of spans has plumbing
    const qsizetype plumbing = plumbingCount(*run);
    if (plumbing == 0 || plumbing == run->steps.size())
        return run;
    Above above;
    std::vector<Step> kept;
    run->steps.forEach([&](const Step &step) {
        if (isPlumbing(step))
            above.emplace(step.id, step.parentId);
        else
            kept.push_back(step);
    });
    for (Step &step : kept)
        step.parentId = nearestKept(step.parentId, above);
    auto folded = std::make_shared<RunSnapshot>(*run);
    folded->steps = StepList(std::move(kept));
    return folded;
}

} // namespace xray
