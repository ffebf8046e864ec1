// SPDX-License-Identifier: GPL-3.0-or-later
// What goes out comes back in: runs written by one store and read by another, and the files of
// others that X-Ray reads.
#include <app/demo/demo_runs.h>
#include <app/exchange/bundle.h>
#include <app/exchange/exporter.h>
#include <app/exchange/importer.h>
#include <app/exchange/jaeger.h>

#include <model/otlp/mapper.h>

#include <tests/store/store_fixture.h>

#include <QBuffer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryFile>
#include <QTest>

using namespace xray;
using namespace xray::app;
using namespace xray::test;

namespace {

constexpr int kDemoRuns = 40;

/// A store that takes spans.
struct Place
{
    Place()
    {
        auto options = fixture.options();
        options.traceMapper = otlp::makeMapper({});
        fixture.open(std::move(options));
    }
    store::Store &store() { return fixture.store(); }

    StoreFixture fixture;
};

std::vector<ExecutionId> fill(Place &place)
{
    std::vector<ExecutionId> runs;
    DemoOptions options;
    options.runs = kDemoRuns;
    options.endTime = nowNs();
    generateDemoRuns(options, [&](std::vector<Event> events) {
        runs.push_back(*std::get<ExecutionEvent>(events.front()).id);
        place.fixture.submit(std::move(events));
    });
    return runs;
}

QByteArray exported(Place &place, const std::vector<ExecutionId> &runs, ExportFormat format)
{
    QBuffer out;
    out.open(QIODevice::WriteOnly);
    const auto written = exportRuns(place.store(), runs, format, out, {}, [](std::size_t) {});
    return written ? out.data() : written.error().message.toUtf8();
}

Result<ImportSummary> imported(Place &place, const QByteArray &contents)
{
    QTemporaryFile file;
    if (!file.open() || file.write(contents) != contents.size() || !file.flush())
        return Error{ErrorCode::Internal, file.errorString()};
    return Importer(place.store().sink(), {}).import(file.fileName());
}

/// The run with what a store gives it of its own taken away: rows, and where it came from.
RunContents contentsOf(Place &place, ExecutionId id)
{
    auto contents = readRun(place.store(), id, {});
    if (!contents)
        return {};
    contents->run.row = {};
    contents->run.source = Source::Sdk;
    // What went quiet here runs again there, until it has been quiet there.
    if (contents->run.status == RunStatus::Incomplete)
        contents->run.status = RunStatus::Running;
    for (StepDetail &detail : contents->steps) {
        detail.step.row = {};
        detail.step.executionRow = {};
    }
    for (ExecutionError &error : contents->errors) {
        error.executionRow = {};
        error.stepRow = {};
    }
    return *std::move(contents);
}

void compare(const RunContents &a, const RunContents &b)
{
    QCOMPARE(a.run, b.run);
    QCOMPARE(a.steps.size(), b.steps.size());
    for (std::size_t i = 0; i < a.steps.size(); ++i) {
        QCOMPARE(a.steps[i].step, b.steps[i].step);
        QCOMPARE(a.steps[i].payloads.input, b.steps[i].payloads.input);
        QCOMPARE(a.steps[i].payloads.output, b.steps[i].payloads.output);
        QCOMPARE(a.steps[i].payloads.reasoning, b.steps[i].payloads.reasoning);
    }
    QCOMPARE(a.errors, b.errors);
}

constexpr char kOtlp[] =
    "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
    "{\"stringValue\":\"shop\"}}]},\"scopeSpans\":[{\"spans\":[{\"traceId\":"
    "\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"name\":\"answer\","
    "\"startTimeUnixNano\":\"1700000000000000000\",\"endTimeUnixNano\":\"1700000001000000000\","
    "\"attributes\":[{\"key\":\"openinference.span.kind\",\"value\":{\"stringValue\":\"LLM\"}},"
    "{\"key\":\"n\",\"value\":{\"intValue\":\"3\"}}]}]}]}]}";

constexpr char kJaeger[] =
    "{\"data\":[{\"traceID\":\"5b8efff798038103d269b633813fc60c\",\"spans\":[{\"traceID\":"
    "\"5b8efff798038103d269b633813fc60c\",\"spanID\":\"eee19b7ec3c1b174\",\"operationName\":"
    "\"answer\",\"references\":[],\"startTime\":1700000000000000,\"duration\":1000000,\"tags\":"
    "[{\"key\":\"error\",\"type\":\"bool\",\"value\":true}],\"logs\":[],\"processID\":\"p1\"}],"
    "\"processes\":{\"p1\":{\"serviceName\":\"shop\",\"tags\":[]}}}]}";

const ExecutionId kTrace = *ExecutionId::fromText("5b8efff7-9803-8103-d269-b633813fc60c");

} // namespace

class tst_Exchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aBundleComesBackAsTheSameRuns();
    void aBundleReadTwiceChangesNothing();
    void aTraceComesBackFromABundleAsTheSameRun();
    void aTraceComesBackFromOtlpAsTheSameRun();
    void aRunOfASdkComesBackFromOtlpWithItsSteps();
    void aRequestPerLineIsRead();
    void jaegerFilesAreRead();
    void aPerfettoTraceIsJsonWithEveryStep();
    void aBadLineIsSaidAndTheOthersAreKept();
    void aFileOfSomethingElseIsAnErrorThatNamesTheFormats();
    void aFileThatIsNotThereIsAnError();
};

