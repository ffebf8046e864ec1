// SPDX-License-Identifier: GPL-3.0-or-later
// `xrayctl serve` with the limits it ships with, besieged: hundreds of slow clients, thousands of
// idle ones, bodies that never end. It is a process of its own, so that its memory and processor
// time are its own; a good client posts all the while. Figures are printed; what decides is that
// the good client has no error, that memory stays below its bound, and generous deadlines.
#include "tests/app/private_home.h"
#include "tests/app/program.h"
#include "tests/ingest/good_client.h"
#include "tests/ingest/gzip_bytes.h"
#include "tests/ingest/process_watch.h"

#include <model/core/ids.h>
#include <model/ingest/limits.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <sys/resource.h>

#include <atomic>
#include <thread>

using namespace xray;
using namespace xray::ingest;
using namespace xray::tests;
using test::Server;

namespace {

// ---- bounds of memory ----------------------------------------------------------------------

/// Program, store and caches at rest, and what the allocator keeps.
constexpr qint64 kBaseline = 32 * kMiB;
/// What decoding one body may take besides the body itself, for each of its bytes: simdjson's tape
/// and index at their worst (a body of "1,1,1…"), the text with padding, the events.
constexpr qint64 kDecodeBytesPerByte = 24;
constexpr qint64 kDecodeWorst = kBodyBytes * kDecodeBytesPerByte;
/// SQLite's pages that stay in memory once much was stored: the writer's and three readers'.
constexpr qint64 kStoreCaches = (64 + 3 * 16) * kMiB;
/// What an open connection costs at most, its socket's buffers in the kernel aside.
constexpr qint64 kBytesPerConnection = 10 * kKiB;
/// And one in the middle of a request: its header, twice, and what is read at once.
constexpr qint64 kBytesPerRequest = kBytesPerConnection + 2 * kHeaderBytes + 4 * kKiB;

const QByteArray kHead = "POST /batch HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Type: application/x-ndjson\r\n";

QByteArray mebibytes(qint64 bytes)
{
    return QByteArray::number(static_cast<double>(bytes) / kMiB, 'f', 1) + " MiB";
}

void say(const QByteArray &text)
{
    qInfo("    %s", text.constData());
}

/// A server with a store of its own, and what it costs.
struct Fortress
{
    explicit Fortress(const QStringList &flags = {})
        : server(folder.filePath(QStringLiteral("xray.db")), flags)
        , watch(server.pid())
    {
    }
    [[nodiscard]] RawClient client() const { return RawClient(server.port()); }
    [[nodiscard]] bool isWell() const
    {
        return client().ask(request("GET", "/healthz")).status == 200;
    }
    [[nodiscard]] qint64 figure(const char *name) const
    {
        const QByteArray stats = client().ask(request("GET", "/stats")).body;
        return QJsonDocument::fromJson(stats).object().value(QLatin1String(name)).toInteger();
    }
    [[nodiscard]] qint64 refused(const char *code) const
    {
        const QByteArray stats = client().ask(request("GET", "/stats")).body;
        return QJsonDocument::fromJson(stats)
            .object()
            .value(QLatin1String("rejected_by_code"))
            .toObject()
            .value(QLatin1String(code))
            .toInteger();
    }
    /// Prints the high-water mark; whether it is within the bound.
    [[nodiscard]] bool staysWithin(qint64 bound) const
    {
        const qint64 peak = watch.peakBytes();
        say("resident high-water mark " + mebibytes(peak) + ", bound " + mebibytes(bound));
        return peak > 0 && peak <= bound;
    }

