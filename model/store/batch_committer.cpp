// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/batch_committer.h"

#include <algorithm>

namespace xray::store {

namespace {

/// Entries of the change feed that stay: half a minute of the heaviest traffic, hours of ordinary.
constexpr std::int64_t kFeedEntriesKept = 200'000;
constexpr int kCommitsBetweenPrunes = 256;
/// Free pages (of 8 KiB) that are left for reuse, and how many go in one slice.
constexpr std::int64_t kFreePagesKept = 1024;
constexpr int kFreePagesPerSlice = 500;

} // namespace

Result<std::unique_ptr<BatchCommitter>>
BatchCommitter::create(SqliteConnection &connection, std::shared_ptr<const TraceMapper> mapper)
{
    auto records = RecordStore::create(connection);
    if (!records)
        return records.error();
    auto traces = TraceKeeper::create(connection, **records, std::move(mapper));
    if (!traces)
        return traces.error();
    std::unique_ptr<BatchCommitter> committer(
        new BatchCommitter(connection, std::move(*records), std::move(*traces)));
    auto latest = connection.prepare("SELECT coalesce(max(rev), 0) FROM changes");
    if (!latest)
        return latest.error();
    committer->m_latest = std::move(*latest);
    auto revision = committer->latestRevision();
    if (!revision)
        return revision.error();
    committer->m_revision = *revision;
    return committer;
}

/// One transaction around `work`. Whether it changed anything; after an Error nothing is stored.
Result<bool> BatchCommitter::tryCommit(const std::function<Result<>()> &work)
{
    const auto attempt = [&]() -> Result<bool> {
        WriteTransaction transaction(m_connection);
        if (auto begun = transaction.begin(); !begun)
            return begun.error();
        if (auto caughtUp = catchUp(); !caughtUp)
            return caughtUp.error();
        if (auto worked = work(); !worked)
            return worked.error();
        auto noted = m_applier.flush(m_revision + 1);
        if (!noted)
            return noted.error();
        if (auto committed = transaction.commit(); !committed)
            return committed.error();
        return *noted;
    };
    auto done = attempt();
    if (done)
        m_revision += *done ? 1 : 0;
    else
        m_knowsTooMuch = true;
    return done;
}

/// Has memory say what the store says where it may not: after a transaction that was undone, and
/// after commits of another holder, which a removed lock file makes possible for a moment. Done at
/// the beginning of a transaction, because a store in trouble can often not be read either.
Result<> BatchCommitter::catchUp()
{
    const auto latest = latestRevision();
    if (!latest)
        return latest.error();
    if (*latest <= m_revision && !m_knowsTooMuch)
        return Success{};
    if (*latest > m_revision)
        m_traces->spoilAny();
    auto forgot = m_applier.forget();
    m_knowsTooMuch = !forgot;
    m_revision = std::max(m_revision, *latest);
    return forgot;
}

Result<Revision> BatchCommitter::latestRevision()
{
    const StatementScope scope(m_latest);
    if (m_latest.step() != Statement::Step::Row)
        return m_connection.lastError().toError();
    return m_latest.integer(0);
}

BatchCommitter::Commit BatchCommitter::commit(std::span<Submission> batch, TimeNs now,
                                              std::vector<SubmissionResult> &results)
{
    results.clear();
    results.resize(batch.size());
    Commit commit;
    commitOrHalve(batch, results, now, commit);
    m_commitsSincePrune += commit.transactions;
    return commit;
}

void BatchCommitter::commitOrHalve(std::span<Submission> batch, std::span<SubmissionResult> results,
                                   TimeNs now, Commit &commit)
{
    auto changed = tryCommit([&]() -> Result<> {
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (auto applied = applySubmission(batch[i], results[i], now); !applied)
                return applied;
        }
        return Success{};
    });
    if (changed) {
        commit.transactions += 1;
        commit.changedSomething |= *changed;
        return;
    }
    commit.failedTransactions += 1;
    // Internal means that one row was at fault; anything else would meet every half the same.
    const bool oneIsAtFault = changed.error().code == ErrorCode::Internal;
    if (!oneIsAtFault || (batch.size() == 1 && batch[0].events.size() == 1) ||
        (batch.size() == 1 && batch[0].atomicity == Atomicity::AllOrNothing)) {
        for (SubmissionResult &result : results)
            result = {changed.error(), {}};
        return;
    }
    if (batch.size() == 1) {
        commitEventByEvent(batch[0], results[0], now, commit);
        return;
    }
    const std::size_t half = batch.size() / 2;
    commitOrHalve(batch.first(half), results.first(half), now, commit);
    commitOrHalve(batch.subspan(half), results.subspan(half), now, commit);
}

