// SPDX-License-Identifier: GPL-3.0-or-later
// Spans: what OpenTelemetry programs send, kept as it came beside the run it is shown as. A trace
// is one run; whatever arrives of it later may change any of its steps, so the store keeps every
// span and asks a TraceMapper for the whole run again. Plain values, any thread.
#pragma once

#include "model/core/event.h"

#include <vector>

namespace xray {

/// A span as the store holds it, in order of arrival.
struct StoredSpan
{
    qint64 arrival = 0; ///< grows with arrival
    RawSpan span;
};

/// What a trace comes to, complete: what is not in it is not part of the run.
/// Every step and error has an id that is always the same for the same span.
struct MappedTrace
{
    ExecutionEvent run;           ///< with every field that is known
    std::vector<StepEvent> steps; ///< in step order, index from 1
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
