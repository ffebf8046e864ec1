// SPDX-License-Identifier: GPL-3.0-or-later
// What the diagnostics view shows of a host: figures of listener and store and refusals in words,
// and what is wrong with what to do next. Pure; any thread.
#pragma once

#include "app/host/host.h"

#include <views/diagnostics/diagnostics_snapshot.h>

namespace xray::app {

struct DiagnosticsInput
{
    HostState state;
    SinkStats sink;
    std::optional<ingest::ListenerStats> listener; ///< absent while nothing listens
    std::vector<ingest::Refusal> refusals;         ///< latest last
    store::StoreUrl url;
    store::Synchronous synchronous = store::Synchronous::Normal;
};

[[nodiscard]] views::DiagnosticsSnapshot diagnosticsOf(const DiagnosticsInput &input);

} // namespace xray::app
