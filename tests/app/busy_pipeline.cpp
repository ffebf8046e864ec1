// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/busy_pipeline.h"

#include "tests/app/pipeline_client.h"

#include <array>

namespace xray::test {

namespace {

constexpr int kArraySteps = 3;
constexpr int kBatchSteps = 4;

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
            .steps = {step.uuid()}};
}

Sent beginStep(ExecutionId run, StepId step)
{
    return {.method = "POST",
            .path = "/execution-steps",
            .body = stepJson(run, step, R"(,"status":"running","input_payload":{"a":1})"),
            .steps = {step.uuid()}};
}

Sent completeStep(ExecutionId run, StepId step)
{
    return {.method = "POST",
            .path = "/execution-steps",
            .body = stepJson(run, step, R"(,"status":"completed","output_payload":{"b":[1,2]})")};
}

Sent logArray(ExecutionId run)
{
    Sent sent{.method = "POST", .path = "/execution-steps", .isAllOrNothing = true};
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
    Sent sent{.method = "POST", .path = "/batch", .errors = {error}};
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
            .body = R"({"tags":["tried"],"metadata":{"query":"laptop stand"}})"};
}

Sent endRun(ExecutionId run)
{
    return {.method = "POST",
            .path = "/batch",
            .body = R"({"op":"end","id":")" + run.toUtf8() + "\"}\n",
            .ended = {run.uuid()}};
}

std::array<Sent, 9> requestsOfOneRun()
{
    const ExecutionId run = ExecutionId::newV7();
    const StepId slow = StepId::newV7();
    return {startRun(run),
            beginStep(run, slow),
            completeStep(run, slow),
            logArray(run),
            logBatch(run),
            logError(run),
            tagRun(run),
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

} // namespace xray::test
