// SPDX-License-Identifier: GPL-3.0-or-later
// One span, understood by itself: everything the mapping needs to know of it but its place among
// the others. Inner to this layer; plain values made by pure functions.
#pragma once

#include "model/otlp/figures.h"
#include "model/otlp/payloads.h"
#include "model/otlp/span_role.h"

#include <model/core/spans.h>

namespace xray::otlp {

/// What OTLP calls the kind of a span, as far as it matters here.
enum class SpanSide { Other, Server, Client };

/// How a span says that it failed.
struct Failure
{
    QByteArray type;
    QByteArray message; ///< first line; empty when the span does not say why
    QByteArray stack;
    TimeNs at = 0;
};

/// What a span says of its whole trace; empty where it says nothing.
struct TraceClaims
{
    QByteArray traceName;    ///< langfuse.trace.name
    QByteArray workflowName; ///< gen_ai.workflow.name
    QByteArray entityName;   ///< traceloop.entity.name
    QByteArray functionName; ///< ai.telemetry.functionId
    QByteArray outerName;    ///< traceloop.workflow.name
    QByteArray agentName;    ///< gen_ai.agent.name
    QByteArray session;
    QByteArray environment;
    QByteArray service;
    std::vector<QByteArray> tags;
};

struct SpanFacts
{
    quint64 id = 0;
    quint64 parent = 0; ///< 0: the span is a root
    qint64 arrival = 0;
    bool hasRemoteParent = false;
    SpanSide side = SpanSide::Other;
    TimeNs start = 0;
    std::optional<TimeNs> end; ///< never before the start; nothing while the span runs
    QByteArray name;           ///< never empty
    RoleFinding finding;
    std::vector<QByteArray> names; ///< what its type is guessed from, most telling first
    QByteArray model;
    Payloads payloads;
    Figures figures;
    Selection selection; ///< of documents; that of payloads needs the type
    std::optional<Failure> failure;
    std::vector<QByteArray> notes; ///< oddities, as sentences
    TraceClaims claims;
};

/// Reads spans one by one. Keeps its buffers; not shared between threads.
class SpanFactsReader
{
public:
    explicit SpanFactsReader(const MappingRules &rules)
        : m_rules(rules)
    {
    }

    /// Nothing when the body is not that of a span, which the decoders never write.
    [[nodiscard]] std::optional<SpanFacts> read(const StoredSpan &stored, const SpanLogs &logs);

private:
    const MappingRules &m_rules;
    TextReader m_body;
    TextReader m_output;
};

} // namespace xray::otlp
