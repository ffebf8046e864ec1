// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/api.h"

#include "model/ingest/event_decoder.h"
#include "model/ingest/otlp_http.h"
#include "model/ingest/pending_reply.h"
#include "model/ingest/query_calls.h"
#include "model/ingest/reply_bodies.h"

#include <model/core/answer_promise.h>
#include <model/core/json_escape.h>

#include <QFile>

#include <algorithm>

namespace xray::ingest {

namespace {

Error noQueries()
{
    return {ErrorCode::InvalidValue, QStringLiteral("This store takes no queries."),
            QStringLiteral("q")};
}

/// The first refusal of an all-or-nothing submission that is not merely "because of another one".
const EventOutcome *culprit(const std::vector<EventOutcome> &outcomes)
{
    const EventOutcome *found = nullptr;
    for (const EventOutcome &outcome : outcomes) {
        if (outcome)
            continue;
        if (outcome.error().code != ErrorCode::Cancelled)
            return &outcome;
        found = found ? found : &outcome;
    }
    return found;
}

QByteArray contract()
{
    QFile file(QStringLiteral(":/schemas/openapi.json"));
    const bool opened = file.open(QIODevice::ReadOnly);
    Q_ASSERT(opened);
    Q_UNUSED(opened);
    return file.readAll();
}

QByteArray health(const ApiOptions &options)
{
    QByteArray json = R"({"status":"ok","service":"xray","version":)";
    appendJsonString(json, options.version);
    if (!options.store.isEmpty()) {
        json += R"(,"store":)";
        appendJsonString(json, options.store);
    }
    return json + '}';
}

} // namespace

Api::Api(EventSink &sink, RunSource &source, std::shared_ptr<Ledger> ledger, ApiOptions options)
    : m_sink(sink)
    , m_source(source)
    , m_ledger(std::move(ledger))
    , m_options(std::move(options))
{
}

void Api::handle(const Route &route, HttpRequest request, ReplyHandler reply)
{
    auto pending = std::make_shared<PendingReply>(std::move(request), std::move(reply), m_ledger);
    switch (route.endpoint) {
    case Endpoint::CreateRun:
        return createRun(std::move(pending));
    case Endpoint::ListRuns:
        return listRuns(std::move(pending));
    case Endpoint::GetRun:
        return getRun(std::move(pending), *route.id);
    case Endpoint::UpdateRun:
        return updateRun(std::move(pending), *route.id);
    case Endpoint::DeleteRun:
        return deleteRun(std::move(pending), *route.id);
    case Endpoint::PostSteps:
        return postSteps(std::move(pending));
    case Endpoint::ListSteps:
        return listSteps(std::move(pending));
    case Endpoint::PostError:
        return postError(std::move(pending));
    case Endpoint::ListErrors:
        return listErrors(std::move(pending));
    case Endpoint::Batch:
        return postBatch(std::move(pending));
    case Endpoint::OtlpTraces:
    case Endpoint::OtlpLogs:
    case Endpoint::OtlpMetrics:
        return postSpans(std::move(pending), route.endpoint);
    case Endpoint::Health:
        return tell(std::move(pending), health(m_options));
    case Endpoint::Stats:
        return tell(std::move(pending), m_options.statsJson());
    case Endpoint::Contract:
        return tell(std::move(pending), contract());
    case Endpoint::Events:
        break; // a stream, which the listener serves itself
    }
}

// ---- writing -------------------------------------------------------------------------------

void Api::submit(PendingPtr pending, Submission submission,
                 std::function<void(const SubmissionResult &)> stored)
{
    submission.bytes = pending->request.body.size() +
                       static_cast<qint64>(submission.events.size() * sizeof(Event));
    pending->request.body = {}; // the events hold what matters of it
    submission.done = [pending, stored = std::move(stored)](const SubmissionResult &result) {
        if (!result.status)
            return pending->refuse(result.status.error());
        if (result.storedIn == StoredIn::Spool)
            pending->noteSpooled();
        stored(result);
    };
    if (const auto taken = m_sink.submit(std::move(submission)); !taken)
        pending->refuse(taken.error());
}

void Api::submitOne(PendingPtr pending, Event event, std::function<void(const Uuid &)> stored)
{
    Submission submission;
    submission.events.push_back(std::move(event));
    submit(pending, std::move(submission),
           [pending, stored = std::move(stored)](const auto &result) {
               const EventOutcome &outcome = result.outcomes.front();
               if (!outcome)
                   return pending->refuse(outcome.error());
               pending->countAccepted(1);
               stored(*outcome);
           });
}

void Api::createRun(PendingPtr pending)
{
    auto event = decodeExecution(pending->request.body, m_options.jsonDepth);
    if (!event)
        return pending->refuse(event.error());
    submitOne(pending, *std::move(event),
              [pending](const Uuid &id) { pending->reply(201, idBody(id)); });
}

void Api::updateRun(PendingPtr pending, ExecutionId id)
{
    auto event = decodeExecutionUpdate(pending->request.body, id, m_options.jsonDepth);
    if (!event)
        return pending->refuse(event.error());
    // Not through `this`: the answer may come when the listener has stopped.
    submitOne(pending, *std::move(event), [pending, &source = m_source, id](const Uuid &) {
        if (pending->isSpooled()) // the run is as it was, if it can be read at all
            return pending->reply(200, idBody(id.uuid()));
        onAnswer(source.runById(id, Ticket()),
                 [pending](const Result<std::shared_ptr<const Execution>> &run) {
                     if (!run)
                         return pending->refuse(run.error());
                     pending->reply(200, bodyOf(**run));
                 });
    });
}

void Api::deleteRun(PendingPtr pending, ExecutionId id)
{
    submitOne(pending, DeleteEvent{.id = id}, [pending](const Uuid &) { pending->reply(204); });
}

void Api::postSteps(PendingPtr pending)
{
    auto steps =
        decodeSteps(pending->request.body, m_options.eventsPerRequest, m_options.jsonDepth);
    if (!steps)
        return pending->refuse(steps.error());
    Submission submission;
    submission.atomicity = Atomicity::AllOrNothing;
    submission.events.assign(std::make_move_iterator(steps->begin()),
                             std::make_move_iterator(steps->end()));
    const bool several = steps->size() > 1;
    submit(pending, std::move(submission), [pending, several](const SubmissionResult &result) {
        if (const EventOutcome *refused = culprit(result.outcomes)) {
            Error error = refused->error();
            if (several && !error.line)
                error.line = static_cast<int>(refused - result.outcomes.data()) + 1;
            return pending->refuse(error);
        }
        pending->countAccepted(static_cast<qint64>(result.outcomes.size()));
        pending->reply(201, idsBody(result.outcomes));
    });
}

void Api::postError(PendingPtr pending)
{
    auto event = decodeError(pending->request.body, m_options.jsonDepth);
    if (!event)
        return pending->refuse(event.error());
    submitOne(pending, *std::move(event),
              [pending](const Uuid &id) { pending->reply(201, idBody(id)); });
}

void Api::postBatch(PendingPtr pending)
{
    auto batch =
        decodeBatch(pending->request.body, m_options.eventsPerRequest, m_options.jsonDepth);
    if (!batch)
        return pending->refuse(batch.error());
    std::function answer = [pending, lines = std::move(batch->lines),
                            rejected =
                                std::move(batch->refused)](const SubmissionResult &result) mutable {
        qint64 accepted = 0;
        for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
            if (result.outcomes[i]) {
                ++accepted;
                continue;
            }
            rejected.push_back(result.outcomes[i].error());
            rejected.back().line = lines[i];
        }
        std::sort(rejected.begin(), rejected.end(),
                  [](const Error &a, const Error &b) { return *a.line < *b.line; });
        for (const Error &error : rejected)
            pending->note(error, 200);
        pending->countAccepted(accepted);
        pending->reply(200, batchBody(accepted, rejected));
    };
    if (batch->events.empty())
        return answer(SubmissionResult{});
    Submission submission;
    submission.events = std::move(batch->events);
    submit(pending, std::move(submission), answer);
}

