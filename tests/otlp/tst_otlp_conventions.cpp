// SPDX-License-Identifier: GPL-3.0-or-later
// What each SDK's way of describing a span comes to: a table, a row a kind of span. Real recordings
// are in tst_otlp_captures; here is what they do not have.

#include "tests/otlp/traces.h"

#include <QTest>

using namespace xray;
using namespace xray::test;

class TestOtlpConventions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSpanIsWhatItsSdkMeans_data();
    void aSpanIsWhatItsSdkMeans();
    void payloadsComeFromWhereverASdkPutsThem_data();
    void payloadsComeFromWhereverASdkPutsThem();
    void figuresHaveOneNameWhoeverWritesThem_data();
    void figuresHaveOneNameWhoeverWritesThem();
    void whatAModelThoughtIsTheReasoning_data();
    void whatAModelThoughtIsTheReasoning();
    void tokensOfTheRunAreThoseOfTheInnermostCalls();
    void aRunHasTheSessionAndEnvironmentThatAnySpanSays();
};

namespace {

/// The step that one span below a plain root makes.
StepEvent stepOf(const QByteArray &name, const QByteArray &attributes, const QByteArray &more = {})
{
    const MappedTrace run = mapped(
        {SpanText{.id = 1, .name = "root"},
         SpanText{.id = 2, .parent = 1, .name = name, .attributes = attributes, .more = more}});
    Q_ASSERT(run.steps.size() == 1);
    return run.steps.front();
}

/// "LLM openinference llm kind", with "plumbing" behind it.
QString roleText(const StepEvent &step)
{
    const StepOrigin origin = originOf(step);
    return QStringLiteral("%1 %2 %3 %4%5")
        .arg(QLatin1String(toWord(origin.role)), QLatin1String(toWord(origin.convention)),
             QLatin1String(toWord(*step.type)), QLatin1String(toWord(origin.typeSource)),
             origin.isPlumbing ? QStringLiteral(" plumbing") : QString());
}

/// Span events, each an object with the event's "name" and otherwise its attributes.
QByteArray eventsText(std::initializer_list<std::pair<const char *, const char *>> events)
{
    QByteArrayList list;
    for (const auto &[name, attributes] : events)
        list << R"({"name":")" + QByteArray(name) + R"(","attributes":)" +
                    attributesText(attributes) + '}';
    return R"(,"events":[)" + list.join(',') + ']';
}

} // namespace

