// SPDX-License-Identifier: GPL-3.0-or-later
// What questions need to know of steps besides their rows: how many have a name, which metric zones
// may be too wide, which steps the text index no longer knows. Gathers it while steps are written
// and puts it down with the transaction. Owned by the RecordStore, used on the writer's thread.
#pragma once

#include "model/store/sqlite_connection.h"

#include <array>
#include <set>
#include <unordered_map>

namespace xray::store {

struct StepState;

class StepNotes
{
public:
    explicit StepNotes(SqliteConnection &connection)
        : m_connection(connection)
    {
    }
    [[nodiscard]] Result<> prepare();

    void stepAdded(const QByteArray &name) { m_names[name.toStdString()] += 1; }
    void stepRemoved(const QByteArray &name) { m_names[name.toStdString()] -= 1; }
    [[nodiscard]] Result<> stepChanged(const StepState &before, const StepState &after);
    void zoneLostValue(std::int64_t metric, int type, std::int64_t zone)
    {
        m_looseZones.insert({metric, type, zone});
    }

    /// Within the transaction that did it.
    [[nodiscard]] Result<> flush();
    /// After a rollback.
    void forget();

    /// Recomputes the bounds of some zones that lost values; whether there were any.
    [[nodiscard]] static Result<bool> tightenZones(SqliteConnection &connection);

private:
    Result<> flushNames();
    Result<> flushZones();

    SqliteConnection &m_connection;
    Statement m_noteStale;
    Statement m_countName;
    Statement m_dropName;
    Statement m_noteZone;
    std::unordered_map<std::string, std::int64_t> m_names; ///< by how many more there are
    std::set<std::array<std::int64_t, 3>> m_looseZones;    ///< metric, type, zone
};

} // namespace xray::store
