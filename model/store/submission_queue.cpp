// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/submission_queue.h"

#include <algorithm>
#include <iterator>
#include <memory>

namespace xray::store {

namespace {

/// What is larger waits for its turn.
constexpr std::size_t kSmallEvents = 16;
constexpr qint64 kSmallBytes = 256LL * 1024;
/// A piece of a large submission takes the writer some 5 ms.
constexpr qint64 kPieceEvents = 250;
constexpr qint64 kPieceBytes = 1024LL * 1024;
/// Large ones have this part of a turn while small ones come too: since so long ago.
constexpr qint64 kPartBesideSmall = 4;
constexpr auto kBesideSmall = std::chrono::seconds(1);

qint64 countOf(const Submission &submission)
{
    return static_cast<qint64>(submission.events.size());
}

/// The run an event is about: null when that cannot be told, nothing when it is about none that
/// others know.
std::optional<ExecutionId> runOf(const Event &event)
{
    struct Visitor
    {
        using Run = std::optional<ExecutionId>;
        Run operator()(const ExecutionEvent &e) const { return e.id; }
        Run operator()(const StepEvent &e) const { return e.executionId.value_or(ExecutionId()); }
        Run operator()(const ErrorEvent &e) const { return e.executionId.value_or(ExecutionId()); }
        Run operator()(const DeleteEvent &e) const { return e.id; }
        Run operator()(const RestoreEvent &e) const { return e.id; }
        Run operator()(const RawSpan &e) const { return e.executionId; }
        Run operator()(const SaveQueryEvent &) const { return std::nullopt; }
        Run operator()(const RemoveQueryEvent &) const { return std::nullopt; }
    };
    return std::visit(Visitor(), event);
}

/// Calls `take` with each run that follows another one.
template<class Take>
void forEachRun(const Submission &submission, Take &&take)
{
    std::optional<ExecutionId> last;
    for (const Event &event : submission.events) {
        const auto run = runOf(event);
        if (run && run != last)
            take(*run);
        last = run;
    }
}

/// What became of a submission that was handed out in pieces. On the writer's thread.
class Collector
{
public:
    Collector(std::function<void(SubmissionResult)> done, std::size_t pieces)
        : m_done(std::move(done))
        , m_missing(pieces)
    {
    }
    /// If the disk fails in the middle, the sender is told which events were not stored.
    void add(SubmissionResult piece, std::size_t events)
    {
        if (piece.status) {
            m_hasStored = true;
            std::ranges::move(piece.outcomes, std::back_inserter(m_whole.outcomes));
        } else {
            m_failure = piece.status.error();
            m_whole.outcomes.insert(m_whole.outcomes.end(), events, m_failure);
        }
        if (piece.storedIn == StoredIn::Spool)
            m_whole.storedIn = StoredIn::Spool;
        if (--m_missing == 0)
            finish();
    }

private:
    void finish()
    {
        if (m_hasStored)
            m_done(std::move(m_whole));
        else
            m_done({m_failure, {}});
    }

