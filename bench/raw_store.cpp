// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/raw_store.h"

#include "bench/sampling.h"

#include <model/store/migrations.h>
#include <model/store/sqlite_connection.h>

#include <initializer_list>
#include <set>

namespace xray::bench {

namespace {

// As in model/store/sqlite_connection.cpp; page size, auto_vacuum and WAL are the file's already.
constexpr char kWriterPragmas[] =
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
    "PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=67108864;"
    "PRAGMA synchronous=NORMAL;";

#define XRAY_RUN_COLUMNS                                                                           \
    "id, uuid, pipeline_name, environment, \"trigger\", status, started_at, ended_at, "            \
    "duration_ns, metadata, tags, session, source, step_count, error_count, last_step_index, "     \
    "title, title_step, outcome, outcome_step, last_event_at, purge_at"
#define XRAY_STEP_COLUMNS                                                                          \
    "id, uuid, execution_id, step_index, parent_uuid, step_name, step_type, status, "              \
    "status_stated, started_at, ended_at, duration_ns, error_count, count_in, count_out, "         \
    "metrics, issues, input_payload, output_payload, reasoning_payload"
#define XRAY_STEPS_OF_REVISION "(SELECT step_id FROM changes WHERE rev = ?1 AND step_id > 0)"
#define XRAY_METRICS_OF_REVISION                                                                   \
    " FROM step_metrics WHERE step_id BETWEEN "                                                    \
    "(SELECT min(step_id) FROM changes WHERE rev = ?1 AND step_id > 0) AND "                       \
    "(SELECT max(step_id) FROM changes WHERE rev = ?1) "

constexpr char kInsertRun[] = "INSERT INTO executions(" XRAY_RUN_COLUMNS
                              ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kUpdateRun[] =
    "UPDATE executions SET pipeline_name=?3, environment=?4, \"trigger\"=?5, status=?6, "
    "started_at=?7, ended_at=?8, duration_ns=?9, metadata=?10, tags=?11, session=?12, source=?13, "
    "step_count=?14, error_count=?15, last_step_index=?16, title=?17, title_step=?18, outcome=?19, "
    "outcome_step=?20, last_event_at=?21, purge_at=?22 WHERE id=?1 AND uuid=?2";
constexpr char kInsertStep[] = "INSERT INTO execution_steps(" XRAY_STEP_COLUMNS
                               ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr char kInsertMetric[] = "INSERT INTO step_metrics VALUES(?,?,?,?)";
constexpr char kInsertZone[] =
    "INSERT INTO metric_zones VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET n = n + "
    "excluded.n, min_value = min(min_value, excluded.min_value), max_value = max(max_value, "
    "excluded.max_value)";
constexpr char kInsertChange[] =
    "INSERT INTO changes(rev, execution_id, step_id, deleted) VALUES(?,?,?,?)";
constexpr char kCountName[] =
    "INSERT INTO step_names VALUES(?1,?2) ON CONFLICT DO UPDATE SET n = n + excluded.n";
constexpr char kInsertMetricName[] = "INSERT INTO metrics VALUES(?,?)";
constexpr char kAddToCounter[] = "UPDATE counters SET value = value + ?2 WHERE name = ?1";

constexpr char kFingerprint[] =
    "SELECT (SELECT count(*) || ' ' || total(step_count) || ' ' || count(ended_at) FROM executions)"
    " || '; ' || (SELECT count(*) || ' ' || total(length(output_payload)) || ' ' || "
    "total(length(metrics)) FROM execution_steps) || '; ' || "
    "(SELECT count(*) || ' ' || total(value) FROM step_metrics) || '; ' || "
    "(SELECT count(*) || ' ' || total(n) || ' ' || total(max_value) FROM metric_zones) || '; ' || "
    "(SELECT count(*) || ' ' || max(rev) FROM changes) || '; ' || "
    "(SELECT count(*) || ' ' || total(n) FROM step_names) || '; ' || "
    "(SELECT total(value) FROM counters)";

Cell cellOf(sqlite3_stmt *statement, int column)
{
    Cell cell{sqlite3_column_type(statement, column)};
    if (cell.type == SQLITE_INTEGER) {
        cell.integer = sqlite3_column_int64(statement, column);
    } else if (cell.type == SQLITE_FLOAT) {
        cell.real = sqlite3_column_double(statement, column);
    } else if (cell.type != SQLITE_NULL) {
        const auto *data = static_cast<const char *>(sqlite3_column_blob(statement, column));
        const int size = sqlite3_column_bytes(statement, column);
        cell.bytes.assign(data ? data : "", static_cast<std::size_t>(size));
    }
    return cell;
}

void bind(sqlite3_stmt *statement, int index, const Cell &cell)
{
    const auto size = static_cast<int>(cell.bytes.size());
    switch (cell.type) {
    case SQLITE_INTEGER:
        sqlite3_bind_int64(statement, index, cell.integer);
        break;
    case SQLITE_FLOAT:
        sqlite3_bind_double(statement, index, cell.real);
        break;
    case SQLITE_TEXT:
        sqlite3_bind_text(statement, index, cell.bytes.data(), size, SQLITE_STATIC);
        break;
    case SQLITE_BLOB:
        sqlite3_bind_blob(statement, index, cell.bytes.data(), size, SQLITE_STATIC);
        break;
    default:
        sqlite3_bind_null(statement, index);
    }
}

/// The rows of a query whose only parameter is a revision.
Result<std::vector<Cells>> rowsOf(sqlite3 *db, const char *sql, sqlite3_int64 revision)
{
    auto statement = prepare(db, sql);
    if (!statement)
        return statement.error();
    sqlite3_stmt *s = statement->get();
    sqlite3_bind_int64(s, 1, revision);
    std::vector<Cells> rows;
    int step = sqlite3_step(s);
    for (; step == SQLITE_ROW; step = sqlite3_step(s)) {
        Cells &row = rows.emplace_back();
        for (int column = 0; column < sqlite3_column_count(s); ++column)
            row.push_back(cellOf(s, column));
    }
    if (step != SQLITE_DONE)
        return lastError(db);
    return rows;
}

/// Row ids grow, so a run beyond the last known one is new.
std::vector<Cells> runsAfter(sqlite3_int64 lastRow, const std::vector<Cells> &runs)
{
    std::vector<Cells> fresh;
    for (const Cells &run : runs) {
        if (run.front().integer > lastRow)
            fresh.push_back(run);
    }
    return fresh;
}

Result<Transaction> readTransaction(sqlite3 *db, sqlite3_int64 revision, sqlite3_int64 &lastRun)
{
    Transaction transaction;
    const std::pair<const char *, std::vector<Cells> *> parts[] = {
        {"SELECT " XRAY_RUN_COLUMNS " FROM executions WHERE id IN (SELECT execution_id FROM "
         "changes WHERE rev = ?1 AND step_id = 0) ORDER BY id",
         &transaction.runs},
        {"SELECT " XRAY_STEP_COLUMNS " FROM execution_steps WHERE id IN " XRAY_STEPS_OF_REVISION
         " ORDER BY id",
         &transaction.steps},
        {"SELECT metric_id, step_type, step_id, value" XRAY_METRICS_OF_REVISION "ORDER BY step_id",
         &transaction.metrics},
        {"SELECT metric_id, step_type, step_id >> 9, count(*), min(value), "
         "max(value)" XRAY_METRICS_OF_REVISION "GROUP BY 1, 2, 3",
         &transaction.zones},
        {"SELECT step_name, count(*) FROM execution_steps WHERE id IN " XRAY_STEPS_OF_REVISION
         " GROUP BY 1",
         &transaction.names},
        {"SELECT rev, execution_id, step_id, deleted FROM changes WHERE rev = ?1",
         &transaction.changes},
    };
    for (const auto &[sql, rows] : parts) {
        auto read = rowsOf(db, sql, revision);
        if (!read)
            return read.error();
        *rows = std::move(*read);
    }
    transaction.newRuns = runsAfter(lastRun, transaction.runs);
    if (!transaction.runs.empty())
        lastRun = std::max(lastRun, transaction.runs.back().front().integer);
    return transaction;
}

/// A connection with the statements that fill a store.
class Filler
{
public:
    static Result<Filler> create(sqlite3 *db);
    Result<> write(const Transaction &transaction);

private:
    Result<> writeRows(const Transaction &transaction);
    Result<> writeSteps(const Transaction &transaction);
    Result<> writeTotals(const Transaction &transaction);
    Result<> insert(sqlite3_stmt *statement, const Cells &row);
    Result<> insertAll(sqlite3_stmt *statement, const std::vector<Cells> &rows);

