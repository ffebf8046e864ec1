// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/admission/headline.h"

#include "model/admission/json_reader.h"

#include <model/core/json_string.h>

#include <algorithm>
#include <array>
#include <span>

namespace xray::admission {

namespace {

using Keys = std::span<const std::string_view>;

// The most telling first.
constexpr std::array<std::string_view, 11> kTitleKeys{"title",  "query",   "search",  "question",
                                                      "prompt", "keyword", "product", "subject",
                                                      "name",   "input",   "url"};
constexpr std::array<std::string_view, 12> kOutcomeKeys{
    "selected", "winner",         "result",   "answer", "choice",  "best",
    "title",    "recommendation", "category", "text",   "summary", "output"};
constexpr std::array<std::string_view, 3> kNameKeys{"title", "name", "item"};

QByteArrayView view(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

bool isSpace(char32_t c)
{
    return c == U' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x3000;
}

/// Control characters, and the marks that would turn the rest of the line around.
bool isInvisible(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/// Takes code points until the line is full.
class HeadlineBuilder
{
public:
    /// Whether there is room for more.
    bool take(char32_t c)
    {
        if (isSpace(c)) {
            m_spaceDue = m_length > 0;
            return true;
        }
        if (isInvisible(c))
            return true;
        if (m_spaceDue)
            put(U' ');
        m_spaceDue = false;
        put(c);
        return m_length <= kMaxHeadlineLength;
    }

    [[nodiscard]] QByteArray line() const
    {
        if (m_length <= kMaxHeadlineLength)
            return QByteArray::fromStdString(m_text);
        return QByteArray::fromStdString(m_text.substr(0, m_cut)) + "…";
    }

private:
    void put(char32_t c)
    {
        appendUtf8(m_text, c);
        if (++m_length == kMaxHeadlineLength - 1)
            m_cut = m_text.size();
    }

    std::string m_text;
    std::size_t m_cut = 0; ///< bytes that still leave room for the ellipsis
    int m_length = 0;      ///< in code points
    bool m_spaceDue = false;
};

QByteArray headline(std::string_view rawString)
{
    HeadlineBuilder builder;
    for (JsonStringReader reader(rawString); !reader.atEnd();) {
        if (!builder.take(reader.next()))
            break;
    }
    return builder.line();
}

QByteArray describe(std::string_view rawValue, int levels);

/// What the best of `keys` that says something says.
QByteArray pick(QByteArrayView object, Keys keys, int levels)
{
    std::array<std::string_view, kOutcomeKeys.size()> values{};
    forEachMember(object, [&](const Member &member) {
        const auto key = std::ranges::find_if(
            keys, [&](std::string_view name) { return means(member.key, name); });
        if (key != keys.end())
            values[static_cast<std::size_t>(key - keys.begin())] = member.value;
        return Walk::On;
    });
    for (const std::string_view value : values) {
        if (const QByteArray line = describe(value, levels); !line.isEmpty())
            return line;
    }
    return {};
}

/// The text of a string, the name of an object, the first of an array that has either.
QByteArray describe(std::string_view rawValue, int levels)
{
    if (const auto text = stringOf(rawValue))
        return headline(*text);
    if (levels == 0 || rawValue.empty())
        return {};
    if (rawValue.front() == '{')
        return pick(view(rawValue), kNameKeys, 0);
    std::string_view first;
    forEachElement(view(rawValue), [&](std::string_view element) {
        first = element;
        return Walk::Stop;
    });
    if (first.starts_with('{'))
        return pick(view(first), kNameKeys, 0);
    return describe(first, 0);
}

QByteArray firstText(QByteArrayView object)
{
    std::string_view found;
    forEachMember(object, [&](const Member &member) {
        if (const auto text = stringOf(member.value); text && !text->empty())
            found = *text;
        return found.empty() ? Walk::On : Walk::Stop;
    });
    return headline(found);
}

} // namespace

QByteArray titleOfRun(const JsonText &metadata, const JsonText &trigger)
{
    const QByteArray title = pick(metadata, kTitleKeys, 1);
    return title.isEmpty() ? pick(trigger, kTitleKeys, 1) : title;
}

QByteArray titleOfInput(const JsonText &input)
{
    const QByteArray title = pick(input, kTitleKeys, 1);
    return title.isEmpty() ? firstText(input) : title;
}

QByteArray headlineOfMessage(const QByteArray &message)
{
    HeadlineBuilder builder;
    const QString firstLine = QString::fromUtf8(message.trimmed()).section(QLatin1Char('\n'), 0, 0);
    for (const char32_t c : firstLine.toUcs4()) {
        if (!builder.take(c))
            break;
    }
    return builder.line();
}

QByteArray outcomeOfOutput(const JsonText &output)
{
    return pick(output, kOutcomeKeys, 1);
}

} // namespace xray::admission
