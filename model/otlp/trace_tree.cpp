// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/trace_tree.h"

#include <QHash>
#include <QSet>

#include <algorithm>
#include <tuple>

namespace xray::otlp {

namespace {

/// How far up an error is followed; deeper chains show it twice at worst.
constexpr int kMaxErrorDistance = 64;
/// How much of two messages is compared, so that many long ones do not hold up the store.
constexpr qsizetype kMaxSearchedBytes = 1024;
constexpr qsizetype kMaxSoughtBytes = 256;

auto siblingKey(const SpanFacts &span)
{
    return std::tuple(span.start, span.end.value_or(0) / kNsPerMs, span.arrival, span.id);
}

bool isHttpOrDatabaseCall(const SpanFacts &span)
{
    const SpanRole role = span.finding.role;
    return span.side == SpanSide::Client && (role == SpanRole::Http || role == SpanRole::Database);
}

QByteArrayView beginOf(QByteArrayView text, qsizetype bytes)
{
    return text.first(std::min(bytes, text.size()));
}

bool isPartOf(QByteArrayView message, QByteArrayView other)
{
    return beginOf(other, kMaxSearchedBytes).contains(beginOf(message, kMaxSoughtBytes));
}

/// Whether two failures tell of one error: one message is part of the other.
bool tellTheSame(const SpanFacts &a, const SpanFacts &b)
{
    return isPartOf(a.failure->message, b.failure->message) ||
           isPartOf(b.failure->message, a.failure->message);
}

} // namespace

void sortSpans(std::vector<SpanFacts> &spans)
{
    std::ranges::sort(spans, {}, siblingKey);
}

TraceTree::TraceTree(const std::vector<SpanFacts> &spans)
    : m_spans(spans)
{
    findParents();
    findRoot();
    collectSteps();
    lookBelow();
}

void TraceTree::findParents()
{
    QHash<quint64, SpanIndex> places;
    for (SpanIndex i = 0; i < m_spans.size(); ++i)
        places.insert(m_spans[i].id, i);
    m_parents.resize(m_spans.size());
    m_children.resize(m_spans.size());
    for (SpanIndex i = 0; i < m_spans.size(); ++i) {
        const auto parent = places.constFind(m_spans[i].parent);
        if (m_spans[i].parent == 0 || parent == places.constEnd() || *parent == i)
            continue;
        m_parents[i] = *parent;
        m_children[*parent].push_back(i);
    }
}

void TraceTree::findRoot()
{
    for (SpanIndex i = 0; i < m_spans.size() && !m_root; ++i) {
        if (m_spans[i].parent == 0)
            m_root = i;
    }
    // Called from a program that does not report to us: it is the outermost we can know.
    for (SpanIndex i = 0; i < m_spans.size() && !m_root; ++i) {
        if (m_spans[i].hasRemoteParent && !m_parents[i])
            m_root = i;
    }
}

bool TraceTree::isContainer(SpanIndex span) const
{
    if (m_root != span)
        return false;
    const SpanFacts &facts = m_spans[span];
    switch (facts.finding.role) {
    case SpanRole::Chain:
    case SpanRole::Agent:
        return true;
    case SpanRole::Unknown:
        return !m_children[span].empty();
    case SpanRole::Http:
        return facts.side == SpanSide::Server && !m_children[span].empty();
    default:
        return false;
    }
}

void TraceTree::collectSteps()
{
    std::vector<bool> visited(m_spans.size(), false);
    const auto isTop = [this](SpanIndex i) { return !m_parents[i] || isContainer(*m_parents[i]); };
    for (SpanIndex i = 0; i < m_spans.size(); ++i) {
        if (isContainer(i))
            visited[i] = true;
        else if (isTop(i))
            collectBelow(i, visited);
    }
    for (SpanIndex i = 0; i < m_spans.size(); ++i) // what is left goes round in circles
        collectBelow(i, visited);
}

void TraceTree::collectBelow(SpanIndex top, std::vector<bool> &visited)
{
    std::vector<Step> stack{{top, {}}};
    while (!stack.empty()) {
        const Step step = stack.back();
        stack.pop_back();
        if (visited[step.span])
            continue;
        visited[step.span] = true;
        m_steps.push_back(step);
        const std::vector<SpanIndex> &children = m_children[step.span];
        for (auto child = children.rbegin(); child != children.rend(); ++child)
            stack.push_back({*child, step.span});
    }
}

void TraceTree::lookBelow()
{
    m_callsModel.resize(m_spans.size());
    m_callsAnything.resize(m_spans.size());
    for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
        if (!step->parent)
            continue;
        const SpanRole role = m_spans[step->span].finding.role;
        if (role == SpanRole::Llm || m_callsModel[step->span])
            m_callsModel[*step->parent] = true;
        if (role == SpanRole::Llm || role == SpanRole::Embedding || m_callsAnything[step->span])
            m_callsAnything[*step->parent] = true;
    }
}

bool TraceTree::isInnermostCall(SpanIndex span) const
{
    const SpanRole role = m_spans[span].finding.role;
    return (role == SpanRole::Llm || role == SpanRole::Embedding) && !m_callsAnything[span];
}

std::vector<bool> TraceTree::relevantFailures() const
{
    std::vector<bool> failed(m_spans.size(), false);
    for (SpanIndex i = 0; i < m_spans.size(); ++i) {
        const bool isToldAbove = isHttpOrDatabaseCall(m_spans[i]) && m_parents[i] &&
                                 m_spans[*m_parents[i]].failure.has_value();
        failed[i] = m_spans[i].failure && !isToldAbove;
    }
    return failed;
}

std::vector<SpanIndex> TraceTree::originsOfErrors() const
{
    const std::vector<bool> failed = relevantFailures();
    std::vector<bool> repeats(m_spans.size(), false);
    for (SpanIndex i = 0; i < m_spans.size(); ++i) {
        auto above = failed[i] ? m_parents[i] : std::nullopt;
        for (int steps = 0; above && *above != i && steps < kMaxErrorDistance; ++steps) {
            if (failed[*above] && tellTheSame(m_spans[*above], m_spans[i]))
                repeats[*above] = true;
            above = m_parents[*above];
        }
    }
    std::vector<SpanIndex> origins;
    for (SpanIndex i = 0; i < m_spans.size(); ++i) {
        if (failed[i] && !repeats[i])
            origins.push_back(i);
    }
    return origins;
}

std::vector<quint64> TraceTree::missingParents() const
{
    std::vector<quint64> missing;
    QSet<quint64> known;
    for (SpanIndex i = 0; i < m_spans.size(); ++i) {
        const quint64 parent = m_spans[i].parent;
        const bool isExpected =
            parent != 0 && !m_parents[i] && parent != m_spans[i].id && !m_spans[i].hasRemoteParent;
        if (isExpected && !known.contains(parent)) {
            known.insert(parent);
            missing.push_back(parent);
        }
    }
    return missing;
}

} // namespace xray::otlp
