// SPDX-License-Identifier: GPL-3.0-or-later
// Who may speak to the listener, and which requests are framed so that two readers of the same
// bytes could not disagree about them: decided from the header alone, before the body is read. The
// header parser below it (Beast 1.81) takes some framings that later versions refuse, hence the
// checks here. Pure functions, any thread.
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <cstdint>
#include <optional>

namespace xray::ingest {

/// What the checks look at; repeated fields are all there.
struct RequestHead
{
    QByteArray method;
    QByteArray target; ///< as sent
    bool isVersion11 = true;
    bool chunked = false; ///< the parser will read chunks
    std::optional<std::uint64_t> contentLength = {};
    QByteArrayList hosts = {};
    QByteArrayList origins = {};
    QByteArrayList transferEncodings = {};
    QByteArrayList contentLengths = {};
    QByteArray authorization = {};
    QByteArray contentType = {};
    QByteArray contentEncoding = {}; ///< lower case
    QByteArray expect = {};          ///< lower case
    QByteArray lastEventId = {};
    QByteArray plannedMethod = {};      ///< Access-Control-Request-Method of a preflight
    bool asksForPrivateNetwork = false; ///< a preflight from a public page to this network
};

/// Why a request is turned away.
struct Denial
{
    int status = 400;
    const char *code = "bad_request"; ///< for the error body
    QString message = {};
    QByteArray headers = {}; ///< further lines, each ending in CR LF
};

enum class HostRule {
    LoopbackOnly, ///< localhost and the loopback addresses
    AnyAddress,   ///< also any IP address: a listener open to the network, guarded by its token
};

struct AccessPolicy
{
    HostRule hostRule = HostRule::LoopbackOnly;
    QByteArrayList hosts = {};   ///< further names, lower case, without port
    QByteArrayList origins = {}; ///< for example "http://localhost:3000"
    QByteArray token = {};       ///< empty: none is asked for
};

/// Exactly one way to tell where the body ends, exactly one Host, an expectation we know (417).
[[nodiscard]] std::optional<Denial> checkFraming(const RequestHead &head);

/// Host and an absolute target name this listener (403; DNS rebinding), Origin is allowed (403; a
/// web page that posts here), and the token is right (401) unless the path is /healthz or a browser
/// asks beforehand (it sends no token then).
[[nodiscard]] std::optional<Denial> checkAccess(const RequestHead &head,
                                                const AccessPolicy &policy);

/// Whether a browser asks, before the request itself, if a web page may send it.
[[nodiscard]] bool isPreflight(const RequestHead &head);

/// What stands before the first `mark`; all of `text` when there is none.
[[nodiscard]] QByteArray textBefore(const QByteArray &text, char mark);

/// The target without scheme and authority: "/executions?limit=5".
[[nodiscard]] QByteArray originForm(const QByteArray &target);

[[nodiscard]] Denial bodyTooLarge(qint64 maxBytes);

} // namespace xray::ingest
