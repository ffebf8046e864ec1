// SPDX-License-Identifier: GPL-3.0-or-later
// Which step of a run to show first to someone who has not chosen one: where it went wrong, as far
// as the figures tell. Pure.
#pragma once

#include <model/core/run_snapshot.h>

#include <optional>

namespace xray::app {

/// A filter that eliminated this much of what it was given is worth a look, in percent.
inline constexpr double kHarshElimination = 50;

/// The first step that failed or has an error; else the filter that eliminated most, if that is
/// kHarshElimination or more; else the last step. Nothing in a run without steps.
[[nodiscard]] std::optional<StepId> mostTellingStep(const RunSnapshot &run);

} // namespace xray::app
