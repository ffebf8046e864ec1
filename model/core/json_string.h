// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the raw text of a JSON string, as it stands between its quotes, code point by code point.
// Values on the stack, any thread.
#pragma once

#include <string>
#include <string_view>

namespace xray {

/// Escapes are decoded. Half a surrogate pair and bytes that are not UTF-8, which real senders do
/// produce, read as U+FFFD; nothing is read beyond the end.
class JsonStringReader
{
public:
    explicit JsonStringReader(std::string_view raw)
        : m_rest(raw)
    {
    }

    [[nodiscard]] bool atEnd() const noexcept { return m_rest.empty(); }
    /// The next code point; only while not atEnd().
    [[nodiscard]] char32_t next() noexcept
    {
        const auto first = static_cast<unsigned char>(m_rest.front());
        if (first == '\\')
            return escaped();
        if (first >= 0x80)
            return multiByte();
        m_rest.remove_prefix(1);
        return first;
    }

private:
    char32_t escaped() noexcept;
    char32_t unicodeEscape() noexcept;
    char32_t multiByte() noexcept;

    std::string_view m_rest;
};

/// Whether the raw text is its own meaning: without escapes.
[[nodiscard]] inline bool hasNoEscape(std::string_view raw) noexcept
{
    return raw.find('\\') == std::string_view::npos;
}

/// Appends the code point in UTF-8.
void appendUtf8(std::string &out, char32_t codePoint);

/// The meaning of the raw text, in UTF-8.
[[nodiscard]] std::string decoded(std::string_view raw);

/// Whether the raw text of a key means `name`, which is plain ASCII.
[[nodiscard]] inline bool means(std::string_view raw, std::string_view name)
{
    return raw == name || (!hasNoEscape(raw) && decoded(raw) == name);
}

} // namespace xray
