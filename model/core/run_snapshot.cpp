// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/run_snapshot.h"

#include <algorithm>

namespace xray {

TimeNs RunSnapshot::lastEventAt() const
{
    TimeNs last = effectiveEnd(run).value_or(run.startedAt);
    steps.forEach([&](const Step &step) {
        last = std::max(last, effectiveEnd(step).value_or(step.startedAt));
    });
    return last;
}

} // namespace xray
