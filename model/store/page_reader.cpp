// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/page_reader.h"

#include "model/store/entity_rows.h"
#include "model/store/read_snapshot.h"
#include "model/store/run_filter_sql.h"
#include "model/store/span_store.h"

namespace xray::store {

namespace {

/// Where a page ends: after so many rows, or with the row that reaches so many bytes.
struct PageEnd
{
    qint64 rows;
    qint64 bytes;
};

/// Shows rows of the statement to `take`, which says how many bytes one has, until the page ends.
/// Whether there are more.
template<class Take>
Result<bool> takePage(Statement &statement, PageEnd end, Take &&take)
{
    return takeRows(statement, [&](const Statement &row) {
        if (end.rows <= 0 || end.bytes <= 0)
            return false;
        end.rows -= 1;
        end.bytes -= take(row);
        return true;
    });
}

/// Reads the columns behind the step's own; how many bytes they are.
qint64 readPayloads(const Statement &s, StepPayloads &payloads)
{
    payloads = {s.utf8(kStepFieldCount), s.utf8(kStepFieldCount + 1), s.utf8(kStepFieldCount + 2)};
    return payloads.input.size() + payloads.output.size() + payloads.reasoning.size();
}

qint64 textBytes(const ExecutionError &error)
{
    return (error.type.size() + error.message.size() + error.stack.size()) * qint64(sizeof(QChar)) +
           error.payload.size();
}

} // namespace

Result<ExecutionRow> PageReader::rowOf(ExecutionId id)
{
    auto statement = m_connection.prepare("SELECT id FROM executions WHERE uuid = ?1 "
                                          "AND purge_at IS NULL");
    if (!statement)
        return statement.error();
    switch (statement->bind(1, id.uuid()).step()) {
    case Statement::Step::Row:
        return ExecutionRow{statement->integer(0)};
    case Statement::Step::Done:
        return noSuch("execution", id.toUtf8());
    case Statement::Step::Failed:
        break;
    }
    return statement->lastError().toError();
}

Read<RunPage> PageReader::runPage(const RunPageQuery &query)
{
    SqlCondition condition = conditionOf(query.filter);
    if (query.after) {
        condition.sql += " AND (e.started_at, e.uuid) < (?, ?)";
        condition.values.emplace_back(std::int64_t(query.after->first));
        condition.values.emplace_back(query.after->second.uuid());
    }
    const QByteArray fields = query.withContents ? XRAY_RUN_FIELDS : XRAY_RUN_LINE_FIELDS;
    auto statement = m_connection.prepare("SELECT " + fields + " FROM executions e WHERE " +
                                          condition.sql + orderBy({}) + " LIMIT ?");
    if (!statement)
        return statement.error();
    const int bound = bindAll(*statement, condition.values);
    statement->bind(bound + 1, query.limit + 1);
    RunPage page;
    auto more = takePage(*statement, {query.limit, query.maxContentBytes}, [&](const Statement &s) {
        page.runs.push_back(executionFrom(s));
        return contentBytes(page.runs.back());
    });
    if (!more)
        return more.error();
    page.more = *more;
    return shared(std::move(page));
}

Read<StepPage> PageReader::stepPage(const StepPageQuery &query)
{
    const ReadSnapshot snapshot(m_connection);
    auto run = rowOf(query.executionId);
    if (!run)
        return run.error();
    const QByteArray payloads =
        query.withPayloads ? ", s.input_payload, s.output_payload, s.reasoning_payload" : "";
    auto statement = m_connection.prepare("SELECT " XRAY_STEP_FIELDS + payloads +
                                          " FROM execution_steps s WHERE s.execution_id = ?1 "
                                          "AND (s.step_index, s.id) > (?2, ?3) "
                                          "ORDER BY s.step_index, s.id LIMIT ?4");
    if (!statement)
        return statement.error();
    const auto after = query.after.value_or(std::pair<qint64, StepRow>(0, {}));
    statement->bind(1, run->value).bind(2, after.first).bind(3, after.second.value);
    statement->bind(4, query.limit + 1);
    StepPage page;
    auto more = takePage(*statement, {query.limit, query.maxPayloadBytes}, [&](const Statement &s) {
        page.steps.push_back({stepFrom(s, query.executionId), {}, {}});
        return query.withPayloads ? readPayloads(s, page.steps.back().payloads) : 0;
    });
    if (!more)
        return more.error();
    page.more = *more;
    return shared(std::move(page));
}

Read<ErrorPage> PageReader::errorPage(const ErrorPageQuery &query)
{
    const ReadSnapshot snapshot(m_connection);
    auto run = rowOf(query.executionId);
    if (!run)
        return run.error();
    // An error that is gone meanwhile leaves its time: those of the same time are then told again.
    auto statement = m_connection.prepare(
        "SELECT " XRAY_ERROR_FIELDS " FROM " XRAY_ERROR_SOURCE "r.execution_id = ?1 "
        "AND (r.occurred_at, r.id) > (?2, coalesce((SELECT id FROM execution_errors "
        "WHERE uuid = ?3), 0)) ORDER BY r.occurred_at, r.id");
    if (!statement)
        return statement.error();
    constexpr auto earliest = std::numeric_limits<TimeNs>::min();
    const auto after = query.after.value_or(std::pair<TimeNs, ErrorId>(earliest, {}));
    statement->bind(1, run->value).bind(2, after.first).bind(3, after.second.uuid());
    ErrorPage page;
    constexpr auto all = std::numeric_limits<qint64>::max();
    auto more = takePage(*statement, {all, query.maxBytes}, [&](const Statement &s) {
        page.errors.push_back(errorFrom(s));
        return textBytes(page.errors.back());
    });
    if (!more)
        return more.error();
    page.more = *more;
    return shared(std::move(page));
}

Read<std::vector<StoredSpan>> PageReader::spansOf(ExecutionId id)
{
    auto statement =
        m_connection.prepare("SELECT s.id, s.kind, s.span_id, s.ended_at, s.body FROM spans s "
                             "JOIN executions e ON e.id = s.execution_id "
                             "WHERE e.uuid = ?1 ORDER BY s.id");
    if (!statement)
        return statement.error();
    statement->bind(1, id.uuid());
    auto spans = readAll(*statement, [id](const Statement &row) {
        return StoredSpan{row.integer(0), spanFrom(row, id)};
    });
    if (!spans)
        return spans.error();
    return shared(std::move(*spans));
}

} // namespace xray::store
