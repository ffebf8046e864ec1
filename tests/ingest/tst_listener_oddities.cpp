// SPDX-License-Identifier: GPL-3.0-or-later
// What is HTTP but seldom seen, and what clients do with it: pipelines with a poisoned request in
// them, fields that hide behind others, bodies where none belong, HEAD, HTTP/1.0, expectations,
// clients that close one half, take their answer a byte at a time, or leave while it is made.
#include "tests/ingest/gzip_bytes.h"
#include "tests/ingest/house.h"

#include <model/ingest/ledger.h>

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPromise>
#include <QTest>

#include <mutex>

using namespace xray;
using namespace xray::ingest;
using namespace xray::tests;
using std::chrono::milliseconds;

namespace {

const QByteArray kHost = "Host: localhost\r\n";
const QByteArray kPost =
    "POST /executions HTTP/1.1\r\n" + kHost + "Content-Type: application/json\r\n";
const QByteArray kRun = R"({"pipeline_name":"p"})";
const QByteArray kId = "0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f";

QByteArray lengthOf(const QByteArray &body)
{
    return "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
}

QByteArray get(const QByteArray &target)
{
    return "GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n";
}

/// A source whose answers never come, and the ticket of the last question.
class PatientStore : public FakeStore
{
public:
    Answer<RunPage> runPage(RunPageQuery, Ticket ticket) override
    {
        const std::lock_guard lock(m_mutex);
        m_ticket = ticket;
        m_open.emplace_back().start();
        return m_open.back().future();
    }
    Answer<Revision> revision(Ticket) override
    {
        const std::lock_guard lock(m_mutex);
        m_revisions.emplace_back().start();
        return m_revisions.back().future();
    }
    [[nodiscard]] std::size_t asked() const
    {
        const std::lock_guard lock(m_mutex);
        return m_open.size() + m_revisions.size();
    }
    [[nodiscard]] bool isCancelled() const
    {
        const std::lock_guard lock(m_mutex);
        return m_ticket.isCancelled();
    }

private:
    mutable std::mutex m_mutex;
    Ticket m_ticket;
    std::vector<QPromise<Answered<RunPage>>> m_open;
    std::vector<QPromise<Answered<Revision>>> m_revisions;
};

} // namespace

