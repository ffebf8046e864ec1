// SPDX-License-Identifier: GPL-3.0-or-later
// An event in the words of POST /batch, for the inbox: how a process that does not hold the writer
// lease hands its events to the one that does. Private to the store; any thread.
#pragma once

#include <model/core/event.h>

namespace xray::store {

/// One JSON object, ids filled in. Besides start, step, error and end there are the internal ops
/// patch, delete and restore.
[[nodiscard]] QByteArray eventToJson(const Event &event);

/// Gives the event an id of ours if it came without one that it needs; returns the id.
Uuid ensureId(Event &event);

} // namespace xray::store
