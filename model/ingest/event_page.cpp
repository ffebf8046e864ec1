// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/event_page.h"

#include "model/ingest/entity_json.h"
#include "model/ingest/json_writer.h"

#include <model/core/answer_promise.h>

#include <algorithm>
#include <set>

namespace xray::ingest {

namespace {

constexpr int kChangesPerPage = 500;
/// What runs have to say in a page, which ends with the revision that reaches it.
constexpr qint64 kPageBytes = qint64(1024) * 1024;

using ChangesResult = Result<std::shared_ptr<const ChangeBatch>>;
using EntitiesResult = Result<std::shared_ptr<const ChangedEntities>>;

struct PageEvent
{
    const char *name;
    QByteArray json;
};

QByteArray eventText(const PageEvent &event, Revision id)
{
    return QByteArray("event: ") + event.name + "\nid: " + QByteArray::number(qint64(id)) +
           "\ndata: " + event.json + "\n\n";
}

template<class Append>
QByteArray jsonOf(Append append)
{
    QByteArray json;
    append(json);
    return json;
}

std::set<ExecutionId> deletedRuns(const ChangeBatch &batch)
{
    std::set<ExecutionId> ids;
    for (const Change &change : batch.changes)
        if (change.kind == ChangeKind::Deleted && !change.deletedRun.isNull())
            ids.insert(change.deletedRun);
    return ids;
}

/// Deleted runs first: one that came back since is told of afterwards.
std::vector<PageEvent> eventsOf(const ChangeBatch &batch, const ChangedEntities &entities)
{
    std::vector<PageEvent> events;
    for (const ExecutionId &id : deletedRuns(batch))
        events.push_back({"deleted", "{\"id\":\"" + id.toUtf8() + "\"}"});
    for (const Execution &run : entities.runs)
        events.push_back({"run", jsonOf([&run](QByteArray &out) { appendExecution(out, run); })});
    for (const Step &step : entities.steps)
        events.push_back(
            {"step", jsonOf([&step](QByteArray &out) { appendStep(out, step, nullptr); })});
    return events;
}

/// The batch without what is after `to`.
std::shared_ptr<const ChangeBatch> cutAfter(const std::shared_ptr<const ChangeBatch> &batch,
                                            Revision to)
{
    if (batch->changes.back().revision <= to)
        return batch;
    ChangeBatch part = *batch;
    part.to = to;
    std::erase_if(part.changes, [to](const Change &change) { return change.revision > to; });
    return std::make_shared<const ChangeBatch>(std::move(part));
}

EventPage pageOf(const ChangeBatch &batch, const ChangedEntities &entities)
{
    EventPage page{batch.from, batch.to};
    const std::vector<PageEvent> events = eventsOf(batch, entities);
    for (const PageEvent &event : events)
        page.text += eventText(event, &event == &events.back() ? batch.to : batch.from);
    return page;
}

// ---- filtering -----------------------------------------------------------------------------

using PageHandler = std::function<void(const Result<EventPage> &)>;

void keepSteps(const EventFilter &filter, const std::shared_ptr<const ChangeBatch> &batch,
               const std::shared_ptr<const ChangedEntities> &entities, const PageHandler &handler)
{
    std::vector<StepRow> rows;
    for (const Step &step : entities->steps)
        rows.push_back(step.row);
    onAnswer(filter.queries->matchingSteps(filter.query, nowNs(), std::move(rows), Ticket()),
             [batch, entities, handler](const Answered<std::vector<query::StepHit>> &hits) {
                 if (!hits)
                     return handler(hits.error());
                 ChangedEntities kept;
                 for (const query::StepHit &hit : **hits)
                     kept.steps.push_back(hit.step);
                 std::ranges::reverse(kept.steps); // in order of arrival
                 handler(pageOf(*batch, kept));
             });
}

/// The query, of these runs only.
query::RunQuestion amongRuns(const query::Query &query, const std::vector<Execution> &runs)
{
    query::Condition isOne{{query::FieldId::Run}, query::Operator::In, {}};
    for (const Execution &run : runs)
        isOne.values.emplace_back(run.id.toString());
    query::Group both;
    both.children.push_back(std::make_shared<const query::Node>(query::Node{std::move(isOne), {}}));
    if (query.where)
        both.children.push_back(query.where);
    const auto where = std::make_shared<const query::Node>(query::Node{std::move(both), {}});
    return {{query::Subject::Runs, where}, nowNs(), static_cast<int>(runs.size()), {}};
}

void keepRuns(const EventFilter &filter, const std::shared_ptr<const ChangeBatch> &batch,
              const std::shared_ptr<const ChangedEntities> &entities, const PageHandler &handler)
{
    if (entities->runs.empty())
        return handler(pageOf(*batch, {}));
    onAnswer(filter.queries->findRuns(amongRuns(filter.query, entities->runs), Ticket()),
             [batch, handler](const Answered<query::RunAnswer> &answer) {
                 if (!answer)
                     return handler(answer.error());
                 handler(pageOf(*batch, {(*answer)->runs, {}}));
             });
}

void keepMatches(const EventFilterPtr &filter, const std::shared_ptr<const ChangeBatch> &batch,
                 const std::shared_ptr<const ChangedEntities> &entities, const PageHandler &handler)
{
    if (!filter)
        handler(pageOf(*batch, *entities));
    else if (filter->query.subject == query::Subject::Steps)
        keepSteps(*filter, batch, entities, handler);
    else
        keepRuns(*filter, batch, entities, handler);
}

} // namespace

EventPage droppedPage(Revision from, Revision to, const char *reason)
{
    QByteArray json;
    ObjectWriter object(json);
    object.utf8("reason", reason);
    object.close();
    return {from, to, eventText({"dropped", json}, to)};
}

void fetchEvents(RunSource &source, Revision since, EventFilterPtr filter,
                 std::function<void(const Result<EventPage> &)> handler)
{
    const auto withEntities = [handler, filter](const std::shared_ptr<const ChangeBatch> &batch) {
        return [handler, filter, batch](const EntitiesResult &entities) {
            if (entities)
                keepMatches(filter, cutAfter(batch, (*entities)->to), *entities, handler);
            else
                handler(entities.error());
        };
    };
    onAnswer(source.changesSince(since, kChangesPerPage, Ticket()),
             [handler, withEntities, &source, since](const ChangesResult &changes) {
                 if (!changes)
                     return handler(changes.error());
                 const ChangeBatch &batch = **changes;
                 if (batch.gap)
                     return handler(
                         droppedPage(since, batch.to, "the changes no longer reach back that far"));
                 if (batch.changes.empty())
                     return handler(EventPage{since, std::max(since, batch.to)});
                 onAnswer(source.changedEntities(batch.changes, kPageBytes, Ticket()),
                          withEntities(*changes));
             });
}

} // namespace xray::ingest
