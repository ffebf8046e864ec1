// SPDX-License-Identifier: GPL-3.0-or-later
// From the spans of a trace to a run: what each span is in the words of its convention
// (OpenInference, gen_ai, AI SDK, Traceloop, Langfuse), which step that makes, in what order, with
// which payloads, figures, decisions and errors. docs/OTLP.md says how. Pure; any thread.
#pragma once

#include "model/otlp/rules.h"

#include <model/core/spans.h>

#include <memory>

namespace xray::otlp {

/// Grows whenever the same spans come to another run than before: stored traces are mapped again.
inline constexpr qint64 kMappingVersion = 2;

/// The mapper under these rules. A trace of which only log records are known maps to a run without
/// a pipeline name: there is nothing to show before its first span.
[[nodiscard]] std::unique_ptr<TraceMapper> makeMapper(MappingRules rules);

/// The 16 bytes of the trace id are the run's id.
/// The id of the step that a span makes: always the same, a UUID of version 8 made of the first
/// 16 bytes of SHA-256("xray.step" + trace id + span id).
[[nodiscard]] StepId stepIdOf(ExecutionId run, quint64 spanId);
/// The same with "xray.error": the error that a span originated.
[[nodiscard]] ErrorId errorIdOf(ExecutionId run, quint64 spanId);

} // namespace xray::otlp
