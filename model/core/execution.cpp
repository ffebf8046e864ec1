// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/execution.h"

#include <algorithm>
#include <array>
#include <utility>

namespace xray {

namespace {

/// The words of an enum in the order of its values.
template<class Enum, std::size_t N>
struct Words
{
    std::array<const char *, N> words;

    const char *of(Enum value) const noexcept { return words[static_cast<std::size_t>(value)]; }
    std::optional<Enum> find(std::string_view word) const noexcept
    {
        const auto it =
            std::ranges::find(words, word, [](const char *w) { return std::string_view(w); });
        if (it == words.end())
            return std::nullopt;
        return static_cast<Enum>(it - words.begin());
    }
};

constexpr Words<RunStatus, 4> kRunStatus{{"running", "completed", "failed", "incomplete"}};
constexpr Words<StepStatus, 3> kStepStatus{{"running", "completed", "failed"}};
constexpr Words<StepType, 6> kStepType{{"llm", "api", "filter", "ranking", "analysis", "other"}};
constexpr Words<Source, 3> kSource{{"sdk", "otlp", "import"}};
constexpr Words<Severity, 3> kSeverity{{"info", "warning", "error"}};

template<class Entity>
std::optional<TimeNs> endOf(const Entity &entity) noexcept
{
    if (entity.endedAt)
        return entity.endedAt;
    if (entity.duration)
        return entity.startedAt + *entity.duration;
    return std::nullopt;
}

} // namespace

const char *toWord(RunStatus status) noexcept
{
    return kRunStatus.of(status);
}

const char *toWord(StepStatus status) noexcept
{
    return kStepStatus.of(status);
}

const char *toWord(StepType type) noexcept
{
    return kStepType.of(type);
}

const char *toWord(Source source) noexcept
{
    return kSource.of(source);
}

const char *toWord(Severity severity) noexcept
{
    return kSeverity.of(severity);
}

std::optional<RunStatus> runStatusFromWord(std::string_view word) noexcept
{
    return kRunStatus.find(word);
}

std::optional<StepStatus> stepStatusFromWord(std::string_view word) noexcept
{
    return kStepStatus.find(word);
}

std::optional<StepType> stepTypeFromWord(std::string_view word) noexcept
{
    return kStepType.find(word);
}

std::optional<Source> sourceFromWord(std::string_view word) noexcept
{
    return kSource.find(word);
}

std::optional<Severity> severityFromWord(std::string_view word) noexcept
{
    return kSeverity.find(word);
}

std::optional<TimeNs> effectiveEnd(const Step &step) noexcept
{
    return endOf(step);
}

std::optional<TimeNs> effectiveEnd(const Execution &run) noexcept
{
    return endOf(run);
}

std::optional<double> metricValue(const Step &step, QStringView name)
{
    const auto it =
        std::ranges::find_if(step.metrics, [name](const Metric &m) { return m.name == name; });
    if (it == step.metrics.end())
        return std::nullopt;
    return it->value;
}

} // namespace xray
