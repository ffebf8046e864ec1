// SPDX-License-Identifier: GPL-3.0-or-later
// What spans mean, one behaviour at a time; whole recordings are in tst_otlp_captures.

#include "tests/otlp/traces.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <algorithm>

using namespace xray;
using namespace xray::test;

class TestOtlpMapper : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idsAreAlwaysTheSame();
    void aTraceOfLogsOnlyShowsNoRunYet();
    void aMissingRootLeavesTheRunOpenAndNamesWhatIsMissing();
    void aCallFromAnotherProgramIsTheRootWhileThereIsNone();
    void parentsThatGoInACircleAreSteps();
    void aSpanThatCameTwiceCountsOnceAsItEndedLast();
    void aRunThatContainsAFailedStepMayBeComplete();
    void anErrorIsToldOnceWhereItBegan();
    void manyLongErrorsDoNotHoldUpTheStore();
    void anErrorOfTheRootAloneBelongsToTheRun();
    void messagesComeFromEventsToo();
    void messagesComeFromLogsToo();
    void flattenedMessagesAreFoldedBack();
    void aRerankingSaysWhatItDropped();
    void aRetrievalSelectsItsDocuments();
    void aFilterOfListsSaysWhatItDropped();
    void aFilterIsReadFromTheArgumentsOfAFunction_data();
    void aFilterIsReadFromTheArgumentsOfAFunction();
    void aFilterThatJudgesEachItemSaysByWhichRule();
    void aFilterOfOneItemSaysWhy();
    void everyNumberIsAMetricButThoseOfListsAndPorts();
    void numeralsAreNumbersForKnownKeysOnly();
    void aClockThatWasNotSetDoesNotStretchTheRun();
    void aSpanThatEndsBeforeItStartsIsKept();
    void httpCallsOfAModelArePlumbing();
    void langfuseErrorsAreErrors();
    void theRunIsCalledAsTheTraceIs_data();
    void theRunIsCalledAsTheTraceIs();
    void unknownSpansAreKeptWithTheirPlace();
};

namespace {

QByteArray json(const QJsonValue &value)
{
    return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
}

} // namespace

void TestOtlpMapper::idsAreAlwaysTheSame()
{
    QCOMPARE(otlp::stepIdOf(runId(), 1).toString(), otlp::stepIdOf(runId(), 1).toString());
    QVERIFY(otlp::stepIdOf(runId(), 1) != otlp::stepIdOf(runId(), 2));
    QVERIFY(otlp::stepIdOf(runId(), 1).uuid() != otlp::errorIdOf(runId(), 1).uuid());
    QCOMPARE(otlp::stepIdOf(runId(), 1).toString().at(14), QLatin1Char('8'));
    QCOMPARE(otlp::stepIdOf(runId(), 0xb7ad6b7169203331).toString(),
             QStringLiteral("54b72cda-7c2b-8dd7-acd0-785c124d42b6"));
}

void TestOtlpMapper::aTraceOfLogsOnlyShowsNoRunYet()
{
    StoredSpan log{1, {runId(), SpanKind::Log, 1, 0, R"({"log":{}})"}};
    const MappedTrace run = mapped(std::vector<StoredSpan>{log});
    QVERIFY(run.run.pipelineName.isAbsent());
    QVERIFY(run.steps.empty());
}

void TestOtlpMapper::aMissingRootLeavesTheRunOpenAndNamesWhatIsMissing()
{
    const MappedTrace run = mapped({SpanText{.id = 2, .parent = 1, .name = "search"}});
    QCOMPARE(*run.run.status, RunStatus::Running);
    QVERIFY(run.run.endedAt.isNull());
    QCOMPARE(*run.run.pipelineName, QByteArray("shop (root span missing)"));
    QCOMPARE(json(objectOf(run.run.metadata)[u"missing"]),
             QByteArray(R"([["root span","span 0000000000000001"]])"));
}

