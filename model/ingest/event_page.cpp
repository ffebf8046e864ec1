// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/event_page.h"

#include "model/ingest/entity_json.h"
#include "model/ingest/json_writer.h"

#include <algorithm>
#include <set>

namespace xray::ingest {

namespace {

constexpr int kChangesPerPage = 500;

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

EventPage pageOf(const ChangeBatch &batch, const ChangedEntities &entities)
{
    EventPage page{batch.from, batch.to};
    const std::vector<PageEvent> events = eventsOf(batch, entities);
    for (const PageEvent &event : events)
        page.text += eventText(event, &event == &events.back() ? batch.to : batch.from);
    return page;
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

void fetchEvents(RunSource &source, Revision since,
                 std::function<void(const Result<EventPage> &)> handler)
{
    const auto withEntities = [handler](const std::shared_ptr<const ChangeBatch> &batch) {
        return [handler, batch](const EntitiesResult &entities) {
            if (entities)
                handler(pageOf(*batch, **entities));
            else
                handler(entities.error());
        };
    };
    source.changesSince(since, kChangesPerPage, Ticket())
        .then([handler, withEntities, &source, since](const ChangesResult &changes) {
            if (!changes)
                return handler(changes.error());
            const ChangeBatch &batch = **changes;
            if (batch.gap)
                return handler(
                    droppedPage(since, batch.to, "the changes no longer reach back that far"));
            if (batch.changes.empty())
                return handler(EventPage{since, std::max(since, batch.to)});
            source.changedEntities(batch.changes, Ticket()).then(withEntities(*changes));
        });
}

} // namespace xray::ingest
