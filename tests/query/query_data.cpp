// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/query/query_data.h"

#include "tests/query/random_query.h"

#include <model/core/json_escape.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <functional>

namespace xray::test {

using namespace xray::query;

namespace {

ExecutionId runId(qint64 row)
{
    const QString text =
        QStringLiteral("00000000-0000-0000-0000-%1").arg(row, 12, 10, QLatin1Char('0'));
    return ExecutionId::fromText(text.toStdString()).value_or(ExecutionId());
}

StepId stepId(qint64 row)
{
    const QString text =
        QStringLiteral("00000000-0000-0000-0001-%1").arg(row, 12, 10, QLatin1Char('0'));
    return StepId::fromText(text.toStdString()).value_or(StepId());
}

/// A string is JSON text as it stands, so that a case can say what no parser would keep.
QByteArray jsonText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString().toUtf8();
    return value.isObject() ? QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact)
                            : QByteArray();
}

std::optional<qint64> minutesAsNs(const QJsonValue &value)
{
    if (!value.isDouble())
        return std::nullopt;
    return qint64(value.toDouble() * double(kNsPerMinute));
}

std::optional<qint64> millisecondsAsNs(const QJsonValue &value)
{
    if (!value.isDouble())
        return std::nullopt;
    return qint64(value.toDouble() * double(kNsPerMs));
}

std::optional<TimeNs> timeOf(const QJsonValue &minutesFromNow)
{
    const auto offset = minutesAsNs(minutesFromNow);
    return offset ? std::optional(kQueryNow + *offset) : std::nullopt;
}

std::string wordOf(const QJsonObject &json, const char *key, const char *otherwise)
{
    return json[QLatin1String(key)].toString(QLatin1String(otherwise)).toStdString();
}

Step stepFrom(const QJsonObject &json)
{
    Step step;
    step.name = json[QLatin1String("name")].toString(QStringLiteral("step"));
    step.type = stepTypeFromWord(wordOf(json, "type", "other")).value_or(StepType::Other);
    step.status =
        stepStatusFromWord(wordOf(json, "status", "completed")).value_or(StepStatus::Completed);
    step.startedAt = timeOf(json[QLatin1String("started")]).value_or(kQueryNow);
    step.endedAt = timeOf(json[QLatin1String("ended")]);
    step.duration = millisecondsAsNs(json[QLatin1String("ms")]);
    step.errorCount = json[QLatin1String("errors")].toInt();
    const QJsonObject metrics = json[QLatin1String("metrics")].toObject();
    for (auto it = metrics.begin(); it != metrics.end(); ++it)
        step.metrics.push_back({it.key(), it.value().toDouble()});
    const QString issue = json[QLatin1String("issue")].toString();
    if (!issue.isEmpty())
        step.issues.push_back(
            {severityFromWord(issue.toStdString()).value_or(Severity::Warning), {}, {}, {}});
    return step;
}

Execution runFrom(const QJsonObject &json)
{
    Execution run;
    run.pipelineName = json[QLatin1String("pipeline")].toString(QStringLiteral("p"));
    run.environment = json[QLatin1String("environment")].toString();
    run.trigger = jsonText(json[QLatin1String("trigger")]);
    run.status =
        runStatusFromWord(wordOf(json, "status", "completed")).value_or(RunStatus::Completed);
    run.startedAt = timeOf(json[QLatin1String("started")]).value_or(kQueryNow);
    run.endedAt = timeOf(json[QLatin1String("ended")]);
    run.duration = millisecondsAsNs(json[QLatin1String("ms")]);
    run.metadata = jsonText(json[QLatin1String("metadata")]);
    for (const QJsonValue &tag : json[QLatin1String("tags")].toArray())
        run.tags += tag.toString();
    run.session = json[QLatin1String("session")].toString();
    run.errorCount = json[QLatin1String("errors")].toInt();
    return run;
}