    std::function<void(SubmissionResult)> m_done;
    std::size_t m_missing;
    bool m_hasStored = false;
    Error m_failure;
    SubmissionResult m_whole;
};

/// Events of a piece; all, if they must not be cut.
qint64 pieceEventsOf(const Submission &submission)
{
    const qint64 count = countOf(submission);
    if (submission.atomicity == Atomicity::AllOrNothing)
        return count;
    const qint64 pieces = std::max((count + kPieceEvents - 1) / kPieceEvents,
                                   (submission.bytes + kPieceBytes - 1) / kPieceBytes);
    return std::max<qint64>((count + pieces - 1) / std::max<qint64>(pieces, 1), 1);
}

/// Spans of a trace, which is mapped as a whole after each transaction.
bool belongTogether(const Event &event, const Event &next)
{
    const auto *span = std::get_if<RawSpan>(&event);
    const auto *nextSpan = std::get_if<RawSpan>(&next);
    return span && nextSpan && span->executionId == nextSpan->executionId;
}

Submission pieceOf(Submission &whole, qint64 begin, qint64 end)
{
    const qint64 count = countOf(whole);
    Submission piece;
    piece.events.assign(std::make_move_iterator(whole.events.begin() + begin),
                        std::make_move_iterator(whole.events.begin() + end));
    piece.bytes = whole.bytes * end / count - whole.bytes * begin / count;
    piece.receivedAt = whole.receivedAt;
    return piece;
}

/// Its events in order, in parts of about the same size. It is answered when all of them are.
std::vector<Submission> inPieces(Submission whole)
{
    std::vector<Submission> pieces;
    const qint64 count = countOf(whole);
    const qint64 most = pieceEventsOf(whole);
    if (count <= most) {
        pieces.push_back(std::move(whole));
        return pieces;
    }
    for (qint64 begin = 0; begin < count;) {
        qint64 end = std::min(begin + most, count);
        while (end < count && belongTogether(whole.events[static_cast<std::size_t>(end - 1)],
                                             whole.events[static_cast<std::size_t>(end)]))
            ++end;
        pieces.push_back(pieceOf(whole, begin, end));
        begin = end;
    }
    if (!whole.done)
        return pieces;
    const auto collector = std::make_shared<Collector>(std::move(whole.done), pieces.size());
    for (Submission &piece : pieces)
        piece.done = [collector, events = piece.events.size()](SubmissionResult result) {
            collector->add(std::move(result), events);
        };
    return pieces;
}

} // namespace

Result<> SubmissionQueue::push(Submission submission)
{
    const qint64 events = countOf(submission);
    const qint64 bytes = submission.bytes;
    std::vector<Submission> pieces = inPieces(std::move(submission));
    std::unique_lock lock(m_mutex);
    if (m_closed)
        return Error{ErrorCode::Unavailable, QStringLiteral("X-Ray is shutting down.")};
    const bool fits = m_events + events <= m_limits.events && m_bytes + bytes <= m_limits.bytes;
    if (!fits && hasSome())
        return Error{
            ErrorCode::Busy,
            QStringLiteral("The queue to the store is full (%1 events). Try again shortly.")
                .arg(m_events.load())};
    m_events += events;
    m_bytes += bytes;
    // Pieces are answered in order, however small the last one is.
    const bool passes = pieces.size() == 1 && mayPass(pieces.front());
    for (Submission &piece : pieces)
        passes ? enqueueSmall(std::move(piece)) : enqueueLarge(std::move(piece));
    lock.unlock(); // whoever wakes up finds it open
    m_changed.notify_one();
    return Success{};
}

void SubmissionQueue::enqueueSmall(Submission submission)
{
    m_smallCameAt = std::chrono::steady_clock::now();
    m_small.push_back({std::move(submission), ++m_lastNumber});
}

void SubmissionQueue::enqueueLarge(Submission submission)
{
    forEachRun(submission, [this](ExecutionId run) { ++m_runsOfLarge[run]; });
    m_large.push_back({std::move(submission), ++m_lastNumber});
}

bool SubmissionQueue::mayPass(const Submission &submission) const
{
    if (submission.events.size() > kSmallEvents || submission.bytes > kSmallBytes)
        return false;
    bool isFree = !m_runsOfLarge.contains(ExecutionId());
    forEachRun(submission, [&](ExecutionId run) {
        isFree = isFree && !run.isNull() && !m_runsOfLarge.contains(run);
    });
    return isFree;
}

std::vector<Submission> SubmissionQueue::take(qint64 maxEvents, qint64 maxBytes,
                                              std::chrono::milliseconds wait)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, wait, [this] { return hasSome() || m_woken || m_closed; });
    m_woken = false;
    const Turn turn = nextTurn();
    if (!m_large.empty() && std::chrono::steady_clock::now() - m_smallCameAt < kBesideSmall) {
        maxEvents = std::max<qint64>(maxEvents / kPartBesideSmall, 1);
        maxBytes = std::max<qint64>(maxBytes / kPartBesideSmall, 1);
    }
    std::vector<Submission> batch;
    qint64 events = 0;
    qint64 bytes = 0;
    while (events < maxEvents && bytes < maxBytes) {
        Lane *lane = laneOf(turn);
        if (!lane)
            break;
        batch.push_back(takeFrom(*lane));
        events += countOf(batch.back());
        bytes += batch.back().bytes;
    }
    m_events -= events;
    m_bytes -= bytes;
    return batch;
}

/// Small ones pass every other time: nothing waits for ever.
SubmissionQueue::Turn SubmissionQueue::nextTurn()
{
    const bool mayPass = !m_small.empty() && !m_large.empty() && m_lastTurn == Turn::InOrder;
    m_lastTurn = mayPass ? Turn::SmallOnes : Turn::InOrder;
    return m_lastTurn;
}

/// Where the next one is; null when there is none.
SubmissionQueue::Lane *SubmissionQueue::laneOf(Turn turn)
{
    if (m_small.empty())
        return turn == Turn::SmallOnes || m_large.empty() ? nullptr : &m_large;
    const bool isLargeFirst = !m_large.empty() && m_large.front().number < m_small.front().number;
    return turn == Turn::InOrder && isLargeFirst ? &m_large : &m_small;
}

Submission SubmissionQueue::takeFrom(Lane &lane)
{
    Submission taken = std::move(lane.front().submission);
    lane.pop_front();
    if (&lane == &m_large) {
        forEachRun(taken, [this](ExecutionId run) {
            const auto known = m_runsOfLarge.find(run);
            if (--known->second == 0)
                m_runsOfLarge.erase(known);
        });
    }
    return taken;
}

void SubmissionQueue::wake()
{
    const std::lock_guard lock(m_mutex);
    m_woken = true;
    m_changed.notify_one();
}

void SubmissionQueue::close()
{
    const std::lock_guard lock(m_mutex);
    m_closed = true;
    m_changed.notify_all();
}

bool SubmissionQueue::isClosed() const
{
    const std::lock_guard lock(m_mutex);
    return m_closed;
}

} // namespace xray::store
