// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/store_writer.h"

#include "model/store/batch_committer.h"
#include "model/store/checkpointer.h"
#include "model/store/inbox.h"
#include "model/store/migrations.h"
#include "model/store/spooled_events.h"
#include "model/store/stale_traces.h"
#include "model/store/writer_lease.h"

#include <QLoggingCategory>

#include <algorithm>
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
constexpr DurationNs kHousekeeping = 100 * kNsPerMs; ///< maintenance has its turn, however busy
constexpr int kInboxSliceRows = 500;
/// Slices read before a batch is stored: more than can have come since the last look.
constexpr int kInboxSlicesFirst = 20;
constexpr DurationNs kTraceLook = 100 * kNsPerMs; ///< how often one looks for traces to map
/// How often the text index looks for work, and has a slice of time however busy the writer is;
/// how long it goes on when nobody waits.
constexpr DurationNs kTextTurn = kNsPerSecond;
constexpr auto kTextStint = 50ms;

/// How often a store that could not be written is tried again, and how long such a try waits for
/// another program's lock.
constexpr DurationNs kTroubleRetry = kNsPerSecond;
constexpr auto kBusyTimeoutInTrouble = 100ms;
/// More than a batch, so that the spool empties while submissions go on coming.
constexpr qint64 kSpoolSliceBytes = 2 * kMaxBatchBytes;

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

QString messageOf(const std::optional<Error> &error)
{
    return error ? error->message : QString();
}

Error earlierOnesWait()
{
    return {ErrorCode::Busy, QStringLiteral("Events that came before still wait for the store.")};
}

} // namespace

/// What lives on the writer's thread.
class StoreWriter::Loop
{
public:
    explicit Loop(StoreWriter &writer)
        : m_writer(writer)
        , m_options(writer.m_options)
        , m_mapping{writer.m_options.traceMapper, writer.m_options.mappingVersion}
        , m_lease(writer.m_options.path)
    {
    }

    Result<> open();
    void run();

private:
    void ensureRole(TimeNs now);
    Result<> becomeHolder();
    bool isHolder() const { return m_lease.state() == WriterLease::State::Held; }
    void loseLease();
    void write(std::vector<Submission> batch);
    std::vector<SubmissionResult> store(std::span<Submission> batch);
    void spoolUnstored(std::span<Submission> batch, std::span<SubmissionResult> results);
    void answer(Submission &submission, SubmissionResult result);
    void setTrouble(std::optional<Error> trouble);
    void tellTrouble();
    QString whereEventsWait() const;
    void noteFailure(const char *what, const Error &error);
    void recover(TimeNs now);
    void probe();
    bool replaySlice();
    void noteSpool();
    void maintain(TimeNs now);
    void foldLog();
    void foldInbox();
    bool foldInboxSlice();
    void indexText(TimeNs now);
    bool indexSlice();
    void sweep(TimeNs now);
    Result<> followMapping();
    void mapTraces(TimeNs now);
    void mapWaitingTraces();
    bool mapSlice(TimeNs now, StaleTraces::Look look);
    std::chrono::milliseconds rest() const;
    bool exists(const char *sql, std::int64_t parameter);
    void noteCommit(const BatchCommitter::Commit &commit);
    template<class Slice>
    bool runSlice(const char *what, Slice &&slice);

    StoreWriter &m_writer;
    const WriterOptions &m_options;
    Mapping m_mapping;
    bool m_isMappingSet = true; ///< m_staleTraces knows it
    WriterLease m_lease;
    std::unique_ptr<SqliteConnection> m_connection;
    std::unique_ptr<BatchCommitter> m_committer;
    std::unique_ptr<StaleTraces> m_staleTraces; ///< null without a mapper
    bool m_tracesWait = false;                  ///< there may be more to map at once
    Every m_traceLook{kTraceLook};
    std::unique_ptr<Checkpointer> m_checkpointer;
    std::unique_ptr<Inbox> m_inbox;
    std::unique_ptr<Spool> m_spool;
    std::optional<Error> m_trouble; ///< what keeps us from the store
    QString m_spoolTrouble;         ///< and from the spool
    Every m_leaseRetry{kLeaseRetry};
    Every m_sweep{kSweep};
    Every m_housekeeping{kHousekeeping};
    std::unique_ptr<TextIndexer> m_textIndexer;
    Every m_textTurn{kTextTurn};
    bool m_textWaits = false; ///< there is more to index
    Every m_troubleRetry{kTroubleRetry};
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
    // Without a decoder nobody could read it back.
    m_spool = std::make_unique<Spool>(m_options.inboxDecoder ? m_options.spool : SpoolOptions(),
                                      m_options.path);
    noteSpool();
    ensureRole(m_options.clock());
    return Success{};
}