void tst_Exchange::aBundleComesBackAsTheSameRuns()
{
    Place from;
    Place to;
    const auto runs = fill(from);
    const auto summary = imported(to, exported(from, runs, ExportFormat::Bundle));
    QVERIFY2(summary.ok(), summary ? "" : qPrintable(summary.error().message));
    QCOMPARE(summary->refused, 0);
    QCOMPARE(summary->runs.size(), runs.size());
    for (const ExecutionId &id : runs)
        compare(contentsOf(to, id), contentsOf(from, id));
}

void tst_Exchange::aBundleReadTwiceChangesNothing()
{
    Place from;
    Place to;
    const auto runs = fill(from);
    const QByteArray bundle = exported(from, runs, ExportFormat::Bundle);
    QVERIFY(imported(to, bundle));
    const auto revision = to.fixture.number(QStringLiteral("SELECT max(rev) FROM changes"));
    QVERIFY(imported(to, bundle));
    QCOMPARE(to.fixture.number(QStringLiteral("SELECT max(rev) FROM changes")), revision);
}

void tst_Exchange::aTraceComesBackFromABundleAsTheSameRun()
{
    Place from;
    Place to;
    QVERIFY(imported(from, kOtlp));
    QVERIFY(imported(to, exported(from, {kTrace}, ExportFormat::Bundle)));
    QCOMPARE(contentsOf(from, kTrace).steps.size(), std::size_t(1));
    compare(contentsOf(to, kTrace), contentsOf(from, kTrace));
}

void tst_Exchange::aTraceComesBackFromOtlpAsTheSameRun()
{
    Place from;
    Place to;
    QVERIFY(imported(from, kOtlp));
    QVERIFY(imported(to, exported(from, {kTrace}, ExportFormat::Otlp)));
    compare(contentsOf(to, kTrace), contentsOf(from, kTrace));
    QCOMPARE(contentsOf(to, kTrace).spans.front().span.body,
             contentsOf(from, kTrace).spans.front().span.body);
}

void tst_Exchange::aRunOfASdkComesBackFromOtlpWithItsSteps()
{
    Place from;
    Place to;
    const auto runs = fill(from);
    QVERIFY(imported(to, exported(from, {runs.front()}, ExportFormat::Otlp)));
    const RunContents before = contentsOf(from, runs.front());
    const RunContents after = contentsOf(to, runs.front());
    QCOMPARE(after.run.pipelineName, before.run.pipelineName);
    QCOMPARE(after.steps.size(), before.steps.size());
    for (std::size_t i = 0; i < before.steps.size(); ++i) {
        QCOMPARE(after.steps[i].step.name, before.steps[i].step.name);
        QCOMPARE(after.steps[i].step.type, before.steps[i].step.type);
    }
}

void tst_Exchange::aRequestPerLineIsRead()
{
    Place place;
    const QByteArray line(kOtlp);
    const QByteArray other = QByteArray(kOtlp).replace("5b8efff7", "5b8efff8");
    const auto summary = imported(place, line + '\n' + other + '\n');
    QVERIFY(summary);
    QCOMPARE(summary->accepted, 2);
    QCOMPARE(summary->runs.size(), std::size_t(2));
}

void tst_Exchange::jaegerFilesAreRead()
{
    Place place;
    const auto summary = imported(place, kJaeger);
    QVERIFY2(summary.ok(), summary ? "" : qPrintable(summary.error().message));
    QCOMPARE(summary->accepted, 1);
    const RunContents contents = contentsOf(place, kTrace);
    QCOMPARE(contents.run.pipelineName, QStringLiteral("answer"));
    QCOMPARE(contents.run.status, RunStatus::Failed);
    QCOMPARE(contents.run.duration, DurationNs(1'000'000'000));
}

void tst_Exchange::aPerfettoTraceIsJsonWithEveryStep()
{
    Place place;
    const auto runs = fill(place);
    const auto trace = QJsonDocument::fromJson(exported(place, runs, ExportFormat::Perfetto));
    const QJsonArray events = trace.object()[QStringLiteral("traceEvents")].toArray();
    qsizetype steps = 0;
    for (const QJsonValue &event : events)
        steps += event[QStringLiteral("ph")] == QStringLiteral("X") ? 1 : 0;
    QCOMPARE(steps, place.fixture.number(QStringLiteral("SELECT count(*) FROM execution_steps")));
}

void tst_Exchange::aBadLineIsSaidAndTheOthersAreKept()
{
    Place place;
    const auto summary =
        imported(place, bundleHeading() + "{\"op\":\"start\",\"pipeline_name\":\"a\"}\n"
                                          "{\"op\":\"nonsense\"}\n"
                                          "{\"op\":\"start\",\"pipeline_name\":\"b\"}\n");
    QVERIFY(summary);
    QCOMPARE(summary->accepted, 2);
    QCOMPARE(summary->refused, 1);
    QVERIFY2(summary->firstRefusal.startsWith(QStringLiteral("line 3: ")),
             qPrintable(summary->firstRefusal));
}

void tst_Exchange::aFileOfSomethingElseIsAnErrorThatNamesTheFormats()
{
    Place place;
    for (const char *contents : {"", "hello", "\x89PNG", "{\"name\": 1}"}) {
        const auto summary = imported(place, contents);
        const bool isRefused = !summary || summary->refused > 0;
        QVERIFY2(isRefused, contents);
    }
}

void tst_Exchange::aFileThatIsNotThereIsAnError()
{
    Place place;
    const auto summary =
        Importer(place.store().sink(), {}).import(QStringLiteral("/nowhere/at/all"));
    QVERIFY(!summary);
    QVERIFY(summary.error().message.contains(QStringLiteral("/nowhere/at/all")));
}

QTEST_GUILESS_MAIN(tst_Exchange)
#include "tst_exchange.moc"
