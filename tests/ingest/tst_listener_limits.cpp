// SPDX-License-Identifier: GPL-3.0-or-later
// What the listener does when clients are hostile, broken, slow or many: framing, sizes, deadlines,
// connections. Limits are made small so that each case takes a moment.
#include "tests/ingest/gzip_bytes.h"
#include "tests/ingest/house.h"

#include <QElapsedTimer>
#include <QTest>

#include <filesystem>
#include <sys/resource.h>

using namespace xray;
using namespace xray::ingest;
using namespace xray::tests;
using std::chrono::milliseconds;

namespace {

const QByteArray kPost =
    "POST /executions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const QByteArray kRun = R"({"pipeline_name":"p"})";

qint64 peakMemory()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * 1024;
}

std::ptrdiff_t openDescriptors()
{
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
}

/// Sends pieces until the other side stops taking them; how many bytes went out.
qint64 pour(RawClient &client, const QByteArray &piece, qint64 upTo)
{
    qint64 sent = 0;
    while (sent < upTo && client.send(piece))
        sent += piece.size();
    return sent;
}

} // namespace

class TestListenerLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatIsNotPlainHttp_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char *name, const QByteArray &bytes) {
            QTest::newRow(name) << bytes;
        };
        const QByteArray get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
        row("length then encoding",
            kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("encoding then length",
            kPost + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n");
        row("two lengths", kPost + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
        row("two equal lengths", kPost + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
        row("length +12", kPost + "Content-Length: +12\r\n\r\n");
        row("length -1", kPost + "Content-Length: -1\r\n\r\n");
        row("length 0x5", kPost + "Content-Length: 0x5\r\n\r\n");
        row("length 2^64", kPost + "Content-Length: 18446744073709551616\r\n\r\n");
        row("length 10^23", kPost + "Content-Length: 100000000000000000000000\r\n\r\n");
        row("xchunked", kPost + "Transfer-Encoding: xchunked\r\n\r\n");
        row("gzip encoding", kPost + "Transfer-Encoding: gzip\r\n\r\n");
        row("chunked, identity",
            kPost + "Transfer-Encoding: chunked, identity\r\nContent-Length: 1\r\n\r\nx");
        row("chunked twice",
            kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n");
        row("space before colon", kPost + "Transfer-Encoding : chunked\r\n\r\n");
        row("chunked in HTTP/1.0",
            "POST /executions HTTP/1.0\r\nHost: localhost\r\nContent-Type: "
            "application/json\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        const QByteArray chunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
        row("negative chunk", chunked + "-1\r\nx\r\n0\r\n\r\n");
        row("overflowing chunk", chunked + "fffffffffffffffff\r\nx\r\n0\r\n\r\n");
        row("chunk that is no number", chunked + "zz\r\nx\r\n0\r\n\r\n");
        row("bad end of chunk", chunked + "1\r\nxyz0\r\n\r\n");
        row("endless chunk extension", chunked + "1;" + QByteArray(200'000, 'a'));
        row("bare LF", "GET /healthz HTTP/1.1\nHost: localhost\n\n");
        row("NUL in header", get + QByteArray("X: a\0b\r\n\r\n", 10));
        row("CR in value", get + "X: a\rb\r\n\r\n");
        row("no colon", get + "nonsense\r\n\r\n");
        row("HTTP/0.9", "GET /healthz\r\n\r\n");
        row("HTTP/9.9", "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n");
        row("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        row("TLS hello",
            QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + QByteArray(64, 'x'));
        row("random bytes", QByteArray("\xff\xfe\x01\x02\r\n\r\n"));
        row("no host", "GET /healthz HTTP/1.1\r\n\r\n");
        row("two hosts", get + "Host: localhost\r\n\r\n");
        row("target without slash", "GET healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    void refusesWhatIsNotPlainHttp()
    {
        QFETCH(QByteArray, bytes);
        House house;
        RawClient client = house.client();
        client.send(bytes + request("GET", "/stats"));
        QCOMPARE(client.receive().status, 400);
        QVERIFY(client.isClosedWithin(3000));
        QVERIFY(!client.received().contains("HTTP/1.1 200")); // nothing smuggled was served
        QCOMPARE(house.store.runCount(), 0);
        QVERIFY(house.isWell());
    }

    void refusesEndlessHeaders_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<QByteArray>("piece");
        const QByteArray get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
        QTest::newRow("line") << get + "X: " << QByteArray(4096, 'a');
        QTest::newRow("count") << get << QByteArray("X: a\r\n").repeated(500);
        QTest::newRow("target") << QByteArray("GET /") << QByteArray(4096, 'a');
    }
    void refusesEndlessHeaders()
    {
        QFETCH(QByteArray, start);
        QFETCH(QByteArray, piece);
        House house;
        RawClient client = house.client();
        client.send(start);
        const qint64 sent = pour(client, piece, 20'000);
        Q_UNUSED(sent);
        QCOMPARE(client.receive().status, 431);
        QVERIFY(house.isWell());
    }

    void refusesABodyThatIsAnnouncedTooLargeUnread()
    {
        House house;
        RawClient client = house.client();
        client.send(kPost + "Content-Length: 1073741824\r\n\r\n");
        QCOMPARE(client.receive().status, 413);
        QVERIFY(pour(client, QByteArray(65536, 'x'), 100 * kMiB) < 20 * kMiB);
    }

    void whoSendsAllBeforeListeningIsToldWhy()
    {
        House house;
        RawClient client = house.client();
        QVERIFY(client.send(request("POST", "/executions", QByteArray(40 * kMiB, ' '))));
        QCOMPARE(client.receive().status, 413);
    }

    void refusesAnEndlessChunkedBody()
    {
        House house(limitsWith([](auto &limits) { limits.bodyBytes = kMiB; }));
        RawClient client = house.client();
        client.send(kPost + "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 17; ++i)
            client.send("10000\r\n" + QByteArray(65536, 'x') + "\r\n");
        QCOMPARE(client.receive().status, 413);
        QCOMPARE(house.listener.stats().bytesInFlight, 0);
    }

    void refusesAGzipBombWithinItsMemory()
    {
        House house;
        const QByteArray bomb = gzipBomb(512 * kMiB);
        [[maybe_unused]] const qint64 before = peakMemory();
        QCOMPARE(house.statusOf(request("POST", "/executions", bomb, "Content-Encoding: gzip\r\n")),
                 413);
// The one keeps what is freed, the other notes several bytes for each.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        QVERIFY(peakMemory() - before < kBodyBytes * 3);
#endif
    }

    void refusesGzipThatIsCutShortOrGoesOn_data()
    {
        QTest::addColumn<QByteArray>("body");
        const QByteArray whole = gzipBomb(kMiB);
        QTest::newRow("cut short") << whole.chopped(9);
        QTest::newRow("goes on") << whole + "rest";
    }
    void refusesGzipThatIsCutShortOrGoesOn()
    {
        QFETCH(QByteArray, body);
        House house;
        QCOMPARE(house.statusOf(request("POST", "/executions", body, "Content-Encoding: gzip\r\n")),
                 400);
    }

    void refusesTooManyEventsInOneRequest()
    {
        House house(limitsWith([](auto &limits) { limits.eventsPerRequest = 3; }));
        QCOMPARE(house.statusOf(request("POST", "/batch", QByteArray("{}\n").repeated(4))), 413);
        QCOMPARE(house.statusOf(request("POST", "/execution-steps", "[{},{},{},{}]")), 413);
    }

    void theBudgetOfBodiesInFlightIsShared()
    {
        House house(limitsWith([](auto &limits) { limits.bytesInFlight = 4 * kMiB; }));
        const QByteArray half =
            kPost + "Content-Length: 8000000\r\n\r\n" + QByteArray(3 * kMiB, 'x');
        RawClient first = house.client();
        first.send(half);
        QTRY_COMPARE(house.listener.stats().bytesInFlight, 3 * kMiB);
        RawClient second = house.client();
        second.send(half);
        const RawReply reply = second.receive();
        QCOMPARE(reply.status, 503);
        QVERIFY(reply.header.contains("Retry-After"));
        QCOMPARE(house.listener.stats().bytesInFlight, 3 * kMiB);
        QCOMPARE(house.statusOf(request("POST", "/executions", kRun)), 201);
        first.closeWithReset();
        QTRY_COMPARE(house.listener.stats().bytesInFlight, 0);
    }

    void closesThoseWhoAreSlow_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("silent") << QByteArray();
        QTest::newRow("header") << QByteArray("GET /healthz HTTP/1.1\r\nHo");
        QTest::newRow("body") << kPost + "Content-Length: 100\r\n\r\n{";
        QTest::newRow("chunks") << kPost + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n";
        QTest::newRow("idle") << request("GET", "/healthz");
    }
    void closesThoseWhoAreSlow()
    {
        QFETCH(QByteArray, start);
        House house(limitsWith([](auto &limits) {
            limits.headerTime = limits.bodyTime = limits.idleTime = milliseconds(100);
        }));
        RawClient client = house.client();
        client.send(start);
        QVERIFY(client.isClosedWithin(3000));
        QTRY_COMPARE(house.listener.stats().connections, 0);
        QVERIFY(house.isWell());
    }

    void aTrickleDoesNotExtendTheDeadline()
    {
        House house(limitsWith([](auto &limits) { limits.headerTime = milliseconds(300); }));
        RawClient client = house.client();
        client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ");
        QElapsedTimer since;
        since.start();
        while (!client.isClosedWithin(20) && since.elapsed() < 5000)
            client.send("a");
        QVERIFY(since.elapsed() < 3000);
    }

    void closesAClientThatNeverReadsItsReply()
    {
        House house(limitsWith([](auto &limits) { limits.writeTime = milliseconds(100); }));
        RawClient client = house.client();
        const QByteArray many = request("GET", "/openapi.json").repeated(2000);
        client.send(many);
        QTRY_COMPARE(house.listener.stats().connections, 0);
    }

    void theOldestIdleConnectionGivesWay()
    {
        House house(limitsWith([](auto &limits) { limits.connections = 20; }));
        std::vector<RawClient> idle;
        for (int i = 0; i < 60; ++i) {
            idle.push_back(house.client());
            QVERIFY(idle.back().isConnected());
        }
        QTRY_VERIFY(house.listener.stats().connections <= 20);
        QVERIFY(house.isWell());
        QVERIFY(idle.front().isClosedWithin(1000));
    }

    void eventStreamsAreCounted()
    {
        House house(limitsWith([](auto &limits) { limits.eventStreams = 2; }));
        std::vector<RawClient> streams;
        for (int i = 0; i < 2; ++i) {
            streams.push_back(house.client());
            streams.back().send(request("GET", "/events"));
            QVERIFY(streams.back().waitForText(": connected"));
        }
        QCOMPARE(house.statusOf(request("GET", "/events")), 503);
        streams.pop_back();
        QTRY_COMPARE(house.listener.stats().eventStreams, 1);
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
        House house;
        house.store.hold();
        std::vector<RawClient> clients;
        for (int i = 0; i < count; ++i) {
            clients.push_back(house.client());
            QVERIFY(clients.back().send(request("POST", "/executions", kRun)));
        }
        QTRY_COMPARE(house.store.waiting(), static_cast<std::size_t>(count));
        house.store.release();
        for (RawClient &client : clients)
            QCOMPARE(client.receive().status, 201);
        QCOMPARE(house.store.runCount(), count);
    }

    void clientsThatLeaveInTheMiddleLeaveNothing()
    {
        House house;
        const std::ptrdiff_t before = openDescriptors();
        for (int i = 0; i < 200; ++i) {
            RawClient client = house.client();
            client.send(request("POST", "/executions", kRun).chopped(5));
            if (i % 2)
                client.closeWithReset();
        }
        QTRY_COMPARE(house.listener.stats().connections, 0);
        QTRY_COMPARE(openDescriptors(), before);
        QCOMPARE(house.listener.stats().bytesInFlight, 0);
        QVERIFY(house.isWell());
    }

    void recoversWhenTheSystemIsOutOfDescriptors()
    {
        House house;
        rlimit before{};
        getrlimit(RLIMIT_NOFILE, &before);
        RawClient waiting = house.client();
        QTRY_COMPARE(house.listener.stats().connections, 1);
        rlimit tight = before;
        tight.rlim_cur = static_cast<rlim_t>(openDescriptors()); // one is left: the client's own
        setrlimit(RLIMIT_NOFILE, &tight);
        RawClient late = house.client(); // connected by the system, not yet accepted
        const bool connected = late.isConnected();
        late.send(request("GET", "/healthz"));
        const bool answered = late.receive().status == 200; // an idle one gave way
        setrlimit(RLIMIT_NOFILE, &before);
        QVERIFY(connected);
        QVERIFY(answered);
        QVERIFY(house.isWell());
    }
};

QTEST_GUILESS_MAIN(TestListenerLimits)
#include "tst_listener_limits.moc"
