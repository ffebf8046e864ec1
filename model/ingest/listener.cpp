// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/listener.h"

#include "model/ingest/bind.h"
#include "model/ingest/json_writer.h"
#include "model/ingest/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <future>
#include <thread>

namespace xray::ingest {

namespace {

constexpr std::chrono::milliseconds kAcceptPause{100}; // after the system ran out of descriptors

AccessPolicy policyOf(const ListenerOptions &options)
{
    const auto address = addressOf(options.host);
    const bool loopback = !address || address->is_loopback();
    AccessPolicy policy{.hostRule = loopback ? HostRule::LoopbackOnly : HostRule::AnyAddress,
                        .hosts = {},
                        .origins = options.allowedOrigins,
                        .token = options.token};
    for (const QByteArray &host : options.allowedHosts)
        policy.hosts.append(host.toLower());
    return policy;
}

} // namespace

// ---- server ----------------------------------------------------------------------------------

class Listener::Server
{
public:
    Server(EventSink &sink, RunSource &source, ListenerOptions options);
    ~Server() { stop(); }

    Result<> start();
    void stop();
    void publish(Revision revision);
    ListenerState state() const;
    ListenerStats stats() const;
    std::vector<Refusal> recentRefusals() const { return m_ledger->recentRefusals(); }

private:
    Result<> open();
    Task<void> acceptConnections();
    void admit(tcp::socket socket);
    bool makeRoom();
    void turnAway(const tcp::socket &socket);
    void beginStop();
    void tellWhenDrained();
    void changeState(ListenerState::Kind kind);
    QByteArray statsJson() const;

    const ListenerOptions m_options;
    const std::shared_ptr<Ledger> m_ledger = std::make_shared<Ledger>();
    Api m_api;
    Reception m_reception;

    // Of the net thread while it runs.
    bool m_toldDrained = false;
    std::promise<void> m_drained; // no connection is left while stopping

    mutable std::mutex m_stateMutex;
    ListenerState m_state;