void TestOtlpConventions::aSpanIsWhatItsSdkMeans_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *attributes, const char *expected) {
        QTest::addRow("%s %s", name, attributes)
            << QByteArray(name) << QByteArray(attributes) << QString::fromLatin1(expected);
    };
    const auto openInference = [&](const char *kind, const char *expected) {
        const QByteArray attributes =
            R"({"openinference.span.kind":")" + QByteArray(kind) + R"("})";
        row("x", attributes.constData(), expected);
    };
    openInference("LLM", "LLM openinference llm kind");
    openInference("EMBEDDING", "EMBEDDING openinference llm kind");
    openInference("TOOL", "TOOL openinference api kind");
    openInference("RETRIEVER", "RETRIEVER openinference api kind");
    openInference("RERANKER", "RERANKER openinference ranking kind");
    openInference("GUARDRAIL", "GUARDRAIL openinference filter kind");
    openInference("EVALUATOR", "EVALUATOR openinference analysis kind");
    openInference("PROMPT", "PROMPT openinference other kind plumbing");
    openInference("CHAIN", "CHAIN openinference other default");
    openInference("AGENT", "AGENT openinference other default");

    const auto langfuse = [&](const char *type, const char *expected) {
        const QByteArray attributes =
            R"({"langfuse.observation.type":")" + QByteArray(type) + R"("})";
        row("x", attributes.constData(), expected);
    };
    langfuse("generation", "LLM langfuse llm kind");
    langfuse("embedding", "EMBEDDING langfuse llm kind");
    langfuse("tool", "TOOL langfuse api kind");
    langfuse("retriever", "RETRIEVER langfuse api kind");
    langfuse("guardrail", "GUARDRAIL langfuse filter kind");
    langfuse("evaluator", "EVALUATOR langfuse analysis kind");
    langfuse("chain", "CHAIN langfuse other default");
    langfuse("agent", "AGENT langfuse other default");

    const auto genAi = [&](const char *name, const char *operation, const char *expected) {
        const QByteArray attributes =
            R"({"gen_ai.operation.name":")" + QByteArray(operation) + R"("})";
        row(name, attributes.constData(), expected);
    };
    genAi("x", "chat", "LLM gen_ai llm kind");
    genAi("x", "text_completion", "LLM gen_ai llm kind");
    genAi("x", "generate_content", "LLM gen_ai llm kind");
    genAi("x", "embeddings", "EMBEDDING gen_ai llm kind");
    genAi("x", "execute_tool", "TOOL gen_ai api kind");
    genAi("x", "retrieval", "RETRIEVER gen_ai api kind");
    genAi("x", "search_memory", "RETRIEVER gen_ai api kind");
    genAi("x", "rerank", "RERANKER gen_ai ranking kind");
    genAi("x", "agent_step", "CHAIN gen_ai other default");
    genAi("step 2", "agent_step", "CHAIN gen_ai other default plumbing");
    genAi("invoke_agent judge", "invoke_agent", "AGENT gen_ai analysis name");

    const auto aiSdk = [&](const char *operation, const char *expected) {
        const QByteArray attributes = R"({"ai.operationId":")" + QByteArray(operation) + R"("})";
        row(operation, attributes.constData(), expected);
    };
    aiSdk("ai.generateText", "AGENT ai-sdk other default");
    aiSdk("ai.generateText.doGenerate", "LLM ai-sdk llm kind");
    aiSdk("ai.streamText.doStream", "LLM ai-sdk llm kind");
    aiSdk("ai.embedMany", "CHAIN ai-sdk other default");
    aiSdk("ai.embedMany.doEmbed", "EMBEDDING ai-sdk llm kind");
    aiSdk("ai.toolCall", "TOOL ai-sdk api kind");
    aiSdk("ai.rerank", "RERANKER ai-sdk ranking kind");
    aiSdk("ai.rerank.doRerank", "RERANKER ai-sdk ranking kind");

    row("x", R"({"traceloop.span.kind":"tool"})", "TOOL traceloop api kind");
    row("filter.task", R"({"traceloop.span.kind":"task"})", "CHAIN traceloop filter name");
    row("x.agent", R"({"traceloop.span.kind":"agent","gen_ai.agent.name":"report writer"})",
        "AGENT traceloop analysis name");
    // Strands gives the spans of its loop no kind.
    row("execute_agent_loop_cycle", "{}", "UNKNOWN none other default");
    row("x", R"({"db.system.name":"postgresql"})", "DB db api kind");
    row("GET", R"({"http.request.method":"GET"})", "HTTP http api kind");
    // The first that says something counts.
    row("x", R"({"gen_ai.operation.name":"chat","openinference.span.kind":"TOOL"})",
        "TOOL openinference api kind");
    row("x", R"({"http.request.method":"POST","gen_ai.operation.name":"chat"})",
        "LLM gen_ai llm kind");
}

void TestOtlpConventions::aSpanIsWhatItsSdkMeans()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, attributes);
    QTEST(roleText(stepOf(name, attributes)), "expected");
}

