// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, times and attribute values of OTLP JSON, in every form that exporters write. Inner to
// this layer; values on the stack, any thread.
#pragma once

#include "model/otlp/json_value.h"
#include "model/otlp/span_body.h"

namespace xray::otlp {

/// A member's text; nothing when it is none. Lives as long as the document.
[[nodiscard]] QByteArrayView textOrNothing(const Value &object, const char *key);
/// A member that is a time; 0 when it is none.
[[nodiscard]] TimeNs timeIn(const Value &object, const char *key);
/// A member that is a number of 32 bits; 0 when it is none.
[[nodiscard]] qint64 smallNumberIn(const Value &object, const char *key);

/// Writes values (AnyValue) in the normal form; remembers whether one was too deep.
class JsonValueWriter
{
public:
    explicit JsonValueWriter(const DecodeLimits &limits)
        : m_limits(limits)
    {
    }

    [[nodiscard]] Depth depth() const { return m_depth; }

    void append(QByteArray &out, const Value &anyValue, int level = 0);
    /// The attributes below `key` of the object, and how many did not fit.
    [[nodiscard]] JsonText attributes(const Value &object, const char *key, qint64 *dropped,
                                      int level = 0);

private:
    void appendKind(QByteArray &out, std::string_view kind, const Value &value, int level);
    void appendArray(QByteArray &out, const Value &value, int level);
    void appendList(QByteArray &out, const Value &value, int level);

    const DecodeLimits &m_limits;
    Depth m_depth = Depth::Fine;
};

} // namespace xray::otlp
