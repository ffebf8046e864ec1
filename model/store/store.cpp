// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/store.h"

#include "model/store/change_notifier.h"
#include "model/store/migrations.h"
#include "model/store/page_reader.h"
#include "model/store/reader_pool.h"
#include "model/store/store_queries.h"

namespace xray::store {

namespace {

constexpr int kQuickReaders = 2;
constexpr int kScanReaders = 2;

/// A filter by text reads payloads of every run it is not refused by sooner.
Lane laneOf(const RunFilter &filter)
{
    return filter.text.isEmpty() ? Lane::Quick : Lane::Scan;
}

} // namespace

Store::Store() = default;

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(StoreOptions options)
{
    if (options.url.kind == StoreUrl::Kind::Postgres)
        return Error{ErrorCode::Unavailable,
                     QStringLiteral("This version of X-Ray does not open Postgres stores (%1). Use "
                                    "sqlite:PATH.")
                         .arg(options.url.toString())};
    std::unique_ptr<Store> store(new Store);
    store->m_url = options.url;
    store->m_path = options.url.path;
    if (options.url.kind == StoreUrl::Kind::SqliteTemporary) {
        store->m_temporary = std::make_unique<QTemporaryDir>();
        store->m_path = store->m_temporary->filePath(QStringLiteral("xray.db"));
    }

    if (options.use == StoreUse::ReadOnly) {
        if (auto readable = checkReadable(store->m_path); !readable)
            return readable.error();
    }
    // Made first, because the writer may commit (a waiting inbox) as soon as it runs.
    store->m_notifier = std::make_unique<ChangeNotifier>(store->m_path);
    if (options.use == StoreUse::ReadWrite) {
        if (auto started = store->startWriter(std::move(options)); !started)
            return started.error();
    }
    store->m_readers = std::make_unique<ReaderPool>(store->m_path, kQuickReaders, kScanReaders);
    store->m_queries = std::make_unique<StoreQueries>(*store->m_readers);
    auto known = store->revision({});
    known.waitForFinished();
    if (!known.result())
        return known.result().error();
    store->m_notifier->start(**known.result());
    return store;
}

Result<> Store::startWriter(StoreOptions options)
{
    WriterOptions writerOptions;
    writerOptions.path = m_path;
    writerOptions.synchronous = options.synchronous;
    writerOptions.queue = options.queue;
    writerOptions.incompleteAfter = options.incompleteAfter;
    writerOptions.inboxDecoder = std::move(options.inboxDecoder);
    writerOptions.traceMapper = std::move(options.traceMapper);
    writerOptions.mappingVersion = options.mappingVersion;
    writerOptions.atClose = options.atClose;
    writerOptions.textIndexing = options.textIndexing;
    writerOptions.roleChanged = std::move(options.roleChanged);
    writerOptions.troubleChanged = std::move(options.troubleChanged);
    if (!m_temporary)
        writerOptions.spool = std::move(options.spool);
    writerOptions.committed = [notifier = m_notifier.get()](Revision) { notifier->wake(); };
    auto writer = StoreWriter::start(std::move(writerOptions));
    if (!writer)
        return writer.error();
    m_writer = std::move(*writer);
    return Success{};
}

Result<> Store::checkReadable(const QString &path)
{
    auto connection = SqliteConnection::open(path, Access::ReadOnly);
    if (!connection)
        return connection.error();
    auto version = (*connection)->integer("PRAGMA user_version");
    if (!version)
        return version.error();
    if (*version != newestSchemaVersion())
        return Error{
            ErrorCode::Unavailable,
            QStringLiteral("The store %1 has schema %2, this program reads %3. Open it once "
                           "with the newest X-Ray, which brings it up to date.")
                .arg(path)
                .arg(*version)
                .arg(newestSchemaVersion())};
    return Success{};
}

namespace {

class RefusingSink final : public EventSink
{
public:
    Result<> submit(Submission) override
    {
        return Error{ErrorCode::Unavailable,
                     QStringLiteral("The store was opened for reading only.")};
    }
};

} // namespace

EventSink &Store::sink()
{
    static RefusingSink refusing;
    return m_writer ? static_cast<EventSink &>(*m_writer) : refusing;
}

SinkStats Store::sinkStats() const
{
    return m_writer ? m_writer->stats() : SinkStats{};
}

WriterRole Store::role() const
{
    return m_writer ? m_writer->role() : WriterRole{WriterRole::Kind::ReadOnly, {}};
}

void Store::setMapping(std::shared_ptr<const TraceMapper> mapper, qint64 version)
{
    if (m_writer)
        m_writer->setMapping(std::move(mapper), version);
}

ChangeFeed &Store::changes()
{
    return *m_notifier;
}

query::QuerySource &Store::queries()
{
    return *m_queries;
}

Answer<RunOrder> Store::runOrder(RunQuery query, Ticket ticket)
{
    const Lane lane = laneOf(query.filter);
    return m_readers->ask<RunOrder>(
        lane, std::move(ticket),
        [query = std::move(query)](RunReader &r) { return r.runOrder(query); });
}

Answer<std::vector<Execution>> Store::runsByRow(std::vector<ExecutionRow> rows, Ticket ticket)
{
    return m_readers->ask<std::vector<Execution>>(
        Lane::Quick, std::move(ticket),
        [rows = std::move(rows)](RunReader &r) { return r.runsByRow(rows); });
}

Answer<std::vector<Execution>> Store::matchingRuns(RunFilter filter, std::vector<ExecutionRow> rows,
                                                   Ticket ticket)
{
    const Lane lane = laneOf(filter);
    return m_readers->ask<std::vector<Execution>>(
        lane, std::move(ticket),
        [filter = std::move(filter), rows = std::move(rows)](RunReader &r) {
            return r.matchingRuns(filter, rows);
        });
}

Answer<Execution> Store::runById(ExecutionId id, Ticket ticket)
{
    return m_readers->ask<Execution>(Lane::Quick, std::move(ticket),
                                     [id](RunReader &r) { return r.runById(id); });
}

Answer<RunSnapshot> Store::openRun(ExecutionId id, Ticket ticket)
{
    return m_readers->ask<RunSnapshot>(Lane::Quick, std::move(ticket),
                                       [id](RunReader &r) { return r.openRun(id); });
}

Answer<RunSnapshot> Store::refreshRun(RunSnapshotPtr before, std::vector<StepRow> changedSteps,
                                      Ticket ticket)
{
    return m_readers->ask<RunSnapshot>(
        Lane::Quick, std::move(ticket),
        [before = std::move(before), changed = std::move(changedSteps)](RunReader &r) {
            return r.refreshRun(*before, changed);
        });
}

Answer<StepDetail> Store::stepDetail(StepId id, Ticket ticket)
{
    return m_readers->ask<StepDetail>(Lane::Quick, std::move(ticket),
                                      [id](RunReader &r) { return r.stepDetail(id); });
}

Answer<MetricHistory> Store::metricHistory(MetricHistoryQuery query, Ticket ticket)
{
    return m_readers->ask<MetricHistory>(
        Lane::Quick, std::move(ticket),
        [query = std::move(query)](RunReader &r) { return r.metricHistory(query); });
}

Answer<RunFacets> Store::facets(Ticket ticket)
{
    return m_readers->ask<RunFacets>(Lane::Scan, std::move(ticket),
                                     [](RunReader &r) { return r.facets(); });
}

Answer<StoreTotals> Store::totals(Ticket ticket)
{
    return m_readers->ask<StoreTotals>(Lane::Quick, std::move(ticket),
                                       [](RunReader &r) { return r.totals(); });
}

Answer<RunPage> Store::runPage(RunPageQuery query, Ticket ticket)
{
    const Lane lane = laneOf(query.filter);
    return m_readers->ask<RunPage>(lane, std::move(ticket),
                                   [query = std::move(query)](RunReader &r) {
                                       return PageReader(r.connection()).runPage(query);
                                   });
}

Answer<StepPage> Store::stepPage(StepPageQuery query, Ticket ticket)
{
    return m_readers->ask<StepPage>(Lane::Quick, std::move(ticket),
                                    [query = std::move(query)](RunReader &r) {
                                        return PageReader(r.connection()).stepPage(query);
                                    });
}

Answer<ErrorPage> Store::errorPage(ErrorPageQuery query, Ticket ticket)
{
    return m_readers->ask<ErrorPage>(Lane::Quick, std::move(ticket), [query](RunReader &r) {
        return PageReader(r.connection()).errorPage(query);
    });
}

Answer<std::vector<StoredSpan>> Store::spansOf(ExecutionId id, Ticket ticket)
{
    return m_readers->ask<std::vector<StoredSpan>>(
        Lane::Quick, std::move(ticket),
        [id](RunReader &r) { return PageReader(r.connection()).spansOf(id); });
}

Answer<ChangeBatch> Store::changesSince(Revision since, int limit, Ticket ticket)
{
    return m_readers->ask<ChangeBatch>(
        Lane::Quick, std::move(ticket),
        [since, limit](RunReader &r) { return r.changesSince(since, limit); });
}

Answer<ChangedEntities> Store::changedEntities(std::vector<Change> changes, qint64 maxBytes,
                                               Ticket ticket)
{
    return m_readers->ask<ChangedEntities>(Lane::Quick, std::move(ticket),
                                           [changes = std::move(changes), maxBytes](RunReader &r) {
                                               return r.changedEntities(changes, maxBytes);
                                           });
}

Answer<Revision> Store::revision(Ticket ticket)
{
    return m_readers->ask<Revision>(Lane::Quick, std::move(ticket),
                                    [](RunReader &r) { return r.revision(); });
}

} // namespace xray::store
