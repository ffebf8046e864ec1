// SPDX-License-Identifier: GPL-3.0-or-later
// One JSON object into one event: which fields a run, a step, an error and each operation of a
// batch have. Private to the decoder; includes simdjson, so only .cpp files of this layer may
// include it. Pure functions, any thread.
#pragma once

#include "model/ingest/event_decoder.h"

#include <simdjson.h>

namespace xray::ingest {

// Errors: UnknownField with the nearest name, ReadOnlyField, InvalidValue, MissingField,
// InvalidJson.

/// Reads the fields into `event`, which says of what kind it is.
[[nodiscard]] Result<ExecutionEvent> readExecution(simdjson::ondemand::object object,
                                                   ExecutionEvent event);
[[nodiscard]] Result<StepEvent> readStep(simdjson::ondemand::object object);
[[nodiscard]] Result<ErrorEvent> readError(simdjson::ondemand::object object);

/// An operation of a batch; `looked` is the same object in the tree, where its "op" is found
/// wherever it stands. InvalidJson when it is no object; `object` is not looked at then.
[[nodiscard]] Result<Event> readOperation(simdjson::dom::element looked,
                                          simdjson::ondemand::object object, BatchOps ops);

} // namespace xray::ingest
