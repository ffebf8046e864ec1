// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/json_string.h"

#include <algorithm>
#include <charconv>

namespace xray {

namespace {

constexpr char32_t kReplacement = 0xfffd;

constexpr bool isHighSurrogate(char32_t code)
{
    return code >= 0xd800 && code <= 0xdbff;
}

constexpr bool isLowSurrogate(char32_t code)
{
    return code >= 0xdc00 && code <= 0xdfff;
}

/// The value of the \uXXXX that `text` begins with, or 0 (which is no surrogate) when it does not.
char32_t hexEscapeAt(std::string_view text) noexcept
{
    if (text.size() < 6 || !text.starts_with("\\u"))
        return 0;
    unsigned code = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, code, 16);
    return error == std::errc{} && end == text.data() + 6 ? code : 0;
}

/// How many bytes the UTF-8 sequence that begins with `first` has, and its bits in `first`.
struct Lead
{
    std::size_t length;
    char32_t bits;
};

constexpr Lead leadOf(unsigned char first)
{
    if ((first & 0xe0) == 0xc0)
        return {2, static_cast<char32_t>(first & 0x1f)};
    if ((first & 0xf0) == 0xe0)
        return {3, static_cast<char32_t>(first & 0x0f)};
    if ((first & 0xf8) == 0xf0)
        return {4, static_cast<char32_t>(first & 0x07)};
    return {1, kReplacement};
}

} // namespace

char32_t JsonStringReader::escaped() noexcept
{
    const char kind = m_rest.size() > 1 ? m_rest[1] : '\0';
    if (kind == 'u')
        return unicodeEscape();
    m_rest.remove_prefix(std::min<std::size_t>(2, m_rest.size()));
    switch (kind) {
    case 'b':
        return U'\b';
    case 'f':
        return U'\f';
    case 'n':
        return U'\n';
    case 'r':
        return U'\r';
    case 't':
        return U'\t';
    default:
        return static_cast<unsigned char>(kind); // quote, backslash and slash mean themselves
    }
}

char32_t JsonStringReader::unicodeEscape() noexcept
{
    const char32_t first = hexEscapeAt(m_rest);
    m_rest.remove_prefix(std::min<std::size_t>(6, m_rest.size()));
    if (isLowSurrogate(first))
        return kReplacement;
    if (!isHighSurrogate(first))
        return first;
    const char32_t second = hexEscapeAt(m_rest);
    if (!isLowSurrogate(second))
        return kReplacement;
    m_rest.remove_prefix(6);
    return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

char32_t JsonStringReader::multiByte() noexcept
{
    const Lead lead = leadOf(static_cast<unsigned char>(m_rest.front()));
    char32_t code = lead.bits;
    std::size_t used = 1;
    for (; used < lead.length && used < m_rest.size(); ++used) {
        const auto byte = static_cast<unsigned char>(m_rest[used]);
        if ((byte & 0xc0) != 0x80)
            break;
        code = (code << 6) | (byte & 0x3f);
    }
    m_rest.remove_prefix(used);
    const bool whole =
        used == lead.length && code <= 0x10ffff && !isHighSurrogate(code) && !isLowSurrogate(code);
    return whole ? code : kReplacement;
}

void appendUtf8(std::string &out, char32_t codePoint)
{
    const auto tail = [&](int shift) {
        out += static_cast<char>(0x80 | ((codePoint >> shift) & 0x3f));
    };
    if (codePoint < 0x80) {
        out += static_cast<char>(codePoint);
    } else if (codePoint < 0x800) {
        out += static_cast<char>(0xc0 | (codePoint >> 6));
        tail(0);
    } else if (codePoint < 0x10000) {
        out += static_cast<char>(0xe0 | (codePoint >> 12));
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xf0 | (codePoint >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

std::string decoded(std::string_view raw)
{
    std::string out;
    out.reserve(raw.size());
    for (JsonStringReader reader(raw); !reader.atEnd();)
        appendUtf8(out, reader.next());
    return out;
}

} // namespace xray
