// SPDX-License-Identifier: GPL-3.0-or-later
// A RunFilter as an SQL condition with bound values: no text a person typed becomes SQL.
#pragma once

#include "model/store/sqlite_connection.h"

#include <model/core/run_query.h>

#include <QByteArray>

#include <variant>
#include <vector>

namespace xray::store {

struct SqlCondition
{
    using Value = std::variant<std::int64_t, QString, Uuid>;

    QByteArray sql;            ///< over the alias e of executions, parameters as ?
    std::vector<Value> values; ///< one per parameter, in order
};

/// Binds the values to the statement's first parameters; how many there are.
int bindAll(Statement &statement, const std::vector<SqlCondition::Value> &values);

/// Always contains `e.purge_at IS NULL`, which the partial indexes need to see.
[[nodiscard]] SqlCondition conditionOf(const RunFilter &filter);

/// "ORDER BY …" over the alias e, ties as RunPosition says.
[[nodiscard]] QByteArray orderBy(const RunSort &sort);

/// The expression a list is sorted by, as RunPosition has it.
[[nodiscard]] QByteArray sortExpression(RunSortKey key);
[[nodiscard]] bool sortsByText(RunSortKey key);

/// What to read all runs by for a list that is sorted afterwards, to stand behind the table's name:
/// an index that holds all it needs, else the table as it lies.
[[nodiscard]] QByteArray scanHint(RunSortKey key);

} // namespace xray::store
