// SPDX-License-Identifier: GPL-3.0-or-later
// The one who writes: takes submissions from a bounded queue and commits them in groups, each with
// its entries in the change feed, on a thread of its own. While another process holds the writer
// lease, submissions go to the inbox instead, where the holder finds them. Everything else that
// writes (inbox, incomplete runs, purges, feed pruning) is done by the same thread, in slices,
// between submissions.
//
// While the store cannot be written (disk full, locked by another program, …) submissions go to the
// spool, and from there to the store, in order, once it can be written again. Only what the spool
// does not take either is refused.
#pragma once

#include "model/store/spool.h"
#include "model/store/sqlite_connection.h"
#include "model/store/submission_queue.h"
#include "model/store/text_index.h"

#include <model/core/ports.h>
#include <model/core/spans.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace xray::store {

inline constexpr DurationNs kDefaultIncompleteAfter = 10 * kNsPerMinute;

/// Whether this process writes to the store itself.
struct WriterRole
{
    enum class Kind {
        Holder,   ///< it has the writer lease
        Waiting,  ///< another process has it; our events go through the inbox
        ReadOnly, ///< the store cannot be written from here
    };
    Kind kind = Kind::Waiting;
    QString holder;              ///< who has the lease, when it is not us
    bool isHolderSilent = false; ///< it was stopped or hangs: no sign of life for some time

    friend bool operator==(const WriterRole &, const WriterRole &) = default;
};

/// What becomes at the end of large traces that are not mapped yet.
enum class AtClose {
    LeaveTraces, ///< the next to open the store maps them; for programs that are to end at once
    MapTraces,   ///< they are mapped first; for programs that end when their work is done
};

using InboxDecoder = std::function<Result<Event>(QByteArrayView)>;

struct WriterOptions
{
    QString path;
    Synchronous synchronous = Synchronous::Normal;
    QueueLimits queue;
    DurationNs incompleteAfter = kDefaultIncompleteAfter;
    InboxDecoder inboxDecoder; ///< reads one row of the inbox; without it the inbox stays as it is
    SpoolOptions spool = {};   ///< used with an inboxDecoder, which reads it back
    std::shared_ptr<const TraceMapper> traceMapper = {}; ///< without it spans are refused
    /// Of the mapper and its rules; another one than last time has every trace mapped again.
    qint64 mappingVersion = 0;
    AtClose atClose = AtClose::LeaveTraces;
    TextIndexing textIndexing = TextIndexing::Substrings;
    std::function<TimeNs()> clock = nowNs;

    /// Called on the writer's thread after each commit that changed something. Must not block.
    std::function<void(Revision)> committed = {};
    /// Called on the writer's thread when the role changes.
    std::function<void(const WriterRole &)> roleChanged = {};
    /// Called on the writer's thread when the store cannot be written, with what happened, what to
    /// do and where events wait meanwhile; and when it can be written again.
    std::function<void(const std::optional<Error> &)> troubleChanged = {};
};

class StoreWriter final : public EventSink
{
public:
    /// Opens the database, brings its schema up to date and starts the thread. Blocks for that
    /// long; not for the GUI thread.
    [[nodiscard]] static Result<std::unique_ptr<StoreWriter>> start(WriterOptions options);
    /// Refuses new submissions, writes what is queued, and joins the thread.
    ~StoreWriter() override;

    [[nodiscard]] Result<> submit(Submission submission) override;

    [[nodiscard]] SinkStats stats() const;
    [[nodiscard]] WriterRole role() const;
    /// From now on spans are mapped so, and stored traces mapped again in the background if this is
    /// another version. From any thread.
    void setMapping(std::shared_ptr<const TraceMapper> mapper, qint64 version);
    /// Looks at the inbox and at deleted runs now instead of at the next tick.
    void wake();

private:
    class Loop;

    explicit StoreWriter(WriterOptions options);
    void setRole(WriterRole role);
    void setTrouble(std::optional<Error> trouble);

    WriterOptions m_options;
    SubmissionQueue m_queue;
    mutable std::mutex m_stateMutex; ///< of the three that follow
    WriterRole m_role;
    std::optional<Error> m_trouble;
    struct Mapping
    {
        std::shared_ptr<const TraceMapper> mapper;
        qint64 version = 0;
    };
    std::optional<Mapping> m_newMapping; ///< until the thread has taken it
    struct Counters
    {
        std::atomic<qint64> accepted = 0;
        std::atomic<qint64> rejected = 0;
        std::atomic<qint64> acceptedSteps = 0;
        std::atomic<qint64> committed = 0;
        std::atomic<qint64> failedBatches = 0;
        std::atomic<qint64> spooled = 0;
        std::atomic<qint64> spoolWaitingBytes = 0;
        std::atomic<qint64> spoolRefused = 0;
    } m_counters;
    std::thread m_thread;
};

} // namespace xray::store
