// SPDX-License-Identifier: GPL-3.0-or-later
// Jaeger JSON (what its UI downloads and GET /api/traces answers) as OTLP JSON. Pure; any thread.
#pragma once

#include <QByteArray>

#include <optional>

namespace xray::app {

/// An ExportTraceServiceRequest with the spans of all traces in the file; nothing when it is no
/// Jaeger JSON. Tags become attributes, logs events, error=true and otel.status_code the status.
[[nodiscard]] std::optional<QByteArray> otlpOfJaeger(const QByteArray &json);

} // namespace xray::app
