// SPDX-License-Identifier: GPL-3.0-or-later
// The parameter q of the listing calls: its text as a question to a QuerySource, together with the
// other parameters that narrow the answer. Pure functions, any thread. Errors name q as field, say
// where in it, and what was expected.
#pragma once

#include "model/ingest/query_parameters.h"

#include <model/query/source.h>

namespace xray::ingest {

/// GET /executions?q=: a run query, with or without "runs where".
[[nodiscard]] Result<query::RunQuestion>
runQuestionOf(const RunCall &call, const query::Catalogue &catalogue, TimeNs now);

/// GET /execution-steps?q=: a step query; of one run when execution_id is given too.
[[nodiscard]] Result<query::StepQuestion>
stepQuestionOf(const StepCall &call, const query::Catalogue &catalogue, TimeNs now);

/// GET /events?q=: a query of either subject.
[[nodiscard]] Result<query::Query> streamQueryOf(const QString &text,
                                                 const query::Catalogue &catalogue);

} // namespace xray::ingest