void TestOtlpMapper::aCallFromAnotherProgramIsTheRootWhileThereIsNone()
{
    const SpanText remote{.id = 2, .parent = 1, .name = "serve", .more = R"(,"flags":769)"};
    const MappedTrace run = mapped({remote, SpanText{.id = 3, .parent = 2, .name = "search"}});
    QCOMPARE(*run.run.status, RunStatus::Completed);
    QCOMPARE(*run.run.pipelineName, QByteArray("serve"));
    QCOMPARE(namesOf(run), QStringList{QStringLiteral("search")});
    const MappedTrace later =
        mapped({remote, SpanText{.id = 1, .name = "gateway", .startMs = -5, .endMs = 20}});
    QCOMPARE(*later.run.pipelineName, QByteArray("gateway"));
    QCOMPARE(namesOf(later), QStringList{QStringLiteral("serve")});
}

void TestOtlpMapper::parentsThatGoInACircleAreSteps()
{
    const MappedTrace run = mapped({SpanText{.id = 1, .parent = 2, .name = "a"},
                                    SpanText{.id = 2, .parent = 1, .name = "b"},
                                    SpanText{.id = 3, .parent = 3, .name = "c"}});
    QCOMPARE(namesOf(run).size(), 3);
    QCOMPARE(*run.run.status, RunStatus::Running);
}

void TestOtlpMapper::aSpanThatCameTwiceCountsOnceAsItEndedLast()
{
    const MappedTrace run = mapped(
        {SpanText{.id = 1, .name = "llm", .attributes = R"({"openinference.span.kind":"LLM"})"},
         SpanText{.id = 1,
                  .name = "llm",
                  .attributes = R"({"openinference.span.kind":"LLM"})",
                  .endMs = 30}});
    QCOMPARE(run.steps.size(), std::size_t(1));
    QCOMPARE(*run.steps.front().endedAt - *run.steps.front().startedAt, 30 * kNsPerMs);
}

void TestOtlpMapper::aRunThatContainsAFailedStepMayBeComplete()
{
    const MappedTrace run = mapped(
        {SpanText{.id = 1, .name = "root"},
         SpanText{.id = 2, .parent = 1, .name = "search", .more = R"(,"status":{"code":2})"}});
    QCOMPARE(*run.run.status, RunStatus::Completed);
    QCOMPARE(*run.steps.front().status, StepStatus::Failed);
    QCOMPARE(run.errors.size(), std::size_t(1));
    QVERIFY(!run.errors.front().message->isEmpty());
}

void TestOtlpMapper::anErrorIsToldOnceWhereItBegan()
{
    const QByteArray failed =
        R"(,"status":{"code":2},"events":[{"name":"exception","attributes":[)"
        R"({"key":"exception.message","value":{"stringValue":"no route\n at x"}}]}])";
    const QByteArray http = R"({"http.request.method":"GET","error.type":"500"})";
    const MappedTrace run = mapped(
        {SpanText{.id = 1, .name = "root", .more = failed},
         SpanText{.id = 2, .parent = 1, .name = "agent", .more = failed},
         SpanText{.id = 3, .parent = 2, .name = "tool", .more = failed},
         SpanText{
             .id = 4, .parent = 3, .name = "GET", .attributes = http, .more = R"(,"kind":3)"}});
    QCOMPARE(*run.run.status, RunStatus::Failed);
    QCOMPARE(run.errors.size(), std::size_t(1));
    QCOMPARE(*run.errors.front().stepId, otlp::stepIdOf(runId(), 3));
    QCOMPARE(*run.errors.front().message, QByteArray("no route"));
    QCOMPARE(*run.errors.front().stack, QByteArray(" at x"));
}

