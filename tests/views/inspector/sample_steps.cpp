// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/inspector/sample_steps.h"

#include <cmath>

namespace xray::tests {

namespace {

constexpr TimeNs kStart = 1'732'268'467'218'000'000;

std::shared_ptr<StepDetail> stepDetail(const QString &name, StepType type)
{
    auto detail = std::make_shared<StepDetail>();
    detail->step.id = StepId::newV7();
    detail->step.name = name;
    detail->step.type = type;
    detail->step.index = 3;
    detail->step.status = StepStatus::Completed;
    detail->step.startedAt = kStart;
    detail->step.duration = 1'064 * kNsPerMs;
    return detail;
}

QByteArray decision(const QByteArray &item, const QByteArray &action, double score,
                    const QByteArray &rule, const QByteArray &reason)
{
    return "{\"item\":\"" + item + "\",\"action\":\"" + action +
           "\",\"score\":" + QByteArray::number(score) + ",\"rule\":\"" + rule +
           "\",\"reason\":\"" + reason + "\"}";
}

QByteArray numbered(const char *item, int number)
{
    return QByteArray(item) + ' ' + QByteArray::number(number);
}

QByteArrayList incidentDecisions()
{
    QByteArrayList list{
        decision("MacBook Stand", "dropped", 0.93, "brand_exclude", "contains 'Apple' keyword"),
        decision("Rain Design mStand", "dropped", 0.91, "brand_exclude",
                 "contains 'Apple' keyword"),
        decision("Phone case, shockproof", "kept", 0.44, "relevance", "")};
    for (int i = 3; i < 32; ++i)
        list += decision(numbered("Aluminium stand", i), "dropped", 0.9 - 0.01 * i, "brand_exclude",
                         "contains 'Apple' keyword");
    for (int i = 0; i < 14; ++i)
        list += decision(numbered("Desk riser", i), "dropped", 0.5, "price_range",
                         "120.00 is above 80.00");
    for (int i = 0; i < 4; ++i)
        list += decision(numbered("Tablet holder", i), "kept", 0.4, "relevance", "");
    return list;
}

} // namespace

DetailPtr incidentFilter()
{
    auto detail = stepDetail(QStringLiteral("filter_relevance"), StepType::Filter);
    detail->step.countIn = 50;
    detail->step.countOut = 5;
    detail->step.metrics = {{QStringLiteral("confidence"), 0.41},
                            {QStringLiteral("percentage_eliminated"), 90.0}};
    detail->step.issues = {{Severity::Warning, QStringLiteral("rule_unknown"),
                            QStringLiteral("No rule of this run mentions 'Apple'."),
                            QStringLiteral("reasoning_payload.decisions")}};
    detail->payloads.input = R"({"title":"Laptop Stand","total_candidates":50,"price_max":80.00})";
    detail->payloads.output =
        R"({"remaining_candidates":5,"items":[{"title":"Phone case, shockproof","price":12.90}]})";
    detail->payloads.reasoning =
        R"({"decisions":[)" + incidentDecisions().join(',') +
        R"(],"percentage_eliminated":90.0,"confidence":0.41,"rules_applied":["brand_exclude",)"
        R"("price_range"],"reason":"Excluded item 'MacBook Stand' because it contains 'Apple' )"
        R"(keyword.","prompt":"You judge whether a product is relevant to a search. Answer only )"
        R"(with JSON."})";
    return detail;
}

DetailPtr fiveHundredDecisions()
{
    auto detail = stepDetail(
        QStringLiteral("rank_candidates_by_estimated_relevance_and_margin_with_fallback"),
        StepType::Ranking);
    detail->step.metrics = {{QStringLiteral("score"), 0.871234}};
    const QByteArrayList actions{"kept", "dropped", "selected"};
    QByteArrayList list;
    for (int i = 0; i < 500; ++i)
        list += decision(numbered("人間工学に基づいたノートパソコンスタンド", i),
                         actions[i == 7 ? 2 : i % 2], i * 0.002, numbered("rule", i % 9),
                         "a reason that is rather long, because models like to explain at length");
    list += "\"no decision at all\"";
    detail->payloads.reasoning = "{\"decisions\":[" + list.join(',') + "]}";
    return detail;
}

DetailPtr hugeString()
{
    auto detail = stepDetail(QStringLiteral("summarize"), StepType::Llm);
    const QByteArray sentence = "The model wrote this sentence again and again. ";
    detail->payloads.reasoning = "{\"reasoning\":\"" + sentence.repeated(25'000) + "\"}";
    return detail;
}

DetailPtr longArray()
{
    auto detail = stepDetail(QStringLiteral("search_products"), StepType::Api);
    QByteArrayList items;
    for (int i = 0; i < 10'000; ++i)
        items += "{\"title\":\"Product " + QByteArray::number(i) + "\",\"price\":9.90}";
    detail->payloads.reasoning = R"({"note":"All pages were read."})";
    detail->payloads.output = "{\"items\":[" + items.join(',') + "]}";
    return detail;
}

DetailPtr jsonInString()
{
    auto detail = stepDetail(QStringLiteral("call_tool"), StepType::Api);
    detail->payloads.reasoning = R"({"why":"The tool answered with a text.\n\nIt is JSON."})";
    detail->payloads.output =
        R"({"status":200,"body":"{\"items\":[{\"title\":\"Laptop stand\",\"stock\":null}]}"})";
    return detail;
}

DetailPtr failedStep()
{
    auto detail = stepDetail(QStringLiteral("fetch_reviews"), StepType::Api);
    detail->step.status = StepStatus::Failed;
    detail->step.errorCount = 2;
    ExecutionError error;
    error.id = ErrorId::newV7();
    error.type = QStringLiteral("TimeoutError");
    error.message = QStringLiteral("No answer from reviews.internal after 30 s; 3 attempts");
    error.stack = QStringLiteral("Traceback (most recent call last):\n"
                                 "  File \"pipeline/steps/reviews.py\", line 88, in fetch\n"
                                 "    response = session.get(url, timeout=30)\n"
                                 "TimeoutError: timed out");
    error.occurredAt = kStart;
    detail->errors = {error, error};
    detail->errors[1].type = QStringLiteral("RetryError");
    return detail;
}

DetailPtr silentStep()
{
    return stepDetail(QStringLiteral("post_result"), StepType::Other);
}

DetailPtr manyMetrics()
{
    auto detail = stepDetail(QStringLiteral("analyse"), StepType::Analysis);
    for (int i = 0; i < 12; ++i)
        detail->step.metrics.push_back({QStringLiteral("tokens.group_%1").arg(i), 1234.5678 * i});
    detail->payloads.reasoning = R"({"thoughts":["First this.","Then that."]})";
    return detail;
}

std::shared_ptr<const MetricHistory> historyOf(const MetricHistoryQuery &query)
{
    auto history = std::make_shared<MetricHistory>();
    history->query = query;
    const bool percent = query.metric == QLatin1String("percentage_eliminated");
    for (int i = 0; i < 1'203; ++i) {
        const double wave = 0.5 + 0.5 * std::sin(i * 0.37) * std::cos(i * 0.11);
        history->values.push_back(percent ? 10 + 45 * wave : 0.35 + 0.6 * wave);
    }
    history->values.push_back(percent ? 90 : 0.41);
    return history;
}

} // namespace xray::tests
