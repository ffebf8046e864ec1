// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/busy_pipeline.h"

#include "tests/app/pipeline_client.h"

#include <model/core/time.h>
#include <model/otlp/mapper.h>

#include <QByteArrayList>
#include <QRandomGenerator>

#include <array>

namespace xray::test {

namespace {

constexpr int kArraySteps = 3;
constexpr int kBatchSteps = 4;
constexpr int kTraceSpans = 3;

QByteArray errorJson(ExecutionId run, const Uuid &id)
{
    return R"({"id":")" + id.toUtf8() + R"(","execution_id":")" + run.toUtf8() +
           R"(","message":"it broke"})";
}

QByteArray asLine(const char *op, QByteArray json)
{
    return json.replace(0, 1, QByteArray(R"({"op":")") + op + "\",") + '\n';
}

Sent startRun(ExecutionId run)
{
    return {.method = "POST", .path = "/executions", .body = runJson(run), .runs = {run.uuid()}};
}

Sent logStep(ExecutionId run, StepId step)
{
    return {.method = "POST",
            .path = "/execution-steps",
            .body = stepJson(run, step, R"(,"reasoning_payload":{"confidence":0.5})"),
            .steps = {step.uuid()},
            .stepsFollowIn = run};
}

Sent beginStep(ExecutionId run, StepId step)
{
    return {.method = "POST",
            .path = "/execution-steps",
            .body = stepJson(run, step, R"(,"status":"running","input_payload":{"a":1})"),
            .steps = {step.uuid()},
            .stepsFollowIn = run};
}

Sent completeStep(ExecutionId run, StepId step)
{
    return {
        .method = "POST",
        .path = "/execution-steps",
        .body = stepJson(run, step, R"(,"status":"completed","output_payload":{"b":[1,2]})"),
        .changes = {{"execution_steps WHERE status = 'completed' AND input_payload = '{\"a\":1}' "
                     "AND output_payload = '{\"b\":[1,2]}'",
                     step.uuid()}}};
}

Sent logArray(ExecutionId run)
{
    Sent sent{
        .method = "POST", .path = "/execution-steps", .isAllOrNothing = true, .stepsFollowIn = run};
    for (int i = 0; i < kArraySteps; ++i) {
        const StepId step = StepId::newV7();
        sent.steps.push_back(step.uuid());
        sent.body += (i == 0 ? "[" : ",") + stepJson(run, step);
    }
    sent.body += ']';
    return sent;
}

Sent logBatch(ExecutionId run)
{
    const Uuid error = Uuid::newV7();
    Sent sent{.method = "POST", .path = "/batch", .errors = {error}, .stepsFollowIn = run};
    for (int i = 0; i < kBatchSteps; ++i) {
        const StepId step = StepId::newV7();
        sent.steps.push_back(step.uuid());
        sent.body += asLine("step", stepJson(run, step));
    }
    sent.body += asLine("error", errorJson(run, error));
    return sent;
}

Sent logError(ExecutionId run)
{
    const Uuid error = Uuid::newV7();
    return {.method = "POST",
            .path = "/execution-errors",
            .body = errorJson(run, error),
            .errors = {error}};
}

Sent tagRun(ExecutionId run)
{
    return {.method = "PATCH",
            .path = "/executions/" + run.toUtf8(),
            .body = R"({"tags":["tried"],"metadata":{"query":"laptop stand"}})",
            .changes = {{"executions WHERE tags = '[\"tried\"]'", run.uuid()}}};
}

Sent endRun(ExecutionId run)
{
    return {.method = "POST",
            .path = "/batch",
            .body = R"({"op":"end","id":")" + run.toUtf8() + "\"}\n",
            .changes = {{"executions WHERE status = 'completed'", run.uuid()}}};
}

QByteArray hexOf(quint64 spanId)
{
    return QByteArray::number(spanId, 16).rightJustified(16, '0');
}

