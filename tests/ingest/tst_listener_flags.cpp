// SPDX-License-Identifier: GPL-3.0-or-later
// Each limit of the listener is a flag of both programs, with the default that was promised, and
// does what it says.
#include "tests/app/private_home.h"
#include "tests/app/program.h"
#include "tests/ingest/raw_client.h"

#include <model/core/ids.h>

#include <QCoreApplication>

using namespace xray;
using namespace xray::tests;
using test::Server;

namespace {

const QByteArray kHead = "POST /executions HTTP/1.1\r\nHost: localhost\r\n"
                         "Content-Type: application/json\r\n";

struct Flag
{
    const char *name;
    const char *value; ///< by default, in the unit of the flag
};

/// The limits of the interface, and those that were added since.
constexpr Flag kFlags[] = {{"max-header", "0.015625"},       {"max-body", "16"},
                           {"max-otlp-body", "64"},          {"max-json-depth", "100"},
                           {"max-events", "10000"},          {"header-timeout", "5"},
                           {"body-timeout", "20"},           {"body-timeout-per-mib", "1"},
                           {"idle-timeout", "60"},           {"max-connections", "4096"},
                           {"max-event-streams", "64"},      {"max-in-flight", "128"},
                           {"max-queue-events", "50000"},    {"max-queue-size", "64"},
                           {"max-replies-in-flight", "128"}, {"max-page", "16"},
                           {"max-event-backlog", "8"},       {"write-timeout", "30"},
                           {"event-heartbeat", "15"},        {"stop-timeout", "3"}};

QByteArray helpOf(const QStringList &programAndCommand)
{
    const auto help =
        test::runProgram(programAndCommand.first(),
                         programAndCommand.mid(1) + QStringList{QStringLiteral("--help")});
    return help.out.simplified();
}

} // namespace

class TestListenerFlags : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachLimitIsAFlagWithItsDefault_data()
    {
        QTest::addColumn<QStringList>("command");
        QTest::newRow("xrayctl serve")
            << QStringList{QStringLiteral("xrayctl"), QStringLiteral("serve")};
        QTest::newRow("xray") << QStringList{QStringLiteral("xray")};
    }
    void eachLimitIsAFlagWithItsDefault()
    {
        QFETCH(QStringList, command);
        const QByteArray help = helpOf(command);
        QVERIFY(!help.isEmpty());
        for (const Flag &flag : kFlags) {
            const QByteArray option = QByteArray("--") + flag.name + " <N>";
            const qsizetype at = help.indexOf(option);
            QVERIFY2(at >= 0, flag.name);
            const qsizetype end = help.indexOf("<N>", at + option.size()); // of the next one
            const QByteArray text = help.mid(at, end < 0 ? -1 : end - at);
            QVERIFY2(text.contains(QByteArray("Default ") + flag.value + "."), text.constData());
        }
    }

    void aLimitIsANumberThatMakesSense_data()
    {
        QTest::addColumn<QString>("argument");
        for (const char *argument :
             {"--max-json-depth=1001", "--max-connections=1e12", "--max-body=-1", "--max-body=lots",
              "--max-body=nan", "--max-body=inf", "--header-timeout="})
            QTest::newRow(argument) << QString::fromLatin1(argument);
    }
    void aLimitIsANumberThatMakesSense()
    {
        QFETCH(QString, argument);
        const auto ended = test::runProgram(QStringLiteral("xrayctl"),
                                            {QStringLiteral("serve"), QStringLiteral("--db"),
                                             QStringLiteral("sqlite::memory:"), argument});
        QCOMPARE(ended.code, 2);
        QVERIFY(ended.err.contains(argument.section(QLatin1Char('='), 0, 0).toUtf8()));
    }

    void eachLimitHolds_data()
    {
        QTest::addColumn<QStringList>("flags");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status"); // 0: closed without a reply
        const auto row = [](const char *flags, const QByteArray &bytes, int status) {
            QTest::newRow(flags) << QString::fromLatin1(flags).split(QLatin1Char(' ')) << bytes
                                 << status;
        };
        const QByteArray run = R"({"pipeline_name":"p"})";
        row("--max-header 0.001",
            request("GET", "/healthz", {}, "X: " + QByteArray(1100, 'x') + "\r\n"), 431);
        row("--max-body 0.001", request("POST", "/executions", QByteArray(1100, ' ') + run), 413);
        row("--max-otlp-body 0.001", request("POST", "/v1/traces", QByteArray(1100, ' ')), 413);
        row("--max-json-depth 3",
            request("POST", "/executions", R"({"pipeline_name":"p","metadata":{"a":[[1]]}})"), 400);
        row("--max-events 1", request("POST", "/batch", "[{},{}]"), 413);
        row("--header-timeout 0.2", "GET /healthz HTTP/1.1\r\nHo", 0);
        row("--body-timeout 0.2", kHead + "Content-Length: 5\r\n\r\n{", 0);
        row("--idle-timeout 0.2", {}, 0);
        row("--max-event-streams 0", request("GET", "/events"), 503);
        row("--max-in-flight 0.001", request("POST", "/executions", QByteArray(1100, ' ') + run),
            503);
        row("--max-connections 0", request("GET", "/healthz"), 0);
    }
    void eachLimitHolds()
    {
        QFETCH(QStringList, flags);
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        QTemporaryDir folder;
        const Server server(folder.filePath(QStringLiteral("xray.db")), flags);
        QVERIFY(server.port() > 0);
        RawClient client(server.port());
        client.send(bytes);
        if (status > 0)
            QCOMPARE(client.receive().status, status);
        else
            QVERIFY(client.isClosedWithin(4000) && client.received().isEmpty());
    }
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestListenerFlags)
#include "tst_listener_flags.moc"
