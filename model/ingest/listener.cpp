// SPDX-License-Identifier: GPL-3.0-or-later
// The sockets of the HTTP door: everything that touches Boost.Beast and Asio, in this one file.
#include "model/ingest/listener.h"

#include "model/ingest/api.h"
#include "model/ingest/event_page.h"
#include "model/ingest/gzip.h"
#include "model/ingest/http_policy.h"
#include "model/ingest/json_writer.h"
#include "model/ingest/ledger.h"
#include "model/ingest/routes.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <future>
#include <list>
#include <thread>

namespace xray::ingest {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;
using Clock = std::chrono::steady_clock;
template<class T>
using Task = net::awaitable<T>;

constexpr std::size_t kReadChunk = 64 * 1024;
constexpr std::size_t kIdleBuffer = 1024;
constexpr qint64 kLingerBytes = kMiB;
constexpr std::chrono::seconds kLingerTime{1};
constexpr std::chrono::milliseconds kAcceptPause{100}; // after the system ran out of descriptors

/// Lets an awaited operation report into `ec` instead of throwing.
auto into(error_code &ec)
{
    return net::redirect_error(net::use_awaitable, ec);
}

/// Posts to an io_context that may be gone. Shared by everyone who may answer late.
class Postbox
{
public:
    explicit Postbox(net::io_context &context)
        : m_context(&context)
    {
    }

    template<class Function>
    void post(Function &&function)
    {
        const std::lock_guard lock(m_mutex);
        if (m_context)
            net::post(*m_context, std::forward<Function>(function));
    }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_context = nullptr;
    }

private:
    std::mutex m_mutex;
    net::io_context *m_context;
};

/// A value that another thread delivers to a coroutine of the net thread.
template<class T>
class Delivery : public std::enable_shared_from_this<Delivery<T>>
{
public:
    explicit Delivery(const net::any_io_executor &executor)
        : m_arrived(executor, Clock::time_point::max())
    {
    }

    /// To be called once, from any thread, even after the net thread has ended.
    [[nodiscard]] std::function<void(T)> receiver(const std::shared_ptr<Postbox> &postbox)
    {
        return [postbox, weak = this->weak_from_this()](T value) {
            postbox->post([weak, value = std::move(value)]() mutable {
                if (const auto self = weak.lock())
                    self->put(std::move(value));
            });
        };
    }

    Task<T> take()
    {
        error_code ec;
        while (!m_value)
            co_await m_arrived.async_wait(into(ec));
        co_return std::move(*m_value);
    }

private:
    void put(T value)
    {
        m_value = std::move(value);
        m_arrived.cancel();
    }

    net::steady_timer m_arrived;
    std::optional<T> m_value;
};

/// How many bytes of bodies all connections hold together. Written on the net thread only.
class Budget
{
public:
    explicit Budget(qint64 limit)
        : m_limit(limit)
    {
    }
    [[nodiscard]] bool take(qint64 bytes)
    {
        if (m_used + bytes > m_limit)
            return false;
        m_used += bytes;
        return true;
    }
    void release(qint64 bytes) { m_used -= bytes; }
    [[nodiscard]] qint64 used() const { return m_used; }

private:
    qint64 m_limit;
    std::atomic<qint64> m_used = 0;
};

/// The body of one request as it arrives, bounded by its own limit and by the common budget, which
/// it occupies until it is destroyed.
class Intake
{
public:
    Intake(Budget &budget, qint64 limit)
        : m_budget(budget)
        , m_limit(limit)
    {
    }
    Intake(const Intake &) = delete;
    Intake &operator=(const Intake &) = delete;
    ~Intake() { drop(); }

    [[nodiscard]] error_code take(const char *data, std::size_t size)
    {
        const auto bytes = static_cast<qint64>(size);
        if (m_received + bytes > m_limit)
            return http::make_error_code(http::error::body_limit);
        if (!m_budget.take(bytes))
            return net::error::make_error_code(net::error::no_buffer_space);
        m_received += bytes;
        m_bytes.append(data, bytes);
        return {};
    }
    [[nodiscard]] qint64 received() const { return m_received; }
    [[nodiscard]] QByteArray takeBytes() { return std::exchange(m_bytes, {}); }
    /// Gives back what was counted: the body is not wanted any more.
    void drop()
    {
        m_budget.release(std::exchange(m_received, 0));
        m_bytes.clear();
    }

private:
    Budget &m_budget;
    qint64 m_limit;
    qint64 m_received = 0;
    QByteArray m_bytes;
};

