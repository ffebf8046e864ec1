// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs an export writes. Reading blocks: on any thread but the GUI's.
#pragma once

#include <model/core/ports.h>
#include <model/query/source.h>

#include <vector>

namespace xray::app {

/// Every run of the store, oldest first, so that what is read back arrives in the order it
/// happened.
[[nodiscard]] Result<std::vector<ExecutionId>> everyRun(RunSource &source, const Ticket &ticket);

/// The runs that match, or that have a step that does, each once; the one whose latest match is the
/// oldest first. `now` is what relative times count from.
[[nodiscard]] Result<std::vector<ExecutionId>>
runsOf(query::QuerySource &source, const query::Query &query, TimeNs now, const Ticket &ticket);

} // namespace xray::app