void TestOtlpConventions::payloadsComeFromWhereverASdkPutsThem_data()
{
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<JsonText>("input");
    QTest::addColumn<JsonText>("output");
    const auto row = [](const char *name, const char *attributes, const char *input,
                        const char *output, const QByteArray &more = {}) {
        QTest::newRow(name) << QByteArray(attributes) << more << JsonText(input)
                            << JsonText(output);
    };
    row("OpenInference", R"({"input.value":"{\"q\":1}","output.value":"yes"})", R"({"q":1})",
        R"({"text":"yes"})");
    row("gen_ai messages, with instructions",
        R"({"gen_ai.input.messages":"[{\"role\":\"user\"}]","gen_ai.system_instructions":"[\"be terse\"]",)"
        R"("gen_ai.output.messages":"[{\"role\":\"assistant\"}]"})",
        R"({"messages":[{"role":"user"}],"system":["be terse"]})",
        R"({"messages":[{"role":"assistant"}]})");
    row("gen_ai tool",
        R"({"gen_ai.tool.call.arguments":"{\"q\":\"bottle\"}","gen_ai.tool.call.result":"[1,2]"})",
        R"({"q":"bottle"})", R"({"result":[1,2]})");
    row("AI SDK call", R"({"ai.prompt":"{\"prompt\":\"hi\"}","ai.response.text":"ho"})",
        R"({"prompt":"hi"})", R"({"text":"ho"})");
    row("AI SDK call with tools",
        R"({"ai.prompt.messages":"[{\"role\":\"user\"}]","ai.response.toolCalls":"[{\"toolName\":\"t\"}]"})",
        R"({"messages":[{"role":"user"}]})", R"({"tool_calls":[{"toolName":"t"}]})");
    row("AI SDK object", R"({"ai.prompt":"\"hi\"","ai.response.object":"{\"a\":1}"})",
        R"({"prompt":"hi"})", R"({"a":1})");
    row("AI SDK tool", R"({"ai.toolCall.args":"{\"q\":1}","ai.toolCall.result":"\"found\""})",
        R"({"q":1})", R"({"result":"found"})");
    row("Traceloop",
        R"({"traceloop.entity.input":"{\"args\":[],\"kwargs\":{\"q\":1}}","traceloop.entity.output":"{\"n\":2}"})",
        R"({"args":[],"kwargs":{"q":1}})", R"({"n":2})");
    row("Langfuse",
        R"({"langfuse.observation.input":"{\"q\":1}","langfuse.observation.output":"[1]"})",
        R"({"q":1})", R"({"value":[1]})");
    row("Strands", "{}",
        R"({"messages":[{"role":"user","content":"[{\"text\":\"q\"}]"},)"
        R"({"role":"tool","content":"42"}]})",
        R"({"messages":[{"finish_reason":"end_turn","message":"done"}]})",
        eventsText({{"gen_ai.user.message", R"({"content":"[{\"text\":\"q\"}]"})"},
                    {"gen_ai.tool.message", R"({"content":"42"})"},
                    {"gen_ai.choice", R"({"finish_reason":"end_turn","message":"done"})"}}));
    row("flattened, tool calls too",
        R"({"llm.input_messages.0.message.role":"user",)"
        R"("llm.output_messages.0.message.role":"assistant",)"
        R"("llm.output_messages.0.message.tool_calls.0.tool_call.function.name":"search",)"
        R"("llm.output_messages.0.message.tool_calls.1.tool_call.function.name":"rank"})",
        R"({"messages":[{"role":"user"}]})",
        R"({"messages":[{"role":"assistant","tool_calls":[{"function.name":"search"},)"
        R"({"function.name":"rank"}]}]})");
    row("LangChain's own objects, and the messages in them",
        R"({"input.value":"{\"messages\":[[{\"lc\":1,\"type\":\"constructor\"}]]}",)"
        R"("llm.input_messages.0.message.content":"q",)"
        R"("output.value":"{\"generations\":[[{\"message\":{\"lc\": 1, \"type\":\"constructor\"}}]]}",)"
        R"("llm.output_messages.0.message.content":"a"})",
        R"({"messages":[{"content":"q"}]})", R"({"messages":[{"content":"a"}]})");
    row("the first that is there counts",
        R"({"langfuse.observation.input":"1","input.value":"2","gen_ai.output.messages":"[3]","output.value":"4"})",
        R"({"value":2})", R"({"value":4})");
}

void TestOtlpConventions::payloadsComeFromWhereverASdkPutsThem()
{
    QFETCH(QByteArray, attributes);
    QFETCH(QByteArray, more);
    const StepEvent step = stepOf("x", attributes, more);
    QTEST(step.input.hasValue() ? *step.input : JsonText(), "input");
    QTEST(step.output.hasValue() ? *step.output : JsonText(), "output");
}

void TestOtlpConventions::figuresHaveOneNameWhoeverWritesThem_data()
{
    QTest::addColumn<QByteArray>("attributes");
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("value");
    const auto row = [](const char *attributes, const char *name, double value,
                        const QByteArray &more = {}) {
        QTest::addRow("%s from %s", name, attributes)
            << QByteArray(attributes) << more << QString::fromLatin1(name) << value;
    };
    row(R"({"llm.token_count.prompt":5})", "input_tokens", 5);
    row(R"({"gen_ai.usage.input_tokens":5,"gen_ai.usage.prompt_tokens":6})", "input_tokens", 5);
    row(R"({"gen_ai.usage.prompt_tokens":6})", "input_tokens", 6);
    row(R"({"ai.usage.promptTokens":7})", "input_tokens", 7);
    row(R"({"langfuse.observation.usage_details":"{\"input\":8,\"output\":9}"})", "output_tokens",
        9);
    row(R"({"ai.usage.outputTokens":20.0})", "output_tokens", 20);
    row(R"({"llm.token_count.prompt_details.cache_read":3})", "cached_tokens", 3);
    row(R"({"llm.token_count.completion_details.reasoning":4})", "reasoning_tokens", 4);
    row(R"({"llm.cost.total":0.25})", "cost_usd", 0.25);
    row(R"({"langfuse.observation.cost_details":"{\"total\":0.5}"})", "cost_usd", 0.5);
    row(R"({"gen_ai.response.time_to_first_chunk":0.25})", "ttft_ms", 250);
    row("{}", "ttft_ms", 12.5,
        eventsText({{"ai.stream.firstChunk", R"({"ai.response.msToFirstChunk":12.5})"}}));
    row(R"({"http.response.status_code":"200"})", "http_status", 200);
    row(R"({"gen_ai.evaluation.score.value":0.7})", "score", 0.7);
    row(R"({"langfuse.observation.metadata.confidence":"37.5"})", "confidence", 37.5);
    row(R"({"xray.metric.percentage_eliminated":90})", "percentage_eliminated", 90);
    row(R"({"output.value":"{\"confidence\":0.4}"})", "confidence", 0.4);
    row(R"({"gen_ai.request.temperature":0.3})", "temperature", 0.3);
    row(R"({"app.candidates":12})", "app.candidates", 12);
}

