// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/event_reader.h"

#include "model/ingest/json_values.h"

#include <model/core/text.h>

#include <algorithm>
#include <span>

namespace xray::ingest {

namespace {

namespace ondemand = simdjson::ondemand;

std::optional<StepType> sentStepType(std::string_view word)
{
    const auto type = stepTypeFromWord(word);
    return type == StepType::Other ? std::nullopt : type;
}

// ---- fields --------------------------------------------------------------------------------

/// A field of an entity and how it is read; one without a reader is filled in by X-Ray alone.
template<class Entity>
struct FieldRule
{
    std::string_view name;
    Why (*read)(Value &, Entity &) = nullptr;
};

constexpr const char *kRunStatusWords = "running, completed, failed or incomplete";
constexpr const char *kStepStatusWords = "running, completed or failed";
constexpr const char *kStepTypeWords = "llm, api, filter, ranking or analysis";

const FieldRule<ExecutionEvent> kExecutionFields[] = {
    {"id", [](Value &v, ExecutionEvent &e) { return readId(v, e.id); }},
    {"pipeline_name", [](Value &v, ExecutionEvent &e) { return readText(v, e.pipelineName); }},
    {"environment", [](Value &v, ExecutionEvent &e) { return readText(v, e.environment); }},
    {"trigger", [](Value &v, ExecutionEvent &e) { return readTrigger(v, e.trigger); }},
    {"status",
     [](Value &v, ExecutionEvent &e) {
         return readWord<RunStatus>(v, e.status, runStatusFromWord, kRunStatusWords);
     }},
    {"started_at", [](Value &v, ExecutionEvent &e) { return readTime(v, e.startedAt); }},
    {"ended_at", [](Value &v, ExecutionEvent &e) { return readTime(v, e.endedAt); }},
    {"duration_ms", [](Value &v, ExecutionEvent &e) { return readDuration(v, e.duration); }},
    {"metadata", [](Value &v, ExecutionEvent &e) { return readObject(v, e.metadata); }},
    {"tags", [](Value &v, ExecutionEvent &e) { return readTags(v, e.tags); }},
    {"session", [](Value &v, ExecutionEvent &e) { return readText(v, e.session); }},
    {"step_count"},
    {"error_count"},
    {"source"},
};

const FieldRule<StepEvent> kStepFields[] = {
    {"id", [](Value &v, StepEvent &e) { return readId(v, e.id); }},
    {"execution_id", [](Value &v, StepEvent &e) { return readId(v, e.executionId); }},
    {"parent_step_id", [](Value &v, StepEvent &e) { return readIdField(v, e.parentId); }},
    {"step_index", [](Value &v, StepEvent &e) { return readIndex(v, e.index); }},
    {"step_name", [](Value &v, StepEvent &e) { return readText(v, e.name); }},
    {"step_type",
     [](Value &v, StepEvent &e) {
         return readWord<StepType>(v, e.type, sentStepType, kStepTypeWords);
     }},
    {"status",
     [](Value &v, StepEvent &e) {
         return readWord<StepStatus>(v, e.status, stepStatusFromWord, kStepStatusWords);
     }},
    {"started_at", [](Value &v, StepEvent &e) { return readTime(v, e.startedAt); }},
    {"ended_at", [](Value &v, StepEvent &e) { return readTime(v, e.endedAt); }},
    {"duration_ms", [](Value &v, StepEvent &e) { return readDuration(v, e.duration); }},
    {"input_payload", [](Value &v, StepEvent &e) { return readObject(v, e.input); }},
    {"output_payload", [](Value &v, StepEvent &e) { return readObject(v, e.output); }},
    {"reasoning_payload", [](Value &v, StepEvent &e) { return readObject(v, e.reasoning); }},
    {"metrics"},
    {"issues"},
};

const FieldRule<ErrorEvent> kErrorFields[] = {
    {"id", [](Value &v, ErrorEvent &e) { return readId(v, e.id); }},
    {"execution_id", [](Value &v, ErrorEvent &e) { return readId(v, e.executionId); }},
    {"step_id", [](Value &v, ErrorEvent &e) { return readIdField(v, e.stepId); }},
    {"error_type", [](Value &v, ErrorEvent &e) { return readText(v, e.type); }},
    {"message", [](Value &v, ErrorEvent &e) { return readText(v, e.message); }},
    {"stack", [](Value &v, ErrorEvent &e) { return readText(v, e.stack); }},
    {"payload", [](Value &v, ErrorEvent &e) { return readObject(v, e.payload); }},
    {"occurred_at", [](Value &v, ErrorEvent &e) { return readTime(v, e.occurredAt); }},
};

/// What "delete" and "restore" take.
struct RunOperation
{
    std::optional<ExecutionId> id;
    DurationNs purgeAfter = 0;
};

const FieldRule<RunOperation> kDeleteFields[] = {
    {"id", [](Value &v, RunOperation &o) { return readId(v, o.id); }},
    {"purge_after_ms", [](Value &v, RunOperation &o) { return readMilliseconds(v, o.purgeAfter); }},
};

const FieldRule<RunOperation> kRestoreFields[] = {
    {"id", [](Value &v, RunOperation &o) { return readId(v, o.id); }},
};

/// What "span" and "log" take.
struct SpanOperation
{
    std::optional<ExecutionId> executionId;
    quint64 spanId = 0;
    Field<TimeNs> endedAt;
    Field<JsonText> body;
};

const FieldRule<SpanOperation> kSpanFields[] = {
    {"execution_id", [](Value &v, SpanOperation &o) { return readId(v, o.executionId); }},
    {"span_id", [](Value &v, SpanOperation &o) { return readSpanId(v, o.spanId); }},
    {"ended_at", [](Value &v, SpanOperation &o) { return readTime(v, o.endedAt); }},
    {"body", [](Value &v, SpanOperation &o) { return readObject(v, o.body); }},
};

template<class Entity>
Error unknownField(std::string_view key, std::span<const FieldRule<Entity>> rules)
{
    QStringList known;
    for (const auto &rule : rules)
        known.append(toQString(rule.name));
    const QString name = toQString(key.substr(0, 80));
    const QString nearest = nearestWord(name, known);
    QString message = QStringLiteral("There is no field \"%1\".").arg(name);
    message += nearest.isEmpty()
                   ? QStringLiteral(" Known are %1.").arg(known.join(QLatin1String(", ")))
                   : QStringLiteral(" Did you mean \"%1\"?").arg(nearest);
    return {ErrorCode::UnknownField, message, name};
}

Error readOnlyField(std::string_view key)
{
    const QString name = toQString(key);
    return {ErrorCode::ReadOnlyField,
            QStringLiteral("%1 is filled in by X-Ray and cannot be sent.").arg(name), name};
}

Error missingField(const char *name)
{
    const QString field = QString::fromLatin1(name);
    return {ErrorCode::MissingField, QStringLiteral("%1 is missing.").arg(field), field};
}

template<class Entity>
Result<> readField(std::string_view key, Value &value, Entity &entity,
                   std::span<const FieldRule<Entity>> rules)
{
    const auto rule = std::find_if(rules.begin(), rules.end(),
                                   [key](const auto &candidate) { return candidate.name == key; });
    if (rule == rules.end())
        return unknownField(key, rules);
    if (!rule->read)
        return readOnlyField(key);
    if (const Why why = rule->read(value, entity)) {
        const QString name = toQString(key);
        return Error{ErrorCode::InvalidValue, QStringLiteral("%1 %2.").arg(name, *why), name};
    }
    return Success{};
}

/// Reads `object` into `entity`. The key "op" of a batch line is no field, and `op` is set there.
template<class Entity>
Result<> readFields(ondemand::object object, Entity &entity,
                    std::span<const FieldRule<Entity>> rules, std::string_view op = {})
{
    for (auto item : object) {
        ondemand::field field;
        std::string_view key;
        if (std::move(item).get(field) || field.unescaped_key().get(key))
            return Error{ErrorCode::InvalidJson, QStringLiteral("The text is not valid JSON.")};
        if (!op.empty() && key == "op")
            continue;
        if (auto read = readField(key, field.value(), entity, rules); !read)
            return read;
    }
    return Success{};
}

template<class Entity>
Result<Entity> readEntity(ondemand::object object, Entity entity,
                          std::span<const FieldRule<Entity>> rules, std::string_view op = {})
{
    if (auto read = readFields(object, entity, rules, op); !read)
        return read.error();
    return entity;
}

// ---- one operation of a batch ----------------------------------------------------------------

template<class Entity>
Result<Event> asEvent(Result<Entity> entity)
{
    if (!entity)
        return entity.error();
    return Event(*std::move(entity));
}

Result<Event> readExecutionOp(ondemand::object object, ExecutionEvent::Kind kind,
                              std::string_view op)
{
    ExecutionEvent event;
    event.kind = kind;
    auto read = readEntity<ExecutionEvent>(object, event, kExecutionFields, op);
    if (read && kind != ExecutionEvent::Kind::Start && !read->id)
        return missingField("id");
    return asEvent(std::move(read));
}

template<class Operation>
Result<Event> readRunOp(ondemand::object object, std::span<const FieldRule<RunOperation>> rules,
                        std::string_view op)
{
    const auto read = readEntity<RunOperation>(object, {}, rules, op);
    if (!read)
        return read.error();
    if (!read->id)
        return missingField("id");
    Operation event{.id = *read->id};
    if constexpr (requires { event.purgeAfter; })
        event.purgeAfter = read->purgeAfter;
    return Event(event);
}

/// What "save_query" and "remove_query" take.
struct QueryOperation
{
    Field<QByteArray> name;
    Field<QByteArray> text;
};

const FieldRule<QueryOperation> kQueryFields[] = {
    {"name", [](Value &v, QueryOperation &o) { return readText(v, o.name); }},
    {"text", [](Value &v, QueryOperation &o) { return readText(v, o.text); }},
};

template<class Operation>
Result<Event> readQueryOp(ondemand::object object, std::string_view op)
{
    const auto read = readEntity<QueryOperation>(object, {}, kQueryFields, op);
    if (!read)
        return read.error();
    if (!read->name.hasValue())
        return missingField("name");
    Operation event{};
    event.name = *read->name;
    if constexpr (requires { event.text; })
        event.text = read->text.hasValue() ? *read->text : QByteArray();
    return Event(std::move(event));
}

Result<Event> readSpanOp(ondemand::object object, SpanKind kind, std::string_view op)
{
    auto read = readEntity<SpanOperation>(object, {}, kSpanFields, op);
    if (!read)
        return read.error();
    if (!read->executionId)
        return missingField("execution_id");
    if (!read->body.hasValue())
        return missingField("body");
    const TimeNs endedAt = read->endedAt.hasValue() ? *read->endedAt : 0;
    return Event(RawSpan{*read->executionId, kind, read->spanId, endedAt, *read->body});
}

Error unknownOp(std::string_view op, BatchOps ops)
{
    const QString allowed =
        ops == BatchOps::Public
            ? QStringLiteral("start, step, error or end")
            : QStringLiteral(
                  "start, step, error, end, patch, delete, restore, span, log, save_query or "
                  "remove_query");
    return {ErrorCode::InvalidValue,
            QStringLiteral("op must be %1, not \"%2\".").arg(allowed, toQString(op.substr(0, 40))),
            QStringLiteral("op")};
}

Result<Event> readInternalOp(ondemand::object object, std::string_view op)
{
    if (op == "patch")
        return readExecutionOp(object, ExecutionEvent::Kind::Update, op);
    if (op == "delete")
        return readRunOp<DeleteEvent>(object, kDeleteFields, op);
    if (op == "restore")
        return readRunOp<RestoreEvent>(object, kRestoreFields, op);
    if (op == "save_query")
        return readQueryOp<SaveQueryEvent>(object, op);
    if (op == "remove_query")
        return readQueryOp<RemoveQueryEvent>(object, op);
    if (op == "span")
        return readSpanOp(object, SpanKind::Span, op);
    if (op == "log")
        return readSpanOp(object, SpanKind::Log, op);
    return unknownOp(op, BatchOps::WithInternal);
}

Result<Event> readOp(ondemand::object object, std::string_view op, BatchOps ops)
{
    if (op == "start")
        return readExecutionOp(object, ExecutionEvent::Kind::Start, op);
    if (op == "step")
        return asEvent(readEntity<StepEvent>(object, {}, kStepFields, op));
    if (op == "error")
        return asEvent(readEntity<ErrorEvent>(object, {}, kErrorFields, op));
    if (op == "end")
        return readExecutionOp(object, ExecutionEvent::Kind::End, op);
    return ops == BatchOps::WithInternal ? readInternalOp(object, op) : unknownOp(op, ops);
}

Result<std::string_view> opOf(simdjson::dom::element operation)
{
    if (!operation.is_object())
        return Error{ErrorCode::InvalidJson, QStringLiteral("An operation must be a JSON object.")};
    simdjson::dom::element op;
    if (operation.at_key("op").get(op))
        return missingField("op");
    std::string_view word;
    if (op.get_string().get(word))
        return Error{ErrorCode::InvalidValue, QStringLiteral("op must be a string."),
                     QStringLiteral("op")};
    return word;
}

} // namespace

Result<ExecutionEvent> readExecution(ondemand::object object, ExecutionEvent event)
{
    return readEntity<ExecutionEvent>(object, std::move(event), kExecutionFields);
}

Result<StepEvent> readStep(ondemand::object object)
{
    return readEntity<StepEvent>(object, {}, kStepFields);
}

Result<ErrorEvent> readError(ondemand::object object)
{
    return readEntity<ErrorEvent>(object, {}, kErrorFields);
}

Result<Event> readOperation(simdjson::dom::element looked, ondemand::object object, BatchOps ops)
{
    const auto op = opOf(looked);
    return op ? readOp(object, *op, ops) : Result<Event>(op.error());
}

} // namespace xray::ingest
