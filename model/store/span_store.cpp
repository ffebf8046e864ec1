// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/span_store.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace xray::store {

namespace {

/// Runs looked at in one slice of markSlice(): some milliseconds.
constexpr std::int64_t kRunsMarkedPerSlice = 2'000;

/// Log records have no id: the same record twice is told by its text.
std::int64_t digestOf(const RawSpan &span)
{
    if (span.kind == SpanKind::Span)
        return 0;
    const QByteArray hash = QCryptographicHash::hash(span.body, QCryptographicHash::Sha1);
    return qFromBigEndian<qint64>(hash.constData());
}

} // namespace

RawSpan spanFrom(const Statement &row, ExecutionId id)
{
    return {id, row.integer(1) == 0 ? SpanKind::Span : SpanKind::Log,
            static_cast<quint64>(row.integer(2)), row.integer(3), row.utf8(4)};
}

Result<std::unique_ptr<SpanStore>> SpanStore::create(SqliteConnection &connection)
{
    std::unique_ptr<SpanStore> store(new SpanStore(connection));
    const std::pair<Statement *, const char *> statements[] = {
        {&store->m_find, "SELECT id, ended_at, body FROM spans "
                         "WHERE execution_id = ?1 AND kind = ?2 AND span_id = ?3 AND digest = ?4"},
        {&store->m_insert, "INSERT INTO spans(execution_id, kind, span_id, digest, ended_at, body) "
                           "VALUES(?1, ?2, ?3, ?4, ?5, ?6)"},
        {&store->m_replace, "UPDATE spans SET ended_at = ?2, body = ?3 WHERE id = ?1"},
        {&store->m_all, "SELECT id, kind, span_id, ended_at, body FROM spans "
                        "WHERE execution_id = ?1 ORDER BY id"},
        {&store->m_more, "SELECT 1 FROM spans WHERE execution_id = ?1 LIMIT 1 OFFSET ?2"},
        {&store->m_markStale, "INSERT INTO stale_traces(execution_id, due_at) VALUES(?1, ?2) "
                              "ON CONFLICT DO NOTHING"},
        {&store->m_markFresh, "DELETE FROM stale_traces WHERE execution_id = ?1"},
        {&store->m_postpone, "UPDATE stale_traces SET due_at = ?2 WHERE execution_id = ?1"},
        {&store->m_nextStale, "SELECT execution_id FROM stale_traces "
                              "WHERE due_at BETWEEN ?1 AND ?2 LIMIT 1"},
        {&store->m_deleteSlice, "DELETE FROM spans WHERE id IN "
                                "(SELECT id FROM spans WHERE execution_id = ?1 LIMIT ?2) "
                                "RETURNING 1"},
    };
    for (const auto &[statement, sql] : statements) {
        auto prepared = connection.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return store;
}

Result<> SpanStore::run(Statement &statement)
{
    if (statement.run())
        return Success{};
    return m_connection.lastError().toError();
}

Result<std::optional<std::int64_t>> SpanStore::first(Statement &statement)
{
    const StatementScope scope(statement);
    switch (statement.step()) {
    case Statement::Step::Row:
        return std::optional(statement.integer(0));
    case Statement::Step::Done:
        return std::optional<std::int64_t>();
    case Statement::Step::Failed:
        break;
    }
    return statement.lastError().toError();
}

Result<std::optional<SpanStore::Kept>> SpanStore::find(ExecutionRow run, const RawSpan &span,
                                                       std::int64_t digest)
{
    const StatementScope scope(m_find);
    m_find.bind(1, run.value).bind(2, static_cast<int>(span.kind));
    m_find.bind(3, span.spanId).bind(4, digest);
    switch (m_find.step()) {
    case Statement::Step::Row:
        return std::optional(Kept{m_find.integer(0), m_find.integer(1), m_find.utf8(2)});
    case Statement::Step::Done:
        return std::optional<Kept>();
    case Statement::Step::Failed:
        break;
    }
    return m_find.lastError().toError();
}

Result<bool> SpanStore::replace(const Kept &kept, const RawSpan &span)
{
    if (kept.body == span.body || span.endedAt < kept.endedAt)
        return false;
    m_replace.bind(1, kept.row).bind(2, span.endedAt).bindText(3, span.body);
    if (auto replaced = run(m_replace); !replaced)
        return replaced.error();
    return true;
}

Result<bool> SpanStore::put(ExecutionRow runRow, const RawSpan &span)
{
    const std::int64_t digest = digestOf(span);
    auto kept = find(runRow, span, digest);
    if (!kept)
        return kept.error();
    if (*kept)
        return replace(**kept, span);
    m_insert.bind(1, runRow.value).bind(2, static_cast<int>(span.kind)).bind(3, span.spanId);
    m_insert.bind(4, digest).bind(5, span.endedAt).bindText(6, span.body);
    if (auto inserted = run(m_insert); !inserted)
        return inserted.error();
    return true;
}

Result<std::vector<StoredSpan>> SpanStore::spansOf(ExecutionRow runRow, ExecutionId id)
{
    const StatementScope scope(m_all);
    m_all.bind(1, runRow.value);
    std::vector<StoredSpan> spans;
    for (;;) {
        switch (m_all.step()) {
        case Statement::Step::Row:
            spans.push_back({m_all.integer(0), spanFrom(m_all, id)});
            break;
        case Statement::Step::Done:
            return spans;
        case Statement::Step::Failed:
            return m_all.lastError().toError();
        }
    }
}

Result<bool> SpanStore::hasMoreThan(ExecutionRow runRow, int count)
{
    auto found = first(m_more.bind(1, runRow.value).bind(2, count));
    if (!found)
        return found.error();
    return found->has_value();
}

Result<> SpanStore::markStale(ExecutionRow runRow, TimeNs dueAt)
{
    return run(m_markStale.bind(1, runRow.value).bind(2, dueAt));
}

Result<> SpanStore::markFresh(ExecutionRow runRow)
{
    return run(m_markFresh.bind(1, runRow.value));
}

Result<> SpanStore::postpone(ExecutionRow runRow, TimeNs dueAt)
{
    return run(m_postpone.bind(1, runRow.value).bind(2, dueAt));
}

Result<std::optional<ExecutionRow>> SpanStore::nextStale(TimeNs from, TimeNs to)
{
    auto row = first(m_nextStale.bind(1, from).bind(2, to));
    if (!row)
        return row.error();
    return *row ? std::optional(ExecutionRow{**row}) : std::nullopt;
}

Result<bool> SpanStore::isOfOtherVersion(qint64 version)
{
    const auto last = m_connection.integer(
        "SELECT coalesce((SELECT value FROM counters WHERE name = 'mapping_version'), 0)");
    if (!last)
        return last.error();
    return *last != version;
}

Result<> SpanStore::forgetVersion()
{
    return m_connection.execute("DELETE FROM counters WHERE name = 'mapping_version'");
}

Result<std::optional<ExecutionRow>> SpanStore::markSlice(ExecutionRow last, qint64 version)
{
    const auto end = m_connection.integer("SELECT coalesce(max(id), 0) FROM executions");
    if (!end)
        return end.error();
    if (last.value >= *end) {
        const QByteArray sql = "INSERT OR REPLACE INTO counters VALUES('mapping_version', " +
                               QByteArray::number(static_cast<qlonglong>(version)) + ')';
        if (auto noted = m_connection.execute(sql.constData()); !noted)
            return noted.error();
        return std::optional<ExecutionRow>();
    }
    auto mark = m_connection.prepare("INSERT OR IGNORE INTO stale_traces SELECT id, ?3 FROM "
                                     "executions WHERE source = 'otlp' AND id > ?1 AND id <= ?2");
    if (!mark)
        return mark.error();
    const ExecutionRow upTo{last.value + kRunsMarkedPerSlice};
    mark->bind(1, last.value).bind(2, upTo.value).bind(3, kDueByVersion);
    if (auto marked = run(*mark); !marked)
        return marked.error();
    return std::optional(upTo);
}

Result<int> SpanStore::deleteSlice(ExecutionRow runRow, int limit)
{
    const StatementScope scope(m_deleteSlice);
    m_deleteSlice.bind(1, runRow.value).bind(2, limit);
    int deleted = 0;
    for (;;) {
        switch (m_deleteSlice.step()) {
        case Statement::Step::Row:
            ++deleted;
            break;
        case Statement::Step::Done:
            return deleted;
        case Statement::Step::Failed:
            return m_deleteSlice.lastError().toError();
        }
    }
}

} // namespace xray::store