    QTemporaryDir folder;
    Server server;
    ProcessWatch watch;
};

std::vector<RawClient> clientsOf(const Fortress &fortress, int count)
{
    std::vector<RawClient> clients;
    for (int i = 0; i < count; ++i)
        clients.push_back(fortress.client());
    return clients;
}

void sendAll(std::vector<RawClient> &clients, const QByteArray &bytes)
{
    for (RawClient &client : clients)
        client.send(bytes);
}

/// Sends each client's next byte, a few times a second, until all were closed; the seconds from
/// `since` until the first and until the last were.
std::pair<double, double> dripUntilClosed(std::vector<RawClient> &clients,
                                          const QElapsedTimer &since, double patience)
{
    const auto seconds = [&since] { return static_cast<double>(since.elapsed()) / 1000; };
    std::optional<double> first;
    std::vector<RawClient *> open;
    for (RawClient &client : clients)
        open.push_back(&client);
    while (!open.empty() && seconds() < patience) {
        const auto closed = std::erase_if(open, [](RawClient *client) {
            return client->isClosedWithin(1) || !client->send("a");
        });
        if (closed > 0 && !first)
            first = seconds();
    }
    return {first.value_or(patience), open.empty() ? seconds() : patience};
}

QByteArray stepLine(const QByteArray &run, int payloadBytes)
{
    return "{\"op\":\"step\",\"execution_id\":\"" + run +
           "\",\"step_name\":\"s\",\"step_type\":\"llm\",\"input_payload\":{\"a\":\"" +
           QByteArray(payloadBytes, 'x') + "\"}}\n";
}

QByteArray startRun(const Fortress &fortress)
{
    const QByteArray id = ExecutionId::newV7().toUtf8();
    fortress.client().ask(
        request("POST", "/executions", "{\"id\":\"" + id + "\",\"pipeline_name\":\"siege\"}"));
    return id;
}

QByteArray chunked(const QByteArray &body)
{
    constexpr qsizetype piece = 64 * kKiB;
    QByteArray text;
    for (qsizetype at = 0; at < body.size(); at += piece) {
        const QByteArray part = body.mid(at, piece);
        text += QByteArray::number(part.size(), 16) + "\r\n" + part + "\r\n";
    }
    return text + "0\r\n\r\n";
}

/// An OTLP request of about that size, spans of 64 KiB, the trace's id made of `number`.
QByteArray tracesOf(int number, qint64 bytes)
{
    const QByteArray trace = QByteArray::number(number + 1, 16).rightJustified(32, '0');
    const QByteArray text = QByteArray(64 * kKiB, 'x');
    QByteArray spans;
    for (int i = 1; spans.size() < bytes; ++i)
        spans += (spans.isEmpty() ? "" : ",") + QByteArray("{\"traceId\":\"") + trace +
                 "\",\"spanId\":\"" + QByteArray::number(i, 16).rightJustified(16, '0') +
                 "\",\"name\":\"s\",\"startTimeUnixNano\":\"1767225600000000000\","
                 "\"endTimeUnixNano\":\"1767225601000000000\",\"attributes\":[{\"key\":"
                 "\"input.value\",\"value\":{\"stringValue\":\"" +
                 text + "\"}}]}";
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + spans + "]}]}]}";
}

/// Does the same in a thread again and again until it is destroyed.
class Again
{
public:
    template<class Function>
    explicit Again(Function function)
        : m_thread([this, function] {
            while (!m_enough)
                function();
        })
    {
    }
    ~Again()
    {
        m_enough = true;
        m_thread.join();
    }
    Again(const Again &) = delete;
    Again &operator=(const Again &) = delete;

private:
    std::atomic<bool> m_enough = false;
    std::thread m_thread;
};

qint64 countSteps(quint16 port, const QByteArray &run)
{
    qint64 count = 0;
    const QByteArray first = "/execution-steps?payload=none&execution_id=" + run;
    QByteArray target = first;
    RawClient client(port);
    while (!target.isEmpty()) {
        const QByteArray body = client.ask(request("GET", target)).body;
        const QJsonObject page = QJsonDocument::fromJson(body).object();
        count += page.value(QLatin1String("items")).toArray().size();
        const QByteArray cursor = page.value(QLatin1String("next_cursor")).toString().toUtf8();
        target = cursor.isEmpty() ? QByteArray() : first + "&cursor=" + cursor;
    }
    return count;
}

} // namespace

