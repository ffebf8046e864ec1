// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/json_repair.h"

#include "model/otlp/span_body.h"

#include <model/core/json_string.h>

#include <charconv>
#include <cmath>

namespace xray::otlp {

namespace {

constexpr std::size_t kDigitsOfAnyInt64 = 18;

bool isPartOfWord(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.';
}

class Repairer
{
public:
    explicit Repairer(QByteArrayView json)
        : m_rest(json.data(), std::size_t(json.size()))
    {
        m_out.reserve(json.size() + json.size() / 16);
    }

    QByteArray run()
    {
        while (!m_rest.empty()) {
            if (m_rest.front() == '"')
                takeString();
            else if (isPartOfWord(m_rest.front()))
                takeWord();
            else
                takeOther();
        }
        return std::move(m_out);
    }

private:
    void takeOther()
    {
        m_out += m_rest.front();
        m_rest.remove_prefix(1);
    }

    void takeString()
    {
        std::size_t end = 1;
        while (end < m_rest.size() && m_rest[end] != '"')
            end += m_rest[end] == '\\' ? 2 : 1;
        end = std::min(end, m_rest.size());
        const std::string text = decoded(m_rest.substr(1, end - 1));
        appendJsonString(m_out, QByteArrayView(text.data(), qsizetype(text.size())));
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
    }

    /// A number, true, false, null, or what should not be there.
    void takeWord()
    {
        std::size_t end = 1;
        while (end < m_rest.size() && isPartOfWord(m_rest[end]))
            ++end;
        appendWord(m_rest.substr(0, end));
        m_rest.remove_prefix(end);
    }

    void appendWord(std::string_view word)
    {
        if (word == "NaN" || word == "Infinity" || word == "-Infinity" || word == "undefined")
            m_out += "null";
        else if (word.size() <= kDigitsOfAnyInt64 && word.find_first_of("eE") == word.npos)
            m_out.append(word.data(), qsizetype(word.size()));
        else
            appendLongNumber(word);
    }

    void appendLongNumber(std::string_view word)
    {
        double value = 0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        const bool isNumber =
            end == word.data() + word.size() && word.front() != 'i' && word.front() != 'n';
        qint64 integer = 0;
        const auto asInteger = std::from_chars(word.data(), word.data() + word.size(), integer);
        if (!isNumber || (asInteger.ec == std::errc{} && asInteger.ptr == end))
            m_out.append(word.data(), qsizetype(word.size()));
        else if (error != std::errc{} || !std::isfinite(value))
            m_out += "null";
        else
            appendDouble(m_out, value);
    }

    std::string_view m_rest;
    QByteArray m_out;
};

} // namespace

QByteArray repairedJson(QByteArrayView json)
{
    return Repairer(json).run();
}

} // namespace xray::otlp
