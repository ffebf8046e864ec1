// SPDX-License-Identifier: GPL-3.0-or-later
// Tricks on the listener that take a moment each: names and origins, JSON that is not, bodies that
// never end, connections that never become requests, readers that do not read, a source that does
// not answer. The long ones are in tst_listener_siege.
#include "tests/ingest/gzip_bytes.h"
#include "tests/ingest/house.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPromise>
#include <QTest>

using namespace xray;
using namespace xray::ingest;
using namespace xray::tests;
using std::chrono::milliseconds;

namespace {

const QByteArray kRun = "0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f";
const QByteArray kPage = "http://localhost:3000";
const QByteArray kPost =
    "POST /executions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

QByteArray run(const QByteArray &id = kRun)
{
    return "{\"id\":\"" + id + "\",\"pipeline_name\":\"p\"}";
}

QByteArray step(const QByteArray &more = {})
{
    return "{\"execution_id\":\"" + kRun + "\",\"step_name\":\"s\",\"step_type\":\"llm\"" + more +
           "}";
}

QByteArray nested(int depth)
{
    return "{\"pipeline_name\":\"p\",\"metadata\":{\"a\":" + QByteArray(depth, '[') +
           QByteArray(depth, ']') + "}}";
}

ListenerOptions openToThePage()
{
    ListenerOptions options;
    options.allowedOrigins = {kPage};
    return options;
}

QByteArray preflight(const QByteArray &target, const QByteArray &origin, const QByteArray &method)
{
    return request("OPTIONS", target, {},
                   "Origin: " + origin + "\r\nAccess-Control-Request-Method: " + method +
                       "\r\nAccess-Control-Request-Headers: content-type\r\n");
}

RawClient eventStream(quint16 port, const QByteArray &headers = {})
{
    RawClient stream(port);
    stream.send(request("GET", "/events", {}, headers));
    return stream;
}

/// A store that counts how often the change feed is read.
class CountingStore : public FakeStore
{
public:
    Answer<ChangeBatch> changesSince(Revision since, int limit, Ticket ticket) override
    {
        ++reads;
        return FakeStore::changesSince(since, limit, ticket);
    }
    std::atomic<int> reads = 0;
};

/// A store that never says anything.
class SilentStore : public FakeStore
{
public:
    Answer<Revision> revision(Ticket) override { return never<Revision>(); }
    Answer<RunPage> runPage(RunPageQuery, Ticket) override { return never<RunPage>(); }

    std::atomic<int> asked = 0;

private:
    template<class T>
    Answer<T> never()
    {
        auto promise = std::make_shared<QPromise<Answered<T>>>();
        promise->start();
        m_open.push_back(promise);
        ++asked;
        return promise->future();
    }
    std::vector<std::shared_ptr<void>> m_open;
};

QStringList codesOf(const Listener &listener)
{
    QStringList codes;
    for (const Refusal &refusal : listener.recentRefusals())
        codes.append(refusal.code);
    return codes;
}

} // namespace

