// SPDX-License-Identifier: GPL-3.0-or-later
// How the normal form of spans (RawSpan::body) is written, for both decoders. Inner to this layer;
// values on the stack, any thread.
#pragma once

#include "model/otlp/decode.h"

#include <model/core/json_escape.h>

#include <utility>

namespace xray::otlp {

/// A JSON object, member by member. What is empty or zero is left out.
class ObjectWriter
{
public:
    void text(const char *key, QByteArrayView bytes);
    void number(const char *key, qint64 value);
    void raw(const char *key, const JsonText &value);
    /// The object; "{}" when nothing was written.
    [[nodiscard]] JsonText take();

private:
    void beginMember(const char *key);

    JsonText m_out = "{";
};

/// The members of an object in the making: keys in the order they first came, the last value of
/// each; what is beyond the limit is counted only.
class AttributeTable
{
public:
    explicit AttributeTable(qint64 limit)
        : m_limit(limit)
    {
    }

    void add(QByteArray key, JsonText value);
    [[nodiscard]] qint64 dropped() const { return m_dropped; }
    /// Empty when there are none.
    [[nodiscard]] JsonText take();

private:
    [[nodiscard]] std::vector<std::pair<QByteArray, JsonText>> withoutRepeats();

    qint64 m_limit;
    qint64 m_dropped = 0;
    std::vector<std::pair<QByteArray, JsonText>> m_members;
};

/// `bytes` as they are when they are UTF-8, else with U+FFFD for what is not.
[[nodiscard]] QByteArray validUtf8(QByteArrayView bytes);

/// A double as the normal form has it.
void appendDouble(QByteArray &out, double value);

/// 16 hexadecimal digits, lower case.
[[nodiscard]] QByteArray spanIdText(quint64 spanId);
/// 32 hexadecimal digits, lower case.
[[nodiscard]] QByteArray traceIdText(ExecutionId run);

/// Nothing unless `bytes` are the 16 of a trace id that is not zero.
[[nodiscard]] std::optional<ExecutionId> traceIdOf(QByteArrayView bytes);
/// Nothing unless `bytes` are the 8 of a span id that is not zero.
[[nodiscard]] std::optional<quint64> spanIdOf(QByteArrayView bytes);
/// A time of the protocol: later than the year 2262 is the last nanosecond of our range.
[[nodiscard]] TimeNs timeOf(quint64 unixNano);

/// Where in the request: of resourceSpans, of scopeSpans, of spans, from 0.
struct Place
{
    qint64 resource = 0;
    qint64 scope = 0;
    qint64 item = 0;
};

enum class Signal { Traces, Logs };

/// Whether a value of the item was nested deeper than the limit.
enum class Depth { Fine, Exceeded };

/// Takes what a decoder found and keeps count.
class DecodedCollector
{
public:
    DecodedCollector(Signal signal, const DecodeLimits &limits)
        : m_signal(signal)
        , m_limits(limits)
    {
    }

    [[nodiscard]] const DecodeLimits &limits() const { return m_limits; }
    /// Whether there is room for one more that has at least so many bytes; if not, it is rejected.
    [[nodiscard]] bool hasRoom(const Place &place, qsizetype bytes);
    /// Keeps the span or log record, unless it is too deep or too large.
    void add(const Place &place, RawSpan span, Depth depth);
    void ignore() { ++m_decoded.ignored; }
    void reject(const Place &place, const QString &why);
    [[nodiscard]] DecodedTraces take();

private:
    [[nodiscard]] QString textOf(const Place &place) const;

    Signal m_signal;
    DecodeLimits m_limits;
    DecodedTraces m_decoded;
    qint64 m_bytes = 0; ///< of the bodies that are kept
};

/// Whether a log record of that event name is kept.
[[nodiscard]] bool isModelEvent(QByteArrayView eventName);

} // namespace xray::otlp
