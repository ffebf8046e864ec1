// SPDX-License-Identifier: GPL-3.0-or-later
// Requests and replies of the HTTP API without anything of a socket, and the making of error
// replies. Plain values that move between the net, decode, writer and reader threads.
#pragma once

#include <model/core/result.h>
#include <model/core/ticket.h>

#include <QByteArray>

#include <functional>

namespace xray::ingest {

struct HttpRequest
{
    QByteArray method; ///< as sent, upper case
    QByteArray path;   ///< of the target, still percent-encoded
    QByteArray query;  ///< of the target, without the question mark, still percent-encoded
    QByteArray peer;   ///< "127.0.0.1:51234", for the list of refusals
    QByteArray contentType = {}; ///< as sent
    QByteArray body = {};        ///< inflated
    Ticket ticket = {};          ///< cancelled once nobody waits for the answer any more
};

struct HttpReply
{
    int status = 200;
    QByteArray body = {};
    QByteArray headers = {};                     ///< further lines, each ending in CR LF
    QByteArray contentType = "application/json"; ///< unused without a body
    QString problem = {};                        ///< of an error: the message that the body holds
};

/// Called exactly once, on any thread.
using ReplyHandler = std::function<void(HttpReply)>;

/// {"error":{…}} with the status that the error's code has in the API, and Retry-After for 503.
[[nodiscard]] HttpReply errorReply(const Error &error);
/// The same with another status.
[[nodiscard]] HttpReply errorReply(int status, const Error &error);
/// For what only HTTP knows: a code such as "origin_not_allowed" that is no ErrorCode.
[[nodiscard]] HttpReply errorReply(int status, const char *code, const QString &message);

/// "Created" for 201, as the status line has it.
[[nodiscard]] const char *reasonPhrase(int status);

} // namespace xray::ingest
