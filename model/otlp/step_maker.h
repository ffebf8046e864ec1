// SPDX-License-Identifier: GPL-3.0-or-later
// The steps that a trace is shown as, and the errors, each where it began. Inner to this layer;
// pure.
#pragma once

#include "model/otlp/trace.h"

#include <model/core/event.h>

namespace xray::otlp {

/// In the order of the run, counted from 1.
[[nodiscard]] std::vector<StepEvent> stepsOf(const Trace &trace);
[[nodiscard]] std::vector<ErrorEvent> errorsOf(const Trace &trace);

} // namespace xray::otlp