void TestOtlpMapper::manyLongErrorsDoNotHoldUpTheStore()
{
    std::vector<SpanText> chain;
    for (int i = 1; i <= 1'000; ++i) {
        const QByteArray message =
            i % 2 == 0 ? QByteArray(30'000, 'a') : QByteArray(14'000 + i % 50, 'a') + 'c';
        chain.push_back({.id = i,
                         .parent = i - 1,
                         .more = R"(,"status":{"code":2,"message":")" + message + R"("})"});
    }
    const std::vector<StoredSpan> spans = spansOf(chain);
    QElapsedTimer watch; // some 12 s when all of every pair is compared
    watch.start();
    QVERIFY(!mapped(spans).errors.empty());
    QVERIFY2(watch.elapsed() < 10'000, qPrintable(QString::number(watch.elapsed())));
}

void TestOtlpMapper::anErrorOfTheRootAloneBelongsToTheRun()
{
    const MappedTrace run = mapped(
        {SpanText{.id = 1, .name = "root", .more = R"(,"status":{"code":2,"message":"invalid"})"},
         SpanText{.id = 2, .parent = 1, .name = "search"}});
    QCOMPARE(run.errors.size(), std::size_t(1));
    QVERIFY(run.errors.front().stepId.isNull());
}

void TestOtlpMapper::messagesComeFromEventsToo()
{
    const QByteArray events =
        R"(,"events":[{"name":"gen_ai.user.message","attributes":[{"key":"content","value":)"
        R"({"stringValue":"hello"}}]},{"name":"gen_ai.choice","attributes":[{"key":"message",)"
        R"("value":{"stringValue":"hi"}}]}])";
    const MappedTrace run = mapped({SpanText{
        .name = "chat", .attributes = R"({"gen_ai.operation.name":"chat"})", .more = events}});
    QCOMPARE(*run.steps.front().input,
             JsonText(R"({"messages":[{"role":"user","content":"hello"}]})"));
    QCOMPARE(*run.steps.front().output, JsonText(R"({"messages":[{"message":"hi"}]})"));
}

void TestOtlpMapper::messagesComeFromLogsToo()
{
    std::vector<StoredSpan> spans = spansOf(
        {SpanText{.id = 5, .name = "chat", .attributes = R"({"gen_ai.operation.name":"chat"})"}});
    const auto logs = otlp::decodeLogs(
        QByteArray(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":")") + kTrace +
            R"(","spanId":")" + idText(5) +
            R"(","eventName":"gen_ai.choice","body":)"
            R"({"stringValue":"yes"}}]}]}]})",
        otlp::Encoding::Json);
    QVERIFY(logs.ok());
    for (const StoredSpan &log : stored(*logs, 1))
        spans.insert(spans.begin(), log); // they came first
    QCOMPARE(*mapped(spans).steps.front().output, JsonText(R"({"messages":[{"content":"yes"}]})"));
}

void TestOtlpMapper::flattenedMessagesAreFoldedBack()
{
    const MappedTrace run =
        mapped({SpanText{.attributes = R"({"openinference.span.kind":"LLM",)"
                                       R"("llm.input_messages.0.message.role":"user",)"
                                       R"("llm.input_messages.0.message.content":"a",)"
                                       R"("llm.input_messages.10.message.content":"c",)"
                                       R"("llm.input_messages.2.message.content":"b"})"}});
    const QJsonArray messages = objectOf(run.steps.front().input)[u"messages"].toArray();
    QCOMPARE(messages.size(), 3);
    QCOMPARE(messages[0][u"role"].toString(), QStringLiteral("user"));
    QCOMPARE(messages[2][u"content"].toString(), QStringLiteral("c"));
}

