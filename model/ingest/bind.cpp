// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/bind.h"

#include <sys/resource.h>

#include <algorithm>

namespace xray::ingest {

namespace net = boost::asio;
using boost::system::error_code;

namespace {

/// For the store, its readers, the screen, and whatever else the program has open.
constexpr rlim_t kOtherDescriptors = 256;

} // namespace

Result<net::ip::address> addressOf(const QString &host)
{
    error_code ec;
    const QString literal = host == QLatin1String("localhost") ? QStringLiteral("127.0.0.1") : host;
    const auto address = net::ip::make_address(literal.toStdString(), ec);
    if (ec)
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("Cannot listen on \"%1\": it is not an IP address.").arg(host)};
    return address;
}

error_code bindTo(tcp::acceptor &acceptor, const tcp::endpoint &endpoint)
{
    error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec)
        acceptor.set_option(net::socket_base::reuse_address(true), ec);
    if (!ec)
        acceptor.bind(endpoint, ec);
    if (!ec)
        acceptor.listen(net::socket_base::max_listen_connections, ec);
    return ec;
}

Error bindError(const QString &host, quint16 port, const error_code &ec)
{
    const QString place = QStringLiteral("%1:%2").arg(host).arg(port);
    if (ec == net::error::address_in_use)
        return {ErrorCode::Conflict,
                QStringLiteral("Cannot listen on %1: another program has that port. Stop it, or "
                               "choose another port.")
                    .arg(place)};
    return {ErrorCode::Unavailable, QStringLiteral("Cannot listen on %1: %2.")
                                        .arg(place, QString::fromStdString(ec.message()))};
}

void allowConnections(int connections)
{
    rlimit limit{};
    const auto wanted = static_cast<rlim_t>(connections) + kOtherDescriptors;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit); // if it fails, connections wait until others are closed
}

} // namespace xray::ingest
