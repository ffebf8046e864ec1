// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/event_page.h"

#include "model/ingest/entity_json.h"

#include <algorithm>

namespace xray::ingest {

namespace {

constexpr int kChangesPerPage = 500;

using ChangesResult = Result<std::shared_ptr<const ChangeBatch>>;
using EntitiesResult = Result<std::shared_ptr<const ChangedEntities>>;

QByteArray eventText(QByteArrayView name, Revision id, QByteArrayView json)
{
    QByteArray text =
        "event: " + name.toByteArray() + "\nid: " + QByteArray::number(qint64(id)) + "\ndata: ";
    return text.append(json).append("\n\n");
}

EventPage droppedPage(const ChangeBatch &batch)
{
    return {batch.to,
            eventText("dropped", batch.to, "{\"reason\":\"the changes reach less far back\"}")};
}

EventPage pageOf(const ChangedEntities &entities, Revision since, Revision to)
{
    EventPage page{to};
    std::size_t left = entities.runs.size() + entities.steps.size();
    const auto append = [&](const char *name, const QByteArray &json) {
        page.text += eventText(name, --left == 0 ? to : since, json);
    };
    for (const Execution &run : entities.runs) {
        QByteArray json;
        appendExecution(json, run);
        append("run", json);
    }
    for (const Step &step : entities.steps) {
        QByteArray json;
        appendStep(json, step, nullptr);
        append("step", json);
    }
    return page;
}

} // namespace

void fetchEvents(RunSource &source, Revision since,
                 std::function<void(const Result<EventPage> &)> handler)
{
    const auto withEntities = [handler, since](Revision to) {
        return [handler, since, to](const EntitiesResult &entities) {
            if (entities)
                handler(pageOf(**entities, since, to));
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
                return handler(droppedPage(batch));
            if (batch.changes.empty())
                return handler(EventPage{std::max(since, batch.to)});
            source.changedEntities(batch.changes, Ticket()).then(withEntities(batch.to));
        });
}

} // namespace xray::ingest
