// SPDX-License-Identifier: GPL-3.0-or-later
// What `xrayctl serve` answers to bad input, over real sockets and a real store: the status, the
// code, the field and the line; and that nothing good is lost or doubled beside it.
#include "tests/app/pipeline_client.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"

#include <QCoreApplication>

#include <memory>

using namespace xray;
using namespace xray::test;

namespace {

// "RUN", "STEP" and "OTHER" in the tables stand for ids that are there: a run, its step, another
// run. "NEW" is an id nobody has used.
struct Ids
{
    ExecutionId run = ExecutionId::newV7();
    ExecutionId other = ExecutionId::newV7();
    StepId step = StepId::newV7();
};

QByteArray filledIn(QByteArray text, const Ids &ids)
{
    return text.replace("RUN", ids.run.toUtf8())
        .replace("OTHER", ids.other.toUtf8())
        .replace("STEP", ids.step.toUtf8())
        .replace("NEW", Uuid::newV7().toUtf8());
}

QString text(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toString();
}

int number(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toInt();
}

/// One line of an answer's "rejected": "2 unknown_field bogus".
QString told(const QJsonObject &refusal)
{
    return QStringLiteral("%1 %2 %3")
        .arg(number(refusal, "line"))
        .arg(text(refusal, "code"), text(refusal, "field"))
        .trimmed();
}

} // namespace