    sqlite3 *m_db = nullptr;
    RawStatement m_metricName, m_run, m_runUpdate, m_step, m_metric, m_zone, m_name, m_change,
        m_counter;
};

Result<Filler> Filler::create(sqlite3 *db)
{
    Filler filler;
    filler.m_db = db;
    const std::pair<const char *, RawStatement *> statements[] = {
        {kInsertMetricName, &filler.m_metricName},
        {kInsertRun, &filler.m_run},
        {kUpdateRun, &filler.m_runUpdate},
        {kInsertStep, &filler.m_step},
        {kInsertMetric, &filler.m_metric},
        {kInsertZone, &filler.m_zone},
        {kCountName, &filler.m_name},
        {kInsertChange, &filler.m_change},
        {kAddToCounter, &filler.m_counter},
    };
    for (const auto &[sql, statement] : statements) {
        auto prepared = prepare(db, sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return filler;
}

Result<> Filler::insert(sqlite3_stmt *statement, const Cells &row)
{
    int index = 0;
    for (const Cell &cell : row)
        bind(statement, ++index, cell);
    if (sqlite3_step(statement) != SQLITE_DONE)
        return lastError(m_db);
    sqlite3_reset(statement);
    return Success{};
}

Result<> Filler::insertAll(sqlite3_stmt *statement, const std::vector<Cells> &rows)
{
    for (const Cells &row : rows) {
        if (auto inserted = insert(statement, row); !inserted)
            return inserted;
    }
    return Success{};
}

/// Each step with its metrics behind it, as a writer meets them.
Result<> Filler::writeSteps(const Transaction &transaction)
{
    auto metric = transaction.metrics.begin();
    for (const Cells &step : transaction.steps) {
        if (auto inserted = insert(m_step.get(), step); !inserted)
            return inserted;
        for (; metric != transaction.metrics.end() && (*metric)[2].integer == step[0].integer;
             ++metric) {
            if (auto inserted = insert(m_metric.get(), *metric); !inserted)
                return inserted;
        }
    }
    return Success{};
}

Result<> Filler::writeTotals(const Transaction &transaction)
{
    const std::pair<const char *, std::size_t> totals[] = {{"runs", transaction.newRuns.size()},
                                                           {"steps", transaction.steps.size()}};
    for (const auto &[name, count] : totals) {
        const Cells row{{SQLITE_TEXT, 0, 0, name},
                        {SQLITE_INTEGER, static_cast<sqlite3_int64>(count)}};
        if (auto added = insert(m_counter.get(), row); !added)
            return added;
    }
    return Success{};
}

Result<> Filler::writeRows(const Transaction &transaction)
{
    for (const auto &[statement, rows] : {std::pair(m_metricName.get(), &transaction.metricNames),
                                          std::pair(m_run.get(), &transaction.newRuns)}) {
        if (auto inserted = insertAll(statement, *rows); !inserted)
            return inserted;
    }
    if (auto written = writeSteps(transaction); !written)
        return written;
    for (const auto &[statement, rows] :
         {std::pair(m_runUpdate.get(), &transaction.runs),
          std::pair(m_zone.get(), &transaction.zones), std::pair(m_name.get(), &transaction.names),
          std::pair(m_change.get(), &transaction.changes)}) {
        if (auto inserted = insertAll(statement, *rows); !inserted)
            return inserted;
    }
    return writeTotals(transaction);
}

Result<> Filler::write(const Transaction &transaction)
{
    if (auto begun = execute(m_db, "BEGIN IMMEDIATE"); !begun)
        return begun;
    if (auto written = writeRows(transaction); !written)
        return written;
    return execute(m_db, "COMMIT");
}

} // namespace

Error lastError(sqlite3 *db)
{
    return {ErrorCode::Internal, QString::fromUtf8(sqlite3_errmsg(db))};
}

Result<> createStore(const QString &path)
{
    auto connection = store::SqliteConnection::open(path, store::Access::ReadWrite);
    if (!connection)
        return connection.error();
    return store::migrate(**connection);
}

Result<Database> openRaw(const QString &path)
{
    sqlite3 *handle = nullptr;
    const int opened = sqlite3_open(path.toUtf8().constData(), &handle);
    Database db(handle);
    if (opened != SQLITE_OK)
        return lastError(handle);
    if (auto set = execute(handle, kWriterPragmas); !set)
        return set.error();
    return db;
}

Result<> execute(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return lastError(db);
    return Success{};
}

Result<RawStatement> prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
        SQLITE_OK)
        return lastError(db);
    return RawStatement(statement);
}

Result<std::vector<Transaction>> readTransactions(const QString &path)
{
    auto db = openRaw(path);
    if (!db)
        return db.error();
    const auto revisions =
        rowsOf(db->get(), "SELECT DISTINCT rev FROM changes WHERE rev > ?1 ORDER BY 1", 0);
    const auto names = rowsOf(db->get(), "SELECT id, name FROM metrics WHERE id > ?1", 0);
    if (!revisions || !names)
        return revisions ? names.error() : revisions.error();
    std::vector<Transaction> transactions;
    sqlite3_int64 lastRun = 0;
    for (const Cells &revision : *revisions) {
        auto read = readTransaction(db->get(), revision.front().integer, lastRun);
        if (!read)
            return read.error();
        transactions.push_back(std::move(*read));
    }
    if (!transactions.empty())
        transactions.front().metricNames = *names;
    return transactions;
}

Result<double> fillRaw(const QString &path, const std::vector<Transaction> &transactions)
{
    auto db = openRaw(path);
    if (!db)
        return db.error();
    auto filler = Filler::create(db->get());
    if (!filler)
        return filler.error();
    const Stopwatch watch;
    for (const Transaction &transaction : transactions) {
        if (auto written = filler->write(transaction); !written)
            return written.error();
    }
    return watch.seconds();
}

Result<std::string> fingerprint(const QString &path)
{
    auto db = openRaw(path);
    if (!db)
        return db.error();
    auto statement = prepare(db->get(), kFingerprint);
    if (!statement)
        return statement.error();
    if (sqlite3_step(statement->get()) != SQLITE_ROW)
        return lastError(db->get());
    return cellOf(statement->get(), 0).bytes;
}

} // namespace xray::bench
