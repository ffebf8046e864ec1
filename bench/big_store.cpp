// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/big_store.h"

#include "bench/raw_store.h"

#include <QFile>

namespace xray::bench {

namespace {

constexpr char kFastPragmas[] = "PRAGMA synchronous=OFF; PRAGMA wal_autocheckpoint=20000;";

// Runs start a second apart and arrive in order; pipelines, environments and states are mixed.
constexpr char kFillRuns[] = R"(
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
    INSERT INTO executions(id, uuid, pipeline_name, environment, status, started_at, ended_at,
        duration_ns, metadata, tags, source, step_count, error_count, last_step_index, title,
        outcome, last_event_at)
    SELECT i, CAST(printf('%016d', i) AS BLOB),
        CASE i % 5 WHEN 0 THEN 'competitor_selection' WHEN 1 THEN 'price_watch'
            WHEN 2 THEN 'review_digest' WHEN 3 THEN 'support_triage' ELSE 'catalogue_sync' END,
        CASE i % 3 WHEN 0 THEN 'staging' ELSE 'production' END,
        CASE WHEN i * 7919 % 20 = 0 THEN 'failed' ELSE 'completed' END,
        1700000000000000000 + i * 1000000000,
        1700000000000000000 + i * 1000000000 + (i * 7919 % 60000) * 1000000,
        (i * 7919 % 60000) * 1000000,
        '{"product":"Laptop Stand","market":"us"}', CASE i % 9 WHEN 0 THEN '["nightly"]' END, 'sdk',
        10, i * 7919 % 20 = 0, 10, 'laptop stand ' || i, 'Stand, aluminium',
        1700000000000000000 + i * 1000000000
    FROM n)";
constexpr char kNoteRuns[] = "INSERT INTO changes VALUES(1, ?1, 0, 0)";
constexpr char kCountRuns[] = "UPDATE counters SET value = ?1 WHERE name = 'runs'";

// Groups of twenty steps below one parent, one after another.
constexpr char kFillSteps[] = R"(
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
    INSERT INTO execution_steps(id, uuid, execution_id, step_index, parent_uuid, step_name,
        step_type, status, started_at, ended_at, duration_ns, count_in, count_out, metrics,
        input_payload, output_payload, reasoning_payload)
    SELECT i, CAST(printf('%016d', i) AS BLOB), 1, i,
        CASE WHEN i % 20 <> 1 THEN CAST(printf('%016d', i - (i - 1) % 20) AS BLOB) END,
        CASE i % 4 WHEN 0 THEN 'judge_candidate' WHEN 1 THEN 'judge_all' WHEN 2 THEN 'fetch_page'
            ELSE 'rank_candidates' END,
        CASE i % 4 WHEN 0 THEN 'llm' WHEN 1 THEN 'filter' WHEN 2 THEN 'api' ELSE 'ranking' END,
        CASE WHEN i * 7919 % 50 = 0 THEN 'failed' ELSE 'completed' END,
        1700000000000000000 + i * 10000000,
        1700000000000000000 + i * 10000000 + (i * 7919 % 40) * 1000000,
        (i * 7919 % 40) * 1000000, 50, 5,
        printf('{"confidence":0.%02d,"score":0.%02d,"tokens":%d}', i % 100, i * 7 % 100, i % 900),
        '{"total_candidates":50}', '{"remaining_candidates":5}',
        printf('{"confidence":0.%02d,"score":0.%02d,"tokens":%d}', i % 100, i * 7 % 100, i % 900)
    FROM n)";
constexpr char kCountSteps[] =
    "UPDATE executions SET step_count = ?1, last_step_index = ?1 WHERE id = 1";

Result<> run(sqlite3 *db, const char *sql, int parameter)
{
    auto statement = prepare(db, sql);
    if (!statement)
        return statement.error();
    sqlite3_bind_int(statement->get(), 1, parameter);
    if (sqlite3_step(statement->get()) != SQLITE_DONE)
        return lastError(db);
    return Success{};
}

struct Fill
{
    const char *sql;
    int parameter;
};

Result<QString> makeStore(const QString &path, std::initializer_list<Fill> fills)
{
    if (QFile::exists(path))
        return path;
    if (auto created = createStore(path); !created)
        return created.error();
    auto db = openRaw(path);
    if (!db)
        return db.error();
    if (auto set = execute(db->get(), kFastPragmas); !set)
        return set.error();
    for (const Fill &fill : fills) {
        if (auto filled = run(db->get(), fill.sql, fill.parameter); !filled)
            return filled.error();
    }
    return path;
}

QString pathOf(const Context &context, const char *what, int count)
{
    return context.file(what) + QString::number(count) + QStringLiteral(".db");
}

} // namespace

Result<QString> storeOfRuns(const Context &context, int runs)
{
    return makeStore(pathOf(context, "runs-", runs),
                     {{kFillRuns, runs}, {kNoteRuns, runs}, {kCountRuns, runs}});
}

Result<QString> storeOfOneRun(const Context &context, int steps)
{
    return makeStore(pathOf(context, "steps-", steps), {{kFillRuns, 1},
                                                        {kNoteRuns, 1},
                                                        {kCountRuns, 1},
                                                        {kFillSteps, steps},
                                                        {kCountSteps, steps}});
}

} // namespace xray::bench
