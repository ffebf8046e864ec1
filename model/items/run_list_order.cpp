// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/run_list_order.h"

#include <algorithm>
#include <ranges>

namespace xray::items {

namespace {

template<class T>
void eraseRange(std::vector<T> &values, int index, int count)
{
    values.erase(values.begin() + index, values.begin() + index + count);
}

} // namespace

RunListOrder::RunListOrder(const RunOrder &order)
    : m_sort(order.query.sort)
    , m_rows(order.rows)
    , m_numbers(order.numbers)
    , m_texts(order.texts)
{
    if (keyedByText())
        m_texts.resize(m_rows.size());
    else
        m_numbers.resize(m_rows.size());
}

bool RunListOrder::keyedByText() const
{
    switch (m_sort.key) {
    case RunSortKey::Started:
    case RunSortKey::Duration:
    case RunSortKey::Steps:
    case RunSortKey::Errors:
        return false;
    case RunSortKey::Pipeline:
    case RunSortKey::Environment:
    case RunSortKey::Status:
    case RunSortKey::Session:
        return true;
    }
    return false;
}

bool RunListOrder::hasValueOf(int index, const RunPosition &position) const
{
    const auto i = static_cast<size_t>(index);
    return keyedByText() ? m_texts[i] == position.text : m_numbers[i] == position.number;
}

/// Whether the entry at `index` stands before `position`.
bool RunListOrder::standsAt(int index, const RunPosition &position) const
{
    const auto i = static_cast<size_t>(index);
    const bool ascending = m_sort.order == SortOrder::Ascending;
    if (!hasValueOf(index, position)) {
        const bool smaller =
            keyedByText() ? m_texts[i] < position.text : m_numbers[i] < position.number;
        return smaller == ascending;
    }
    const bool oldestFirst = m_sort.key == RunSortKey::Started && ascending;
    return oldestFirst ? m_rows[i] < position.row : m_rows[i] > position.row;
}

int RunListOrder::placeOf(const RunPosition &position) const
{
    const auto indexes = std::views::iota(0, size());
    const auto place =
        std::ranges::partition_point(indexes, [&](int index) { return standsAt(index, position); });
    return static_cast<int>(place - indexes.begin());
}

QHash<ExecutionRow, int> RunListOrder::indexesOf(std::span<const ExecutionRow> rows) const
{
    std::vector<ExecutionRow> wanted(rows.begin(), rows.end());
    std::ranges::sort(wanted);
    QHash<ExecutionRow, int> found;
    for (size_t i = 0; i < m_rows.size() && found.size() < qsizetype(wanted.size()); ++i) {
        const ExecutionRow row = m_rows[i];
        if (row >= wanted.front() && row <= wanted.back() &&
            std::ranges::binary_search(wanted, row))
            found.insert(row, static_cast<int>(i));
    }
    return found;
}

void RunListOrder::insert(int index, std::span<const RunPosition> positions)
{
    const auto place = [&](auto &values, auto member) {
        const auto added = positions | std::views::transform(member);
        values.insert(values.begin() + index, added.begin(), added.end());
    };
    place(m_rows, &RunPosition::row);
    if (keyedByText())
        place(m_texts, &RunPosition::text);
    else
        place(m_numbers, &RunPosition::number);
}

void RunListOrder::remove(int index, int count)
{
    eraseRange(m_rows, index, count);
    if (keyedByText())
        eraseRange(m_texts, index, count);
    else
        eraseRange(m_numbers, index, count);
}

} // namespace xray::items
