// SPDX-License-Identifier: GPL-3.0-or-later
// Asks a query's condition of rows that were chosen otherwise: of steps, or of runs when the query
// is for runs. Used within one question of a reader.
#pragma once

#include "model/store/sqlite_connection.h"

#include <model/core/ids.h>
#include <model/query/sql.h>

#include <functional>
#include <vector>

namespace xray::store {

/// Binds the values of a compiled query to the parameters from 1 on.
void bindValues(Statement &statement, const std::vector<query::SqlValue> &values);

/// The first column of every row of a compiled query.
[[nodiscard]] Result<std::vector<std::int64_t>> readIds(SqliteConnection &connection,
                                                        const query::SqlText &text);

enum class Visit { On, Stop };

class RowLook
{
public:
    RowLook(SqliteConnection &connection, query::Query query, TimeNs now)
        : m_connection(connection)
        , m_query(std::move(query))
        , m_now(now)
    {
    }

    /// Visits those that match of the rows from `first` up to, without, `end`, latest first. What
    /// the visitor said last goes to `last`; nothing is done when that is Stop already.
    [[nodiscard]] Result<> stretch(std::int64_t first, std::int64_t end,
                                   const std::function<Visit(StepRow)> &visit, Visit &last);
    /// The same of these rows, in the order given.
    [[nodiscard]] Result<> listed(const std::vector<StepRow> &rows,
                                  const std::function<Visit(StepRow)> &visit, Visit &last);

private:
    /// The condition over chosen rows; made when first needed, with its own values bound.
    struct Prepared
    {
        Statement statement;
        std::vector<query::SqlValue> values; ///< which live as long as they are bound
        int firstFree = 1;                   ///< parameter, for the choice of rows
    };
    enum class Choice { Stretch, Listed };

    [[nodiscard]] Result<> prepare(Choice choice, Prepared &prepared);
    [[nodiscard]] static Result<> visitAll(Statement &statement,
                                           const std::function<Visit(StepRow)> &visit, Visit &last);

    SqliteConnection &m_connection;
    const query::Query m_query;
    const TimeNs m_now;
    Prepared m_stretch;
    Prepared m_listed;
};

} // namespace xray::store