class TestListenerSiege : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        rlimit limit{};
        getrlimit(RLIMIT_NOFILE, &limit);
        // Servers inherit what most systems give a program, which is less than they need.
        m_own = limit;
        m_own.rlim_cur = limit.rlim_max;
        limit.rlim_cur = std::min<rlim_t>(1024, limit.rlim_max);
        setrlimit(RLIMIT_NOFILE, &limit);
        const Fortress probe;
        QVERIFY2(probe.server.port() > 0, "xrayctl serve does not start");
    }
    void init()
    {
        rlimit limit = m_own;
        limit.rlim_cur = std::min<rlim_t>(1024, limit.rlim_max);
        setrlimit(RLIMIT_NOFILE, &limit);
    }

    // ---- time ----------------------------------------------------------------------------------

    void slowHeadersAreClosedAndHarmNobody()
    {
        Fortress fortress;
        openDescriptors();
        GoodClient good(fortress.server.port());
        good.enter("before");
        QElapsedTimer since;
        since.start();
        auto slow = clientsOf(fortress, 300);
        sendAll(slow, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ");
        good.enter("during");
        const auto [first, last] = dripUntilClosed(slow, since, 12);
        good.enter("after");
        say(good.report());
        say("closed after " + QByteArray::number(first, 'f', 1) + " to " +
            QByteArray::number(last, 'f', 1) + " s");
        QCOMPARE(good.errors(), 0);
        QVERIFY(good.isQuick("during"));
        QVERIFY(last <= 10); // 5 s, and what a busy machine adds
        QCOMPARE(fortress.refused("timeout"), 300);
        QVERIFY(fortress.staysWithin(kBaseline));
    }

    void slowBodiesAreClosedAndHarmNobody()
    {
        Fortress fortress;
        openDescriptors();
        GoodClient good(fortress.server.port());
        good.enter("before");
        QElapsedTimer since;
        since.start();
        auto slow = clientsOf(fortress, 300);
        sendAll(slow, kHead + "Content-Length: 1000\r\n\r\n{");
        good.enter("during");
        const auto [first, last] = dripUntilClosed(slow, since, 35);
        good.enter("after");
        say(good.report());
        say("closed after " + QByteArray::number(first, 'f', 1) + " to " +
            QByteArray::number(last, 'f', 1) + " s");
        QCOMPARE(good.errors(), 0);
        QVERIFY(good.isQuick("during"));
        QVERIFY(last <= 30); // 20 s, and what a busy machine adds
        QVERIFY(fortress.staysWithin(kBaseline));
    }

    void silentAndIdleConnectionsAreClosedAfterAMinute()
    {
        Fortress fortress;
        RawClient silent = fortress.client();
        RawClient idle = fortress.client();
        QCOMPARE(idle.ask(request("GET", "/healthz")).status, 200);
        QElapsedTimer since;
        since.start();
        QVERIFY(silent.isClosedWithin(70'000));
        QVERIFY(idle.isClosedWithin(10'000));
        say("closed after " + QByteArray::number(static_cast<double>(since.elapsed()) / 1000) +
            " s");
        QVERIFY(since.elapsed() > 50'000);
    }

    void singlePostsStayQuickWhileOthersSendBatches()
    {
        Fortress fortress;
        openDescriptors();
        const QByteArray run = startRun(fortress);
        const QByteArray batch = gzipped(stepLine(run, 1300).repeated(500));
        GoodClient good(fortress.server.port());
        good.enter("before");
        std::atomic<int> failures = 0;
        {
            const auto post = [&] {
                const int status =
                    fortress.client()
                        .ask(request("POST", "/batch", batch, "Content-Encoding: gzip\r\n",
                                     "application/x-ndjson"))
                        .status;
                failures += status == 200 ? 0 : 1;
            };
            const Again one(post);
            const Again other(post);
            good.enter("during");
        }
        good.enter("after");
        say(good.report());
        QCOMPARE(good.errors(), 0);
        QCOMPARE(failures.load(), 0);
        QVERIFY(good.isQuick("during", 200, 2000)); // a piece of a batch may be before it
    }

    // ---- connections ---------------------------------------------------------------------------

    void thousandsOfIdleConnectionsAreAllServed_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("2,000") << 2000;
        QTest::newRow("4,000") << 4000;
    }
    void thousandsOfIdleConnectionsAreAllServed()
    {
        QFETCH(int, count);
        Fortress fortress;
        openDescriptors();
        GoodClient good(fortress.server.port());
        good.enter("before");
        const qint64 before = fortress.watch.residentBytes();
        auto idle = clientsOf(fortress, count);
        for (RawClient &client : idle)
            QCOMPARE(client.ask(request("GET", "/healthz")).status, 200);
        const qint64 each = (fortress.watch.residentBytes() - before) / count;
        good.enter("during");
        for (RawClient &client : idle)
            QCOMPARE(client.ask(request("GET", "/healthz")).status, 200);
        idle.clear();
        good.enter("after");
        say(good.report());
        say(QByteArray::number(each) + " bytes a connection");
        QCOMPARE(good.errors(), 0);
        QVERIFY(good.isQuick("during"));
        QVERIFY(each <= kBytesPerConnection);
        QVERIFY(fortress.staysWithin(kBaseline + count * kBytesPerConnection));
    }

    void beyondTheCapTheOldestIdleOnesGo()
    {
        Fortress fortress;
        openDescriptors();
        GoodClient good(fortress.server.port());
        good.enter("before");
        auto idle = clientsOf(fortress, kConnections + 344);
        good.enter("during");
        QVERIFY(fortress.isWell());
        QVERIFY(fortress.figure("connections") <= kConnections);
        QVERIFY(fortress.figure("gave_way") >= 344);
        QVERIFY(idle.front().isClosedWithin(5000));
        QVERIFY(!idle.back().isClosedWithin(0));
        say(good.report());
        QCOMPARE(good.errors(), 0);
        QVERIFY(good.isQuick("during"));
    }

    void noDescriptorIsLeftBehind()
    {
        Fortress fortress;
        openDescriptors();
        QVERIFY(fortress.isWell());
        QTRY_COMPARE(fortress.figure("connections"), 1);
        const int before = fortress.watch.openDescriptors();
        for (int i = 0; i < 600; ++i) {
            RawClient client = fortress.client();
            client.send(kHead + "Content-Length: 1000\r\n\r\n{");
            if (i % 2)
                client.closeWithReset();
        }
        QTRY_COMPARE(fortress.figure("connections"), 1);
        QTRY_VERIFY(fortress.watch.openDescriptors() <= before);
    }

    void aLackOfDescriptorsCostsNoProcessorTime()
    {
        Fortress fortress;
        openDescriptors();
        QVERIFY(fortress.isWell());
        fortress.watch.limitDescriptors(fortress.watch.openDescriptors() + 5);
        std::vector<RawClient> served;
        for (int i = 0; i < 4; ++i) { // not idle: they cannot give way
            served.push_back(fortress.client());
            served.back().send(request("GET", "/events"));
            QVERIFY(served.back().waitForText(": connected"));
        }
        auto waiting = clientsOf(fortress, 50);
        const qint64 before = fortress.watch.cpuMs();
        QVERIFY(!served.front().isClosedWithin(2000));
        const qint64 used = fortress.watch.cpuMs() - before;
        say(QByteArray::number(used) + " ms of processor time in 2 s without descriptors");
        QVERIFY(used < 500);
        served.clear();
        waiting.clear();
        QTRY_VERIFY_WITH_TIMEOUT(fortress.isWell(), 10'000);
    }

    void manyPostsAtOnceAreAllAnswered_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {127, 128, 129, 512})
            QTest::newRow(qPrintable(QString::number(count))) << count;
    }
    void manyPostsAtOnceAreAllAnswered()
    {
        QFETCH(int, count);
        Fortress fortress;
        openDescriptors();
        auto clients = clientsOf(fortress, count);
        QElapsedTimer since;
        since.start();
        sendAll(clients, request("POST", "/executions", R"({"pipeline_name":"p"})"));
        for (RawClient &client : clients)
            QCOMPARE(client.receive(20'000).status, 201);
        say("all answered after " + QByteArray::number(since.elapsed()) + " ms");
        QCOMPARE(fortress.figure("accepted"), count);
    }

    // ---- memory --------------------------------------------------------------------------------

    void aGibibyteIsRefusedUnread()
    {
        Fortress fortress;
        RawClient client = fortress.client();
        client.send(kHead + "Content-Length: 1073741824\r\n\r\n");
        QCOMPARE(client.receive().status, 413);
        QVERIFY(fortress.staysWithin(kBaseline));
    }

    void endlessChunksAreRefused()
    {
        Fortress fortress;
        RawClient client = fortress.client();
        client.send(kHead + "Transfer-Encoding: chunked\r\n\r\n");
        const QByteArray chunk = "10000\r\n" + QByteArray(65536, 'x') + "\r\n";
        int sent = 0;
        while (sent < 16'000 && client.send(chunk))
            ++sent;
        say(mebibytes(sent * 65536) + " went out");
        QCOMPARE(fortress.refused("too_large"), 1);
        QVERIFY(fortress.staysWithin(kBaseline + 2 * kBodyBytes));
    }

    void aGzipBombIsRefused()
    {
        Fortress fortress;
        const QByteArray bomb = gzipBomb(512 * kMiB);
        const RawReply reply = fortress.client().ask(
            request("POST", "/batch", bomb, "Content-Encoding: gzip\r\n", "application/x-ndjson"));
        QCOMPARE(reply.status, 413);
        QVERIFY(fortress.staysWithin(kBaseline + 2 * kBodyBytes));
    }

    void theMostExpensiveJsonIsBounded_data()
    {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("numbers") << QByteArray("1,");
        QTest::newRow("empty lists") << QByteArray("[],");
        QTest::newRow("objects") << QByteArray("{\"a\":1},");
        QTest::newRow("texts") << QByteArray("\"\",");
    }
    void theMostExpensiveJsonIsBounded()
    {
        QFETCH(QByteArray, piece);
        Fortress fortress;
        const QByteArray list = piece.repeated((kBodyBytes - kKiB) / piece.size()).chopped(1);
        const QByteArray body = "{\"pipeline_name\":\"p\",\"metadata\":{\"a\":[" + list + "]}}";
        RawClient client = fortress.client();
        client.send(request("POST", "/executions", body));
        QCOMPARE(client.receive(60'000).status, 201);
        QVERIFY(fortress.staysWithin(kBaseline + kDecodeWorst));
    }

    void manyUnfinishedUploadsStayWithinTheBudget()
    {
        Fortress fortress;
        openDescriptors();
        GoodClient good(fortress.server.port());
        good.enter("before");
        auto uploads = clientsOf(fortress, 40);
        const QByteArray most =
            kHead + "Content-Length: 8388608\r\n\r\n" + QByteArray(8 * kMiB - 100, 'x');
        int refused = 0;
        for (RawClient &upload : uploads) {
            const bool sent = upload.send(most);
            refused += !sent || upload.waitForText("503 Service Unavailable", 200) ? 1 : 0;
        }
        good.enter("during");
        uploads.clear();
        good.enter("after");
        say(good.report());
        say(QByteArray::number(refused) + " of 40 uploads were refused");
        QVERIFY(refused >= 40 - kBytesInFlight / (8 * kMiB) - 1);
        QCOMPARE(good.errors(), 0);
        QVERIFY(good.isQuick("during"));
        QTRY_COMPARE(fortress.figure("bytes_in_flight"), 0);
        QVERIFY(fortress.staysWithin(kBaseline + kBytesInFlight + 16 * kMiB));
    }

    void thousandsOfRequestsJustBegunAreBounded_data()
    {
        QTest::addColumn<QByteArray>("start");
        const QByteArray head = kHead + "Content-Length: 1000000\r\n\r\n";
        QTest::newRow("headers") << "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " +
                                        QByteArray(15'000, 'x');
        QTest::newRow("bodies of a byte") << head + "{";
        QTest::newRow("bodies of 20 KB") << head + QByteArray(20'000, 'x');
        QTest::newRow("bodies of 60 KB") << head + QByteArray(60'000, 'x');
    }
    void thousandsOfRequestsJustBegunAreBounded()
    {
        QFETCH(QByteArray, start);
        constexpr int count = 4000;
        Fortress fortress;
        openDescriptors();
        GoodClient good(fortress.server.port());
        good.enter("before");
        auto begun = clientsOf(fortress, count);
        sendAll(begun, start);
        good.enter("during");
        begun.clear();
        good.enter("after");
        say(good.report());
        QCOMPARE(good.errors(), 0);
        QVERIFY(good.isQuick("during"));
        QVERIFY(fortress.staysWithin(kBaseline + kBytesInFlight + count * kBytesPerRequest));
    }

    void refusalsThatNeverEndAreBounded()
    {
        Fortress fortress;
        const QByteArray key = "\"" + QByteArray(4'000'000, 'k');
        for (int i = 0; i < 60; ++i) {
            const QByteArray mine = key + QByteArray::number(i) + "\":1";
            QCOMPARE(fortress.client()
                         .ask(request("POST", "/executions", "{" + mine + "," + mine + "}"))
                         .status,
                     400);
        }
        QVERIFY(fortress.staysWithin(kBaseline + 4 * kBodyBytes));
    }

    void largeChunkedUploadsGoSideBySide_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("3, which fit the budget") << 3;
        QTest::newRow("6, which do not") << 6;
    }
    void largeChunkedUploadsGoSideBySide()
    {
        QFETCH(int, count);
        constexpr qint64 size = 40 * kMiB;
        Fortress fortress({QStringLiteral("--max-body"), QStringLiteral("64"),
                           QStringLiteral("--max-queue-size"), QStringLiteral("256")});
        openDescriptors();
        const QByteArray run = startRun(fortress);
        const QByteArray line = stepLine(run, 100 * kKiB);
        const QByteArray body = line.repeated(size / line.size());
        const QByteArray bytes = kHead + "Transfer-Encoding: chunked\r\n\r\n" + chunked(body);
        GoodClient good(fortress.server.port());
        good.enter("before");
        std::atomic<int> stored = 0;
        std::atomic<int> busy = 0;
        std::vector<std::thread> uploads;
        for (int i = 0; i < count; ++i)
            uploads.emplace_back([&] {
                RawClient client = fortress.client();
                client.send(bytes);
                const int status = client.receive(60'000).status;
                stored += status == 200 ? 1 : 0;
                busy += status == 503 || status == 0 ? 1 : 0;
            });
        good.enter("during");
        for (std::thread &upload : uploads)
            upload.join();
        good.enter("after");
        say(good.report());
        say(QByteArray::number(stored) + " stored, " + QByteArray::number(busy) + " refused");
        QCOMPARE(good.errors(), 0);
        QCOMPARE(stored + busy, count);
        QVERIFY(stored >= (count == 3 ? 3 : 1));
        const qint64 queue = 256 * kMiB;
        QVERIFY(fortress.staysWithin(kBaseline + kBytesInFlight + queue + 2 * size));
    }

    void chunkedTracesAsLargeAsAllowedGoSideBySide()
    {
        constexpr int count = 3;
        Fortress fortress;
        openDescriptors();
        GoodClient good(fortress.server.port());
        good.enter("before");
        std::atomic<int> stored = 0;
        std::atomic<int> busy = 0;
        std::vector<std::thread> exporters;
        for (int i = 0; i < count; ++i)
            exporters.emplace_back([&, i] {
                const QByteArray bytes =
                    "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                    "application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
                    chunked(tracesOf(i, kOtlpBodyBytes - kMiB));
                // As an exporter does: 503 means later. A connection may end while it sends.
                for (int attempt = 0; attempt < 40 && stored < count; ++attempt) {
                    RawClient client = fortress.client();
                    client.send(bytes);
                    const int status = client.receive(60'000).status;
                    if (status == 200) {
                        ++stored;
                        break;
                    }
                    busy += status == 503 || status == 0 ? 1 : 100;
                    std::this_thread::sleep_for(std::chrono::milliseconds(500));
                }
            });
        good.enter("during");
        for (std::thread &exporter : exporters)
            exporter.join();
        good.enter("after");
        say(good.report());
        say(QByteArray::number(stored) + " stored, " + QByteArray::number(busy) + " times later");
        QCOMPARE(good.errors(), 0);
        QCOMPARE(stored.load(), count);
        QVERIFY(busy < 100); // nothing but "later"
        const qint64 queue = 64 * kMiB;
        // Three copies of the one that is decoded: as it came, for the parser, as spans.
        QVERIFY(fortress.staysWithin(kBaseline + kStoreCaches + kBytesInFlight + queue +
                                     3 * kOtlpBodyBytes));
    }

    // ---- event streams -------------------------------------------------------------------------

    void largeRunsDoNotStayInMemory()
    {
        constexpr int count = 240;
        constexpr qint64 bound = kBaseline + kStoreCaches + kEventRingBytes + 3 * kBodyBytes;
        Fortress fortress;
        openDescriptors();
        RawClient stalled = fortress.client();
        stalled.send(request("GET", "/events"));
        QTRY_COMPARE(fortress.figure("event_streams"), 1);
        const QByteArray metadata = "\"metadata\":{\"a\":\"" + QByteArray(1'000'000, 'x') + "\"}}";
        for (int i = 0; i < count; ++i) {
            RawClient client = fortress.client();
            QCOMPARE(
                client.ask(request("POST", "/executions", "{\"pipeline_name\":\"p\"," + metadata))
                    .status,
                201);
        }
        QVERIFY(fortress.staysWithin(bound));
        // One that stalls is told that it missed something, one that comes back gets all of it.
        QVERIFY(stalled.waitForText("event: dropped", 20'000));
        RawClient late = fortress.client();
        late.send(request("GET", "/events", {}, "Last-Event-ID: 1\r\n"));
        QVERIFY(late.waitForText(QByteArray("\n\nevent: run"), 20'000));
        const RawReply list = fortress.client().ask(request("GET", "/executions?limit=1000"));
        QCOMPARE(list.status, 200);
        QVERIFY(list.body.size() < 2 * kPageBytes);
        QVERIFY(list.body.contains("\"next_cursor\":\""));
        QVERIFY(fortress.staysWithin(bound));
    }

    void manyStreamsAndAPosterDoNotHinderEachOther()
    {
        Fortress fortress;
        openDescriptors();
        auto streams = clientsOf(fortress, 20);
        sendAll(streams, request("GET", "/events"));
        for (RawClient &stream : streams)
            QVERIFY(stream.waitForText(": connected"));
        GoodClient good(fortress.server.port());
        good.enter("with 20 streams");
        const QByteArray last = startRun(fortress);
        for (RawClient &stream : streams)
            QVERIFY(stream.waitForText(last, 20'000));
        say(good.report());
        QCOMPARE(good.errors(), 0);
        QVERIFY(fortress.staysWithin(kBaseline + kEventRingBytes));
    }

    // ---- a full queue, and the end --------------------------------------------------------------

    void aFullQueueIsBusyAndTakesAllInTheEnd()
    {
        constexpr int count = 200;
        constexpr int lines = 40;
        Fortress fortress({QStringLiteral("--max-queue-events"), QStringLiteral("100")});
        openDescriptors();
        const QByteArray run = startRun(fortress);
        const QByteArray batch = request("POST", "/batch", stepLine(run, 1000).repeated(lines), {},
                                         "application/x-ndjson");
        auto clients = clientsOf(fortress, count);
        int busy = 0;
        std::vector<bool> done(count, false);
        QElapsedTimer since;
        since.start();
        for (int left = count; left > 0 && since.elapsed() < 60'000;) {
            for (std::size_t i = 0; i < clients.size(); ++i)
                if (!done[i])
                    clients[i].send(batch);
            QVERIFY(fortress.isWell());
            for (std::size_t i = 0; i < clients.size(); ++i) {
                if (done[i])
                    continue;
                const RawReply reply = clients[i].receive(20'000);
                QVERIFY(reply.status == 200 || reply.status == 503);
                QVERIFY(reply.status == 200 || reply.header.contains("Retry-After"));
                done[i] = reply.status == 200;
                left -= done[i] ? 1 : 0;
                busy += done[i] ? 0 : 1;
            }
        }
        say(QByteArray::number(busy) + " times busy");
        QVERIFY(busy > 0);
        QCOMPARE(countSteps(fortress.server.port(), run), count * lines);
        QVERIFY(fortress.staysWithin(kBaseline + 2 * kBodyBytes));
    }

    void whatIsStoredWhenItStopsWasAnswered()
    {
        Fortress fortress({QStringLiteral("--stop-timeout"), QStringLiteral("30"),
                           QStringLiteral("--body-timeout"), QStringLiteral("3")});
        openDescriptors();
        const QByteArray run = startRun(fortress);
        RawClient idle = fortress.client();
        QCOMPARE(idle.ask(request("GET", "/healthz")).status, 200);
        RawClient stream = fortress.client();
        stream.send(request("GET", "/events"));
        QVERIFY(stream.waitForText(": connected"));
        RawClient half = fortress.client();
        half.send(kHead + "Content-Length: 1000\r\n\r\n{");
        std::atomic<int> acknowledged = 0;
        std::vector<std::thread> posters;
        for (int i = 0; i < 16; ++i)
            posters.emplace_back([&] {
                RawClient client = fortress.client();
                const QByteArray post =
                    request("POST", "/batch", stepLine(run, 500), {}, "application/x-ndjson");
                while (client.ask(post).status == 200)
                    ++acknowledged;
            });
        QTRY_VERIFY(acknowledged > 500);
        QElapsedTimer since;
        since.start();
        QCOMPARE(fortress.server.stop(), 0);
        say("stopped after " + QByteArray::number(since.elapsed()) + " ms");
        for (std::thread &poster : posters)
            poster.join();
        QVERIFY(since.elapsed() < 30'000);
        const Server again(fortress.folder.filePath(QStringLiteral("xray.db")));
        QCOMPARE(countSteps(again.port(), run), acknowledged.load());
    }

    void aHalfUploadHoldsUpTheStopForItsGraceOnly()
    {
        Fortress fortress({QStringLiteral("--stop-timeout"), QStringLiteral("1")});
        RawClient half = fortress.client();
        half.send(kHead + "Content-Length: 1000\r\n\r\n{");
        QTRY_VERIFY(fortress.figure("bytes_in_flight") > 0);
        QElapsedTimer since;
        since.start();
        QCOMPARE(fortress.server.stop(), 0);
        say("stopped after " + QByteArray::number(since.elapsed()) + " ms");
        QVERIFY(since.elapsed() >= 1000);
        QVERIFY(since.elapsed() < 1000 + 1000 + 3000); // grace, the rest, a busy machine
    }

    void aTakenPortIsNotShared()
    {
        Fortress fortress;
        const test::Ended second = test::runProgram(
            QStringLiteral("xrayctl"),
            {QStringLiteral("serve"), QStringLiteral("--db"),
             QStringLiteral("sqlite:") + fortress.folder.filePath(QStringLiteral("other.db")),
             QStringLiteral("--listen"),
             QStringLiteral("127.0.0.1:%1").arg(fortress.server.port())});
        QCOMPARE(second.code, 1);
        QVERIFY(second.err.contains(QByteArray::number(fortress.server.port())));
        QVERIFY(fortress.isWell());
    }

    void itListensAgainAtOnceAfterAKill()
    {
        Fortress fortress;
        const quint16 port = fortress.server.port();
        auto clients = clientsOf(fortress, 50);
        for (RawClient &client : clients)
            QCOMPARE(client.ask(request("GET", "/healthz")).status, 200);
        fortress.server.kill();
        const Server again(fortress.folder.filePath(QStringLiteral("xray.db")),
                           {QStringLiteral("--listen"), QStringLiteral("127.0.0.1:%1").arg(port)});
        QCOMPARE(again.port(), port);
        QCOMPARE(RawClient(port).ask(request("GET", "/healthz")).status, 200);
    }

private:
    /// For this process, once the server has been started with few.
    void openDescriptors() { setrlimit(RLIMIT_NOFILE, &m_own); }

    rlimit m_own{};
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestListenerSiege)
#include "tst_listener_siege.moc"
