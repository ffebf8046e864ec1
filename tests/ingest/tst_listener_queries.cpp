// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ingest/raw_client.h"

#include <model/ingest/listener.h>
#include <model/store/store.h>
#include <tests/store/store_fixture.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrl>

using namespace xray;
using namespace xray::test;
using tests::RawClient;

class TestListenerQueries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsThatMatchComeLatestFirstInPages();
    void payloadsComeOnlyWhenAskedFor();
    void runsThatMatchAreNarrowedByTheOtherParameters();
    void aWrongQueryIsTheSendersFaultAndSaysWhere();
    void aHugeQueryIsRefused();
    void anUnknownNameComesWithASuggestion();
    void aCursorOfAnotherCallIsRefused();
    void aThousandParametersAreOneQuestion_data();
    void aThousandParametersAreOneQuestion();
    void aStreamTellsOnlyWhatMatches();
};

namespace {

/// A real store with a listener. It is told of changes on the store's own thread, so the listener
/// is stopped first and destroyed last.
struct Place
{
    std::unique_ptr<ingest::Listener> listener;
    StoreFixture fixture;
    ExecutionId run = ExecutionId::newV7();

    Place()
    {
        store::Store &store = fixture.open();
        ingest::ListenerOptions options;
        options.port = 0;
        options.queries = &store.queries();
        listener = std::make_unique<ingest::Listener>(store.sink(), store, options);
        QObject::connect(
            &store.changes(), &ChangeFeed::changed, &store.changes(),
            [this](const ChangeBatchPtr &batch) { listener->publish(batch); },
            Qt::DirectConnection);
        if (auto started = listener->start(); !started)
            qFatal("%s", qPrintable(started.error().message));
        put(startEvent(run, "shop"));
        for (int i = 1; i <= 5; ++i)
            put(rank(0.1 * i));
    }
    ~Place() { listener->stop(); }
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;

    void put(Event event)
    {
        if (auto stored = fixture.put(std::move(event)); !stored)
            qFatal("%s", qPrintable(stored.error().message));
    }

