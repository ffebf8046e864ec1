// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/http_client.h"

#include <QByteArrayList>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <future>
#include <optional>
#include <vector>

namespace xray::bench {

namespace {

constexpr qsizetype kReceiveBytes = 64 * 1024;

Error socketError(const char *what)
{
    return {ErrorCode::Unavailable,
            QStringLiteral("%1: %2").arg(QLatin1String(what), QLatin1String(std::strerror(errno)))};
}

/// Where the reply at the start of `received` ends, once its header is there.
std::optional<qsizetype> replySize(const QByteArray &received)
{
    const qsizetype headerEnd = received.indexOf("\r\n\r\n");
    if (headerEnd < 0)
        return std::nullopt;
    const QByteArray header = received.first(headerEnd).toLower() + "\r\n";
    const QByteArray field("\r\ncontent-length:");
    const qsizetype place = header.indexOf(field);
    if (place < 0)
        return headerEnd + 4;
    const qsizetype value = place + field.size();
    const QByteArray length = header.mid(value, header.indexOf("\r\n", value) - value);
    return headerEnd + 4 + length.trimmed().toLongLong();
}

HttpReply replyFrom(const QByteArray &text)
{
    const qsizetype headerEnd = text.indexOf("\r\n\r\n");
    return {text.mid(qstrlen("HTTP/1.1 "), 3).toInt(), text.mid(headerEnd + 4)};
}

} // namespace

Result<std::unique_ptr<HttpClient>> HttpClient::connectTo(quint16 port)
{
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    if (handle < 0)
        return socketError("socket");
    std::unique_ptr<HttpClient> client(new HttpClient(handle));
    const int on = 1;
    ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(handle, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return socketError("connect");
    return client;
}

HttpClient::~HttpClient()
{
    ::close(m_socket);
}

Result<> HttpClient::receiveMore()
{
    const qsizetype had = m_received.size();
    m_received.resize(had + kReceiveBytes);
    const ssize_t got = ::recv(m_socket, m_received.data() + had, kReceiveBytes, 0);
    m_received.resize(had + std::max<ssize_t>(got, 0));
    if (got > 0)
        return Success{};
    return got == 0 ? Error{ErrorCode::Unavailable, QStringLiteral("The listener hung up")}
                    : socketError("recv");
}

Result<HttpReply> HttpClient::exchange(const QByteArray &request)
{
    for (qsizetype sent = 0; sent < request.size();) {
        const ssize_t now =
            ::send(m_socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (now < 0)
            return socketError("send");
        sent += now;
    }
    auto size = replySize(m_received);
    while (!size || m_received.size() < *size) {
        if (auto more = receiveMore(); !more)
            return more.error();
        size = replySize(m_received);
    }
    HttpReply reply = replyFrom(m_received.first(*size));
    m_received.remove(0, *size);
    return reply;
}

Result<> HttpClient::expectSuccess(const QByteArray &request)
{
    const auto reply = exchange(request);
    if (!reply)
        return reply.error();
    if (reply->status / 100 == 2)
        return Success{};
    return Error{ErrorCode::Internal, QStringLiteral("HTTP %1: %2")
                                          .arg(reply->status)
                                          .arg(QString::fromUtf8(reply->body.first(
                                              std::min<qsizetype>(reply->body.size(), 300))))};
}

QByteArray get(const char *path)
{
    return "GET " + QByteArray(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

QByteArray post(const char *path, const QByteArray &body)
{
    const bool lines = qstrcmp(path, "/batch") == 0;
    return "POST " + QByteArray(path) + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " +
           (lines ? "application/x-ndjson" : "application/json") +
           "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

Result<> onConnections(int count, quint16 port,
                       const std::function<Result<>(HttpClient &, int)> &work)
{
    std::vector<std::future<Result<>>> running;
    for (int i = 0; i < count; ++i) {
        running.push_back(std::async(std::launch::async, [&work, port, i]() -> Result<> {
            auto client = HttpClient::connectTo(port);
            if (!client)
                return client.error();
            return work(**client, i);
        }));
    }
    Result<> all = Success{};
    for (auto &one : running) {
        if (auto done = one.get(); !done && all)
            all = done;
    }
    return all;
}

} // namespace xray::bench
