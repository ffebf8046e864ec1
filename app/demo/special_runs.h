// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that a view must bear: very long ones, one with a huge payload, runs that are still going
// and runs that never said goodbye.
#pragma once

#include "app/demo/pipelines.h"

namespace xray::app {

/// A nightly batch: one step with a few hundred inside it, eight at a time.
[[nodiscard]] std::vector<Event> nightlyBatch(const RunPlan &plan);
/// An import whose input is about a megabyte.
[[nodiscard]] std::vector<Event> catalogueImport(const RunPlan &plan);
/// In the middle of its filter.
[[nodiscard]] std::vector<Event> stillRunning(const RunPlan &plan);
/// Its last event is long ago.
[[nodiscard]] std::vector<Event> abandoned(const RunPlan &plan);

} // namespace xray::app
