// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoder accepts, what it refuses, and how it says so.
#include <model/ingest/event_decoder.h>
#include <model/ingest/limits.h>

#include <QTest>

using namespace xray;
using namespace xray::ingest;

namespace {

const QByteArray kRun = "0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f";

QByteArray step(const QByteArray &fields)
{
    return R"({"execution_id":")" + kRun + R"(","step_name":"s","step_type":"llm",)" + fields + "}";
}

StepEvent decodedStep(const QByteArray &fields)
{
    auto steps = decodeSteps(step(fields), 10);
    return steps ? steps->front() : StepEvent{};
}

const QByteArray kIdField = "\"id\":\"" + kRun + "\"";
const QByteArray kReasoning = "{\"why\":\"\\u00e4 \\\" x\"}";

QByteArray nested(int depth)
{
    return R"({"pipeline_name":"p","metadata":{"a":)" + QByteArray(depth, '[') +
           QByteArray(depth, ']') + "}}";
}

} // namespace

class TestEventDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryFieldOfARun()
    {
        const auto event = decodeExecution(
            R"({"id":"0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f","pipeline_name":"Größe","environment":"prod",
                "trigger":{ "by" : "cron" },"status":"completed","started_at":"1970-01-01T00:00:01Z",
                "ended_at":2000000000,"duration_ms":1.5,"metadata":{"n": 1.10},"tags":["a","b"],
                "session":"s1"})");
        QVERIFY2(event.ok(), event.ok() ? "" : qPrintable(event.error().message));
        QCOMPARE(event->kind, ExecutionEvent::Kind::Start);
        QCOMPARE(event->id->toUtf8(), kRun);
        QCOMPARE(*event->pipelineName, QByteArray("Größe"));
        QCOMPARE(*event->environment, QByteArray("prod"));
        QCOMPARE(*event->trigger, QByteArray(R"({"by":"cron"})"));
        QCOMPARE(*event->status, RunStatus::Completed);
        QCOMPARE(*event->startedAt, kNsPerSecond);
        QCOMPARE(*event->endedAt, 2 * kNsPerSecond);
        QCOMPARE(*event->duration, 1'500'000);
        QCOMPARE(*event->metadata, QByteArray(R"({"n":1.10})"));
        QCOMPARE(event->tags->size(), 2u);
        QCOMPARE(*event->session, QByteArray("s1"));
    }

    void readsEveryFieldOfAStep()
    {
        const StepEvent event = decodedStep(
            R"("parent_step_id":"0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e60","step_index":3,"status":"running",
               "started_at":"2026-01-31T10:41:07.123456789+01:00","duration_ms":0.1,
               "input_payload":{"a" : [1, 2.50, 1e3]},"output_payload":{},
               "reasoning_payload":)" +
            kReasoning);
        QCOMPARE(event.executionId->toUtf8(), kRun);
        QCOMPARE(event.parentId->toUtf8(), QByteArray("0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e60"));
        QCOMPARE(*event.index, 3);
        QCOMPARE(*event.type, StepType::Llm);
        QCOMPARE(*event.status, StepStatus::Running);
        QCOMPARE(*event.startedAt % kNsPerSecond, 123'456'789);
        QCOMPARE(*event.duration, 100'000);
        QCOMPARE(*event.input, QByteArray(R"({"a":[1,2.50,1e3]})"));
        QCOMPARE(*event.output, QByteArray("{}"));
        QCOMPARE(*event.reasoning, kReasoning);
    }

    void readsEveryFieldOfAnError()
    {
        const auto event = decodeError(
            R"({"id":"0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e61","execution_id":")" + kRun +
            R"(","step_id":"0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e60","error_type":"Timeout",
                "message":"too late","stack":"a\nb","payload":{"ms":3},"occurred_at":5})");
        QVERIFY(event.ok());
        QCOMPARE(*event->type, QByteArray("Timeout"));
        QCOMPARE(*event->message, QByteArray("too late"));
        QCOMPARE(*event->stack, QByteArray("a\nb"));
        QCOMPARE(*event->payload, QByteArray(R"({"ms":3})"));
        QCOMPARE(*event->occurredAt, 5);
    }

    void tellsAbsentFromNullFromValue()
    {
        const auto event = decodeExecution(R"({"environment":null,"session":"x"})");
        QVERIFY(event.ok());
        QVERIFY(event->pipelineName.isAbsent());
        QVERIFY(event->environment.isNull());
        QVERIFY(event->session.hasValue());
    }

    void acceptsATriggerThatIsAString()
    {
        const auto event = decodeExecution(R"({"trigger": "cron \u0041" , "session":"x"})");
        QVERIFY(event.ok());
        QCOMPARE(*event->trigger, QByteArray(R"("cron \u0041")"));
    }

    void skipsAByteOrderMark() { QVERIFY(decodeExecution("\xef\xbb\xbf{\"session\":\"x\"}").ok()); }

    void refusesTextThatIsNotJson_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("blank") << QByteArray("  \n");
        QTest::newRow("truncated") << QByteArray(R"({"pipeline_name":"p")");
        QTest::newRow("trailing garbage") << QByteArray(R"({"pipeline_name":"p"} x)");
        QTest::newRow("two documents") << QByteArray(R"({"session":"p"}{"session":"p"})");
        QTest::newRow("trailing comma") << QByteArray(R"({"pipeline_name":"p",})");
        QTest::newRow("bad UTF-8") << QByteArray("{\"pipeline_name\":\"\xff\"}");
        QTest::newRow("overlong UTF-8") << QByteArray("{\"pipeline_name\":\"\xc0\xaf\"}");
        QTest::newRow("NaN") << QByteArray(R"({"metadata":{"a":NaN}})");
        QTest::newRow("infinite number") << QByteArray(R"({"metadata":{"a":1e999}})");
        QTest::newRow("leading zero") << QByteArray(R"({"metadata":{"a":01}})");
        QTest::newRow("lone high surrogate") << QByteArray(R"({"session":"\ud800"})");
        QTest::newRow("lone low surrogate") << QByteArray(R"({"session":"\udc00"})");
        QTest::newRow("lone low surrogate inside")
            << QByteArray(R"({"metadata":{"a":"\\\udfff"}})");
        QTest::newRow("high surrogate then letter") << QByteArray(R"({"session":"\ud800\u0041"})");
        QTest::newRow("raw newline in string") << QByteArray("{\"session\":\"a\nb\"}");
        QTest::newRow("NUL outside") << QByteArray("{\"session\":\"a\"}\0", 16);
        QTest::newRow("scalar") << QByteArray("1");
        QTest::newRow("string") << QByteArray("\"x\"");
        QTest::newRow("null") << QByteArray("null");
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("key twice") << QByteArray(R"({"session":"a","session":"b"})");
        QTest::newRow("key twice, escaped") << QByteArray(R"({"session":"a","\u0073ession":"b"})");
        QTest::newRow("key twice below") << QByteArray(R"({"metadata":{"a":[{"b":1,"b":2}]}})");
        QTest::newRow("deep") << nested(kJsonDepth);
        QTest::newRow("very deep") << nested(100'000);
        QTest::newRow("only brackets") << QByteArray(1'000'000, '[');
    }
    void refusesTextThatIsNotJson()
    {
        QFETCH(QByteArray, json);
        const auto event = decodeExecution(json);
        QVERIFY(!event.ok());
        QCOMPARE(event.error().code, ErrorCode::InvalidJson);
        QVERIFY(event.error().message.endsWith(QLatin1Char('.')));
    }

    void acceptsWhatIsOnlyUnusual_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("empty object") << QByteArray("{}");
        QTest::newRow("surrogate pair") << QByteArray(R"({"session":"\ud83d\ude00"})");
        QTest::newRow("escaped backslash before u") << QByteArray(R"({"session":"\\udc00"})");
        QTest::newRow("empty key") << QByteArray(R"({"metadata":{"":1}})");
        QTest::newRow("largest double")
            << QByteArray(R"({"metadata":{"a":1.7976931348623157e308}})");
        QTest::newRow("deepest") << nested(kJsonDepth - 3);
        QTest::newRow("same key in two objects")
            << QByteArray(R"({"metadata":{"a":{"b":1},"b":2}})");
    }
    void acceptsWhatIsOnlyUnusual()
    {
        QFETCH(QByteArray, json);
        const auto event = decodeExecution(json);
        QVERIFY2(event.ok(), event.ok() ? "" : qPrintable(event.error().message));
    }

    void namesTheFieldThatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("field");
        const auto row = [](const char *fields, const char *code, const char *field) {
            QTest::newRow(fields) << QByteArray(fields) << QString::fromLatin1(code)
                                  << QString::fromLatin1(field);
        };
        row(R"("step_indx":1)", "unknown_field", "step_indx");
        row(R"("op":"step")", "unknown_field", "op");
        row(R"("metrics":{})", "read_only_field", "metrics");
        row(R"("issues":[])", "read_only_field", "issues");
        row(R"("id":"x")", "invalid_value", "id");
        row(R"("id":5)", "invalid_value", "id");
        row(R"("id":"{0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e5f}")", "invalid_value", "id");
        row(R"("parent_step_id":"x")", "invalid_value", "parent_step_id");
        row(R"("step_index":-1)", "invalid_value", "step_index");
        row(R"("step_index":1.5)", "invalid_value", "step_index");
        row(R"("step_index":"1")", "invalid_value", "step_index");
        row(R"("status":"incomplete")", "invalid_value", "status");
        row(R"("status":"Completed")", "invalid_value", "status");
        row(R"("status":1)", "invalid_value", "status");
        row(R"("started_at":"yesterday")", "invalid_value", "started_at");
        row(R"("started_at":1.5)", "invalid_value", "started_at");
        row(R"("started_at":"2026-02-30T00:00:00Z")", "invalid_value", "started_at");
        row(R"("started_at":"2026-01-31T09:41:07.1234567891Z")", "invalid_value", "started_at");
        row(R"("duration_ms":-1)", "invalid_value", "duration_ms");
        row(R"("duration_ms":"5")", "invalid_value", "duration_ms");
        row(R"("duration_ms":1e300)", "invalid_value", "duration_ms");
        row(R"("input_payload":[])", "invalid_value", "input_payload");
        row(R"("output_payload":"{}")", "invalid_value", "output_payload");
        row(R"("reasoning_payload":1)", "invalid_value", "reasoning_payload");
    }
    void namesTheFieldThatIsWrong()
    {
        QFETCH(QByteArray, fields);
        QFETCH(QString, code);
        QFETCH(QString, field);
        const auto steps = decodeSteps(step(fields), 10);
        QVERIFY(!steps.ok());
        QCOMPARE(QString::fromLatin1(errorCodeName(steps.error().code)), code);
        QCOMPARE(steps.error().field, field);
        QVERIFY(steps.error().message.contains(field));
    }

    void refusesStepTypesThatNoPipelineMaySend()
    {
        for (const char *word : {"other", "Llm", "search", ""}) {
            const QByteArray json = QByteArray("{\"step_type\":\"") + word + "\"}";
            const auto steps = decodeSteps(json, 10);
            QVERIFY(!steps.ok());
            QCOMPARE(steps.error().field, QStringLiteral("step_type"));
        }
    }

    void refusesBadFieldsOfRuns_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<int>("code");
        const auto row = [](const char *json, ErrorCode code) {
            QTest::newRow(json) << QByteArray(json) << static_cast<int>(code);
        };
        row(R"({"tags":"a"})", ErrorCode::InvalidValue);
        row(R"({"tags":[1]})", ErrorCode::InvalidValue);
        row(R"({"trigger":1})", ErrorCode::InvalidValue);
        row(R"({"trigger":[]})", ErrorCode::InvalidValue);
        row(R"({"metadata":[]})", ErrorCode::InvalidValue);
        row(R"({"pipeline_name":1})", ErrorCode::InvalidValue);
        row(R"({"pipeline_name":"a\u0000b"})", ErrorCode::InvalidValue);
        row(R"({"step_count":1})", ErrorCode::ReadOnlyField);
        row(R"({"error_count":1})", ErrorCode::ReadOnlyField);
        row(R"({"source":"sdk"})", ErrorCode::ReadOnlyField);
        row(R"({"pipeline":"p"})", ErrorCode::UnknownField);
    }
    void refusesBadFieldsOfRuns()
    {
        QFETCH(QByteArray, json);
        QFETCH(int, code);
        const auto event = decodeExecution(json);
        QVERIFY(!event.ok());
        QCOMPARE(static_cast<int>(event.error().code), code);
    }

    void suggestsTheNearestFieldName()
    {
        const auto event = decodeExecution(R"({"pipline_name":"p"})");
        QVERIFY(!event.ok());
        QCOMPARE(
            event.error().message,
            QStringLiteral("There is no field \"pipline_name\". Did you mean \"pipeline_name\"?"));
    }

    void decodesAnArrayOfSteps()
    {
        const auto steps = decodeSteps(
            "[" + step(R"("step_index":1)") + ",\n" + step(R"("step_index":2)") + "]", 10);
        QVERIFY(steps.ok());
        QCOMPARE(steps->size(), 2u);
        QCOMPARE(*steps->at(1).index, 2);
    }

    void namesTheElementOfAnArrayThatIsWrong()
    {
        const QByteArray good = step(R"("step_index":1)");
        for (const QByteArray &bad : {step(R"("step_index":"x")"), QByteArray("7")}) {
            const auto steps = decodeSteps("[" + good + "," + bad + "," + good + "]", 10);
            QVERIFY(!steps.ok());
            QCOMPARE(steps.error().line, 2);
        }
    }

    void refusesEmptyAndTooLongArraysOfSteps()
    {
        QCOMPARE(decodeSteps("[]", 10).error().code, ErrorCode::InvalidJson);
        const auto steps = decodeSteps("[{},{},{}]", 2);
        QCOMPARE(steps.error().code, ErrorCode::TooLarge);
    }

    void anUpdateTakesItsIdFromTheAddress()
    {
        const ExecutionId id = *ExecutionId::fromText(kRun.toStdString());
        const auto event = decodeExecutionUpdate(R"({"status":"failed"})", id);
        QVERIFY(event.ok());
        QCOMPARE(event->kind, ExecutionEvent::Kind::Update);
        QCOMPARE(*event->id, id);
        const auto other =
            decodeExecutionUpdate(R"({"id":"0192f0c1-7a3e-7cc4-9f00-5a1d2c3b4e60"})", id);
        QCOMPARE(other.error().field, QStringLiteral("id"));
    }

    void readsTheOperationsOfABatch()
    {
        const auto start = decodeBatchLine(R"({"pipeline_name":"p","op":"start"})");
        QCOMPARE(std::get<ExecutionEvent>(*start).kind, ExecutionEvent::Kind::Start);
        const auto end = decodeBatchLine(R"({"op":"end","status":"completed",)" + kIdField + "}");
        QCOMPARE(std::get<ExecutionEvent>(*end).kind, ExecutionEvent::Kind::End);
        QVERIFY(std::holds_alternative<StepEvent>(*decodeBatchLine(R"({"op":"step"})")));
        QVERIFY(std::holds_alternative<ErrorEvent>(*decodeBatchLine(R"({"op":"error"})")));
    }

    void internalOperationsAreForTheInboxOnly()
    {
        for (const char *op : {"patch", "delete", "restore"}) {
            const QByteArray line = QByteArray("{\"op\":\"") + op + "\"," + kIdField + "}";
            QCOMPARE(decodeBatchLine(line).error().field, QStringLiteral("op"));
            QVERIFY(decodeBatchLine(line, BatchOps::WithInternal).ok());
        }
        const auto removal = decodeBatchLine(
            R"({"op":"delete","purge_after_ms":2.5,)" + kIdField + "}", BatchOps::WithInternal);
        QCOMPARE(std::get<DeleteEvent>(*removal).purgeAfter, 2'500'000);
    }

    void refusesOperationsItDoesNotKnow_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("code");
        const auto row = [](const char *line, ErrorCode code) {
            QTest::newRow(line) << QByteArray(line) << static_cast<int>(code);
        };
        row(R"({"pipeline_name":"p"})", ErrorCode::MissingField);
        row(R"({"op":"begin"})", ErrorCode::InvalidValue);
        row(R"({"op":1})", ErrorCode::InvalidValue);
        row(R"({"op":"end"})", ErrorCode::MissingField);
        row(R"([])", ErrorCode::InvalidJson);
    }
    void refusesOperationsItDoesNotKnow()
    {
        QFETCH(QByteArray, line);
        QFETCH(int, code);
        const auto event = decodeBatchLine(line);
        QVERIFY(!event.ok());
        QCOMPARE(static_cast<int>(event.error().code), code);
    }

    void aBadLineOfABatchIsRefusedAlone_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("badLine");
        QTest::addColumn<QList<int>>("goodLines");
        const QByteArray good = R"({"op":"start","pipeline_name":"p"})";
        QTest::newRow("lines") << good + "\n{oops\r\n\n" + good << 2 << QList<int>{1, 4};
        QTest::newRow("array") << "[" + good + R"(,{"op":"x"},)" + good + "]" << 2
                               << QList<int>{1, 3};
        QTest::newRow("scalar in array")
            << "[" + good + ",5," + good + "]" << 2 << QList<int>{1, 3};
    }
    void aBadLineOfABatchIsRefusedAlone()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, badLine);
        QFETCH(QList<int>, goodLines);
        const auto batch = decodeBatch(body, 10);
        QVERIFY(batch.ok());
        QCOMPARE(batch->refused.size(), 1u);
        QCOMPARE(batch->refused.front().line, badLine);
        QCOMPARE(QList<int>(batch->lines.begin(), batch->lines.end()), goodLines);
    }

    void refusesABatchAsAWhole()
    {
        QCOMPARE(decodeBatch("", 10).error().code, ErrorCode::InvalidJson);
        QCOMPARE(decodeBatch(" \n", 10).error().code, ErrorCode::InvalidJson);
        QCOMPARE(decodeBatch("[{}", 10).error().code, ErrorCode::InvalidJson);
        QCOMPARE(decodeBatch("[{},{}]", 1).error().code, ErrorCode::TooLarge);
        QCOMPARE(decodeBatch("{}\n{}\n", 1).error().code, ErrorCode::TooLarge);
    }

    void readsOnAfterAnUnusuallyLargeText()
    {
        const QByteArray large = "{\"session\":\"" + QByteArray(3'000'000, 'x') + "\"}";
        QVERIFY(decodeExecution(large).ok());
        QVERIFY(decodeExecution(R"({"session":"x"})").ok());
    }
};

QTEST_GUILESS_MAIN(TestEventDecoder)
#include "tst_event_decoder.moc"
