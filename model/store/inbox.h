// SPDX-License-Identifier: GPL-3.0-or-later
// The third door: the table `inbox`, one row an event in the words of POST /batch. Whoever does
// not hold the writer lease puts events there; the holder folds them in through the same admission
// and keeps what it refuses, with the reason. Owned by the writer, used on its thread.
#pragma once

#include "model/store/event_applier.h"
#include "model/store/store_writer.h"

#include <memory>
#include <span>

namespace xray::store {

class Inbox
{
public:
    [[nodiscard]] static Result<std::unique_ptr<Inbox>> create(SqliteConnection &connection);

    /// Durable when it returns. Outcomes hold the ids of the events; what admission thinks of them
    /// shows later.
    [[nodiscard]] std::vector<SubmissionResult> put(std::span<Submission> batch, TimeNs now);

    /// Whether rows wait. Costs next to nothing while no other process has committed.
    [[nodiscard]] bool mayHaveNews();

    /// Applies up to `limit` rows, inside the caller's transaction. Whether there were any.
    [[nodiscard]] Result<bool> fold(EventApplier &applier, const InboxDecoder &decode, TimeNs now,
                                    int limit);

private:
    explicit Inbox(SqliteConnection &connection)
        : m_connection(connection)
    {
    }

    Result<> putOne(Submission &submission, SubmissionResult &result, TimeNs now);
    Result<> settleRow(std::int64_t row, const EventOutcome &outcome);

    SqliteConnection &m_connection;
    Statement m_insert;
    Statement m_waiting;
    Statement m_remove;
    Statement m_refuse;
    Statement m_dataVersion;
    std::int64_t m_emptyAtVersion = -1; ///< of PRAGMA data_version when no row waited
};

} // namespace xray::store
