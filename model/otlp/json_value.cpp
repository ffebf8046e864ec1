// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/json_value.h"

#include <model/core/json_escape.h>

#include <charconv>
#include <cmath>

namespace xray::otlp {

namespace {

JsonText minified(std::string_view json)
{
    JsonText out(qsizetype(json.size()), Qt::Uninitialized);
    std::size_t length = 0;
    if (simdjson::minify(json.data(), json.size(), out.data(), length))
        return {};
    out.truncate(qsizetype(length));
    return out;
}

JsonText unwrappedText(std::string_view text, TextReader &reader)
{
    if (exists(reader.read(text)))
        return minified(text);
    JsonText out;
    appendJsonString(out, viewOf(text));
    return out;
}

} // namespace

std::optional<std::string_view> textOf(const Value &value)
{
    std::string_view text;
    if (value.get_string().get(text))
        return std::nullopt;
    return text;
}

QByteArray bytesOf(const Value &value)
{
    return viewOf(textOf(value).value_or(std::string_view{})).toByteArray();
}

std::optional<double> numberOf(const Value &value)
{
    double number = 0;
    if (value.get_double().get(number) || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::optional<double> numberOrNumeral(const Value &value)
{
    const auto text = textOf(value);
    if (!text)
        return numberOf(value);
    double number = 0;
    const char *end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end || !std::isfinite(number))
        return std::nullopt;
    return number;
}

std::optional<bool> truthOf(const Value &value)
{
    bool truth = false;
    if (value.get_bool().get(truth))
        return std::nullopt;
    return truth;
}

bool isObject(const Value &value)
{
    return !value.get_object().error();
}

bool isArray(const Value &value)
{
    return !value.get_array().error();
}

bool exists(const Value &value)
{
    return !value.error();
}

JsonText jsonOf(const Value &value)
{
    simdjson::dom::element element;
    if (value.get(element))
        return {};
    return JsonText::fromStdString(simdjson::minify(element));
}

Value TextReader::read(std::string_view text)
{
    if (text.empty())
        return simdjson::EMPTY;
    return m_parser.parse(text.data(), text.size());
}

JsonText unwrapped(const Value &value, TextReader &reader)
{
    if (const auto text = textOf(value))
        return unwrappedText(*text, reader);
    if (value.is_null())
        return {};
    if (!isArray(value))
        return jsonOf(value);
    JsonText out = "[";
    forEachElement(value, [&](const Value &item) {
        if (out.size() > 1)
            out += ',';
        const auto text = textOf(item);
        out += text ? unwrappedText(*text, reader) : jsonOf(item);
    });
    return out + ']';
}

} // namespace xray::otlp
