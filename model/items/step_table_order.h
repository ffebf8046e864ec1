// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a step table that is sorted by a column: which step stands where. Keys are taken from
// the steps once, so that sorting 100,000 of them takes some ten milliseconds, and taking in a few
// more a tenth of it. A plain value, owned by StepTableModel; any thread.
#pragma once

#include <model/core/execution.h>

#include <functional>
#include <optional>
#include <vector>

namespace xray::items {

class StepTableOrder
{
public:
    /// What a step is sorted by: a number, or a text where there is none.
    struct Key
    {
        double number = 0;
        QString text = {};
    };
    /// Steps without a key stand at the end of either order.
    using KeyOf = std::function<std::optional<Key>(const Step &)>;
    using Steps = std::vector<const Step *>;
    enum class Direction { Ascending, Descending };

    /// In the order of the steps themselves.
    StepTableOrder() = default;
    StepTableOrder(KeyOf keyOf, Direction direction, const Steps &steps);

    [[nodiscard]] bool isSorted() const { return m_keyOf != nullptr; }
    /// Place among the steps of what stands in that row.
    [[nodiscard]] int positionAt(int row) const { return isSorted() ? m_positions[row] : row; }
    /// The row of each place; empty when the table is not sorted.
    [[nodiscard]] std::vector<int> rows() const;

    /// Sorts anew: after steps came or went between others.
    void sort(const Steps &steps);
    /// Takes in new versions at these places (ascending), and what came at the end.
    void update(const Steps &steps, const std::vector<int> &changed);

private:
    [[nodiscard]] bool standsBefore(int a, int b) const;

    KeyOf m_keyOf;
    Direction m_direction = Direction::Ascending;
    std::vector<std::optional<Key>> m_keys; ///< by place
    std::vector<int> m_positions;           ///< by row
};

} // namespace xray::items
