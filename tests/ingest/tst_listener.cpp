// SPDX-License-Identifier: GPL-3.0-or-later
// The routes, the event stream and the life of the listener, over a store in memory and raw
// sockets.
#include "tests/ingest/gzip_bytes.h"
#include "tests/ingest/house.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSemaphore>
#include <QTest>

using namespace xray;
using namespace xray::ingest;
using namespace xray::tests;

namespace {

const QByteArray kRun = "0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f";
const QByteArray kOther = "0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e60";

QByteArray run(const QByteArray &id)
{
    return "{\"id\":\"" + id + "\",\"pipeline_name\":\"search\"}";
}

QByteArray step(const QByteArray &runId, const QByteArray &more = {})
{
    return "{\"execution_id\":\"" + runId + "\",\"step_name\":\"s\",\"step_type\":\"llm\"" + more +
           "}";
}

QJsonObject json(const RawReply &reply)
{
    return QJsonDocument::fromJson(reply.body).object();
}

QJsonObject errorOf(const RawReply &reply)
{
    return json(reply).value(QLatin1String("error")).toObject();
}

QString text(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString();
}

/// Its disk fails after the first event of a submission.
class FailingHalfway : public EventSink
{
public:
    Result<> submit(Submission submission) override
    {
        SubmissionResult result;
        result.outcomes.emplace_back(Uuid());
        while (result.outcomes.size() < submission.events.size())
            result.outcomes.emplace_back(
                Error{ErrorCode::Unavailable, QStringLiteral("The disk is full.")});
        submission.done(std::move(result));
        return Success{};
    }
};

QByteArray span(const QByteArray &id)
{
    return R"({"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":")" + id +
           R"(","name":"s","startTimeUnixNano":"1","endTimeUnixNano":"2"})";
}

} // namespace

class TestListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRunThatWasPostedCanBeRead()
    {
        House house;
        const RawReply posted = house.post("/executions", run(kRun));
        QCOMPARE(posted.status, 201);
        QCOMPARE(text(json(posted), "id"), QString::fromLatin1(kRun));
        const RawReply read = house.get("/executions/" + kRun);
        QCOMPARE(read.status, 200);
        QCOMPARE(text(json(read), "pipeline_name"), QStringLiteral("search"));
        QCOMPARE(text(json(read), "status"), QStringLiteral("running"));
    }

    void aPatchAnswersWithTheRun()
    {
        House house;
        house.post("/executions", run(kRun));
        const RawReply patched =
            house.ask(request("PATCH", "/executions/" + kRun,
                              R"({"status":"completed","tags":["a"],"duration_ms":1.5})"));
        QCOMPARE(patched.status, 200);
        QCOMPARE(text(json(patched), "status"), QStringLiteral("completed"));
        QCOMPARE(json(patched).value(QLatin1String("duration_ms")).toDouble(), 1.5);
        QCOMPARE(house.ask(request("PATCH", "/executions/" + kOther, "{}")).status, 404);
    }

    void aDeletedRunIsGone()
    {
        House house;
        house.post("/executions", run(kRun));
        QCOMPARE(house.ask(request("DELETE", "/executions/" + kRun)).status, 204);
        QCOMPARE(house.get("/executions/" + kRun).status, 404);
        QCOMPARE(house.ask(request("DELETE", "/executions/" + kRun)).status, 404);
    }

    void payloadsComeBackAsTheyWere()
    {
        House house;
        house.post("/executions", run(kRun));
        const QByteArray payload = R"({"n":1.10,"big":12345678901234567,"s":"ä\u0041"})";
        house.post("/execution-steps", step(kRun, ",\"input_payload\":" + payload));
        const RawReply full = house.get("/execution-steps?execution_id=" + kRun);
        QCOMPARE(full.status, 200);
        QVERIFY(full.body.contains("\"input_payload\":" + payload));
        const RawReply none = house.get("/execution-steps?payload=none&execution_id=" + kRun);
        QVERIFY(!none.body.contains("input_payload"));
    }

    void anArrayOfStepsIsAllOrNothing()
    {
        House house;
        house.post("/executions", run(kRun));
        const RawReply good =
            house.post("/execution-steps", "[" + step(kRun) + "," + step(kRun) + "]");
        QCOMPARE(good.status, 201);
        QCOMPARE(json(good).value(QLatin1String("ids")).toArray().size(), 2);
        const RawReply bad =
            house.post("/execution-steps", "[" + step(kRun) + "," + step(kOther) + "]");
        QCOMPARE(bad.status, 404);
        QCOMPARE(errorOf(bad).value(QLatin1String("line")).toInt(), 2);
        QCOMPARE(house.store.stepCount(), 2);
    }

    void errorsAreLoggedAndListed()
    {
        House house;
        house.post("/executions", run(kRun));
        QCOMPARE(house
                     .post("/execution-errors",
                           "{\"execution_id\":\"" + kRun + "\",\"message\":\"boom\"}")
                     .status,
                 201);
        const RawReply listed = house.get("/execution-errors?execution_id=" + kRun);
        QCOMPARE(listed.status, 200);
        QVERIFY(listed.body.contains("boom"));
    }

    void aBatchKeepsGoodLinesAndNamesBadOnes()
    {
        House house;
        const QByteArray body = "{\"op\":\"start\"," + run(kRun).mid(1) +
                                "\n{broken\n{\"op\":\"step\"," + step(kRun).mid(1) +
                                "\n{\"op\":\"step\"," + step(kOther).mid(1) + "\n";
        const RawReply reply =
            house.ask(request("POST", "/batch", body, {}, "application/x-ndjson"));
        QCOMPARE(reply.status, 200);
        QCOMPARE(json(reply).value(QLatin1String("accepted")).toInt(), 2);
        const QJsonArray rejected = json(reply).value(QLatin1String("rejected")).toArray();
        QCOMPARE(rejected.size(), 2);
        QCOMPARE(rejected[0].toObject().value(QLatin1String("line")).toInt(), 2);
        QCOMPARE(text(rejected[1].toObject(), "code"), QStringLiteral("unknown_execution"));
        QCOMPARE(house.listener.stats().accepted, 2);
        QCOMPARE(house.listener.stats().rejectedByCode.at("invalid_json"), 1);
        QCOMPARE(house.listener.recentRefusals().back().line, 4);
    }

    void runsArePagedByACursorThatIsStable()
    {
        House house;
        for (int i = 0; i < 5; ++i)
            house.post("/executions",
                       "{\"pipeline_name\":\"p\",\"started_at\":" + QByteArray::number(i) + "}");
        QList<QString> times;
        QByteArray target = "/executions?limit=2";
        while (!target.isEmpty()) {
            const QJsonObject page = json(house.get(target));
            for (const QJsonValue &item : page.value(QLatin1String("items")).toArray())
                times.append(text(item.toObject(), "started_at").right(4));
            const QString cursor = text(page, "next_cursor");
            target =
                cursor.isEmpty() ? QByteArray() : "/executions?limit=2&cursor=" + cursor.toUtf8();
            house.post("/executions", run(Uuid::newV7().toUtf8())); // newer ones do not disturb
        }
        QCOMPARE(times.size(), 5);
        QCOMPARE(times.mid(0, 2), (QList<QString>{QStringLiteral("004Z"), QStringLiteral("003Z")}));
    }

    void runsAreFiltered()
    {
        House house;
        house.post("/executions", R"({"pipeline_name":"a b","environment":"prod"})");
        house.post("/executions", R"({"pipeline_name":"c","status":"failed"})");
        const auto count = [&](const QByteArray &query) {
            return json(house.get("/executions?" + query))
                .value(QLatin1String("items"))
                .toArray()
                .size();
        };
        QCOMPARE(count("pipeline_name=a+b"), 1);
        QCOMPARE(count("pipeline_name=a%20b&pipeline_name=c"), 2);
        QCOMPARE(count("status=failed"), 1);
        QCOMPARE(count("environment=prod&status=failed"), 0);
        QCOMPARE(count("from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z"), 0);
    }

    void badParametersAreNamed_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QString>("field");
        const auto row = [](const QByteArray &target, const char *field) {
            QTest::newRow(target.constData()) << target << QString::fromLatin1(field);
        };
        row("/executions?q=x", "q");
        row("/executions?limit=0", "limit");
        row("/executions?limit=1001", "limit");
        row("/executions?status=done", "status");
        row("/executions?from=monday", "from");
        row("/executions?cursor=abc", "cursor");
        row("/executions?pipline_name=a", "pipline_name");
        row("/execution-steps", "execution_id");
        row("/execution-steps?execution_id=1", "execution_id");
        row("/execution-steps?payload=some&execution_id=" + kRun, "payload");
        row("/execution-errors", "execution_id");
        row("/healthz?x=1", "x");
    }
    void badParametersAreNamed()
    {
        QFETCH(QByteArray, target);
        House house;
        const RawReply reply = house.get(target);
        QCOMPARE(reply.status, 400);
        QTEST(text(errorOf(reply), "field"), "field");
    }

    void refusalsSayWhyInTheirStatus_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        const auto row = [](const char *name, const QByteArray &bytes, int status) {
            QTest::newRow(name) << bytes << status;
        };
        row("not JSON", request("POST", "/executions", "{"), 400);
        row("empty",
            request("POST", "/executions", {},
                    "Content-Type: application/json\r\nContent-Length: 0\r\n"),
            400);
        row("missing field", request("POST", "/executions", "{}"), 422);
        row("unknown field", request("POST", "/executions", R"({"x":1})"), 422);
        row("unknown run", request("POST", "/execution-steps", step(kOther)), 404);
        row("text/plain", request("POST", "/executions", "{}", {}, "text/plain"), 415);
        row("form", request("POST", "/executions", "a=b", {}, "application/x-www-form-urlencoded"),
            415);
        row("no type", request("POST", "/executions", {}, "Content-Length: 2\r\n") + "{}", 415);
        row("NDJSON elsewhere", request("POST", "/executions", "{}", {}, "application/x-ndjson"),
            415);
        row("brotli", request("POST", "/executions", "{}", "Content-Encoding: br\r\n"), 415);
        row("damaged gzip", request("POST", "/executions", "{}", "Content-Encoding: gzip\r\n"),
            400);
        row("wrong method", request("PUT", "/executions", "{}"), 405);
        row("nowhere", request("GET", "/nowhere"), 404);
        row("OTLP elsewhere", request("POST", "/v1/profiles", "{}"), 404);
        row("schemas", request("GET", "/schemas"), 404);
        row("no UUID", request("GET", "/executions/1"), 404);
        row("foreign host", "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403);
        row("origin", request("POST", "/executions", "{}", "Origin: http://evil.example\r\n"), 403);
        row("body on GET", request("GET", "/executions", "{}"), 400);
        row("events with q", request("GET", "/events?q=x"), 400);
    }
    void refusalsSayWhyInTheirStatus()
    {
        QFETCH(QByteArray, bytes);
        House house;
        const RawReply reply = house.ask(bytes);
        QTEST(reply.status, "status");
        QVERIFY(!text(errorOf(reply), "code").isEmpty());
        QVERIFY(!text(errorOf(reply), "message").isEmpty());
        QCOMPARE(house.listener.recentRefusals().size(), 1u);
    }

    void aWrongMethodIsToldTheRightOnes()
    {
        House house;
        QVERIFY(house.ask(request("PUT", "/executions/" + kRun))
                    .header.contains("Allow: GET, PATCH, DELETE\r\n"));
    }

    void takesGzipBodies()
    {
        House house;
        const RawReply reply = house.ask(
            request("POST", "/executions", gzipped(run(kRun)), "Content-Encoding: gzip\r\n"));
        QCOMPARE(reply.status, 201);
    }

    void takesLargeBodiesOnTheOtherThread()
    {
        House house;
        house.post("/executions", run(kRun));
        const QByteArray payload = "{\"a\":\"" + QByteArray(3'000'000, 'x') + "\"}";
        QCOMPARE(house.post("/execution-steps", step(kRun, ",\"input_payload\":" + payload)).status,
                 201);
        QVERIFY(house.get("/execution-steps?execution_id=" + kRun).body.contains(payload));
    }

    void takesChunkedBodies()
    {
        House house;
        const QByteArray head = "POST /executions HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                "application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        const QByteArray body = run(kRun);
        QCOMPARE(
            house.ask(head + QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n0\r\n\r\n")
                .status,
            201);
    }

    void saysContinueBeforeTheBody()
    {
        House house;
        RawClient client(house.port());
        const QByteArray whole =
            request("POST", "/executions", run(kRun), "Expect: 100-continue\r\n");
        const qsizetype body = whole.indexOf("\r\n\r\n") + 4;
        client.send(whole.left(body));
        QCOMPARE(client.receive().status, 100);
        client.send(whole.mid(body));
        QCOMPARE(client.receive().status, 201);
    }

    void answersPipelinedRequestsInOrder()
    {
        House house;
        RawClient client(house.port());
        client.send(request("GET", "/healthz") + request("GET", "/nowhere") +
                    request("GET", "/stats"));
        QCOMPARE(client.receive().status, 200);
        QCOMPARE(client.receive().status, 404);
        QCOMPARE(client.receive().status, 200);
    }

    void healthSaysWhoItIs()
    {
        House house;
        const QJsonObject health = json(house.get("/healthz"));
        QCOMPARE(text(health, "service"), QStringLiteral("xray"));
        QCOMPARE(text(health, "version"), QStringLiteral("9.9"));
        QCOMPARE(text(json(house.get("/openapi.json")), "openapi"), QStringLiteral("3.0.3"));
    }

    void aFullQueueIsBusyAndNothingElseSuffers()
    {
        House house;
        house.store.hold();
        house.store.setCapacity(1);
        RawClient waiting(house.port());
        waiting.send(request("POST", "/executions", run(kRun)));
        QTRY_COMPARE(house.store.waiting(), 1u);
        const RawReply busy = house.post("/executions", run(kOther));
        QCOMPARE(busy.status, 503);
        QVERIFY(busy.header.contains("Retry-After: 1\r\n"));
        QCOMPARE(house.get("/healthz").status, 200);
        house.store.release();
        QCOMPARE(waiting.receive().status, 201);
        QCOMPARE(house.store.runCount(), 1);
    }

    void aStoreThatFailsIsUnavailable()
    {
        FakeStore source;
        FailingSink sink;
        Listener listener(sink, source, House::withFreePort({}));
        QVERIFY(listener.start().ok());
        const RawReply reply =
            RawClient(listener.state().port).ask(request("POST", "/executions", run(kRun)));
        QCOMPARE(reply.status, 503);
        QCOMPARE(text(errorOf(reply), "message"), QStringLiteral("The disk is full."));
    }

    void ofABatchThatIsStoredInPartTheRestIsRejected()
    {
        FakeStore source;
        FailingHalfway sink;
        Listener listener(sink, source, House::withFreePort({}));
        QVERIFY(listener.start().ok());
        const QByteArray line = "{\"op\":\"step\"," + step(kRun).mid(1) + "\n";
        const RawReply reply =
            RawClient(listener.state().port)
                .ask(request("POST", "/batch", line + line, {}, "application/x-ndjson"));
        QCOMPARE(reply.status, 200);
        QCOMPARE(json(reply).value(QLatin1String("accepted")).toInt(), 1);
        const QJsonObject rejected =
            json(reply).value(QLatin1String("rejected")).toArray().first().toObject();
        QCOMPARE(rejected.value(QLatin1String("line")).toInt(), 2);
        QCOMPARE(text(rejected, "code"), QStringLiteral("unavailable"));
    }

    void spansThatAreStoredInPartAreAskedForAgain()
    {
        FakeStore source;
        FailingHalfway sink;
        Listener listener(sink, source, House::withFreePort({}));
        QVERIFY(listener.start().ok());
        const QByteArray traces = R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" +
                                  span("b7ad6b7169203331") + ',' + span("b7ad6b7169203332") +
                                  "]}]}]}";
        const RawReply reply =
            RawClient(listener.state().port).ask(request("POST", "/v1/traces", traces));
        QCOMPARE(reply.status, 503);
    }

    void changesAreStreamedAsTheyCommit()
    {
        House house;
        RawClient stream(house.port());
        stream.send(request("GET", "/events"));
        QVERIFY(stream.waitForText(": connected"));
        house.post("/executions", run(kRun));
        QVERIFY(stream.waitForText("event: run\nid: 1\ndata: {\"id\":\"" + kRun));
        house.post("/execution-steps", step(kRun));
        QVERIFY(stream.waitForText("event: step\nid: 2\ndata: {"));
        QCOMPARE(house.listener.stats().eventStreams, 1);
    }

    void aStreamResumesAfterTheLastEvent()
    {
        House house;
        house.post("/executions", run(kRun));
        house.post("/executions", run(kOther));
        RawClient stream(house.port());
        stream.send(request("GET", "/events", {}, "Last-Event-ID: 1\r\n"));
        QVERIFY(stream.waitForText(kOther));
        QVERIFY(!stream.received().contains(kRun));
    }

    void aStreamSaysWhatItCannotResume()
    {
        House house;
        house.post("/executions", run(kRun));
        house.store.forgetChanges();
        RawClient stream(house.port());
        stream.send(request("GET", "/events", {}, "Last-Event-ID: 0\r\n"));
        QVERIFY(stream.waitForText("event: dropped"));
    }

    void aSilentStreamHasAHeartbeatAndNoticesWhoLeaves()
    {
        ListenerOptions options;
        options.limits.heartbeatTime = std::chrono::milliseconds(20);
        House house(options);
        {
            RawClient stream(house.port());
            stream.send(request("GET", "/events"));
            QVERIFY(stream.waitForText(": still here"));
        }
        QTRY_COMPARE(house.listener.stats().eventStreams, 0);
        QTRY_COMPARE(house.listener.stats().connections, 0);
    }

    void aTakenPortIsAConflictThatSaysSo()
    {
        House house;
        ListenerOptions options;
        options.port = house.port();
        Listener second(house.store, house.store, options);
        const auto started = second.start();
        QVERIFY(!started.ok());
        QCOMPARE(started.error().code, ErrorCode::Conflict);
        QVERIFY(started.error().message.contains(QString::number(house.port())));
        QCOMPARE(second.state().kind, ListenerState::Kind::Stopped);
    }

    void aProbeRecognisesAnotherXRay()
    {
        House house;
        const Occupant occupant = probeListener(QStringLiteral("127.0.0.1"), house.port());
        QCOMPARE(occupant.kind, Occupant::Kind::AnotherXRay);
        QCOMPARE(occupant.version, QStringLiteral("9.9"));
        const quint16 port = house.port();
        house.listener.stop();
        QCOMPARE(probeListener(QStringLiteral("127.0.0.1"), port).kind, Occupant::Kind::Nobody);
    }

    void theNextFreePortCanBeListenedOn()
    {
        House house;
        const quint16 port = nextFreePort(QStringLiteral("127.0.0.1"), 20'000);
        QVERIFY(port > 20'000);
        ListenerOptions options;
        options.port = port;
        Listener listener(house.store, house.store, options);
        QVERIFY(listener.start().ok());
    }

    void anotherAddressNeedsAToken()
    {
        FakeStore store;
        ListenerOptions options = House::withFreePort({});
        options.host = QStringLiteral("0.0.0.0");
        Listener open(store, store, options);
        QCOMPARE(open.start().error().code, ErrorCode::InvalidValue);
        options.token = "secret";
        Listener guarded(store, store, options);
        QVERIFY(guarded.start().ok());
        const quint16 port = guarded.state().port;
        QCOMPARE(RawClient(port).ask(request("GET", "/stats")).status, 401);
        QCOMPARE(RawClient(port)
                     .ask(request("GET", "/stats", {}, "Authorization: Bearer secret\r\n"))
                     .status,
                 200);
    }

    void restartsAtOnceOnTheSamePort()
    {
        House house;
        ListenerOptions options;
        options.port = house.port();
        RawClient idle(house.port());
        QCOMPARE(idle.ask(request("GET", "/healthz")).status, 200);
        house.listener.stop();
        Listener second(house.store, house.store, options);
        QVERIFY(second.start().ok());
        second.stop();
        QVERIFY(second.start().ok());
        QCOMPARE(RawClient(options.port).ask(request("GET", "/healthz")).status, 200);
    }

    void tellsItsState()
    {
        FakeStore store;
        QList<ListenerState::Kind> states;
        ListenerOptions options = House::withFreePort({});
        options.onState = [&](const ListenerState &state) { states.append(state.kind); };
        Listener listener(store, store, options);
        QVERIFY(listener.start().ok());
        listener.stop();
        using Kind = ListenerState::Kind;
        QCOMPARE(states, (QList<Kind>{Kind::Listening, Kind::Stopping, Kind::Stopped}));
    }

    void stopsWithAnIdleClientAnEventStreamAndHalfAnUpload()
    {
        ListenerOptions options;
        options.limits.stopTime = std::chrono::milliseconds(300);
        House house(options);
        RawClient idle(house.port());
        QCOMPARE(idle.ask(request("GET", "/healthz")).status, 200);
        RawClient stream(house.port());
        stream.send(request("GET", "/events"));
        QVERIFY(stream.waitForText(": connected"));
        RawClient half(house.port());
        half.send(request("POST", "/executions", run(kRun)).chopped(3));
        QTRY_VERIFY(house.listener.stats().bytesInFlight > 0);
        house.listener.stop();
        QVERIFY(idle.isClosedWithin(1000));
        QVERIFY(stream.isClosedWithin(1000));
        QVERIFY(half.isClosedWithin(1000));
    }

    void whatIsAcceptedIsAnsweredBeforeItStops()
    {
        House house;
        house.store.hold();
        std::vector<RawClient> clients;
        for (int i = 0; i < 50; ++i) {
            clients.emplace_back(house.port());
            clients.back().send(request("POST", "/executions", "{\"pipeline_name\":\"p\"}"));
        }
        QTRY_COMPARE(house.store.waiting(), 50u);
        std::thread stopping([&] { house.listener.stop(); });
        QTRY_COMPARE(house.listener.state().kind, ListenerState::Kind::Stopping);
        house.store.release();
        for (RawClient &client : clients)
            QCOMPARE(client.receive().status, 201);
        stopping.join();
        QCOMPARE(house.store.runCount(), 50);
    }

    void anAnswerThatComesAfterTheEndHarmsNobody()
    {
        ListenerOptions options;
        options.limits.stopTime = std::chrono::milliseconds(50);
        FakeStore store;
        {
            Listener listener(store, store, House::withFreePort(options));
            QVERIFY(listener.start().ok());
            store.hold();
            RawClient client(listener.state().port);
            client.send(request("POST", "/executions", run(kRun)));
            QTRY_COMPARE(store.waiting(), 1u);
        }
        store.release();
        QTRY_COMPARE(store.runCount(), 1);
    }
};

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
