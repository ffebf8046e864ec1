// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/store_writer.h"

#include "model/store/batch_committer.h"
#include "model/store/inbox.h"
#include "model/store/migrations.h"
#include "model/store/writer_lease.h"

#include <QLoggingCategory>

#include <future>

namespace xray::store {

Q_LOGGING_CATEGORY(lcWriter, "xray.store.writer")

namespace {

using namespace std::chrono_literals;

// A transaction ends when the queue is empty or one of these is reached.
constexpr qint64 kMaxBatchEvents = 1'000;
constexpr qint64 kMaxBatchBytes = 4LL * 1024 * 1024;

constexpr auto kTick = 100ms; ///< how long the writer sleeps when nothing happens
constexpr DurationNs kLeaseRetry = kNsPerSecond;
constexpr DurationNs kSweep = kNsPerSecond;
constexpr int kInboxSliceRows = 500;

/// True once every `period`.
class Every
{
public:
    explicit Every(DurationNs period)
        : m_period(period)
    {
    }
    bool isDue(TimeNs now)
    {
        if (now < m_next && m_next - now <= m_period) // the second: the clock was set back
            return false;
        m_next = now + m_period;
        return true;
    }

private:
    DurationNs m_period;
    TimeNs m_next = 0;
};

} // namespace

/// What lives on the writer's thread.
class StoreWriter::Loop
{
public:
    explicit Loop(StoreWriter &writer)
        : m_writer(writer)
        , m_options(writer.m_options)
        , m_lease(writer.m_options.path)
    {
    }

    Result<> open();
    void run();

private:
    void ensureRole(TimeNs now);
    Result<> becomeHolder();
    void write(std::vector<Submission> batch);
    void answer(Submission &submission, SubmissionResult result);
    void maintain(TimeNs now);
    void foldInbox();
    void sweep(TimeNs now);
    bool exists(const char *sql, std::int64_t parameter);
    void noteCommit(const BatchCommitter::Commit &commit);
    template<class Slice>
    bool runSlice(const char *what, Slice &&slice);

    StoreWriter &m_writer;
    const WriterOptions &m_options;
    WriterLease m_lease;
    std::unique_ptr<SqliteConnection> m_connection;
    std::unique_ptr<BatchCommitter> m_committer;
    std::unique_ptr<Inbox> m_inbox;
    Every m_leaseRetry{kLeaseRetry};
    Every m_sweep{kSweep};
};

Result<> StoreWriter::Loop::open()
{
    auto connection =
        SqliteConnection::open(m_options.path, Access::ReadWrite, m_options.synchronous);
    if (!connection)
        return connection.error();
    m_connection = std::move(*connection);
    if (auto migrated = migrate(*m_connection); !migrated)
        return migrated;
    auto inbox = Inbox::create(*m_connection);
    if (!inbox)
        return inbox.error();
    m_inbox = std::move(*inbox);
    ensureRole(m_options.clock());
    return Success{};
}

void StoreWriter::Loop::ensureRole(TimeNs now)
{
    if (m_lease.state() == WriterLease::State::Held || !m_leaseRetry.isDue(now))
        return;
    switch (m_lease.tryTake()) {
    case WriterLease::State::Held:
        if (auto ready = becomeHolder(); !ready) {
            qCWarning(lcWriter) << "cannot take over the store:" << ready.error().message;
            m_lease.giveUp();
            return;
        }
        m_writer.setRole({WriterRole::Kind::Holder, {}});
        return;
    case WriterLease::State::HeldByOther:
        m_writer.setRole({WriterRole::Kind::Waiting, m_lease.holder()});
        return;
    case WriterLease::State::Impossible:
        m_writer.setRole({WriterRole::Kind::ReadOnly, {}});
        return;
    }
}

Result<> StoreWriter::Loop::becomeHolder()
{
    auto committer = BatchCommitter::create(*m_connection);
    if (!committer)
        return committer.error();
    m_committer = std::move(*committer);
    return Success{};
}

void StoreWriter::Loop::run()
{
    for (;;) {
        auto batch = m_writer.m_queue.take(kMaxBatchEvents, kMaxBatchBytes, kTick);
        const TimeNs now = m_options.clock();
        ensureRole(now);
        if (!batch.empty()) {
            write(std::move(batch));
            continue;
        }
        if (m_writer.m_queue.isClosed() && m_writer.m_queue.isEmpty())
            return;
        maintain(now);
    }
}

void StoreWriter::Loop::answer(Submission &submission, SubmissionResult result)
{
    auto &counters = m_writer.m_counters;
    for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
        const bool ok = result.outcomes[i].ok();
        (ok ? counters.accepted : counters.rejected) += 1;
        if (ok && std::holds_alternative<StepEvent>(submission.events[i]))
            counters.acceptedSteps += 1;
    }
    if (submission.done)
        submission.done(std::move(result));
}

void StoreWriter::Loop::noteCommit(const BatchCommitter::Commit &commit)
{
    m_writer.m_counters.failedBatches += commit.failedTransactions;
    m_writer.m_counters.committed += commit.transactions;
    if (commit.changedSomething && m_options.committed)
        m_options.committed(m_committer->revision());
}

