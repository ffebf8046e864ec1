// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/event_hub.h"

#include <model/core/answer_promise.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>

namespace xray::ingest {

namespace {

qint64 sizeOf(const EventPage &page)
{
    return page.text.size() + qint64(sizeof(EventPage));
}

} // namespace

EventHub::EventHub(RunSource &source, const ListenerLimits &limits)
    : m_source(source)
    , m_limits(limits)
{
}

void EventHub::open(net::io_context &context, std::shared_ptr<Postbox> postbox)
{
    m_context = &context;
    m_postbox = std::move(postbox);
    m_pause.emplace(context);
    m_ring.clear();
    m_ringBytes = 0;
    m_reading = false;
    m_closing = false;
}

void EventHub::close()
{
    m_closing = true;
    if (m_awaited)
        m_awaited->abandon();
    m_pause->cancel();
    for (EventFollower *follower : m_followers)
        follower->leave();
}

void EventHub::letGo()
{
    m_awaited.reset();
    m_pause.reset();
    m_postbox.reset();
}

void EventHub::publish(Revision revision)
{
    m_published = std::max(m_published, revision);
    readIfBehind();
}

void EventHub::join(EventFollower *follower)
{
    m_followers.push_back(follower);
    ++m_count;
}

void EventHub::leave(EventFollower *follower)
{
    m_followers.remove(follower);
    --m_count;
}

void EventHub::beginAt(Revision now)
{
    if (m_placed++ == 0 && !m_reading) {
        m_ring.clear();
        m_ringBytes = 0;
        m_end = now;
    }
    readIfBehind();
}

void EventHub::readIfBehind()
{
    if (m_reading || m_closing || m_placed == 0 || m_published <= m_end)
        return;
    m_reading = true;
    net::co_spawn(
        *m_context, [this] { return readUntilCurrent(); }, net::detached);
}

// The first change is told at once, further ones gather for a moment.
Task<void> EventHub::readUntilCurrent()
{
    error_code ec;
    while (!m_closing && m_placed > 0 && m_published > m_end) {
        const Revision before = m_end;
        const auto delivery = askForPage(before);
        m_awaited = delivery;
        const std::optional<Page> page = co_await delivery->take();
        if (page && **page)
            append(***page);
        const bool wasFullPage = m_end > before && m_published > m_end;
        if (m_closing || wasFullPage)
            continue;
        m_pause->expires_after(m_limits.eventPause);
        co_await m_pause->async_wait(into(ec));
    }
    m_reading = false;
}

std::shared_ptr<Delivery<EventHub::Page>> EventHub::askForPage(Revision since,
                                                               EventFilterPtr filter)
{
    auto delivery = std::make_shared<Delivery<Page>>(m_context->get_executor());
    fetchEvents(m_source, since, std::move(filter),
                [receive = delivery->receiver(m_postbox)](const Result<EventPage> &page) {
                    receive(std::make_shared<const Result<EventPage>>(page));
                });
    return delivery;
}

std::shared_ptr<Delivery<EventHub::Now>> EventHub::askForNow()
{
    auto delivery = std::make_shared<Delivery<Now>>(m_context->get_executor());
    onAnswer(m_source.revision(Ticket()),
             [receive = delivery->receiver(m_postbox)](const Answered<Revision> &now) {
                 receive(std::make_shared<const Result<Revision>>(now ? Result<Revision>(**now)
                                                                      : now.error()));
             });
    return delivery;
}

void EventHub::append(const EventPage &page)
{
    if (page.to <= m_end)
        return;
    m_end = page.to;
    m_ring.push_back(page);
    m_ringBytes += sizeOf(page);
    while (m_ring.size() > 1 && m_ringBytes > m_limits.eventRingBytes) {
        m_ringBytes -= sizeOf(m_ring.front());
        m_ring.pop_front();
    }
    for (EventFollower *follower : m_followers)
        follower->wake();
}

const EventPage *EventHub::pageAfter(Revision seen) const
{
    const auto found = std::find_if(m_ring.begin(), m_ring.end(),
                                    [seen](const EventPage &page) { return page.to > seen; });
    return found == m_ring.end() ? nullptr : &*found;
}

Revision EventHub::begin() const
{
    return m_ring.empty() ? m_end : m_ring.front().from;
}

// ---- one who follows -------------------------------------------------------------------------

EventFollower::EventFollower(EventHub &hub, const net::any_io_executor &executor,
                             EventFilterPtr filter)
    : m_hub(hub)
    , m_news(executor)
    , m_filter(std::move(filter))
{
    m_hub.join(this);
}

EventFollower::~EventFollower()
{
    m_hub.leave(this);
    if (m_isPlaced)
        --m_hub.m_placed;
}

void EventFollower::leave()
{
    m_left = true;
    m_news.cancel();
    if (m_abandon)
        m_abandon();
}

Task<Result<>> EventFollower::begin(std::optional<Revision> lastSeen)
{
    const auto delivery = m_hub.askForNow();
    m_abandon = [delivery] { delivery->abandon(); };
    const std::optional<EventHub::Now> answer = co_await delivery->take();
    m_abandon = {};
    const Error stopping{ErrorCode::Unavailable, QStringLiteral("The listener is stopping.")};
    const Result<Revision> present = answer ? **answer : Result<Revision>(stopping);
    if (!present)
        co_return present.error();
    const Revision now = *present;
    m_seen = std::min(lastSeen.value_or(now), now);
    if (lastSeen && *lastSeen > now)
        m_first = droppedPage(now, now, "the store is not the one you saw").text;
    m_hub.beginAt(now);
    m_isPlaced = true;
    m_isBehind = m_seen < m_hub.begin();
    co_return Success{};
}

Task<QByteArray> EventFollower::next()
{
    QByteArray text = std::exchange(m_first, {});
    while (text.isEmpty() && !m_left) {
        const bool readsItself = m_isBehind || (m_filter && m_seen < m_hub.m_end);
        if (readsItself)
            text = co_await readOwnPage();
        else if (!m_filter && m_seen < m_hub.begin())
            text = take(droppedPage(m_seen, m_hub.begin(), "the reader was too slow"));
        else if (const EventPage *page = m_filter ? nullptr : m_hub.pageAfter(m_seen))
            text = take(*page);
        else if (co_await isSilentFor(m_hub.m_limits.heartbeatTime))
            text = ": still here\n\n";
    }
    co_return text;
}

QByteArray EventFollower::take(const EventPage &page)
{
    m_seen = page.to;
    return page.text;
}

// What was before the ring, until the ring is reached. Empty when there is nothing to send of it.
Task<QByteArray> EventFollower::readOwnPage()
{
    const auto delivery = m_hub.askForPage(m_seen, m_filter);
    m_abandon = [delivery] { delivery->abandon(); };
    const std::optional<EventHub::Page> answer = co_await delivery->take();
    m_abandon = {};
    if (m_left)
        co_return QByteArray();
    if (!answer || !**answer) {
        co_await isSilentFor(m_hub.m_limits.eventPause);
        co_return QByteArray();
    }
    const EventPage &page = ***answer;
    const QByteArray text = take(page);
    m_isBehind = m_seen < m_hub.begin();
    co_return text;
}

Task<bool> EventFollower::isSilentFor(std::chrono::milliseconds time)
{
    error_code ec;
    m_news.expires_after(time);
    co_await m_news.async_wait(into(ec));
    co_return !ec;
}

} // namespace xray::ingest