void StoreWriter::Loop::ensureRole(TimeNs now)
{
    if (!m_leaseRetry.isDue(now))
        return;
    if (m_lease.isStillOurs())
        return m_lease.showLife();
    loseLease();
    if (m_connection->isReadOnly()) {
        m_writer.setRole({WriterRole::Kind::ReadOnly, {}});
        return;
    }
    switch (m_lease.tryTake()) {
    case WriterLease::State::Held:
        if (auto ready = becomeHolder(); !ready) {
            noteFailure("taking over the store", ready.error());
            loseLease();
            return;
        }
        m_writer.setRole({WriterRole::Kind::Holder, {}});
        return;
    case WriterLease::State::HeldByOther:
        m_writer.setRole({WriterRole::Kind::Waiting, m_lease.holder(), m_lease.isHolderSilent()});
        return;
    case WriterLease::State::Impossible:
        m_writer.setRole({WriterRole::Kind::ReadOnly, {}});
        return;
    }
}

Result<> StoreWriter::Loop::becomeHolder()
{
    auto committer = BatchCommitter::create(*m_connection, m_mapping.mapper);
    if (!committer)
        return committer.error();
    m_committer = std::move(*committer);
    if (m_mapping.mapper) {
        m_staleTraces = std::make_unique<StaleTraces>(m_options.path, *m_committer,
                                                      [this] { m_writer.m_queue.wake(); });
        if (auto set = m_staleTraces->setMapping(m_mapping.mapper, m_mapping.version); !set)
            return set;
        m_isMappingSet = true;
    }
    auto indexer = TextIndexer::create(*m_connection, m_options.textIndexing,
                                       [this] { m_writer.m_queue.wake(); });
    if (!indexer)
        return indexer.error();
    m_textIndexer = std::move(*indexer);
    m_checkpointer = std::make_unique<Checkpointer>(*m_connection, m_options.synchronous);
    m_spool->adoptOrphans();
    noteSpool();
    return Success{};
}

void StoreWriter::Loop::loseLease()
{
    m_checkpointer.reset();
    m_textIndexer.reset();
    m_staleTraces.reset();
    m_committer.reset();
    m_lease.giveUp();
}

void StoreWriter::Loop::run()
{
    for (;;) {
        auto batch = m_writer.m_queue.take(kMaxBatchEvents, kMaxBatchBytes, rest());
        const TimeNs now = m_options.clock();
        ensureRole(now);
        const bool isBusy = !batch.empty();
        if (isBusy)
            write(std::move(batch));
        mapTraces(now);
        if (isBusy && !m_housekeeping.isDue(now))
            continue;
        if (!isBusy && m_writer.m_queue.isClosed() && m_writer.m_queue.isEmpty())
            break;
        maintain(now);
    }
    mapWaitingTraces();
    foldLog();
}

/// How long to wait for submissions.
std::chrono::milliseconds StoreWriter::Loop::rest() const
{
    const bool hasWork =
        m_textWaits || m_tracesWait || (m_staleTraces && !m_trouble && m_staleTraces->hasWork());
    return hasWork ? 0ms : kTick;
}

