// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/json_document.h"

#include "model/ingest/limits.h"

#include <algorithm>

namespace xray::ingest {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kKeptBytes = 1024 * 1024; // what a thread keeps between two texts
constexpr std::size_t kLongestKeyTold = 80;

Error invalidJson(const QString &why, const QString &field = {})
{
    return {ErrorCode::InvalidJson, why, field};
}

QString describe(simdjson::error_code error, int maxDepth = 0)
{
    switch (error) {
    case simdjson::EMPTY:
        return QStringLiteral("The body is empty; JSON was expected.");
    case simdjson::UTF8_ERROR:
        return QStringLiteral("The text is not valid UTF-8.");
    case simdjson::DEPTH_ERROR:
        return QStringLiteral("The JSON is nested deeper than %1 levels.").arg(maxDepth);
    case simdjson::NUMBER_ERROR:
        return QStringLiteral("A number is malformed, or larger than a 64-bit number can be.");
    case simdjson::STRING_ERROR:
        return QStringLiteral("A string has an invalid escape or half a surrogate pair.");
    case simdjson::UNESCAPED_CHARS:
        return QStringLiteral("A string has a control character that is not escaped.");
    case simdjson::UNCLOSED_STRING:
        return QStringLiteral("A string is not closed.");
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
        return QStringLiteral("The JSON is too large to be read.");
    default:
        return QStringLiteral("The text is not valid JSON.");
    }
}

unsigned hexValue(std::string_view digits)
{
    unsigned value = 0;
    for (const char c : digits)
        value = value * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    return value;
}

// simdjson refuses a high surrogate without its low half but lets a lone low half pass. `text` is
// valid JSON otherwise, so a backslash is followed by a complete escape.
bool hasLoneLowSurrogate(std::string_view text)
{
    for (auto at = text.find('\\'); at != text.npos; at = text.find('\\', at)) {
        if (text[at + 1] != 'u') {
            at += 2;
            continue;
        }
        const unsigned unit = hexValue(text.substr(at + 2, 4));
        if (unit >= 0xdc00 && unit <= 0xdfff)
            return true;
        at += unit >= 0xd800 && unit < 0xdc00 ? 12 : 6;
    }
    return false;
}

QByteArrayView withoutByteOrderMark(QByteArrayView text)
{
    return text.startsWith("\xef\xbb\xbf") ? text.sliced(3) : text;
}

} // namespace

JsonDocument::JsonDocument() = default;

JsonDocument &JsonDocument::ofThisThread()
{
    thread_local JsonDocument document;
    return document;
}

Result<> JsonDocument::load(QByteArrayView json, int maxDepth)
{
    json = withoutByteOrderMark(json);
    m_size = static_cast<std::size_t>(json.size());
    m_text.assign(json.data(), m_size);
    m_text.append(simdjson::SIMDJSON_PADDING, ' ');

    if (const auto error = parse(maxDepth))
        return invalidJson(describe(error, maxDepth));
    if (hasLoneLowSurrogate({m_text.data(), m_size}))
        return invalidJson(describe(simdjson::STRING_ERROR));
    if (const auto key = repeatedKeyBelow(m_root)) {
        const std::string_view told = key->substr(0, kLongestKeyTold);
        const QString name = QString::fromUtf8(told.data(), static_cast<qsizetype>(told.size()));
        return invalidJson(QStringLiteral("The key \"%1\" stands twice in one object.").arg(name),
                           name);
    }
    return Success{};
}

simdjson::error_code JsonDocument::parse(int maxDepth)
{
    const auto depth = static_cast<std::size_t>(std::clamp(maxDepth, 1, kDeepestJson));
    if (m_tree.capacity() < m_size || m_tree.max_depth() != depth) {
        if (const auto error = m_tree.allocate(std::max<std::size_t>(m_size, 4096), depth))
            return error;
    }
    return m_tree.parse(m_text.data(), m_size, false).get(m_root);
}

std::optional<std::string_view> JsonDocument::repeatedKey(dom::object object)
{
    m_keys.clear();
    for (const dom::key_value_pair field : object)
        m_keys.push_back(field.key);
    std::sort(m_keys.begin(), m_keys.end());
    const auto found = std::adjacent_find(m_keys.begin(), m_keys.end());
    return found == m_keys.end() ? std::nullopt : std::optional(*found);
}

// Recursion ends at the depth that the parser enforced.
std::optional<std::string_view> JsonDocument::repeatedKeyBelow(dom::element element)
{
    if (dom::array array; !element.get_array().get(array)) {
        for (const dom::element child : array)
            if (const auto key = repeatedKeyBelow(child))
                return key;
    }
    if (dom::object object; !element.get_object().get(object)) {
        if (const auto key = repeatedKey(object))
            return key;
        for (const dom::key_value_pair field : object)
            if (const auto key = repeatedKeyBelow(field.value))
                return key;
    }
    return std::nullopt;
}

simdjson::ondemand::document JsonDocument::reader()
{
    simdjson::ondemand::document document;
    const auto error = m_reader.iterate(m_text.data(), m_size, m_text.size()).get(document);
    Q_ASSERT(!error); // load() has parsed the same text
    Q_UNUSED(error);
    return document;
}

void JsonDocument::trim()
{
    if (m_text.capacity() <= kKeptBytes)
        return;
    m_text = {};
    m_keys = {};
    m_tree = simdjson::dom::parser();
    m_reader = simdjson::ondemand::parser();
}

} // namespace xray::ingest
