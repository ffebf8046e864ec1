// SPDX-License-Identifier: GPL-3.0-or-later
// The demo's pipelines: each function tells one ordinary run of one of them. They differ in what
// they do, in how they nest, and in how they log, as pipelines of different teams do.
#pragma once

#include "app/demo/catalogue.h"
#include "app/demo/run_builder.h"

#include <vector>

namespace xray::app {

struct RunPlan
{
    Random &random;
    TimeNs startedAt = 0;
    double age = 0; ///< 0 for the newest run, 1 for the oldest: what drifts, drifts with it
};

[[nodiscard]] std::vector<Event> competitorSelection(const RunPlan &plan);
[[nodiscard]] std::vector<Event> competitorDiscovery(const RunPlan &plan);
[[nodiscard]] std::vector<Event> listingOptimization(const RunPlan &plan);
[[nodiscard]] std::vector<Event> categorization(const RunPlan &plan);
[[nodiscard]] std::vector<Event> supportAgent(const RunPlan &plan);

/// Environment, tags and trigger, as ordinary runs have them.
void dress(ExecutionEvent &run, Random &random);

/// One of the things that go wrong now and then, with its stack.
[[nodiscard]] ErrorSpec someFailure(Random &random, QByteArrayView step);

/// An llm step that answers `output`; prompt size and model are made up.
[[nodiscard]] StepSpec llmStep(Random &random, const char *name, const JsonText &input,
                               const JsonText &output, double confidence, QByteArrayView reasoning);

} // namespace xray::app