void BatchCommitter::commitEventByEvent(Submission &submission, SubmissionResult &result,
                                        TimeNs now, Commit &commit)
{
    result = {};
    for (Event &event : submission.events) {
        EventOutcome outcome = Error{};
        auto changed = tryCommit([&]() -> Result<> {
            outcome = m_applier.apply(event, submission.receivedAt.value_or(now));
            if (!outcome && !isRefusal(outcome.error().code))
                return outcome.error();
            return Success{};
        });
        if (changed) {
            commit.transactions += 1;
            commit.changedSomething |= *changed;
        } else {
            commit.failedTransactions += 1;
            outcome = changed.error();
        }
        result.outcomes.push_back(std::move(outcome));
    }
}

Result<> BatchCommitter::applySubmission(Submission &submission, SubmissionResult &result,
                                         TimeNs now)
{
    result = {};
    result.outcomes.reserve(submission.events.size());
    if (submission.atomicity == Atomicity::AllOrNothing && submission.events.size() > 1)
        return applyAllOrNothing(submission, result, now);
    return applyEach(submission, result, now);
}

Result<> BatchCommitter::applyEach(Submission &submission, SubmissionResult &result, TimeNs now)
{
    for (Event &event : submission.events) {
        EventOutcome outcome = m_applier.apply(event, submission.receivedAt.value_or(now));
        if (!outcome && !isRefusal(outcome.error().code))
            return outcome.error();
        result.outcomes.push_back(std::move(outcome));
    }
    return Success{};
}

Result<> BatchCommitter::applyAllOrNothing(Submission &submission, SubmissionResult &result,
                                           TimeNs now)
{
    auto mark = m_applier.mark();
    if (!mark)
        return mark.error();
    if (auto saved = m_connection.execute("SAVEPOINT submission"); !saved)
        return saved;
    for (std::size_t i = 0; i < submission.events.size(); ++i) {
        EventOutcome outcome =
            m_applier.apply(submission.events[i], submission.receivedAt.value_or(now));
        if (!outcome && !isRefusal(outcome.error().code))
            return outcome.error();
        if (!outcome) {
            outcome.error().line = static_cast<int>(i) + 1;
            result.outcomes.assign(submission.events.size(), outcome);
            if (auto undone = m_connection.execute("ROLLBACK TO submission; RELEASE submission");
                !undone)
                return undone;
            return m_applier.forget(std::move(*mark));
        }
        result.outcomes.push_back(std::move(outcome));
    }
    return m_connection.execute("RELEASE submission");
}

Result<BatchCommitter::Slice>
BatchCommitter::inTransaction(const std::function<Result<bool>(EventApplier &)> &work)
{
    Slice slice;
    auto changed = tryCommit([&]() -> Result<> {
        auto worked = work(m_applier);
        if (!worked)
            return worked.error();
        slice.worked = *worked;
        return Success{};
    });
    if (!changed)
        return changed.error();
    slice.commit = {1, 0, *changed};
    return slice;
}

Result<> BatchCommitter::pruneFeed()
{
    if (m_commitsSincePrune < kCommitsBetweenPrunes)
        return Success{};
    m_commitsSincePrune = 0;
    const QByteArray sql = "DELETE FROM changes WHERE rev < (SELECT rev FROM changes "
                           "ORDER BY rev DESC LIMIT 1 OFFSET " +
                           QByteArray::number(static_cast<qlonglong>(kFeedEntriesKept)) + ")";
    return m_connection.execute(sql.constData());
}

Result<> BatchCommitter::giveBackSpace()
{
    auto free = m_connection.integer("PRAGMA freelist_count");
    if (!free)
        return free.error();
    if (*free <= kFreePagesKept)
        return Success{};
    // Not through a QSqlQuery, which would stop after the first page.
    const QByteArray sql =
        "PRAGMA incremental_vacuum(" + QByteArray::number(kFreePagesPerSlice) + ')';
    return m_connection.execute(sql.constData());
}

} // namespace xray::store
