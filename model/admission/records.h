// SPDX-License-Identifier: GPL-3.0-or-later
// What admission makes of events, and what the store keeps: complete records, texts in UTF-8,
// JSON minified. The store's writer loads the record an event touches, hands both to the merge
// functions of merge.h, and writes what comes back. Plain values.
#pragma once

#include <model/core/event.h>

#include <QByteArray>

#include <optional>
#include <vector>

namespace xray::admission {

struct MetricRecord
{
    QByteArray name;
    double value = 0;

    friend bool operator==(const MetricRecord &, const MetricRecord &) = default;
};

struct ExecutionRecord
{
    ExecutionId id;
    QByteArray pipelineName;
    QByteArray environment;
    JsonText trigger;
    RunStatus status = RunStatus::Running;
    TimeNs startedAt = 0;
    std::optional<TimeNs> endedAt;
    std::optional<DurationNs> duration;
    JsonText metadata;
    std::vector<QByteArray> tags;
    QByteArray session;
    Source source = Source::Sdk;

    QByteArray title;
    /// Which step the title came from: 0 the run's own fields, else the step's index.
    qint64 titleStep = 0;
    QByteArray outcome;
    qint64 outcomeStep = 0; ///< index of the step the outcome came from; 0 when there is none

    QByteArray failure; ///< headline of the first error; empty while there is none

    friend bool operator==(const ExecutionRecord &, const ExecutionRecord &) = default;
};

struct StepRecord
{
    StepId id;
    ExecutionId executionId;
    std::optional<StepId> parentId;
    qint64 index = 0;
    QByteArray name;
    StepType type = StepType::Other;
    StepStatus status = StepStatus::Running;
    /// The sender said the status itself, so an output alone does not end a running step.
    bool statusStated = false;
    TimeNs startedAt = 0;
    std::optional<TimeNs> endedAt;
    std::optional<DurationNs> duration;
    JsonText input;
    JsonText output;
    JsonText reasoning;
    JsonText origin; ///< how it was made of a span, see step_origin.h; empty: it was not

    std::vector<MetricRecord> metrics; ///< derived: at most kMaxMetricsPerStep, names unique
    std::optional<qint64> countIn;     ///< derived
    std::optional<qint64> countOut;    ///< derived
    std::vector<Issue> issues;         ///< derived

    friend bool operator==(const StepRecord &, const StepRecord &) = default;
};

struct ErrorRecord
{
    ErrorId id;
    ExecutionId executionId;
    std::optional<StepId> stepId;
    QByteArray type;
    QByteArray message;
    QByteArray stack;
    JsonText payload;
    TimeNs occurredAt = 0;

    friend bool operator==(const ErrorRecord &, const ErrorRecord &) = default;
};

} // namespace xray::admission
