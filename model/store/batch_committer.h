// SPDX-License-Identifier: GPL-3.0-or-later
// Transactions: commits a batch of submissions as one, and when the database refuses it, halves it
// until the poisoned event stands alone, so that it harms no one else. Owned by the writer while
// it holds the lease, used on its thread.
#pragma once

#include "model/store/event_applier.h"

#include <functional>
#include <memory>
#include <span>

namespace xray::store {

class BatchCommitter
{
public:
    [[nodiscard]] static Result<std::unique_ptr<BatchCommitter>>
    create(SqliteConnection &connection, std::shared_ptr<const TraceMapper> mapper);

    struct Commit
    {
        int transactions = 0;
        int failedTransactions = 0;
        bool changedSomething = false;
    };
    /// Durable, or answered with why not, when it returns. One result per submission.
    Commit commit(std::span<Submission> batch, TimeNs now, std::vector<SubmissionResult> &results);

    struct Slice
    {
        bool worked = false; ///< what the slice returned: there may be more to do
        Commit commit;
    };
    [[nodiscard]] Result<Slice>
    inTransaction(const std::function<Result<bool>(EventApplier &)> &work);

    [[nodiscard]] TraceKeeper &traces() noexcept { return *m_traces; }

    /// Drops the oldest entries of the change feed beyond what is kept, now and then.
    [[nodiscard]] Result<> pruneFeed();
    /// Gives a slice of free pages back to the file system, if deletions left many.
    [[nodiscard]] Result<> giveBackSpace();

    [[nodiscard]] Revision revision() const noexcept { return m_revision; }

private:
    BatchCommitter(SqliteConnection &connection, std::unique_ptr<RecordStore> records,
                   std::unique_ptr<TraceKeeper> traces)
        : m_connection(connection)
        , m_records(std::move(records))
        , m_traces(std::move(traces))
        , m_applier(connection, *m_records, *m_traces)
    {
    }

    Result<bool> tryCommit(const std::function<Result<>()> &work);
    Result<> catchUp();
    Result<Revision> latestRevision();
    void commitOrHalve(std::span<Submission> batch, std::span<SubmissionResult> results, TimeNs now,
                       Commit &commit);
    void commitEventByEvent(Submission &submission, SubmissionResult &result, TimeNs now,
                            Commit &commit);
    Result<> applySubmission(Submission &submission, SubmissionResult &result, TimeNs now);
    Result<> applyEach(Submission &submission, SubmissionResult &result, TimeNs now);
    Result<> applyAllOrNothing(Submission &submission, SubmissionResult &result, TimeNs now);

    SqliteConnection &m_connection;
    std::unique_ptr<RecordStore> m_records;
    std::unique_ptr<TraceKeeper> m_traces;
    EventApplier m_applier;
    Statement m_latest; ///< asks for the newest revision in the feed
    Revision m_revision = 0;
    int m_commitsSincePrune = 0;
    bool m_knowsTooMuch = false; ///< a transaction was undone, what memory holds of it was not
};

} // namespace xray::store
