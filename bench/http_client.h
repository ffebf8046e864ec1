// SPDX-License-Identifier: GPL-3.0-or-later
// A pipeline's end of the wire: keep-alive HTTP/1.1 over a blocking socket to the loopback, with as
// little work as possible, since it shares the machine with the listener. Used by one thread at a
// time.
#pragma once

#include <model/core/result.h>

#include <QByteArray>

#include <functional>
#include <memory>

namespace xray::bench {

struct HttpReply
{
    int status = 0;
    QByteArray body;
};

class HttpClient
{
public:
    [[nodiscard]] static Result<std::unique_ptr<HttpClient>> connectTo(quint16 port);
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;
    ~HttpClient();

    /// Sends a whole request as get() and post() make it, and waits for the reply.
    [[nodiscard]] Result<HttpReply> exchange(const QByteArray &request);
    /// The same, but a reply that is not 2xx is an error.
    [[nodiscard]] Result<> expectSuccess(const QByteArray &request);

private:
    explicit HttpClient(int socket)
        : m_socket(socket)
    {
    }
    Result<> receiveMore();

    int m_socket;
    QByteArray m_received;
};

[[nodiscard]] QByteArray get(const char *path);
/// `path` "/batch" sends NDJSON, anything else JSON.
[[nodiscard]] QByteArray post(const char *path, const QByteArray &body);

/// Calls `work` with 0 to count - 1 on as many threads, each with a connection of its own, and
/// waits for them. The first error, if any.
[[nodiscard]] Result<> onConnections(int count, quint16 port,
                                     const std::function<Result<>(HttpClient &, int)> &work);

} // namespace xray::bench