/// The Body of Beast that hands what it reads to an Intake.
struct IntakeBody
{
    using value_type = Intake *;

    class reader
    {
    public:
        template<bool isRequest, class Fields>
        reader(http::header<isRequest, Fields> &, value_type &intake)
            : m_intake(intake)
        {
        }
        void init(const boost::optional<std::uint64_t> &, error_code &ec) { ec = {}; }
        template<class Buffers>
        std::size_t put(const Buffers &buffers, error_code &ec)
        {
            std::size_t taken = 0;
            ec = {};
            for (const net::const_buffer buffer : beast::buffers_range_ref(buffers)) {
                ec = m_intake->take(static_cast<const char *>(buffer.data()), buffer.size());
                if (ec)
                    break;
                taken += buffer.size();
            }
            return taken;
        }
        void finish(error_code &ec) { ec = {}; }

    private:
        value_type &m_intake;
    };
};

using Parser = http::request_parser<IntakeBody>;

QByteArray toBytes(boost::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

QByteArrayList valuesOf(const Parser::value_type &header, http::field field)
{
    QByteArrayList values;
    const auto [begin, end] = header.equal_range(field);
    for (auto it = begin; it != end; ++it)
        values.append(toBytes(it->value()));
    return values;
}

RequestHead headOf(const Parser &parser)
{
    const auto &header = parser.get();
    RequestHead head{.method = toBytes(header.method_string()), .target = toBytes(header.target())};
    head.isVersion11 = header.version() == 11;
    head.chunked = parser.chunked();
    if (const auto length = parser.content_length())
        head.contentLength = *length;
    head.hosts = valuesOf(header, http::field::host);
    head.origins = valuesOf(header, http::field::origin);
    head.transferEncodings = valuesOf(header, http::field::transfer_encoding);
    head.contentLengths = valuesOf(header, http::field::content_length);
    head.authorization = toBytes(header[http::field::authorization]);
    head.contentType = toBytes(header[http::field::content_type]);
    head.contentEncoding = toBytes(header[http::field::content_encoding]).toLower();
    head.expect = toBytes(header[http::field::expect]).toLower();
    head.lastEventId = toBytes(header["Last-Event-ID"]);
    return head;
}

enum class Afterwards { KeepOpen, Close };

QByteArray headerText(const HttpReply &reply, const QByteArray &extra, Afterwards afterwards)
{
    QByteArray text =
        "HTTP/1.1 " + QByteArray::number(reply.status) + ' ' + reasonPhrase(reply.status) + "\r\n";
    if (reply.status != 204)
        text += "Content-Type: " + reply.contentType +
                "\r\nContent-Length: " + QByteArray::number(reply.body.size()) + "\r\n";
    text += reply.headers + extra;
    if (afterwards == Afterwards::Close)
        text += "Connection: close\r\n";
    return text + "\r\n";
}

net::const_buffer bufferOf(const QByteArray &bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

/// What is said about a header that Beast could not read, or nothing when there is nobody to tell.
std::optional<Denial> headerDenial(const error_code &ec)
{
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
        return Denial{431, "header_too_large", QStringLiteral("The header is too large.")};
    if (ec.category() == http::make_error_code(http::error::bad_target).category() &&
        ec != http::error::end_of_stream && ec != http::error::partial_message)
        return Denial{400, "bad_request", QStringLiteral("The request is not valid HTTP/1.1.")};
    return {};
}

std::optional<Denial> bodyDenial(const error_code &ec, const ListenerLimits &limits)
{
    if (ec == http::error::body_limit)
        return bodyTooLarge(limits.bodyBytes);
    if (ec == net::error::no_buffer_space)
        return Denial{503, "busy",
                      QStringLiteral("Too many bodies are being received; try again.")};
    if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
        return Denial{400, "bad_request", QStringLiteral("The chunks of the body are malformed.")};
    return headerDenial(ec);
}

HttpReply replyOf(const Denial &denial)
{
    HttpReply reply = errorReply(denial.status, denial.code, denial.message);
    reply.headers += denial.headers;
    return reply;
}

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

/// Opens and binds; SO_REUSEADDR only, so that a restart need not wait and no port is ever shared.
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

} // namespace

// ---- server --------------------------------------------------------------------------------

class Listener::Server
{
public:
    class Session;

    Server(EventSink &sink, RunSource &source, ListenerOptions options);
    ~Server() { stop(); }

    Result<> start();
    void stop();
    void publish(Revision revision);
    ListenerState state() const;
    ListenerStats stats() const;
    std::vector<Refusal> recentRefusals() const { return m_ledger->recentRefusals(); }

private:
    Result<> open();
    Task<void> acceptConnections();
    void admit(tcp::socket socket);
    bool closeOldestIdle();
    void beginStop();
    void sessionEnded();
    void tellWhenDrained();
    void changeState(ListenerState::Kind kind);
    AccessPolicy accessPolicy() const;
    QByteArray statsJson() const;

    RunSource &m_source;
    const ListenerOptions m_options;
    std::shared_ptr<Ledger> m_ledger = std::make_shared<Ledger>();
    const AccessPolicy m_policy;
    Api m_api;
    Budget m_budget;

    // Of the net thread while it runs.
    std::list<Session *> m_idle;    // oldest first
    std::list<Session *> m_streams; // event streams
    bool m_stopping = false;
    Revision m_published = 0;
    bool m_toldDrained = false;
    std::promise<void> m_drained; // no connection is left while stopping

    std::atomic<int> m_connections = 0;
    std::atomic<int> m_streamCount = 0;
    mutable std::mutex m_stateMutex;
    ListenerState m_state;

    // In the order they are made; stop() ends them in reverse.
    std::unique_ptr<net::io_context> m_context;
    std::shared_ptr<Postbox> m_postbox;
    std::optional<net::thread_pool> m_decoder;
    std::optional<tcp::acceptor> m_acceptor;
    std::thread m_thread;
};

/// One connection: reads a request, has it answered, and again. Lives as long as its coroutine.
class Listener::Server::Session : public std::enable_shared_from_this<Session>
{
public:
    Session(Server &server, tcp::socket socket)
        : m_server(server)
        , m_stream(std::move(socket))
        , m_changed(m_stream.get_executor())
        , m_peer(peerOf(m_stream.socket()))
    {
    }
    ~Session() { m_server.sessionEnded(); }

    Task<void> run();
    /// Ends the connection where it stands.
    void close();
    /// An event stream looks for changes.
    void wake();

private:
    using Limits = ListenerLimits;

    static QByteArray peerOf(const tcp::socket &socket);
    Task<bool> serveOne();
    Task<bool> waitForRequest();
    Task<error_code> readHeader(Parser &parser);
    Task<error_code> readBody(Parser &parser, const Intake &intake);
    Task<error_code> sendContinue();
    std::variant<Route, Denial> judge(const RequestHead &head) const;
    Task<bool> serveRoute(Parser &parser, const RequestHead &head, const Route &route);
    Task<HttpReply> answer(Route route, HttpRequest request, QByteArray contentEncoding);
    Task<bool> send(HttpReply reply, Afterwards afterwards);
    Task<bool> deny(HttpRequest request, Denial denial, Afterwards afterwards);
    Task<void> linger();
    HttpRequest requestOf(const RequestHead &head) const;

    Task<bool> serveEvents(RequestHead head);
    Task<void> streamEvents(Revision since);
    Task<Result<EventPage>> nextPage(Revision since);
    Task<Revision> firstRevision(QByteArray lastEventId);
    Task<void> waitForChange(Revision since);
    Task<bool> sendText(QByteArray text);
    Task<void> watchForHangUp();
    Task<void> pause(std::chrono::milliseconds time);

    const Limits &limits() const { return m_server.m_options.limits; }

    Server &m_server;
    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer{kReadChunk};
    net::steady_timer m_changed;
    QByteArray m_peer;
    QByteArray m_corsHeaders; // of the request being served
    bool m_hungUp = false;
    bool m_waitsForChange = false;
};

QByteArray Listener::Server::Session::peerOf(const tcp::socket &socket)
{
    error_code ec;
    const auto endpoint = socket.remote_endpoint(ec);
    return ec ? QByteArray()
              : QByteArray::fromStdString(endpoint.address().to_string()) + ':' +
                    QByteArray::number(endpoint.port());
}

Task<void> Listener::Server::Session::run()
{
    bool open = true;
    while (open && !m_server.m_stopping)
        open = co_await serveOne();
    close();
}

void Listener::Server::Session::close()
{
    error_code ec;
    m_hungUp = true;
    m_stream.socket().close(ec);
    m_changed.cancel();
}

void Listener::Server::Session::wake()
{
    if (m_waitsForChange || m_server.m_stopping)
        m_changed.cancel();
}

Task<bool> Listener::Server::Session::waitForRequest()
{
    if (m_buffer.size() > 0)
        co_return true;
    m_buffer.shrink_to_fit();
    const auto place = m_server.m_idle.insert(m_server.m_idle.end(), this);
    error_code ec;
    m_stream.expires_after(limits().idleTime);
    const std::size_t size =
        co_await m_stream.async_read_some(m_buffer.prepare(kIdleBuffer), into(ec));
    m_server.m_idle.erase(place);
    m_buffer.commit(size);
    co_return !ec;
}

Task<error_code> Listener::Server::Session::readHeader(Parser &parser)
{
    error_code ec;
    parser.header_limit(static_cast<std::uint32_t>(limits().headerBytes));
    parser.body_limit(boost::none); // the Intake knows the limit
    m_stream.expires_after(limits().headerTime);
    co_await http::async_read_header(m_stream, m_buffer, parser, into(ec));
    co_return ec;
}

Task<error_code> Listener::Server::Session::readBody(Parser &parser, const Intake &intake)
{
    const auto start = Clock::now();
    error_code ec;
    m_buffer.reserve(kReadChunk);
    while (!ec && !parser.is_done()) {
        m_stream.expires_at(start + limits().bodyTime +
                            limits().bodyTimePerMiB * (intake.received() / kMiB));
        co_await http::async_read_some(m_stream, m_buffer, parser, into(ec));
    }
    co_return ec;
}

Task<error_code> Listener::Server::Session::sendContinue()
{
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    error_code ec;
    m_stream.expires_after(limits().writeTime);
    co_await net::async_write(m_stream, net::buffer(text), into(ec));
    co_return ec;
}

std::variant<Route, Denial> Listener::Server::Session::judge(const RequestHead &head) const
{
    if (auto denial = checkFraming(head))
        return *std::move(denial);
    if (auto denial = checkAccess(head, m_server.m_policy))
        return *std::move(denial);
    const HttpRequest request = requestOf(head);
    auto route = findRoute(request.method, request.path);
    if (const Route *found = std::get_if<Route>(&route))
        if (auto denial = checkBody(head, *found, limits().bodyBytes))
            return *std::move(denial);
    return route;
}

HttpRequest Listener::Server::Session::requestOf(const RequestHead &head) const
{
    const QByteArray target = originForm(head.target);
    const qsizetype mark = target.indexOf('?');
    return {.method = head.method,
            .path = textBefore(target, '?'),
            .query = mark < 0 ? QByteArray() : target.mid(mark + 1),
            .peer = m_peer,
            .body = {}};
}

Task<bool> Listener::Server::Session::serveOne()
{
    const bool started = co_await waitForRequest();
    if (!started)
        co_return false;
    Parser parser;
    const error_code ec = co_await readHeader(parser);
    m_corsHeaders.clear();
    if (ec) {
        auto denial = headerDenial(ec);
        if (!denial)
            co_return false;
        HttpRequest unread;
        unread.method = "?";
        unread.peer = m_peer;
        co_return co_await deny(unread, *denial, Afterwards::Close);
    }
    m_server.m_ledger->countRequest();
    const RequestHead head = headOf(parser);
    auto judged = judge(head);
    if (auto *denial = std::get_if<Denial>(&judged))
        co_return co_await deny(requestOf(head), std::move(*denial),
                                parser.is_done() && parser.keep_alive() && denial->status != 400
                                    ? Afterwards::KeepOpen
                                    : Afterwards::Close);
    co_return co_await serveRoute(parser, head, std::get<Route>(judged));
}

Task<bool> Listener::Server::Session::serveRoute(Parser &parser, const RequestHead &head,
                                                 const Route &route)
{
    if (!head.origins.isEmpty())
        m_corsHeaders =
            "Access-Control-Allow-Origin: " + head.origins.front() + "\r\nVary: Origin\r\n";
    if (route.endpoint == Endpoint::Events)
        co_return co_await serveEvents(head);
    Intake intake(m_server.m_budget, limits().bodyBytes);
    parser.get().body() = &intake;
    error_code ec;
    if (!parser.is_done() && head.expect == "100-continue")
        ec = co_await sendContinue();
    if (!ec && !parser.is_done())
        ec = co_await readBody(parser, intake);
    if (ec) {
        auto denial = bodyDenial(ec, limits());
        if (!denial)
            co_return false;
        intake.drop(); // the goodbye below may take a second, and others need the room
        co_return co_await deny(requestOf(head), *std::move(denial), Afterwards::Close);
    }
    HttpRequest request = requestOf(head);
    request.body = intake.takeBytes();
    HttpReply reply = co_await answer(route, std::move(request), head.contentEncoding);
    const bool keepOpen = parser.keep_alive() && !m_server.m_stopping;
    co_return co_await send(std::move(reply), keepOpen ? Afterwards::KeepOpen : Afterwards::Close);
}

Task<HttpReply> Listener::Server::Session::answer(Route route, HttpRequest request,
                                                  QByteArray contentEncoding)
{
    const auto delivery = std::make_shared<Delivery<HttpReply>>(m_stream.get_executor());
    auto receive = delivery->receiver(m_server.m_postbox);
    const bool isGzip = contentEncoding == "gzip";
    if (!isGzip && request.body.size() <= kInlineDecodeBytes) {
        m_server.m_api.handle(route, std::move(request), std::move(receive));
        co_return co_await delivery->take();
    }
    net::post(*m_server.m_decoder, [&server = m_server, route, request = std::move(request),
                                    receive = std::move(receive), isGzip]() mutable {
        if (isGzip) {
            auto inflated = gunzip(request.body, server.m_options.limits.bodyBytes);
            if (!inflated) {
                const HttpReply reply = errorReply(inflated.error());
                server.m_ledger->refuse(refusalOf(request, reply.status, inflated.error()));
                return receive(reply);
            }
            request.body = *std::move(inflated);
        }
        server.m_api.handle(route, std::move(request), std::move(receive));
    });
    co_return co_await delivery->take();
}

Task<bool> Listener::Server::Session::send(HttpReply reply, Afterwards afterwards)
{
    const QByteArray head = headerText(reply, m_corsHeaders, afterwards);
    const std::array<net::const_buffer, 2> buffers{bufferOf(head), bufferOf(reply.body)};
    error_code ec;
    m_stream.expires_after(limits().writeTime);
    co_await net::async_write(m_stream, buffers, into(ec));
    if (ec || afterwards == Afterwards::KeepOpen)
        co_return !ec;
    m_stream.socket().shutdown(tcp::socket::shutdown_send, ec);
    co_return false;
}

Task<bool> Listener::Server::Session::deny(HttpRequest request, Denial denial,
                                           Afterwards afterwards)
{
    m_server.m_ledger->refuse(
        {.at = nowNs(),
         .peer = QString::fromUtf8(request.peer),
         .what = QString::fromUtf8(request.method + ' ' + request.path.left(200)),
         .status = denial.status,
         .code = QString::fromLatin1(denial.code),
         .message = denial.message,
         .field = {}});
    const bool open = co_await send(replyOf(denial), afterwards);
    if (!open)
        co_await linger();
    co_return open;
}

// Reads on for a moment after a refusal: closing with unread bytes would reset the connection, and
// the client might never see why.
Task<void> Listener::Server::Session::linger()
{
    error_code ec;
    qint64 drained = 0;
    m_stream.expires_after(kLingerTime);
    while (!ec && drained < kLingerBytes) {
        m_buffer.clear();
        const std::size_t size =
            co_await m_stream.async_read_some(m_buffer.prepare(kReadChunk / 4), into(ec));
        drained += static_cast<qint64>(size);
    }
}

// ---- the event stream ------------------------------------------------------------------------

Task<bool> Listener::Server::Session::serveEvents(RequestHead head)
{
    const HttpRequest request = requestOf(head);
    // Named, not temporaries: GCC 12 destroys aggregates made inside a co_await twice.
    if (!request.query.isEmpty()) {
        Denial denial{400, "invalid_value",
                      QStringLiteral("The parameter %1 is not supported by this version.")
                          .arg(QString::fromUtf8(textBefore(request.query, '=')))};
        co_return co_await deny(request, denial, Afterwards::Close);
    }
    if (m_server.m_streamCount >= limits().eventStreams) {
        Denial denial{503, "busy", QStringLiteral("There are too many event streams.")};
        co_return co_await deny(request, denial, Afterwards::Close);
    }
    ++m_server.m_streamCount;
    const auto place = m_server.m_streams.insert(m_server.m_streams.end(), this);
    net::co_spawn(
        m_stream.get_executor(), [self = shared_from_this()] { return self->watchForHangUp(); },
        net::detached);
    const Revision since = co_await firstRevision(head.lastEventId);
    const bool open = co_await sendText("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                        "Cache-Control: no-store\r\nConnection: close\r\n" +
                                        m_corsHeaders + "\r\nretry: 1000\n: connected\n\n");
    if (open)
        co_await streamEvents(since);
    m_server.m_streams.erase(place);
    --m_server.m_streamCount;
    co_return false;
}

Task<Revision> Listener::Server::Session::firstRevision(QByteArray lastEventId)
{
    bool isNumber = false;
    const qint64 asked = lastEventId.toLongLong(&isNumber);
    if (isNumber && asked >= 0)
        co_return asked;
    const auto delivery = std::make_shared<Delivery<Revision>>(m_stream.get_executor());
    m_server.m_source.revision(Ticket()).then(
        [receive = delivery->receiver(m_server.m_postbox)](
            const Result<std::shared_ptr<const Revision>> &now) { receive(now ? **now : 0); });
    co_return co_await delivery->take();
}

Task<Result<EventPage>> Listener::Server::Session::nextPage(Revision since)
{
    using Page = std::shared_ptr<const Result<EventPage>>;
    const auto delivery = std::make_shared<Delivery<Page>>(m_stream.get_executor());
    fetchEvents(m_server.m_source, since,
                [receive = delivery->receiver(m_server.m_postbox)](const Result<EventPage> &page) {
                    receive(std::make_shared<const Result<EventPage>>(page));
                });
    const Page page = co_await delivery->take();
    co_return *page;
}

Task<void> Listener::Server::Session::streamEvents(Revision since)
{
    bool open = true;
    while (open && !m_hungUp && !m_server.m_stopping) {
        const Result<EventPage> page = co_await nextPage(since);
        const bool moved = page && page->to > since;
        if (moved) {
            since = page->to;
            if (!page->text.isEmpty())
                open = co_await sendText(page->text);
            co_await pause(limits().eventPause);
            continue;
        }
        co_await waitForChange(since);
        if (!m_hungUp && m_server.m_published <= since)
            open = co_await sendText(": still here\n\n");
    }
}

// Until something newer than `since` was published, or a heartbeat is due.
Task<void> Listener::Server::Session::waitForChange(Revision since)
{
    if (m_server.m_published > since) {
        co_await pause(limits().eventPause);
        co_return;
    }
    m_waitsForChange = true;
    co_await pause(limits().heartbeatTime);
    m_waitsForChange = false;
}

Task<void> Listener::Server::Session::pause(std::chrono::milliseconds time)
{
    error_code ec;
    if (m_hungUp || m_server.m_stopping)
        co_return;
    m_changed.expires_after(time);
    co_await m_changed.async_wait(into(ec));
}

Task<bool> Listener::Server::Session::sendText(QByteArray text)
{
    error_code ec;
    m_stream.expires_after(limits().writeTime);
    co_await net::async_write(m_stream, bufferOf(text), into(ec));
    co_return !ec;
}

// An event stream reads nothing, so only this notices that its client has gone.
Task<void> Listener::Server::Session::watchForHangUp()
{
    std::array<char, 512> ignored{};
    error_code ec;
    while (!ec && !m_hungUp) {
        co_await m_stream.socket().async_wait(tcp::socket::wait_read, into(ec));
        if (!ec)
            m_stream.socket().read_some(net::buffer(ignored), ec);
        if (ec == net::error::would_block)
            ec = {};
    }
    m_hungUp = true;
    m_changed.cancel();
}

// ---- start and stop --------------------------------------------------------------------------

Listener::Server::Server(EventSink &sink, RunSource &source, ListenerOptions options)
    : m_source(source)
    , m_options(std::move(options))
    , m_policy(accessPolicy())
    , m_api(sink, source, m_ledger,
            {.eventsPerRequest = m_options.limits.eventsPerRequest,
             .version = m_options.version.toUtf8(),
             .store = m_options.store.toUtf8(),
             .statsJson = [this] { return statsJson(); }})
    , m_budget(m_options.limits.bytesInFlight)
{
}

AccessPolicy Listener::Server::accessPolicy() const
{
    const auto address = addressOf(m_options.host);
    const bool loopback = !address || address->is_loopback();
    AccessPolicy policy{.hostRule = loopback ? HostRule::LoopbackOnly : HostRule::AnyAddress,
                        .hosts = {},
                        .origins = m_options.allowedOrigins,
                        .token = m_options.token};
    for (const QByteArray &host : m_options.allowedHosts)
        policy.hosts.append(host.toLower());
    return policy;
}

Result<> Listener::Server::start()
{
    if (state().kind != ListenerState::Kind::Stopped)
        return Success{};
    m_context = std::make_unique<net::io_context>(1);
    if (auto opened = open(); !opened) {
        m_acceptor.reset();
        m_context.reset();
        return opened;
    }
    m_stopping = false;
    m_toldDrained = false;
    m_drained = {};
    m_postbox = std::make_shared<Postbox>(*m_context);
    m_decoder.emplace(1);
    net::co_spawn(
        *m_context, [this] { return acceptConnections(); }, net::detached);
    m_thread = std::thread([this] { m_context->run(); });
    changeState(ListenerState::Kind::Listening);
    return Success{};
}

Result<> Listener::Server::open()
{
    const auto address = addressOf(m_options.host);
    if (!address)
        return address.error();
    if (!address->is_loopback() && m_options.token.isEmpty())
        return Error{
            ErrorCode::InvalidValue,
            QStringLiteral("Listening on %1 lets other machines in; give a token file too.")
                .arg(m_options.host)};
    m_acceptor.emplace(*m_context);
    if (const error_code ec = bindTo(*m_acceptor, {*address, m_options.port}))
        return bindError(m_options.host, m_options.port, ec);
    return Success{};
}

void Listener::Server::stop()
{
    if (state().kind != ListenerState::Kind::Listening)
        return;
    changeState(ListenerState::Kind::Stopping);
    auto drained = m_drained.get_future();
    m_postbox->post([this] { beginStop(); });
    drained.wait_for(m_options.limits.stopTime);
    m_postbox->close();
    m_context->stop();
    m_thread.join();
    m_decoder->stop();
    m_decoder->join();
    m_decoder.reset();
    m_acceptor.reset();
    m_context.reset(); // and with it every session that did not finish
    m_idle.clear();
    m_streams.clear();
    m_streamCount = 0;
    changeState(ListenerState::Kind::Stopped);
}

void Listener::Server::beginStop()
{
    error_code ec;
    m_stopping = true;
    m_acceptor->close(ec);
    for (Session *idle : m_idle)
        idle->close();
    for (Session *stream : m_streams)
        stream->wake();
    tellWhenDrained();
}

void Listener::Server::sessionEnded()
{
    --m_connections;
    tellWhenDrained();
}

void Listener::Server::tellWhenDrained()
{
    if (m_stopping && m_connections == 0 && !std::exchange(m_toldDrained, true))
        m_drained.set_value();
}

Task<void> Listener::Server::acceptConnections()
{
    net::steady_timer pause(*m_context);
    while (!m_stopping) {
        error_code ec;
        tcp::socket socket(*m_context);
        co_await m_acceptor->async_accept(socket, into(ec));
        if (!ec) {
            admit(std::move(socket));
            continue;
        }
        closeOldestIdle();
        pause.expires_after(kAcceptPause);
        co_await pause.async_wait(into(ec));
    }
}

void Listener::Server::admit(tcp::socket socket)
{
    error_code ec;
    if (m_connections >= m_options.limits.connections && !closeOldestIdle())
        return;
    socket.set_option(tcp::no_delay(true), ec);
    ++m_connections;
    const auto session = std::make_shared<Session>(*this, std::move(socket));
    net::co_spawn(
        *m_context, [session] { return session->run(); }, net::detached);
}

bool Listener::Server::closeOldestIdle()
{
    if (m_idle.empty())
        return false;
    Session *oldest = m_idle.front();
    // To the end at once; its coroutine takes it out of the list when it resumes.
    m_idle.splice(m_idle.end(), m_idle, m_idle.begin());
    oldest->close();
    return true;
}

void Listener::Server::publish(Revision revision)
{
    if (state().kind != ListenerState::Kind::Listening)
        return;
    m_postbox->post([this, revision] {
        m_published = std::max(m_published, revision);
        for (Session *stream : m_streams)
            stream->wake();
    });
}

// ---- what it tells ---------------------------------------------------------------------------

void Listener::Server::changeState(ListenerState::Kind kind)
{
    ListenerState next{.kind = kind, .host = m_options.host, .port = m_options.port};
    if (kind == ListenerState::Kind::Listening)
        next.port = m_acceptor->local_endpoint().port();
    {
        const std::lock_guard lock(m_stateMutex);
        m_state = next;
    }
    if (m_options.onState)
        m_options.onState(next);
}

ListenerState Listener::Server::state() const
{
    const std::lock_guard lock(m_stateMutex);
    return m_state;
}

ListenerStats Listener::Server::stats() const
{
    ListenerStats stats = m_ledger->stats();
    stats.connections = m_connections;
    stats.eventStreams = m_streamCount;
    stats.bytesInFlight = m_budget.used();
    return stats;
}

QByteArray Listener::Server::statsJson() const
{
    const ListenerStats own = stats();
    const SinkStats sink = m_options.sinkStats ? m_options.sinkStats() : SinkStats{};
    QByteArray json;
    ObjectWriter object(json);
    object.number("accepted", own.accepted);
    object.number("rejected", own.rejected);
    object.number("queued", sink.queuedEvents);
    object.number("spooled", sink.spooled);
    object.number("dropped", sink.dropped);
    object.number("committed", sink.committed);
    object.number("requests", own.requests);
    object.number("connections", own.connections);
    object.number("event_streams", own.eventStreams);
    object.number("bytes_in_flight", own.bytesInFlight);
    QByteArray codes;
    ObjectWriter byCode(codes);
    for (const auto &[code, count] : own.rejectedByCode)
        byCode.number(code.constData(), count);
    byCode.close();
    object.raw("rejected_by_code", codes);
    object.close();
    return json;
}

// ---- the public face -------------------------------------------------------------------------

Listener::Listener(EventSink &sink, RunSource &source, ListenerOptions options)
    : m_server(std::make_unique<Server>(sink, source, std::move(options)))
{
}

Listener::~Listener() = default;

Result<> Listener::start()
{
    return m_server->start();
}

void Listener::stop()
{
    m_server->stop();
}

void Listener::publish(const ChangeBatchPtr &batch)
{
    m_server->publish(batch->to);
}

ListenerState Listener::state() const
{
    return m_server->state();
}

ListenerStats Listener::stats() const
{
    return m_server->stats();
}

std::vector<Refusal> Listener::recentRefusals() const
{
    return m_server->recentRefusals();
}

quint16 nextFreePort(const QString &host, quint16 port)
{
    const auto address = addressOf(host);
    net::io_context context;
    for (int next = port + 1; address && next <= std::min(port + 100, 65535); ++next) {
        tcp::acceptor acceptor(context);
        if (!bindTo(acceptor, {*address, static_cast<quint16>(next)}))
            return static_cast<quint16>(next);
    }
    return 0;
}

Occupant probeListener(const QString &host, quint16 port, std::chrono::milliseconds timeout)
{
    const auto address = addressOf(host);
    if (!address)
        return {};
    net::io_context context(1);
    beast::tcp_stream stream(context);
    stream.expires_after(timeout);
    Occupant occupant;
    const auto ask = [&]() -> Task<void> {
        error_code ec;
        co_await stream.async_connect(tcp::endpoint(*address, port), into(ec));
        if (ec)
            co_return;
        occupant.kind = Occupant::Kind::SomethingElse;
        http::request<http::empty_body> request(http::verb::get, "/healthz", 11);
        request.set(http::field::host, "localhost");
        co_await http::async_write(stream, request, into(ec));
        http::response<http::string_body> response;
        beast::flat_buffer buffer(kReadChunk);
        if (!ec)
            co_await http::async_read(stream, buffer, response, into(ec));
        const QByteArray body = QByteArray::fromStdString(response.body());
        const QJsonObject health = QJsonDocument::fromJson(body).object();
        if (ec || health[QLatin1String("service")].toString() != QLatin1String("xray"))
            co_return;
        occupant.kind = Occupant::Kind::AnotherXRay;
        occupant.version = health[QLatin1String("version")].toString();
        occupant.store = health[QLatin1String("store")].toString();
    };
    net::co_spawn(context, ask, net::detached);
    context.run();
    return occupant;
}

} // namespace xray::ingest
