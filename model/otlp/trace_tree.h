// SPDX-License-Identifier: GPL-3.0-or-later
// The spans of a trace as a tree: which span is the root, which become steps, in which order and
// under which, where errors began. Parents may be missing, come late or, in broken data, form a
// circle. Inner to this layer; pure, any thread.
#pragma once

#include "model/otlp/span_facts.h"

namespace xray::otlp {

/// A place in the list of spans.
using SpanIndex = std::size_t;

/// Puts spans in the order of siblings: by start, by end in milliseconds (the start is no finer
/// with several exporters), by arrival, by id.
void sortSpans(std::vector<SpanFacts> &spans);

class TraceTree
{
public:
    /// `spans` are sorted, each id once; they must outlive the tree.
    explicit TraceTree(const std::vector<SpanFacts> &spans);

    /// The span that stands for the whole trace; nothing while it has not come.
    [[nodiscard]] std::optional<SpanIndex> root() const { return m_root; }
    /// The root only holds the others, so it is the run and no step.
    [[nodiscard]] bool isContainer(SpanIndex span) const;

    struct Step
    {
        SpanIndex span = 0;
        std::optional<SpanIndex> parent; ///< a span that is a step
    };
    /// In the order of the run: each step before those below it.
    [[nodiscard]] const std::vector<Step> &steps() const { return m_steps; }

    /// Whether a span below this one calls a language model.
    [[nodiscard]] bool callsModel(SpanIndex span) const { return m_callsModel[span]; }
    /// Whether the span is a call of a model, or an embedding, with no other below: the ones whose
    /// tokens add up.
    [[nodiscard]] bool isInnermostCall(SpanIndex span) const;
    /// Those spans that failed by themselves, not because of one below them.
    [[nodiscard]] std::vector<SpanIndex> originsOfErrors() const;
    /// Parents that spans name and that have not come, each once, in order.
    [[nodiscard]] std::vector<quint64> missingParents() const;

private:
    void findParents();
    void findRoot();
    void collectSteps();
    void collectBelow(SpanIndex top, std::vector<bool> &visited);
    void lookBelow();
    [[nodiscard]] std::vector<bool> relevantFailures() const;

    const std::vector<SpanFacts> &m_spans;
    std::vector<std::optional<SpanIndex>> m_parents;
    std::vector<std::vector<SpanIndex>> m_children;
    std::optional<SpanIndex> m_root;
    std::vector<Step> m_steps;
    std::vector<bool> m_callsModel;    ///< a language model, somewhere below
    std::vector<bool> m_callsAnything; ///< a language model or an embedding, somewhere below
};

} // namespace xray::otlp
