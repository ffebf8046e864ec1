// SPDX-License-Identifier: GPL-3.0-or-later
// Runs and steps as readers hand them out, from the columns every reader selects. Pure functions on
// a statement that stands on a row; private to the store.
#pragma once

#include "model/store/sqlite_connection.h"

#include <model/core/execution.h>

/// Of a table `executions e`.
#define XRAY_RUN_FIELDS                                                                            \
    "e.id, e.uuid, e.pipeline_name, e.environment, e.\"trigger\", e.status, e.started_at, "        \
    "e.ended_at, e.duration_ns, e.metadata, e.tags, e.session, e.source, e.step_count, "           \
    "e.error_count, e.title, e.outcome, e.failure"

/// Of a table `execution_steps s`.
#define XRAY_STEP_FIELDS                                                                           \
    "s.id, s.execution_id, s.uuid, s.parent_uuid, s.step_index, s.step_name, s.step_type, "        \
    "s.status, s.started_at, s.ended_at, s.duration_ns, s.metrics, s.count_in, s.count_out, "      \
    "s.error_count, s.issues, s.origin"

namespace xray::store {

inline constexpr int kStepFieldCount = 17;

/// From XRAY_RUN_FIELDS.
[[nodiscard]] Execution executionFrom(const Statement &row);
/// From XRAY_STEP_FIELDS.
[[nodiscard]] Step stepFrom(const Statement &row, ExecutionId runId);

} // namespace xray::store
