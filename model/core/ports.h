// SPDX-License-Identifier: GPL-3.0-or-later
// The ports of the house: what a source of runs and a sink of events promise. The store
// implements both; the listener, the models and the app see only these, and tests have fakes.
#pragma once

#include "model/core/event.h"
#include "model/core/execution.h"
#include "model/core/result.h"
#include "model/core/run_query.h"
#include "model/core/run_snapshot.h"
#include "model/core/spans.h"
#include "model/core/ticket.h"

#include <QFuture>
#include <QObject>

#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace xray {

/// The one idiom for background answers. On the GUI thread continue with whenAnswered() of
/// answer.h, and check your ticket.
template<class T>
using Answered = Result<std::shared_ptr<const T>>;
template<class T>
using Answer = QFuture<Answered<T>>;

// ---- writing -------------------------------------------------------------------------------

/// Takes events and makes them durable. Thread-safe; returns at once.
class EventSink
{
public:
    virtual ~EventSink() = default;

    /// Queues a submission. On success `submission.done` is called exactly once, later, on
    /// another thread. Busy: the queue is full, nothing was taken, done is not called.
    /// Unavailable: the store is closed or read-only.
    [[nodiscard]] virtual Result<> submit(Submission submission) = 0;
};

/// Counters of a sink since it was opened; all monotonic but queued* and spoolWaiting*.
struct SinkStats
{
    qint64 accepted = 0;      ///< events stored
    qint64 rejected = 0;      ///< events refused by admission
    qint64 acceptedSteps = 0; ///< step events stored
    qint64 committed = 0;     ///< transactions
    qint64 failedBatches = 0; ///< transactions that failed as a whole
    qint64 queuedEvents = 0;
    qint64 queuedBytes = 0;
    qint64 spooled = 0; ///< events acknowledged from the spool, stored or refused since or not yet
    qint64 dropped = 0;
    qint64 spoolWaitingBytes = 0; ///< in the spool, until the store can be written again
    qint64 spoolRefused = 0;      ///< events the store refused afterwards; kept in a file
    /// What keeps the sink from its store, while something does: what happened, what to do next.
    std::optional<Error> trouble = {};
};

// ---- reading -------------------------------------------------------------------------------

/// The rows of a run list in order, without their contents: 8 bytes a run, plus what a live insert
/// needs to find its place. `positions` is filled for the sort keys the list asked for.
struct RunOrder
{
    RunQuery query;
    Revision revision = 0;
    std::vector<ExecutionRow> rows;
    std::vector<std::int64_t> numbers; ///< sort value of each row for numeric keys, else empty
    std::vector<QString> texts;        ///< sort value of each row for name keys, else empty
    /// More runs match a text than were looked for: these are the newest kMostTextMatches.
    bool capped = false;
};

/// Runs a search for a text finds at most: it reads payloads, and nobody reads so many lines.
inline constexpr int kMostTextMatches = 10'000;

/// What the run list's filter offers.
struct RunFacets
{
    struct Entry
    {
        QString name;
        qint64 count = 0;
    };
    std::vector<Entry> pipelines;    ///< by count, largest first
    std::vector<Entry> environments; ///< by count, largest first
    std::vector<qint64> statuses;    ///< per RunStatus value
    std::vector<Entry> tags;         ///< of the newest runs that have any, by count
};

struct StoreTotals
{
    qint64 runs = 0;
    qint64 steps = 0;
    qint64 errors = 0;
    qint64 issues = 0;    ///< steps that carry an issue worse than a hint
    qint64 fileBytes = 0; ///< of the database with its log; 0 where there is no file
};

/// A metric's values over the same step (pipeline and name) in other runs, for context.
struct MetricHistoryQuery
{
    QString pipelineName;
    QString stepName;
    StepType type = StepType::Other;
    QString metric;
    int limit = 1000; ///< newest values to look at
};

struct MetricHistory
{
    MetricHistoryQuery query;
    std::vector<double> values; ///< by arrival, oldest first
    bool capped = false;        ///< there are older values than the limit took
};

/// One page of GET /executions: newest first, ties by id.
struct RunPageQuery
{
    RunFilter filter;
    int limit = 100;
    std::optional<std::pair<TimeNs, ExecutionId>> after; ///< the last run of the page before
    bool withContents = true;                            ///< with trigger and metadata
    /// The page ends with the run whose contents reach this size.
    qint64 maxContentBytes = std::numeric_limits<qint64>::max();
};

struct RunPage
{
    std::vector<Execution> runs;
    bool more = false;
};

