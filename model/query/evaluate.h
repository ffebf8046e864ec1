// SPDX-License-Identifier: GPL-3.0-or-later
// Answers a query in memory, for live watches and as the yardstick of the other executors: the
// same semantics to the bit. An Evaluator is immutable once made; any thread.
#pragma once

#include "model/query/tree.h"

#include <functional>
#include <memory>
#include <span>

namespace xray::query {

/// A step with all a condition can look at. Borrowed for the call.
struct StepFacts
{
    const Step &step;
    const StepPayloads &payloads;
};

class Evaluator
{
public:
    /// `now` is what relative times are relative to.
    Evaluator(const Query &query, TimeNs now);

    /// Whether the step matches; only for a query of Subject::Steps.
    [[nodiscard]] bool matches(const StepFacts &step, const Execution &run) const;
    /// Whether the run matches; only for a query of Subject::Runs. `steps` are all of its steps.
    [[nodiscard]] bool matches(const Execution &run, std::span<const StepFacts> steps) const;

    /// Whether an answer depends on the payloads of steps: if not, they may be empty.
    [[nodiscard]] bool needsPayloads() const { return m_needsPayloads; }

private:
    struct Facts;
    using Test = std::function<bool(const Facts &)>;
    friend class TestBuilder;

    Test m_test;
    bool m_needsPayloads = false;
};

} // namespace xray::query
