// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, steps and errors as readers hand them out, from the columns every reader selects. Pure
// functions on a statement that stands on a row; private to the store.
#pragma once

#include "model/store/sqlite_connection.h"

#include <model/core/execution.h>

#define XRAY_RUN_COLUMNS(trigger, metadata)                                                        \
    "e.id, e.uuid, e.pipeline_name, e.environment, " trigger ", e.status, e.started_at, "          \
    "e.ended_at, e.duration_ns, " metadata ", e.tags, e.session, e.source, e.step_count, "         \
    "e.error_count, e.title, e.outcome, e.failure"

/// Of a table `executions e`.
#define XRAY_RUN_FIELDS XRAY_RUN_COLUMNS("e.\"trigger\"", "e.metadata")
/// The same for lists: without trigger and metadata, which may be large.
#define XRAY_RUN_LINE_FIELDS XRAY_RUN_COLUMNS("NULL", "NULL")

/// Of a table `execution_steps s`.
#define XRAY_STEP_FIELDS                                                                           \
    "s.id, s.execution_id, s.uuid, s.parent_uuid, s.step_index, s.step_name, s.step_type, "        \
    "s.status, s.started_at, s.ended_at, s.duration_ns, s.metrics, s.count_in, s.count_out, "      \
    "s.error_count, s.issues, s.origin"

#define XRAY_ERROR_COLUMNS(stack, payload)                                                         \
    "r.uuid, r.execution_id, r.step_id, e.uuid, s.uuid, r.error_type, r.message, " stack           \
    ", " payload ", r.occurred_at"

/// Of XRAY_ERROR_SOURCE, to be followed by a condition.
#define XRAY_ERROR_FIELDS XRAY_ERROR_COLUMNS("r.stack", "r.payload")
/// The same for lists: without stacks and payloads.
#define XRAY_ERROR_LINE_FIELDS XRAY_ERROR_COLUMNS("NULL", "NULL")
#define XRAY_ERROR_SOURCE                                                                          \
    "execution_errors r JOIN executions e ON e.id = r.execution_id "                               \
    "LEFT JOIN execution_steps s ON s.id = r.step_id WHERE e.purge_at IS NULL AND "

namespace xray::store {

inline constexpr int kStepFieldCount = 17;

/// From XRAY_RUN_FIELDS or XRAY_RUN_LINE_FIELDS.
[[nodiscard]] Execution executionFrom(const Statement &row);
/// Bytes of its trigger and metadata.
[[nodiscard]] qint64 contentBytes(const Execution &run);
/// From XRAY_STEP_FIELDS.
[[nodiscard]] Step stepFrom(const Statement &row, ExecutionId runId);
/// From XRAY_ERROR_FIELDS or XRAY_ERROR_LINE_FIELDS.
[[nodiscard]] ExecutionError errorFrom(const Statement &row);

} // namespace xray::store
