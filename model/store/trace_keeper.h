// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the run of a trace what its spans say: holds every span, asks the mapper for the whole run
// again when one is news, and brings the run's rows to what comes back. Owned by the event applier,
// used on the writer's thread, inside its transaction.
#pragma once

#include "model/store/record_store.h"
#include "model/store/span_store.h"

#include <memory>
#include <utility>
#include <vector>

namespace xray::store {

/// A trace of more spans than this is not mapped for each request that brings some: one that comes
/// in hundreds of requests would cost the square of its size.
inline constexpr int kRemapAtOnceSpans = 256;
inline constexpr DurationNs kShortestRemapPause = kNsPerSecond / 2;
inline constexpr DurationNs kLongestRemapPause = 120 * kNsPerSecond;

/// How long a large trace waits after a mapping that took `cost`: mapping it takes a fifth of the
/// writer's time at most, however large it grows.
[[nodiscard]] DurationNs remapPause(DurationNs cost);

class TraceKeeper
{
public:
    /// Without a mapper every span is refused.
    [[nodiscard]] static Result<std::unique_ptr<TraceKeeper>>
    create(SqliteConnection &connection, RecordStore &records,
           std::shared_ptr<const TraceMapper> mapper);

    [[nodiscard]] bool understandsSpans() const noexcept { return m_mapper != nullptr; }
    [[nodiscard]] SpanStore &spans() noexcept { return *m_spans; }

    /// Whether the run should be mapped now; if not, that is remembered for later.
    [[nodiscard]] Result<bool> isDue(ExecutionRow run, TimeNs now);

    /// What bringing a run up to date did.
    struct Replacement
    {
        RunState run;
        std::vector<std::pair<StepRow, ChangeKind>> changes;
        // What the totals grow by.
        qint64 steps = 0;
        qint64 errors = 0;
        qint64 issues = 0;
    };
    /// Maps the spans of `run` and makes its steps and errors those of the mapped trace. The run
    /// itself is handed back, for the caller to write.
    [[nodiscard]] Result<Replacement> replace(const RunState &run, TimeNs now);

private:
    TraceKeeper(RecordStore &records, std::unique_ptr<SpanStore> spans,
                std::shared_ptr<const TraceMapper> mapper)
        : m_records(records)
        , m_spans(std::move(spans))
        , m_mapper(std::move(mapper))
    {
    }

    class Work;

    void rememberMapping(ExecutionRow run, TimeNs now, DurationNs cost);

    RecordStore &m_records;
    std::unique_ptr<SpanStore> m_spans;
    std::shared_ptr<const TraceMapper> m_mapper;
    std::unordered_map<ExecutionRow, TimeNs> m_dueAt; ///< of large traces: not mapped before
};

} // namespace xray::store
