// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ingest/raw_client.h"

#include <QDeadlineTimer>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace xray::tests {

namespace {

qsizetype lengthOf(const QByteArray &header)
{
    const QByteArray name = "content-length:";
    const qsizetype at = header.toLower().indexOf(name);
    if (at < 0)
        return 0;
    const qsizetype start = at + name.size();
    return header.mid(start, header.indexOf('\r', start) - start).trimmed().toLongLong();
}

} // namespace

RawClient::RawClient(quint16 port)
    : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        ::close(m_socket);
        m_socket = -1;
    }
}

RawClient::RawClient(RawClient &&other) noexcept
    : m_socket(std::exchange(other.m_socket, -1))
    , m_received(std::move(other.m_received))
{
}

RawClient &RawClient::operator=(RawClient &&other) noexcept
{
    std::swap(m_socket, other.m_socket);
    std::swap(m_received, other.m_received);
    return *this;
}

RawClient::~RawClient()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

bool RawClient::send(const QByteArray &bytes)
{
    qsizetype sent = 0;
    while (sent < bytes.size()) {
        const auto now = ::send(m_socket, bytes.data() + sent,
                                static_cast<std::size_t>(bytes.size() - sent), MSG_NOSIGNAL);
        if (now <= 0)
            return false;
        sent += now;
    }
    return true;
}

RawClient::Read RawClient::readSome(int timeoutMs)
{
    pollfd waiting{.fd = m_socket, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, timeoutMs) <= 0)
        return Read::Timeout;
    std::array<char, 65536> chunk{};
    const auto size = ::recv(m_socket, chunk.data(), chunk.size(), 0);
    if (size <= 0)
        return Read::End;
    m_received.append(chunk.data(), size);
    return Read::Some;
}

RawReply RawClient::receive(int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs);
    for (;;) {
        const qsizetype end = m_received.indexOf("\r\n\r\n");
        if (end >= 0) {
            RawReply reply{.status = m_received.mid(9, 3).toInt(),
                           .header = m_received.left(end + 2),
                           .body = {}};
            const qsizetype total = end + 4 + lengthOf(reply.header);
            if (m_received.size() >= total) {
                reply.body = m_received.mid(end + 4, total - end - 4);
                m_received.remove(0, total);
                return reply;
            }
        }
        if (readSome(static_cast<int>(deadline.remainingTime())) != Read::Some)
            return {};
    }
}

bool RawClient::waitForText(const QByteArray &text, int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs);
    while (!m_received.contains(text))
        if (readSome(static_cast<int>(deadline.remainingTime())) != Read::Some)
            return false;
    return true;
}

bool RawClient::isClosedWithin(int timeoutMs)
{
    const QDeadlineTimer deadline(timeoutMs);
    for (;;) {
        const Read read = readSome(static_cast<int>(deadline.remainingTime()));
        if (read != Read::Some)
            return read == Read::End;
    }
}

void RawClient::closeWithReset()
{
    const linger atOnce{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    ::close(std::exchange(m_socket, -1));
}

void RawClient::halfClose()
{
    ::shutdown(m_socket, SHUT_WR);
}

bool RawClient::sip()
{
    char byte = 0;
    const auto size = ::recv(m_socket, &byte, 1, MSG_DONTWAIT);
    return size > 0 || (size < 0 && errno == EAGAIN);
}

QByteArray request(const QByteArray &method, const QByteArray &target, const QByteArray &body,
                   const QByteArray &headers, const QByteArray &contentType)
{
    QByteArray text = method + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers;
    if (!body.isEmpty())
        text += "Content-Type: " + contentType +
                "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

} // namespace xray::tests
