// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs a list shows, and in what order. The run list, GET /executions and live updates ask
// with the same value; a reader turns it into SQL, matches() answers for what SQL need not see.
#pragma once

#include "model/core/execution.h"

#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace xray {

/// Conditions that must all hold; an empty or absent one lets everything through.
struct RunFilter
{
    QStringList pipelines;             ///< any of these
    QStringList environments;          ///< any of these
    std::vector<RunStatus> statuses;   ///< any of these
    QString session;                   ///< exactly this
    std::optional<TimeNs> startedFrom; ///< inclusive
    std::optional<TimeNs> startedTo;   ///< exclusive
    /// Words, or phrases in quotes, that must all be found (case-insensitive substrings) somewhere
    /// in the run: in what it was about, its outcome, pipeline, tags, metadata, the names of its
    /// steps, any string value of its payloads, an error. A whole id finds that run or step alone.
    QString text;

    [[nodiscard]] bool isEmpty() const;
    friend bool operator==(const RunFilter &, const RunFilter &) = default;
};

/// The words and quoted phrases of a search text, in order: `laptop "phone case"` has two.
[[nodiscard]] QStringList searchTerms(const QString &text);

/// Everything but `text`, which needs the steps and so a reader.
[[nodiscard]] bool matchesWithoutText(const RunFilter &filter, const Execution &run);

/// By Session, the runs of one session stand together; runs without one have the least name.
enum class RunSortKey { Started, Duration, Steps, Errors, Pipeline, Environment, Status, Session };
enum class SortOrder { Ascending, Descending };

struct RunSort
{
    RunSortKey key = RunSortKey::Started;
    SortOrder order = SortOrder::Descending;

    friend bool operator==(const RunSort &, const RunSort &) = default;
};

struct RunQuery
{
    RunFilter filter;
    RunSort sort;

    friend bool operator==(const RunQuery &, const RunQuery &) = default;
};

/// A run's place in a sorted list: the sort value first (`number` for numeric keys, `text` for
/// names), then started_at, then the id, both descending. An absent duration sorts as -1.
struct RunPosition
{
    std::int64_t number = 0;
    QString text = {};
    TimeNs startedAt = 0;
    ExecutionId id;
    ExecutionRow row;
};

[[nodiscard]] RunPosition positionOf(const Execution &run, RunSortKey key);
/// Whether `a` stands before `b` in a list sorted by `sort`.
[[nodiscard]] bool standsBefore(const RunPosition &a, const RunPosition &b, const RunSort &sort);

} // namespace xray
