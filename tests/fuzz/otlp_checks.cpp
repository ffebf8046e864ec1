// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/otlp_checks.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

#include <cstdlib>

namespace xray::fuzz {

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void checkSpan(const RawSpan &span)
{
    require(!span.executionId.isNull() && span.spanId != 0 && span.endedAt >= 0);
    const QJsonObject body = QJsonDocument::fromJson(span.body).object();
    require(body.contains(span.kind == SpanKind::Span ? u"span" : u"log"));
    require(body.contains(u"resource") && body.contains(u"scope"));
}

void checkPayload(const Field<JsonText> &payload)
{
    if (payload.hasValue())
        require(payload->startsWith('{') && payload->endsWith('}'));
}

void checkStep(const StepEvent &step)
{
    require(step.id && step.executionId && step.name.hasValue() && !step.name->isEmpty());
    require(!step.endedAt.hasValue() || *step.endedAt >= *step.startedAt);
    require(stepOriginFromJson(step.origin).has_value());
    checkPayload(step.input);
    checkPayload(step.output);
    checkPayload(step.reasoning);
}

void checkRun(const MappedTrace &run)
{
    QSet<StepId> before;
    for (const StepEvent &step : run.steps) {
        checkStep(step);
        require(*step.index == qint64(before.size()) + 1 && !before.contains(*step.id));
        require(step.parentId.isNull() || before.contains(*step.parentId));
        before.insert(*step.id);
    }
    for (const ErrorEvent &error : run.errors)
        require(error.stepId.isNull() || before.contains(*error.stepId));
    require(run.run.pipelineName.hasValue() || run.steps.empty());
}

} // namespace

void checkDecoded(const Result<otlp::DecodedTraces> &decoded, otlp::Encoding encoding)
{
    if (!decoded) {
        require(!decoded.error().message.isEmpty());
        return;
    }
    require((decoded->rejected > 0) == !decoded->why.isEmpty());
    require(decoded->rejected == 0 || !traceResponse(*decoded, encoding).isEmpty());
    for (const RawSpan &span : decoded->spans)
        checkSpan(span);
}

void checkMapped(const std::vector<RawSpan> &spans, const TraceMapper &mapper)
{
    if (spans.empty())
        return;
    std::vector<StoredSpan> stored;
    for (const RawSpan &span : spans)
        stored.push_back({qint64(stored.size()) + 1, span});
    checkRun(mapper.map(spans.front().executionId, stored));
}

} // namespace xray::fuzz