    // In the order they are made; stop() ends them in reverse.
    std::unique_ptr<net::io_context> m_context;
    std::optional<tcp::acceptor> m_acceptor;
    std::thread m_thread;
};

Listener::Server::Server(EventSink &sink, RunSource &source, ListenerOptions options)
    : m_options(std::move(options))
    , m_api(sink, source, m_ledger,
            {.eventsPerRequest = m_options.limits.eventsPerRequest,
             .jsonDepth = m_options.limits.jsonDepth,
             .pageBytes = m_options.limits.pageBytes,
             .version = m_options.version.toUtf8(),
             .store = m_options.store.toUtf8(),
             .statsJson = [this] { return statsJson(); },
             .queries = m_options.queries})
    , m_reception{.limits = m_options.limits,
                  .policy = policyOf(m_options),
                  .ledger = m_ledger,
                  .api = m_api,
                  .events = EventHub(source, m_options.limits),
                  .bodies = Budget(m_options.limits.bytesInFlight),
                  .replies = Budget(m_options.limits.replyBytesInFlight),
                  .onEnd = [this] { tellWhenDrained(); }}
{
}

// ---- start and stop --------------------------------------------------------------------------

Result<> Listener::Server::start()
{
    if (state().kind != ListenerState::Kind::Stopped)
        return Success{};
    m_context = std::make_unique<net::io_context>(1);
    if (auto opened = open(); !opened) {
        m_acceptor.reset();
        m_context.reset();
        return opened;
    }
    allowConnections(m_options.limits.connections);
    m_toldDrained = false;
    m_drained = {};
    m_reception.isStopping = false;
    m_reception.postbox = std::make_shared<Postbox>(*m_context);
    m_reception.decoder.emplace(1);
    m_reception.events.open(*m_context, m_reception.postbox);
    net::co_spawn(
        *m_context, [this] { return acceptConnections(); }, net::detached);
    m_thread = std::thread([this] { m_context->run(); });
    changeState(ListenerState::Kind::Listening);
    return Success{};
}

Result<> Listener::Server::open()
{
    const auto address = addressOf(m_options.host);
    if (!address)
        return address.error();
    if (!address->is_loopback() && m_options.token.isEmpty())
        return Error{
            ErrorCode::InvalidValue,
            QStringLiteral("Listening on %1 lets other machines in; give a token file too.")
                .arg(m_options.host)};
    m_acceptor.emplace(*m_context);
    if (const error_code ec = bindTo(*m_acceptor, {*address, m_options.port}))
        return bindError(m_options.host, m_options.port, ec);
    return Success{};
}

void Listener::Server::stop()
{
    if (state().kind != ListenerState::Kind::Listening)
        return;
    changeState(ListenerState::Kind::Stopping);
    auto drained = m_drained.get_future();
    m_reception.postbox->post([this] { beginStop(); });
    drained.wait_for(m_options.limits.stopTime);
    m_reception.postbox->close();
    m_context->stop();
    m_thread.join();
    m_reception.decoder->stop();
    m_reception.decoder->join();
    m_reception.decoder.reset();
    m_reception.events.letGo();
    m_acceptor.reset();
    m_context.reset(); // and with it every connection that did not finish
    changeState(ListenerState::Kind::Stopped);
}

void Listener::Server::beginStop()
{
    error_code ec;
    m_reception.isStopping = true;
    m_acceptor->close(ec);
    for (Connection *idle : m_reception.idle)
        idle->close();
    m_reception.events.close();
    tellWhenDrained();
}

void Listener::Server::tellWhenDrained()
{
    if (m_reception.isStopping && m_reception.connections == 0 &&
        !std::exchange(m_toldDrained, true))
        m_drained.set_value();
}

Task<void> Listener::Server::acceptConnections()
{
    net::steady_timer pause(*m_context);
    while (!m_reception.isStopping) {
        error_code ec;
        tcp::socket socket(*m_context);
        co_await m_acceptor->async_accept(socket, into(ec));
        if (!ec) {
            admit(std::move(socket));
            continue;
        }
        // Out of descriptors, accept() fails even when nobody waits: room is made for someone only.
        co_await m_acceptor->async_wait(tcp::acceptor::wait_read, into(ec));
        if (m_reception.isStopping)
            break;
        makeRoom();
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(into(ec));
    }
}

void Listener::Server::admit(tcp::socket socket)
{
    error_code ec;
    if (m_reception.connections >= m_options.limits.connections && !makeRoom())
        return turnAway(socket);
    socket.set_option(tcp::no_delay(true), ec);
    startSession(m_reception, std::move(socket));
}

bool Listener::Server::makeRoom()
{
    const bool found = m_reception.closeOldest();
    if (found)
        m_ledger->countGaveWay();
    return found;
}

void Listener::Server::turnAway(const tcp::socket &socket)
{
    m_ledger->refuse({.at = nowNs(),
                      .peer = QString::fromUtf8(peerOf(socket)),
                      .what = QStringLiteral("?"),
                      .code = QStringLiteral("too_many_connections"),
                      .message = QStringLiteral("There are %1 connections, and each is being "
                                                "served.")
                                     .arg(m_options.limits.connections),
                      .field = {}});
}

void Listener::Server::publish(Revision revision)
{
    if (state().kind != ListenerState::Kind::Listening)
        return;
    m_reception.postbox->post([this, revision] { m_reception.events.publish(revision); });
}

// ---- what it tells ---------------------------------------------------------------------------

void Listener::Server::changeState(ListenerState::Kind kind)
{
    ListenerState next{.kind = kind, .host = m_options.host, .port = m_options.port};
    if (kind == ListenerState::Kind::Listening)
        next.port = m_acceptor->local_endpoint().port();
    {
        const std::lock_guard lock(m_stateMutex);
        m_state = next;
    }
    if (m_options.onState)
        m_options.onState(next);
}

ListenerState Listener::Server::state() const
{
    const std::lock_guard lock(m_stateMutex);
    return m_state;
}

ListenerStats Listener::Server::stats() const
{
    ListenerStats stats = m_ledger->stats();
    stats.connections = m_reception.connections;
    stats.eventStreams = m_reception.events.count();
    stats.bytesInFlight = m_reception.bodies.used();
    return stats;
}

QByteArray Listener::Server::statsJson() const
{
    const ListenerStats own = stats();
    const SinkStats sink = m_options.sinkStats ? m_options.sinkStats() : SinkStats{};
    QByteArray json;
    ObjectWriter object(json);
    object.number("accepted", own.accepted);
    object.number("rejected", own.rejected);
    object.number("queued", sink.queuedEvents);
    object.number("spooled", sink.spooled);
    object.number("spool_waiting_bytes", sink.spoolWaitingBytes);
    object.number("spool_refused", sink.spoolRefused);
    if (sink.trouble)
        object.text("store_trouble", sink.trouble->message);
    object.number("dropped", sink.dropped);
    object.number("committed", sink.committed);
    object.number("requests", own.requests);
    object.number("connections", own.connections);
    object.number("event_streams", own.eventStreams);
    object.number("bytes_in_flight", own.bytesInFlight);
    object.number("gave_way", own.gaveWay);
    QByteArray codes;
    ObjectWriter byCode(codes);
    for (const auto &[code, count] : own.rejectedByCode)
        byCode.number(code.constData(), count);
    byCode.close();
    object.raw("rejected_by_code", codes);
    object.close();
    return json;
}

// ---- the public face -------------------------------------------------------------------------

Listener::Listener(EventSink &sink, RunSource &source, ListenerOptions options)
    : m_server(std::make_unique<Server>(sink, source, std::move(options)))
{
}

Listener::~Listener() = default;

Result<> Listener::start()
{
    return m_server->start();
}

void Listener::stop()
{
    m_server->stop();
}

void Listener::publish(const ChangeBatchPtr &batch)
{
    m_server->publish(batch->to);
}

ListenerState Listener::state() const
{
    return m_server->state();
}

ListenerStats Listener::stats() const
{
    return m_server->stats();
}

std::vector<Refusal> Listener::recentRefusals() const
{
    return m_server->recentRefusals();
}

} // namespace xray::ingest