class TestListenerOddities : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // ---- pipelines -----------------------------------------------------------------------------

    void aPoisonedRequestEndsThePipeline_data()
    {
        QTest::addColumn<QByteArray>("poison");
        const auto row = [](const char *name, const QByteArray &bytes) {
            QTest::newRow(name) << bytes;
        };
        row("length and encoding",
            kPost + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("body on GET", "GET /stats HTTP/1.1\r\n" + kHost + "Content-Length: 80\r\n\r\n");
        row("chunks on GET",
            "GET /stats HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        row("body on DELETE",
            "DELETE /executions/" + kId + " HTTP/1.1\r\n" + kHost + "Content-Length: 2\r\n\r\n{}");
        row("not HTTP", "nonsense\r\n\r\n");
        row("other scheme", get("foo://localhost/healthz"));
        row("scheme in a path", get("x/y://localhost/healthz"));
        row("first field folded", "GET /stats HTTP/1.1\r\n " + kHost + "\r\n");
    }
    void aPoisonedRequestEndsThePipeline()
    {
        QFETCH(QByteArray, poison);
        House house;
        RawClient client = house.client();
        client.send(request("POST", "/executions", kRun) + poison +
                    request("POST", "/executions", kRun));
        QCOMPARE(client.receive().status, 201);
        QCOMPARE(client.receive().status, 400);
        QVERIFY(client.isClosedWithin(3000));
        QVERIFY(client.received().isEmpty());
        QCOMPARE(house.store.runCount(), 1);
    }

    void aRequestThatIsOnlyRefusedDoesNotEndThePipeline_data()
    {
        QTest::addColumn<QByteArray>("refused");
        QTest::addColumn<int>("status");
        QTest::newRow("host") << QByteArray("GET /stats HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                              << 403;
        QTest::newRow("folded host")
            << QByteArray("GET /stats HTTP/1.1\r\nHost: localhost\r\n .evil.example\r\n\r\n")
            << 403;
        QTest::newRow("nowhere") << get("/nowhere") << 404;
        QTest::newRow("no JSON") << request("POST", "/executions", "{") << 400;
    }
    void aRequestThatIsOnlyRefusedDoesNotEndThePipeline()
    {
        QFETCH(QByteArray, refused);
        House house;
        RawClient client = house.client();
        client.send(refused + get("/healthz"));
        QTEST(client.receive().status, "status");
        QCOMPARE(client.receive().status, 200);
    }

    void theMannerOfOneRequestIsNotThatOfTheNext()
    {
        House house;
        RawClient client = house.client();
        client.send(request("POST", "/v1/traces", "{}") + "nonsense\r\n\r\n");
        QCOMPARE(client.receive().status, 200);
        const QJsonObject refusal = QJsonDocument::fromJson(client.receive().body).object();
        QCOMPARE(refusal.value(QLatin1String("error")).toObject().value(QLatin1String("code")),
                 QJsonValue(QStringLiteral("bad_request")));
    }

    // ---- fields and addresses ------------------------------------------------------------------

    void noFieldHidesBehindAnotherOfItsName_data()
    {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<int>("status");
        const QByteArray json = "Content-Type: application/json\r\n";
        const QByteArray right = "Authorization: Bearer secret\r\n";
        const auto row = [](const char *name, const QByteArray &fields, int status) {
            QTest::newRow(name) << fields << status;
        };
        row("one of each", right + json, 201);
        row("types", right + json + "Content-Type: text/plain\r\n", 415);
        row("types the other way", right + "Content-Type: text/plain\r\n" + json, 415);
        row("encodings", right + json + "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n",
            415);
        row("tokens", right + json + "Authorization: Bearer wrong\r\n", 401);
        row("expectations", right + json + "Expect: 100-continue\r\nExpect: 200-maybe\r\n", 417);
    }
    void noFieldHidesBehindAnotherOfItsName()
    {
        QFETCH(QByteArray, fields);
        ListenerOptions options;
        options.token = "secret";
        House house(options);
        QTEST(house.statusOf("POST /executions HTTP/1.1\r\n" + kHost + fields + lengthOf(kRun) +
                             "\r\n" + kRun),
              "status");
    }

    void anAddressIsTakenAsItStands_data()
    {
        QTest::addColumn<QByteArray>("target");
        for (const char *target :
             {"/%65xecutions", "//executions", "/executions/", "/executions/../stats",
              "/executions%2f0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f", "/executions;a=b",
              "/EXECUTIONS", "/healthz%00", "/healthz/", "/healthz#part", "/executions/%30192f0c1",
              "/?x=/healthz", "http://localhost"})
            QTest::newRow(target) << QByteArray(target);
        QTest::newRow("a long id") << "/executions/" + QByteArray(15'000, '1');
        QTest::newRow("not ASCII") << QByteArray("/\xe2\x80\xae");
        QTest::newRow("not UTF-8") << QByteArray("/\xff\xfe");
    }
    void anAddressIsTakenAsItStands()
    {
        QFETCH(QByteArray, target);
        House house;
        const RawReply reply = house.ask(get(target));
        QCOMPARE(reply.status, 404);
        QVERIFY(reply.body.size() < 1000);
        QVERIFY(house.listener.recentRefusals().back().what.size() <= Ledger::kLongestText + 1);
    }

    void aMethodNobodyKnowsIsNotAllowed_data()
    {
        QTest::addColumn<QByteArray>("method");
        for (const char *method : {"TRACE", "PROPFIND", "get", "GETT"})
            QTest::newRow(method) << QByteArray(method);
        QTest::newRow("long") << QByteArray(15'000, 'A');
    }
    void aMethodNobodyKnowsIsNotAllowed()
    {
        QFETCH(QByteArray, method);
        House house;
        QCOMPARE(house.statusOf(method + " /healthz HTTP/1.1\r\n" + kHost + "\r\n"), 405);
        QVERIFY(house.listener.recentRefusals().back().what.size() <= Ledger::kLongestText + 1);
    }

    void aThousandParametersAreReadAndOnlyKnownOnesTaken()
    {
        House house;
        QCOMPARE(house.get("/executions?" + QByteArray("pipeline_name=&").repeated(1000)).status,
                 200);
        QCOMPARE(house.get("/executions?" + QByteArray("x&").repeated(7000)).status, 400);
        QCOMPARE(house.get("/executions?session=%00%ff%zz%4").status, 200);
    }

    void anUpgradeIsNotTaken()
    {
        House house;
        const RawReply reply = house.ask(request("GET", "/healthz", {},
                                                 "Connection: Upgrade, HTTP2-Settings\r\n"
                                                 "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"));
        QCOMPARE(reply.status, 200);
    }

    // ---- HEAD and HTTP/1.0 ---------------------------------------------------------------------

    void aHeadHasNoBody_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("status");
        QTest::newRow("there") << QByteArray("/healthz") << 405;
        QTest::newRow("not there") << QByteArray("/nowhere") << 404;
        QTest::newRow("only posted to") << QByteArray("/batch") << 405;
    }
    void aHeadHasNoBody()
    {
        QFETCH(QByteArray, target);
        House house;
        RawClient client = house.client();
        client.send("HEAD " + target + " HTTP/1.1\r\n" + kHost + "\r\n" + get("/healthz"));
        QVERIFY(client.waitForText("\"service\":\"xray\"")); // the second reply's body
        const RawReply head = client.receive();
        QTEST(head.status, "status");
        QVERIFY(client.received().startsWith("HTTP/1.1 200 OK\r\n"));
    }

    void aClientOfHttp10IsNotKept()
    {
        House house;
        RawClient client = house.client();
        client.send("GET /healthz HTTP/1.0\r\n" + kHost + "Connection: keep-alive\r\n\r\n");
        const RawReply reply = client.receive();
        QCOMPARE(reply.status, 200);
        QVERIFY(reply.header.contains("Connection: close\r\n"));
        QVERIFY(client.isClosedWithin(3000));
    }

    // ---- expectations --------------------------------------------------------------------------

    void nobodyIsToldToContinueWhoDoesNotWait_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray expect = "Expect: 100-continue\r\n";
        QTest::newRow("HTTP/1.0") << "POST /executions HTTP/1.0\r\n" + kHost +
                                         "Content-Type: application/json\r\n" + expect +
                                         lengthOf(kRun) + "\r\n" + kRun;
        QTest::newRow("body sent along") << kPost + expect + lengthOf(kRun) + "\r\n" + kRun;
    }
    void nobodyIsToldToContinueWhoDoesNotWait()
    {
        QFETCH(QByteArray, bytes);
        House house;
        QCOMPARE(house.statusOf(bytes), 201);
    }

    void whatWouldBeRefusedIsNotAskedFor()
    {
        House house;
        const QByteArray expect = "Expect: 100-continue\r\n";
        QCOMPARE(house.statusOf(kPost + expect + "Content-Length: 99999999999\r\n\r\n"), 413);
        QCOMPARE(house.statusOf(kPost + expect + "Origin: null\r\nContent-Length: 5\r\n\r\n"), 403);
    }

    void whoWasToldToContinueAndDoesNotIsTooSlow()
    {
        House house(limitsWith([](auto &limits) { limits.bodyTime = milliseconds(300); }));
        RawClient client = house.client();
        client.send(kPost + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        QCOMPARE(client.receive().status, 100);
        QVERIFY(client.isClosedWithin(5000));
        QTRY_COMPARE(house.listener.stats().rejectedByCode.size(), 1u);
        QCOMPARE(house.listener.recentRefusals().back().code, QStringLiteral("timeout"));
    }

    // ---- bodies --------------------------------------------------------------------------------

    void aGiantKeyIsNotRepeatedInTheReplyNorRemembered()
    {
        House house;
        const QByteArray key = "\"" + QByteArray(5'000'000, 'k') + "\":1";
        const RawReply reply = house.post("/executions", "{" + key + "," + key + "}");
        QCOMPARE(reply.status, 400);
        QVERIFY(reply.body.size() < 1000);
        const Refusal refusal = house.listener.recentRefusals().back();
        QVERIFY(refusal.message.size() < 400);
        QVERIFY(refusal.field.size() < 400);
    }

    void thousandsOfSmallBodiesJustBegunDoNotShutOutATinyOne()
    {
        House house(limitsWith([](auto &limits) { limits.bytesInFlight = 4 * kMiB; }));
        std::vector<RawClient> uploads;
        for (int i = 0; i < 100; ++i) {
            uploads.push_back(house.client());
            uploads.back().send(kPost + "Content-Length: 60000\r\n\r\n" + QByteArray(59'000, 'x'));
        }
        QTRY_VERIFY(house.listener.stats().rejected > 20);
        QVERIFY(house.listener.stats().bytesInFlight > 3 * kMiB);
        QCOMPARE(house.post("/executions", kRun).status, 201);
    }

    void howDeepJsonMayBeIsASetting()
    {
        House house(limitsWith([](auto &limits) { limits.jsonDepth = 4; }));
        QCOMPARE(house.post("/executions", R"({"pipeline_name":"p","metadata":{"a":[1]}})").status,
                 201);
        const RawReply deep =
            house.post("/executions", R"({"pipeline_name":"p","metadata":{"a":[[[1]]]}})");
        QCOMPARE(deep.status, 400);
        QVERIFY(deep.body.contains("deeper than 4 levels"));
    }

    // ---- clients that leave, or nearly ---------------------------------------------------------

    void whoClosesOneHalfStillGetsTheReply()
    {
        House house;
        house.store.hold();
        RawClient client = house.client();
        client.send(request("POST", "/executions", kRun));
        client.halfClose();
        QTRY_COMPARE(house.store.waiting(), 1u);
        house.store.release();
        QCOMPARE(client.receive().status, 201);
    }

    void aLongQuestionIsDroppedOnceNobodyWaitsForIt_data()
    {
        QTest::addColumn<bool>("half");
        QTest::newRow("closed") << false;
        QTest::newRow("half closed") << true;
    }
    void aLongQuestionIsDroppedOnceNobodyWaitsForIt()
    {
        QFETCH(bool, half);
        PatientStore store;
        Listener listener(store, store, House::withFreePort(limitsWith([](auto &limits) {
                              limits.stopTime = milliseconds(50);
                          })));
        QVERIFY(listener.start().ok());
        RawClient client(listener.state().port);
        client.send(get("/executions"));
        QTRY_COMPARE(store.asked(), 1u);
        QVERIFY(!client.isClosedWithin(1500)); // it is waited for
        QVERIFY(!store.isCancelled());
        if (half)
            client.halfClose();
        else
            client = RawClient(listener.state().port);
        QTRY_VERIFY(store.isCancelled());
    }

    void aReplyTakenByteByByteEndsAtItsDeadline()
    {
        constexpr milliseconds kEnoughForAReply{2000}; // of 12 MiB, by a sanitized build too
        House house(limitsWith([&](auto &limits) {
            limits.writeTime = kEnoughForAReply;
            limits.replyBytesInFlight = 16 * kMiB;
        }));
        const QByteArray payload = "{\"a\":\"" + QByteArray(12 * kMiB, 'x') + "\"}";
        house.post("/executions", "{\"id\":\"" + kId + "\",\"pipeline_name\":\"p\"}");
        house.post("/execution-steps", "{\"execution_id\":\"" + kId +
                                           "\",\"step_name\":\"s\",\"step_type\":\"llm\","
                                           "\"input_payload\":" +
                                           payload + "}");
        const QByteArray ask = get("/execution-steps?execution_id=" + kId);
        const auto isServed = [&house] { return house.listener.stats().connections > 0; };
        QTRY_VERIFY(!isServed()); // those that posted are gone
        RawClient slow = house.client();
        slow.send(ask);
        QElapsedTimer since;
        since.start();
        QTRY_VERIFY(isServed());
        while (isServed() && since.elapsed() < 10'000) {
            (void)slow.sip();
            QTest::qWait(5);
        }
        QVERIFY(since.elapsed() >= kEnoughForAReply.count());
        QVERIFY(since.elapsed() < 8000);
        QCOMPARE(house.statusOf(ask), 200); // the room it took is free again
    }

    // ---- event streams -------------------------------------------------------------------------

    void streamsBeyondTheCapAreBusyUntilOneLeaves()
    {
        House house(limitsWith([](auto &limits) { limits.eventStreams = 5; }));
        std::vector<RawClient> streams;
        int refused = 0;
        for (int i = 0; i < 25; ++i) {
            RawClient stream = house.client();
            stream.send(get("/events"));
            if (stream.waitForText("503 Service Unavailable\r\n", 0) ||
                !stream.waitForText(": connected", 1000)) {
                QVERIFY(stream.waitForText("Retry-After: 1\r\n"));
                ++refused;
            } else {
                streams.push_back(std::move(stream));
            }
        }
        QCOMPARE(refused, 20);
        QCOMPARE(house.listener.stats().eventStreams, 5);
        streams.pop_back();
        QTRY_COMPARE(house.listener.stats().eventStreams, 4);
        RawClient next = house.client();
        next.send(get("/events"));
        QVERIFY(next.waitForText(": connected"));
    }

    void aStreamWhoseReaderClosesOneHalfEnds()
    {
        House house;
        RawClient stream = house.client();
        stream.send(get("/events"));
        QVERIFY(stream.waitForText(": connected"));
        stream.halfClose();
        QVERIFY(stream.isClosedWithin(3000));
        QTRY_COMPARE(house.listener.stats().eventStreams, 0);
    }

    void whatAReaderOfAStreamSendsIsIgnored()
    {
        House house;
        RawClient stream = house.client();
        stream.send(get("/events") + get("/stats"));
        QVERIFY(stream.waitForText(": connected"));
        const QByteArray noise(256 * kKiB, 'x');
        for (int i = 0; i < 40; ++i)
            QVERIFY(stream.send(noise));
        QVERIFY(house.isWell());
        house.post("/executions", kRun);
        QVERIFY(stream.waitForText("event: run"));
        QVERIFY(!stream.received().contains("rejected_by_code"));
    }

    // The reader that watches for a hang-up must not wait for bytes that another one has taken.
    void aRefusedStreamThatSendsOnDoesNotHoldUpTheStop()
    {
        PatientStore store;
        Listener listener(store, store, House::withFreePort(limitsWith([](auto &limits) {
                              limits.stopTime = std::chrono::seconds(3);
                          })));
        QVERIFY(listener.start().ok());
        RawClient stream(listener.state().port);
        stream.send(get("/events"));
        QTRY_COMPARE(store.asked(), 1u);
        std::thread stopping([&listener] { listener.stop(); });
        const bool refused = stream.waitForText("503 Service Unavailable");
        stream.send("x"); // and stays
        QElapsedTimer since;
        since.start();
        stopping.join();
        QVERIFY(refused);
        QVERIFY(since.elapsed() < 10'000);
    }
};

QTEST_GUILESS_MAIN(TestListenerOddities)
#include "tst_listener_oddities.moc"