void TestOtlpConventions::figuresHaveOneNameWhoeverWritesThem()
{
    QFETCH(QByteArray, attributes);
    QFETCH(QByteArray, more);
    QFETCH(QString, name);
    const StepEvent step = stepOf("x", attributes, more);
    QTEST(objectOf(step.reasoning)[name].toDouble(), "value");
}

void TestOtlpConventions::whatAModelThoughtIsTheReasoning_data()
{
    QTest::addColumn<QByteArray>("attributes");
    const auto row = [](const char *name, const char *attributes) {
        QTest::newRow(name) << QByteArray(attributes);
    };
    row("a part of a message",
        R"({"gen_ai.output.messages":"[{\"parts\":[{\"type\":\"reasoning\",\"content\":\"why\"}]}]"})");
    row("AI SDK", R"({"ai.response.reasoning":"why"})");
    row("an evaluator", R"({"gen_ai.evaluation.explanation":"why"})");
    row("the output says so", R"({"output.value":"{\"reasoning\":\"why\"}"})");
}

void TestOtlpConventions::whatAModelThoughtIsTheReasoning()
{
    QFETCH(QByteArray, attributes);
    const StepEvent step = stepOf("x", attributes);
    QCOMPARE(objectOf(step.reasoning)[u"reasoning"].toString(), QStringLiteral("why"));
}

void TestOtlpConventions::tokensOfTheRunAreThoseOfTheInnermostCalls()
{
    // The AI SDK repeats the sum on the span around, and embeddings come as a span in a span.
    const MappedTrace run = mapped({
        SpanText{.id = 1,
                 .name = "invoke_agent x",
                 .attributes = R"({"gen_ai.operation.name":"invoke_agent",)"
                               R"("gen_ai.usage.input_tokens":30})"},
        SpanText{.id = 2,
                 .parent = 1,
                 .name = "chat",
                 .attributes =
                     R"({"gen_ai.operation.name":"chat","gen_ai.usage.input_tokens":20})"},
        SpanText{.id = 3,
                 .parent = 1,
                 .name = "embeddings",
                 .attributes =
                     R"({"gen_ai.operation.name":"embeddings","gen_ai.usage.input_tokens":10})"},
        SpanText{.id = 4,
                 .parent = 3,
                 .name = "embeddings",
                 .attributes =
                     R"({"gen_ai.operation.name":"embeddings","gen_ai.usage.input_tokens":10})"},
    });
    QCOMPARE(objectOf(run.run.metadata)[u"input_tokens"].toInt(), 30);
}

void TestOtlpConventions::aRunHasTheSessionAndEnvironmentThatAnySpanSays()
{
    for (const char *key : {"session.id", "gen_ai.conversation.id", "langfuse.session.id",
                            "traceloop.association.properties.session_id"}) {
        const QByteArray attributes =
            R"({"langfuse.environment":"staging",")" + QByteArray(key) + R"(":"s-1"})";
        const MappedTrace run =
            mapped({SpanText{.id = 1, .name = "root"},
                    SpanText{.id = 2, .parent = 1, .name = "x", .attributes = attributes}});
        QCOMPARE(*run.run.session, QByteArray("s-1"));
        QCOMPARE(*run.run.environment, QByteArray("staging"));
    }
}

QTEST_GUILESS_MAIN(TestOtlpConventions)
#include "tst_otlp_conventions.moc"
