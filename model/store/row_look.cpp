// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/row_look.h"

namespace xray::store {

namespace {

void bindOne(Statement &statement, int index, const query::SqlValue &value)
{
    if (const auto *integer = std::get_if<qint64>(&value))
        statement.bind(index, *integer);
    else if (const auto *real = std::get_if<double>(&value))
        statement.bind(index, *real);
    else if (const auto *text = std::get_if<QByteArray>(&value))
        statement.bindText(index, *text);
    else if (const auto *uuid = std::get_if<Uuid>(&value))
        statement.bind(index, *uuid);
    else
        statement.bindNull(index);
}

/// The rows as a JSON array, which SQLite takes apart in its order.
QByteArray jsonList(const std::vector<StepRow> &rows)
{
    QByteArray json;
    for (const StepRow row : rows)
        json += (json.isEmpty() ? '[' : ',') + QByteArray::number(qint64(row.value));
    return json.isEmpty() ? QByteArray("[]") : json + ']';
}

} // namespace

void bindValues(Statement &statement, const std::vector<query::SqlValue> &values)
{
    for (std::size_t i = 0; i < values.size(); ++i)
        bindOne(statement, static_cast<int>(i) + 1, values[i]);
}

Result<std::vector<std::int64_t>> readIds(SqliteConnection &connection, const query::SqlText &text)
{
    auto statement = connection.prepare(text.sql);
    if (!statement)
        return statement.error();
    bindValues(*statement, text.values);
    std::vector<std::int64_t> ids;
    Statement::Step step = statement->step();
    for (; step == Statement::Step::Row; step = statement->step())
        ids.push_back(statement->integer(0));
    if (step == Statement::Step::Failed)
        return statement->lastError().toError();
    return ids;
}

Result<> RowLook::stretch(std::int64_t first, std::int64_t end,
                          const std::function<Visit(StepRow)> &visit, Visit &last)
{
    if (auto ready = prepare(Choice::Stretch, m_stretch); !ready)
        return ready;
    m_stretch.statement.bind(m_stretch.firstFree, first).bind(m_stretch.firstFree + 1, end);
    return visitAll(m_stretch.statement, visit, last);
}

Result<> RowLook::listed(const std::vector<StepRow> &rows,
                         const std::function<Visit(StepRow)> &visit, Visit &last)
{
    if (rows.empty())
        return Success{};
    if (auto ready = prepare(Choice::Listed, m_listed); !ready)
        return ready;
    const QByteArray list = jsonList(rows);
    m_listed.statement.bindText(m_listed.firstFree, list);
    return visitAll(m_listed.statement, visit, last);
}

Result<> RowLook::prepare(Choice choice, Prepared &prepared)
{
    if (prepared.statement.isValid())
        return Success{};
    const bool ofSteps = m_query.subject == query::Subject::Steps;
    query::SqlText condition = compileCondition(m_query, m_now, query::Dialect::Sqlite);
    prepared.values = std::move(condition.values);
    prepared.firstFree = static_cast<int>(prepared.values.size()) + 1;
    const QByteArray id = ofSteps ? "s.id" : "e.id";
    const QByteArray rows =
        ofSteps ? "execution_steps s CROSS JOIN executions e ON e.id = s.execution_id"
                : "executions e";
    const QByteArray free = '?' + QByteArray::number(prepared.firstFree);
    const QByteArray next = '?' + QByteArray::number(prepared.firstFree + 1);
    const QByteArray matching = " AND e.purge_at IS NULL AND (" + condition.sql + ')';
    const QByteArray sql = choice == Choice::Stretch
                               ? "SELECT " + id + " FROM " + rows + " WHERE " + id + " >= " + free +
                                     " AND " + id + " < " + next + matching + " ORDER BY " + id +
                                     " DESC"
                               : "SELECT " + id + " FROM json_each(" + free + ") l CROSS JOIN " +
                                     rows + " WHERE " + id + " = l.value" + matching;
    auto statement = m_connection.prepare(sql);
    if (!statement)
        return statement.error();
    prepared.statement = std::move(*statement);
    bindValues(prepared.statement, prepared.values);
    return Success{};
}

Result<> RowLook::visitAll(Statement &statement, const std::function<Visit(StepRow)> &visit,
                           Visit &last)
{
    const StatementScope scope(statement);
    while (last == Visit::On) {
        switch (statement.step()) {
        case Statement::Step::Row:
            last = visit({statement.integer(0)});
            break;
        case Statement::Step::Done:
            return Success{};
        case Statement::Step::Failed:
            return statement.lastError().toError();
        }
    }
    return Success{};
}

} // namespace xray::store
