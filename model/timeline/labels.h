// SPDX-License-Identifier: GPL-3.0-or-later
// The timeline's texts for people: what stands in a bar, what a group says of its members, how a
// row is read out. Free functions, usable from any thread.
#pragma once

#include "model/timeline/step_tree.h"

#include <model/core/execution.h>

#include <QString>

namespace xray::timeline {

/// How long the step took, or has been running at `now`. Nanoseconds.
[[nodiscard]] DurationNs shownDuration(const Step &step, TimeNs now);

/// "50 → 5  −90 %", "→ 50" without a count in, empty without a count out.
[[nodiscard]] QString countsText(const Step &step);

/// "1.06 s · 50 → 5  −90 %", "failed · 3 s", "running · 4 s".
[[nodiscard]] QString stepLabel(const Step &step, TimeNs now);

/// The same in less room: "1.06 s", "failed".
[[nodiscard]] QString shortStepLabel(const Step &step, TimeNs now);

/// "50 calls, 8 at a time", with "3 failed" and "2 running" where it applies.
[[nodiscard]] QString groupLabel(const StepGroup &group);

/// "40 %" of `whole`; "< 1 %" for less than that, empty without a whole.
[[nodiscard]] QString shareText(DurationNs part, DurationNs whole);

/// A row in words, for a screen reader: "filter_relevance, filter, completed, starts at 1.07 s,
/// took 1.06 s, 50 → 5  −90 %".
[[nodiscard]] QString spokenStep(const Step &step, TimeNs runStart, TimeNs now);
[[nodiscard]] QString spokenGroup(const Step &firstMember, const StepGroup &group);

} // namespace xray::timeline
