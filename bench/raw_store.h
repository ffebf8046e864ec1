// SPDX-License-Identifier: GPL-3.0-or-later
// The yardstick of the store: the plain sqlite3 C API on the same schema with the same pragmas.
// Plain functions that block their caller; a connection stays on its thread.
#pragma once

#include <model/core/result.h>

#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

namespace xray::bench {

struct CloseDatabase
{
    void operator()(sqlite3 *db) const { sqlite3_close_v2(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement
{
    void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using RawStatement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// A new, empty store: the program's own migrations and pragmas of creation.
[[nodiscard]] Result<> createStore(const QString &path);

/// Opens an existing store with the pragmas of the store's writer.
[[nodiscard]] Result<Database> openRaw(const QString &path);
[[nodiscard]] Result<> execute(sqlite3 *db, const char *sql);
[[nodiscard]] Result<RawStatement> prepare(sqlite3 *db, const char *sql);
[[nodiscard]] Error lastError(sqlite3 *db);

/// One value of a row, as SQLite has it.
struct Cell
{
    int type = SQLITE_NULL;
    sqlite3_int64 integer = 0;
    double real = 0;
    std::string bytes = {};
};
using Cells = std::vector<Cell>;

/// What one transaction of a store wrote, ready to be bound.
struct Transaction
{
    std::vector<Cells> metricNames;
    std::vector<Cells> newRuns;
    std::vector<Cells> runs; ///< all it touched, as they are updated at its end
    std::vector<Cells> steps;
    std::vector<Cells> metrics; ///< by step
    std::vector<Cells> zones;
    std::vector<Cells> names; ///< of steps, and how many more have each
    std::vector<Cells> changes;
};

/// Reads back, revision by revision, what a store's writer wrote into a new store.
[[nodiscard]] Result<std::vector<Transaction>> readTransactions(const QString &path);

/// Writes the transactions into the (new) store at `path` with one prepared statement a table, and
/// returns the seconds that took.
[[nodiscard]] Result<double> fillRaw(const QString &path,
                                     const std::vector<Transaction> &transactions);

/// Row counts and sums of every table; equal for stores with the same content.
[[nodiscard]] Result<std::string> fingerprint(const QString &path);

} // namespace xray::bench