class TestListenerAttacks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // ---- names and origins -----------------------------------------------------------------

    void answersNobodyWhoAsksForAnotherHost_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, const QByteArray &line, const QByteArray &host,
                            int status) { QTest::newRow(name) << line << host << status; };
        row("own name", "GET /healthz", "localhost:4318", 200);
        row("own address", "GET /healthz", "127.0.0.1", 200);
        row("rebound name", "GET /healthz", "evil.example", 403);
        row("suffix", "GET /healthz", "localhost.evil.example", 403);
        row("user part", "GET /healthz", "localhost@evil.example", 403);
        row("list", "GET /healthz", "localhost, evil.example", 403);
        row("empty", "GET /healthz", "", 403);
        row("absolute target", "GET http://localhost/healthz", "localhost", 200);
        row("foreign target", "GET http://evil.example/healthz", "localhost", 403);
        row("foreign target with user", "GET http://localhost@evil.example/healthz", "localhost",
            403);
    }
    void answersNobodyWhoAsksForAnotherHost()
    {
        QFETCH(QByteArray, line);
        QFETCH(QByteArray, host);
        House house;
        QTEST(house.statusOf(line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), "status");
    }

    void turnsAwayWebPages_data()
    {
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("status");
        const QByteArray json = "application/json";
        QTest::newRow("foreign") << QByteArray("Origin: http://evil.example\r\n") << json << 403;
        QTest::newRow("null") << QByteArray("Origin: null\r\n") << json << 403;
        QTest::newRow("own port") << QByteArray("Origin: http://127.0.0.1:4318\r\n") << json << 403;
        QTest::newRow("form") << QByteArray() << QByteArray("application/x-www-form-urlencoded")
                              << 415;
        QTest::newRow("text") << QByteArray() << QByteArray("text/plain") << 415;
        QTest::newRow("multipart")
            << QByteArray() << QByteArray("multipart/form-data; boundary=x") << 415;
        QTest::newRow("json as a parameter")
            << QByteArray() << QByteArray("text/plain; application/json") << 415;
    }
    void turnsAwayWebPages()
    {
        QFETCH(QByteArray, headers);
        QFETCH(QByteArray, type);
        House house;
        QTEST(house.statusOf(request("POST", "/executions", run(), headers, type)), "status");
        QCOMPARE(house.store.runCount(), 0);
    }

    void refusesBeforeTheBodyIsSent_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("status");
        const QByteArray length = "Content-Length: 1000\r\n\r\n";
        QTest::newRow("origin") << kPost + "Origin: http://evil.example\r\n" + length << 403;
        QTest::newRow("type") << "POST /executions HTTP/1.1\r\nHost: localhost\r\n"
                                 "Content-Type: text/plain\r\n" +
                                     length
                              << 415;
        QTest::newRow("place") << "POST /nowhere HTTP/1.1\r\nHost: localhost\r\n" + length << 404;
        QTest::newRow("token") << kPost + length << 401;
    }
    void refusesBeforeTheBodyIsSent()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, status);
        ListenerOptions options;
        options.token = status == 401 ? "secret" : "";
        House house(options);
        QCOMPARE(house.statusOf(head), status);
        QCOMPARE(house.listener.stats().bytesInFlight, 0);
    }

    // ---- web pages that are allowed -----------------------------------------------------------

    void aListedPageIsToldThatItMayPost()
    {
        House house(openToThePage());
        const RawReply reply = house.ask(preflight("/executions", kPage, "POST"));
        QCOMPARE(reply.status, 204);
        QVERIFY(reply.header.contains("Access-Control-Allow-Origin: " + kPage + "\r\n"));
        QVERIFY(reply.header.contains("Access-Control-Allow-Methods: POST, GET\r\n"));
        QVERIFY(reply.header.contains("Content-Type"));
        QVERIFY(reply.header.contains("Vary: Origin\r\n"));
        QVERIFY(!reply.header.contains("Private-Network"));
        const QByteArray origin = "Origin: " + kPage + "\r\n";
        const RawReply posted = house.ask(request("POST", "/executions", run(), origin));
        QCOMPARE(posted.status, 201);
        QVERIFY(posted.header.contains("Access-Control-Allow-Origin: " + kPage + "\r\n"));
    }

    void aListedPageCanReadWhyItWasRefused()
    {
        House house(openToThePage());
        const RawReply reply =
            house.ask(request("POST", "/executions", "{", "Origin: " + kPage + "\r\n"));
        QCOMPARE(reply.status, 400);
        QVERIFY(reply.header.contains("Access-Control-Allow-Origin: " + kPage + "\r\n"));
    }

    void aPreflightNeedsNoTokenButTheRequestDoes()
    {
        ListenerOptions options = openToThePage();
        options.token = "secret";
        House house(options);
        QCOMPARE(house.statusOf(preflight("/stats", kPage, "GET")), 204);
        QCOMPARE(house.statusOf(request("GET", "/stats", {}, "Origin: " + kPage + "\r\n")), 401);
    }

    void aPublicPageIsToldAboutThePrivateNetworkWhenItAsks()
    {
        House house(openToThePage());
        const RawReply reply =
            house.ask(request("OPTIONS", "/executions", {},
                              "Origin: " + kPage +
                                  "\r\nAccess-Control-Request-Method: POST\r\n"
                                  "Access-Control-Request-Private-Network: true\r\n"));
        QVERIFY(reply.header.contains("Access-Control-Allow-Private-Network: true\r\n"));
    }

    void otherPagesAreToldNothing_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::newRow("other origin")
            << preflight("/executions", "http://localhost:3001", "POST") << 403;
        QTest::newRow("longer origin") << preflight("/executions", kPage + ".evil", "POST") << 403;
        QTest::newRow("other case") << preflight("/executions", kPage.toUpper(), "POST") << 403;
        QTest::newRow("two origins") << request("OPTIONS", "/executions", {},
                                                "Origin: " + kPage + "\r\nOrigin: " + kPage +
                                                    "\r\nAccess-Control-Request-Method: POST\r\n")
                                     << 204;
        QTest::newRow("no origin")
            << request("OPTIONS", "/executions", {}, "Access-Control-Request-Method: POST\r\n")
            << 405;
    }
    void otherPagesAreToldNothing()
    {
        QFETCH(QByteArray, bytes);
        House house(openToThePage());
        const RawReply reply = house.ask(bytes);
        QTEST(reply.status, "status");
        QVERIFY(!reply.header.contains("Access-Control-Allow-Origin"));
    }

    void aPreflightForWhatIsNotThereSaysSo()
    {
        House house(openToThePage());
        QCOMPARE(house.statusOf(preflight("/nowhere", kPage, "POST")), 404);
        QCOMPARE(house.statusOf(preflight("/executions", kPage, "PUT")), 405);
    }

    void noPageIsListedByDefault()
    {
        House house;
        const RawReply reply = house.ask(preflight("/executions", kPage, "POST"));
        QCOMPARE(reply.status, 403);
        QVERIFY(!reply.header.contains("Access-Control"));
    }

    // ---- JSON that is not -----------------------------------------------------------------------

    void refusesWhatIsNotJson_data()
    {
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QByteArray &body) {
            QTest::newRow(name) << body;
        };
        row("bad UTF-8", "{\"pipeline_name\":\"\xff\"}");
        row("truncated", run().chopped(1));
        row("NaN", R"({"pipeline_name":"p","metadata":{"a":NaN}})");
        row("1e999", R"({"pipeline_name":"p","metadata":{"a":1e999}})");
        row("lone surrogate", R"({"pipeline_name":"\ud800"})");
        row("scalar", "7");
        row("key twice", R"({"pipeline_name":"p","pipeline_name":"q"})");
        row("100,000 levels", nested(100'000));
        row("a million brackets", QByteArray(1'000'000, '['));
    }
    void refusesWhatIsNotJson()
    {
        QFETCH(QByteArray, body);
        House house;
        const RawReply reply = house.post("/executions", body);
        QCOMPARE(reply.status, 400);
        QVERIFY(reply.body.contains("\"invalid_json\""));
        const QByteArray zipped = gzipped(body);
        QCOMPARE(
            house.statusOf(request("POST", "/executions", zipped, "Content-Encoding: gzip\r\n")),
            400);
        QCOMPARE(house.store.runCount(), 0);
        QVERIFY(house.isWell());
    }

    void aByteOrderMarkIsSkipped()
    {
        House house;
        QCOMPARE(house.post("/executions", "\xef\xbb\xbf" + run()).status, 201);
    }

    void oneBadStepOfManyStoresNothing_data()
    {
        QTest::addColumn<QByteArray>("bad");
        QTest::newRow("not an object") << QByteArray("5");
        QTest::newRow("unknown field") << step(",\"stepname\":1");
        QTest::newRow("no such run") << step().replace(kRun.right(4), "0000");
    }
    void oneBadStepOfManyStoresNothing()
    {
        QFETCH(QByteArray, bad);
        House house;
        house.post("/executions", run());
        const RawReply reply =
            house.post("/execution-steps", "[" + step() + "," + bad + "," + step() + "]");
        QVERIFY(reply.status >= 400 && reply.status < 500);
        QVERIFY(reply.body.contains("\"line\":2"));
        QCOMPARE(house.store.stepCount(), 0);
    }

    // ---- bodies and headers that never end -----------------------------------------------------

    void refusesFramingThatTwoReadersCouldReadDifferently_data()
    {
        QTest::addColumn<QByteArray>("headers");
        QTest::newRow("2^63") << QByteArray("Content-Length: 9223372036854775808\r\n");
        QTest::newRow("spaces inside") << QByteArray("Content-Length: 1 2\r\n");
        QTest::newRow("list") << QByteArray("Content-Length: 5, 5\r\n");
        QTest::newRow("empty length") << QByteArray("Content-Length: \r\n");
        QTest::newRow("vertical tab") << QByteArray("Transfer-Encoding: \vchunked\r\n");
        QTest::newRow("folded") << QByteArray("Transfer-Encoding:\r\n chunked\r\n"
                                              "Content-Length: 5\r\n");
        QTest::newRow("quoted") << QByteArray("Transfer-Encoding: \"chunked\"\r\n");
    }
    void refusesFramingThatTwoReadersCouldReadDifferently()
    {
        QFETCH(QByteArray, headers);
        House house;
        RawClient client = house.client();
        client.send(kPost + headers + "\r\n0\r\n\r\n" + request("GET", "/stats"));
        QVERIFY(client.receive().status >= 400);
        QVERIFY(client.isClosedWithin(3000));
        QVERIFY(!client.received().contains("HTTP/1.1 200"));
        QCOMPARE(house.store.runCount(), 0);
    }

    void aTrickleOfTinyChunksEndsAtTheDeadline()
    {
        House house(limitsWith([](auto &limits) { limits.bodyTime = milliseconds(300); }));
        RawClient client = house.client();
        client.send(kPost + "Transfer-Encoding: chunked\r\n\r\n");
        const QByteArray chunk = "1;" + QByteArray(500, 'e') + "\r\n \r\n";
        QElapsedTimer since;
        since.start();
        while (!client.isClosedWithin(5) && since.elapsed() < 8000)
            client.send(chunk);
        QVERIFY(since.elapsed() < 5000);
        QTRY_COMPARE(codesOf(house.listener), QStringList{QStringLiteral("timeout")});
        QTRY_COMPARE(house.listener.stats().bytesInFlight, 0);
    }

    void trailersThatNeverEndAreRefused()
    {
        House house(limitsWith([](auto &limits) { limits.bodyTime = milliseconds(1000); }));
        RawClient client = house.client();
        client.send(kPost + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n");
        client.send(QByteArray("X: y\r\n").repeated(20'000));
        QVERIFY(client.receive().status != 201);
        QVERIFY(client.isClosedWithin(5000));
        QVERIFY(house.isWell());
    }

    void whoIsTooSlowIsNoted_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<QString>("what");
        QTest::newRow("header") << QByteArray("GET /healthz HTTP/1.1\r\nHo") << QStringLiteral("?");
        QTest::newRow("body") << kPost + "Content-Length: 100\r\n\r\n{"
                              << QStringLiteral("POST /executions");
    }
    void whoIsTooSlowIsNoted()
    {
        QFETCH(QByteArray, start);
        House house(limitsWith(
            [](auto &limits) { limits.headerTime = limits.bodyTime = milliseconds(500); }));
        RawClient client = house.client();
        client.send(start);
        QVERIFY(client.isClosedWithin(3000));
        QTRY_COMPARE(house.listener.recentRefusals().size(), 1u);
        const Refusal refusal = house.listener.recentRefusals().front();
        QCOMPARE(refusal.code, QStringLiteral("timeout"));
        QCOMPARE(refusal.status, 0);
        QTEST(refusal.what, "what");
        QVERIFY(refusal.peer.startsWith(QStringLiteral("127.0.0.1:")));
        QVERIFY(refusal.at > 0);
    }

    // ---- connections ----------------------------------------------------------------------------

    void unfinishedRequestsGiveWayToo_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("headers") << QByteArray("GET /healthz HTTP/1.1\r\nHo");
        QTest::newRow("bodies") << kPost + "Content-Length: 100\r\n\r\n{";
    }
    void unfinishedRequestsGiveWayToo()
    {
        QFETCH(QByteArray, start);
        House house(limitsWith([](auto &limits) { limits.connections = 10; }));
        std::vector<RawClient> slow;
        for (int i = 0; i < 30; ++i) {
            slow.push_back(house.client());
            slow.back().send(start);
        }
        QVERIFY(house.isWell());
        QVERIFY(slow.front().isClosedWithin(3000));
        QTRY_VERIFY(house.listener.stats().gaveWay >= 20);
    }

    void whoIsBeingServedDoesNotGiveWay()
    {
        House house(limitsWith([](auto &limits) { limits.connections = 5; }));
        house.store.hold();
        std::vector<RawClient> served;
        for (int i = 0; i < 5; ++i) {
            served.push_back(house.client());
            served.back().send(request("POST", "/executions", "{\"pipeline_name\":\"p\"}"));
        }
        QTRY_COMPARE(house.store.waiting(), 5u);
        RawClient late = house.client();
        QVERIFY(late.isClosedWithin(3000));
        QTRY_COMPARE(codesOf(house.listener), QStringList{QStringLiteral("too_many_connections")});
        house.store.release();
        for (RawClient &client : served)
            QCOMPARE(client.receive().status, 201);
    }

    void uploadsThatFillTheBudgetDoNotShutOutSmallBodies()
    {
        House house(limitsWith([](auto &limits) { limits.bytesInFlight = 4 * kMiB; }));
        std::vector<RawClient> uploads;
        for (int i = 0; i < 40; ++i) {
            uploads.push_back(house.client());
            uploads.back().send(kPost + "Content-Length: 8000000\r\n\r\n" +
                                QByteArray(300 * kKiB, 'x'));
        }
        QTRY_VERIFY(house.listener.stats().bytesInFlight > 3 * kMiB);
        QTRY_VERIFY(house.listener.stats().rejected > 20);
        QCOMPARE(house.post("/executions", run()).status, 201);
    }

    void aReplyThatFitsNoBudgetIsBusy()
    {
        ListenerOptions options =
            limitsWith([](auto &limits) { limits.replyBytesInFlight = 200 * kKiB; });
        House house(options);
        house.post("/executions", run());
        const QByteArray large = ",\"input_payload\":{\"a\":\"" + QByteArray(500'000, 'x') + "\"}";
        house.post("/execution-steps", step(large));
        const RawReply reply = house.get("/execution-steps?execution_id=" + kRun);
        QCOMPARE(reply.status, 503);
        QVERIFY(reply.header.contains("Retry-After"));
        QCOMPARE(house.get("/execution-steps?payload=none&execution_id=" + kRun).status, 200);
    }

    void aPageOfStepsEndsEarlyWhenItsPayloadsAreLarge()
    {
        House house(limitsWith([](auto &limits) { limits.pageBytes = 250 * kKiB; }));
        house.post("/executions", run());
        const QByteArray large = ",\"input_payload\":{\"a\":\"" + QByteArray(100'000, 'x') + "\"}";
        for (int i = 0; i < 5; ++i)
            house.post("/execution-steps", step(large));
        QByteArray target = "/execution-steps?execution_id=" + kRun;
        QList<qsizetype> sizes;
        while (!target.isEmpty()) {
            const QJsonObject page = QJsonDocument::fromJson(house.get(target).body).object();
            sizes.append(page.value(QLatin1String("items")).toArray().size());
            const QByteArray cursor = page.value(QLatin1String("next_cursor")).toString().toUtf8();
            target = cursor.isEmpty()
                         ? QByteArray()
                         : "/execution-steps?execution_id=" + kRun + "&cursor=" + cursor;
        }
        QCOMPARE(sizes, (QList<qsizetype>{3, 2}));
    }

    // ---- event streams -------------------------------------------------------------------------

    void aDeletedRunIsAnEvent()
    {
        House house;
        house.post("/executions", run());
        RawClient stream = eventStream(house.port());
        QVERIFY(stream.waitForText(": connected"));
        house.ask(request("DELETE", "/executions/" + kRun));
        QVERIFY(stream.waitForText("event: deleted\nid: 2\ndata: {\"id\":\"" + kRun + "\"}\n\n"));
    }

    void theFeedIsReadOnceForAllWhoFollow()
    {
        CountingStore store;
        Listener listener(store, store, House::withFreePort({}));
        QVERIFY(listener.start().ok());
        store.onCommit([&](const ChangeBatchPtr &batch) { listener.publish(batch); });
        std::vector<RawClient> streams;
        for (int i = 0; i < 20; ++i)
            streams.push_back(eventStream(listener.state().port));
        for (RawClient &stream : streams)
            QVERIFY(stream.waitForText(": connected"));
        RawClient(listener.state().port).ask(request("POST", "/executions", run()));
        for (RawClient &stream : streams)
            QVERIFY(stream.waitForText(kRun));
        QCOMPARE(store.reads.load(), 1);
        store.onCommit({});
    }

    void aStreamResumesWhereItLeftWhileOthersFollow()
    {
        House house;
        RawClient other = eventStream(house.port());
        QVERIFY(other.waitForText(": connected"));
        QList<QByteArray> ids;
        for (int i = 0; i < 6; ++i) {
            ids.append(ExecutionId::newV7().toUtf8());
            house.post("/executions", run(ids.back()));
        }
        QVERIFY(other.waitForText(ids.back()));
        RawClient stream = eventStream(house.port(), "Last-Event-ID: 3\r\n");
        QVERIFY(stream.waitForText(ids.back()));
        QVERIFY(stream.received().contains(ids[3]));
        house.post("/executions", run());
        QVERIFY(stream.waitForText(kRun));
        QVERIFY(!stream.received().contains("dropped"));
    }

    void aStreamFromAnotherStoreIsToldToReadAgain()
    {
        House house;
        house.post("/executions", run());
        RawClient stream = eventStream(house.port(), "Last-Event-ID: 1000\r\n");
        QVERIFY(stream.waitForText("event: dropped\nid: 1\n"));
    }

    void aReaderThatStallsIsToldWhatItMissed()
    {
        House house(limitsWith([](auto &limits) { limits.eventRingBytes = kMiB; }));
        RawClient stalled(house.port());
        stalled.send(request("GET", "/events"));
        QTRY_COMPARE(house.listener.stats().eventStreams, 1);
        RawClient reader = eventStream(house.port());
        QVERIFY(reader.waitForText(": connected"));
        const QByteArray metadata = "\"metadata\":{\"a\":\"" + QByteArray(3'000'000, 'x') + "\"}}";
        QByteArray last;
        for (int i = 0; i < 8; ++i) {
            last = ExecutionId::newV7().toUtf8();
            house.post("/executions", run(last).chopped(1) + "," + metadata);
            QVERIFY(reader.waitForText(last));
        }
        QVERIFY(!reader.received().contains("event: dropped"));
        QVERIFY(stalled.waitForText("event: dropped"));
        QVERIFY(stalled.waitForText(last));
    }

    // ---- stopping -------------------------------------------------------------------------------

    void stopsWithinItsGraceWhenTheSourceNeverAnswers()
    {
        SilentStore store;
        Listener listener(store, store, House::withFreePort(limitsWith([](auto &limits) {
                              limits.stopTime = milliseconds(300);
                          })));
        QVERIFY(listener.start().ok());
        RawClient list(listener.state().port);
        list.send(request("GET", "/executions"));
        RawClient stream = eventStream(listener.state().port);
        QTRY_COMPARE(store.asked.load(), 2);
        QElapsedTimer since;
        since.start();
        listener.stop();
        QVERIFY(since.elapsed() < 5000);
        QVERIFY(list.isClosedWithin(1000));
        QVERIFY(stream.isClosedWithin(1000));
    }

    void eventStreamsDoNotHoldUpTheStop()
    {
        SilentStore store;
        Listener listener(store, store, House::withFreePort(limitsWith([](auto &limits) {
                              limits.stopTime = std::chrono::seconds(60);
                          })));
        QVERIFY(listener.start().ok());
        RawClient stream = eventStream(listener.state().port);
        QTRY_COMPARE(store.asked.load(), 1);
        QElapsedTimer since;
        since.start();
        listener.stop();
        QVERIFY(since.elapsed() < 10'000);
    }
};

QTEST_GUILESS_MAIN(TestListenerAttacks)
#include "tst_listener_attacks.moc"
