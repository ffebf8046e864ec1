// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses and ports to listen on. Private to the listener's .cpp files, because it includes Asio.
// Free functions, any thread.
#pragma once

#include <model/core/result.h>

#include <boost/asio/ip/tcp.hpp>

namespace xray::ingest {

using boost::asio::ip::tcp;

/// InvalidValue when `host` is neither an IP address nor localhost.
[[nodiscard]] Result<boost::asio::ip::address> addressOf(const QString &host);

/// Opens, binds and listens; SO_REUSEADDR only, so that a restart need not wait and no port is ever
/// shared.
[[nodiscard]] boost::system::error_code bindTo(tcp::acceptor &acceptor,
                                               const tcp::endpoint &endpoint);

/// Why bindTo() failed, for a person. Conflict: another program has the port.
[[nodiscard]] Error bindError(const QString &host, quint16 port,
                              const boost::system::error_code &ec);

/// Lets this process have so many connections open at once, as far as the system's hard limit on
/// descriptors goes; many systems start a program with 1,024.
void allowConnections(int connections);

} // namespace xray::ingest
