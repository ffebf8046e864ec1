// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/json_values.h"

#include <algorithm>
#include <charconv>

namespace xray::otlp {

namespace {

constexpr double kInt64Limit = 9223372036854775808.0; // 2^63
constexpr quint64 kLowHalf = 0xffffffff;

std::optional<qint64> wholeNumber(double value)
{
    if (!(value >= -kInt64Limit && value < kInt64Limit))
        return std::nullopt;
    return qint64(value);
}

/// What some exporters of JavaScript made of a 64-bit number: its halves.
std::optional<quint64> fromHalves(const Value &value)
{
    std::int64_t low = 0; // signed in JavaScript
    std::int64_t high = 0;
    if (value["low"].get_int64().get(low) || value["high"].get_int64().get(high))
        return std::nullopt;
    return (quint64(high) << 32) | (quint64(low) & kLowHalf);
}

std::optional<quint64> unsignedOf(std::string_view text)
{
    quint64 number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// A 64-bit number in any form that was seen: text, number, rounded to a double, halves.
std::optional<quint64> unsignedOf(const Value &value)
{
    std::uint64_t number = 0;
    double real = 0;
    std::string_view text;
    if (!value.get_uint64().get(number))
        return number;
    if (!value.get_string().get(text))
        return unsignedOf(text);
    if (!value.get_double().get(real)) {
        const auto whole = wholeNumber(real);
        return whole && *whole >= 0 ? std::optional(quint64(*whole)) : std::nullopt;
    }
    return fromHalves(value);
}

void appendInteger(QByteArray &out, std::string_view text)
{
    qint64 integer = 0;
    double real = 0;
    const char *end = text.data() + text.size();
    const auto whole = std::from_chars(text.data(), end, integer);
    if (whole.ec == std::errc{} && whole.ptr == end) {
        out += QByteArray::number(integer);
        return;
    }
    const auto parsed = std::from_chars(text.data(), end, real);
    if (parsed.ec == std::errc{} && parsed.ptr == end)
        appendDouble(out, real);
    else
        appendJsonString(out, viewOf(text));
}

void appendNumber(QByteArray &out, const Value &value)
{
    std::int64_t integer = 0;
    std::uint64_t large = 0;
    double real = 0;
    std::string_view text;
    if (!value.get_int64().get(integer))
        out += QByteArray::number(qint64(integer));
    else if (!value.get_uint64().get(large))
        out += QByteArray::number(quint64(large));
    else if (!value.get_double().get(real))
        appendDouble(out, real);
    else if (!value.get_string().get(text))
        appendInteger(out, text);
    else
        out += "null";
}

/// A double is one also when it was written without a point.
void appendReal(QByteArray &out, const Value &value)
{
    double real = 0;
    std::string_view text;
    if (!value.get_double().get(real))
        appendDouble(out, real);
    else if (!value.get_string().get(text))
        appendJsonString(out, viewOf(text)); // "NaN", "Infinity", "-Infinity"
    else
        out += "null";
}

void appendText(QByteArray &out, const Value &value)
{
    std::string_view text;
    if (value.get_string().get(text))
        out += "null";
    else
        appendJsonString(out, viewOf(text));
}

void appendBool(QByteArray &out, const Value &value)
{
    bool isTrue = false;
    if (value.get_bool().get(isTrue))
        out += "null";
    else
        out += isTrue ? "true" : "false";
}

} // namespace

QByteArrayView textOrNothing(const Value &object, const char *key)
{
    return viewOf(textOf(object[key]).value_or(std::string_view{}));
}

TimeNs timeIn(const Value &object, const char *key)
{
    return timeOf(unsignedOf(object[key]).value_or(0));
}

qint64 smallNumberIn(const Value &object, const char *key)
{
    return qint64(std::min<quint64>(unsignedOf(object[key]).value_or(0), kLowHalf));
}

void JsonValueWriter::append(QByteArray &out, const Value &anyValue, int level)
{
    simdjson::dom::object object;
    if (level > m_limits.maxValueDepth)
        m_depth = Depth::Exceeded;
    if (m_depth == Depth::Exceeded || anyValue.get_object().get(object)) {
        out += "null";
        return;
    }
    const qsizetype before = out.size();
    for (const auto [key, value] : object) {
        out.truncate(before);
        appendKind(out, key, Value(simdjson::dom::element(value)), level);
    }
    if (out.size() == before)
        out += "null";
}

JsonText JsonValueWriter::attributes(const Value &object, const char *key, qint64 *dropped,
                                     int level)
{
    AttributeTable table(m_limits.maxAttributes);
    forEachElement(object[key], [&](const Value &attribute) {
        QByteArray text;
        append(text, attribute["value"], level);
        table.add(textOrNothing(attribute, "key").toByteArray(), std::move(text));
    });
    if (dropped)
        *dropped += table.dropped();
    return table.take();
}

void JsonValueWriter::appendKind(QByteArray &out, std::string_view kind, const Value &value,
                                 int level)
{
    if (kind == "stringValue" || kind == "bytesValue")
        appendText(out, value);
    else if (kind == "boolValue")
        appendBool(out, value);
    else if (kind == "intValue")
        appendNumber(out, value);
    else if (kind == "doubleValue")
        appendReal(out, value);
    else if (kind == "arrayValue")
        appendArray(out, value, level + 1);
    else if (kind == "kvlistValue")
        appendList(out, value, level + 1);
}

void JsonValueWriter::appendArray(QByteArray &out, const Value &value, int level)
{
    out += '[';
    const qsizetype begin = out.size();
    forEachElement(value["values"], [&](const Value &item) {
        if (out.size() > begin)
            out += ',';
        append(out, item, level);
    });
    out += ']';
}

void JsonValueWriter::appendList(QByteArray &out, const Value &value, int level)
{
    const JsonText members = attributes(value, "values", nullptr, level);
    out += members.isEmpty() ? JsonText("{}") : members;
}

} // namespace xray::otlp
