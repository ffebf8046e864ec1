// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever a client sends over a real socket and then hangs up: it gets well-formed replies or
// none, its connection ends, and the next client is served.

#include <model/ingest/listener.h>

#include <tests/support/fake_store.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

using namespace xray;

namespace {

constexpr int kPatienceMs = 20'000;
constexpr int kInputsPerDoor = 1000; ///< then a new one, since the store keeps what it took

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// A listener over a store in memory.
class Door
{
public:
    Door()
        : m_listener(m_store, m_store, options())
    {
        require(m_listener.start().ok());
    }
    [[nodiscard]] quint16 port() const { return m_listener.state().port; }

private:
    static ingest::ListenerOptions options()
    {
        ingest::ListenerOptions options{.port = 0};
        options.limits.bodyBytes = 64 * ingest::kKiB;
        options.limits.eventStreams = 0; // they would not end
        return options;
    }

    tests::FakeStore m_store;
    ingest::Listener m_listener;
};

class Socket
{
public:
    explicit Socket(quint16 port)
        : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        require(::connect(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0);
    }
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;
    ~Socket() { ::close(m_socket); }

    /// Sends, hangs up, and returns all that comes until the other side does.
    QByteArray talk(QByteArrayView bytes)
    {
        (void)::send(m_socket, bytes.data(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
        ::shutdown(m_socket, SHUT_WR);
        QByteArray received;
        while (receive(received)) {
        }
        return received;
    }

private:
    /// Patiently, and again after each signal: libFuzzer keeps an alarm clock.
    void waitForInput()
    {
        pollfd waiting{m_socket, POLLIN, 0};
        int ready = 0;
        do {
            ready = ::poll(&waiting, 1, kPatienceMs);
        } while (ready < 0 && errno == EINTR);
        require(ready == 1);
    }

    bool receive(QByteArray &received)
    {
        waitForInput();
        char chunk[16 * 1024];
        const ssize_t size = ::recv(m_socket, chunk, sizeof chunk, 0);
        if (size > 0)
            received.append(chunk, size);
        return size > 0;
    }

    int m_socket;
};

qsizetype contentLength(const QByteArray &header)
{
    static constexpr QByteArrayView name = "\r\nContent-Length: ";
    const qsizetype at = header.indexOf(name);
    if (at < 0)
        return 0;
    const qsizetype start = at + name.size();
    return header.mid(start, header.indexOf('\r', start) - start).toLongLong();
}

/// Nothing but whole replies, but the last may be cut short by a reset.
void checkReplies(QByteArrayView received)
{
    while (!received.isEmpty()) {
        const QByteArray text = received.toByteArray();
        require(text.startsWith("HTTP/1.1 "));
        const qsizetype end = text.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const qsizetype size = end + 4 + contentLength(text.left(end + 2));
        received = received.sliced(std::min(size, received.size()));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static std::unique_ptr<Door> door;
    static int inputs = 0;
    if (inputs++ % kInputsPerDoor == 0) {
        door.reset();
        door = std::make_unique<Door>();
    }
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    checkReplies(Socket(door->port()).talk(bytes));
    if (inputs % kInputsPerDoor == 0) {
        const QByteArray alive =
            Socket(door->port()).talk("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        require(alive.startsWith("HTTP/1.1 200"));
    }
    return 0;
}