QByteArray spanJson(ExecutionId trace, quint64 span, quint64 parent)
{
    const QByteArray start = QByteArray::number(static_cast<qlonglong>(nowNs()));
    return R"({"traceId":")" + trace.toUtf8().replace("-", "") + R"(","spanId":")" + hexOf(span) +
           R"(",)" + (parent ? R"("parentSpanId":")" + hexOf(parent) + R"(",)" : QByteArray()) +
           R"("name":"chat","kind":1,"startTimeUnixNano":")" + start + R"(","endTimeUnixNano":")" +
           start + R"(","attributes":[{"key":"openinference.span.kind","value":{"stringValue":")" +
           (parent ? "LLM" : "CHAIN") +
           R"("}},{"key":"input.value","value":{"stringValue":"why"}}]})";
}

Sent sendSpans(const QByteArrayList &spans)
{
    return {.method = "POST",
            .path = "/v1/traces",
            .body = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans.join(',') + "]}]}]}"};
}

/// The children, which make the run.
Sent sendChildren(ExecutionId trace, quint64 root)
{
    QByteArrayList spans;
    std::vector<Uuid> steps;
    for (int i = 1; i <= kTraceSpans; ++i) {
        spans += spanJson(trace, root + i, root);
        steps.push_back(otlp::stepIdOf(trace, root + i).uuid());
    }
    Sent sent = sendSpans(spans);
    sent.runs = {trace.uuid()};
    sent.steps = std::move(steps);
    return sent;
}

/// The root, which ends it.
Sent sendRoot(ExecutionId trace, quint64 root)
{
    Sent sent = sendSpans({spanJson(trace, root, 0)});
    sent.changes = {{"executions WHERE status = 'completed' AND source = 'otlp'", trace.uuid()}};
    return sent;
}

std::array<Sent, 11> requestsOfOneRun()
{
    const ExecutionId run = ExecutionId::newV7();
    const StepId slow = StepId::newV7();
    const ExecutionId trace = ExecutionId::newV7();
    const quint64 root = QRandomGenerator::global()->generate64() >> 1 | 1;
    return {startRun(run),
            beginStep(run, slow),
            completeStep(run, slow),
            logArray(run),
            sendChildren(trace, root),
            logBatch(run),
            logError(run),
            tagRun(run),
            sendRoot(trace, root),
            logStep(run, StepId::newV7()),
            endRun(run)};
}

int send(PipelineClient &client, const Sent &request)
{
    if (request.method == "PATCH")
        return client.patch(request.path, request.body).status;
    return request.path == "/batch" ? client.postLines(request.body).status
                                    : client.post(request.path, request.body).status;
}

} // namespace

int post(quint16 port, const Sent &request)
{
    PipelineClient client(port);
    return send(client, request);
}

BusyPipeline::BusyPipeline(quint16 port, std::atomic<int> &acknowledged)
    : m_acknowledged(acknowledged)
    , m_thread([this, port] { work(port); })
{
}

void BusyPipeline::wait()
{
    if (m_thread.joinable())
        m_thread.join();
}

void BusyPipeline::work(quint16 port)
{
    PipelineClient client(port);
    for (;;) {
        for (Sent &request : requestsOfOneRun()) {
            m_sent.push_back(std::move(request));
            m_sent.back().isAcknowledged = send(client, m_sent.back()) / 100 == 2;
            if (!m_sent.back().isAcknowledged)
                return;
            m_acknowledged.fetch_add(1);
            m_acknowledged.notify_all();
        }
    }
}

Sent largeTraceRequest(ExecutionId trace, int number)
{
    constexpr quint64 root = 1;
    QByteArrayList spans;
    for (int i = 0; i < kSpansOfLargeRequest; ++i) {
        const quint64 span = root + quint64(number) * kSpansOfLargeRequest + quint64(i);
        spans += spanJson(trace, span, span == root ? 0 : root);
    }
    return sendSpans(spans);
}

} // namespace xray::test
