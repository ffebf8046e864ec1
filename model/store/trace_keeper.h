// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps the run of a trace what its spans say: holds every span, knows which runs do not show all
// of theirs yet and when they are to, and asks the mapper for a whole run again. Large traces are
// mapped beside the writer (StaleTraces); here is noted what happens to one meanwhile. Owned by the
// event applier, used on the writer's thread, inside its transaction.
#pragma once

#include "model/store/trace_change.h"

#include <memory>
#include <unordered_map>

namespace xray::store {

/// A trace of more spans than this is not mapped for each request that brings some: one that comes
/// in hundreds of requests would cost the square of its size.
inline constexpr int kRemapAtOnceSpans = 256;
/// A trace of more spans than this is mapped beside the writer, which would be held up by it for
/// more than some tens of milliseconds.
inline constexpr int kMapByWriterSpans = 2'000;
inline constexpr DurationNs kShortestRemapPause = kNsPerSecond / 2;
inline constexpr DurationNs kLongestRemapPause = 120 * kNsPerSecond;

/// How long a large trace waits after a mapping that took `cost`: mapping it takes a third of a
/// processor's time at most, however large it grows.
[[nodiscard]] DurationNs remapPause(DurationNs cost);

class TraceKeeper
{
public:
    /// Without a mapper every span is refused.
    [[nodiscard]] static Result<std::unique_ptr<TraceKeeper>>
    create(SqliteConnection &connection, RecordStore &records,
           std::shared_ptr<const TraceMapper> mapper);

    [[nodiscard]] const std::shared_ptr<const TraceMapper> &mapper() const { return m_mapper; }
    /// What is being mapped beside the writer is spoiled.
    void setMapper(std::shared_ptr<const TraceMapper> mapper);
    [[nodiscard]] SpanStore &spans() noexcept { return *m_spans; }

    /// Whether the run should be mapped now; if not, that is remembered for later.
    [[nodiscard]] Result<bool> isDue(ExecutionRow run, TimeNs now);
    /// What the run's spans change about it, for the caller to write at once and settle.
    [[nodiscard]] Result<TraceChange> changeOf(const RunState &run, TimeNs now);
    /// The run shows its spans, as they were when it was mapped, at such a cost.
    [[nodiscard]] Result<> settle(ExecutionRow run, std::size_t spans, TimeNs now, DurationNs cost);

    // ---- while a run is mapped beside the writer, one at a time
    /// From now on; not within a transaction.
    void beginBeside(ExecutionRow run) { m_beside = Beside{run}; }
    void endBeside() { m_beside.reset(); }
    /// A span of the run was kept: what is being mapped may lack it.
    void noteNews(ExecutionRow run);
    /// The run's steps were written, or removed: what is being mapped does not fit them any more.
    void spoil(ExecutionRow run);
    void spoilAny();
    /// The run is gone, and its row may become that of another.
    [[nodiscard]] Result<> forget(ExecutionRow run);
    [[nodiscard]] bool isSpoiled() const { return !m_beside || m_beside->isSpoiled; }

private:
    TraceKeeper(RecordStore &records, std::unique_ptr<SpanStore> spans,
                std::shared_ptr<const TraceMapper> mapper)
        : m_records(records)
        , m_spans(std::move(spans))
        , m_mapper(std::move(mapper))
    {
    }

    struct Beside
    {
        ExecutionRow run;
        bool hasNews = false;
        bool isSpoiled = false;
    };
    [[nodiscard]] bool isBeside(ExecutionRow run) const { return m_beside && m_beside->run == run; }
    [[nodiscard]] TimeNs dueAt(ExecutionRow run, TimeNs now) const;
    void rememberMapping(ExecutionRow run, TimeNs now, DurationNs cost);

    RecordStore &m_records;
    std::unique_ptr<SpanStore> m_spans;
    std::shared_ptr<const TraceMapper> m_mapper;
    std::unordered_map<ExecutionRow, TimeNs> m_dueAt; ///< of large traces: not mapped before
    std::optional<Beside> m_beside;
};

} // namespace xray::store