/// Gives rows, ids and counts by the place in the data. Steps lie apart, over several zones of the
/// metric index.
void number(QueryData &data)
{
    qint64 runRow = 0;
    qint64 stepRow = 0;
    for (DataRun &run : data) {
        run.run.row = {++runRow};
        run.run.id = runId(runRow);
        run.run.stepCount = qint64(run.steps.size());
        qint64 index = 0;
        for (DataStep &step : run.steps) {
            step.step.row = {stepRow += 100};
            step.step.id = stepId(stepRow);
            step.step.index = ++index;
            step.step.executionRow = run.run.row;
            step.step.executionId = run.run.id;
        }
    }
}

/// Values out of the same pools as those of RandomQueries.
class RandomRuns
{
public:
    explicit RandomRuns(quint32 seed)
        : m_random(seed)
    {
    }

    DataRun next()
    {
        DataRun data;
        Execution &run = data.run;
        run.pipelineName = text(kWords);
        run.environment = chance(3) ? QString() : text(kWords);
        run.trigger = one(kTriggers);
        run.status = RunStatus(below(kRunStatusCount));
        run.startedAt = moment();
        run.endedAt = chance(3) ? std::nullopt : std::optional(moment());
        run.duration = duration();
        run.metadata = chance(3) ? QByteArray() : payload();
        for (int i = below(3); i > 0; --i)
            run.tags += text(kWords);
        run.tags.removeDuplicates();
        run.session = chance(2) ? QString() : text(kWords);
        run.errorCount = chance(2) ? 0 : below(3);
        for (int i = below(5); i > 0; --i)
            data.steps.push_back({{}, step(), {payload(), payload(), payload()}});
        return data;
    }

private:
    static constexpr std::array kWords = {"alpha",      "beta",          "prod", "filter_brand",
                                          "Stand 2000", "true",          "12",   "and",
                                          "Ärger",      "MACBOOK straße"};
    static constexpr std::array kMetrics = {"score", "confidence", "nested.depth",
                                            "type",  "odd name",   "и"};
    static constexpr std::array kNumbers = {0.0, 1.0, -1.0, 0.5, 2.0, 90.0, 1e300, -1e-9, 3.25};
    static constexpr std::array kTriggers = {"", "\"alpha\"", "{\"by\":\"beta\"}", "\"12\""};
    static constexpr std::array kKeys = {
        "title", "count", "nested", "list", "flag", "none", "a.b", "a", "odd \\\"key\\\"", "b"};
    static constexpr std::array kValues = {"1",
                                           "0.5",
                                           "-2e0",
                                           "true",
                                           "false",
                                           "null",
                                           "\"alpha\"",
                                           "\"MacBook Stand\"",
                                           "90",
                                           "\"12\"",
                                           "\"stra\\u00dfe\"",
                                           "\"a\\nb\"",
                                           "\"\"",
                                           "[]",
                                           "[1,\"beta\",{\"b\":\"Stand\"}]",
                                           "\"\\ud83d\\ude00\"",
                                           "\"\\ud83d\"",
                                           "{}",
                                           "{\"depth\":2}",
                                           "{\"b\":\"x\\\"y\",\"depth\":null}",
                                           "1e999",
                                           "[null,2]",
                                           "9007199254740993",
                                           "-0",
                                           "\"\xC4\xB0i\"",
                                           "\"\\\\\""};

    int below(int bound) { return m_random.bounded(bound); }
    bool chance(int of) { return below(of) == 0; }
    template<class Pool>
    const char *one(const Pool &pool)
    {
        return pool[static_cast<std::size_t>(below(int(pool.size())))];
    }
    template<class Pool>
    QString text(const Pool &pool)
    {
        return QString::fromUtf8(one(pool));
    }

    TimeNs moment() { return kQueryNow + (below(20) - 10) * kNsPerMinute + below(3); }
    std::optional<DurationNs> duration()
    {
        return chance(3) ? std::nullopt : std::optional<DurationNs>(below(40) * 50 * kNsPerMs);
    }

    QByteArray payload()
    {
        if (chance(5))
            return {};
        QByteArray json = "{";
        for (int i = below(6); i > 0; --i) {
            json += json.size() > 1 ? "," : "";
            json += '"' + QByteArray(one(kKeys)) + "\":" + one(kValues);
        }
        return json + '}';
    }

