// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/cors.h"

namespace xray::ingest {

namespace {

/// How long a browser may remember the answer to a preflight, s.
constexpr int kPreflightMaxAge = 600;

/// What SDKs in a page send besides the headers that need no permission.
constexpr char kRequestHeaders[] =
    "Authorization, Content-Encoding, Content-Type, Last-Event-ID, X-Requested-With";

} // namespace

QByteArray corsHeaders(const RequestHead &head, const AccessPolicy &policy)
{
    if (head.origins.size() != 1 || !policy.origins.contains(head.origins.front()))
        return {};
    return "Access-Control-Allow-Origin: " + head.origins.front() +
           "\r\nAccess-Control-Expose-Headers: Retry-After\r\nVary: Origin\r\n";
}

HttpReply preflightReply(const RequestHead &head, const QByteArrayList &methods)
{
    HttpReply reply{.status = 204};
    reply.headers = "Access-Control-Allow-Methods: " + methods.join(", ") +
                    "\r\nAccess-Control-Allow-Headers: " + kRequestHeaders +
                    "\r\nAccess-Control-Max-Age: " + QByteArray::number(kPreflightMaxAge) + "\r\n";
    if (head.asksForPrivateNetwork)
        reply.headers += "Access-Control-Allow-Private-Network: true\r\n";
    return reply;
}

} // namespace xray::ingest
