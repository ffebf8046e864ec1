// SPDX-License-Identifier: GPL-3.0-or-later
// What a rules file may say, and that it is done.

#include <model/otlp/decode.h>
#include <model/otlp/mapper.h>

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace xray;
using namespace xray::otlp;

class TestOtlpRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noTextIsNoRules();
    void aRuleOverridesTheType();
    void aRuleThatDoesNotFitChangesNothing();
    void namesAreReplaced();
    void aNumberGetsAnotherNameOrNone();
    void aMistakeIsSaidWithItsPlace_data();
    void aMistakeIsSaidWithItsPlace();
    void aSlipOfThePenIsSaidWithItsLine();
};

namespace {

/// A run of one step "judge_7" below "root_1", with a number.
MappedTrace mappedUnder(const QByteArray &rules)
{
    const auto read = readRules(rules);
    const auto decoded = decodeTraces(
        R"({"resourceSpans":[{"scopeSpans":[{"spans":[)"
        R"({"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"0000000000000001",)"
        R"("name":"root_1"},{"traceId":"0af7651916cd43dd8448eb211c80319c",)"
        R"("spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"judge_7",)"
        R"("attributes":[{"key":"app.size","value":{"intValue":3}}]}]}]}]})",
        Encoding::Json);
    Q_ASSERT(read.ok() && decoded.ok());
    std::vector<StoredSpan> spans;
    for (const RawSpan &span : decoded->spans)
        spans.push_back({qint64(spans.size()) + 1, span});
    return makeMapper(*read)->map(decoded->spans.front().executionId, spans);
}

QJsonObject reasoningOf(const MappedTrace &run)
{
    const Field<JsonText> &text = run.steps.front().reasoning;
    return text.hasValue() ? QJsonDocument::fromJson(*text).object() : QJsonObject();
}

} // namespace

void TestOtlpRules::noTextIsNoRules()
{
    const auto rules = readRules("  ");
    QVERIFY(rules.ok());
    QVERIFY(rules->types.empty() && rules->metrics.empty());
}

void TestOtlpRules::aRuleOverridesTheType()
{
    const MappedTrace run =
        mappedUnder(R"({"types":[{"span":"^judge_","kind":"UNKNOWN","type":"filter"}]})");
    QCOMPARE(*run.steps.front().type, StepType::Filter);
    QCOMPARE(stepOriginFromJson(run.steps.front().origin)->typeSource, TypeSource::Rule);
}

void TestOtlpRules::aRuleThatDoesNotFitChangesNothing()
{
    const MappedTrace run =
        mappedUnder(R"({"types":[{"span":"^judge_","kind":"LLM","type":"filter"},)"
                    R"({"service":"elsewhere","type":"api"}]})");
    QCOMPARE(*run.steps.front().type, StepType::Analysis);
}

void TestOtlpRules::namesAreReplaced()
{
    const MappedTrace run =
        mappedUnder(R"({"steps":[{"span":"^(judge)_\\d+$","name":"\\1"}],)"
                    R"("pipelines":[{"span":"^root_(\\d)$","name":"run \\1"}]})");
    QCOMPARE(*run.steps.front().name, QByteArray("judge"));
    QCOMPARE(*run.run.pipelineName, QByteArray("run 1"));
}

void TestOtlpRules::aNumberGetsAnotherNameOrNone()
{
    const QByteArray renamed = R"({"metrics":[{"attribute":"app.size","metric":"size"}]})";
    QCOMPARE(reasoningOf(mappedUnder(renamed)).keys(), QStringList{QStringLiteral("size")});
    const QByteArray none = R"({"metrics":[{"attribute":"app.size","metric":""}]})";
    QVERIFY(reasoningOf(mappedUnder(none)).isEmpty());
}

void TestOtlpRules::aMistakeIsSaidWithItsPlace_data()
{
    QTest::addColumn<QByteArray>("rules");
    QTest::addColumn<QString>("field");
    const auto row = [](const char *name, const char *rules, const char *field) {
        QTest::newRow(name) << QByteArray(rules) << QString::fromLatin1(field);
    };
    row("no JSON", "types:", "");
    row("no object", "[]", "The file");
    row("unknown list", R"({"typs":[]})", "The file");
    row("no list", R"({"types":{}})", "types");
    row("unknown member", R"({"types":[{"spam":"x","type":"llm"}]})", "types[0]");
    row("unknown type", R"({"types":[{"type":"llm"},{"type":"magic"}]})", "types[1].type");
    row("unknown kind", R"({"types":[{"kind":"MAGIC","type":"llm"}]})", "types[0].kind");
    row("no expression", R"({"steps":[{"span":"(","name":"x"}]})", "steps[0].span");
    row("no name", R"({"pipelines":[{"span":"x"}]})", "pipelines[0]");
    row("no metric", R"({"metrics":[{"attribute":"x"}]})", "metrics[0]");
    row("number for a service", R"({"types":[{"service":5,"type":"llm"}]})", "types[0].service");
    row("list for a pattern", R"({"steps":[{"span":["x"],"name":"y"}]})", "steps[0].span");
}

void TestOtlpRules::aMistakeIsSaidWithItsPlace()
{
    QFETCH(QByteArray, rules);
    QFETCH(QString, field);
    const auto read = readRules(rules);
    QVERIFY(!read.ok());
    QCOMPARE(read.error().field, field);
    QVERIFY(!read.error().message.isEmpty());
}

void TestOtlpRules::aSlipOfThePenIsSaidWithItsLine()
{
    const auto read = readRules("{\n  \"types\": [\n    { \"type\": llm }\n  ]\n}\n");
    QVERIFY(!read.ok());
    QCOMPARE(read.error().line, std::optional(3));
    QVERIFY2(read.error().message.startsWith(QLatin1String("Line 3 is no JSON: ")),
             qPrintable(read.error().message));
}

QTEST_GUILESS_MAIN(TestOtlpRules)
#include "tst_otlp_rules.moc"
