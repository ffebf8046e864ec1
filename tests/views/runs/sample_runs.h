// SPDX-License-Identifier: GPL-3.0-or-later
// Runs as people have them, for tests of the run list. Free functions.
#pragma once

#include <model/core/execution.h>

#include <vector>

namespace xray::test {

/// Twelve runs of several pipelines in every state, newest first, reckoned from now.
[[nodiscard]] std::vector<Execution> variedRuns();

/// The n-th of many ordinary runs, started n seconds after the first.
[[nodiscard]] Execution plainRun(int number);

} // namespace xray::test
