// SPDX-License-Identifier: GPL-3.0-or-later
// Looking at a port from outside: who answers there, and which one is free.
#include "model/ingest/listener.h"

#include "model/ingest/bind.h"
#include "model/ingest/net_task.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace xray::ingest {

namespace {

constexpr std::size_t kLongestAnswer = 64 * 1024;
constexpr int kPortsTried = 100;

/// Asks for /healthz and fills `answer` with what comes until the other side closes.
Task<void> askForHealth(tcp::socket &socket, tcp::endpoint endpoint, std::string &answer,
                        bool &isConnected)
{
    static constexpr std::string_view question =
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    error_code ec;
    co_await socket.async_connect(endpoint, into(ec));
    isConnected = !ec;
    if (!ec)
        co_await net::async_write(socket, net::buffer(question), into(ec));
    if (!ec)
        co_await net::async_read(socket, net::dynamic_buffer(answer, kLongestAnswer), into(ec));
}

Occupant occupantOf(const std::string &answer)
{
    const QByteArray bytes = QByteArray::fromStdString(answer);
    const qsizetype body = bytes.indexOf("\r\n\r\n");
    const QJsonObject health =
        body < 0 ? QJsonObject() : QJsonDocument::fromJson(bytes.mid(body + 4)).object();
    if (health[QLatin1String("service")].toString() != QLatin1String("xray"))
        return {.kind = Occupant::Kind::SomethingElse, .version = {}, .store = {}};
    return {.kind = Occupant::Kind::AnotherXRay,
            .version = health[QLatin1String("version")].toString(),
            .store = health[QLatin1String("store")].toString()};
}

} // namespace

Occupant probeListener(const QString &host, quint16 port, std::chrono::milliseconds timeout)
{
    const auto address = addressOf(host);
    if (!address)
        return {};
    net::io_context context(1);
    tcp::socket socket(context);
    std::string answer;
    bool isConnected = false;
    net::co_spawn(context, askForHealth(socket, {*address, port}, answer, isConnected),
                  net::detached);
    context.run_for(timeout);
    return isConnected ? occupantOf(answer) : Occupant{};
}

quint16 nextFreePort(const QString &host, quint16 port)
{
    const auto address = addressOf(host);
    net::io_context context;
    for (int next = port + 1; address && next <= std::min(port + kPortsTried, 65535); ++next) {
        tcp::acceptor acceptor(context);
        if (!bindTo(acceptor, {*address, static_cast<quint16>(next)}))
            return static_cast<quint16>(next);
    }
    return 0;
}

} // namespace xray::ingest
