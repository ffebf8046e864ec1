// SPDX-License-Identifier: GPL-3.0-or-later
// Takes the plumbing out of a run for those who want to see what it decided: parsers, prompt
// templates, the HTTP call of a model. Pure functions, any thread.
#pragma once

#include "model/core/run_snapshot.h"

namespace xray {

/// How many steps of the run are plumbing.
[[nodiscard]] qsizetype plumbingCount(const RunSnapshot &run);

/// The run without its plumbing; what hung from a step that goes hangs from the nearest one above
/// that stays. The very same snapshot when there is no plumbing, or nothing else.
[[nodiscard]] RunSnapshotPtr withoutPlumbing(const RunSnapshotPtr &run);

} // namespace xray
