// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/run_sorter.h"

#include <algorithm>
#include <numeric>

namespace xray::store {

void RunSorter::add(ExecutionRow row, std::int64_t number, TimeNs startedAt, const Uuid &id)
{
    m_entries.push_back({number, startedAt, static_cast<std::uint32_t>(m_rows.size())});
    m_rows.push_back(row);
    m_ids.push_back(id);
}

void RunSorter::add(ExecutionRow row, QByteArrayView name, TimeNs startedAt, const Uuid &id)
{
    const std::string_view key(name.data(), static_cast<std::size_t>(name.size()));
    auto known = m_nameIndex.find(key);
    if (known == m_nameIndex.end()) {
        known = m_nameIndex.emplace(key, static_cast<std::int64_t>(m_names.size())).first;
        m_names.push_back(QString::fromUtf8(name));
    }
    add(row, known->second, startedAt, id);
}

/// Names are few: sorted once, and each entry by the place of its name.
void RunSorter::rankNames()
{
    if (m_names.empty())
        return; // sorted by numbers
    std::vector<std::int64_t> byName(m_names.size());
    std::iota(byName.begin(), byName.end(), 0);
    std::ranges::sort(byName, [this](auto a, auto b) { return m_names[a] < m_names[b]; });
    std::vector<std::int64_t> rank(m_names.size());
    std::vector<QString> sorted;
    for (const std::int64_t name : byName) {
        rank[name] = static_cast<std::int64_t>(sorted.size());
        sorted.push_back(m_names[name]);
    }
    for (Entry &entry : m_entries)
        entry.number = rank[entry.number];
    m_names = std::move(sorted);
}

/// As standsBefore() of core has it: ties newest first whatever the direction of the key, exact
/// ties by id.
bool RunSorter::standsBefore(const Entry &a, const Entry &b) const
{
    const bool ascending = m_sort.order == SortOrder::Ascending;
    if (a.number != b.number)
        return (a.number < b.number) == ascending;
    const bool newestFirst = m_sort.key != RunSortKey::Started || !ascending;
    if (a.startedAt != b.startedAt)
        return (a.startedAt > b.startedAt) == newestFirst;
    return newestFirst ? m_ids[b.arrival] < m_ids[a.arrival] : m_ids[a.arrival] < m_ids[b.arrival];
}

void RunSorter::fill(RunOrder &order)
{
    rankNames();
    std::ranges::sort(m_entries,
                      [this](const Entry &a, const Entry &b) { return standsBefore(a, b); });
    const bool named = !m_names.empty();
    order.rows.reserve(m_entries.size());
    order.texts.reserve(named ? m_entries.size() : 0);
    order.numbers.reserve(named ? 0 : m_entries.size());
    for (const Entry &entry : m_entries) {
        order.rows.push_back(m_rows[entry.arrival]);
        if (named)
            order.texts.push_back(m_names[entry.number]);
        else
            order.numbers.push_back(entry.number);
    }
    *this = RunSorter(m_sort);
}

} // namespace xray::store
