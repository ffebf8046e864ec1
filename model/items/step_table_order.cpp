// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/step_table_order.h"

#include <algorithm>
#include <numeric>

namespace xray::items {

StepTableOrder::StepTableOrder(KeyOf keyOf, Direction direction, const Steps &steps)
    : m_keyOf(std::move(keyOf))
    , m_direction(direction)
{
    sort(steps);
}

/// Ties stand in the order of the steps.
bool StepTableOrder::standsBefore(int a, int b) const
{
    const auto &left = m_keys[a];
    const auto &right = m_keys[b];
    if (!left || !right)
        return left.has_value() != right.has_value() ? left.has_value() : a < b;
    const bool ascending = m_direction == Direction::Ascending;
    if (left->number != right->number)
        return (left->number < right->number) == ascending;
    const int order = left->text.compare(right->text);
    return order != 0 ? (order < 0) == ascending : a < b;
}

void StepTableOrder::sort(const Steps &steps)
{
    m_keys.clear();
    m_keys.reserve(steps.size());
    for (const Step *step : steps)
        m_keys.push_back(m_keyOf(*step));
    m_positions.resize(steps.size());
    std::iota(m_positions.begin(), m_positions.end(), 0);
    std::ranges::sort(m_positions, [this](int a, int b) { return standsBefore(a, b); });
}

void StepTableOrder::update(const Steps &steps, const std::vector<int> &changed)
{
    std::vector<int> moving = changed;
    for (std::size_t i = m_keys.size(); i < steps.size(); ++i)
        moving.push_back(static_cast<int>(i));
    if (moving.empty())
        return;
    m_keys.resize(steps.size());
    for (const int position : moving)
        m_keys[position] = m_keyOf(*steps[position]);
    std::erase_if(m_positions, [&](int p) { return std::ranges::binary_search(changed, p); });
    const auto before = [this](int a, int b) { return standsBefore(a, b); };
    std::ranges::sort(moving, before);
    std::vector<int> merged(steps.size());
    std::ranges::merge(m_positions, moving, merged.begin(), before);
    m_positions = std::move(merged);
}

std::vector<int> StepTableOrder::rows() const
{
    std::vector<int> rows(m_positions.size());
    for (std::size_t row = 0; row < m_positions.size(); ++row)
        rows[m_positions[row]] = static_cast<int>(row);
    return rows;
}

} // namespace xray::items