namespace {

Result<otlp::DecodedTraces> decodeOtlp(const QByteArray &body, Endpoint endpoint,
                                       otlp::Encoding encoding)
{
    switch (endpoint) {
    case Endpoint::OtlpTraces:
        return otlp::decodeTraces(body, encoding);
    case Endpoint::OtlpLogs:
        return otlp::decodeLogs(body, encoding);
    default: // metrics are answered and dropped
        return otlp::DecodedTraces{};
    }
}

/// Of a large submission whose disk failed in its middle; null when there is none.
const Error *firstUnstored(const SubmissionResult &result)
{
    for (const EventOutcome &outcome : result.outcomes) {
        if (!outcome && (outcome.error().code == ErrorCode::Unavailable ||
                         outcome.error().code == ErrorCode::Busy))
            return &outcome.error();
    }
    return nullptr;
}

/// Counts what the store refused as rejected, and gives how many it took.
qint64 takeOutcomes(otlp::DecodedTraces &decoded, const SubmissionResult &result)
{
    qint64 accepted = 0;
    for (const EventOutcome &outcome : result.outcomes) {
        accepted += outcome ? 1 : 0;
        decoded.rejected += outcome ? 0 : 1;
        if (!outcome && decoded.why.isEmpty())
            decoded.why = outcome.error().message;
    }
    return accepted;
}

} // namespace

