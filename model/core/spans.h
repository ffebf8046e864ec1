// SPDX-License-Identifier: GPL-3.0-or-later
// Spans: what OpenTelemetry programs send, kept as it came beside the run it is shown as. A trace
// is one run; whatever arrives of it later may change any of its steps, so the store keeps every
// span and asks a TraceMapper for the whole run again. Plain values, any thread.
#pragma once

#include "model/core/event.h"

#include <vector>

namespace xray {

enum class SpanKind { Span, Log };

/// One span, or one log record that belongs to one, in one normal form: a JSON object with
/// "span" or "log" (the fields of OTLP JSON in lowerCamelCase, ids in lower-case hex, 64-bit
/// integers as JSON numbers, attributes folded into an object), "resource" and "scope".
struct RawSpan
{
    ExecutionId executionId; ///< the 16 bytes of the trace id
    SpanKind kind = SpanKind::Span;
    /// The 8 bytes of the span id, big-endian; of a log: of the span it belongs to, or 0.
    quint64 spanId = 0;
    TimeNs endedAt = 0; ///< of a resent span that differs, the one that ended later is kept
    JsonText body;
};

/// A span as the store holds it, in order of arrival.
struct StoredSpan
{
    qint64 arrival = 0; ///< grows with arrival
    RawSpan span;
};

/// What a trace comes to, complete: what is not in it is not part of the run.
struct MappedTrace
{
    ExecutionEvent run;           ///< with every field that is known
    std::vector<StepEvent> steps; ///< in step order, with ids that are always the same
    std::vector<ErrorEvent> errors;
};

/// Understands traces. Pure and thread-safe; the same spans in any order of arrival come to the
/// same run, but for siblings that nothing but arrival tells apart.
class TraceMapper
{
public:
    virtual ~TraceMapper() = default;
    [[nodiscard]] virtual MappedTrace map(ExecutionId id,
                                          const std::vector<StoredSpan> &spans) const = 0;
};

} // namespace xray
