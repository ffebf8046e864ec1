// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/reply_bodies.h"

#include "model/ingest/entity_json.h"
#include "model/ingest/query_parameters.h"

namespace xray::ingest {

namespace {

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

} // namespace

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

QByteArray bodyOf(const query::RunAnswer &answer)
{
    const bool more = answer.more && !answer.runs.empty();
    return pageBody(answer.runs, more ? cursorAfter(answer.runs.back()) : QByteArray(),
                    appendExecution);
}

QByteArray bodyOf(const query::StepAnswer &answer, bool withPayloads)
{
    const bool more = answer.more && !answer.hits.empty();
    return pageBody(answer.hits, more ? queryCursorAfter(answer.hits.back().step) : QByteArray(),
                    [withPayloads](QByteArray &out, const query::StepHit &hit) {
                        appendStep(out, hit.step, withPayloads ? &hit.payloads : nullptr);
                    });
}

QByteArray bodyOf(const ErrorPage &page)
{
    const bool more = page.more && !page.errors.empty();
    return pageBody(page.errors, more ? cursorAfter(page.errors.back()) : QByteArray(),
                    appendError);
}

QByteArray bodyOf(const Execution &run)
{
    QByteArray body;
    appendExecution(body, run);
    return body;
}

QByteArray batchBody(qint64 accepted, const std::vector<Error> &rejected)
{
    QByteArray body = "{\"accepted\":" + QByteArray::number(accepted) + ",\"rejected\":[";
    for (const Error &error : rejected) {
        if (body.back() != '[')
            body += ',';
        appendRefusal(body, error);
    }
    return body + "]}";
}

} // namespace xray::ingest
