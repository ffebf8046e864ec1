// SPDX-License-Identifier: GPL-3.0-or-later
// What the store holds, as readers hand it out: a run (Execution), its steps and its errors.
// Plain values; once read they are never changed, so they may be shared between threads.
#pragma once

#include "model/core/ids.h"
#include "model/core/issue.h"
#include "model/core/metric.h"
#include "model/core/step_origin.h"
#include "model/core/time.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace xray {

enum class RunStatus { Running, Completed, Failed, Incomplete };
enum class StepStatus { Running, Completed, Failed };
enum class StepType { Llm, Api, Filter, Ranking, Analysis, Other };
enum class Source { Sdk, Otlp, Import };
enum class DecisionAction { Kept, Dropped, Selected };

inline constexpr int kStepTypeCount = 6;
inline constexpr int kRunStatusCount = 4;

// The lower-case words of the interface. from…() takes exactly those words.
[[nodiscard]] const char *toWord(RunStatus status) noexcept;
[[nodiscard]] const char *toWord(StepStatus status) noexcept;
[[nodiscard]] const char *toWord(StepType type) noexcept;
[[nodiscard]] const char *toWord(Source source) noexcept;
[[nodiscard]] const char *toWord(Severity severity) noexcept;
[[nodiscard]] std::optional<RunStatus> runStatusFromWord(std::string_view word) noexcept;
[[nodiscard]] std::optional<StepStatus> stepStatusFromWord(std::string_view word) noexcept;
[[nodiscard]] std::optional<StepType> stepTypeFromWord(std::string_view word) noexcept;
[[nodiscard]] std::optional<Source> sourceFromWord(std::string_view word) noexcept;
[[nodiscard]] std::optional<Severity> severityFromWord(std::string_view word) noexcept;

/// One run of a pipeline, without its steps.
struct Execution
{
    ExecutionRow row;
    ExecutionId id;
    QString pipelineName;
    QString environment; ///< empty when the pipeline said none
    QByteArray trigger;  ///< JSON text of a string or an object; empty when absent
    RunStatus status = RunStatus::Running;
    TimeNs startedAt = 0;
    std::optional<TimeNs> endedAt;
    std::optional<DurationNs> duration; ///< as stated, else ended - started
    QByteArray metadata;                ///< JSON text of an object; empty when absent
    QStringList tags;
    QString session;
    qint64 stepCount = 0;
    qint64 errorCount = 0;
    Source source = Source::Sdk;
    QString title;   ///< what the run was about, for example "laptop stand"; derived, may be empty
    QString outcome; ///< what came out, for example "Phone case, shockproof"; derived, may be empty
    QString failure; ///< first line of its first error; derived, empty without errors

    friend bool operator==(const Execution &, const Execution &) = default;
};

/// One step of a run, without its payloads.
struct Step
{
    StepRow row;
    ExecutionRow executionRow;
    StepId id;
    ExecutionId executionId;
    std::optional<StepId> parentId;
    qint64 index = 0; ///< order within the run, from 1
    QString name;
    StepType type = StepType::Other;
    StepStatus status = StepStatus::Running;
    TimeNs startedAt = 0;
    std::optional<TimeNs> endedAt;
    std::optional<DurationNs> duration;
    std::vector<Metric> metrics;
    std::optional<qint64> countIn;  ///< input_payload.total_candidates
    std::optional<qint64> countOut; ///< output_payload.remaining_candidates
    qint64 errorCount = 0;
    std::vector<Issue> issues;
    std::optional<StepOrigin> origin; ///< of a step made of a span

    friend bool operator==(const Step &, const Step &) = default;
};

/// JSON texts of objects; empty when the step logged none. At most the listener's body limit.
struct StepPayloads
{
    QByteArray input;
    QByteArray output;
    QByteArray reasoning;
};

struct ExecutionError
{
    ErrorId id;
    ExecutionRow executionRow;
    StepRow stepRow; ///< null when the error is the run's own
    ExecutionId executionId;
    std::optional<StepId> stepId;
    QString type;
    QString message;
    QString stack;
    QByteArray payload; ///< JSON text of an object; empty when absent
    TimeNs occurredAt = 0;

    friend bool operator==(const ExecutionError &, const ExecutionError &) = default;
};

/// All there is to know of one step: what the inspector shows.
struct StepDetail
{
    Step step;
    StepPayloads payloads;
    std::vector<ExecutionError> errors;
    /// Of a step made of a span: the span as it came and its log records, a JSON object with
    /// "span", "resource", "scope" and, if there are any, "logs"; else empty.
    QByteArray span = {};
};

/// When the step is over: its end, or its start plus its duration; nothing while it runs.
[[nodiscard]] std::optional<TimeNs> effectiveEnd(const Step &step) noexcept;
[[nodiscard]] std::optional<TimeNs> effectiveEnd(const Execution &run) noexcept;

/// The step's metric of that name.
[[nodiscard]] std::optional<double> metricValue(const Step &step, QStringView name);

} // namespace xray
