// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/event_json.h"

#include <model/core/json_escape.h>

#include <type_traits>

namespace xray::store {

namespace {

/// Writes the members of one flat JSON object.
class ObjectWriter
{
public:
    explicit ObjectWriter(const char *op)
    {
        key("op");
        appendJsonString(m_out, op);
    }

    void text(const char *name, QByteArrayView value)
    {
        key(name);
        appendJsonString(m_out, value);
    }
    void json(const char *name, const QByteArray &value)
    {
        key(name);
        m_out += value;
    }
    /// Milliseconds with the nanoseconds as decimals, so that nothing is rounded.
    void milliseconds(const char *name, DurationNs value)
    {
        key(name);
        m_out += QByteArray::number(static_cast<qlonglong>(value / kNsPerMs));
        if (value % kNsPerMs != 0)
            m_out +=
                '.' +
                QByteArray::number(static_cast<qlonglong>(value % kNsPerMs)).rightJustified(6, '0');
    }

    template<class T, class Write>
    void field(const char *name, const Field<T> &value, Write &&write)
    {
        if (value.isNull())
            json(name, QByteArrayLiteral("null"));
        else if (value.hasValue())
            write(name, *value);
    }
    void textField(const char *name, const Field<QByteArray> &value)
    {
        field(name, value, [this](const char *n, const QByteArray &v) { text(n, v); });
    }
    void jsonField(const char *name, const Field<JsonText> &value)
    {
        field(name, value, [this](const char *n, const QByteArray &v) { json(n, v); });
    }
    template<class Integer>
    void numberField(const char *name, const Field<Integer> &value)
    {
        field(name, value, [this](const char *n, Integer v) {
            json(n, QByteArray::number(static_cast<qlonglong>(v)));
        });
    }
    void durationField(const Field<DurationNs> &value)
    {
        field("duration_ms", value, [this](const char *n, DurationNs v) { milliseconds(n, v); });
    }
    template<class Word>
    void wordField(const char *name, const Field<Word> &value)
    {
        field(name, value, [this](const char *n, Word v) { text(n, toWord(v)); });
    }
    template<class Entity>
    void id(const char *name, const std::optional<Id<Entity>> &value)
    {
        if (value)
            text(name, value->toUtf8());
    }
    void idField(const char *name, const Field<StepId> &value)
    {
        field(name, value, [this](const char *n, const StepId &v) { text(n, v.toUtf8()); });
    }

    [[nodiscard]] QByteArray take() { return std::move(m_out) + '}'; }

private:
    void key(const char *name)
    {
        m_out += m_out.isEmpty() ? '{' : ',';
        appendJsonString(m_out, name);
        m_out += ':';
    }

    QByteArray m_out;
};

const char *opOf(ExecutionEvent::Kind kind)
{
    switch (kind) {
    case ExecutionEvent::Kind::Start:
        return "start";
    case ExecutionEvent::Kind::Update:
        return "patch";
    case ExecutionEvent::Kind::End:
        return "end";
    }
    return "patch";
}

QByteArray toJson(const ExecutionEvent &event)
{
    ObjectWriter out(opOf(event.kind));
    out.id("id", event.id);
    out.textField("pipeline_name", event.pipelineName);
    out.textField("environment", event.environment);
    out.jsonField("trigger", event.trigger);
    out.wordField("status", event.status);
    out.numberField("started_at", event.startedAt);
    out.numberField("ended_at", event.endedAt);
    out.durationField(event.duration);
    out.jsonField("metadata", event.metadata);
    out.field("tags", event.tags, [&out](const char *name, const std::vector<QByteArray> &tags) {
        QByteArray list;
        for (const QByteArray &tag : tags) {
            list += list.isEmpty() ? '[' : ',';
            appendJsonString(list, tag);
        }
        out.json(name, list.isEmpty() ? QByteArrayLiteral("[]") : list + ']');
    });
    out.textField("session", event.session);
    return out.take();
}

QByteArray toJson(const StepEvent &event)
{
    ObjectWriter out("step");
    out.id("id", event.id);
    out.id("execution_id", event.executionId);
    out.idField("parent_step_id", event.parentId);
    out.numberField("step_index", event.index);
    out.textField("step_name", event.name);
    out.wordField("step_type", event.type);
    out.wordField("status", event.status);
    out.numberField("started_at", event.startedAt);
    out.numberField("ended_at", event.endedAt);
    out.durationField(event.duration);
    out.jsonField("input_payload", event.input);
    out.jsonField("output_payload", event.output);
    out.jsonField("reasoning_payload", event.reasoning);
    return out.take();
}

QByteArray toJson(const ErrorEvent &event)
{
    ObjectWriter out("error");
    out.id("id", event.id);
    out.id("execution_id", event.executionId);
    out.idField("step_id", event.stepId);
    out.textField("error_type", event.type);
    out.textField("message", event.message);
    out.textField("stack", event.stack);
    out.jsonField("payload", event.payload);
    out.numberField("occurred_at", event.occurredAt);
    return out.take();
}

QByteArray toJson(const DeleteEvent &event)
{
    ObjectWriter out("delete");
    out.text("id", event.id.toUtf8());
    out.milliseconds("purge_after_ms", event.purgeAfter);
    return out.take();
}

QByteArray toJson(const RestoreEvent &event)
{
    ObjectWriter out("restore");
    out.text("id", event.id.toUtf8());
    return out.take();
}

QByteArray toJson(const RawSpan &span)
{
    ObjectWriter out(span.kind == SpanKind::Span ? "span" : "log");
    out.text("execution_id", span.executionId.toUtf8());
    out.text("span_id", QByteArray::number(span.spanId, 16).rightJustified(16, '0'));
    out.json("ended_at", QByteArray::number(static_cast<qlonglong>(span.endedAt)));
    out.json("body", span.body);
    return out.take();
}

QByteArray toJson(const SaveQueryEvent &event)
{
    ObjectWriter out("save_query");
    out.text("name", event.name);
    out.text("text", event.text);
    return out.take();
}

QByteArray toJson(const RemoveQueryEvent &event)
{
    ObjectWriter out("remove_query");
    out.text("name", event.name);
    return out.take();
}

} // namespace

QByteArray eventToJson(const Event &event)
{
    return std::visit([](const auto &e) { return toJson(e); }, event);
}

Uuid ensureId(Event &event)
{
    return std::visit(
        [](auto &e) -> Uuid {
            if constexpr (
                requires { e.name; } && !requires { e.id; }) {
                return {};
            } else if constexpr (requires { e.body; }) {
                return e.executionId.uuid();
            } else if constexpr (requires { e.id.has_value(); }) {
                if (!e.id)
                    e.id.emplace(Uuid::newV7());
                return e.id->uuid();
            } else {
                return e.id.uuid();
            }
        },
        event);
}

} // namespace xray::store
