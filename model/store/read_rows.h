// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of the store share: an answer as the ports hand it out, and the rows of a
// statement. Private to the store.
#pragma once

#include "model/store/sqlite_connection.h"

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace xray::store {

template<class T>
using Read = Result<std::shared_ptr<const T>>;

template<class T>
std::shared_ptr<const std::remove_cvref_t<T>> shared(T &&value)
{
    return std::make_shared<const std::remove_cvref_t<T>>(std::forward<T>(value));
}

/// "There is no execution …".
inline Error noSuch(const char *what, const QByteArray &id)
{
    return {ErrorCode::NotFound,
            QStringLiteral("There is no %1 %2.").arg(QLatin1String(what), QLatin1String(id))};
}

/// Shows every row of the statement, which is reset at the end.
template<class Take>
Result<> forEachRow(Statement &statement, Take &&take)
{
    const StatementScope scope(statement);
    Statement::Step step = statement.step();
    for (; step == Statement::Step::Row; step = statement.step())
        take(std::as_const(statement));
    if (step == Statement::Step::Failed)
        return statement.lastError().toError();
    return Success{};
}

/// Shows rows of the statement as long as `take` is true and there are any; it is reset at the end.
/// Whether there were more.
template<class Take>
Result<bool> takeRows(Statement &statement, Take &&take)
{
    const StatementScope scope(statement);
    Statement::Step step = statement.step();
    for (; step == Statement::Step::Row; step = statement.step()) {
        if (!take(std::as_const(statement)))
            return true;
    }
    if (step == Statement::Step::Failed)
        return statement.lastError().toError();
    return false;
}

/// Every row of the statement, which is reset at the end.
template<class FromRow>
auto readAll(Statement &statement, FromRow &&fromRow)
    -> Result<std::vector<std::invoke_result_t<FromRow, const Statement &>>>
{
    std::vector<std::invoke_result_t<FromRow, const Statement &>> rows;
    auto read = forEachRow(statement, [&](const Statement &row) { rows.push_back(fromRow(row)); });
    if (!read)
        return read.error();
    return rows;
}

} // namespace xray::store
