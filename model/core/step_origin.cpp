// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/step_origin.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace xray {

namespace {

using Word = std::string_view;

constexpr std::array<Word, 13> kRoles{"LLM",   "EMBEDDING", "TOOL",      "RETRIEVER", "HTTP",
                                      "DB",    "RERANKER",  "GUARDRAIL", "EVALUATOR", "PROMPT",
                                      "CHAIN", "AGENT",     "UNKNOWN"};
constexpr std::array<Word, 8> kConventions{"none",      "openinference", "gen_ai", "ai-sdk",
                                           "traceloop", "langfuse",      "http",   "db"};
constexpr std::array<Word, 5> kTypeSources{"kind", "name", "descendant", "default", "rule"};

template<class Enum, std::size_t N>
const char *wordOf(const std::array<Word, N> &words, Enum value) noexcept
{
    return words[static_cast<std::size_t>(value)].data();
}

template<class Enum, std::size_t N>
std::optional<Enum> fromWord(const std::array<Word, N> &words, Word word) noexcept
{
    const auto it = std::ranges::find(words, word);
    if (it == words.end())
        return std::nullopt;
    return static_cast<Enum>(it - words.begin());
}

std::string textAt(const QJsonObject &object, QLatin1String key)
{
    return object.value(key).toString().toStdString();
}

} // namespace

const char *toWord(SpanRole role) noexcept
{
    return wordOf(kRoles, role);
}

const char *toWord(Convention convention) noexcept
{
    return wordOf(kConventions, convention);
}

const char *toWord(TypeSource source) noexcept
{
    return wordOf(kTypeSources, source);
}

std::optional<SpanRole> spanRoleFromWord(std::string_view word) noexcept
{
    return fromWord<SpanRole>(kRoles, word);
}

std::optional<Convention> conventionFromWord(std::string_view word) noexcept
{
    return fromWord<Convention>(kConventions, word);
}

std::optional<TypeSource> typeSourceFromWord(std::string_view word) noexcept
{
    return fromWord<TypeSource>(kTypeSources, word);
}

QByteArray toJson(const StepOrigin &origin)
{
    return R"({"span_id":")" + QByteArray::number(origin.spanId, 16).rightJustified(16, '0') +
           R"(","kind":")" + toWord(origin.role) + R"(","convention":")" +
           toWord(origin.convention) + R"(","type_source":")" + toWord(origin.typeSource) +
           R"(","plumbing":)" + (origin.isPlumbing ? "true" : "false") + '}';
}

std::optional<StepOrigin> stepOriginFromJson(QByteArrayView json)
{
    const QJsonObject object =
        QJsonDocument::fromJson(QByteArray::fromRawData(json.data(), json.size())).object();
    const auto role = spanRoleFromWord(textAt(object, QLatin1String("kind")));
    const auto convention = conventionFromWord(textAt(object, QLatin1String("convention")));
    const auto source = typeSourceFromWord(textAt(object, QLatin1String("type_source")));
    bool isHex = false;
    const quint64 spanId =
        object.value(QLatin1String("span_id")).toString().toULongLong(&isHex, 16);
    if (!role || !convention || !source || !isHex)
        return std::nullopt;
    return StepOrigin{spanId, *role, *convention, *source,
                      object.value(QLatin1String("plumbing")).toBool()};
}

} // namespace xray
