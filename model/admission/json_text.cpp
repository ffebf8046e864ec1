// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/admission/json_text.h"

#include "model/admission/json_reader.h"

#include <model/core/json_string.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

namespace xray::admission {

namespace {

/// The members of an object by what their keys mean, in the order they first came.
class MemberTable
{
public:
    void putAll(const JsonText &object)
    {
        forEachMember(object, [this](const Member &member) {
            put(member);
            return Walk::On;
        });
    }

    [[nodiscard]] JsonText toJson(qsizetype sizeHint) const
    {
        JsonText out;
        out.reserve(sizeHint);
        out += '{';
        for (const Member &member : m_members) {
            if (out.size() > 1)
                out += ',';
            out += '"';
            out.append(member.key.data(), static_cast<qsizetype>(member.key.size()));
            out += "\":";
            out.append(member.value.data(), static_cast<qsizetype>(member.value.size()));
        }
        out += '}';
        return out;
    }

private:
    void put(const Member &member)
    {
        const auto [it, isNew] = m_places.try_emplace(decoded(member.key), m_members.size());
        if (isNew)
            m_members.push_back(member);
        else
            m_members[it->second].value = member.value;
    }

    std::vector<Member> m_members;
    std::unordered_map<std::string, std::size_t> m_places;
};

constexpr char asciiFolded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isAscii(std::string_view text)
{
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// A folded text to look for in the raw texts of JSON strings.
class Needle
{
public:
    explicit Needle(const QString &folded)
        : m_folded(folded)
        , m_utf8(folded.toStdString())
        , m_isAscii(isAscii(m_utf8))
    {
    }

    [[nodiscard]] bool isIn(std::string_view raw) const
    {
        if (!hasNoEscape(raw) || !isAscii(raw))
            return folded(raw).contains(m_folded);
        // What ASCII folds to is ASCII, so nothing else can be found in it.
        return m_isAscii && !std::ranges::search(raw, m_utf8, {}, asciiFolded).empty();
    }

private:
    [[nodiscard]] static QString folded(std::string_view raw)
    {
        QString text;
        text.reserve(static_cast<qsizetype>(raw.size()));
        for (JsonStringReader reader(raw); !reader.atEnd();)
            text += QChar::fromUcs4(QChar::toCaseFolded(reader.next()));
        return text;
    }

    const QString &m_folded;
    std::string m_utf8;
    bool m_isAscii;
};

/// The position of the quote that ends the string whose text begins at `begin`, or the text's end.
std::size_t closingQuote(std::string_view json, std::size_t begin)
{
    std::size_t at = begin;
    while (at < json.size() && json[at] != '"')
        at += json[at] == '\\' ? 2 : 1;
    return std::min(at, json.size());
}

bool isKey(std::string_view json, std::size_t closingQuoteAt)
{
    const std::size_t next = json.find_first_not_of(" \t\r\n", closingQuoteAt + 1);
    return next != std::string_view::npos && json[next] == ':';
}

} // namespace

JsonText mergedTopLevel(const JsonText &base, const JsonText &update)
{
    if (base.isEmpty() || base == update)
        return update;
    if (update.isEmpty())
        return base;
    MemberTable table;
    table.putAll(base);
    table.putAll(update);
    return table.toJson(base.size() + update.size());
}

bool containsText(QByteArrayView json, const QString &foldedNeedle)
{
    if (foldedNeedle.isEmpty())
        return true;
    const Needle needle(foldedNeedle);
    const std::string_view text(json.data(), static_cast<std::size_t>(json.size()));
    for (std::size_t quote = text.find('"'); quote != std::string_view::npos;) {
        const std::size_t end = closingQuote(text, quote + 1);
        if (!isKey(text, end) && needle.isIn(text.substr(quote + 1, end - quote - 1)))
            return true;
        quote = end < text.size() ? text.find('"', end + 1) : std::string_view::npos;
    }
    return false;
}

std::u32string foldedStrings(QByteArrayView json)
{
    std::u32string folded;
    folded.reserve(static_cast<std::size_t>(json.size()));
    const std::string_view text(json.data(), static_cast<std::size_t>(json.size()));
    for (std::size_t quote = text.find('"'); quote != std::string_view::npos;) {
        const std::size_t end = closingQuote(text, quote + 1);
        if (!isKey(text, end)) {
            for (JsonStringReader reader(text.substr(quote + 1, end - quote - 1)); !reader.atEnd();)
                folded += QChar::toCaseFolded(reader.next());
            folded += U'\n';
        }
        quote = end < text.size() ? text.find('"', end + 1) : std::string_view::npos;
    }
    return folded;
}

std::vector<MetricRecord> metricsOf(QByteArrayView json)
{
    std::vector<MetricRecord> metrics;
    forEachMember(json, [&metrics](const Member &member) {
        if (const auto value = numberOf(member.value))
            metrics.push_back({QByteArray::fromStdString(decoded(member.key)), *value});
        return Walk::On;
    });
    return metrics;
}

} // namespace xray::admission
