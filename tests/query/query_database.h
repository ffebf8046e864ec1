// SPDX-License-Identifier: GPL-3.0-or-later
// A SQLite database in memory with the store's schema and the functions that sql.h asks for, but
// without the store: what is tried is the SQL text alone. Owned by the test, on its thread; what
// goes wrong ends the test program with SQLite's message.
#pragma once

#include "query_data.h"

#include <model/query/sql.h>

#include <memory>

struct sqlite3;

namespace xray::test {

class QueryDatabase
{
public:
    explicit QueryDatabase(const QueryData &data);

    /// The first column of each row.
    [[nodiscard]] std::vector<qint64> rows(const query::SqlText &text) const;
    /// The lines of EXPLAIN QUERY PLAN.
    [[nodiscard]] QStringList planOf(const query::SqlText &text) const;
    void execute(const QByteArray &sql) const;

private:
    void put(const DataRun &run) const;
    void put(const DataStep &step) const;
    void putMetrics(const Step &step) const;

    struct Close
    {
        void operator()(sqlite3 *db) const;
    };
    std::unique_ptr<sqlite3, Close> m_db;
};

} // namespace xray::test
