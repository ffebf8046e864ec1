// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/routes.h"

#include <QByteArrayList>

#include <algorithm>

namespace xray::ingest {

namespace {

struct Rule
{
    const char *method;
    const char *path; ///< ends in "/" when an id follows
    Endpoint endpoint;
    BodyKind body = BodyKind::None;
};

constexpr Rule kRules[] = {
    {"POST", "/executions", Endpoint::CreateRun, BodyKind::Json},
    {"GET", "/executions", Endpoint::ListRuns},
    {"GET", "/executions/", Endpoint::GetRun},
    {"PATCH", "/executions/", Endpoint::UpdateRun, BodyKind::Json},
    {"DELETE", "/executions/", Endpoint::DeleteRun},
    {"POST", "/execution-steps", Endpoint::PostSteps, BodyKind::Json},
    {"GET", "/execution-steps", Endpoint::ListSteps},
    {"POST", "/execution-errors", Endpoint::PostError, BodyKind::Json},
    {"GET", "/execution-errors", Endpoint::ListErrors},
    {"POST", "/batch", Endpoint::Batch, BodyKind::JsonOrLines},
    {"GET", "/events", Endpoint::Events},
    {"GET", "/healthz", Endpoint::Health},
    {"GET", "/stats", Endpoint::Stats},
    {"GET", "/openapi.json", Endpoint::Contract},
    {"POST", "/v1/traces", Endpoint::OtlpTraces, BodyKind::Otlp},
    {"POST", "/v1/logs", Endpoint::OtlpLogs, BodyKind::Otlp},
    {"POST", "/v1/metrics", Endpoint::OtlpMetrics, BodyKind::Otlp},
    {"POST", "/api/public/otel/v1/traces", Endpoint::OtlpTraces, BodyKind::Otlp},
    {"POST", "/api/public/otel/v1/logs", Endpoint::OtlpLogs, BodyKind::Otlp},
    {"POST", "/api/public/otel/v1/metrics", Endpoint::OtlpMetrics, BodyKind::Otlp},
};

/// Paths of the interface that this version does not serve, and what to say.
struct Absence
{
    const char *prefix;
    const char *message;
};

constexpr Absence kAbsences[] = {
    {"/v1/", "OTLP is taken at /v1/traces, /v1/logs and /v1/metrics."},
    {"/api/public/otel/", "OTLP is taken at /api/public/otel/v1/traces, …/logs and …/metrics."},
    {"/schemas", "Pipeline schemas are not served by this version of X-Ray."},
};

bool namesRun(const Rule &rule)
{
    return QByteArrayView(rule.path).endsWith('/');
}

bool matches(const Rule &rule, const QByteArray &path)
{
    if (!namesRun(rule))
        return path == rule.path;
    const qsizetype prefix = QByteArrayView(rule.path).size();
    return path.startsWith(rule.path) && path.size() > prefix && !path.mid(prefix).contains('/');
}

Denial notThere(const QByteArray &path)
{
    for (const Absence &absence : kAbsences)
        if (path.startsWith(absence.prefix))
            return {404, "not_found", QString::fromLatin1(absence.message)};
    return {404, "not_found",
            QStringLiteral("There is nothing at this address; /openapi.json lists what there is.")};
}

Denial notAllowed(const QByteArray &allowed)
{
    return {405, "method_not_allowed",
            QStringLiteral("This address takes %1.").arg(QString::fromLatin1(allowed)),
            "Allow: " + allowed + "\r\n"};
}

/// What a route takes besides application/json; null when nothing.
const char *otherTypeOf(BodyKind body)
{
    switch (body) {
    case BodyKind::JsonOrLines:
        return "application/x-ndjson";
    case BodyKind::Otlp:
        return "application/x-protobuf";
    case BodyKind::None:
    case BodyKind::Json:
        break;
    }
    return nullptr;
}

Denial unsupportedType(const Route &route)
{
    const char *other = otherTypeOf(route.body);
    const QString either = other ? QStringLiteral("%1 or ").arg(QLatin1String(other)) : QString();
    return {415, "unsupported_media_type",
            QStringLiteral("Content-Type must be %1application/json.").arg(either)};
}

bool takesType(const Route &route, const QByteArray &contentType)
{
    const QByteArray type = textBefore(contentType, ';').trimmed().toLower();
    const char *other = otherTypeOf(route.body);
    return type == "application/json" || (other && type == other);
}

std::variant<Route, Denial> routeOf(const Rule &rule, const QByteArray &path)
{
    Route route{.endpoint = rule.endpoint, .body = rule.body};
    if (!namesRun(rule))
        return route;
    const QByteArray id = path.mid(path.lastIndexOf('/') + 1);
    route.id = ExecutionId::fromText({id.data(), static_cast<std::size_t>(id.size())});
    if (!route.id)
        return Denial{404, "not_found", QStringLiteral("The id in the address is not a UUID.")};
    return route;
}

} // namespace

std::variant<Route, Denial> findRoute(const QByteArray &method, const QByteArray &path)
{
    for (const Rule &rule : kRules)
        if (method == rule.method && matches(rule, path))
            return routeOf(rule, path);
    const QByteArrayList allowed = methodsOf(path);
    return allowed.isEmpty() ? notThere(path) : notAllowed(allowed.join(", "));
}

bool speaksOtlp(const QByteArray &path)
{
    return std::ranges::any_of(kRules, [&path](const Rule &rule) {
        return rule.body == BodyKind::Otlp && matches(rule, path);
    });
}

QByteArrayList methodsOf(const QByteArray &path)
{
    QByteArrayList methods;
    for (const Rule &rule : kRules)
        if (matches(rule, path))
            methods.append(rule.method);
    return methods;
}

qint64 bodyLimitOf(const Route &route, const ListenerLimits &limits)
{
    switch (route.body) {
    case BodyKind::None:
        return 0;
    case BodyKind::Json:
    case BodyKind::JsonOrLines:
        return limits.bodyBytes;
    case BodyKind::Otlp:
        return limits.otlpBodyBytes;
    }
    return 0;
}

std::optional<Denial> checkBody(const RequestHead &head, const Route &route, qint64 maxBytes)
{
    if (route.body == BodyKind::None) {
        if (head.chunked || head.contentLength.value_or(0) > 0)
            return Denial{400, "bad_request", QStringLiteral("This call takes no body.")};
        return {};
    }
    if (!takesType(route, head.contentType))
        return unsupportedType(route);
    if (!head.contentEncoding.isEmpty() && head.contentEncoding != "gzip" &&
        head.contentEncoding != "identity")
        return Denial{415, "unsupported_media_type",
                      QStringLiteral("Content-Encoding must be gzip or absent."),
                      "Accept-Encoding: gzip\r\n"};
    if (head.contentLength.value_or(0) > static_cast<std::uint64_t>(maxBytes))
        return bodyTooLarge(maxBytes);
    return {};
}

} // namespace xray::ingest
