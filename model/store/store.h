// SPDX-License-Identifier: GPL-3.0-or-later
// A store, open: the sink that writes to it, the source that reads from it, and the feed that says
// what changed. Owned by the app's composition root (or xrayctl); its parts live on threads of
// their own, its functions may be called from any thread.
#pragma once

#include "model/store/store_url.h"
#include "model/store/store_writer.h"

#include <model/core/ports.h>
#include <model/query/source.h>

#include <QTemporaryDir>

#include <memory>

namespace xray::store {

class ReaderPool;
class StoreQueries;
class ChangeNotifier;

enum class StoreUse {
    ReadWrite, ///< takes the writer lease when it is free
    ReadOnly,  ///< leaves lease, inbox and schema alone; sink() refuses
};

struct StoreOptions
{
    StoreUrl url;
    StoreUse use = StoreUse::ReadWrite;
    Synchronous synchronous = Synchronous::Normal;
    QueueLimits queue;
    DurationNs incompleteAfter = kDefaultIncompleteAfter;
    InboxDecoder inboxDecoder = {};
    std::shared_ptr<const TraceMapper> traceMapper = {}; ///< without it spans are refused
    /// Of the mapper and its rules; another one than last time has every trace mapped again.
    qint64 mappingVersion = 0;
    AtClose atClose = AtClose::LeaveTraces;
    /// Where events wait that the store cannot take now. Used with an inboxDecoder; a temporary
    /// store has none.
    SpoolOptions spool = {};
    TextIndexing textIndexing = TextIndexing::Substrings;
    /// Called on the writer's thread when another process takes or leaves the writer lease.
    std::function<void(const WriterRole &)> roleChanged = {};
    /// Called on the writer's thread when the store cannot be written, with what happened and what
    /// to do, and with nothing when it can be again.
    std::function<void(const std::optional<Error> &)> troubleChanged = {};
};

class Store final : public RunSource
{
public:
    /// Opens or makes the store and brings its schema up to date. Blocks for that long: not for
    /// the GUI thread.
    [[nodiscard]] static Result<std::unique_ptr<Store>> open(StoreOptions options);
    /// Writes what is queued, cancels what is being read.
    ~Store() override;

    [[nodiscard]] const StoreUrl &url() const noexcept { return m_url; }
    [[nodiscard]] QString filePath() const { return m_path; }

    [[nodiscard]] EventSink &sink();
    [[nodiscard]] SinkStats sinkStats() const;
    [[nodiscard]] WriterRole role() const;
    /// See StoreWriter::setMapping().
    void setMapping(std::shared_ptr<const TraceMapper> mapper, qint64 version);
    [[nodiscard]] ChangeFeed &changes();
    [[nodiscard]] query::QuerySource &queries();

    Answer<RunOrder> runOrder(RunQuery query, Ticket ticket) override;
    Answer<std::vector<Execution>> runsByRow(std::vector<ExecutionRow> rows,
                                             Ticket ticket) override;
    Answer<std::vector<Execution>> matchingRuns(RunFilter filter, std::vector<ExecutionRow> rows,
                                                Ticket ticket) override;
    Answer<Execution> runById(ExecutionId id, Ticket ticket) override;
    Answer<RunSnapshot> openRun(ExecutionId id, Ticket ticket) override;
    Answer<RunSnapshot> refreshRun(RunSnapshotPtr before, std::vector<StepRow> changedSteps,
                                   Ticket ticket) override;
    Answer<StepDetail> stepDetail(StepId id, Ticket ticket) override;
    Answer<MetricHistory> metricHistory(MetricHistoryQuery query, Ticket ticket) override;
    Answer<RunFacets> facets(Ticket ticket) override;
    Answer<StoreTotals> totals(Ticket ticket) override;
    Answer<RunPage> runPage(RunPageQuery query, Ticket ticket) override;
    Answer<StepPage> stepPage(StepPageQuery query, Ticket ticket) override;
    Answer<ErrorPage> errorPage(ErrorPageQuery query, Ticket ticket) override;
    Answer<std::vector<StoredSpan>> spansOf(ExecutionId id, Ticket ticket) override;
    Answer<ChangeBatch> changesSince(Revision since, int limit, Ticket ticket) override;
    Answer<ChangedEntities> changedEntities(std::vector<Change> changes, qint64 maxBytes,
                                            Ticket ticket) override;
    Answer<Revision> revision(Ticket ticket) override;

private:
    Store();

    static Result<> checkReadable(const QString &path);
    Result<> startWriter(StoreOptions options);

    StoreUrl m_url;
    QString m_path;
    std::unique_ptr<QTemporaryDir> m_temporary; ///< holds the file of a temporary store
    std::unique_ptr<ChangeNotifier> m_notifier;
    std::unique_ptr<StoreQueries> m_queries; ///< outlives the readers that it is asked from
    std::unique_ptr<ReaderPool> m_readers;
    std::unique_ptr<StoreWriter> m_writer; ///< last: its commits wake the notifier; may be null
};

} // namespace xray::store
