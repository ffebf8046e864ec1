// SPDX-License-Identifier: GPL-3.0-or-later
// The order of a run list without the runs: a row id and a sort value each, so that a million runs
// cost 16 MB and find their place by bisection. A plain value, owned by RunListModel; any thread.
#pragma once

#include <model/core/ports.h>

#include <QHash>

#include <span>
#include <vector>

namespace xray::items {

class RunListOrder
{
public:
    RunListOrder() = default;
    /// Takes over what a reader answered.
    explicit RunListOrder(const RunOrder &order);

    [[nodiscard]] int size() const noexcept { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] ExecutionRow at(int index) const { return m_rows[static_cast<size_t>(index)]; }

    /// Where the run belongs. Runs with the same sort value stand by arrival, newest first (oldest
    /// first when the list begins with the oldest run): the start of each is not kept here.
    [[nodiscard]] int placeOf(const RunPosition &position) const;
    /// Whether the entry at `index` still carries the sort value of `position`.
    [[nodiscard]] bool hasValueOf(int index, const RunPosition &position) const;

    /// Indexes of those of `rows` that are in the list. One pass, which ends with the last found.
    [[nodiscard]] QHash<ExecutionRow, int> indexesOf(std::span<const ExecutionRow> rows) const;

    void insert(int index, std::span<const RunPosition> positions);
    void remove(int index, int count);

private:
    [[nodiscard]] bool standsAt(int index, const RunPosition &position) const;
    [[nodiscard]] bool keyedByText() const;

    RunSort m_sort;
    std::vector<ExecutionRow> m_rows;
    std::vector<std::int64_t> m_numbers; ///< sort values of a numeric key, else empty
    std::vector<QString> m_texts;        ///< sort values of a name key, else empty
};

} // namespace xray::items
