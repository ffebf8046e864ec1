// SPDX-License-Identifier: GPL-3.0-or-later
// Looking into JSON with simdjson's tree: values that may be missing, texts that hold JSON
// themselves. Inner to this layer; values on the stack, any thread.
#pragma once

#include <model/core/event.h>

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace xray::otlp {

/// A value of a document, or that there is none; members of what is none are none too.
using Value = simdjson::simdjson_result<simdjson::dom::element>;

[[nodiscard]] inline QByteArrayView viewOf(std::string_view text)
{
    return {text.data(), qsizetype(text.size())};
}

[[nodiscard]] inline std::string_view viewOf(const QByteArray &text)
{
    return {text.constData(), std::size_t(text.size())};
}

/// A string's text.
[[nodiscard]] std::optional<std::string_view> textOf(const Value &value);
/// A string's text; empty for anything else.
[[nodiscard]] QByteArray bytesOf(const Value &value);
/// A finite number.
[[nodiscard]] std::optional<double> numberOf(const Value &value);
/// A finite number, or a string that is one and nothing else.
[[nodiscard]] std::optional<double> numberOrNumeral(const Value &value);
[[nodiscard]] std::optional<bool> truthOf(const Value &value);
[[nodiscard]] bool isObject(const Value &value);
[[nodiscard]] bool isArray(const Value &value);
[[nodiscard]] bool exists(const Value &value);

/// Each element of an array; none of anything else.
template<class Visit>
void forEachElement(const Value &array, const Visit &visit)
{
    simdjson::dom::array elements;
    if (array.get_array().get(elements))
        return;
    for (simdjson::dom::element element : elements)
        visit(Value(std::move(element)));
}

/// Each member of an object, key and value; none of anything else.
template<class Visit>
void forEachMember(const Value &object, const Visit &visit)
{
    simdjson::dom::object members;
    if (object.get_object().get(members))
        return;
    for (const auto [key, value] : members)
        visit(key, Value(simdjson::dom::element(value)));
}

/// The value as JSON text; empty when there is none.
[[nodiscard]] JsonText jsonOf(const Value &value);

/// Reads a text that may be JSON. The value lives until the next call or the reader's end.
class TextReader
{
public:
    /// None when the text is no JSON.
    [[nodiscard]] Value read(std::string_view text);

private:
    simdjson::dom::parser m_parser;
};

/// What a string, or an array of strings, stands for: JSON inside the strings comes out of them.
/// Anything else is as it is. Empty when there is no value.
[[nodiscard]] JsonText unwrapped(const Value &value, TextReader &reader);

} // namespace xray::otlp
