// SPDX-License-Identifier: GPL-3.0-or-later
// What the durations and times of a condition are in nanoseconds at the moment a query is asked.
// Inner to this layer; pure.
#pragma once

#include "model/query/tree.h"

#include <vector>

namespace xray::query {

/// Durations as they are, times since the epoch; relative ones counted from `now`, within int64.
[[nodiscard]] std::vector<qint64> momentsOf(const Condition &condition, TimeNs now);

} // namespace xray::query
