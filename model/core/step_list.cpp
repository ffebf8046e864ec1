// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/step_list.h"

#include <algorithm>
#include <unordered_set>

namespace xray {

namespace {

/// Places on either side that are looked at before the whole list is.
constexpr qsizetype kNeighbourhood = 1024;

bool inOrder(const Step &a, const Step &b)
{
    return a.index != b.index ? a.index < b.index : a.row < b.row;
}

/// Cuts sorted steps into chunks of kChunkSize.
void appendChunks(std::vector<StepList::ChunkPtr> &chunks, std::vector<Step> steps)
{
    for (std::size_t begin = 0; begin < steps.size(); begin += StepList::kChunkSize) {
        const std::size_t end = std::min<std::size_t>(begin + StepList::kChunkSize, steps.size());
        chunks.push_back(std::make_shared<const StepList::Chunk>(
            std::make_move_iterator(steps.begin() + static_cast<std::ptrdiff_t>(begin)),
            std::make_move_iterator(steps.begin() + static_cast<std::ptrdiff_t>(end))));
    }
}

/// Replaces a chunk by itself without `gone` and with `added`, which belong in it.
void appendMerged(std::vector<StepList::ChunkPtr> &chunks, const StepList::Chunk &old,
                  const std::unordered_set<StepRow> &gone, std::vector<Step> added)
{
    std::vector<Step> merged;
    merged.reserve(old.size() + added.size());
    for (const Step &step : old) {
        if (!gone.contains(step.row))
            merged.push_back(step);
    }
    std::ranges::move(added, std::back_inserter(merged));
    std::ranges::sort(merged, inOrder);
    if (merged.empty())
        return;
    if (merged.size() > 2 * StepList::kChunkSize)
        appendChunks(chunks, std::move(merged));
    else
        chunks.push_back(std::make_shared<const StepList::Chunk>(std::move(merged)));
}

bool containsAnyOf(const StepList::Chunk &chunk, const std::unordered_set<StepRow> &rows)
{
    return std::ranges::any_of(chunk, [&](const Step &step) { return rows.contains(step.row); });
}

} // namespace

StepList::StepList(std::vector<Step> steps)
{
    std::ranges::sort(steps, inOrder);
    std::vector<ChunkPtr> chunks;
    appendChunks(chunks, std::move(steps));
    adopt(std::move(chunks));
}

void StepList::adopt(std::vector<ChunkPtr> chunks)
{
    m_chunks = std::move(chunks);
    m_offsets.clear();
    m_offsets.reserve(m_chunks.size());
    qsizetype end = 0;
    for (const ChunkPtr &chunk : m_chunks) {
        end += static_cast<qsizetype>(chunk->size());
        m_offsets.push_back(end);
    }
}

const Step &StepList::at(qsizetype position) const
{
    Q_ASSERT(position >= 0 && position < size());
    const auto it = std::ranges::upper_bound(m_offsets, position);
    const auto chunk = it - m_offsets.begin();
    const qsizetype begin = chunk == 0 ? 0 : m_offsets[chunk - 1];
    return (*m_chunks[chunk])[position - begin];
}

qsizetype StepList::indexOf(StepId id) const
{
    qsizetype position = 0;
    for (const ChunkPtr &chunk : m_chunks) {
        const auto it = std::ranges::find(*chunk, id, &Step::id);
        if (it != chunk->end())
            return position + (it - chunk->begin());
        position += static_cast<qsizetype>(chunk->size());
    }
    return -1;
}

qsizetype StepList::indexOf(StepId id, qsizetype near) const
{
    const auto isAt = [&](qsizetype position) {
        return position >= 0 && position < size() && at(position).id == id;
    };
    for (qsizetype distance = 0; near >= 0 && distance <= kNeighbourhood; ++distance) {
        if (isAt(near + distance))
            return near + distance;
        if (isAt(near - distance))
            return near - distance;
    }
    return indexOf(id);
}

StepList StepList::withChanges(std::vector<Step> changed, const std::vector<StepRow> &removed) const
{
    std::unordered_set<StepRow> gone(removed.begin(), removed.end());
    for (const Step &step : changed)
        gone.insert(step.row);
    std::ranges::sort(changed, inOrder);

    // Each chunk takes the changed steps that sort before the next chunk's first step.
    std::vector<ChunkPtr> chunks;
    auto next = changed.begin();
    for (std::size_t i = 0; i < m_chunks.size(); ++i) {
        const bool last = i + 1 == m_chunks.size();
        const auto end =
            last ? changed.end()
                 : std::lower_bound(next, changed.end(), m_chunks[i + 1]->front(), inOrder);
        std::vector<Step> added(std::make_move_iterator(next), std::make_move_iterator(end));
        next = end;
        if (added.empty() && !containsAnyOf(*m_chunks[i], gone))
            chunks.push_back(m_chunks[i]);
        else
            appendMerged(chunks, *m_chunks[i], gone, std::move(added));
    }
    if (m_chunks.empty())
        appendChunks(chunks, std::move(changed));

    StepList list;
    list.adopt(std::move(chunks));
    return list;
}

} // namespace xray
