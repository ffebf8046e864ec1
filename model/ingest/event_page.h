// SPDX-License-Identifier: GPL-3.0-or-later
// The next stretch of the event stream as text: what changed after a revision, each run and step as
// it is now, each run that was deleted, in the format of server-sent events. A slow reader thus
// skips intermediate states instead of piling them up. Free functions, any thread.
#pragma once

#include <model/core/ports.h>
#include <model/query/source.h>

#include <functional>

namespace xray::ingest {

struct EventPage
{
    Revision from = 0;    ///< exclusive
    Revision to = 0;      ///< inclusive: ask for what is after this next
    QByteArray text = {}; ///< may be empty
};

/// What a follower wants to be told of: steps that match, or runs that match. Deleted runs are told
/// of in any case.
struct EventFilter
{
    query::QuerySource *queries = nullptr; ///< outlives the follower
    query::Query query;
};
using EventFilterPtr = std::shared_ptr<const EventFilter>;

/// Calls `handler` once, on any thread, or never when the source closes meanwhile. The last event
/// of a page has the page's revision as its id and the ones before have `since`, so that a client
/// that reconnects repeats a torn page instead of missing its end.
/// Without a filter everything is told.
void fetchEvents(RunSource &source, Revision since, EventFilterPtr filter,
                 std::function<void(const Result<EventPage> &)> handler);

/// Tells a client that it missed what was between `from` and `to`.
[[nodiscard]] EventPage droppedPage(Revision from, Revision to, const char *reason);

} // namespace xray::ingest
