// SPDX-License-Identifier: GPL-3.0-or-later
// The words of a run's two-line row: what it was about, where, how much, how long. Free functions
// without state; any thread.
#pragma once

#include <model/core/execution.h>

namespace xray::items {

/// "laptop stand → Phone case · prod · 5 steps"; a failed run leads with what went wrong and counts
/// its errors.
[[nodiscard]] QString runSubtitle(const Execution &run);

/// "2.66 s", "running 0:04", "failed" or "incomplete": what stands at the right of the first line.
[[nodiscard]] QString runDurationText(const Execution &run, TimeNs now);

/// The whole row in one sentence, for people who listen to it.
[[nodiscard]] QString runSpokenText(const Execution &run, TimeNs now);

} // namespace xray::items
