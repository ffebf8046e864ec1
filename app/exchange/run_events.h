// SPDX-License-Identifier: GPL-3.0-or-later
// The events that make a run what it is: what every file that is to come back as the same run says
// in one way or another. Pure functions.
#pragma once

#include "app/exchange/run_contents.h"

#include <optional>

namespace xray::app {

/// Of an incomplete run without its status, which closingEventOf() says.
[[nodiscard]] ExecutionEvent eventOf(const Execution &run);
[[nodiscard]] StepEvent eventOf(const StepDetail &detail);
[[nodiscard]] ErrorEvent eventOf(const ExecutionError &error);

/// What is to be said after all else: that nothing more is to come of an incomplete run, and the
/// tags that people gave to a run told by its spans. Nothing when that is nothing.
[[nodiscard]] std::optional<ExecutionEvent> closingEventOf(const RunContents &contents);

} // namespace xray::app
