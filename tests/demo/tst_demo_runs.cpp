// SPDX-License-Identifier: GPL-3.0-or-later
#include <app/demo/demo_runs.h>
#include <model/admission/json_text.h>
#include <model/admission/merge.h>

#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace xray;
using namespace xray::app;
using admission::ErrorRecord;
using admission::ExecutionRecord;
using admission::StepRecord;

namespace {

constexpr TimeNs kEnd = 1'795'340'467 * kNsPerSecond;

/// One run as admission leaves it.
struct Told
{
    ExecutionRecord run;
    std::vector<StepRecord> steps;
    std::vector<ErrorRecord> errors;
};

/// What admission says to each event, folded into one run.
class Admission
{
public:
    void operator()(const ExecutionEvent &event)
    {
        const ExecutionRecord *existing = told.run.id.isNull() ? nullptr : &told.run;
        keep(admission::mergeExecution(existing, event, kEnd), told.run);
    }
    void operator()(const StepEvent &event)
    {
        const admission::StepContext context{*event.executionId, 1, kEnd};
        StepRecord step;
        keep(admission::mergeStep(nullptr, event, context), step);
        admission::absorbStep(told.run, step);
        told.steps.push_back(std::move(step));
    }
    void operator()(const ErrorEvent &event)
    {
        ErrorRecord error;
        keep(admission::mergeError(nullptr, event, kEnd), error);
        told.errors.push_back(std::move(error));
    }
    void operator()(const DeleteEvent &) { refusals += QStringLiteral("delete"); }
    void operator()(const RestoreEvent &) { refusals += QStringLiteral("restore"); }
    void operator()(const RawSpan &) { refusals += QStringLiteral("span"); }
    void operator()(const SaveQueryEvent &) { refusals += QStringLiteral("save_query"); }
    void operator()(const RemoveQueryEvent &) { refusals += QStringLiteral("remove_query"); }

    Told told;
    QStringList refusals;

private:
    template<class Record>
    void keep(Result<Record> result, Record &record)
    {
        if (result)
            record = *std::move(result);
        else
            refusals += result.error().message;
    }
};

struct Demo
{
    std::vector<Told> runs;
    QStringList refusals;
    qint64 events = 0;
};

Demo tell(const DemoOptions &options)
{
    Demo demo;
    generateDemoRuns(options, [&](const std::vector<Event> &events) {
        Admission admitted;
        for (const Event &event : events)
            std::visit(admitted, event);
        demo.events += static_cast<qint64>(events.size());
        demo.refusals += admitted.refusals;
        demo.runs.push_back(std::move(admitted.told));
    });
    return demo;
}

const Demo &theDemo()
{
    static const Demo demo = tell({.endTime = kEnd});
    return demo;
}

bool anyPayloadHas(const StepRecord &step, const QString &folded)
{
    return admission::containsText(step.input, folded) ||
           admission::containsText(step.output, folded) ||
           admission::containsText(step.reasoning, folded);
}

std::vector<const Told *> runsWith(const char *folded)
{
    std::vector<const Told *> found;
    const QString needle = QString::fromUtf8(folded);
    for (const Told &told : theDemo().runs) {
        if (std::ranges::any_of(told.steps,
                                [&](const StepRecord &s) { return anyPayloadHas(s, needle); }))
            found.push_back(&told);
    }
    return found;
}

std::optional<double> metric(const StepRecord &step, const char *name)
{
    const auto it =
        std::ranges::find(step.metrics, QByteArray(name), &admission::MetricRecord::name);
    return it == step.metrics.end() ? std::nullopt : std::optional(it->value);
}

qint64 countRuns(RunStatus status)
{
    return std::ranges::count_if(theDemo().runs,
                                 [&](const Told &told) { return told.run.status == status; });
}

template<class Predicate>
qint64 countSteps(Predicate predicate)
{
    qint64 count = 0;
    for (const Told &told : theDemo().runs)
        count += std::ranges::count_if(told.steps, predicate);
    return count;
}

} // namespace

