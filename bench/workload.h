// SPDX-License-Identifier: GPL-3.0-or-later
// What the pipelines of a benchmark log: runs of steps of about 1.5 KB with four to five metrics
// each, as bodies of POST /batch. The same every time but for the ids. Plain functions, any thread.
#pragma once

#include <model/core/event.h>

#include <vector>

namespace xray::bench {

/// Steps in one body, and so in one submission.
inline constexpr int kStepsPerBody = 500;

/// NDJSON: for each run a start, its steps and an end, with new version 7 ids.
[[nodiscard]] QByteArray makeBody(int runs, int stepsPerRun);
/// `count` bodies of kStepsPerBody steps, 25 runs of 20 steps each.
[[nodiscard]] std::vector<QByteArray> makeBodies(int count);
/// What the listener would submit for them.
[[nodiscard]] Result<std::vector<Submission>> decodeBodies(const std::vector<QByteArray> &bodies);

/// The body of POST /execution-steps, without an id: posted twice it is two steps.
[[nodiscard]] QByteArray makeStep(ExecutionId run);

} // namespace xray::bench
