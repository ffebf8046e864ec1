// SPDX-License-Identifier: GPL-3.0-or-later
// What the diagnostics view shows of a host: figures of listener and store in words, refusals of
// one kind folded into one line, and what is wrong with what to do next. Pure; any thread.
#pragma once

#include "app/host/host.h"

#include <views/diagnostics/diagnostics_snapshot.h>

namespace xray::app {

/// Kinds of refusals that are shown at most; the listener remembers no more than some hundred.
inline constexpr std::size_t kMostRefusedKinds = 200;

struct DiagnosticsInput
{
    HostState state;
    SinkStats sink;
    std::optional<ingest::ListenerStats> listener; ///< absent while nothing listens
    std::vector<ingest::Refusal> refusals;         ///< oldest first
    store::StoreUrl url;
    store::Synchronous synchronous = store::Synchronous::Normal;
};

[[nodiscard]] views::DiagnosticsSnapshot diagnosticsOf(const DiagnosticsInput &input);

/// One entry a kind, latest first. Ports are left out of where they came from: a client has another
/// one with every connection.
[[nodiscard]] std::vector<views::RefusedKind>
foldRefusals(const std::vector<ingest::Refusal> &refusals);

} // namespace xray::app