/// At the end: what is in the write-ahead log goes into the file, as far as nobody reads the log,
/// so that the file alone is the store. The last to close may be a reader, who cannot do it.
void StoreWriter::Loop::foldLog()
{
    m_checkpointer.reset();
    m_textIndexer.reset(); // which may read
    m_staleTraces.reset(); // likewise
    if (!isHolder() || m_trouble)
        return;
    m_connection->setBusyTimeout(0ms);
    // When it fails, file and log together are the store, as after a kill.
    [[maybe_unused]] const auto folded = m_connection->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

void StoreWriter::Loop::answer(Submission &submission, SubmissionResult result)
{
    auto &counters = m_writer.m_counters;
    if (result.storedIn == StoredIn::Spool)
        counters.spooled += static_cast<qint64>(result.outcomes.size());
    for (std::size_t i = 0; result.storedIn == StoredIn::Store && i < result.outcomes.size(); ++i) {
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
    m_checkpointer->keepUp();
}

void StoreWriter::Loop::write(std::vector<Submission> batch)
{
    recover(m_options.clock());
    std::vector<SubmissionResult> results;
    if (m_spool->hasWaiting()) // what came before goes first
        results.assign(batch.size(), {m_trouble.value_or(earlierOnesWait()), {}});
    else
        results = store(batch);
    spoolUnstored(batch, results);
    for (std::size_t i = 0; i < batch.size(); ++i)
        answer(batch[i], std::move(results[i]));
}

/// Through the door our role has: into the tables, or into the inbox. Into the tables only behind
/// what waits in the inbox, which was acknowledged before: these may be the steps of a run there.
std::vector<SubmissionResult> StoreWriter::Loop::store(std::span<Submission> batch)
{
    std::vector<SubmissionResult> results;
    if (isHolder()) {
        for (int slice = 0; slice < kInboxSlicesFirst && foldInboxSlice(); ++slice) {
        }
        noteCommit(m_committer->commit(batch, m_options.clock(), results));
    } else {
        results = m_inbox->put(batch, m_options.clock());
    }
    setTrouble(troubleIn(results));
    return results;
}

void StoreWriter::Loop::spoolUnstored(std::span<Submission> batch,
                                      std::span<SubmissionResult> results)
{
    std::vector<std::size_t> unstored;
    std::vector<SpoolRecord> records;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (results[i].status || !isTrouble(results[i].status.error().code))
            continue;
        unstored.push_back(i);
        records.push_back(toRecord(batch[i], m_options.clock()));
    }
    if (unstored.empty())
        return;
    const auto spooled = m_spool->append(records);
    for (const std::size_t i : unstored) {
        if (spooled)
            results[i] = spooledResult(batch[i]);
        else
            results[i].status.error().message += QLatin1Char(' ') + spooled.error().message;
    }
    noteSpool();
    m_spoolTrouble = spooled ? QString() : spooled.error().message;
    tellTrouble();
}

template<class Slice>
bool StoreWriter::Loop::runSlice(const char *what, Slice &&slice)
{
    auto done = m_committer->inTransaction(std::forward<Slice>(slice));
    if (!done) {
        noteFailure(what, done.error());
        return false;
    }
    noteCommit(done->commit);
    return done->worked;
}

void StoreWriter::Loop::maintain(TimeNs now)
{
    recover(now);
    m_textWaits = m_textWaits && isHolder() && !m_trouble;
    if (!isHolder() || m_trouble)
        return;
    foldInbox();
    indexText(now);
    if (m_sweep.isDue(now))
        sweep(now);
    if (auto pruned = m_committer->pruneFeed(); !pruned)
        noteFailure("pruning the change feed", pruned.error());
    if (auto freed = m_committer->giveBackSpace(); !freed)
        noteFailure("giving back space", freed.error());
}

// ---- a store that cannot be written --------------------------------------------------------

void StoreWriter::Loop::setTrouble(std::optional<Error> trouble)
{
    if (messageOf(m_trouble) == messageOf(trouble))
        return;
    m_trouble = std::move(trouble);
    m_connection->setBusyTimeout(m_trouble ? kBusyTimeoutInTrouble : kBusyTimeout);
    m_spoolTrouble.clear();
    tellTrouble();
}

/// What happened, what to do, and where events wait.
void StoreWriter::Loop::tellTrouble()
{
    std::optional<Error> told = m_trouble;
    if (told)
        told->message += QLatin1Char(' ') + whereEventsWait();
    m_writer.setTrouble(std::move(told));
}

QString StoreWriter::Loop::whereEventsWait() const
{
    if (!m_spool->isOn())
        return QStringLiteral("Senders are told to come back.");
    if (m_spoolTrouble.isEmpty())
        return QStringLiteral("Events that arrive wait in the spool %1.").arg(m_spool->folder());
    return m_spoolTrouble + QStringLiteral(" Senders are told to come back.");
}

/// Of something nobody waits for.
void StoreWriter::Loop::noteFailure(const char *what, const Error &error)
{
    if (isTrouble(error.code))
        setTrouble(error);
    else
        qCWarning(lcWriter).noquote() << what << "failed:" << error.message;
}

/// Stores what waits in the spool: one slice, or all of it when nobody else waits. A store in
/// trouble is tried now and then only.
void StoreWriter::Loop::recover(TimeNs now)
{
    if (m_trouble && !m_troubleRetry.isDue(now))
        return;
    if (!m_spool->hasWaiting()) {
        if (m_trouble)
            probe();
        return;
    }
    while (replaySlice() && m_spool->hasWaiting() && m_writer.m_queue.isEmpty()) {
    }
}

/// Writes something that changes nothing, to see whether it could be.
void StoreWriter::Loop::probe()
{
    const auto tryWriting = [this]() -> Result<> {
        WriteTransaction transaction(*m_connection);
        if (auto begun = transaction.begin(); !begun)
            return begun;
        if (auto done = m_connection->execute("UPDATE counters SET value = value"); !done)
            return done;
        return transaction.commit();
    };
    const auto written = tryWriting();
    setTrouble(written ? std::nullopt : std::optional(written.error()));
}

/// Whether the store took it.
bool StoreWriter::Loop::replaySlice()
{
    auto records = m_spool->next(kSpoolSliceBytes);
    if (!records) {
        setTrouble(records.error());
        return false;
    }
    Respooled respooled = fromRecords(*records, m_options.inboxDecoder);
    const auto results = store(respooled.submissions);
    if (m_trouble)
        return false; // all of it again later: repeating changes nothing
    if (auto kept = m_spool->keepRefused(refusedOf(respooled, results)); !kept) {
        setTrouble(kept.error());
        return false;
    }
    m_spool->advance();
    noteSpool();
    for (std::size_t i = 0; i < results.size(); ++i)
        answer(respooled.submissions[i], results[i]);
    return true;
}

void StoreWriter::Loop::noteSpool()
{
    m_writer.m_counters.spoolWaitingBytes = m_spool->waitingBytes();
    m_writer.m_counters.spoolRefused = m_spool->refusedEvents();
}

// ---- maintenance ---------------------------------------------------------------------------

/// What depends on the time: runs that went quiet, and deleted ones whose grace is over.
void StoreWriter::Loop::sweep(TimeNs now)
{
    m_spool->adoptOrphans();
    const TimeNs quietSince = now - m_options.incompleteAfter;
    if (exists("SELECT 1 FROM executions WHERE status = 'running' AND last_event_at < ?1",
               quietSince))
        runSlice("marking incomplete runs",
                 [&](EventApplier &applier) { return applier.markIncomplete(quietSince); });
    while (m_writer.m_queue.isEmpty() && exists("SELECT 1 FROM loose_zones WHERE ?1", 1)) {
        if (!runSlice("tightening metric zones",
                      [this](EventApplier &) { return StepNotes::tightenZones(*m_connection); }))
            break;
    }
    const char *due = "SELECT 1 FROM executions WHERE purge_at IS NOT NULL AND purge_at <= ?1";
    while (m_writer.m_queue.isEmpty() && exists(due, now)) {
        if (!runSlice("removing deleted runs",
                      [&](EventApplier &applier) { return applier.purgeSlice(now); }))
            return;
    }
}

/// A slice each turn, however busy the writer is.
void StoreWriter::Loop::mapTraces(TimeNs now)
{
    if (auto followed = followMapping(); !followed)
        noteFailure("following other rules", followed.error());
    const bool mayWork = isHolder() && m_staleTraces && !m_trouble;
    const bool isDue = m_traceLook.isDue(now);
    const bool isWorkKnown = mayWork && (m_tracesWait || m_staleTraces->hasWork());
    m_tracesWait = (isWorkKnown || (mayWork && isDue)) && mapSlice(now, StaleTraces::Look::Due);
}

/// Whether there may be more to do at once.
bool StoreWriter::Loop::mapSlice(TimeNs now, StaleTraces::Look look)
{
    auto slice = m_staleTraces->work(now, look);
    if (!slice) {
        noteFailure("mapping a trace", slice.error());
        return false;
    }
    if (slice->commit.transactions > 0)
        noteCommit(slice->commit);
    return slice->worked;
}

/// At the end, of a program that is to leave its store as it should be.
void StoreWriter::Loop::mapWaitingTraces()
{
    if (m_options.atClose != AtClose::MapTraces || !isHolder() || !m_staleTraces)
        return;
    do {
        m_staleTraces->wait();
    } while (!m_trouble && mapSlice(m_options.clock(), StaleTraces::Look::Waiting));
}

Result<> StoreWriter::Loop::followMapping()
{
    {
        const std::lock_guard lock(m_writer.m_stateMutex);
        if (auto mapping = std::exchange(m_writer.m_newMapping, {})) {
            m_mapping = *std::move(mapping);
            m_isMappingSet = false;
        }
    }
    if (m_isMappingSet || !m_staleTraces || m_trouble)
        return Success{};
    auto set = m_staleTraces->setMapping(m_mapping.mapper, m_mapping.version);
    m_isMappingSet = set || !isTrouble(set.error().code); // in trouble: again when it is over
    return set;
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
    while (foldInboxSlice() && m_writer.m_queue.isEmpty()) {
    }
}

/// Whether there may be more.
bool StoreWriter::Loop::foldInboxSlice()
{
    if (!m_options.inboxDecoder || !m_inbox->mayHaveNews())
        return false;
    const TimeNs now = m_options.clock();
    return runSlice("reading the inbox", [&](EventApplier &applier) {
        return m_inbox->fold(applier, m_options.inboxDecoder, now, kInboxSliceRows);
    });
}

/// While nobody waits, in stints that leave the rest of the maintenance its turn; else a slice now
/// and then.
void StoreWriter::Loop::indexText(TimeNs now)
{
    const bool isDue = m_textTurn.isDue(now);
    m_textWaits = m_textWaits || m_textIndexer->hasGathered();
    if (!isDue && (!m_textWaits || !m_writer.m_queue.isEmpty()))
        return;
    const auto end = std::chrono::steady_clock::now() + kTextStint;
    do {
        m_textWaits = indexSlice();
    } while (m_textWaits && m_writer.m_queue.isEmpty() && std::chrono::steady_clock::now() < end);
}

/// Whether there is more.
bool StoreWriter::Loop::indexSlice()
{
    const auto slice = m_textIndexer->next();
    if (slice && *slice == TextIndexer::Slice::Idle)
        return false;
    if (!slice)
        noteFailure("reading for the text index", slice.error());
    const bool worked = slice && runSlice("indexing text", [this](EventApplier &) -> Result<bool> {
                            const auto written = m_textIndexer->writeSlice();
                            return written ? Result<bool>(true) : Result<bool>(written.error());
                        });
    if (!worked)
        m_textIndexer->reset();
    return worked;
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
    stats.spooled = m_counters.spooled;
    stats.spoolWaitingBytes = m_counters.spoolWaitingBytes;
    stats.spoolRefused = m_counters.spoolRefused;
    const std::lock_guard lock(m_stateMutex);
    stats.trouble = m_trouble;
    return stats;
}

WriterRole StoreWriter::role() const
{
    const std::lock_guard lock(m_stateMutex);
    return m_role;
}

void StoreWriter::setRole(WriterRole role)
{
    {
        const std::lock_guard lock(m_stateMutex);
        if (m_role == role)
            return;
        m_role = role;
    }
    if (m_options.roleChanged)
        m_options.roleChanged(role);
}

void StoreWriter::setTrouble(std::optional<Error> trouble)
{
    {
        const std::lock_guard lock(m_stateMutex);
        if (messageOf(m_trouble) == messageOf(trouble))
            return;
        m_trouble = trouble;
    }
    if (m_options.troubleChanged)
        m_options.troubleChanged(trouble);
}

void StoreWriter::setMapping(std::shared_ptr<const TraceMapper> mapper, qint64 version)
{
    {
        const std::lock_guard lock(m_stateMutex);
        m_newMapping = {std::move(mapper), version};
    }
    m_queue.wake();
}

void StoreWriter::wake()
{
    m_queue.wake();
}

} // namespace xray::store
