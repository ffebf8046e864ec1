// SPDX-License-Identifier: GPL-3.0-or-later
// Which calls the HTTP API has and what body each takes: decided from the request line alone,
// before a byte of the body is read. Pure functions, any thread.
#pragma once

#include "model/ingest/http_policy.h"
#include "model/ingest/limits.h"

#include <model/core/ids.h>

#include <optional>
#include <variant>

namespace xray::ingest {

enum class Endpoint {
    CreateRun,
    ListRuns,
    GetRun,
    UpdateRun,
    DeleteRun,
    PostSteps,
    ListSteps,
    PostError,
    ListErrors,
    Batch,
    Events,
    Health,
    Stats,
    Contract,
    OtlpTraces,
    OtlpLogs,
    OtlpMetrics,
};

enum class BodyKind {
    None,
    Json,
    JsonOrLines, ///< application/json or application/x-ndjson
    Otlp,        ///< application/x-protobuf or application/json
};

struct Route
{
    Endpoint endpoint = Endpoint::Health;
    BodyKind body = BodyKind::None;
    std::optional<ExecutionId> id = {}; ///< of a path that names a run
};

/// The route, or why there is none: 404, or 405 with Allow.
[[nodiscard]] std::variant<Route, Denial> findRoute(const QByteArray &method,
                                                    const QByteArray &path);

/// Whether what is at this path is OTLP.
[[nodiscard]] bool speaksOtlp(const QByteArray &path);

/// The methods that a path takes; none when there is nothing at it.
[[nodiscard]] QByteArrayList methodsOf(const QByteArray &path);

/// How large a body of this route may be, on the wire and again after inflating.
[[nodiscard]] qint64 bodyLimitOf(const Route &route, const ListenerLimits &limits);

/// Whether the body that `head` announces is one that the route takes: its type (415), its encoding
/// (identity or gzip, else 415), its announced length (413), and that it has none when the route
/// takes none (400).
[[nodiscard]] std::optional<Denial> checkBody(const RequestHead &head, const Route &route,
                                              qint64 maxBytes);

} // namespace xray::ingest
