// SPDX-License-Identifier: GPL-3.0-or-later
// The run that a trace is shown as: its name, status, session and metadata. Inner to this layer;
// pure.
#pragma once

#include "model/otlp/trace.h"

#include <model/core/event.h>

namespace xray::otlp {

[[nodiscard]] ExecutionEvent runOf(const Trace &trace);

} // namespace xray::otlp
