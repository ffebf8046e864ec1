// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/event_decoder.h"

#include "model/ingest/json_document.h"
#include "model/ingest/limits.h"

#include <model/core/text.h>

#include <charconv>
#include <cmath>
#include <span>
#include <string_view>

namespace xray::ingest {

namespace {

namespace ondemand = simdjson::ondemand;
using Value = ondemand::value;

/// Why a value cannot be read ("must be a string"), or nothing.
using Why = std::optional<QString>;

QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QByteArray toBytes(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

bool isNull(Value &value)
{
    bool null = false;
    return !value.is_null().get(null) && null;
}

std::optional<std::string_view> stringOf(Value &value)
{
    std::string_view text;
    return value.get_string().get(text) ? std::nullopt : std::optional(text);
}

JsonText minified(std::string_view json)
{
    // The minifier writes whole vectors, so it may touch bytes behind the result.
    JsonText out(static_cast<qsizetype>(json.size() + simdjson::SIMDJSON_PADDING),
                 Qt::Uninitialized);
    std::size_t size = 0;
    const auto error = simdjson::minify(json.data(), json.size(), out.data(), size);
    Q_ASSERT(!error); // the document was validated
    Q_UNUSED(error);
    out.truncate(static_cast<qsizetype>(size));
    return out;
}

// ---- one value -----------------------------------------------------------------------------

Why readText(Value &value, Field<QByteArray> &out)
{
    if (isNull(value)) {
        out = Field<QByteArray>::null();
        return {};
    }
    const auto text = stringOf(value);
    if (!text)
        return QStringLiteral("must be a string");
    if (text->find('\0') != text->npos)
        return QStringLiteral("must not contain a NUL character");
    out = toBytes(*text);
    return {};
}

template<class Entity>
Why readId(Value &value, std::optional<Id<Entity>> &out)
{
    if (isNull(value))
        return {};
    const auto text = stringOf(value);
    out = text ? Id<Entity>::fromText(*text) : std::nullopt;
    if (!out)
        return QStringLiteral("must be a UUID such as 0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f");
    return {};
}

template<class Entity>
Why readIdField(Value &value, Field<Id<Entity>> &out)
{
    std::optional<Id<Entity>> id;
    if (auto why = readId(value, id))
        return why;
    out = id ? Field<Id<Entity>>(*id) : Field<Id<Entity>>::null();
    return {};
}

template<class Word>
Why readWord(Value &value, Field<Word> &out, std::optional<Word> (*fromWord)(std::string_view),
             const char *allowed)
{
    if (isNull(value)) {
        out = Field<Word>::null();
        return {};
    }
    const auto text = stringOf(value);
    const auto word = text ? fromWord(*text) : std::nullopt;
    if (word) {
        out = *word;
        return {};
    }
    const QString must = QStringLiteral("must be %1").arg(QLatin1String(allowed));
    return text ? QStringLiteral("%1, not \"%2\"").arg(must, toQString(text->substr(0, 40))) : must;
}

std::optional<StepType> sentStepType(std::string_view word)
{
    const auto type = stepTypeFromWord(word);
    return type == StepType::Other ? std::nullopt : type;
}

std::optional<TimeNs> timeOf(Value &value)
{
    if (const auto text = stringOf(value))
        return parseRfc3339(*text);
    std::int64_t ns = 0;
    return value.get_int64().get(ns) ? std::nullopt : std::optional<TimeNs>(ns);
}

Why readTime(Value &value, Field<TimeNs> &out)
{
    if (isNull(value)) {
        out = Field<TimeNs>::null();
        return {};
    }
    const auto time = timeOf(value);
    if (!time)
        return QStringLiteral("must be a time: RFC 3339 such as 2026-01-31T09:41:07.218Z, or an "
                              "integer of nanoseconds since 1970");
    out = *time;
    return {};
}

Why readMilliseconds(Value &value, DurationNs &out)
{
    static constexpr long double largest = 9.2e12L; // ms in an int64 of nanoseconds
    double ms = 0;
    if (value.get_double().get(ms) || !std::isfinite(ms) || ms < 0 || ms > largest)
        return QStringLiteral("must be a number of milliseconds, 0 or more");
    out = llroundl(static_cast<long double>(ms) * kNsPerMs);
    return {};
}

Why readDuration(Value &value, Field<DurationNs> &out)
{
    if (isNull(value)) {
        out = Field<DurationNs>::null();
        return {};
    }
    DurationNs duration = 0;
    if (auto why = readMilliseconds(value, duration))
        return why;
    out = duration;
    return {};
}

Why readIndex(Value &value, Field<qint64> &out)
{
    if (isNull(value)) {
        out = Field<qint64>::null();
        return {};
    }
    std::int64_t index = 0;
    if (value.get_int64().get(index) || index < 0)
        return QStringLiteral("must be an integer, 0 or more");
    out = static_cast<qint64>(index);
    return {};
}

std::optional<std::string_view> objectTextOf(Value &value)
{
    ondemand::object object;
    std::string_view text;
    if (value.get_object().get(object) || object.raw_json().get(text))
        return std::nullopt;
    return text;
}

Why readObject(Value &value, Field<JsonText> &out)
{
    if (isNull(value)) {
        out = Field<JsonText>::null();
        return {};
    }
    const auto text = objectTextOf(value);
    if (!text)
        return QStringLiteral("must be an object");
    out = minified(*text);
    return {};
}

/// Sixteen hex digits.
Why readSpanId(Value &value, quint64 &out)
{
    const auto text = stringOf(value);
    const char *end = text ? text->data() + text->size() : nullptr;
    const bool isWhole =
        text && text->size() == 16 && std::from_chars(text->data(), end, out, 16).ptr == end;
    return isWhole ? Why() : Why(QStringLiteral("must be sixteen hex digits"));
}

Why readTrigger(Value &value, Field<JsonText> &out)
{
    ondemand::json_type type{};
    if (!value.type().get(type) && type == ondemand::json_type::string) {
        out = minified(value.raw_json_token());
        return {};
    }
    if (readObject(value, out))
        return QStringLiteral("must be a string or an object");
    return {};
}

Why readTags(Value &value, Field<std::vector<QByteArray>> &out)
{
    if (isNull(value)) {
        out = Field<std::vector<QByteArray>>::null();
        return {};
    }
    const QString must = QStringLiteral("must be an array of strings");
    ondemand::array array;
    if (value.get_array().get(array))
        return must;
    std::vector<QByteArray> tags;
    for (auto element : array) {
        std::string_view tag;
        if (element.get_string().get(tag))
            return must;
        tags.push_back(toBytes(tag));
    }
    out = std::move(tags);
    return {};
}

// ---- one entity ----------------------------------------------------------------------------

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

Result<Event> readOperation(simdjson::dom::element looked, ondemand::object object, BatchOps ops)
{
    const auto op = opOf(looked);
    return op ? readOp(object, *op, ops) : Result<Event>(op.error());
}

// ---- a whole text ----------------------------------------------------------------------------

/// The thread's document with `json` in it, trimmed when the decoding of it is over.
class LoadedDocument
{
public:
    explicit LoadedDocument(QByteArrayView json)
        : m_document(JsonDocument::ofThisThread())
        , m_loaded(m_document.load(json))
    {
    }
    LoadedDocument(const LoadedDocument &) = delete;
    LoadedDocument &operator=(const LoadedDocument &) = delete;
    ~LoadedDocument() { m_document.trim(); }

    [[nodiscard]] const Result<> &loaded() const { return m_loaded; }
    JsonDocument *operator->() { return &m_document; }

private:
    JsonDocument &m_document;
    Result<> m_loaded;
};

Error notAnObject()
{
    return {ErrorCode::InvalidJson, QStringLiteral("A JSON object was expected.")};
}

Error tooMany(int maxEvents)
{
    return {ErrorCode::TooLarge, QStringLiteral("A request may bring at most %1 events; send the "
                                                "rest in another one.")
                                     .arg(maxEvents)};
}

template<class Entity>
Result<Entity> decodeEntity(QByteArrayView json, Entity entity,
                            std::span<const FieldRule<Entity>> rules)
{
    LoadedDocument document(json);
    if (!document.loaded())
        return document.loaded().error();
    if (!document->root().is_object())
        return notAnObject();
    auto reader = document->reader();
    return readEntity<Entity>(reader.get_object().value_unsafe(), std::move(entity), rules);
}

// Calls `read(element of the tree, object of the reader)` for each element of an array, in order.
// A tree element that is no object comes with an empty reader object.
template<class Read>
Result<> readElements(LoadedDocument &document, Read &&read)
{
    simdjson::dom::array tree;
    if (document->root().get_array().get(tree))
        return Error{ErrorCode::InvalidJson, QStringLiteral("A JSON array was expected.")};
    auto looked = tree.begin();
    auto reader = document->reader();
    for (auto element : reader.get_array()) {
        ondemand::object object;
        if ((*looked).is_object())
            object = element.get_object().value_unsafe();
        if (auto done = read(*looked, object); !done)
            return done;
        ++looked;
    }
    return Success{};
}

Result<std::vector<StepEvent>> decodeStepArray(LoadedDocument &document)
{
    std::vector<StepEvent> steps;
    const auto readStep = [&](simdjson::dom::element looked, ondemand::object object) -> Result<> {
        auto step = looked.is_object() ? readEntity<StepEvent>(object, {}, kStepFields)
                                       : Result<StepEvent>(notAnObject());
        if (!step) {
            step.error().line = static_cast<int>(steps.size()) + 1;
            return step.error();
        }
        steps.push_back(*std::move(step));
        return Success{};
    };
    if (auto read = readElements(document, readStep); !read)
        return read.error();
    return steps;
}

std::size_t sizeOfArray(simdjson::dom::element root)
{
    simdjson::dom::array array;
    if (root.get_array().get(array))
        return 0;
    // size() stops counting at 2^24, far above any limit on events.
    return array.size();
}

void add(DecodedBatch &batch, Result<Event> event, int line)
{
    if (event) {
        batch.events.push_back(*std::move(event));
        batch.lines.push_back(line);
        return;
    }
    event.error().line = line;
    batch.refused.push_back(std::move(event).error());
}

Result<DecodedBatch> decodeBatchArray(QByteArrayView body, int maxEvents)
{
    LoadedDocument document(body);
    if (!document.loaded())
        return document.loaded().error();
    if (sizeOfArray(document->root()) > static_cast<std::size_t>(maxEvents))
        return tooMany(maxEvents);
    DecodedBatch batch;
    int line = 0;
    const auto readOne = [&](simdjson::dom::element looked, ondemand::object object) -> Result<> {
        add(batch, readOperation(looked, object, BatchOps::Public), ++line);
        return Success{};
    };
    if (auto read = readElements(document, readOne); !read)
        return read.error();
    return batch;
}

Result<DecodedBatch> decodeBatchLines(QByteArrayView body, int maxEvents)
{
    DecodedBatch batch;
    int line = 0;
    while (!body.isEmpty()) {
        const qsizetype newline = body.indexOf('\n');
        const QByteArrayView text = newline < 0 ? body : body.first(newline);
        body = newline < 0 ? QByteArrayView() : body.sliced(newline + 1);
        ++line;
        if (text.trimmed().isEmpty())
            continue;
        if (batch.events.size() + batch.refused.size() == static_cast<std::size_t>(maxEvents))
            return tooMany(maxEvents);
        add(batch, decodeBatchLine(text), line);
    }
    return batch;
}

} // namespace

Result<ExecutionEvent> decodeExecution(QByteArrayView json)
{
    return decodeEntity<ExecutionEvent>(json, {}, kExecutionFields);
}

Result<ExecutionEvent> decodeExecutionUpdate(QByteArrayView json, ExecutionId id)
{
    ExecutionEvent update;
    update.kind = ExecutionEvent::Kind::Update;
    auto event = decodeEntity<ExecutionEvent>(json, update, kExecutionFields);
    if (!event)
        return event;
    if (event->id && *event->id != id)
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("id differs from the one in the address."),
                     QStringLiteral("id")};
    event->id = id;
    return event;
}

Result<std::vector<StepEvent>> decodeSteps(QByteArrayView json, int maxEvents)
{
    LoadedDocument document(json);
    if (!document.loaded())
        return document.loaded().error();
    if (document->root().is_array()) {
        const std::size_t size = sizeOfArray(document->root());
        if (size == 0)
            return Error{ErrorCode::InvalidJson, QStringLiteral("The array has no steps.")};
        return size > static_cast<std::size_t>(maxEvents) ? tooMany(maxEvents)
                                                          : decodeStepArray(document);
    }
    if (!document->root().is_object())
        return notAnObject();
    auto reader = document->reader();
    auto step = readEntity<StepEvent>(reader.get_object().value_unsafe(), {}, kStepFields);
    if (!step)
        return step.error();
    return std::vector<StepEvent>{*std::move(step)};
}

Result<ErrorEvent> decodeError(QByteArrayView json)
{
    return decodeEntity<ErrorEvent>(json, {}, kErrorFields);
}

Result<Event> decodeBatchLine(QByteArrayView json, BatchOps ops)
{
    LoadedDocument document(json);
    if (!document.loaded())
        return document.loaded().error();
    if (!document->root().is_object())
        return notAnObject();
    auto reader = document->reader();
    return readOperation(document->root(), reader.get_object().value_unsafe(), ops);
}

Result<DecodedBatch> decodeBatch(QByteArrayView body, int maxEvents)
{
    const QByteArrayView text = body.startsWith("\xef\xbb\xbf") ? body.sliced(3) : body;
    const QByteArrayView start = text.trimmed();
    if (start.isEmpty())
        return Error{ErrorCode::InvalidJson,
                     QStringLiteral("The body is empty; operations were expected.")};
    return start.startsWith('[') ? decodeBatchArray(text, maxEvents)
                                 : decodeBatchLines(text, maxEvents);
}

} // namespace xray::ingest
