// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters after the question mark as the questions of the reading ports, and the cursors
// that lead from one page to the next. Pure functions, any thread. Errors name the parameter as
// field.
#pragma once

#include <model/core/ports.h>

#include <QByteArray>

#include <optional>

namespace xray::ingest {

struct RunCall
{
    RunPageQuery page = {};
    std::optional<QString> q = {}; ///< a query in its own language, not looked at yet
};

/// With a q, page.executionId may be null, and `before` takes the place of page.after.
struct StepCall
{
    StepPageQuery page = {};
    std::optional<QString> q = {};
    std::optional<StepRow> before = {};
};

/// GET /executions: pipeline_name, status, environment, session, from, to, q, limit, cursor.
[[nodiscard]] Result<RunCall> parseRunCall(const QByteArray &query);
/// GET /execution-steps: execution_id, q, payload, limit, cursor.
[[nodiscard]] Result<StepCall> parseStepCall(const QByteArray &query);
/// GET /events: q, or nothing.
[[nodiscard]] Result<std::optional<QString>> parseStreamCall(const QByteArray &query);
/// GET /execution-errors: execution_id, cursor.
[[nodiscard]] Result<ErrorPageQuery> parseErrorCall(const QByteArray &query);
/// Calls that take no parameter.
[[nodiscard]] Result<> parseNoParameters(const QByteArray &query);

/// Opaque to clients: the place of the last run or step of a page.
[[nodiscard]] QByteArray cursorAfter(const Execution &run);
[[nodiscard]] QByteArray cursorAfter(const ExecutionError &error);
[[nodiscard]] QByteArray cursorAfter(const Step &step);
/// The same in the answer to a step query.
[[nodiscard]] QByteArray queryCursorAfter(const Step &step);

} // namespace xray::ingest
