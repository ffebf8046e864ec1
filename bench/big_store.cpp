// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/big_store.h"

#include "bench/raw_store.h"

#include <QFile>

namespace xray::bench {

namespace {

constexpr int kRunsBeforeLoad = 12;
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
constexpr char kNoteRuns[] =
    "INSERT INTO changes(rev, execution_id, step_id, deleted) VALUES(1, ?1, 0, 0)";
constexpr char kCountRuns[] = "UPDATE counters SET value = ?1 WHERE name = 'runs'";

// ?1 steps in all, ?2 a run; groups of twenty below one parent, one after another.
constexpr char kFillSteps[] = R"(
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
    INSERT INTO execution_steps(id, uuid, execution_id, step_index, parent_uuid, step_name,
        step_type, status, started_at, ended_at, duration_ns, count_in, count_out, metrics,
        input_payload, output_payload, reasoning_payload)
    SELECT i, CAST(printf('%016d', i) AS BLOB), (i - 1) / ?2 + 1, (i - 1) % ?2 + 1,
        CASE WHEN (i - 1) % ?2 % 20 > 0
            THEN CAST(printf('%016d', i - (i - 1) % ?2 % 20) AS BLOB) END,
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
constexpr char kCountSteps[] = "UPDATE executions SET step_count = ?1, last_step_index = ?1";
constexpr char kCountAllSteps[] = "UPDATE counters SET value = ?1 WHERE name = 'steps'";

/// A statement and what is bound to it.
struct Fill
{
    const char *sql;
    std::vector<std::int64_t> parameters;
};

Result<> run(sqlite3 *db, const Fill &fill)
{
    auto statement = prepare(db, fill.sql);
    if (!statement)
        return statement.error();
    int index = 0;
    for (const std::int64_t parameter : fill.parameters)
        sqlite3_bind_int64(statement->get(), ++index, parameter);
    if (sqlite3_step(statement->get()) != SQLITE_DONE)
        return lastError(db);
    return Success{};
}

Result<> fillStore(const QString &path, const std::vector<Fill> &fills)
{
    if (auto created = createStore(path); !created)
        return created;
    auto db = openRaw(path);
    if (!db)
        return db.error();
    if (auto set = execute(db->get(), kFastPragmas); !set)
        return set;
    for (const Fill &fill : fills)
        if (auto filled = run(db->get(), fill); !filled)
            return filled;
    return Success{};
}

/// Under another name until it is whole.
Result<QString> makeStore(const QString &path, const std::vector<Fill> &fills)
{
    if (QFile::exists(path))
        return path;
    const QString unfinished = path + QStringLiteral(".part");
    QFile::remove(unfinished);
    if (auto filled = fillStore(unfinished, fills); !filled)
        return filled.error();
    if (!QFile::rename(unfinished, path))
        return Error{ErrorCode::Unavailable,
                     QStringLiteral("Cannot rename %1 to %2").arg(unfinished, path)};
    return path;
}

std::vector<Fill> fillsOf(int runs, int stepsPerRun)
{
    std::vector<Fill> fills{{kFillRuns, {runs}}, {kNoteRuns, {runs}}, {kCountRuns, {runs}}};
    if (stepsPerRun > 0) {
        const std::int64_t steps = std::int64_t{runs} * stepsPerRun;
        fills.push_back({kFillSteps, {steps, stepsPerRun}});
        fills.push_back({kCountSteps, {stepsPerRun}});
        fills.push_back({kCountAllSteps, {steps}});
    }
    return fills;
}

Result<QString> storeOf(const Context &context, int runs, int stepsPerRun)
{
    return makeStore(
        QStringLiteral("%1/%2-runs-%3-steps.db").arg(context.stores).arg(runs).arg(stepsPerRun),
        fillsOf(runs, stepsPerRun));
}

} // namespace

Result<QString> bigStore(const Context &context)
{
    return storeOf(context, bigStoreRuns(context), context.stepsPerRun);
}

Result<QString> storeForLoad(const Context &context, const char *name)
{
    return makeStore(context.file(name), fillsOf(kRunsBeforeLoad, 0));
}

Result<QString> storeOfRuns(const Context &context, int runs)
{
    return storeOf(context, runs, 0);
}

Result<QString> storeOfOneRun(const Context &context, int steps)
{
    return storeOf(context, 1, steps);
}

} // namespace xray::bench
