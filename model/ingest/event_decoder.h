// SPDX-License-Identifier: GPL-3.0-or-later
// From JSON text to events: what the HTTP API, the batch lines and the store's inbox accept as a
// run, a step or an error. Checks the shape (JSON, field names, types, words); which fields must be
// present, and what they mean together, is the writer's admission. Payloads keep the text they came
// with, minified. simdjson does the parsing and appears in no header. Pure functions, any thread:
// each thread has its own parser.
#pragma once

#include "model/ingest/limits.h"

#include <model/core/event.h>

#include <QByteArrayView>

namespace xray::ingest {

// Errors of every function here: InvalidJson (not JSON or not UTF-8, deeper than `maxDepth`, a key
// twice in one object, a number no double holds, a lone surrogate, not an object), UnknownField
// with the nearest name, ReadOnlyField, InvalidValue. `field` names the field; a byte order mark at
// the start is skipped.

/// The body of POST /executions: a Start.
[[nodiscard]] Result<ExecutionEvent> decodeExecution(QByteArrayView json,
                                                     int maxDepth = kJsonDepth);

/// The body of PATCH /executions/{id}: an Update of `id`. An "id" in the body must be the same.
[[nodiscard]] Result<ExecutionEvent> decodeExecutionUpdate(QByteArrayView json, ExecutionId id,
                                                           int maxDepth = kJsonDepth);

/// The body of POST /execution-steps: one step or an array of 1 to `maxEvents`. An error of an
/// array has the 1-based element as its line. More elements are TooLarge.
[[nodiscard]] Result<std::vector<StepEvent>> decodeSteps(QByteArrayView json, int maxEvents,
                                                         int maxDepth = kJsonDepth);

/// The body of POST /execution-errors.
[[nodiscard]] Result<ErrorEvent> decodeError(QByteArrayView json, int maxDepth = kJsonDepth);

/// Whose operations a batch line may ask for.
enum class BatchOps {
    Public,       ///< start, step, error, end
    WithInternal, ///< also patch, delete {"id","purge_after_ms"} and restore {"id"}
};

/// One operation: {"op": …} and the fields of its entity.
[[nodiscard]] Result<Event> decodeBatchLine(QByteArrayView json, BatchOps ops = BatchOps::Public,
                                            int maxDepth = kJsonDepth);

struct DecodedBatch
{
    std::vector<Event> events;
    std::vector<int> lines;     ///< of each event, from 1; blank lines count
    std::vector<Error> refused; ///< what could not be decoded, each with its line
};

/// The body of POST /batch: NDJSON, or an array when it begins with '['. A bad line is refused
/// alone; a body that is empty, or an array that is not JSON, is InvalidJson as a whole, and more
/// than `maxEvents` operations are TooLarge.
[[nodiscard]] Result<DecodedBatch> decodeBatch(QByteArrayView body, int maxEvents,
                                               int maxDepth = kJsonDepth);

} // namespace xray::ingest
