// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters after the question mark as the questions of the reading ports, and the cursors
// that lead from one page to the next. Pure functions, any thread. Errors name the parameter as
// field.
#pragma once

#include <model/core/ports.h>

#include <QByteArray>

namespace xray::ingest {

/// GET /executions: pipeline_name, status, environment, session, from, to, limit, cursor.
[[nodiscard]] Result<RunPageQuery> parseRunPageQuery(const QByteArray &query);
/// GET /execution-steps: execution_id, payload, limit, cursor.
[[nodiscard]] Result<StepPageQuery> parseStepPageQuery(const QByteArray &query);
/// GET /execution-errors: execution_id.
[[nodiscard]] Result<ExecutionId> parseErrorsQuery(const QByteArray &query);
/// Calls that take no parameter.
[[nodiscard]] Result<> parseNoParameters(const QByteArray &query);

/// Opaque to clients: the place of the last run or step of a page.
[[nodiscard]] QByteArray cursorAfter(const Execution &run);
[[nodiscard]] QByteArray cursorAfter(const Step &step);

} // namespace xray::ingest
