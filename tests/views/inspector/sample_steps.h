// SPDX-License-Identifier: GPL-3.0-or-later
// Steps for the inspector's tests: the incident's filter, and steps that strain the layout. Pure
// functions.
#pragma once

#include <model/core/ports.h>

#include <memory>

namespace xray::tests {

using DetailPtr = std::shared_ptr<const StepDetail>;

[[nodiscard]] DetailPtr incidentFilter();
[[nodiscard]] DetailPtr fiveHundredDecisions();
[[nodiscard]] DetailPtr hugeString();
[[nodiscard]] DetailPtr longArray();
[[nodiscard]] DetailPtr jsonInString();
[[nodiscard]] DetailPtr failedStep();
[[nodiscard]] DetailPtr silentStep();
[[nodiscard]] DetailPtr manyMetrics();

/// Plausible values of a metric over other runs.
[[nodiscard]] std::shared_ptr<const MetricHistory> historyOf(const MetricHistoryQuery &query);

} // namespace xray::tests