void StoreWriter::Loop::write(std::vector<Submission> batch)
{
    std::vector<SubmissionResult> results;
    if (m_lease.state() == WriterLease::State::Held) {
        const auto commit = m_committer->commit(batch, m_options.clock(), results);
        noteCommit(commit);
    } else {
        results = m_inbox->put(batch, m_options.clock());
    }
    for (std::size_t i = 0; i < batch.size(); ++i)
        answer(batch[i], std::move(results[i]));
}

template<class Slice>
bool StoreWriter::Loop::runSlice(const char *what, Slice &&slice)
{
    auto done = m_committer->inTransaction(std::forward<Slice>(slice));
    if (!done) {
        qCWarning(lcWriter) << what << "failed:" << done.error().message;
        return false;
    }
    noteCommit(done->commit);
    return done->worked;
}

void StoreWriter::Loop::maintain(TimeNs now)
{
    if (m_lease.state() != WriterLease::State::Held)
        return;
    foldInbox();
    if (m_sweep.isDue(now))
        sweep(now);
    if (auto pruned = m_committer->pruneFeed(); !pruned)
        qCWarning(lcWriter) << "pruning the change feed failed:" << pruned.error().message;
    if (auto freed = m_committer->giveBackSpace(); !freed)
        qCWarning(lcWriter) << "giving back space failed:" << freed.error().message;
}

/// What depends on the time: runs that went quiet, and deleted ones whose grace is over.
void StoreWriter::Loop::sweep(TimeNs now)
{
    const TimeNs quietSince = now - m_options.incompleteAfter;
    if (exists("SELECT 1 FROM executions WHERE status = 'running' AND last_event_at < ?1",
               quietSince))
        runSlice("marking incomplete runs",
                 [&](EventApplier &applier) { return applier.markIncomplete(quietSince); });
    const char *due = "SELECT 1 FROM executions WHERE purge_at IS NOT NULL AND purge_at <= ?1";
    while (m_writer.m_queue.isEmpty() && exists(due, now)) {
        if (!runSlice("removing deleted runs",
                      [&](EventApplier &applier) { return applier.purgeSlice(now); }))
            return;
    }
}

/// Whether the query finds a row; looked at before a transaction is begun for it.
bool StoreWriter::Loop::exists(const char *sql, std::int64_t parameter)
{
    auto statement = m_connection->prepare(sql);
    if (!statement)
        return false;
    return statement->bind(1, parameter).step() == Statement::Step::Row;
}

void StoreWriter::Loop::foldInbox()
{
    if (!m_options.inboxDecoder)
        return;
    const TimeNs now = m_options.clock();
    while (m_writer.m_queue.isEmpty() && m_inbox->mayHaveNews()) {
        const bool worked = runSlice("reading the inbox", [&](EventApplier &applier) {
            return m_inbox->fold(applier, m_options.inboxDecoder, now, kInboxSliceRows);
        });
        if (!worked)
            return;
    }
}

// ---- StoreWriter ---------------------------------------------------------------------------

StoreWriter::StoreWriter(WriterOptions options)
    : m_options(std::move(options))
    , m_queue(m_options.queue)
{
}

Result<std::unique_ptr<StoreWriter>> StoreWriter::start(WriterOptions options)
{
    std::unique_ptr<StoreWriter> writer(new StoreWriter(std::move(options)));
    std::promise<Result<>> opened;
    auto whenOpened = opened.get_future();
    writer->m_thread = std::thread([self = writer.get(), &opened] {
        Loop loop(*self);
        auto ok = loop.open();
        const bool running = ok.ok();
        opened.set_value(std::move(ok));
        if (running)
            loop.run();
    });
    if (auto ok = whenOpened.get(); !ok)
        return ok.error();
    return writer;
}

StoreWriter::~StoreWriter()
{
    m_queue.close();
    if (m_thread.joinable())
        m_thread.join();
}

Result<> StoreWriter::submit(Submission submission)
{
    if (role().kind == WriterRole::Kind::ReadOnly)
        return Error{
            ErrorCode::Unavailable,
            QStringLiteral("The store %1 cannot be written from here. Check the permissions "
                           "of its file and folder.")
                .arg(m_options.path)};
    return m_queue.push(std::move(submission));
}

SinkStats StoreWriter::stats() const
{
    SinkStats stats;
    stats.accepted = m_counters.accepted;
    stats.rejected = m_counters.rejected;
    stats.acceptedSteps = m_counters.acceptedSteps;
    stats.committed = m_counters.committed;
    stats.failedBatches = m_counters.failedBatches;
    stats.queuedEvents = m_queue.queuedEvents();
    stats.queuedBytes = m_queue.queuedBytes();
    return stats;
}

WriterRole StoreWriter::role() const
{
    const std::lock_guard lock(m_roleMutex);
    return m_role;
}

void StoreWriter::setRole(WriterRole role)
{
    {
        const std::lock_guard lock(m_roleMutex);
        if (m_role == role)
            return;
        m_role = role;
    }
    if (m_options.roleChanged)
        m_options.roleChanged(role);
}

void StoreWriter::wake()
{
    m_queue.wake();
}

} // namespace xray::store
