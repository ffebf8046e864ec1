// SPDX-License-Identifier: GPL-3.0-or-later
// Events: what enters X-Ray, after decoding and before admission. Every door (listener, OTLP,
// inbox) produces these, and only these reach the store's writer. Plain values that move between
// threads. Texts are UTF-8 here, as they came and as they will be stored.
#pragma once

#include "model/core/execution.h"
#include "model/core/result.h"

#include <QByteArray>

#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace xray {

/// A field of an update: absent keeps the stored value, null clears it, a value replaces it.
template<class T>
class Field
{
public:
    Field() = default;
    Field(T value)
        : m_value(std::move(value))
        , m_state(State::Value)
    {
    }
    [[nodiscard]] static Field null()
    {
        Field field;
        field.m_state = State::Null;
        return field;
    }

    [[nodiscard]] bool isAbsent() const noexcept { return m_state == State::Absent; }
    [[nodiscard]] bool isNull() const noexcept { return m_state == State::Null; }
    [[nodiscard]] bool hasValue() const noexcept { return m_state == State::Value; }
    [[nodiscard]] const T &operator*() const noexcept { return m_value; }
    [[nodiscard]] const T *operator->() const noexcept { return &m_value; }

    friend bool operator==(const Field &, const Field &) = default;

private:
    enum class State : std::uint8_t { Absent, Null, Value };
    T m_value{};
    State m_state = State::Absent;
};

/// JSON text, valid and minified. A payload's text is that of an object.
using JsonText = QByteArray;

/// "start" (creates or updates a run) and "end" or PATCH (updates one that must exist).
struct ExecutionEvent
{
    enum class Kind { Start, Update, End };

    Kind kind = Kind::Start;
    std::optional<ExecutionId> id; ///< absent in a Start: the writer chooses
    Field<QByteArray> pipelineName;
    Field<QByteArray> environment;
    Field<JsonText> trigger;
    Field<RunStatus> status;
    Field<TimeNs> startedAt;
    Field<TimeNs> endedAt;
    Field<DurationNs> duration;
    Field<JsonText> metadata;
    Field<std::vector<QByteArray>> tags;
    Field<QByteArray> session;
    Source source = Source::Sdk;
};

struct StepEvent
{
    std::optional<StepId> id; ///< absent: the writer chooses, and the step is new
    std::optional<ExecutionId> executionId;
    Field<StepId> parentId;
    Field<qint64> index;
    Field<QByteArray> name;
    Field<StepType> type;
    Field<StepStatus> status;
    Field<TimeNs> startedAt;
    Field<TimeNs> endedAt;
    Field<DurationNs> duration;
    Field<JsonText> input;
    Field<JsonText> output;
    Field<JsonText> reasoning;
    JsonText origin; ///< of a step made of a span, see step_origin.h; empty: as it was
};

struct ErrorEvent
{
    std::optional<ErrorId> id;
    std::optional<ExecutionId> executionId;
    Field<StepId> stepId;
    Field<QByteArray> type;
    Field<QByteArray> message;
    Field<QByteArray> stack;
    Field<JsonText> payload;
    Field<TimeNs> occurredAt;
};

/// Takes a run out of every view at once; its rows go in slices after `purgeAfter`, until which a
/// RestoreEvent brings it back.
struct DeleteEvent
{
    ExecutionId id;
    DurationNs purgeAfter = 0;
};

struct RestoreEvent
{
    ExecutionId id;
};

enum class SpanKind { Span, Log };

/// One span of an OpenTelemetry program, or one log record that belongs to one, in one normal form:
/// a JSON object with "span" or "log" (the fields of OTLP JSON in lowerCamelCase, ids in lower-case
/// hex, 64-bit integers as JSON numbers, attributes folded into an object), "resource" and "scope".
struct RawSpan
{
    ExecutionId executionId; ///< the 16 bytes of the trace id
    SpanKind kind = SpanKind::Span;
    /// The 8 bytes of the span id, big-endian; of a log: of the span it belongs to, or 0.
    quint64 spanId = 0;
    TimeNs endedAt = 0; ///< of a resent span that differs, the one that ended later is kept
    JsonText body;
};

/// Keeps a query under a name, in the place of one that had it.
struct SaveQueryEvent
{
    QByteArray name;
    QByteArray text;
};

struct RemoveQueryEvent
{
    QByteArray name;
};

inline constexpr qsizetype kMaxSavedQueryName = 200;        ///< bytes
inline constexpr qsizetype kMaxSavedQueryText = 256 * 1024; ///< bytes

using Event = std::variant<ExecutionEvent, StepEvent, ErrorEvent, DeleteEvent, RestoreEvent,
                           RawSpan, SaveQueryEvent, RemoveQueryEvent>;

/// Whether one bad event spoils its whole submission.
enum class Atomicity {
    EachAlone, ///< good events are kept when others are bad
    AllOrNothing,
};

/// What became of one event: the id of the entity it made or changed (null for a saved query, which
/// has a name instead), or why it was refused.
using EventOutcome = Result<Uuid>;

/// Where events are that were acknowledged. Durable both; what waits in the spool is judged by
/// admission, and seen, once the store can be written again.
enum class StoredIn { Store, Spool };

struct SubmissionResult
{
    /// Not ok when nothing of the submission was stored (disk full, store closed, …); then
    /// outcomes is empty and the sender should try again or be told.
    Result<> status = Success{};
    std::vector<EventOutcome> outcomes; ///< one per event, in order
    StoredIn storedIn = StoredIn::Store;
};

/// A group of events that one request brought, and who wants to know what became of them.
struct Submission
{
    std::vector<Event> events;
    Atomicity atomicity = Atomicity::EachAlone;
    qint64 bytes = 0; ///< what the events weigh in memory, for the queue's bound
    /// Called once, on the writer's thread, after the batch is durable or has failed. Must not
    /// block.
    std::function<void(SubmissionResult)> done = {};
    /// When it came, which is what an absent time means; absent: now.
    std::optional<TimeNs> receivedAt = {};
};

} // namespace xray
