// SPDX-License-Identifier: GPL-3.0-or-later
// One TCP connection to the listener under test, byte by byte: tests write exactly what they mean,
// also what no HTTP library would send. Blocking, with a bound on every wait.
#pragma once

#include <QByteArray>

namespace xray::tests {

struct RawReply
{
    int status = 0; ///< 0: the connection ended, or nothing came, before a whole reply
    QByteArray header;
    QByteArray body;
};

class RawClient
{
public:
    explicit RawClient(quint16 port);
    RawClient(RawClient &&other) noexcept;
    RawClient &operator=(RawClient &&other) noexcept;
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;
    ~RawClient();

    [[nodiscard]] bool isConnected() const { return m_socket >= 0; }
    /// False when the other side does not take it all.
    bool send(const QByteArray &bytes);
    /// The next whole reply; what follows it is kept for the one after.
    [[nodiscard]] RawReply receive(int timeoutMs = 5000);
    /// Reads until `text` has come or the time is over.
    [[nodiscard]] bool waitForText(const QByteArray &text, int timeoutMs = 5000);
    /// Whether the other side closes within that time.
    [[nodiscard]] bool isClosedWithin(int timeoutMs);
    void closeWithReset();
    /// Sends no more, but can still receive.
    void halfClose();
    /// Takes one byte of what has come. False when the other side has closed.
    [[nodiscard]] bool sip();

    [[nodiscard]] const QByteArray &received() const { return m_received; }

    /// Sends and receives.
    RawReply ask(const QByteArray &bytes)
    {
        send(bytes);
        return receive();
    }

private:
    enum class Read { Some, End, Timeout };
    Read readSome(int timeoutMs);

    int m_socket = -1;
    QByteArray m_received;
};

/// A well-formed request with Host, and Content-Length and Content-Type when there is a body.
[[nodiscard]] QByteArray request(const QByteArray &method, const QByteArray &target,
                                 const QByteArray &body = {}, const QByteArray &headers = {},
                                 const QByteArray &contentType = "application/json");

} // namespace xray::tests
