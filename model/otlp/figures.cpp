// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/figures.h"

#include <algorithm>
#include <array>

namespace xray::otlp {

namespace {

constexpr double kMsPerSecond = 1000;

constexpr std::size_t kMaxPlaces = 6;

/// A figure and where the conventions put it; the first place that has a number counts.
struct KnownFigure
{
    const char *name;
    std::array<std::string_view, kMaxPlaces> places; ///< those that are empty are not there
    double factor = 1;
};

constexpr std::array kKnown{
    KnownFigure{"input_tokens",
                {"llm.token_count.prompt", "gen_ai.usage.input_tokens",
                 "gen_ai.usage.prompt_tokens", "ai.usage.inputTokens", "ai.usage.promptTokens",
                 "ai.usage.tokens"}},
    KnownFigure{"output_tokens",
                {"llm.token_count.completion", "gen_ai.usage.output_tokens",
                 "gen_ai.usage.completion_tokens", "ai.usage.outputTokens",
                 "ai.usage.completionTokens"}},
    KnownFigure{"total_tokens",
                {"llm.token_count.total", "gen_ai.usage.total_tokens", "llm.usage.total_tokens",
                 "ai.usage.totalTokens"}},
    KnownFigure{"cached_tokens",
                {"llm.token_count.prompt_details.cache_read",
                 "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
                 "ai.usage.cachedInputTokens"}},
    KnownFigure{"reasoning_tokens",
                {"llm.token_count.completion_details.reasoning",
                 "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
                 "ai.usage.reasoningTokens"}},
    KnownFigure{"cost_usd", {"llm.cost.total", "gen_ai.usage.cost"}},
    KnownFigure{"temperature", {"gen_ai.request.temperature"}},
    KnownFigure{"top_k", {"gen_ai.request.top_k", "reranker.top_k"}},
    KnownFigure{"ttft_ms", {"ai.response.msToFirstChunk"}},
    KnownFigure{
        "ttft_ms",
        {"gen_ai.response.time_to_first_chunk", "gen_ai.client.operation.time_to_first_chunk"},
        kMsPerSecond},
    KnownFigure{"http_status", {"http.response.status_code", "http.status_code"}},
};

/// Found wherever they are the last part of a key, and in the output.
constexpr std::array<std::string_view, 3> kJudgements{"percentage_eliminated", "confidence",
                                                      "score"};

/// Numbers that say nothing about the step, or that are told under a name of ours.
constexpr std::array<std::string_view, 14> kIgnoredPrefixes{
    "llm.token_count.", "gen_ai.usage.", "ai.usage.", "ai.settings.", "llm.usage.",
    "llm.cost.",        "server.",       "client.",   "network.",     "net.",
    "process.",         "thread.",       "code.",     "telemetry."};

bool isKnownPlace(std::string_view key)
{
    return !key.empty() && std::ranges::any_of(kKnown, [&](const KnownFigure &known) {
        return std::ranges::find(known.places, key) != known.places.end();
    });
}

/// "llm.input_messages.0.message.tokens" is one of a list.
bool isOfList(std::string_view key)
{
    for (std::size_t dot = key.find('.'); dot != key.npos; dot = key.find('.', dot + 1)) {
        const std::size_t end = key.find_first_not_of("0123456789", dot + 1);
        if (end != key.npos && end > dot + 1 && key[end] == '.')
            return true;
    }
    return false;
}

bool isIgnored(std::string_view key)
{
    const auto begins = [&](std::string_view prefix) { return key.starts_with(prefix); };
    return std::ranges::any_of(kIgnoredPrefixes, begins) || isOfList(key) || isKnownPlace(key);
}

std::string_view lastPart(std::string_view key)
{
    return key.substr(key.rfind('.') + 1);
}

/// The judgement that a key states: "xray.metric.confidence", "gen_ai.evaluation.score.value".
std::optional<std::string_view> judgementIn(std::string_view key)
{
    if (key == "gen_ai.evaluation.score.value")
        return "score";
    const std::string_view name = lastPart(key);
    const bool isOne = std::ranges::find(kJudgements, name) != kJudgements.end();
    return isOne && !isOfList(key) ? std::optional(name) : std::nullopt;
}

void addRuled(Figures &figures, const Value &attributes, const std::vector<MetricRule> &rules)
{
    for (const MetricRule &rule : rules) {
        if (!rule.metric.isEmpty())
            figures.add(rule.metric, numberOrNumeral(attributes[viewOf(rule.attribute)]));
    }
}

void addKnown(Figures &figures, const Value &attributes)
{
    for (const KnownFigure &known : kKnown) {
        for (const std::string_view place : known.places) {
            const auto number = place.empty() ? std::nullopt : numberOrNumeral(attributes[place]);
            if (number)
                figures.add(known.name, *number * known.factor);
        }
    }
}

/// What Langfuse writes as JSON in one attribute.
void addLangfuse(Figures &figures, const Value &attributes)
{
    TextReader reader;
    const auto read = [&](const char *key) {
        return reader.read(textOf(attributes[key]).value_or(std::string_view{}));
    };
    const Value usage = read("langfuse.observation.usage_details");
    figures.add("input_tokens", numberOf(usage["input"]));
    figures.add("output_tokens", numberOf(usage["output"]));
    figures.add("total_tokens", numberOf(usage["total"]));
    figures.add("cost_usd", numberOf(read("langfuse.observation.cost_details")["total"]));
}

void addFirstChunk(Figures &figures, const Value &span)
{
    forEachElement(span["events"], [&](const Value &event) {
        if (bytesOf(event["name"]) == "ai.stream.firstChunk")
            figures.add("ttft_ms", numberOf(event["attributes"]["ai.response.msToFirstChunk"]));
    });
}

void addJudgements(Figures &figures, const Value &attributes, const Value &output)
{
    forEachMember(attributes, [&](std::string_view key, const Value &value) {
        if (const auto name = judgementIn(key))
            figures.add(viewOf(*name), numberOrNumeral(value));
    });
    for (const std::string_view name : kJudgements)
        figures.add(viewOf(name), numberOrNumeral(output[name]));
}

void addOthers(Figures &figures, const Value &attributes, const std::vector<MetricRule> &rules)
{
    forEachMember(attributes, [&](std::string_view key, const Value &value) {
        const bool isRuled = std::ranges::any_of(
            rules, [&](const MetricRule &rule) { return viewOf(rule.attribute) == key; });
        if (!isRuled && !isIgnored(key) && !judgementIn(key))
            figures.add(viewOf(key), numberOf(value));
    });
}

} // namespace

void Figures::add(QByteArrayView name, std::optional<double> value)
{
    if (value && !find(name) && m_all.size() < std::size_t(kMaxMetricsPerStep))
        m_all.push_back({name.toByteArray(), *value});
}

std::optional<double> Figures::find(QByteArrayView name) const
{
    const auto it = std::ranges::find(m_all, name, &Figure::name);
    return it == m_all.end() ? std::nullopt : std::optional(it->value);
}

Figures figuresOf(const Value &span, const Value &output, const std::vector<MetricRule> &rules)
{
    const Value attributes = span["attributes"];
    Figures figures;
    addRuled(figures, attributes, rules);
    addKnown(figures, attributes);
    addLangfuse(figures, attributes);
    addFirstChunk(figures, span);
    addJudgements(figures, attributes, output);
    addOthers(figures, attributes, rules);
    return figures;
}

} // namespace xray::otlp
