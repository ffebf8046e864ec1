// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/http_policy.h"

#include <algorithm>

namespace xray::ingest {

namespace {

constexpr qsizetype kLongestNameTold = 100;

QString told(const QByteArray &name)
{
    return QString::fromUtf8(name.left(kLongestNameTold));
}

Denial badRequest(const char *why)
{
    return {400, "bad_request", QString::fromLatin1(why)};
}

bool isNumber(const QByteArray &text)
{
    return !text.isEmpty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "[::1]:4318" -> "[::1]", "localhost:4318" -> "localhost"; empty when the port is no number.
QByteArray withoutPort(const QByteArray &host)
{
    const qsizetype bracket = host.lastIndexOf(']');
    const qsizetype colon = host.indexOf(':', std::max<qsizetype>(bracket, 0));
    if (colon < 0)
        return host.toLower();
    const QByteArray port = host.mid(colon + 1);
    return port.isEmpty() || isNumber(port) ? host.left(colon).toLower() : QByteArray();
}

bool isIpV4(const QByteArray &host)
{
    const QByteArrayList parts = host.split('.');
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](const QByteArray &part) {
               return isNumber(part) && part.size() <= 3 && part.toUInt() <= 255;
           });
}

bool isAddress(const QByteArray &host)
{
    return isIpV4(host) || (host.startsWith('[') && host.endsWith(']'));
}

bool isLoopback(const QByteArray &host)
{
    return host == "localhost" || host == "[::1]" || (isIpV4(host) && host.startsWith("127."));
}

bool isHostAllowed(const QByteArray &hostAndPort, const AccessPolicy &policy)
{
    const QByteArray host = withoutPort(hostAndPort);
    return isLoopback(host) || policy.hosts.contains(host) ||
           (policy.hostRule == HostRule::AnyAddress && isAddress(host));
}

/// The authority of "http://authority/path", or nothing when the target is no such address.
std::optional<QByteArray> authorityOf(const QByteArray &target)
{
    for (const QByteArrayView scheme : {"http://", "https://"})
        if (target.left(scheme.size()).toLower() == scheme)
            return textBefore(target.mid(scheme.size()), '/');
    return std::nullopt;
}

/// Takes as long for any text of the same length, so that its time tells nothing about `secret`.
bool isSameSecret(const QByteArray &given, const QByteArray &secret)
{
    unsigned different = given.size() == secret.size() ? 0 : 1;
    for (qsizetype i = 0; i < given.size(); ++i)
        different |= static_cast<unsigned char>(given[i] ^ secret[i % secret.size()]);
    return different == 0;
}

bool hasToken(const RequestHead &head, const QByteArray &token)
{
    static constexpr QByteArrayView scheme = "bearer ";
    return head.authorization.left(scheme.size()).toLower() == scheme &&
           isSameSecret(head.authorization.mid(scheme.size()).trimmed(), token);
}

std::optional<Denial> checkHost(const RequestHead &head, const AccessPolicy &policy)
{
    const QByteArray &host = head.hosts.front();
    const QByteArray authority = authorityOf(head.target).value_or(host);
    const bool isNamed = isHostAllowed(host, policy);
    if (isNamed && isHostAllowed(authority, policy))
        return {};
    return Denial{403, "host_not_allowed",
                  QStringLiteral("This listener does not answer to the name \"%1\" "
                                 "(--allow-host).")
                      .arg(told(isNamed ? authority : host))};
}

std::optional<Denial> checkOrigin(const RequestHead &head, const AccessPolicy &policy)
{
    const auto foreign = std::ranges::find_if(head.origins, [&policy](const QByteArray &origin) {
        return !policy.origins.contains(origin);
    });
    if (foreign == head.origins.end())
        return {};
    return Denial{403, "origin_not_allowed",
                  QStringLiteral("Web pages of \"%1\" may not use the listener (--allow-origin).")
                      .arg(told(*foreign))};
}

std::optional<Denial> checkToken(const RequestHead &head, const AccessPolicy &policy)
{
    if (policy.token.isEmpty() || head.target == "/healthz" || isPreflight(head) ||
        hasToken(head, policy.token))
        return {};
    return Denial{401, "unauthorized",
                  QStringLiteral("Send the listener's token: Authorization: Bearer …"),
                  "WWW-Authenticate: Bearer\r\n"};
}

} // namespace

QByteArray textBefore(const QByteArray &text, char mark)
{
    const qsizetype at = text.indexOf(mark);
    return at < 0 ? text : text.left(at);
}

std::optional<Denial> checkFraming(const RequestHead &head)
{
    if (head.hosts.size() != 1)
        return badRequest("A request must have exactly one Host.");
    if (head.contentLengths.size() > 1 ||
        !std::all_of(head.contentLengths.begin(), head.contentLengths.end(), isNumber))
        return badRequest("A request may have only one Content-Length, which is a number.");
    if (!head.transferEncodings.isEmpty()) {
        const bool plainChunked = head.isVersion11 && head.transferEncodings.size() == 1 &&
                                  head.transferEncodings.front().toLower() == "chunked" &&
                                  head.contentLengths.isEmpty();
        if (!plainChunked)
            return badRequest("The only Transfer-Encoding is chunked, alone and in HTTP/1.1.");
    }
    if (!head.target.startsWith('/') && !authorityOf(head.target))
        return badRequest("The target must be a path.");
    if (!head.expect.isEmpty() && head.expect != "100-continue")
        return Denial{417, "expectation_failed", QStringLiteral("Unknown expectation.")};
    return {};
}

std::optional<Denial> checkAccess(const RequestHead &head, const AccessPolicy &policy)
{
    if (auto denial = checkHost(head, policy))
        return denial;
    if (auto denial = checkOrigin(head, policy))
        return denial;
    return checkToken(head, policy);
}

QByteArray originForm(const QByteArray &target)
{
    const auto authority = authorityOf(target);
    if (!authority)
        return target;
    const QByteArray path = target.mid(target.indexOf("://") + 3 + authority->size());
    return path.isEmpty() ? QByteArray("/") : path;
}

bool isPreflight(const RequestHead &head)
{
    return head.method == "OPTIONS" && !head.origins.isEmpty() && !head.plannedMethod.isEmpty();
}

Denial bodyTooLarge(qint64 maxBytes)
{
    return {413, "too_large",
            QStringLiteral("The body is larger than %1 bytes; send it in parts.").arg(maxBytes)};
}

} // namespace xray::ingest
