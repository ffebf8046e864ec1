// SPDX-License-Identifier: GPL-3.0-or-later
// Any body of any call is decoded or refused with a reason: runs, steps, errors, NDJSON and arrays.
// A batch loses no line, and its payloads are JSON that admission can read.

#include <model/admission/json_text.h>
#include <model/admission/merge.h>
#include <model/ingest/event_decoder.h>

#include <cstdlib>

using namespace xray;
using namespace xray::ingest;

namespace {

constexpr int kMaxEvents = 50;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

template<class T>
void checkRefusal(const Result<T> &result)
{
    require(result.ok() || !result.error().message.isEmpty());
}

void checkPayload(const Field<JsonText> &payload)
{
    if (payload.hasValue())
        require(payload->startsWith('{') && payload->endsWith('}'));
}

void checkEvent(const Event &event)
{
    const auto *step = std::get_if<StepEvent>(&event);
    if (!step)
        return;
    checkPayload(step->input);
    checkPayload(step->output);
    checkPayload(step->reasoning);
    const admission::StepContext context{ExecutionId(Uuid(Uuid::Bytes{1})), 1, 100};
    checkRefusal(admission::mergeStep(nullptr, *step, context));
}

void checkBatch(const DecodedBatch &batch)
{
    require(batch.events.size() == batch.lines.size());
    require(batch.events.size() + batch.refused.size() <= kMaxEvents);
    require(std::ranges::is_sorted(batch.lines));
    for (const Event &event : batch.events)
        checkEvent(event);
    for (const Error &error : batch.refused)
        require(error.line > 0 && !error.message.isEmpty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    // A copy of exactly this size, so that reading behind it is noticed.
    const std::vector<char> bytes(data, data + size);
    const QByteArrayView body(bytes.data(), static_cast<qsizetype>(size));
    checkRefusal(decodeExecution(body));
    checkRefusal(decodeExecutionUpdate(body, ExecutionId(Uuid(Uuid::Bytes{1}))));
    checkRefusal(decodeError(body));
    checkRefusal(decodeSteps(body, kMaxEvents));
    const auto batch = decodeBatch(body, kMaxEvents);
    checkRefusal(batch);
    if (batch)
        checkBatch(*batch);
    return 0;
}
