// SPDX-License-Identifier: GPL-3.0-or-later
// One connection of the HTTP door, and what all connections share. A session reads a request, has
// it judged, received and answered, and again, as one coroutine on the net thread, which owns it.
// Beast is used in session.cpp alone, by request_parser.h.
#pragma once

#include "model/ingest/api.h"
#include "model/ingest/body_intake.h"
#include "model/ingest/event_hub.h"
#include "model/ingest/http_policy.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>

#include <list>

namespace xray::ingest {

using net::ip::tcp;

/// A connection as the others see it.
class Connection
{
public:
    virtual ~Connection() = default;
    /// Ends it where it stands. Its coroutine notices later.
    virtual void close() = 0;
};

/// Connections that nobody serves at the moment, the one that came first in front.
using WaitingLine = std::list<Connection *>;

/// What the connections of one listener share. Owned by its server; of the net thread, where it
/// does not say otherwise.
struct Reception
{
    const ListenerLimits limits;
    const AccessPolicy policy;
    const std::shared_ptr<Ledger> ledger; ///< any thread
    Api &api;                             ///< any thread
    EventHub events;
    Budget bodies;                                ///< read and not yet answered
    Budget replies;                               ///< made and not yet taken
    WaitingLine idle = {};                        ///< between two requests
    WaitingLine unfinished = {};                  ///< in the middle of sending one
    bool isStopping = false;                      ///< after its reply a connection ends
    std::atomic<int> connections = 0;             ///< any thread
    std::shared_ptr<Postbox> postbox = {};        ///< any thread, while it runs
    std::optional<net::thread_pool> decoder = {}; ///< any thread, while it runs
    std::function<void()> onEnd = {};             ///< a connection has ended

    /// Makes room: the first idle connection goes, or else the first unfinished one. False when
    /// every connection is being served.
    bool closeOldest();
};

/// "127.0.0.1:51234" or "[::1]:51234"; empty when the other side has gone already.
[[nodiscard]] QByteArray peerOf(const tcp::socket &socket);

/// Serves `socket` until it ends.
void startSession(Reception &reception, tcp::socket socket);

} // namespace xray::ingest
