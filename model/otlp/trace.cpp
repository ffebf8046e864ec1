// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/trace.h"

#include <algorithm>

namespace xray::otlp {

namespace {

constexpr TimeNs kEarliestClock = 946684800 * kNsPerSecond; // 2000-01-01: before, no clock was set

} // namespace

Trace::Trace(ExecutionId id, std::vector<SpanFacts> spans, const MappingRules &rules)
    : m_id(id)
    , m_spans(std::move(spans))
    , m_tree(m_spans)
    , m_rules(rules)
    , m_begin(findBegin())
{
}

const SpanFacts *Trace::root() const
{
    return m_tree.root() ? &m_spans[*m_tree.root()] : nullptr;
}

TimeNs Trace::findBegin() const
{
    if (root() && root()->start >= kEarliestClock)
        return root()->start;
    const auto sane = std::ranges::find_if(
        m_spans, [](const SpanFacts &span) { return span.start >= kEarliestClock; });
    return sane == m_spans.end() ? m_spans.front().start : sane->start;
}

Interval Trace::placed(const SpanFacts &span) const
{
    if (span.start >= kEarliestClock || m_begin < kEarliestClock || !span.end)
        return {std::max(span.start, span.end ? span.start : m_begin), span.end};
    TimeNs end = 0;
    if (__builtin_add_overflow(m_begin, *span.end - span.start, &end))
        end = m_begin;
    return {m_begin, end};
}

} // namespace xray::otlp
