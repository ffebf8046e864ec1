// SPDX-License-Identifier: GPL-3.0-or-later
// The calls of the HTTP API between the sockets and the ports: decodes a request, submits its
// events or asks its question, and makes the reply once the sink or the source has answered. Owned
// by the Listener; thread-safe, called on the net thread for small bodies and on the decode thread
// for large ones. Knows no socket.
#pragma once

#include "model/ingest/event_page.h"
#include "model/ingest/ledger.h"
#include "model/ingest/query_parameters.h"
#include "model/ingest/routes.h"

#include <model/core/ports.h>
#include <model/query/source.h>

#include <functional>
#include <memory>

namespace xray::ingest {

class PendingReply;

struct ApiOptions
{
    int eventsPerRequest = kEventsPerRequest;
    int jsonDepth = kJsonDepth;
    qint64 pageBytes = 0;                       ///< of payloads in one page of steps
    QByteArray version;                         ///< for /healthz
    QByteArray store = {};                      ///< for /healthz; not told when empty
    std::function<QByteArray()> statsJson = {}; ///< the body of /stats
    query::QuerySource *queries = nullptr;      ///< for q=; null: no call takes it
};

class Api
{
public:
    /// The ports must outlive the Api; the ledger every reply.
    Api(EventSink &sink, RunSource &source, std::shared_ptr<Ledger> ledger, ApiOptions options);

    /// Answers every endpoint but Events. `reply` is called exactly once, on any thread, possibly
    /// before this returns; a 2xx to a writing call says that the events are durable.
    void handle(const Route &route, HttpRequest request, ReplyHandler reply);

    /// What the parameters of GET /events ask to be told of; null: everything. `handler` is called
    /// once, on any thread, possibly before this returns.
    void streamFilter(const QByteArray &query,
                      std::function<void(const Result<EventFilterPtr> &)> handler);

private:
    using PendingPtr = std::shared_ptr<PendingReply>;

    void createRun(PendingPtr pending);
    void updateRun(PendingPtr pending, ExecutionId id);
    void deleteRun(PendingPtr pending, ExecutionId id);
    void postSteps(PendingPtr pending);
    void postError(PendingPtr pending);
    void postBatch(PendingPtr pending);
    void postSpans(PendingPtr pending, Endpoint endpoint);
    void listRuns(PendingPtr pending);
    void getRun(PendingPtr pending, ExecutionId id);
    void listSteps(PendingPtr pending);
    void listErrors(PendingPtr pending);
    void findRuns(PendingPtr pending, RunCall call);
    void findSteps(PendingPtr pending, StepCall call);
    void tell(PendingPtr pending, QByteArray body);

    void submitOne(PendingPtr pending, Event event, std::function<void(const Uuid &)> stored);
    void submit(PendingPtr pending, Submission submission,
                std::function<void(const SubmissionResult &)> stored);

    EventSink &m_sink;
    RunSource &m_source;
    std::shared_ptr<Ledger> m_ledger;
    ApiOptions m_options;
};

} // namespace xray::ingest
