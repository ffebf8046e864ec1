// SPDX-License-Identifier: GPL-3.0-or-later
// Who is let in, and which framings are refused.
#include <model/ingest/cors.h>

#include <QTest>

using namespace xray::ingest;

namespace {

RequestHead goodHead()
{
    return {.method = "POST", .target = "/executions", .hosts = {"127.0.0.1:4318"}};
}

int statusOf(const std::optional<Denial> &denial)
{
    return denial ? denial->status : 0;
}

} // namespace

class TestHttpPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersToItsOwnNamesOnly_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<int>("status");
        for (const char *host : {"127.0.0.1", "127.0.0.1:4318", "localhost", "LOCALHOST:1",
                                 "[::1]:4318", "[::1]", "127.1.2.3", "xray.example:80"})
            QTest::newRow(host) << QByteArray(host) << 0;
        for (const char *host :
             {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example",
              "evil.example:4318", "", "10.0.0.1", "localhost:x", "127.0.0.1:80:80", "[::2]",
              "127.0.0", "127.0.0.+1", "127.0.0. 1", "127.0.0.256", "[::1]x"})
            QTest::newRow(host) << QByteArray(host) << 403;
    }
    void answersToItsOwnNamesOnly()
    {
        QFETCH(QByteArray, host);
        RequestHead head = goodHead();
        head.hosts = {host};
        QTEST(statusOf(checkAccess(head, {.hosts = {"xray.example"}})), "status");
    }

    void anOpenListenerAnswersToAddresses()
    {
        RequestHead head = goodHead();
        head.hosts = {"10.0.0.1:4318"};
        QCOMPARE(statusOf(checkAccess(head, {.hostRule = HostRule::AnyAddress})), 0);
        head.hosts = {"evil.example"};
        QCOMPARE(statusOf(checkAccess(head, {.hostRule = HostRule::AnyAddress})), 403);
    }

    void anAbsoluteTargetMustNameItToo()
    {
        RequestHead head = goodHead();
        head.target = "http://localhost:4318/executions";
        QCOMPARE(statusOf(checkAccess(head, {})), 0);
        QCOMPARE(originForm(head.target), QByteArray("/executions"));
        head.target = "http://evil.example/executions";
        const auto denial = checkAccess(head, {});
        QCOMPARE(statusOf(denial), 403);
        QVERIFY(denial->message.contains(QStringLiteral("\"evil.example\"")));
    }

    void webPagesAreTurnedAwayUnlessListed()
    {
        RequestHead head = goodHead();
        for (const char *origin : {"http://evil.example", "null", "http://127.0.0.1:4318", ""}) {
            head.origins = {origin};
            QCOMPARE(statusOf(checkAccess(head, {})), 403);
        }
        head.origins = {"http://localhost:3000"};
        QCOMPARE(statusOf(checkAccess(head, {.origins = {"http://localhost:3000"}})), 0);
        head.origins.append("http://evil.example");
        const auto denial = checkAccess(head, {.origins = {"http://localhost:3000"}});
        QCOMPARE(statusOf(denial), 403);
        QVERIFY(denial->message.contains(QStringLiteral("\"http://evil.example\"")));
    }

    void theTokenMustBeRight()
    {
        RequestHead head = goodHead();
        for (const char *sent : {"", "Bearer wrong", "Bearer secre", "Bearer secrets",
                                 "Basic secret", "secret", "Bearer "}) {
            head.authorization = sent;
            QCOMPARE(statusOf(checkAccess(head, {.token = "secret"})), 401);
        }
        head.authorization = "bearer  secret";
        QCOMPARE(statusOf(checkAccess(head, {.token = "secret"})), 0);
    }

    void healthNeedsNoToken()
    {
        RequestHead head = goodHead();
        head.target = "/healthz";
        QCOMPARE(statusOf(checkAccess(head, {.token = "secret"})), 0);
    }

    void aPreflightIsAskedByOriginAndMethod()
    {
        RequestHead head = goodHead();
        head.method = "OPTIONS";
        QVERIFY(!isPreflight(head));
        head.origins = {"http://localhost:3000"};
        QVERIFY(!isPreflight(head));
        head.plannedMethod = "POST";
        QVERIFY(isPreflight(head));
        const AccessPolicy policy{.origins = {"http://localhost:3000"}, .token = "secret"};
        QCOMPARE(statusOf(checkAccess(head, policy)), 0);
        head.method = "POST";
        QCOMPARE(statusOf(checkAccess(head, policy)), 401);
    }

    void onlyListedOriginsGetHeaders()
    {
        RequestHead head = goodHead();
        head.origins = {"http://localhost:3000"};
        QVERIFY(corsHeaders(head, {}).isEmpty());
        QVERIFY(corsHeaders(head, {.origins = {"http://localhost:3000"}})
                    .contains("Access-Control-Allow-Origin: http://localhost:3000\r\n"));
        head.origins.append("http://localhost:3000");
        QVERIFY(corsHeaders(head, {.origins = {"http://localhost:3000"}}).isEmpty());
    }

    void refusesAmbiguousFraming_data()
    {
        QTest::addColumn<QByteArrayList>("encodings");
        QTest::addColumn<QByteArrayList>("lengths");
        QTest::addColumn<bool>("isVersion11");
        using List = QByteArrayList;
        QTest::newRow("both") << List{"chunked"} << List{"5"} << true;
        QTest::newRow("xchunked") << List{"xchunked"} << List{} << true;
        QTest::newRow("gzip") << List{"gzip, chunked"} << List{} << true;
        QTest::newRow("twice") << List{"chunked", "chunked"} << List{} << true;
        QTest::newRow("HTTP/1.0") << List{"chunked"} << List{} << false;
        QTest::newRow("list of lengths") << List{} << List{"5, 5"} << true;
        QTest::newRow("signed length") << List{} << List{"+5"} << true;
        QTest::newRow("two lengths") << List{} << List{"5", "5"} << true;
    }
    void refusesAmbiguousFraming()
    {
        RequestHead head = goodHead();
        QFETCH(QByteArrayList, encodings);
        QFETCH(QByteArrayList, lengths);
        QFETCH(bool, isVersion11);
        head.transferEncodings = encodings;
        head.contentLengths = lengths;
        head.isVersion11 = isVersion11;
        QCOMPARE(statusOf(checkFraming(head)), 400);
    }

    void takesPlainFraming()
    {
        RequestHead head = goodHead();
        QCOMPARE(statusOf(checkFraming(head)), 0);
        head.transferEncodings = {"Chunked"};
        QCOMPARE(statusOf(checkFraming(head)), 0);
    }

    void wantsExactlyOneHost()
    {
        RequestHead head = goodHead();
        head.hosts = {};
        QCOMPARE(statusOf(checkFraming(head)), 400);
        head.hosts = {"localhost", "localhost"};
        QCOMPARE(statusOf(checkFraming(head)), 400);
    }

    void refusesTargetsThatAreNoPath()
    {
        RequestHead head = goodHead();
        for (const char *target :
             {"*", "localhost:80", "", "foo://localhost/healthz", "x/http://localhost/"}) {
            head.target = target;
            QCOMPARE(statusOf(checkFraming(head)), 400);
        }
    }

    void refusesExpectationsItDoesNotKnow()
    {
        RequestHead head = goodHead();
        head.expect = "200-maybe";
        QCOMPARE(statusOf(checkFraming(head)), 417);
    }
};

QTEST_GUILESS_MAIN(TestHttpPolicy)
#include "tst_http_policy.moc"