/// One page of GET /execution-steps of a run, in step order.
struct StepPageQuery
{
    ExecutionId executionId;
    bool withPayloads = true;
    int limit = 1000;
    std::optional<std::pair<qint64, StepRow>> after; ///< (index, row) of the page before
    /// The page ends with the step whose payloads reach this size.
    qint64 maxPayloadBytes = std::numeric_limits<qint64>::max();
};

struct StepPage
{
    std::vector<StepDetail> steps; ///< without errors; without payloads unless asked for
    bool more = false;
};

/// One page of GET /execution-errors of a run, by time.
struct ErrorPageQuery
{
    ExecutionId executionId;
    std::optional<std::pair<TimeNs, ErrorId>> after; ///< the last error of the page before
    /// The page ends with the error whose texts reach this size.
    qint64 maxBytes = std::numeric_limits<qint64>::max();
};

struct ErrorPage
{
    std::vector<ExecutionError> errors;
    bool more = false;
};

enum class ChangeKind { Upserted, Deleted };

/// One entry of the change feed. A null step row: the run itself.
struct Change
{
    Revision revision = 0;
    ExecutionRow execution;
    StepRow step;
    ChangeKind kind = ChangeKind::Upserted;
    ExecutionId deletedRun = {}; ///< of a run that was deleted, whose row can no longer tell
};

struct ChangeBatch
{
    Revision from = 0; ///< exclusive
    Revision to = 0;   ///< inclusive
    /// The feed no longer reaches back to `from`: reread what you show.
    bool gap = false;
    std::vector<Change> changes;
};

using ChangeBatchPtr = std::shared_ptr<const ChangeBatch>;

/// Entities by row, for the event stream: what changed, as it is now.
struct ChangedEntities
{
    std::vector<Execution> runs;
    std::vector<Step> steps;
    Revision to = 0; ///< inclusive; later changes are left out
};

/// Reads runs. Every call is thread-safe and returns at once; a cancelled ticket makes the answer
/// an Error of code Cancelled. A run that is not there is an Error of code NotFound.
class RunSource
{
public:
    virtual ~RunSource() = default;

    virtual Answer<RunOrder> runOrder(RunQuery query, Ticket ticket) = 0;
    /// For lists, without trigger and metadata. In the order asked; rows that are gone are left
    /// out.
    virtual Answer<std::vector<Execution>> runsByRow(std::vector<ExecutionRow> rows,
                                                     Ticket ticket) = 0;
    /// Those of `rows` that the filter lets through, as they are now and as in runsByRow().
    virtual Answer<std::vector<Execution>>
    matchingRuns(RunFilter filter, std::vector<ExecutionRow> rows, Ticket ticket) = 0;
    virtual Answer<Execution> runById(ExecutionId id, Ticket ticket) = 0;

    virtual Answer<RunSnapshot> openRun(ExecutionId id, Ticket ticket) = 0;
    /// `before` with these steps (and the run itself, and its errors) as they are now.
    virtual Answer<RunSnapshot> refreshRun(RunSnapshotPtr before, std::vector<StepRow> changedSteps,
                                           Ticket ticket) = 0;
    virtual Answer<StepDetail> stepDetail(StepId id, Ticket ticket) = 0;
    virtual Answer<MetricHistory> metricHistory(MetricHistoryQuery query, Ticket ticket) = 0;

    virtual Answer<RunFacets> facets(Ticket ticket) = 0;
    virtual Answer<StoreTotals> totals(Ticket ticket) = 0;

    virtual Answer<RunPage> runPage(RunPageQuery query, Ticket ticket) = 0;
    virtual Answer<StepPage> stepPage(StepPageQuery query, Ticket ticket) = 0;
    virtual Answer<ErrorPage> errorPage(ErrorPageQuery query, Ticket ticket) = 0;
    /// What a run was made of that came over OTLP, in order of arrival; nothing of any other.
    virtual Answer<std::vector<StoredSpan>> spansOf(ExecutionId id, Ticket ticket) = 0;

    /// Changes after `since`, at most `limit` of them.
    virtual Answer<ChangeBatch> changesSince(Revision since, int limit, Ticket ticket) = 0;
    /// Of whole revisions, up to the one with which the entities reach `maxBytes`.
    virtual Answer<ChangedEntities> changedEntities(std::vector<Change> changes, qint64 maxBytes,
                                                    Ticket ticket) = 0;
    virtual Answer<Revision> revision(Ticket ticket) = 0;
};

/// Says what changed, whoever changed it. The signal comes from the notifier's thread: connect
/// with a context object, and Qt queues it to that object's thread.
class ChangeFeed : public QObject
{
    Q_OBJECT

Q_SIGNALS:
    void changed(const xray::ChangeBatchPtr &batch);
};

} // namespace xray

Q_DECLARE_METATYPE(xray::ChangeBatchPtr)