class TestBadInput : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<Server>(m_folder.filePath(QStringLiteral("xray.db")));
        QVERIFY(m_server->port() != 0);
    }

    void init()
    {
        m_ids = {};
        m_client = std::make_unique<PipelineClient>(m_server->port());
        QCOMPARE(m_client->post("/executions", runJson(m_ids.run)).status, 201);
        QCOMPARE(m_client->post("/executions", runJson(m_ids.other)).status, 201);
        QCOMPARE(m_client->post("/execution-steps", stepJson(m_ids.run, m_ids.step)).status, 201);
    }

    void cleanupTestCase() { QCOMPARE(m_server->stop(), 0); }

    void badInputIsRefusedByNameAndChangesNothing_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("field");
        addBadRuns();
        addBadSteps();
        addBadErrors();
    }

    void badInputIsRefusedByNameAndChangesNothing()
    {
        QFETCH(const QByteArray, path);
        QFETCH(const QByteArray, body);
        QFETCH(const QString, code);
        const QJsonObject before = runNow();
        const Reply reply = m_client->post(path, filledIn(body, m_ids));
        QTEST(reply.status, "status");
        QCOMPARE(text(reply.error(), "code"), code);
        QTEST(text(reply.error(), "field"), "field");
        QVERIFY(!text(reply.error(), "message").isEmpty());
        QCOMPARE(runNow(), before);
        QCOMPARE(m_client->stepIds(m_ids.run), std::set{m_ids.step.toString()});
        QVERIFY(m_client->stepIds(m_ids.other).empty());
    }

    void oneBadStepOfAnArrayRefusesAllOfThem()
    {
        const QByteArray first = stepJson(m_ids.run, StepId::newV7());
        const QByteArray bad = filledIn(R"({"execution_id":"RUN","step_type":"llm"})", m_ids);
        const QByteArray last = stepJson(m_ids.run, StepId::newV7());
        const Reply reply =
            m_client->post("/execution-steps", "[" + first + "," + bad + "," + last + "]");
        QCOMPARE(reply.status, 422);
        QCOMPARE(told(reply.error()), QStringLiteral("2 missing_field step_name"));
        QCOMPARE(m_client->stepIds(m_ids.run).size(), 1U);
    }

    void goodLinesOfABatchAreKeptWhenOthersAreBad()
    {
        const Reply reply = m_client->postLines(filledIn(R"({"op":"start","id":"NEW"}
{"op":"step","execution_id":"RUN","step_name":"a","step_type":"llm"}
{"op":"step","execution_id":"RUN","step_name":"b","step_type":"llm","bogus":1}
{"op":"step","execution_id":"NEW","step_name":"c","step_type":"llm"}
not json
{"op":"fly","execution_id":"RUN"}

{"op":"error","execution_id":"RUN"}
{"op":"end","id":"RUN","status":"completed"}
)",
                                                         m_ids));
        QCOMPARE(reply.status, 200);
        QCOMPARE(number(reply.json, "accepted"), 2);
        QStringList refused;
        for (const QJsonValue &line : reply.json.value(QLatin1String("rejected")).toArray())
            refused += told(line.toObject());
        QCOMPARE(refused, QStringList({QStringLiteral("1 missing_field pipeline_name"),
                                       QStringLiteral("3 unknown_field bogus"),
                                       QStringLiteral("4 unknown_execution execution_id"),
                                       QStringLiteral("5 invalid_json"),
                                       QStringLiteral("6 invalid_value op"),
                                       QStringLiteral("8 missing_field message")}));
        QCOMPARE(m_client->stepIds(m_ids.run).size(), 2U);
        QCOMPARE(text(runNow(), "status"), QStringLiteral("completed"));
        QCOMPARE(number(runNow(), "error_count"), 0);
    }

    void aRepeatedStepUpdatesAndIsNotDoubled()
    {
        const QByteArray again =
            stepJson(m_ids.run, m_ids.step, R"(,"output_payload":{"keywords":["stand"]})");
        QCOMPARE(m_client->post("/execution-steps", again).status, 201);
        QCOMPARE(m_client->post("/execution-steps", again).status, 201);
        QCOMPARE(number(runNow(), "step_count"), 1);
        QCOMPARE(m_client->stepIds(m_ids.run), std::set{m_ids.step.toString()});
    }

    void aLateRunningDoesNotReopenWhatIsCompleted()
    {
        const QByteArray path = "/executions/" + m_ids.run.toUtf8();
        QCOMPARE(m_client->patch(path, R"({"status":"completed"})").status, 200);
        const Reply late = m_client->patch(path, R"({"status":"running","tags":["late"]})");
        QCOMPARE(late.status, 200);
        QCOMPARE(text(late.json, "status"), QStringLiteral("completed"));
        QCOMPARE(late.json.value(QLatin1String("tags")).toArray().size(), 1);

        const QByteArray done = stepJson(m_ids.run, m_ids.step, R"(,"status":"completed")");
        QCOMPARE(m_client->post("/execution-steps", done).status, 201);
        const QByteArray lateStep = stepJson(m_ids.run, m_ids.step, R"(,"status":"running")");
        QCOMPARE(m_client->post("/execution-steps", lateStep).status, 201);
        const QJsonArray steps =
            m_client->all("/execution-steps?execution_id=" + m_ids.run.toUtf8());
        QCOMPARE(text(steps.first().toObject(), "status"), QStringLiteral("completed"));
    }

    void whatWasRefusedIsCounted()
    {
        const auto counters = [this] { return m_client->get("/stats").json; };
        const int before = number(counters(), "rejected");
        QCOMPARE(m_client->post("/executions", "{}").status, 422);
        QCOMPARE(number(counters(), "rejected"), before + 1);
    }