void Api::postSpans(PendingPtr pending, Endpoint endpoint)
{
    const otlp::Encoding encoding =
        otlpEncodingOf(pending->request.contentType).value_or(otlp::Encoding::Json);
    auto decoded = decodeOtlp(pending->request.body, endpoint, encoding);
    if (!decoded)
        return pending->refuse(decoded.error());
    Submission submission;
    for (RawSpan &span : decoded->spans)
        submission.events.emplace_back(std::move(span));
    decoded->spans.clear();
    const std::function answer = [pending, endpoint, encoding, decoded = *std::move(decoded)](
                                     const SubmissionResult &result) mutable {
        // Exporters send again what was not stored, and only then; sent twice, a span changes
        // nothing.
        if (const Error *unstored = firstUnstored(result))
            return pending->refuse(*unstored);
        const qint64 accepted = takeOutcomes(decoded, result);
        if (decoded.rejected > 0)
            pending->note({ErrorCode::InvalidValue, QStringLiteral("%1 spans were not taken: %2")
                                                        .arg(decoded.rejected)
                                                        .arg(decoded.why)},
                          200);
        pending->countAccepted(accepted);
        pending->replyAs({.body = endpoint == Endpoint::OtlpTraces
                                      ? otlp::traceResponse(decoded, encoding)
                                      : otlp::logsResponse(decoded, encoding),
                          .contentType = contentTypeOf(encoding)});
    };
    if (submission.events.empty())
        return answer(SubmissionResult{});
    submit(pending, std::move(submission), answer);
}

// ---- reading -------------------------------------------------------------------------------

void Api::listRuns(PendingPtr pending)
{
    auto call = parseRunCall(pending->request.query);
    if (!call)
        return pending->refuseParameter(call.error());
    if (call->q)
        return findRuns(std::move(pending), *std::move(call));
    call->page.maxContentBytes = m_options.pageBytes;
    onAnswer(m_source.runPage(std::move(call->page), pending->request.ticket),
             [pending](const Result<std::shared_ptr<const RunPage>> &page) {
                 if (!page)
                     return pending->refuse(page.error());
                 pending->reply(200, bodyOf(**page));
             });
}

void Api::getRun(PendingPtr pending, ExecutionId id)
{
    if (const auto none = parseNoParameters(pending->request.query); !none)
        return pending->refuseParameter(none.error());
    onAnswer(m_source.runById(id, pending->request.ticket),
             [pending](const Result<std::shared_ptr<const Execution>> &run) {
                 if (!run)
                     return pending->refuse(run.error());
                 pending->reply(200, bodyOf(**run));
             });
}

void Api::listSteps(PendingPtr pending)
{
    auto call = parseStepCall(pending->request.query);
    if (!call)
        return pending->refuseParameter(call.error());
    if (call->q)
        return findSteps(std::move(pending), *std::move(call));
    call->page.maxPayloadBytes = m_options.pageBytes;
    const bool withPayloads = call->page.withPayloads;
    onAnswer(m_source.stepPage(std::move(call->page), pending->request.ticket),
             [pending, withPayloads](const Result<std::shared_ptr<const StepPage>> &page) {
                 if (!page)
                     return pending->refuse(page.error());
                 pending->reply(200, bodyOf(**page, withPayloads));
             });
}

