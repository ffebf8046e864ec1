// SPDX-License-Identifier: GPL-3.0-or-later
// Sorts a run list in memory: a million runs by any column without an index on it, which every
// event would have to pay for. The rows come in any order with their sort value, start and id, and
// leave in the order that standsBefore() of core defines. Used on a reader thread; takes 48 bytes a
// run while it works.
#pragma once

#include <model/core/ports.h>

#include <map>

namespace xray::store {

class RunSorter
{
public:
    explicit RunSorter(const RunSort &sort)
        : m_sort(sort)
    {
    }

    void add(ExecutionRow row, std::int64_t number, TimeNs startedAt, const Uuid &id);
    /// The same with a name for sort value, UTF-8; equal names are kept once.
    void add(ExecutionRow row, QByteArrayView name, TimeNs startedAt, const Uuid &id);

    /// Fills rows and sort values; the sorter is empty then.
    void fill(RunOrder &order);

private:
    struct Entry
    {
        std::int64_t number; ///< of a name: its place among the names
        TimeNs startedAt;
        std::uint32_t arrival; ///< index into m_rows and m_ids
    };

    void rankNames();
    [[nodiscard]] bool standsBefore(const Entry &a, const Entry &b) const;

    RunSort m_sort;
    std::vector<Entry> m_entries;
    std::vector<ExecutionRow> m_rows;
    std::vector<Uuid> m_ids;
    std::vector<QString> m_names;
    std::map<std::string, std::int64_t, std::less<>> m_nameIndex; ///< into m_names
};

} // namespace xray::store
