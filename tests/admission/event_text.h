// SPDX-License-Identifier: GPL-3.0-or-later
// A small language for the update rules: events go in as text, the merged record comes out as text.
// "status=running began=10 | ended=50" are two events, the first at time 100, the second at 200; a
// value "null" clears. Used by tests only, on their thread.
#pragma once

#include <model/admission/merge.h>

#include <QString>

namespace xray::tests {

/// "completed 10..50 (40)", or "missing_field step_name" when the last event was refused.
[[nodiscard]] QString mergedSteps(const QString &events);

/// The same for a run; each event begins with its kind: "start", "update", "end" or "quiet", which
/// is the ten minutes' silence that makes a run incomplete.
[[nodiscard]] QString mergedRuns(const QString &events);

[[nodiscard]] ExecutionEvent runEvent(const QString &text);
[[nodiscard]] StepEvent stepEvent(const QString &text);

} // namespace xray::tests
