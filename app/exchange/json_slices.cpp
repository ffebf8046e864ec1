// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/json_slices.h"

namespace xray::app {

namespace {

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Goes along a text; every function leaves it behind what it took, or at the end.
class Walker
{
public:
    explicit Walker(QByteArrayView text)
        : m_text(text)
    {
    }

    [[nodiscard]] bool isAtEnd() const { return m_at >= m_text.size(); }

    void skipSpace()
    {
        while (!isAtEnd() && isSpace(m_text[m_at]))
            ++m_at;
    }

    /// Takes the character, after any space, if it is the next one.
    bool take(char c)
    {
        skipSpace();
        if (isAtEnd() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    /// The next value with its brackets or quotes; nothing when there is none or it is cut off.
    std::optional<QByteArrayView> value()
    {
        skipSpace();
        const qsizetype begin = m_at;
        if (isAtEnd())
            return std::nullopt;
        const char first = m_text[m_at];
        const bool whole = first == '{' || first == '[' ? skipNest()
                           : first == '"'               ? skipString()
                                                        : skipWord();
        if (!whole || m_at == begin)
            return std::nullopt;
        return m_text.sliced(begin, m_at - begin);
    }

private:
    bool skipString()
    {
        ++m_at;
        while (!isAtEnd() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        const bool closed = m_at < m_text.size();
        m_at = closed ? m_at + 1 : m_text.size();
        return closed;
    }

    bool skipNest()
    {
        qint64 depth = 0;
        while (!isAtEnd()) {
            const char c = m_text[m_at];
            if (c == '"') {
                if (!skipString())
                    return false;
                continue;
            }
            ++m_at;
            depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            if (depth == 0)
                return true;
        }
        return false;
    }

    /// A number, true, false, null: it is whole when something ends it.
    bool skipWord()
    {
        constexpr QByteArrayView kEnds = ",]}:";
        while (!isAtEnd() && !isSpace(m_text[m_at]) && !kEnds.contains(m_text[m_at]))
            ++m_at;
        return !isAtEnd();
    }

    QByteArrayView m_text;
    qsizetype m_at = 0;
};

} // namespace

SliceEnd forEachMember(QByteArrayView text,
                       const std::function<bool(QByteArrayView, QByteArrayView)> &take)
{
    Walker walker(text);
    if (!walker.take('{'))
        return SliceEnd::Cut;
    while (!walker.take('}')) {
        const auto key = walker.value();
        if (!key || key->size() < 2 || !walker.take(':'))
            return SliceEnd::Cut;
        const auto value = walker.value();
        if (!value)
            return SliceEnd::Cut;
        if (!take(key->sliced(1, key->size() - 2), *value))
            return SliceEnd::Closed;
        walker.take(',');
    }
    return SliceEnd::Closed;
}

SliceEnd forEachElement(QByteArrayView text, const std::function<bool(QByteArrayView)> &take)
{
    Walker walker(text);
    if (!walker.take('['))
        return SliceEnd::Cut;
    while (!walker.take(']')) {
        const auto element = walker.value();
        if (!element)
            return SliceEnd::Cut;
        if (!take(*element))
            return SliceEnd::Closed;
        walker.take(',');
    }
    return SliceEnd::Closed;
}

std::optional<QByteArrayView> memberOf(QByteArrayView object, QByteArrayView key)
{
    std::optional<QByteArrayView> found;
    forEachMember(object, [&](QByteArrayView name, QByteArrayView value) {
        if (name == key)
            found = value;
        return !found;
    });
    return found;
}

bool isOneValue(QByteArrayView text)
{
    Walker walker(text);
    if (!walker.value())
        return false;
    walker.skipSpace();
    return walker.isAtEnd();
}

} // namespace xray::app
