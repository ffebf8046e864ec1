// SPDX-License-Identifier: GPL-3.0-or-later
// The spans of runs that OpenTelemetry programs sent, as rows: kept once, handed out in order of
// arrival, and which of the traces wait to be mapped again. Knows nothing of what spans mean.
// Owned by the event applier, used on the writer's thread, inside its transaction; a second one,
// that only reads, by who maps traces beside the writer.
#pragma once

#include "model/store/sqlite_connection.h"

#include <model/core/spans.h>

#include <memory>
#include <vector>

namespace xray::store {

/// When those traces are due that wait because mapper or rules changed.
inline constexpr TimeNs kDueByVersion = 0;

/// A row of "id, kind, span_id, ended_at, body".
[[nodiscard]] RawSpan spanFrom(const Statement &row, ExecutionId id);

class SpanStore
{
public:
    [[nodiscard]] static Result<std::unique_ptr<SpanStore>> create(SqliteConnection &connection);

    /// Whether the span is news: one that was kept before, or that ended earlier than the one kept
    /// under its id, is not.
    [[nodiscard]] Result<bool> put(ExecutionRow run, const RawSpan &span);
    [[nodiscard]] Result<std::vector<StoredSpan>> spansOf(ExecutionRow run, ExecutionId id);
    /// Whether the run has more than `count` spans.
    [[nodiscard]] Result<bool> hasMoreThan(ExecutionRow run, int count);

    /// Remembers that the run does not show all of its spans and is to be mapped from `dueAt` on,
    /// if it was not known yet.
    [[nodiscard]] Result<> markStale(ExecutionRow run, TimeNs dueAt);
    [[nodiscard]] Result<> markFresh(ExecutionRow run);
    /// A run that is stale goes on being so, and is due another time.
    [[nodiscard]] Result<> postpone(ExecutionRow run, TimeNs dueAt);
    /// A run that is due from `from` to `to`, if there is one.
    [[nodiscard]] Result<std::optional<ExecutionRow>> nextStale(TimeNs from, TimeNs to);

    /// Whether the store was last mapped under another `version` of mapper and rules.
    [[nodiscard]] Result<bool> isOfOtherVersion(qint64 version);
    /// From now on it is of no version.
    [[nodiscard]] Result<> forgetVersion();
    /// Marks a slice of the traces stale, from the run after `last` on, at kDueByVersion. The last
    /// of the slice; nothing once there are no more, and the store is of `version`.
    [[nodiscard]] Result<std::optional<ExecutionRow>> markSlice(ExecutionRow last, qint64 version);

    /// Deletes up to `limit` spans of the run. The number deleted.
    [[nodiscard]] Result<int> deleteSlice(ExecutionRow run, int limit);

private:
    explicit SpanStore(SqliteConnection &connection)
        : m_connection(connection)
    {
    }

    struct Kept
    {
        std::int64_t row = 0;
        TimeNs endedAt = 0;
        JsonText body;
    };
    Result<std::optional<Kept>> find(ExecutionRow run, const RawSpan &span, std::int64_t digest);
    Result<bool> replace(const Kept &kept, const RawSpan &span);
    Result<> run(Statement &statement);
    Result<std::optional<std::int64_t>> first(Statement &statement);

    SqliteConnection &m_connection;
    Statement m_find;
    Statement m_insert;
    Statement m_replace;
    Statement m_all;
    Statement m_more;
    Statement m_markStale;
    Statement m_markFresh;
    Statement m_postpone;
    Statement m_nextStale;
    Statement m_deleteSlice;
};

} // namespace xray::store
