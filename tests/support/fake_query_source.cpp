// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fake_query_source.h"

#include <model/query/language.h>

#include <algorithm>
#include <cmath>

namespace xray::test {

namespace {

using namespace xray::query;

constexpr TimeNs kNewest = 1'767'225'600 * kNsPerSecond; // 2026-01-01T00:00:00Z

/// An id that is always the same for the same number.
template<class IdType>
IdType idOf(int number)
{
    Uuid::Bytes bytes{};
    bytes[0] = 1;
    bytes[14] = static_cast<std::uint8_t>(number / 256);
    bytes[15] = static_cast<std::uint8_t>(number % 256);
    return IdType(Uuid(bytes));
}

Step filterStep(int number)
{
    Step step;
    step.type = StepType::Filter;
    step.name = QStringLiteral("filter_candidates");
    const int eliminated = number % 99 + 1;
    step.metrics = {{QStringLiteral("percentage_eliminated"), static_cast<double>(eliminated)}};
    step.countIn = 100;
    step.countOut = 100 - eliminated;
    return step;
}

Step rankingStep(int number)
{
    Step step;
    step.type = StepType::Ranking;
    step.name = QStringLiteral("rank_candidates");
    step.metrics = {{QStringLiteral("confidence"), (number % 100) / 100.0}};
    return step;
}

StepHit sampleHit(int number)
{
    StepHit hit;
    hit.step = number % 2 == 0 ? filterStep(number) : rankingStep(number);
    hit.step.row.value = number;
    hit.step.id = idOf<StepId>(number);
    hit.step.executionId = idOf<ExecutionId>(number / 4);
    hit.step.index = number % 4 + 1;
    hit.step.status = StepStatus::Completed;
    hit.step.startedAt = kNewest + number * kNsPerSecond;
    hit.step.duration = (number % 17 + 1) * 100 * kNsPerMs;
    hit.pipelineName =
        number % 3 == 0 ? QStringLiteral("competitor_selection") : QStringLiteral("categorization");
    hit.environment = QStringLiteral("prod");
    hit.runStatus = RunStatus::Completed;
    hit.runStartedAt = kNewest;
    return hit;
}

bool compares(double left, Operator op, double right)
{
    switch (op) {
    case Operator::Less:
        return left < right;
    case Operator::LessOrEqual:
        return left <= right;
    case Operator::Greater:
        return left > right;
    case Operator::GreaterOrEqual:
        return left >= right;
    default:
        return left == right;
    }
}

bool isWord(const Value &value, const QString &word)
{
    const auto *text = std::get_if<QString>(&value);
    return text && *text == word;
}

bool holds(const Condition &condition, const StepHit &hit)
{
    if (condition.op == Operator::Exists || condition.values.empty())
        return false;
    const Value &value = condition.values.front();
    switch (condition.field.id) {
    case FieldId::Type:
        return isWord(value, QString::fromLatin1(toWord(hit.step.type)));
    case FieldId::Pipeline:
        return isWord(value, hit.pipelineName);
    case FieldId::Metric: {
        const auto own = metricValue(hit.step, condition.field.name);
        const auto *number = std::get_if<double>(&value);
        return own && number && compares(*own, condition.op, *number);
    }
    case FieldId::Duration: {
        const auto *limit = std::get_if<Duration>(&value);
        return limit && hit.step.duration &&
               compares(static_cast<double>(*hit.step.duration), condition.op,
                        static_cast<double>(limit->ns));
    }
    default:
        return true;
    }
}

bool lets(const NodePtr &node, const StepHit &hit)
{
    if (!node)
        return true;
    if (const auto *condition = std::get_if<Condition>(&node->is))
        return holds(*condition, hit);
    if (const auto *negation = std::get_if<Negation>(&node->is))
        return !lets(negation->child, hit);
    if (const auto *group = std::get_if<Group>(&node->is)) {
        const auto holdsToo = [&](const NodePtr &child) { return lets(child, hit); };
        return group->kind == Group::Kind::All ? std::ranges::all_of(group->children, holdsToo)
                                               : std::ranges::any_of(group->children, holdsToo);
    }
    return true;
}

} // namespace

std::vector<StepHit> sampleHits(int count)
{
    std::vector<StepHit> hits;
    for (int number = count; number > 0; --number)
        hits.push_back(sampleHit(number));
    return hits;
}

Catalogue sampleCatalogue()
{
    Catalogue catalogue;
    catalogue.metrics = {{QStringLiteral("percentage_eliminated"), 500, 0, 100, {}},
                         {QStringLiteral("confidence"), 500, 0, 1, {}}};
    catalogue.steps = {{QStringLiteral("filter_candidates"), 500},
                       {QStringLiteral("rank_candidates"), 500}};
    catalogue.pipelines = {{QStringLiteral("competitor_selection"), 400},
                           {QStringLiteral("categorization"), 600}};
    catalogue.environments = {{QStringLiteral("prod"), 1000}};
    catalogue.paths = {QStringLiteral("input.title"),
                       QStringLiteral("output.remaining_candidates")};
    return catalogue;
}

template<class T>
Answer<T> FakeQuerySource::later(const QString &call, const Ticket &ticket, std::function<T()> work)
{
    calls += call;
    auto promise = std::make_shared<QPromise<Answered<T>>>();
    promise->start();
    auto answer = [this, promise, ticket, work = std::move(work)] {
        if (ticket.isCancelled())
            promise->addResult(Error{ErrorCode::Cancelled, QStringLiteral("Cancelled.")});
        else if (failure)
            promise->addResult(*failure);
        else
            promise->addResult(std::make_shared<const T>(work()));
        promise->finish();
    };
    if (answering == Answering::AtOnce)
        answer();
    else
        m_waiting.push_back(std::move(answer));
    return promise->future();
}

void FakeQuerySource::answerNext()
{
    Q_ASSERT(!m_waiting.empty());
    const auto answer = std::move(m_waiting.front());
    m_waiting.pop_front();
    answer();
}

void FakeQuerySource::answerAll()
{
    while (!m_waiting.empty())
        answerNext();
}

std::vector<StepHit> FakeQuerySource::matching(const Query &query) const
{
    std::vector<StepHit> found;
    for (const StepHit &hit : hits) {
        if (lets(query.where, hit))
            found.push_back(hit);
    }
    return found;
}

Answer<StepAnswer> FakeQuerySource::findSteps(StepQuestion question, Ticket ticket)
{
    const QString call = QStringLiteral("findSteps ") + toText(question.query);
    return later<StepAnswer>(call, ticket, [this, question] {
        StepAnswer answer;
        answer.elapsed = 2'100 * kNsPerUs;
        answer.plan = plan;
        for (const StepHit &hit : matching(question.query)) {
            if (question.before && hit.step.row >= *question.before)
                continue;
            answer.more = std::ssize(answer.hits) == question.limit;
            if (answer.more)
                break;
            answer.hits.push_back(hit);
        }
        return answer;
    });
}

Answer<RunAnswer> FakeQuerySource::findRuns(RunQuestion question, Ticket ticket)
{
    const QString call = QStringLiteral("findRuns ") + toText(question.query);
    return later<RunAnswer>(call, ticket, [this] { return RunAnswer{runs, moreRuns, 0, plan}; });
}

Answer<CountAnswer> FakeQuerySource::count(CountQuestion question, Ticket ticket)
{
    const QString call = QStringLiteral("count ") + toText(question.query);
    return later<CountAnswer>(call, ticket, [this, question] {
        const bool ofRuns = question.query.subject == Subject::Runs;
        const auto all =
            static_cast<qint64>(ofRuns ? runs.size() : matching(question.query).size());
        return CountAnswer{std::min(all, question.cap), all > question.cap};
    });
}

Answer<Catalogue> FakeQuerySource::catalogue(Ticket ticket)
{
    return later<Catalogue>(QStringLiteral("catalogue"), ticket,
                            [this] { return catalogueToGive; });
}

Answer<Distribution> FakeQuerySource::distribution(DistributionQuestion question, Ticket ticket)
{
    const QString call = QStringLiteral("distribution ") + question.metric;
    return later<Distribution>(call, ticket, [this, question] {
        Distribution answer;
        const MetricInfo *info = catalogueToGive.metric(question.metric);
        if (!info)
            return answer;
        answer.minimum = info->minimum;
        answer.maximum = info->maximum;
        answer.counts.resize(static_cast<std::size_t>(question.buckets));
        for (const StepHit &hit : hits) {
            const auto value = metricValue(hit.step, question.metric);
            if (!value || (question.type && hit.step.type != *question.type))
                continue;
            const double share = (*value - answer.minimum) / (answer.maximum - answer.minimum);
            const int bucket =
                std::clamp(static_cast<int>(share * question.buckets), 0, question.buckets - 1);
            ++answer.counts[static_cast<std::size_t>(bucket)];
            ++answer.total;
        }
        return answer;
    });
}

Answer<Trend> FakeQuerySource::trend(TrendQuestion question, Ticket ticket)
{
    const QString call = QStringLiteral("trend ") + toText(question.query);
    return later<Trend>(call, ticket, [this, question] {
        Trend trend;
        trend.from = kNewest;
        trend.bucket = kNsPerMinute;
        trend.to = kNewest + question.buckets * trend.bucket;
        TrendSeries series;
        for (int i = 0; i < question.buckets; ++i)
            series.points.push_back({trend.from + i * trend.bucket, 20 + i % 7, i % 3,
                                     (300 + i) * kNsPerMs, (900 + 5 * i) * kNsPerMs,
                                     40 + 10 * std::sin(i / 5.0), 90});
        trend.series = {series};
        trend.matches = std::ssize(matching(question.query));
        return trend;
    });
}

Answer<QStringList> FakeQuerySource::explain(Query query, Ticket ticket)
{
    return later<QStringList>(QStringLiteral("explain ") + toText(query), ticket,
                              [this] { return QStringList{plan.text}; });
}

Answer<std::vector<SavedQuery>> FakeQuerySource::savedQueries(Ticket ticket)
{
    return later<std::vector<SavedQuery>>(QStringLiteral("savedQueries"), ticket,
                                          [this] { return saved; });
}

Answer<std::vector<StepHit>>
FakeQuerySource::matchingSteps(Query query, TimeNs, std::vector<StepRow> rows, Ticket ticket)
{
    const QString call = QStringLiteral("matchingSteps ") + toText(query);
    return later<std::vector<StepHit>>(call, ticket, [this, query, rows] {
        std::vector<StepHit> found = matching(query);
        std::erase_if(found, [&](const StepHit &hit) {
            return std::ranges::find(rows, hit.step.row) == rows.end();
        });
        return found;
    });
}

} // namespace xray::test
