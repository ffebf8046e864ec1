// SPDX-License-Identifier: GPL-3.0-or-later
// Runs and steps that queries are tried on: read from the cases file, or random by a seed. Row ids
// grow in the order given. Owned by the test, any thread.
#pragma once

#include <model/core/execution.h>
#include <model/query/evaluate.h>

#include <QJsonArray>

#include <vector>

namespace xray::test {

struct DataStep
{
    QString label; ///< what the expectations call it
    Step step;
    StepPayloads payloads;
};

struct DataRun
{
    QString label;
    Execution run;
    std::vector<DataStep> steps;
};

using QueryData = std::vector<DataRun>;

/// The "runs" of the cases file.
[[nodiscard]] QueryData dataFromJson(const QJsonArray &runs);
/// Runs of a few steps each whose values the conditions of RandomQueries meet.
[[nodiscard]] QueryData randomData(quint32 seed, int runs);

[[nodiscard]] std::vector<query::StepFacts> factsOf(const DataRun &run);

/// Row ids of what the evaluator lets through: steps latest first, runs by start, newest first,
/// ties by id descending.
[[nodiscard]] std::vector<qint64> evaluated(const query::Query &query, const QueryData &data);

/// The labels of those rows.
[[nodiscard]] QStringList labelsOf(query::Subject subject, const std::vector<qint64> &rows,
                                   const QueryData &data);

/// As stores keep them; empty when there are none.
[[nodiscard]] QByteArray tagsJson(const QStringList &tags);
[[nodiscard]] QByteArray issuesJson(const std::vector<Issue> &issues);

} // namespace xray::test
