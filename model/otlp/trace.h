// SPDX-License-Identifier: GPL-3.0-or-later
// All that is known of one trace: its spans, how they belong together, and when it began. Inner to
// this layer; made once for each mapping, used on its thread.
#pragma once

#include "model/otlp/trace_tree.h"

namespace xray::otlp {

/// When a step is shown to have run.
struct Interval
{
    TimeNs start = 0;
    std::optional<TimeNs> end;
};

class Trace
{
public:
    /// `spans` are as sortSpans() leaves them, each id once, at least one; the rules outlive it.
    Trace(ExecutionId id, std::vector<SpanFacts> spans, const MappingRules &rules);
    Trace(const Trace &) = delete; // the tree points to the spans
    Trace &operator=(const Trace &) = delete;

    [[nodiscard]] ExecutionId id() const { return m_id; }
    [[nodiscard]] const std::vector<SpanFacts> &spans() const { return m_spans; }
    [[nodiscard]] const TraceTree &tree() const { return m_tree; }
    [[nodiscard]] const MappingRules &rules() const { return m_rules; }

    /// Null while the span that stands for the whole trace has not come.
    [[nodiscard]] const SpanFacts *root() const;
    [[nodiscard]] TimeNs begin() const { return m_begin; }
    /// A span whose clock was not set is shown where the run begins.
    [[nodiscard]] Interval placed(const SpanFacts &span) const;

private:
    [[nodiscard]] TimeNs findBegin() const;

    const ExecutionId m_id;
    const std::vector<SpanFacts> m_spans;
    const TraceTree m_tree;
    const MappingRules &m_rules;
    const TimeNs m_begin;
};

} // namespace xray::otlp