    Step step()
    {
        Step step;
        step.name = text(kWords);
        step.type = StepType(below(kStepTypeCount));
        step.status = StepStatus(below(3));
        step.startedAt = moment();
        step.endedAt = chance(3) ? std::nullopt : std::optional(moment());
        step.duration = duration();
        step.errorCount = chance(2) ? 0 : 1;
        for (const char *metric : kMetrics) {
            const auto value = kNumbers[static_cast<std::size_t>(below(int(kNumbers.size())))];
            if (chance(2))
                step.metrics.push_back({QString::fromUtf8(metric), value});
        }
        if (chance(3))
            step.issues.push_back({Severity(below(3)), {}, {}, {}});
        return step;
    }

    QRandomGenerator m_random;
};

std::vector<const DataRun *> inListOrder(const QueryData &data)
{
    std::vector<const DataRun *> runs;
    for (const DataRun &run : data)
        runs.push_back(&run);
    std::ranges::sort(runs, std::ranges::greater(), [](const DataRun *run) {
        return std::pair(run->run.startedAt, run->run.id);
    });
    return runs;
}

} // namespace

QueryData dataFromJson(const QJsonArray &runs)
{
    QueryData data;
    for (const QJsonValue &value : runs) {
        const QJsonObject json = value.toObject();
        DataRun run{json[QLatin1String("label")].toString(), runFrom(json), {}};
        for (const QJsonValue &stepValue : json[QLatin1String("steps")].toArray()) {
            const QJsonObject step = stepValue.toObject();
            const auto payload = [&](const char *key) {
                return jsonText(step[QLatin1String(key)]);
            };
            run.steps.push_back({step[QLatin1String("label")].toString(),
                                 stepFrom(step),
                                 {payload("input"), payload("output"), payload("reasoning")}});
        }
        data.push_back(std::move(run));
    }
    number(data);
    return data;
}

QueryData randomData(quint32 seed, int runs)
{
    RandomRuns random(seed);
    QueryData data;
    for (int i = 0; i < runs; ++i)
        data.push_back(random.next());
    number(data);
    return data;
}

std::vector<StepFacts> factsOf(const DataRun &run)
{
    std::vector<StepFacts> facts;
    for (const DataStep &step : run.steps)
        facts.push_back({step.step, step.payloads});
    return facts;
}

std::vector<qint64> evaluated(const Query &query, const QueryData &data)
{
    const Evaluator evaluator(query, kQueryNow);
    std::vector<qint64> rows;
    for (const DataRun *run : inListOrder(data)) {
        const auto facts = factsOf(*run);
        if (query.subject == Subject::Runs && evaluator.matches(run->run, facts))
            rows.push_back(run->run.row.value);
        if (query.subject == Subject::Runs)
            continue;
        for (const StepFacts &step : facts) {
            if (evaluator.matches(step, run->run))
                rows.push_back(step.step.row.value);
        }
    }
    if (query.subject == Subject::Steps)
        std::ranges::sort(rows, std::ranges::greater());
    return rows;
}

QByteArray tagsJson(const QStringList &tags)
{
    QByteArray json;
    for (const QString &tag : tags) {
        json += json.isEmpty() ? '[' : ',';
        appendJsonString(json, tag.toUtf8());
    }
    return json.isEmpty() ? json : json + ']';
}

QByteArray issuesJson(const std::vector<Issue> &issues)
{
    QByteArray json;
    for (const Issue &issue : issues)
        json += QByteArray(json.isEmpty() ? "[" : ",") + "{\"severity\":\"" +
                toWord(issue.severity) + "\"}";
    return json.isEmpty() ? json : json + ']';
}

QStringList labelsOf(Subject subject, const std::vector<qint64> &rows, const QueryData &data)
{
    QStringList labels;
    for (const qint64 row : rows) {
        for (const DataRun &run : data) {
            if (subject == Subject::Runs && run.run.row.value == row)
                labels += run.label;
            for (const DataStep &step : run.steps) {
                if (subject == Subject::Steps && step.step.row.value == row)
                    labels += step.label;
            }
        }
    }
    return labels;
}

} // namespace xray::test