private:
    static void addRow(const char *name, const char *path, const QByteArray &body, int status,
                       const char *code, const char *field)
    {
        QTest::newRow(name) << QByteArray(path) << body << status << QString::fromLatin1(code)
                            << QString::fromLatin1(field);
    }

    static void addBadRuns()
    {
        const char *path = "/executions";
        addRow("a run without a pipeline", path, "{}", 422, "missing_field", "pipeline_name");
        addRow("an unknown field", path, R"({"pipeline_name":"p","pipline":1})", 422,
               "unknown_field", "pipline");
        addRow("a read-only field", path, R"({"pipeline_name":"p","step_count":3})", 422,
               "read_only_field", "step_count");
        addRow("a number for a name", path, R"({"pipeline_name":7})", 422, "invalid_value",
               "pipeline_name");
        addRow("an array for an object", path, R"({"pipeline_name":"p","metadata":[]})", 422,
               "invalid_value", "metadata");
        addRow("an id that is none", path, R"({"pipeline_name":"p","id":"7"})", 422,
               "invalid_value", "id");
        addRow("an unknown status", path, R"({"pipeline_name":"p","status":"done"})", 422,
               "invalid_value", "status");
        addRow("a time that does not exist", path,
               R"({"pipeline_name":"p","started_at":"2026-02-30T00:00:00Z"})", 422, "invalid_value",
               "started_at");
        addRow("a run that ends before it starts", path,
               R"({"pipeline_name":"p","started_at":"2026-01-02T00:00:00Z",)"
               R"("ended_at":"2026-01-01T00:00:00Z"})",
               422, "invalid_value", "ended_at");
        addRow("bad UTF-8", path, "{\"pipeline_name\":\"\xff\xfe\"}", 400, "invalid_json", "");
        addRow("half a text", path, R"({"pipeline_name":"p")", 400, "invalid_json", "");
        addRow("an array of runs", path, "[]", 400, "invalid_json", "");
        addRow("no text at all", path, "pipeline_name=p", 400, "invalid_json", "");
    }

    static void addBadSteps()
    {
        const char *path = "/execution-steps";
        const auto step = [](const QByteArray &more) {
            return R"({"execution_id":"RUN","step_name":"s","step_type":"llm")" + more + "}";
        };
        addRow("a step of no run", path, R"({"step_name":"s","step_type":"llm"})", 422,
               "missing_field", "execution_id");
        addRow("a step without a name", path, R"({"execution_id":"RUN","step_type":"llm"})", 422,
               "missing_field", "step_name");
        addRow("a step without a type", path, R"({"execution_id":"RUN","step_name":"s"})", 422,
               "missing_field", "step_type");
        addRow("a type there is not", path,
               R"({"execution_id":"RUN","step_name":"s","step_type":"guess"})", 422,
               "invalid_value", "step_type");
        addRow("a step of a run nobody knows", path,
               R"({"execution_id":"NEW","step_name":"s","step_type":"llm"})", 404,
               "unknown_execution", "execution_id");
        addRow("the id of a step of another run", path,
               R"({"id":"STEP","execution_id":"OTHER","step_name":"s","step_type":"llm"})", 409,
               "conflict", "execution_id");
        addRow("a step that ends before it starts", path,
               step(R"(,"started_at":2000000000,"ended_at":1000000000)"), 422, "invalid_value",
               "ended_at");
        addRow("a negative duration", path, step(R"(,"duration_ms":-1)"), 422, "invalid_value",
               "duration_ms");
        addRow("a text for a payload", path, step(R"(,"input_payload":"x")"), 422, "invalid_value",
               "input_payload");
        addRow("metrics, which are ours to fill in", path, step(R"(,"metrics":{})"), 422,
               "read_only_field", "metrics");
        addRow("a field given twice", path, step(R"(,"step_name":"t")"), 400, "invalid_json",
               "step_name");
    }

    static void addBadErrors()
    {
        const char *path = "/execution-errors";
        addRow("an error without a message", path, R"({"execution_id":"RUN"})", 422,
               "missing_field", "message");
        addRow("an error of a run nobody knows", path, R"({"execution_id":"NEW","message":"m"})",
               404, "unknown_execution", "execution_id");
        addRow("an error of a step nobody knows", path,
               R"({"execution_id":"RUN","step_id":"NEW","message":"m"})", 404, "unknown_step",
               "step_id");
    }

    QJsonObject runNow() { return m_client->get("/executions/" + m_ids.run.toUtf8()).json; }

    QTemporaryDir m_folder;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<PipelineClient> m_client;
    Ids m_ids;
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestBadInput)
#include "tst_bad_input.moc"