void TestOtlpMapper::aRerankingSaysWhatItDropped()
{
    const MappedTrace run =
        mapped({SpanText{.attributes = R"({"openinference.span.kind":"RERANKER",)"
                                       R"("reranker.input_documents.0.document.id":"d1",)"
                                       R"("reranker.input_documents.0.document.content":"Lid",)"
                                       R"("reranker.input_documents.0.document.score":0.2,)"
                                       R"("reranker.input_documents.1.document.id":"d2",)"
                                       R"("reranker.input_documents.1.document.content":"Bottle",)"
                                       R"("reranker.output_documents.0.document.id":"d2",)"
                                       R"("reranker.output_documents.0.document.score":0.9})"}});
    const StepEvent &step = run.steps.front();
    QCOMPARE(*step.type, StepType::Ranking);
    QCOMPARE(decisionsOf(step), QStringLiteral("selected Bottle 0.9 #1, dropped Lid 0.2"));
    QCOMPARE(objectOf(step.reasoning)[u"percentage_eliminated"].toDouble(), 50.0);
    QCOMPARE(objectOf(step.input)[u"total_candidates"].toInt(), 2);
    QCOMPARE(objectOf(step.output)[u"remaining_candidates"].toInt(), 1);
}

void TestOtlpMapper::aRetrievalSelectsItsDocuments()
{
    const MappedTrace run = mapped({SpanText{
        .attributes = R"({"gen_ai.operation.name":"retrieval","gen_ai.retrieval.documents":)"
                      R"("[{\"id\":\"d1\",\"score\":0.9},{\"id\":\"d2\",\"score\":0.4}]"})"}});
    const StepEvent &step = run.steps.front();
    QCOMPARE(decisionsOf(step), QStringLiteral("selected d1 0.9 #1, selected d2 0.4 #2"));
    QCOMPARE(objectOf(step.reasoning)[u"doc_score_min"].toDouble(), 0.4);
    QVERIFY(!objectOf(step.reasoning).contains(u"percentage_eliminated"));
}

void TestOtlpMapper::aFilterOfListsSaysWhatItDropped()
{
    const MappedTrace run = mapped({
        SpanText{.id = 1, .name = "root"},
        SpanText{.id = 2,
                 .parent = 1,
                 .name = "filter_relevance",
                 .attributes = R"({"input.value":"{\"candidates\":[{\"id\":1,\"title\":\"Lid\"},)"
                               R"({\"id\":2,\"title\":\"Bottle\"}]}",)"
                               R"("output.value":"{\"kept\":[{\"id\":2}]}"})"},
    });
    const StepEvent &step = run.steps.front();
    QCOMPARE(decisionsOf(step), QStringLiteral("kept Bottle, dropped Lid"));
    QCOMPARE(objectOf(step.reasoning)[u"percentage_eliminated"].toDouble(), 50.0);
}

void TestOtlpMapper::aFilterIsReadFromTheArgumentsOfAFunction_data()
{
    QTest::addColumn<QByteArray>("input");
    const char *list = R"([{\"id\":1,\"title\":\"Lid\"},{\"id\":2,\"title\":\"Bottle\"}])";
    QTest::newRow("one argument") << QByteArray(R"({\"args\":[],\"kwargs\":)") + list + '}';
    QTest::newRow("by name") << QByteArray(R"({\"args\":[],\"kwargs\":{\"items\":)") + list + "}}";
    QTest::newRow("by place") << QByteArray(R"({\"args\":[\"lid\",)") + list +
                                     R"(],\"kwargs\":{}})";
}

void TestOtlpMapper::aFilterIsReadFromTheArgumentsOfAFunction()
{
    QFETCH(QByteArray, input);
    const MappedTrace run = mapped(
        {SpanText{.id = 1, .name = "root"},
         SpanText{.id = 2,
                  .parent = 1,
                  .name = "filter.task",
                  .attributes = R"({"traceloop.span.kind":"task","traceloop.entity.input":")" +
                                input + R"(","traceloop.entity.output":"[{\"id\":2}]"})"}});
    QCOMPARE(decisionsOf(run.steps.front()), QStringLiteral("kept Bottle, dropped Lid"));
}

void TestOtlpMapper::aFilterThatJudgesEachItemSaysByWhichRule()
{
    const MappedTrace run = mapped({
        SpanText{.id = 1, .name = "root"},
        SpanText{.id = 2,
                 .parent = 1,
                 .name = "apply_filters",
                 .attributes =
                     R"({"output.value":"{\"evaluations\":[{\"asin\":\"B1\",\"title\":\"Lid\",)"
                     R"(\"filters\":{\"price\":false,\"rating\":true},\"passed\":false},)"
                     R"({\"asin\":\"B2\",\"title\":\"Bottle\",\"passed\":true}]}"})"},
    });
    QCOMPARE(decisionsOf(run.steps.front()), QStringLiteral("dropped Lid (price), kept Bottle"));
    QCOMPARE(objectOf(run.steps.front().output)[u"remaining_candidates"].toInt(), 1);
}

void TestOtlpMapper::aFilterOfOneItemSaysWhy()
{
    const MappedTrace run = mapped({
        SpanText{.id = 1, .name = "root"},
        SpanText{
            .id = 2,
            .parent = 1,
            .name = "llm_relevance",
            .attributes =
                R"({"input.value":"{\"candidate\":\"{\\\"title\\\":\\\"MacBook Stand\\\"}\"}",)"
                R"("output.value":"{\"relevant\":false,\"score\":0.2,)"
                R"(\"reasoning\":\"It says Apple.\"}"})"},
    });
    QCOMPARE(decisionsOf(run.steps.front()),
             QStringLiteral("dropped MacBook Stand 0.2 (It says Apple.)"));
    QCOMPARE(objectOf(run.steps.front().reasoning)[u"reasoning"].toString(),
             QStringLiteral("It says Apple."));
}

void TestOtlpMapper::everyNumberIsAMetricButThoseOfListsAndPorts()
{
    const MappedTrace run = mapped({SpanText{
        .attributes = R"({"openinference.span.kind":"TOOL","app.candidates.in":10,)"
                      R"("server.port":8080,"docs.0.size":3,"gen_ai.usage.input_tokens":7,)"
                      R"("flag":true,"note":"5"})"}});
    const QJsonObject reasoning = objectOf(run.steps.front().reasoning);
    QCOMPARE(reasoning.keys(),
             (QStringList{QStringLiteral("app.candidates.in"), QStringLiteral("input_tokens")}));
}

void TestOtlpMapper::numeralsAreNumbersForKnownKeysOnly()
{
    const MappedTrace run = mapped({SpanText{
        .attributes = R"({"openinference.span.kind":"TOOL","eval.percentage_eliminated":"37.5",)"
                      R"("http.response.status_code":"200","other":"12"})"}});
    const QJsonObject reasoning = objectOf(run.steps.front().reasoning);
    QCOMPARE(reasoning[u"percentage_eliminated"].toDouble(), 37.5);
    QCOMPARE(reasoning[u"http_status"].toDouble(), 200.0);
    QVERIFY(reasoning[u"other"].isUndefined());
}

void TestOtlpMapper::aClockThatWasNotSetDoesNotStretchTheRun()
{
    const SpanText unset{.id = 2,
                         .parent = 1,
                         .name = "early",
                         .startMs = -kBegin / 1000000,
                         .endMs = -kBegin / 1000000 + 4};
    const MappedTrace run = mapped({SpanText{.id = 1, .name = "root"}, unset});
    QCOMPARE(*run.steps.front().startedAt, TimeNs(kBegin));
    QCOMPARE(*run.steps.front().endedAt - *run.steps.front().startedAt, 4 * kNsPerMs);
    QVERIFY(objectOf(run.steps.front().reasoning)[u"notes"].toArray().at(0).toString().contains(
        QLatin1String("clock")));
}

void TestOtlpMapper::aSpanThatEndsBeforeItStartsIsKept()
{
    const MappedTrace run = mapped({SpanText{
        .attributes = R"({"openinference.span.kind":"TOOL"})", .startMs = 10, .endMs = 5}});
    QCOMPARE(*run.steps.front().endedAt, *run.steps.front().startedAt);
    QVERIFY(!objectOf(run.steps.front().reasoning)[u"notes"].toArray().isEmpty());
}

void TestOtlpMapper::httpCallsOfAModelArePlumbing()
{
    const QByteArray http = R"({"http.request.method":"POST"})";
    const MappedTrace run = mapped(
        {SpanText{.id = 1, .name = "root", .attributes = R"({"openinference.span.kind":"CHAIN"})"},
         SpanText{.id = 2,
                  .parent = 1,
                  .name = "chat",
                  .attributes = R"({"gen_ai.operation.name":"chat"})"},
         SpanText{.id = 3, .parent = 2, .name = "POST", .attributes = http, .more = R"(,"kind":3)"},
         SpanText{.id = 4,
                  .parent = 1,
                  .name = "POST",
                  .attributes = http,
                  .startMs = 2,
                  .more = R"(,"kind":3)"}});
    QCOMPARE(run.steps.size(), std::size_t(3));
    QVERIFY(!originOf(run.steps[0]).isPlumbing);
    QVERIFY(originOf(run.steps[1]).isPlumbing);
    QVERIFY(!originOf(run.steps[2]).isPlumbing);
}

void TestOtlpMapper::langfuseErrorsAreErrors()
{
    const MappedTrace run = mapped(
        {SpanText{.attributes = R"({"langfuse.observation.type":"generation",)"
                                R"("langfuse.observation.level":"ERROR",)"
                                R"("langfuse.observation.status_message":"too long",)"
                                R"("langfuse.observation.usage_details":"{\"input\":5}",)"
                                R"("langfuse.observation.cost_details":"{\"total\":0.5}"})"}});
    QCOMPARE(*run.errors.front().message, QByteArray("too long"));
    QCOMPARE(objectOf(run.steps.front().reasoning)[u"cost_usd"].toDouble(), 0.5);
    QCOMPARE(objectOf(run.run.metadata)[u"input_tokens"].toInt(), 5);
}

void TestOtlpMapper::theRunIsCalledAsTheTraceIs_data()
{
    QTest::addColumn<QByteArray>("span");
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("span") << QByteArray("plan") << QByteArray("{}") << QByteArray("plan");
    QTest::newRow("prefix") << QByteArray("invoke_agent shopper") << QByteArray("{}")
                            << QByteArray("shopper");
    QTest::newRow("suffix") << QByteArray("pick.workflow") << QByteArray("{}")
                            << QByteArray("pick");
    QTest::newRow("trace") << QByteArray("plan") << QByteArray(R"({"langfuse.trace.name":"best"})")
                           << QByteArray("best");
    QTest::newRow("workflow") << QByteArray("plan")
                              << QByteArray(R"({"gen_ai.workflow.name":"flow"})")
                              << QByteArray("flow");
}

void TestOtlpMapper::theRunIsCalledAsTheTraceIs()
{
    QFETCH(QByteArray, span);
    QFETCH(QByteArray, attributes);
    QFETCH(QByteArray, name);
    const MappedTrace run = mapped({SpanText{.name = span, .attributes = attributes}});
    QCOMPARE(*run.run.pipelineName, name);
}

void TestOtlpMapper::unknownSpansAreKeptWithTheirPlace()
{
    const MappedTrace run = mapped({SpanText{.id = 1, .name = "root"},
                                    SpanText{.id = 2, .parent = 1, .name = "mystery"},
                                    SpanText{.id = 3, .parent = 2, .name = "inner"}});
    QCOMPARE(namesOf(run), (QStringList{QStringLiteral("mystery"), QStringLiteral("inner")}));
    QCOMPARE(*run.steps[0].type, StepType::Other);
    QCOMPARE(originOf(run.steps[0]).typeSource, TypeSource::Default);
    QVERIFY(run.steps[0].parentId.isNull());
    QCOMPARE(*run.steps[1].parentId, *run.steps[0].id);
}

QTEST_GUILESS_MAIN(TestOtlpMapper)
#include "tst_otlp_mapper.moc"
