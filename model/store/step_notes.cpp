// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/step_notes.h"

#include "model/store/record_store.h"

#include <array>
#include <vector>

namespace xray::store {

namespace {

/// Of at most 512 values each; keeps a slice far below 20 ms.
constexpr char kSomeLooseZones[] = "SELECT metric_id, step_type, zone FROM loose_zones LIMIT 50";

constexpr const char *kTighten[] = {
    "UPDATE metric_zones SET (n, min_value, max_value) = (SELECT count(*), "
    "coalesce(min(value), 0), coalesce(max(value), 0) FROM step_metrics WHERE metric_id = ?1 AND "
    "step_type = ?2 AND step_id >= ?3 << 9 AND step_id < (?3 + 1) << 9) "
    "WHERE metric_id = ?1 AND step_type = ?2 AND zone = ?3",
    "DELETE FROM metric_zones WHERE metric_id = ?1 AND step_type = ?2 AND zone = ?3 AND n = 0",
    "DELETE FROM loose_zones WHERE metric_id = ?1 AND step_type = ?2 AND zone = ?3",
};

} // namespace

Result<> StepNotes::prepare()
{
    const std::pair<Statement *, const char *> statements[] = {
        {&m_noteStale, "INSERT OR IGNORE INTO text_stale SELECT ?1 WHERE EXISTS "
                       "(SELECT 1 FROM text_groups WHERE grp = ?1 >> 12)"},
        {&m_countName, "INSERT INTO step_names(step_name, n) VALUES(?1, ?2) "
                       "ON CONFLICT DO UPDATE SET n = n + excluded.n"},
        {&m_dropName, "DELETE FROM step_names WHERE step_name = ?1 AND n <= 0"},
        {&m_noteZone,
         "INSERT OR IGNORE INTO loose_zones(metric_id, step_type, zone) VALUES(?1, ?2, ?3)"},
    };
    for (const auto &[statement, sql] : statements) {
        auto prepared = m_connection.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return Success{};
}

Result<> StepNotes::stepChanged(const StepState &before, const StepState &after)
{
    const auto &was = before.record;
    const auto &is = after.record;
    if (was.name != is.name) {
        stepRemoved(was.name);
        stepAdded(is.name);
    }
    if (was.input == is.input && was.output == is.output && was.reasoning == is.reasoning)
        return Success{};
    if (!m_noteStale.bind(1, after.row.value).run())
        return m_noteStale.lastError().toError();
    return Success{};
}

Result<> StepNotes::flush()
{
    if (auto names = flushNames(); !names)
        return names;
    return flushZones();
}

Result<> StepNotes::flushNames()
{
    for (const auto &[name, more] : m_names) {
        if (more == 0)
            continue;
        const QByteArrayView text(name.data(), static_cast<qsizetype>(name.size()));
        if (!m_countName.bindText(1, text).bind(2, more).run())
            return m_countName.lastError().toError();
        if (more < 0 && !m_dropName.bindText(1, text).run())
            return m_dropName.lastError().toError();
    }
    m_names.clear();
    return Success{};
}

Result<> StepNotes::flushZones()
{
    for (const auto &[metric, type, zone] : m_looseZones) {
        if (!m_noteZone.bind(1, metric).bind(2, type).bind(3, zone).run())
            return m_noteZone.lastError().toError();
    }
    m_looseZones.clear();
    return Success{};
}

void StepNotes::forget()
{
    m_names.clear();
    m_looseZones.clear();
}

Result<bool> StepNotes::tightenZones(SqliteConnection &connection)
{
    auto some = connection.prepare(kSomeLooseZones);
    if (!some)
        return some.error();
    std::vector<std::array<std::int64_t, 3>> zones;
    while (some->step() == Statement::Step::Row)
        zones.push_back({some->integer(0), some->integer(1), some->integer(2)});
    some->reset();
    for (const char *sql : kTighten) {
        auto statement = connection.prepare(sql);
        if (!statement)
            return statement.error();
        for (const auto &[metric, type, zone] : zones) {
            if (!statement->bind(1, metric).bind(2, type).bind(3, zone).run())
                return statement->lastError().toError();
        }
    }
    return !zones.empty();
}

} // namespace xray::store
