// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/run_builder.h"

#include <algorithm>

namespace xray::app {

namespace {

DurationNs nanoseconds(double ms)
{
    return static_cast<DurationNs>(ms * 1000) * kNsPerUs;
}

Field<JsonText> payload(const JsonText &json)
{
    return json.isEmpty() ? Field<JsonText>() : Field<JsonText>(json);
}

} // namespace

RunBuilder::RunBuilder(Random &random, const char *pipeline, TimeNs startedAt)
    : m_random(random)
    , m_id(newId(startedAt))
    , m_now(startedAt)
{
    ExecutionEvent start;
    start.id = m_id;
    start.pipelineName = QByteArray(pipeline);
    start.startedAt = startedAt;
    start.status = RunStatus::Running;
    m_events.emplace_back(std::move(start));
}

Uuid RunBuilder::newId(TimeNs at)
{
    Uuid::Bytes bytes{};
    const auto ms = static_cast<quint64>(at / kNsPerMs);
    for (int i = 0; i < 6; ++i)
        bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    const quint64 high = m_random.bits();
    const quint64 low = m_random.bits();
    for (int i = 0; i < 8; ++i)
        bytes[8 + i] = static_cast<std::uint8_t>(low >> (8 * i));
    bytes[6] = static_cast<std::uint8_t>(0x70 | (high & 0x0f)); // version 7
    bytes[7] = static_cast<std::uint8_t>(high >> 8);
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f)); // RFC 9562's variant
    return Uuid(bytes);
}

StepEvent &RunBuilder::append(const StepSpec &spec, TimeNs startedAt)
{
    StepEvent event;
    event.id = StepId(newId(startedAt));
    event.executionId = m_id;
    event.index = ++m_steps;
    event.name = spec.name;
    event.type = spec.type;
    event.status = spec.status;
    event.startedAt = startedAt;
    if (spec.status != StepStatus::Running)
        event.endedAt = startedAt + nanoseconds(spec.durationMs);
    event.input = payload(spec.input);
    event.output = payload(spec.output);
    event.reasoning = payload(spec.reasoning);
    return std::get<StepEvent>(m_events.emplace_back(std::move(event)));
}

StepId RunBuilder::step(const StepSpec &spec)
{
    const StepId id = *append(spec, m_now).id;
    m_now += nanoseconds(spec.durationMs + m_random.between(0.4, 6.0));
    return id;
}

StepId RunBuilder::childStep(const StepId &parent, double offsetMs, const StepSpec &spec)
{
    StepEvent &child = append(spec, *find(parent).startedAt + nanoseconds(offsetMs));
    child.parentId = parent;
    return *child.id;
}

const StepEvent &RunBuilder::find(const StepId &step) const
{
    const auto isIt = [&](const Event &event) {
        const auto *candidate = std::get_if<StepEvent>(&event);
        return candidate && candidate->id == step;
    };
    return std::get<StepEvent>(*std::ranges::find_if(m_events, isIt));
}

void RunBuilder::appendError(const ErrorSpec &spec, Field<StepId> step, TimeNs at)
{
    ErrorEvent event;
    event.id = ErrorId(newId(at));
    event.executionId = m_id;
    event.stepId = step;
    event.type = spec.type;
    event.message = spec.message;
    if (!spec.stack.isEmpty())
        event.stack = spec.stack;
    event.payload = payload(spec.payload);
    event.occurredAt = at;
    m_events.emplace_back(std::move(event));
}

void RunBuilder::error(const StepId &step, const ErrorSpec &spec)
{
    const StepEvent &failed = find(step);
    appendError(spec, step, failed.endedAt.hasValue() ? *failed.endedAt : m_now);
}

void RunBuilder::runError(const ErrorSpec &spec)
{
    appendError(spec, {}, m_now);
}

std::vector<Event> RunBuilder::ended(RunStatus status)
{
    ExecutionEvent end;
    end.kind = ExecutionEvent::Kind::End;
    end.id = m_id;
    end.status = status;
    end.endedAt = m_now;
    m_events.emplace_back(std::move(end));
    return std::move(m_events);
}

std::vector<Event> RunBuilder::unended(RunStatus status)
{
    ExecutionEvent update;
    update.kind = ExecutionEvent::Kind::Update;
    update.id = m_id;
    update.status = status;
    m_events.emplace_back(std::move(update));
    return std::move(m_events);
}

} // namespace xray::app
