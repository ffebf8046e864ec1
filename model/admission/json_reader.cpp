// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/admission/json_reader.h"

#include <model/core/json_string.h>

#include <simdjson.h>

#include <charconv>
#include <cstring>
#include <vector>

namespace xray::admission {

namespace {

namespace ondemand = simdjson::ondemand;

/// One thread's parser, and the copy of the text that gives it the padding it reads into.
class Parser
{
public:
    [[nodiscard]] static Parser &ofThisThread()
    {
        thread_local Parser parser;
        return parser;
    }

    [[nodiscard]] simdjson::simdjson_result<ondemand::document> open(QByteArrayView json)
    {
        const auto size = static_cast<std::size_t>(json.size());
        const std::size_t padded = size + simdjson::SIMDJSON_PADDING;
        if (m_buffer.size() < padded)
            m_buffer.resize(padded);
        std::memcpy(m_buffer.data(), json.data(), size);
        std::memset(m_buffer.data() + size, 0, simdjson::SIMDJSON_PADDING);
        m_text = json.data();
        return m_parser.iterate(simdjson::padded_string_view(m_buffer.data(), size, padded));
    }

    /// The same bytes in the text that was opened.
    [[nodiscard]] std::string_view inText(std::string_view inBuffer) const
    {
        return {m_text + (inBuffer.data() - m_buffer.data()), inBuffer.size()};
    }

    [[nodiscard]] std::string_view keyOf(const ondemand::field &field) const
    {
        const char *begin = field.key().raw();
        const char *end = begin;
        while (*end != '"')
            end += *end == '\\' ? 2 : 1;
        return inText({begin, static_cast<std::size_t>(end - begin)});
    }

private:
    ondemand::parser m_parser;
    std::vector<char> m_buffer;
    const char *m_text = nullptr;
};

using NumberVisitor = std::function<void(const std::string &, double)>;

/// Visits the numbers of an object, depth first; `path` is that of the object and comes back so.
void walkNumbers(ondemand::object object, std::string &path, int depth, const Parser &parser,
                 const NumberVisitor &visit)
{
    const std::size_t base = path.size();
    for (auto member : object) {
        ondemand::field field;
        ondemand::json_type type{};
        if (std::move(member).get(field) || field.value().type().get(type))
            return;
        const bool nested = type == ondemand::json_type::object && depth < kMaxJsonDepth;
        if (type != ondemand::json_type::number && !nested)
            continue;
        if (base > 0)
            path += '.';
        const std::string_view key = parser.keyOf(field);
        path += hasNoEscape(key) ? std::string(key) : decoded(key);
        if (ondemand::object inner; nested && !field.value().get_object().get(inner))
            walkNumbers(inner, path, depth + 1, parser, visit);
        else if (const auto number = numberOf(field.value().raw_json_token()); !nested && number)
            visit(path, *number);
        path.resize(base);
    }
}

} // namespace

void forEachMember(QByteArrayView object, const std::function<Walk(const Member &)> &visit)
{
    if (object.isEmpty())
        return;
    Parser &parser = Parser::ofThisThread();
    ondemand::document document;
    ondemand::object members;
    if (parser.open(object).get(document) || document.get_object().get(members))
        return;
    for (auto member : members) {
        ondemand::field field;
        std::string_view value;
        if (std::move(member).get(field))
            return;
        const std::string_view key = parser.keyOf(field);
        if (simdjson::to_json_string(field.value()).get(value))
            return;
        if (visit({key, parser.inText(value)}) == Walk::Stop)
            return;
    }
}

void forEachElement(QByteArrayView array, const std::function<Walk(std::string_view)> &visit)
{
    if (array.isEmpty())
        return;
    Parser &parser = Parser::ofThisThread();
    ondemand::document document;
    ondemand::array elements;
    if (parser.open(array).get(document) || document.get_array().get(elements))
        return;
    for (auto element : elements) {
        std::string_view value;
        if (simdjson::to_json_string(element).get(value))
            return;
        if (visit(parser.inText(value)) == Walk::Stop)
            return;
    }
}

void forEachNumber(QByteArrayView object, const NumberVisitor &visit)
{
    if (object.isEmpty())
        return;
    Parser &parser = Parser::ofThisThread();
    ondemand::document document;
    ondemand::object root;
    if (parser.open(object).get(document) || document.get_object().get(root))
        return;
    std::string path;
    walkNumbers(root, path, 1, parser, visit);
}

std::optional<double> numberOf(std::string_view rawValue) noexcept
{
    const char first = rawValue.empty() ? '\0' : rawValue.front();
    if (first != '-' && (first < '0' || first > '9'))
        return std::nullopt;
    double value = 0;
    const char *end = rawValue.data() + rawValue.size();
    if (std::from_chars(rawValue.data(), end, value).ec != std::errc{})
        return std::nullopt;
    return value;
}

std::optional<std::string_view> stringOf(std::string_view rawValue) noexcept
{
    if (rawValue.size() < 2 || rawValue.front() != '"' || rawValue.back() != '"')
        return std::nullopt;
    return rawValue.substr(1, rawValue.size() - 2);
}

} // namespace xray::admission
