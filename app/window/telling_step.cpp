// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/telling_step.h"

namespace xray::app {

std::optional<StepId> mostTellingStep(const RunSnapshot &run)
{
    std::optional<StepId> failed;
    std::optional<StepId> harshest;
    std::optional<StepId> last;
    double eliminated = kHarshElimination;
    run.steps.forEach([&](const Step &step) {
        last = step.id;
        if (!failed && (step.status == StepStatus::Failed || step.errorCount > 0))
            failed = step.id;
        const auto share = metricValue(step, u"percentage_eliminated");
        if (step.type == StepType::Filter && share && *share >= eliminated) {
            eliminated = *share;
            harshest = step.id;
        }
    });
    return failed ? failed : harshest ? harshest : last;
}

} // namespace xray::app
