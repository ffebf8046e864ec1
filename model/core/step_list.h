// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of one run in order, as a persistent list: chunks of shared, immutable steps. A new
// version shares every chunk that did not change, so a run that grows by ten steps a second costs
// ten steps a second however long it is. Immutable once made; share it between threads freely.
#pragma once

#include "model/core/execution.h"

#include <memory>
#include <vector>

namespace xray {

class StepList
{
public:
    /// Steps a chunk holds when the list is made; a chunk that grows past twice this is split.
    static constexpr qsizetype kChunkSize = 512;

    using Chunk = std::vector<Step>;
    using ChunkPtr = std::shared_ptr<const Chunk>;

    StepList() = default;
    /// Sorts by (index, row).
    explicit StepList(std::vector<Step> steps);

    [[nodiscard]] qsizetype size() const noexcept
    {
        return m_offsets.empty() ? 0 : m_offsets.back();
    }
    [[nodiscard]] bool isEmpty() const noexcept { return size() == 0; }
    /// O(log chunks).
    [[nodiscard]] const Step &at(qsizetype position) const;
    /// Position of the step, or -1. Linear in the number of steps.
    [[nodiscard]] qsizetype indexOf(StepId id) const;
    /// The same for a step that was at `near` in an earlier version of the list (-1: nobody knows
    /// where): quick, as long as it did not move far.
    [[nodiscard]] qsizetype indexOf(StepId id, qsizetype near) const;
    [[nodiscard]] const std::vector<ChunkPtr> &chunks() const noexcept { return m_chunks; }

    /// The list with these steps put in (replacing the same row, at their new place when their
    /// index moved) and `removed` taken out. Chunks that neither touches are shared with *this.
    [[nodiscard]] StepList withChanges(std::vector<Step> changed,
                                       const std::vector<StepRow> &removed = {}) const;

    template<class Function>
    void forEach(Function &&function) const
    {
        for (const ChunkPtr &chunk : m_chunks)
            for (const Step &step : *chunk)
                function(step);
    }

private:
    void adopt(std::vector<ChunkPtr> chunks);

    std::vector<ChunkPtr> m_chunks;
    std::vector<qsizetype> m_offsets; ///< of chunk i's end; the last is size()
};

} // namespace xray
