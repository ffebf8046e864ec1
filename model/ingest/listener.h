// SPDX-License-Identifier: GPL-3.0-or-later
// The HTTP door: listens on one address and serves the API of schemas/openapi.yaml over an
// EventSink and a RunSource. Owned by the composition root. It runs one net thread for all sockets
// and one decode thread for large or compressed bodies; no Qt object lives on them. All members may
// be called from any thread, start() and stop() from one at a time.
#pragma once

#include "model/ingest/limits.h"
#include "model/ingest/listener_stats.h"

#include <model/core/ports.h>
#include <model/query/source.h>

#include <QByteArrayList>

#include <functional>
#include <memory>

namespace xray::ingest {

struct ListenerOptions
{
    QString host = QStringLiteral("127.0.0.1"); ///< an IP address, or localhost
    quint16 port = 4318;                        ///< 0: any free one
    ListenerLimits limits = {};
    QByteArray token = {};              ///< must be given for a host that is not loopback
    QByteArrayList allowedHosts = {};   ///< Host names besides the loopback ones, without port
    QByteArrayList allowedOrigins = {}; ///< of web pages that may use the listener
    QString version = {};               ///< for /healthz
    QString store = {};                 ///< for /healthz, so that another X-Ray can watch it
    std::function<SinkStats()> sinkStats = {}; ///< for /stats; any thread; may be empty
    /// For q=; outlives the listener. Null: no call takes a query.
    query::QuerySource *queries = nullptr;
    /// Told of each change of state, on the thread that made it; must not block.
    std::function<void(const ListenerState &)> onState = {};
};

class Listener
{
public:
    /// The ports must outlive the listener.
    Listener(EventSink &sink, RunSource &source, ListenerOptions options);
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;
    /// Stops if need be.
    ~Listener();

    /// Binds before it returns, and never shares a port. Conflict: the port is taken (ask
    /// probeListener() by whom). InvalidValue: no such address, or one that is not loopback without
    /// a token. Starts again after stop().
    [[nodiscard]] Result<> start();

    /// Takes no more connections, lets requests that are being served finish for limits.stopTime,
    /// closes the rest and joins the threads. Blocks that long: not for the GUI thread.
    void stop();

    /// Wakes the event streams. Cheap.
    void publish(const ChangeBatchPtr &batch);

    [[nodiscard]] ListenerState state() const;
    [[nodiscard]] ListenerStats stats() const;
    /// Oldest first.
    [[nodiscard]] std::vector<Refusal> recentRefusals() const;

private:
    class Server;
    std::unique_ptr<Server> m_server;
};

/// Who answers at an address.
struct Occupant
{
    enum class Kind { Nobody, AnotherXRay, SomethingElse };

    Kind kind = Kind::Nobody;
    QString version; ///< of the other X-Ray
    QString store;   ///< URL of the store it keeps; empty when it does not tell
};

/// Asks GET /healthz there. Blocks up to `timeout`: not for the GUI thread.
[[nodiscard]] Occupant
probeListener(const QString &host, quint16 port,
              std::chrono::milliseconds timeout = std::chrono::milliseconds(500));

/// The first port above `port`, of the next 100, that can be bound on `host` now; 0 when none can.
[[nodiscard]] quint16 nextFreePort(const QString &host, quint16 port);

} // namespace xray::ingest