void Api::listErrors(PendingPtr pending)
{
    auto call = parseErrorCall(pending->request.query);
    if (!call)
        return pending->refuseParameter(call.error());
    call->maxBytes = m_options.pageBytes;
    onAnswer(m_source.errorPage(*call, pending->request.ticket),
             [pending](const Result<std::shared_ptr<const ErrorPage>> &page) {
                 if (!page)
                     return pending->refuse(page.error());
                 pending->reply(200, bodyOf(**page));
             });
}

// ---- queries -------------------------------------------------------------------------------

namespace {

/// Some mistakes in a query are noticed only when it is answered: paths that no payload has.
void refuseAnswer(PendingReply &pending, const Error &error)
{
    if (error.code == ErrorCode::InvalidValue)
        pending.refuseParameter(error);
    else
        pending.refuse(error);
}

} // namespace

void Api::findRuns(PendingPtr pending, RunCall call)
{
    query::QuerySource *queries = m_options.queries;
    if (!queries)
        return pending->refuseParameter(noQueries());
    const Ticket ticket = pending->request.ticket;
    const qint64 pageBytes = m_options.pageBytes;
    const auto ask = [pending, queries, call,
                      pageBytes](const Answered<query::Catalogue> &catalogue) {
        if (!catalogue)
            return pending->refuse(catalogue.error());
        auto question = runQuestionOf(call, **catalogue, nowNs());
        if (!question)
            return pending->refuseParameter(question.error());
        question->maxContentBytes = pageBytes;
        onAnswer(queries->findRuns(*std::move(question), pending->request.ticket),
                 [pending](const Answered<query::RunAnswer> &answer) {
                     if (!answer)
                         return refuseAnswer(*pending, answer.error());
                     pending->reply(200, bodyOf(**answer));
                 });
    };
    onAnswer(queries->catalogue(ticket), ask);
}

void Api::findSteps(PendingPtr pending, StepCall call)
{
    query::QuerySource *queries = m_options.queries;
    if (!queries)
        return pending->refuseParameter(noQueries());
    const Ticket ticket = pending->request.ticket;
    const qint64 pageBytes = m_options.pageBytes;
    const auto ask = [pending, queries, call,
                      pageBytes](const Answered<query::Catalogue> &catalogue) {
        if (!catalogue)
            return pending->refuse(catalogue.error());
        auto question = stepQuestionOf(call, **catalogue, nowNs());
        if (!question)
            return pending->refuseParameter(question.error());
        question->maxPayloadBytes = pageBytes;
        const bool withPayloads = call.page.withPayloads;
        onAnswer(queries->findSteps(*std::move(question), pending->request.ticket),
                 [pending, withPayloads](const Answered<query::StepAnswer> &answer) {
                     if (!answer)
                         return refuseAnswer(*pending, answer.error());
                     pending->reply(200, bodyOf(**answer, withPayloads));
                 });
    };
    onAnswer(queries->catalogue(ticket), ask);
}

void Api::streamFilter(const QByteArray &query,
                       std::function<void(const Result<EventFilterPtr> &)> handler)
{
    const auto text = parseStreamCall(query);
    if (!text)
        return handler(text.error());
    if (!*text)
        return handler(EventFilterPtr());
    query::QuerySource *queries = m_options.queries;
    if (!queries)
        return handler(noQueries());
    onAnswer(queries->catalogue(Ticket()),
             [queries, text, handler](const Answered<query::Catalogue> &catalogue) {
                 if (!catalogue)
                     return handler(catalogue.error());
                 auto parsed = streamQueryOf(**text, **catalogue);
                 if (!parsed)
                     return handler(parsed.error());
                 handler(EventFilterPtr(std::make_shared<const EventFilter>(
                     EventFilter{queries, *std::move(parsed)})));
             });
}

void Api::tell(PendingPtr pending, QByteArray body)
{
    if (const auto none = parseNoParameters(pending->request.query); !none)
        return pending->refuseParameter(none.error());
    pending->reply(200, std::move(body));
}

} // namespace xray::ingest
