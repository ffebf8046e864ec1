// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/json_path.h"

#include <model/core/json_string.h>
#include <model/core/text.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <string>
#include <string_view>

namespace xray::query {

namespace {

using Raw = std::string_view;

/// Deeper values are not looked into; the decoders refuse them.
constexpr int kMaxDepth = 128;

constexpr Raw kSpace = " \t\r\n";

Raw withoutSpace(Raw json)
{
    json.remove_prefix(std::min(json.find_first_not_of(kSpace), json.size()));
    return json;
}

Raw trimmed(Raw json)
{
    const Raw rest = withoutSpace(json);
    return rest.substr(0, rest.find_last_not_of(kSpace) + 1);
}

/// The length of the string at the front, with its quotes.
std::size_t stringLength(Raw json)
{
    for (std::size_t quote = json.find('"', 1); quote != Raw::npos;
         quote = json.find('"', quote + 1)) {
        const std::size_t before = json.find_last_not_of('\\', quote - 1);
        const bool isEscaped = (quote - 1 - before) % 2 == 1;
        if (!isEscaped)
            return quote + 1;
    }
    return json.size();
}

/// The length of the object or array at the front.
std::size_t bracketedLength(Raw json)
{
    int depth = 0;
    for (std::size_t at = 0; at < json.size();) {
        const char c = json[at];
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        at += c == '"' ? stringLength(json.substr(at)) : 1;
        if (depth == 0)
            return at;
    }
    return json.size();
}

std::size_t valueLength(Raw json)
{
    if (json.starts_with('"'))
        return stringLength(json);
    if (json.starts_with('{') || json.starts_with('['))
        return bracketedLength(json);
    return std::min(json.find_first_of(",]} \t\r\n"), json.size());
}

/// Takes values, keys and signs off the front of a JSON text.
class Reader
{
public:
    explicit Reader(Raw json)
        : m_rest(withoutSpace(json))
    {
    }

    bool takeSign(char sign)
    {
        const bool found = m_rest.starts_with(sign);
        if (found)
            m_rest = withoutSpace(m_rest.substr(1));
        return found;
    }
    Raw takeValue()
    {
        const Raw value = m_rest.substr(0, valueLength(m_rest));
        m_rest = withoutSpace(m_rest.substr(value.size()));
        return value;
    }

private:
    Raw m_rest;
};

/// What stands between the quotes; what is no string has nothing there.
Raw unquoted(Raw raw)
{
    const bool closed = raw.size() >= 2 && raw.ends_with('"');
    return raw.starts_with('"') ? raw.substr(1, raw.size() - (closed ? 2 : 1)) : Raw();
}

QString textOf(Raw raw)
{
    if (hasNoEscape(raw))
        return QString::fromUtf8(raw.data(), static_cast<qsizetype>(raw.size()));
    QString text;
    text.reserve(static_cast<qsizetype>(raw.size()));
    for (JsonStringReader reader(raw); !reader.atEnd();)
        text += QChar::fromUcs4(reader.next());
    return text;
}

Raw found(Raw value, Raw path, int depth);

Raw foundInMember(Raw key, Raw value, Raw path, int depth)
{
    if (key == path)
        return found(value, {}, depth);
    const bool leads = path.size() > key.size() && path.starts_with(key) && path[key.size()] == '.';
    return leads ? found(value, path.substr(key.size() + 1), depth) : Raw();
}

Raw foundInObject(Raw object, Raw path, int depth)
{
    Reader reader(object);
    reader.takeSign('{');
    do {
        const Raw key = unquoted(reader.takeValue());
        if (!reader.takeSign(':'))
            return {};
        const Raw value = reader.takeValue();
        const Raw there = hasNoEscape(key) ? foundInMember(key, value, path, depth)
                                           : foundInMember(decoded(key), value, path, depth);
        if (!there.empty())
            return there;
    } while (reader.takeSign(','));
    return {};
}

Raw foundInArray(Raw array, Raw path, int depth)
{
    const Raw part = path.substr(0, path.find('.'));
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (error != std::errc{} || end != part.data() + part.size())
        return {};
    Reader reader(array);
    reader.takeSign('[');
    for (Raw element = reader.takeValue(); !element.empty(); element = reader.takeValue()) {
        if (index-- == 0)
            return found(element, path.substr(std::min(part.size() + 1, path.size())), depth);
        if (!reader.takeSign(','))
            break;
    }
    return {};
}

/// The raw value at the path; empty when there is none, or null.
Raw found(Raw value, Raw path, int depth)
{
    if (path.empty())
        return value == "null" ? Raw() : value;
    if (depth >= kMaxDepth)
        return {};
    if (value.starts_with('{'))
        return foundInObject(value, path, depth + 1);
    return value.starts_with('[') ? foundInArray(value, path, depth + 1) : Raw();
}

Raw rawOf(QByteArrayView bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

Raw found(QByteArrayView json, QByteArrayView path)
{
    return found(trimmed(rawOf(json)), rawOf(path), 0);
}

bool isKey(Raw json, std::size_t stringEnd)
{
    return withoutSpace(json.substr(stringEnd)).starts_with(':');
}

bool hasText(Raw raw, const QString &foldedNeedle)
{
    return simpleCaseFolded(textOf(raw)).contains(foldedNeedle);
}

} // namespace

bool jsonExists(QByteArrayView json, QByteArrayView path)
{
    return !found(json, path).empty();
}

std::optional<double> jsonNumber(QByteArrayView json, QByteArrayView path)
{
    const Raw raw = found(json, path);
    double number = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    const bool whole = !raw.empty() && error == std::errc{} && end == raw.data() + raw.size();
    return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<QString> jsonString(QByteArrayView json, QByteArrayView path)
{
    const Raw raw = found(json, path);
    return raw.starts_with('"') ? std::optional(textOf(unquoted(raw))) : std::nullopt;
}

std::optional<bool> jsonFlag(QByteArrayView json, QByteArrayView path)
{
    const Raw raw = found(json, path);
    if (raw != "true" && raw != "false")
        return std::nullopt;
    return raw == "true";
}

bool jsonHasText(QByteArrayView json, QByteArrayView path, const QString &foldedNeedle)
{
    const Raw value = found(json, path);
    if (foldedNeedle.isEmpty())
        return !value.empty();
    for (std::size_t at = value.find('"'); at != Raw::npos;) {
        const std::size_t end = at + stringLength(value.substr(at));
        if (!isKey(value, end) && hasText(unquoted(value.substr(at, end - at)), foldedNeedle))
            return true;
        at = value.find('"', end);
    }
    return false;
}

} // namespace xray::query
