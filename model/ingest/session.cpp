// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/ingest/session.h"

#include "model/ingest/cors.h"
#include "model/ingest/gzip.h"
#include "model/ingest/ledger.h"
#include "model/ingest/otlp_http.h"
#include "model/ingest/request_parser.h"
#include "model/ingest/routes.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include <limits>

namespace xray::ingest {

namespace {

constexpr std::size_t kReadChunk = 64 * 1024;
constexpr std::size_t kFirstReadChunk = 4 * 1024;
constexpr std::size_t kIdleBuffer = 1024;
/// What is read after a refusal, of a body that is not announced or beyond all measure.
constexpr qint64 kLingerBytes = kMiB;
/// A refused body is read whole if no more than this was announced.
constexpr qint64 kLingerWholeBytes = 128 * kMiB;
constexpr std::chrono::seconds kLingerTime{1};
/// Replies up to this size are sent however many others wait to be taken.
constexpr qint64 kSmallReply = 64 * kKiB;
/// An answer that takes longer is worth a look whether its client is still there.
constexpr std::chrono::seconds kPatience{1};

enum class Afterwards { KeepOpen, Close };

/// What the replies to a request have in common, whatever they say.
struct Manner
{
    QByteArray corsHeaders = {};
    std::optional<otlp::Encoding> otlp = {}; ///< if the request speaks OTLP
    bool isHead = false;                     ///< no reply has a body, not even a refusal
};

QByteArray headerText(const HttpReply &reply, const Manner &manner, Afterwards afterwards)
{
    QByteArray text =
        "HTTP/1.1 " + QByteArray::number(reply.status) + ' ' + reasonPhrase(reply.status) + "\r\n";
    if (reply.status != 204 && !manner.isHead)
        text += "Content-Type: " + reply.contentType +
                "\r\nContent-Length: " + QByteArray::number(reply.body.size()) + "\r\n";
    text += reply.headers + manner.corsHeaders;
    if (afterwards == Afterwards::Close)
        text += "Connection: close\r\n";
    return text + "\r\n";
}

net::const_buffer bufferOf(const QByteArray &bytes)
{
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

HttpReply replyOf(const Denial &denial)
{
    HttpReply reply = errorReply(denial.status, denial.code, denial.message);
    reply.headers += denial.headers;
    return reply;
}

std::optional<Revision> revisionOf(const QByteArray &lastEventId)
{
    bool isNumber = false;
    const qint64 asked = lastEventId.toLongLong(&isNumber);
    return isNumber && asked >= 0 ? std::optional<Revision>(asked) : std::nullopt;
}

/// The most there is, if a client announces more than a number can hold.
qint64 announcedBytes(const RequestHead &head)
{
    constexpr auto most = std::numeric_limits<qint64>::max();
    return static_cast<qint64>(
        std::min(head.contentLength.value_or(0), static_cast<std::uint64_t>(most)));
}

/// HTTP/1.0 knows no connection that stays open, unless both say so.
bool mayStayOpen(const Parser &parser)
{
    return parser.get().version() == 11 && parser.keep_alive();
}

/// Stands in a line while it lives.
class Place
{
public:
    Place(WaitingLine &line, Connection *connection)
        : m_line(line)
        , m_place(line.insert(line.end(), connection))
    {
    }
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;
    ~Place() { m_line.erase(m_place); }

private:
    WaitingLine &m_line;
    WaitingLine::iterator m_place;
};

/// Reads a request, has it answered, and again. Lives as long as its coroutine.
class Session final : public Connection, public std::enable_shared_from_this<Session>
{
public:
    Session(Reception &reception, tcp::socket socket)
        : m_reception(reception)
        , m_stream(std::move(socket))
        , m_buffer(std::max(kReadChunk, static_cast<std::size_t>(2 * limits().headerBytes)))
        , m_peer(peerOf(m_stream.socket()))
    {
        ++m_reception.connections;
    }
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;
    ~Session() override
    {
        --m_reception.connections;
        m_reception.onEnd();
    }

    Task<void> run();
    void close() override;
    net::any_io_executor executor() { return m_stream.get_executor(); }

private:
    const ListenerLimits &limits() const { return m_reception.limits; }

    bool isOpen() const { return m_stream.socket().is_open(); }
    /// What was read just before close() is not acted on: nobody could be told.
    error_code unlessClosed(error_code ec) const
    {
        return ec || isOpen() ? ec : net::error::make_error_code(net::error::operation_aborted);
    }

    Task<bool> serveOne();
    Task<bool> waitForRequest();
    Task<error_code> readHeader(Parser &parser);
    Task<error_code> readBody(Parser &parser, const Intake &intake);
    Task<error_code> sendContinue();
    std::variant<Route, Denial> judge(const RequestHead &head, const HttpRequest &request) const;
    Task<bool> refuseHeader(error_code ec);
    Task<bool> refuseBody(HttpRequest request, error_code ec, qint64 maxBytes);
    Task<bool> serveRoute(Parser &parser, const RequestHead &head, const Route &route,
                          HttpRequest request);
    Task<HttpReply> answer(Route route, HttpRequest request, QByteArray contentEncoding);
    void handOver(const Route &route, HttpRequest request, bool isGzip, ReplyHandler receive);
    Task<void> cancelOnHangUp(Ticket ticket);
    Task<bool> send(HttpReply reply, Afterwards afterwards);
    Task<bool> deny(HttpRequest request, Denial denial, Afterwards afterwards);
    Task<void> linger();
    HttpRequest requestOf(const RequestHead &head) const;
    Manner mannerFor(const RequestHead &head, const HttpRequest &request) const;
    void noteTimeout(const HttpRequest &request, const char *what);

    Task<bool> serveEvents(const RequestHead &head, HttpRequest request);
    Task<void> streamTo(EventFollower &follower);
    Task<bool> sendText(QByteArray text);
    Task<void> watchForHangUp();

    Reception &m_reception;
    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer;
    QByteArray m_peer;
    Manner m_manner;                     // of the request being served
    qint64 m_announced = 0;              // bytes of its body
    EventFollower *m_follower = nullptr; // while it is an event stream
};

Task<void> Session::run()
{
    bool open = true;
    while (open && !m_reception.isStopping)
        open = co_await serveOne();
    close();
}

void Session::close()
{
    error_code ec;
    m_stream.socket().close(ec);
    if (m_follower)
        m_follower->leave();
}

// ---- one request -----------------------------------------------------------------------------

Task<bool> Session::serveOne()
{
    const bool started = co_await waitForRequest();
    if (!started)
        co_return false;
    m_manner = {};
    m_announced = 0;
    Parser parser;
    const error_code ec = co_await readHeader(parser);
    if (ec)
        co_return co_await refuseHeader(ec);
    m_reception.ledger->countRequest();
    const RequestHead head = headOf(parser);
    HttpRequest request = requestOf(head);
    m_manner = mannerFor(head, request);
    m_announced = announcedBytes(head);
    auto judged = judge(head, request);
    const bool isRead = parser.is_done() && mayStayOpen(parser);
    if (auto *denial = std::get_if<Denial>(&judged))
        co_return co_await deny(std::move(request), std::move(*denial),
                                isRead && denial->status != 400 ? Afterwards::KeepOpen
                                                                : Afterwards::Close);
    if (isPreflight(head)) {
        HttpReply reply = preflightReply(head, methodsOf(request.path));
        co_return co_await send(std::move(reply),
                                isRead ? Afterwards::KeepOpen : Afterwards::Close);
    }
    const Route &route = std::get<Route>(judged);
    if (route.endpoint == Endpoint::Events)
        co_return co_await serveEvents(head, std::move(request));
    co_return co_await serveRoute(parser, head, route, std::move(request));
}

Task<bool> Session::waitForRequest()
{
    if (m_buffer.size() > 0)
        co_return true;
    m_buffer.shrink_to_fit();
    const Place place(m_reception.idle, this);
    error_code ec;
    m_stream.expires_after(limits().idleTime);
    const std::size_t size =
        co_await m_stream.async_read_some(m_buffer.prepare(kIdleBuffer), into(ec));
    m_buffer.commit(size);
    co_return !ec && isOpen();
}

Task<error_code> Session::readHeader(Parser &parser)
{
    const Place place(m_reception.unfinished, this);
    error_code ec;
    parser.header_limit(static_cast<std::uint32_t>(limits().headerBytes));
    parser.body_limit(boost::none); // the Intake knows the limit
    m_stream.expires_after(limits().headerTime);
    co_await http::async_read_header(m_stream, m_buffer, parser, into(ec));
    co_return unlessClosed(ec);
}

Task<error_code> Session::readBody(Parser &parser, const Intake &intake)
{
    const Place place(m_reception.unfinished, this);
    const auto start = Clock::now();
    error_code ec;
    while (!ec && !parser.is_done()) {
        // Grows with what has come, so that thousands of bodies just begun take little.
        const auto received = static_cast<std::size_t>(intake.received());
        m_buffer.reserve(std::clamp(received / 4, kFirstReadChunk, kReadChunk));
        m_stream.expires_at(start + limits().bodyTime +
                            limits().bodyTimePerMiB * (intake.received() / kMiB));
        co_await http::async_read_some(m_stream, m_buffer, parser, into(ec));
    }
    co_return unlessClosed(ec);
}

Task<error_code> Session::sendContinue()
{
    static constexpr std::string_view text = "HTTP/1.1 100 Continue\r\n\r\n";
    error_code ec;
    m_stream.expires_after(limits().writeTime);
    co_await net::async_write(m_stream, net::buffer(text), into(ec));
    co_return ec;
}

std::variant<Route, Denial> Session::judge(const RequestHead &head,
                                           const HttpRequest &request) const
{
    if (auto denial = checkFraming(head))
        return *std::move(denial);
    if (auto denial = checkAccess(head, m_reception.policy))
        return *std::move(denial);
    auto route = findRoute(isPreflight(head) ? head.plannedMethod : request.method, request.path);
    const Route *found = std::get_if<Route>(&route);
    if (!found || isPreflight(head))
        return route;
    if (auto denial = checkBody(head, *found, bodyLimitOf(*found, limits())))
        return *std::move(denial);
    return route;
}

HttpRequest Session::requestOf(const RequestHead &head) const
{
    const QByteArray target = originForm(head.target);
    const qsizetype mark = target.indexOf('?');
    return {.method = head.method,
            .path = textBefore(target, '?'),
            .query = mark < 0 ? QByteArray() : target.mid(mark + 1),
            .peer = m_peer,
            .contentType = head.contentType,
            .body = {}};
}

Manner Session::mannerFor(const RequestHead &head, const HttpRequest &request) const
{
    return {.corsHeaders = corsHeaders(head, m_reception.policy),
            .otlp = speaksOtlp(request.path) ? otlpEncodingOf(head.contentType) : std::nullopt,
            .isHead = head.method == "HEAD"};
}

Task<bool> Session::refuseHeader(error_code ec)
{
    HttpRequest unread;
    unread.method = "?";
    unread.peer = m_peer;
    if (ec == beast::error::timeout)
        noteTimeout(unread, "The header");
    auto denial = headerDenial(ec);
    if (!denial)
        co_return false;
    co_return co_await deny(unread, *denial, Afterwards::Close);
}

Task<bool> Session::refuseBody(HttpRequest request, error_code ec, qint64 maxBytes)
{
    if (ec == beast::error::timeout)
        noteTimeout(request, "The body");
    auto denial = bodyDenial(ec, maxBytes);
    if (!denial)
        co_return false;
    co_return co_await deny(request, *denial, Afterwards::Close);
}

// Beast has closed the socket by then: nobody can be told.
void Session::noteTimeout(const HttpRequest &request, const char *what)
{
    const Error error{ErrorCode::Cancelled,
                      QStringLiteral("%1 did not arrive in time.").arg(QLatin1String(what))};
    Refusal refusal = refusalOf(request, 0, error);
    refusal.code = QStringLiteral("timeout");
    m_reception.ledger->refuse(std::move(refusal));
}

Task<bool> Session::serveRoute(Parser &parser, const RequestHead &head, const Route &route,
                               HttpRequest request)
{
    Intake intake(m_reception.bodies, bodyLimitOf(route, limits()));
    parser.get().body() = &intake;
    error_code ec;
    const bool waitsForWord = head.isVersion11 && head.expect == "100-continue";
    if (waitsForWord && !parser.is_done() && m_buffer.size() == 0)
        ec = co_await sendContinue();
    if (!ec && !parser.is_done())
        ec = co_await readBody(parser, intake);
    if (ec) {
        intake.drop(); // the goodbye may take a second, and others need the room
        co_return co_await refuseBody(std::move(request), ec, bodyLimitOf(route, limits()));
    }
    request.body = intake.takeBytes();
    HttpReply reply = co_await answer(route, std::move(request), head.contentEncoding);
    intake.drop();
    const Hold hold(m_reception.replies, std::max(reply.body.size() - kSmallReply, qint64(0)));
    if (!hold.isGranted())
        reply = errorReply(
            503, "busy", QStringLiteral("Too many replies wait to be taken by others; try again."));
    const bool keepOpen = mayStayOpen(parser) && !m_reception.isStopping;
    co_return co_await send(std::move(reply), keepOpen ? Afterwards::KeepOpen : Afterwards::Close);
}

Task<HttpReply> Session::answer(Route route, HttpRequest request, QByteArray contentEncoding)
{
    const auto delivery = std::make_shared<Delivery<HttpReply>>(m_stream.get_executor());
    const Ticket ticket = request.ticket;
    handOver(route, std::move(request), contentEncoding == "gzip",
             delivery->receiver(m_reception.postbox));
    std::optional<HttpReply> reply = co_await delivery->take(Clock::now() + kPatience);
    if (!reply) {
        net::co_spawn(
            m_stream.get_executor(),
            [self = shared_from_this(), ticket] { return self->cancelOnHangUp(ticket); },
            net::detached);
        reply = co_await delivery->take();
        error_code ec;
        m_stream.socket().cancel(ec); // the watching
    }
    co_return std::move(*reply); // never abandoned
}

/// Small bodies are decoded here and now, others on the decode thread.
void Session::handOver(const Route &route, HttpRequest request, bool isGzip, ReplyHandler receive)
{
    if (!isGzip && request.body.size() <= kInlineDecodeBytes)
        return m_reception.api.handle(route, std::move(request), std::move(receive));
    net::post(*m_reception.decoder, [&reception = m_reception, route, isGzip,
                                     request = std::move(request),
                                     receive = std::move(receive)]() mutable {
        if (isGzip) {
            auto inflated = gunzip(request.body, bodyLimitOf(route, reception.limits));
            if (!inflated) {
                const HttpReply reply = errorReply(inflated.error());
                reception.ledger->refuse(refusalOf(request, reply.status, inflated.error()));
                return receive(reply);
            }
            request.body = *std::move(inflated);
        }
        reception.api.handle(route, std::move(request), std::move(receive));
    });
}

/// Lets go of a long question once its client has closed, or half closed, the connection. One that
/// has sent its next request meanwhile is taken to be there.
Task<void> Session::cancelOnHangUp(Ticket ticket)
{
    tcp::socket &socket = m_stream.socket();
    error_code ec;
    socket.non_blocking(true, ec);
    co_await socket.async_wait(tcp::socket::wait_read, into(ec));
    if (ec)
        co_return; // answered
    std::array<char, 1> next{};
    socket.receive(net::buffer(next), tcp::socket::message_peek, ec);
    if (ec && ec != net::error::would_block)
        ticket.cancel();
}

Task<bool> Session::send(HttpReply reply, Afterwards afterwards)
{
    if (m_manner.otlp)
        reply = inTermsOfOtlp(std::move(reply), *m_manner.otlp);
    if (m_manner.isHead)
        reply.body = {};
    const QByteArray head = headerText(reply, m_manner, afterwards);
    const std::array<net::const_buffer, 2> buffers{bufferOf(head), bufferOf(reply.body)};
    error_code ec;
    m_stream.expires_after(limits().writeTime);
    co_await net::async_write(m_stream, buffers, into(ec));
    if (ec || afterwards == Afterwards::KeepOpen)
        co_return !ec;
    m_stream.socket().shutdown(tcp::socket::shutdown_send, ec);
    co_return false;
}

Task<bool> Session::deny(HttpRequest request, Denial denial, Afterwards afterwards)
{
    m_reception.ledger->refuse(
        {.at = nowNs(),
         .peer = QString::fromUtf8(request.peer),
         .what = QString::fromUtf8(request.method + ' ' + request.path).trimmed(),
         .status = denial.status,
         .code = QString::fromLatin1(denial.code),
         .message = denial.message,
         .field = {}});
    const bool open = co_await send(replyOf(denial), afterwards);
    if (!open)
        co_await linger();
    co_return open;
}

// Reads on after a refusal: closing with unread bytes would reset the connection. Most clients
// listen only once they have sent all, and would never see why.
Task<void> Session::linger()
{
    const Place place(m_reception.unfinished, this);
    const qint64 most =
        m_announced <= kLingerWholeBytes ? std::max(m_announced, kLingerBytes) : kLingerBytes;
    error_code ec;
    auto drained = static_cast<qint64>(m_buffer.size());
    m_stream.expires_after(kLingerTime + limits().bodyTimePerMiB * ((most - kLingerBytes) / kMiB));
    while (!ec && drained < most) {
        m_buffer.clear();
        const std::size_t size =
            co_await m_stream.async_read_some(m_buffer.prepare(kReadChunk / 4), into(ec));
        drained += static_cast<qint64>(size);
    }
}

// ---- the event stream ------------------------------------------------------------------------

static bool isTheSendersFault(ErrorCode code)
{
    return code == ErrorCode::InvalidValue || code == ErrorCode::UnknownField ||
           code == ErrorCode::TooLarge;
}

Task<bool> Session::serveEvents(const RequestHead &head, HttpRequest request)
{
    // Named, not temporaries: GCC 12 destroys aggregates made inside a co_await twice.
    const auto delivery = std::make_shared<Delivery<std::shared_ptr<const Result<EventFilterPtr>>>>(
        m_stream.get_executor());
    m_reception.api.streamFilter(request.query, [receive = delivery->receiver(m_reception.postbox)](
                                                    const Result<EventFilterPtr> &filter) {
        receive(std::make_shared<const Result<EventFilterPtr>>(filter));
    });
    const std::optional<std::shared_ptr<const Result<EventFilterPtr>>> filter =
        co_await delivery->take();
    if (!filter)
        co_return false;
    if (!**filter) {
        const Error &error = (**filter).error();
        HttpReply reply =
            isTheSendersFault(error.code) ? errorReply(400, error) : errorReply(error);
        m_reception.ledger->refuse(refusalOf(request, reply.status, error));
        co_return co_await send(std::move(reply), Afterwards::Close);
    }
    if (m_reception.events.count() >= limits().eventStreams) {
        Denial denial{503, "busy", QStringLiteral("There are too many event streams.")};
        co_return co_await deny(request, denial, Afterwards::Close);
    }
    EventFollower follower(m_reception.events, m_stream.get_executor(), ***filter);
    m_follower = &follower;
    net::co_spawn(
        m_stream.get_executor(), [self = shared_from_this()] { return self->watchForHangUp(); },
        net::detached);
    const std::optional<Revision> lastSeen = revisionOf(head.lastEventId);
    const Result<> begun = co_await follower.begin(lastSeen);
    if (begun)
        co_await streamTo(follower);
    m_follower = nullptr;
    if (begun)
        co_return false;
    Denial denial{503, "unavailable", begun.error().message};
    co_return co_await deny(request, denial, Afterwards::Close);
}

Task<void> Session::streamTo(EventFollower &follower)
{
    QByteArray text = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      "Cache-Control: no-store\r\nConnection: close\r\n" +
                      m_manner.corsHeaders + "\r\nretry: 1000\n: connected\n\n";
    while (!text.isEmpty()) {
        const bool open = co_await sendText(text);
        if (!open)
            co_return;
        text = co_await follower.next();
    }
}

Task<bool> Session::sendText(QByteArray text)
{
    error_code ec;
    m_stream.expires_after(limits().writeTime);
    co_await net::async_write(m_stream, bufferOf(text), into(ec));
    co_return !ec;
}

// An event stream reads nothing, so only this notices that its client has gone.
Task<void> Session::watchForHangUp()
{
    std::array<char, 512> ignored{};
    error_code ec;
    m_stream.socket().non_blocking(true, ec); // what was there may be gone when it is read
    while (!ec && m_follower) {
        co_await m_stream.socket().async_wait(tcp::socket::wait_read, into(ec));
        if (!ec && m_follower)
            m_stream.socket().read_some(net::buffer(ignored), ec);
        if (ec == net::error::would_block)
            ec = {};
    }
    if (m_follower)
        m_follower->leave();
}

} // namespace

bool Reception::closeOldest()
{
    WaitingLine &line = idle.empty() ? unfinished : idle;
    if (line.empty())
        return false;
    Connection *oldest = line.front();
    // To the end at once; its coroutine takes it out of the line when it resumes.
    line.splice(line.end(), line, line.begin());
    oldest->close();
    return true;
}

QByteArray peerOf(const tcp::socket &socket)
{
    error_code ec;
    const auto endpoint = socket.remote_endpoint(ec);
    if (ec)
        return {};
    const QByteArray address = QByteArray::fromStdString(endpoint.address().to_string());
    return (endpoint.address().is_v6() ? '[' + address + ']' : address) + ':' +
           QByteArray::number(endpoint.port());
}

void startSession(Reception &reception, tcp::socket socket)
{
    const auto session = std::make_shared<Session>(reception, std::move(socket));
    net::co_spawn(
        session->executor(), [session] { return session->run(); }, net::detached);
}

} // namespace xray::ingest