    StepEvent rank(double confidence) const
    {
        return stepEvent(run, "rank", StepType::Ranking,
                         ("{\"confidence\":" + QByteArray::number(confidence) + '}').constData());
    }
    tests::RawReply get(const QByteArray &path, const QString &query, const QByteArray &more = {})
    {
        RawClient client(listener->state().port);
        return client.ask("GET " + path + "?q=" + QUrl::toPercentEncoding(query) + more +
                          " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
};

QJsonObject objectOf(const tests::RawReply &reply)
{
    return QJsonDocument::fromJson(reply.body).object();
}

QList<double> confidences(const QJsonObject &page)
{
    QList<double> values;
    for (const QJsonValue &item : page[QStringLiteral("items")].toArray())
        values += item[QStringLiteral("metrics")][QStringLiteral("confidence")].toDouble();
    return values;
}

const QString kLow = QStringLiteral("type = ranking and confidence < 0.45");

} // namespace

void TestListenerQueries::stepsThatMatchComeLatestFirstInPages()
{
    Place place;
    const auto first = place.get("/execution-steps", kLow, "&limit=3");
    QCOMPARE(first.status, 200);
    QCOMPARE(confidences(objectOf(first)), QList<double>({0.4, 0.3, 0.2}));
    place.put(place.rank(0.05));
    const QByteArray cursor = objectOf(first)[QStringLiteral("next_cursor")].toString().toLatin1();
    const auto second = place.get("/execution-steps", kLow, "&limit=3&cursor=" + cursor);
    QCOMPARE(confidences(objectOf(second)), QList<double>({0.1}));
    QVERIFY(objectOf(second)[QStringLiteral("next_cursor")].isNull());
}

void TestListenerQueries::payloadsComeOnlyWhenAskedFor()
{
    Place place;
    const QString payload = QStringLiteral("reasoning_payload");
    const auto firstOf = [](const tests::RawReply &reply) {
        return objectOf(reply)[QStringLiteral("items")].toArray().first().toObject();
    };
    QVERIFY(firstOf(place.get("/execution-steps", kLow)).contains(payload));
    QVERIFY(!firstOf(place.get("/execution-steps", kLow, "&payload=none")).contains(payload));
}

void TestListenerQueries::runsThatMatchAreNarrowedByTheOtherParameters()
{
    Place place;
    const QString text = QStringLiteral("any(confidence > 0.45)");
    const auto countOf = [](const tests::RawReply &reply) {
        return objectOf(reply)[QStringLiteral("items")].toArray().size();
    };
    QCOMPARE(countOf(place.get("/executions", text)), 1);
    QCOMPARE(countOf(place.get("/executions", text, "&pipeline_name=shop&status=running")), 1);
    QCOMPARE(countOf(place.get("/executions", text, "&pipeline_name=other")), 0);
}

void TestListenerQueries::aWrongQueryIsTheSendersFaultAndSaysWhere()
{
    Place place;
    for (const char *path : {"/execution-steps", "/events"}) {
        const auto reply = place.get(path, QStringLiteral("type = and"));
        QCOMPARE(reply.status, 400);
        const QJsonValue error = objectOf(reply)[QStringLiteral("error")];
        QCOMPARE(error[QStringLiteral("field")].toString(), QStringLiteral("q"));
        QVERIFY(
            error[QStringLiteral("message")].toString().startsWith(QStringLiteral("Position 8: ")));
    }
    const auto forRuns = place.get("/execution-steps", QStringLiteral("runs where error"));
    QCOMPARE(forRuns.status, 400);
    QVERIFY(forRuns.body.contains("takes runs where …"));
    // Only looking at every payload tells that none has the path.
    const auto unknown = place.get("/execution-steps", QStringLiteral("reasoning.confidense = 3"));
    QCOMPARE(unknown.status, 400);
    QVERIFY(unknown.body.contains("Did you mean “reasoning.confidence”?"));
}

void TestListenerQueries::aHugeQueryIsRefused()
{
    Place place;
    const QString terms = QStringLiteral("error or ");
    const auto many =
        place.get("/execution-steps", terms.repeated(1'000) + QStringLiteral("error"));
    QCOMPARE(many.status, 400);
    QVERIFY(many.body.contains("more than 500 conditions"));
    const auto deep = place.get("/events", QString(1'000, u'(') + QStringLiteral("error"));
    QCOMPARE(deep.status, 400);
    QVERIFY(deep.body.contains("nested more than 20 deep"));
    QCOMPARE(place.get("/executions", terms.repeated(10'000) + QStringLiteral("error")).status,
             431);
    QCOMPARE(place.get("/executions", QStringLiteral("error")).status, 200);
}

void TestListenerQueries::anUnknownNameComesWithASuggestion()
{
    Place place;
    const auto reply = place.get("/execution-steps", QStringLiteral("confidense < 0.4"));
    QCOMPARE(reply.status, 400);
    QVERIFY2(reply.body.contains("confidence"), reply.body.constData());
}

void TestListenerQueries::aCursorOfAnotherCallIsRefused()
{
    Place place;
    const auto page = place.get("/execution-steps", kLow, "&limit=1");
    const QByteArray cursor = objectOf(page)[QStringLiteral("next_cursor")].toString().toLatin1();
    RawClient client(place.listener->state().port);
    QCOMPARE(client
                 .ask("GET /execution-steps?execution_id=" + place.run.toUtf8() +
                      "&cursor=" + cursor + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                 .status,
             400);
}

void TestListenerQueries::aThousandParametersAreOneQuestion_data()
{
    QTest::addColumn<QByteArray>("parameter");
    for (const char *parameter : {"pipeline_name=shop&", "status=running&", "environment=a&"})
        QTest::newRow(parameter) << QByteArray(parameter);
}

void TestListenerQueries::aThousandParametersAreOneQuestion()
{
    QFETCH(QByteArray, parameter);
    Place place;
    RawClient client(place.listener->state().port);
    const auto reply =
        client.ask("GET /executions?" + parameter.repeated(15'000 / int(parameter.size())) +
                   " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QCOMPARE(reply.status, 200);
    QCOMPARE(objectOf(reply)[QStringLiteral("items")].toArray().size(),
             parameter.startsWith("environment") ? 0 : 1);
}

void TestListenerQueries::aStreamTellsOnlyWhatMatches()
{
    Place place;
    RawClient client(place.listener->state().port);
    client.send("GET /events?q=" + QUrl::toPercentEncoding(kLow) +
                " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    QVERIFY(client.waitForText(": connected"));
    place.put(place.rank(0.9));
    place.put(place.rank(0.25));
    QVERIFY(client.waitForText("\"confidence\":0.25"));
    QVERIFY(!client.received().contains("\"confidence\":0.9"));
    QVERIFY(!client.received().contains("event: run"));
}

QTEST_GUILESS_MAIN(TestListenerQueries)
#include "tst_listener_queries.moc"
