// SPDX-License-Identifier: GPL-3.0-or-later
// How a step was made of a span: what the span said it was, in whose words, and how its type was
// found. Steps that a pipeline logged itself have none. Plain values, any thread.
#pragma once

#include <QByteArray>

#include <cstdint>
#include <optional>
#include <string_view>

namespace xray {

/// What a span is, in the terms all conventions share.
enum class SpanRole : std::uint8_t {
    Llm,
    Embedding,
    Tool,
    Retriever,
    Http,
    Database,
    Reranker,
    Guardrail,
    Evaluator,
    Prompt,
    Chain,
    Agent,
    Unknown,
};

/// Whose words said so.
enum class Convention : std::uint8_t {
    None,
    OpenInference,
    GenAi,
    AiSdk,
    Traceloop,
    Langfuse,
    Http,
    Database,
};

/// How the type of the step was found.
enum class TypeSource : std::uint8_t {
    Role,       ///< the span said what it is
    Name,       ///< guessed from a name
    Descendant, ///< guessed: it calls a model
    Default,    ///< nothing says anything
    Rule,       ///< a mapping rule of the user
};

// The words of the stored JSON, of the API and for people. from…() takes exactly those words.
[[nodiscard]] const char *toWord(SpanRole role) noexcept;
[[nodiscard]] const char *toWord(Convention convention) noexcept;
[[nodiscard]] const char *toWord(TypeSource source) noexcept;
[[nodiscard]] std::optional<SpanRole> spanRoleFromWord(std::string_view word) noexcept;
[[nodiscard]] std::optional<Convention> conventionFromWord(std::string_view word) noexcept;
[[nodiscard]] std::optional<TypeSource> typeSourceFromWord(std::string_view word) noexcept;

struct StepOrigin
{
    quint64 spanId = 0; ///< the 8 bytes of the span id, big-endian
    SpanRole role = SpanRole::Unknown;
    Convention convention = Convention::None;
    TypeSource typeSource = TypeSource::Default;
    /// What a framework does below a step (parsers, prompt templates, the HTTP call of a model);
    /// views fold it.
    bool isPlumbing = false;

    friend bool operator==(const StepOrigin &, const StepOrigin &) = default;
};

/// {"span_id":"0123456789abcdef","kind":"LLM","convention":"gen_ai","type_source":"kind",
/// "plumbing":false}, keys in this order, minified.
[[nodiscard]] QByteArray toJson(const StepOrigin &origin);
/// Nothing for an empty text and for anything that toJson() does not write.
[[nodiscard]] std::optional<StepOrigin> stepOriginFromJson(QByteArrayView json);

} // namespace xray
