// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/span_role.h"

#include <algorithm>
#include <array>

namespace xray::otlp {

namespace {

struct RoleWord
{
    std::string_view word;
    SpanRole role;
};

// Arize-ai/openinference spec/semantic_conventions.md
constexpr std::array kOpenInference{
    RoleWord{"LLM", SpanRole::Llm},
    RoleWord{"EMBEDDING", SpanRole::Embedding},
    RoleWord{"TOOL", SpanRole::Tool},
    RoleWord{"RETRIEVER", SpanRole::Retriever},
    RoleWord{"RERANKER", SpanRole::Reranker},
    RoleWord{"GUARDRAIL", SpanRole::Guardrail},
    RoleWord{"EVALUATOR", SpanRole::Evaluator},
    RoleWord{"PROMPT", SpanRole::Prompt},
    RoleWord{"CHAIN", SpanRole::Chain},
    RoleWord{"AGENT", SpanRole::Agent},
};

constexpr std::array kLangfuse{
    RoleWord{"generation", SpanRole::Llm},      RoleWord{"embedding", SpanRole::Embedding},
    RoleWord{"tool", SpanRole::Tool},           RoleWord{"retriever", SpanRole::Retriever},
    RoleWord{"guardrail", SpanRole::Guardrail}, RoleWord{"evaluator", SpanRole::Evaluator},
    RoleWord{"chain", SpanRole::Chain},         RoleWord{"span", SpanRole::Chain},
    RoleWord{"agent", SpanRole::Agent},
};

// semantic-conventions-genai docs/gen-ai; "rerank" and "agent_step" are the AI SDK's own.
constexpr std::array kGenAi{
    RoleWord{"chat", SpanRole::Llm},
    RoleWord{"text_completion", SpanRole::Llm},
    RoleWord{"generate_content", SpanRole::Llm},
    RoleWord{"embeddings", SpanRole::Embedding},
    RoleWord{"execute_tool", SpanRole::Tool},
    RoleWord{"retrieval", SpanRole::Retriever},
    RoleWord{"rerank", SpanRole::Reranker},
    RoleWord{"invoke_agent", SpanRole::Agent},
    RoleWord{"create_agent", SpanRole::Agent},
    RoleWord{"invoke_workflow", SpanRole::Chain},
    RoleWord{"agent_step", SpanRole::Chain},
};

constexpr std::array kTraceloop{
    RoleWord{"workflow", SpanRole::Chain},
    RoleWord{"task", SpanRole::Chain},
    RoleWord{"agent", SpanRole::Agent},
    RoleWord{"tool", SpanRole::Tool},
};

/// The AI SDK's operations, by how they end.
constexpr std::array kAiSdk{
    RoleWord{".doGenerate", SpanRole::Llm},
    RoleWord{".doStream", SpanRole::Llm},
    RoleWord{".doEmbed", SpanRole::Embedding},
    RoleWord{".doRerank", SpanRole::Reranker},
    RoleWord{"ai.rerank", SpanRole::Reranker},
    RoleWord{"ai.toolCall", SpanRole::Tool},
    RoleWord{"ai.generateText", SpanRole::Agent},
    RoleWord{"ai.streamText", SpanRole::Agent},
    RoleWord{"ai.generateObject", SpanRole::Agent},
    RoleWord{"ai.streamObject", SpanRole::Agent},
    RoleWord{"", SpanRole::Chain},
};

template<std::size_t N>
SpanRole roleIn(const std::array<RoleWord, N> &words, std::string_view word)
{
    const auto it = std::ranges::find(words, word, &RoleWord::word);
    return it == words.end() ? SpanRole::Unknown : it->role;
}

SpanRole genAiRole(std::string_view operation)
{
    return operation.starts_with("search_memory") ? SpanRole::Retriever : roleIn(kGenAi, operation);
}

SpanRole aiSdkRole(std::string_view operation)
{
    return std::ranges::find_if(
               kAiSdk, [&](const RoleWord &entry) { return operation.ends_with(entry.word); })
        ->role;
}

/// The same without regard to case, as some senders write "llm".
SpanRole openInferenceRole(std::string_view kind)
{
    std::string upper(kind);
    std::ranges::transform(upper, upper.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return roleIn(kOpenInference, upper);
}

bool hasAny(const Value &attributes, std::initializer_list<const char *> keys)
{
    return std::ranges::any_of(keys, [&](const char *key) { return exists(attributes[key]); });
}

struct NamePattern
{
    StepType type;
    std::array<std::string_view, 6> parts; ///< those that are empty are not there
};

constexpr std::array kNamePatterns{
    NamePattern{StepType::Filter,
                {"filter", "eliminat", "dedup", "relevan", "guardrail", "moderat"}},
    NamePattern{StepType::Ranking, {"rank", "sort", "top_k", "select"}},
    NamePattern{StepType::Api, {"search", "retriev", "fetch", "lookup", "crawl", "api"}},
    NamePattern{StepType::Analysis, {"anal", "summar", "evaluat", "judge", "report", "review"}},
};

std::optional<StepType> typeOfName(const QByteArray &name)
{
    const QByteArray lower = name.toLower();
    for (const NamePattern &pattern : kNamePatterns) {
        const bool fits = std::ranges::any_of(pattern.parts, [&](std::string_view part) {
            return !part.empty() && lower.contains(viewOf(part));
        });
        if (fits)
            return pattern.type;
    }
    return std::nullopt;
}

} // namespace

RoleFinding roleOf(const Value &attributes)
{
    if (const auto kind = textOf(attributes["openinference.span.kind"]))
        return {openInferenceRole(*kind), Convention::OpenInference};
    if (const auto type = textOf(attributes["langfuse.observation.type"]))
        return {roleIn(kLangfuse, *type), Convention::Langfuse};
    if (const auto operation = textOf(attributes["gen_ai.operation.name"]))
        return {genAiRole(*operation), Convention::GenAi};
    if (const auto operation = textOf(attributes["ai.operationId"]))
        return {aiSdkRole(*operation), Convention::AiSdk};
    if (const auto kind = textOf(attributes["traceloop.span.kind"]))
        return {roleIn(kTraceloop, *kind), Convention::Traceloop};
    if (hasAny(attributes, {"db.system.name", "db.system"}))
        return {SpanRole::Database, Convention::Database};
    if (hasAny(attributes, {"http.request.method", "http.method"}))
        return {SpanRole::Http, Convention::Http};
    return {};
}

std::optional<StepType> typeOfRole(SpanRole role)
{
    switch (role) {
    case SpanRole::Llm:
    case SpanRole::Embedding:
        return StepType::Llm;
    case SpanRole::Tool:
    case SpanRole::Retriever:
    case SpanRole::Http:
    case SpanRole::Database:
        return StepType::Api;
    case SpanRole::Reranker:
        return StepType::Ranking;
    case SpanRole::Guardrail:
        return StepType::Filter;
    case SpanRole::Evaluator:
        return StepType::Analysis;
    case SpanRole::Prompt:
        return StepType::Other;
    case SpanRole::Chain:
    case SpanRole::Agent:
    case SpanRole::Unknown:
        break;
    }
    return std::nullopt;
}

std::optional<StepType> typeOfNames(const std::vector<QByteArray> &names)
{
    for (const QByteArray &name : names) {
        if (const auto type = typeOfName(name))
            return type;
    }
    return std::nullopt;
}

bool isPlumbingName(std::string_view name)
{
    constexpr std::array<std::string_view, 6> whole{"RunnableSequence", "RunnableMap",
                                                    "RunnableLambda",   "RunnablePassthrough",
                                                    "RunnableParallel", "__start__"};
    constexpr std::string_view step = "step ";
    const bool isNumberedStep =
        name.size() > step.size() && name.starts_with(step) &&
        name.find_first_not_of("0123456789", step.size()) == std::string_view::npos;
    return std::ranges::find(whole, name) != whole.end() || name.ends_with("OutputParser") ||
           name.ends_with("PromptTemplate") || isNumberedStep;
}

bool isAboutModels(const RoleFinding &finding)
{
    return finding.convention != Convention::None && finding.convention != Convention::Http &&
           finding.convention != Convention::Database;
}

} // namespace xray::otlp
