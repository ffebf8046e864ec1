// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/api.h"

#include "model/ingest/entity_json.h"
#include "model/ingest/event_decoder.h"
#include "model/ingest/json_writer.h"
#include "model/ingest/query_parameters.h"

#include <model/core/json_escape.h>

#include <QFile>

#include <algorithm>
#include <atomic>

namespace xray::ingest {

namespace {

QByteArray idBody(const Uuid &id)
{
    return "{\"id\":\"" + id.toUtf8() + "\"}";
}

QByteArray idsBody(const std::vector<EventOutcome> &outcomes)
{
    QByteArray ids;
    for (const EventOutcome &outcome : outcomes)
        ids += (ids.isEmpty() ? "\"" : ",\"") + outcome->toUtf8() + '"';
    return "{\"ids\":[" + ids + "]}";
}

/// {"items":[…],"next_cursor":…}; the cursor is null on the last page.
template<class Item, class Append>
QByteArray pageBody(const std::vector<Item> &items, const QByteArray &cursor, Append append)
{
    QByteArray body = "{\"items\":[";
    for (const Item &item : items) {
        if (body.back() != '[')
            body += ',';
        append(body, item);
    }
    body += "],\"next_cursor\":";
    body += cursor.isEmpty() ? QByteArray("null") : '"' + cursor + '"';
    return body + '}';
}

QByteArray bodyOf(const RunPage &page)
{
    const bool more = page.more && !page.runs.empty();
    return pageBody(page.runs, more ? cursorAfter(page.runs.back()) : QByteArray(),
                    appendExecution);
}

QByteArray bodyOf(const StepPage &page, bool withPayloads)
{
    const bool more = page.more && !page.steps.empty();
    return pageBody(page.steps, more ? cursorAfter(page.steps.back().step) : QByteArray(),
                    [withPayloads](QByteArray &out, const StepDetail &detail) {
                        appendStep(out, detail.step, withPayloads ? &detail.payloads : nullptr);
                    });
}

QByteArray bodyOf(const std::vector<Error> &rejected, qint64 accepted)
{
    QByteArray body = "{\"accepted\":" + QByteArray::number(accepted) + ",\"rejected\":[";
    for (const Error &error : rejected) {
        if (body.back() != '[')
            body += ',';
        appendRefusal(body, error);
    }
    return body + "]}";
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

/// A request that waits for its reply. Gone without one, which happens when a store closes with
/// questions open, it answers 503 itself, so no client waits for ever.
class Api::Pending
{
public:
    Pending(HttpRequest sent, ReplyHandler handler, std::shared_ptr<Ledger> ledger)
        : request(std::move(sent))
        , m_handler(std::move(handler))
        , m_ledger(std::move(ledger))
    {
    }
    Pending(const Pending &) = delete;
    Pending &operator=(const Pending &) = delete;
    ~Pending()
    {
        if (!m_answered)
            refuse({ErrorCode::Unavailable, QStringLiteral("The store is closing; try again.")});
    }

    void reply(int status, QByteArray body = {})
    {
        send({.status = status, .body = std::move(body)});
    }
    void refuse(const Error &error) { refuseAs(errorReply(error), error); }
    /// A parameter in the address is the request line's fault: 400 instead of 422.
    void refuseParameter(const Error &error) { refuseAs(errorReply(400, error), error); }

    void note(const Error &error, int status)
    {
        m_ledger->refuse(refusalOf(request, status, error));
    }
    void countAccepted(qint64 events) { m_ledger->countAccepted(events); }

    HttpRequest request;

private:
    void refuseAs(HttpReply reply, const Error &error)
    {
        note(error, reply.status);
        send(std::move(reply));
    }
    void send(HttpReply reply)
    {
        if (!m_answered.exchange(true))
            m_handler(std::move(reply));
    }

    ReplyHandler m_handler;
    std::shared_ptr<Ledger> m_ledger;
    std::atomic<bool> m_answered = false;
};

Api::Api(EventSink &sink, RunSource &source, std::shared_ptr<Ledger> ledger, ApiOptions options)
    : m_sink(sink)
    , m_source(source)
    , m_ledger(std::move(ledger))
    , m_options(std::move(options))
{
}

void Api::handle(const Route &route, HttpRequest request, ReplyHandler reply)
{
    auto pending = std::make_shared<Pending>(std::move(request), std::move(reply), m_ledger);
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
        if (result.status)
            stored(result);
        else
            pending->refuse(result.status.error());
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
    auto event = decodeExecution(pending->request.body);
    if (!event)
        return pending->refuse(event.error());
    submitOne(pending, *std::move(event),
              [pending](const Uuid &id) { pending->reply(201, idBody(id)); });
}

void Api::updateRun(PendingPtr pending, ExecutionId id)
{
    auto event = decodeExecutionUpdate(pending->request.body, id);
    if (!event)
        return pending->refuse(event.error());
    // Not through `this`: the answer may come when the listener has stopped.
    submitOne(pending, *std::move(event), [pending, &source = m_source, id](const Uuid &) {
        source.runById(id, Ticket())
            .then([pending](const Result<std::shared_ptr<const Execution>> &run) {
                if (!run)
                    return pending->refuse(run.error());
                QByteArray body;
                appendExecution(body, **run);
                pending->reply(200, body);
            });
    });
}

void Api::deleteRun(PendingPtr pending, ExecutionId id)
{
    submitOne(pending, DeleteEvent{.id = id}, [pending](const Uuid &) { pending->reply(204); });
}

void Api::postSteps(PendingPtr pending)
{
    auto steps = decodeSteps(pending->request.body, m_options.eventsPerRequest);
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
    auto event = decodeError(pending->request.body);
    if (!event)
        return pending->refuse(event.error());
    submitOne(pending, *std::move(event),
              [pending](const Uuid &id) { pending->reply(201, idBody(id)); });
}

void Api::postBatch(PendingPtr pending)
{
    auto batch = decodeBatch(pending->request.body, m_options.eventsPerRequest);
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
        pending->reply(200, bodyOf(rejected, accepted));
    };
    if (batch->events.empty())
        return answer(SubmissionResult{});
    Submission submission;
    submission.events = std::move(batch->events);
    submit(pending, std::move(submission), answer);
}

// ---- reading -------------------------------------------------------------------------------

void Api::listRuns(PendingPtr pending)
{
    auto query = parseRunPageQuery(pending->request.query);
    if (!query)
        return pending->refuseParameter(query.error());
    m_source.runPage(*std::move(query), Ticket())
        .then([pending](const Result<std::shared_ptr<const RunPage>> &page) {
            if (!page)
                return pending->refuse(page.error());
            pending->reply(200, bodyOf(**page));
        });
}

void Api::getRun(PendingPtr pending, ExecutionId id)
{
    if (const auto none = parseNoParameters(pending->request.query); !none)
        return pending->refuseParameter(none.error());
    m_source.runById(id, Ticket())
        .then([pending](const Result<std::shared_ptr<const Execution>> &run) {
            if (!run)
                return pending->refuse(run.error());
            QByteArray body;
            appendExecution(body, **run);
            pending->reply(200, body);
        });
}

void Api::listSteps(PendingPtr pending)
{
    auto query = parseStepPageQuery(pending->request.query);
    if (!query)
        return pending->refuseParameter(query.error());
    const bool withPayloads = query->withPayloads;
    m_source.stepPage(*std::move(query), Ticket())
        .then([pending, withPayloads](const Result<std::shared_ptr<const StepPage>> &page) {
            if (!page)
                return pending->refuse(page.error());
            pending->reply(200, bodyOf(**page, withPayloads));
        });
}

void Api::listErrors(PendingPtr pending)
{
    const auto id = parseErrorsQuery(pending->request.query);
    if (!id)
        return pending->refuseParameter(id.error());
    using Errors = std::vector<ExecutionError>;
    m_source.errorsOf(*id, Ticket())
        .then([pending](const Result<std::shared_ptr<const Errors>> &errors) {
            if (!errors)
                return pending->refuse(errors.error());
            pending->reply(200, pageBody(**errors, {}, appendError));
        });
}

void Api::tell(PendingPtr pending, QByteArray body)
{
    if (const auto none = parseNoParameters(pending->request.query); !none)
        return pending->refuseParameter(none.error());
    pending->reply(200, std::move(body));
}

} // namespace xray::ingest