class TestDemoRuns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyEventIsAdmitted();
    void theSameSeedTellsTheSame();
    void anotherSeedTellsOtherRuns();
    void everyIdIsUnique();
    void fivePipelinesHaveManyRunsEach();
    void everyStepTypeButOtherOccursOften();
    void runsEndInEveryWay();
    void theRunsFillTwoWeeksAndEndInTheirTime();
    void thereIsExactlyOneIncident();
    void theIncidentIsToldToTheEnd();
    void theIncidentIsNotTheNewestRun();
    void otherRunsAreAboutLaptopStandsOrPhoneCases();
    void aFewFiltersEliminateNearlyEverything();
    void theConfidenceOfTheCategorizationDrifts();
    void noStepContradictsItself();
    void someRunsAreLongAndOnePayloadIsLarge();
    void stepsNestAndRunSideBySide();
    void everyFinishedRunHasATitle();
    void aSmallDemoHasTheIncidentToo();
};

void TestDemoRuns::everyEventIsAdmitted()
{
    QCOMPARE(theDemo().refusals, QStringList());
    QVERIFY(theDemo().runs.size() >= 2'000);
    QVERIFY(theDemo().events > 12'000);
}

void TestDemoRuns::theSameSeedTellsTheSame()
{
    const DemoOptions options{.seed = 7, .runs = 60, .endTime = kEnd};
    const Demo first = tell(options);
    const Demo second = tell(options);
    QCOMPARE(first.runs.size(), second.runs.size());
    for (std::size_t i = 0; i < first.runs.size(); ++i) {
        QVERIFY(first.runs[i].run == second.runs[i].run);
        QVERIFY(first.runs[i].steps == second.runs[i].steps);
        QVERIFY(first.runs[i].errors == second.runs[i].errors);
    }
}

void TestDemoRuns::anotherSeedTellsOtherRuns()
{
    const Demo first = tell({.seed = 7, .runs = 5, .endTime = kEnd});
    const Demo second = tell({.seed = 8, .runs = 5, .endTime = kEnd});
    QVERIFY(first.runs[0].run.id != second.runs[0].run.id);
    QVERIFY(first.runs[0].run.startedAt != second.runs[0].run.startedAt);
}

void TestDemoRuns::everyIdIsUnique()
{
    std::set<Uuid> ids;
    std::size_t count = 0;
    for (const Told &told : theDemo().runs) {
        ids.insert(told.run.id.uuid());
        for (const StepRecord &step : told.steps)
            ids.insert(step.id.uuid());
        for (const ErrorRecord &error : told.errors)
            ids.insert(error.id.uuid());
        count += 1 + told.steps.size() + told.errors.size();
    }
    QCOMPARE(ids.size(), count);
}

void TestDemoRuns::fivePipelinesHaveManyRunsEach()
{
    std::map<QByteArray, int> counts;
    for (const Told &told : theDemo().runs)
        ++counts[told.run.pipelineName];
    QCOMPARE(counts.size(), std::size_t(5));
    for (const char *pipeline : {"competitor_selection", "competitor_discovery",
                                 "listing_optimization", "categorization", "support_agent"})
        QVERIFY2(counts[pipeline] > 200, pipeline);
}

void TestDemoRuns::everyStepTypeButOtherOccursOften()
{
    for (const StepType type :
         {StepType::Llm, StepType::Api, StepType::Filter, StepType::Ranking, StepType::Analysis})
        QVERIFY2(countSteps([&](const StepRecord &s) { return s.type == type; }) > 1'000,
                 toWord(type));
    QCOMPARE(countSteps([](const StepRecord &s) { return s.type == StepType::Other; }), qint64(0));
}

void TestDemoRuns::runsEndInEveryWay()
{
    QCOMPARE(countRuns(RunStatus::Running), qint64(3));
    QVERIFY(countRuns(RunStatus::Incomplete) >= 5);
    QVERIFY(countRuns(RunStatus::Failed) > 20);
    QVERIFY(countRuns(RunStatus::Failed) < 200);
    const auto recovered = std::ranges::count_if(theDemo().runs, [](const Told &told) {
        return told.run.status == RunStatus::Completed && !told.errors.empty();
    });
    QVERIFY(recovered > 20);
    for (const Told &told : theDemo().runs)
        for (const ErrorRecord &error : told.errors)
            QVERIFY(!error.stack.isEmpty());
}

void TestDemoRuns::theRunsFillTwoWeeksAndEndInTheirTime()
{
    TimeNs last = 0;
    for (const Told &told : theDemo().runs) {
        QVERIFY(told.run.startedAt >= last);
        last = told.run.startedAt;
        for (const StepRecord &step : told.steps) {
            QVERIFY(step.endedAt.value_or(step.startedAt) <= kEnd);
            QVERIFY(step.startedAt >= told.run.startedAt);
            QVERIFY(!told.run.endedAt || step.endedAt.value_or(0) <= *told.run.endedAt);
        }
    }
    QVERIFY(theDemo().runs.front().run.startedAt < kEnd - 13 * kNsPerDay);
    QVERIFY(last > kEnd - kNsPerMinute);
}

void TestDemoRuns::thereIsExactlyOneIncident()
{
    const auto sentence = "excluded item 'macbook stand' because it contains 'apple' keyword.";
    QCOMPARE(runsWith(sentence).size(), std::size_t(1));
    QCOMPARE(runsWith("macbook stand").size(), std::size_t(1));
}

void TestDemoRuns::theIncidentIsToldToTheEnd()
{
    const auto found = runsWith("macbook stand");
    QCOMPARE(found.size(), std::size_t(1));
    const Told &incident = *found.front();
    QCOMPARE(incident.run.pipelineName, QByteArray("competitor_selection"));
    QCOMPARE(incident.run.title, QByteArray("laptop stand"));
    QCOMPARE(incident.run.outcome, QByteArray("Phone case, shockproof"));
    QVERIFY(incident.run.status == RunStatus::Completed);
    QVERIFY(incident.errors.empty());
    QCOMPARE(incident.steps.size(), std::size_t(5));
    const StepRecord &filter = incident.steps[2];
    QCOMPARE(filter.name, QByteArray("filter_relevance"));
    QVERIFY(filter.type == StepType::Filter);
    QCOMPARE(filter.countIn, std::optional<qint64>(50));
    QCOMPARE(filter.countOut, std::optional<qint64>(5));
    QCOMPARE(filter.reasoning.count(R"("action":"dropped")"), qsizetype(45));
    QCOMPARE(filter.reasoning.count(R"("action":"kept")"), qsizetype(5));
    QCOMPARE(filter.reasoning.count(R"("rule":"brand_exclude")"), qsizetype(31));
    QCOMPARE(filter.reasoning.count(R"("rule":"price_range")"), qsizetype(14));
    const QByteArray &ranking = incident.steps[3].output;
    QVERIFY(ranking.startsWith(R"({"ranking":[{"item":"Phone case, shockproof","rank":1)"));
}

void TestDemoRuns::theIncidentIsNotTheNewestRun()
{
    const Told *incident = runsWith("macbook stand").front();
    const auto newer = &theDemo().runs.back() - incident;
    QVERIFY(newer > 500);
    QVERIFY(newer < 1'000);
}

void TestDemoRuns::otherRunsAreAboutLaptopStandsOrPhoneCases()
{
    int stands = 0;
    int cases = 0;
    for (const Told &told : theDemo().runs) {
        const bool aboutStand = told.run.title.toLower() == "laptop stand";
        const bool cameOutAsCase = told.run.outcome == "Phone case, shockproof";
        stands += aboutStand && !cameOutAsCase;
        cases += cameOutAsCase && !aboutStand;
    }
    QVERIFY(stands > 20);
    QVERIFY(cases > 20);
}

void TestDemoRuns::aFewFiltersEliminateNearlyEverything()
{
    const auto eliminates = [](double low) {
        return [low](const StepRecord &step) {
            return step.type == StepType::Filter &&
                   metric(step, "percentage_eliminated").value_or(0) >= low;
        };
    };
    const qint64 all = countSteps(eliminates(0.0));
    const qint64 outliers = countSteps(eliminates(88.0));
    QVERIFY(outliers >= 4);
    QVERIFY(outliers * 50 < all);
}

void TestDemoRuns::theConfidenceOfTheCategorizationDrifts()
{
    double oldSum = 0;
    double newSum = 0;
    int oldCount = 0;
    int newCount = 0;
    for (const Told &told : theDemo().runs) {
        for (const StepRecord &step : told.steps) {
            if (step.name != "rank_categories")
                continue;
            const bool isOld = step.startedAt < kEnd - 12 * kNsPerDay;
            const bool isNew = step.startedAt > kEnd - 2 * kNsPerDay;
            oldSum += isOld ? *metric(step, "confidence") : 0;
            newSum += isNew ? *metric(step, "confidence") : 0;
            oldCount += isOld;
            newCount += isNew;
        }
    }
    QVERIFY(oldCount > 10 && newCount > 10);
    QVERIFY(oldSum / oldCount > newSum / newCount + 0.15);
}

void TestDemoRuns::noStepContradictsItself()
{
    QCOMPARE(countSteps([](const StepRecord &step) { return !step.issues.empty(); }), qint64(0));
}

void TestDemoRuns::someRunsAreLongAndOnePayloadIsLarge()
{
    QCOMPARE(std::ranges::count_if(theDemo().runs,
                                   [](const Told &told) { return told.steps.size() > 200; }),
             std::ptrdiff_t(2));
    QCOMPARE(countSteps([](const StepRecord &s) { return s.input.size() > 900'000; }), qint64(1));
}

void TestDemoRuns::stepsNestAndRunSideBySide()
{
    int grandchildren = 0;
    int parallel = 0;
    for (const Told &told : theDemo().runs) {
        std::map<StepId, const StepRecord *> byId;
        for (const StepRecord &step : told.steps) {
            byId[step.id] = &step;
            if (!step.parentId)
                continue;
            QVERIFY(byId.contains(*step.parentId));
            const StepRecord &parent = *byId[*step.parentId];
            QVERIFY(step.startedAt >= parent.startedAt && step.endedAt <= parent.endedAt);
            grandchildren += parent.parentId.has_value();
            const StepRecord &before = told.steps[step.index - 2];
            parallel += before.parentId == step.parentId && step.startedAt < before.endedAt;
        }
    }
    QVERIFY(grandchildren > 50);
    QVERIFY(parallel > 500);
}

void TestDemoRuns::everyFinishedRunHasATitle()
{
    for (const Told &told : theDemo().runs) {
        QVERIFY(!told.run.title.isEmpty());
        if (told.run.status == RunStatus::Completed)
            QVERIFY2(!told.run.outcome.isEmpty(), told.run.pipelineName.constData());
    }
}

void TestDemoRuns::aSmallDemoHasTheIncidentToo()
{
    for (const int runs : {1, 2, 10, 25}) {
        const Demo demo = tell({.runs = runs, .endTime = kEnd});
        QCOMPARE(demo.runs.size(), std::size_t(runs));
        const auto incidents = std::ranges::count_if(demo.runs, [](const Told &told) {
            return told.run.title == "laptop stand" && told.run.outcome == "Phone case, shockproof";
        });
        QCOMPARE(incidents, std::ptrdiff_t(1));
    }
}

QTEST_APPLESS_MAIN(TestDemoRuns)
#include "tst_demo_runs.moc"
