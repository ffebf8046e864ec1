// SPDX-License-Identifier: GPL-3.0-or-later
// Everyone who follows GET /events, and what they are to be told: the change feed is read once for
// all of them, a stretch at a time, into a bounded ring; each follower has a place in it. Owned by
// the listener's server, used on the net thread only, except count().
#pragma once

#include "model/ingest/event_page.h"
#include "model/ingest/limits.h"
#include "model/ingest/net_task.h"

#include <atomic>
#include <deque>
#include <list>

namespace xray::ingest {

class EventFollower;

class EventHub
{
public:
    /// The source must outlive the hub.
    EventHub(RunSource &source, const ListenerLimits &limits);

    /// Before the net thread begins.
    void open(net::io_context &context, std::shared_ptr<Postbox> postbox);
    /// Ends what waits for the source, and every follower.
    void close();
    /// After the net thread has ended, before its io_context goes.
    void letGo();

    /// There is something up to `revision`; wakes the reading.
    void publish(Revision revision);

    [[nodiscard]] int count() const { return m_count; }

private:
    friend class EventFollower;
    using Page = std::shared_ptr<const Result<EventPage>>;
    using Now = std::shared_ptr<const Result<Revision>>;

    void join(EventFollower *follower);
    void leave(EventFollower *follower);
    /// A follower knows its place; the ring begins at `now` if it is the first one.
    void beginAt(Revision now);
    void readIfBehind();
    Task<void> readUntilCurrent();
    [[nodiscard]] std::shared_ptr<Delivery<Page>> askForPage(Revision since,
                                                             EventFilterPtr filter = {});
    [[nodiscard]] std::shared_ptr<Delivery<Now>> askForNow();
    void append(const EventPage &page);
    /// The page that holds what comes after `seen`, or null when nothing newer was read yet.
    [[nodiscard]] const EventPage *pageAfter(Revision seen) const;
    [[nodiscard]] Revision begin() const;

    RunSource &m_source;
    const ListenerLimits m_limits;
    net::io_context *m_context = nullptr;
    std::shared_ptr<Postbox> m_postbox;
    std::list<EventFollower *> m_followers;
    int m_placed = 0; ///< followers that know their place
    std::deque<EventPage> m_ring;
    qint64 m_ringBytes = 0;
    Revision m_end = 0; ///< of the ring
    Revision m_published = 0;
    bool m_reading = false;
    bool m_closing = false;
    std::shared_ptr<Delivery<Page>> m_awaited;
    std::optional<net::steady_timer> m_pause;
    std::atomic<int> m_count = 0;
};

/// One event stream's place in what the hub tells.
class EventFollower
{
public:
    /// Told of everything without a filter.
    EventFollower(EventHub &hub, const net::any_io_executor &executor, EventFilterPtr filter = {});
    EventFollower(const EventFollower &) = delete;
    EventFollower &operator=(const EventFollower &) = delete;
    ~EventFollower();

    /// Takes its place: after `lastSeen`, or at the present. An Error when the source cannot say
    /// what the present is.
    Task<Result<>> begin(std::optional<Revision> lastSeen);
    /// The next text to send: events, or a comment when nothing happened for a heartbeat. Empty
    /// when it is over.
    Task<QByteArray> next();
    /// Makes next() return; the client has gone or the listener stops.
    void leave();

private:
    friend class EventHub;
    void wake() { m_news.cancel(); }
    Task<QByteArray> readOwnPage();
    QByteArray take(const EventPage &page);
    /// False when something woke it before.
    Task<bool> isSilentFor(std::chrono::milliseconds time);

    EventHub &m_hub;
    net::steady_timer m_news;
    const EventFilterPtr m_filter; ///< with one it reads for itself whenever there is something
    Revision m_seen = 0;
    QByteArray m_first; ///< to be sent before anything else
    bool m_isPlaced = false;
    bool m_isBehind = false; ///< older than the ring from the start: reads for itself
    bool m_left = false;
    std::function<void()> m_abandon; ///< what it waits for
};

} // namespace xray::ingest
