// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/inbox.h"

#include "model/store/event_json.h"

#include <algorithm>

namespace xray::store {

Result<std::unique_ptr<Inbox>> Inbox::create(SqliteConnection &connection)
{
    std::unique_ptr<Inbox> inbox(new Inbox(connection));
    const std::pair<Statement *, const char *> statements[] = {
        {&inbox->m_insert, "INSERT INTO inbox(body, received_at) VALUES(?1, ?2)"},
        {&inbox->m_waiting, "SELECT id, body, received_at FROM inbox WHERE error IS NULL "
                            "ORDER BY id LIMIT ?1"},
        {&inbox->m_remove, "DELETE FROM inbox WHERE id = ?1"},
        {&inbox->m_refuse, "UPDATE inbox SET error = ?2 WHERE id = ?1"},
        {&inbox->m_dataVersion, "PRAGMA data_version"},
    };
    for (const auto &[statement, sql] : statements) {
        auto prepared = connection.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    return inbox;
}

Result<> Inbox::putOne(Submission &submission, SubmissionResult &result, TimeNs now)
{
    for (Event &event : submission.events) {
        result.outcomes.emplace_back(ensureId(event));
        const QByteArray body = eventToJson(event);
        m_insert.bindText(1, body).bind(2, submission.receivedAt.value_or(now));
        if (!m_insert.run())
            return m_insert.lastError().toError();
    }
    return Success{};
}

std::vector<SubmissionResult> Inbox::put(std::span<Submission> batch, TimeNs now)
{
    std::vector<SubmissionResult> results(batch.size());
    const auto putAll = [&]() -> Result<> {
        WriteTransaction transaction(m_connection);
        if (auto begun = transaction.begin(); !begun)
            return begun;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (auto put = putOne(batch[i], results[i], now); !put)
                return put;
        }
        return transaction.commit();
    };
    if (auto done = putAll(); !done) {
        for (SubmissionResult &result : results)
            result = {done.error(), {}};
    }
    return results;
}

bool Inbox::mayHaveNews()
{
    const StatementScope versionScope(m_dataVersion);
    if (m_dataVersion.step() != Statement::Step::Row)
        return false;
    const std::int64_t version = m_dataVersion.integer(0);
    if (version == m_emptyAtVersion)
        return false;
    const StatementScope waitingScope(m_waiting);
    if (m_waiting.bind(1, 1).step() == Statement::Step::Row)
        return true;
    m_emptyAtVersion = version;
    return false;
}

Result<> Inbox::settleRow(std::int64_t row, const EventOutcome &outcome)
{
    Statement &statement = outcome ? m_remove : m_refuse;
    statement.bind(1, row);
    const QByteArray why = outcome ? QByteArray() : outcome.error().message.toUtf8();
    if (!outcome)
        statement.bindText(2, why);
    if (!statement.run())
        return statement.lastError().toError();
    return Success{};
}

Result<bool> Inbox::fold(EventApplier &applier, const InboxDecoder &decode, TimeNs now, int limit)
{
    struct Row
    {
        std::int64_t id = 0;
        QByteArray body;
        TimeNs receivedAt = 0;
    };
    std::vector<Row> rows;
    {
        const StatementScope scope(m_waiting);
        m_waiting.bind(1, limit);
        while (m_waiting.step() == Statement::Step::Row)
            rows.push_back({m_waiting.integer(0), m_waiting.utf8(1),
                            std::min<TimeNs>(m_waiting.maybeInteger(2).value_or(now), now)});
    }
    for (const Row &row : rows) {
        auto event = decode(row.body);
        EventOutcome outcome =
            event ? applier.apply(*event, row.receivedAt) : EventOutcome(event.error());
        if (!outcome && !isRefusal(outcome.error().code))
            return outcome.error();
        if (auto settled = settleRow(row.id, outcome); !settled)
            return settled.error();
    }
    return !rows.empty();
}

} // namespace xray::store
