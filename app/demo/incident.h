// SPDX-License-Identifier: GPL-3.0-or-later
// The one run in which a search for a laptop stand came out as a phone case: 50 candidates, an LLM
// that excludes brands nobody asked it to exclude, and no error anywhere. The demo is about it.
#pragma once

#include "app/demo/pipelines.h"

namespace xray::app {

[[nodiscard]] std::vector<Event> incident(const RunPlan &plan);

} // namespace xray::app
