// SPDX-License-Identifier: GPL-3.0-or-later
// What goes out comes back in as the same run: everything a run has, in every format that is read
// back, of runs that logged themselves and of runs that came as spans.
#include "tests/exchange/place.h"
#include "tests/otlp/capture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <map>

using namespace xray;
using namespace xray::app;
using namespace xray::test;

namespace {

constexpr int kDemoRuns = 400;

/// A run with everything that can be said of one, and with what is easily lost on the way.
std::vector<Event> everythingAtOnce(ExecutionId run)
{
    ExecutionEvent start;
    start.id = run;
    start.pipelineName = QByteArray("päckchen \"quoted\"");
    start.environment = QByteArray("prod");
    start.trigger = QByteArray(R"({"kind":"cron","n":1.50})");
    start.startedAt = 1'700'000'000'123'456'789;
    start.metadata = QByteArray(R"({"a":{"b":[1,2.0,1e3,null]},"note":"\u00e4 \ud83d\ude00"})");
    start.tags = std::vector<QByteArray>{"a,b", "c|d", "é"};
    start.session = QByteArray("session 1");
    std::vector<Event> events{start};

    // Ids that share half of their digits, or have none that are not zero in one half.
    const StepId parent = *StepId::fromText("00000001-0000-7000-8000-000000000000");
    const StepId child = *StepId::fromText("00000002-0000-7000-8000-000000000000");
    StepEvent filter = stepEvent(run, "filter", StepType::Filter);
    filter.id = parent;
    filter.index = 7;
    filter.startedAt = 1'700'000'000'123'456'790;
    filter.duration = 1'500'001;
    filter.input = QByteArray(R"({"total_candidates":50,"big":12345678901234567,"z":-0.0})");
    filter.output = QByteArray(R"({"remaining_candidates":5})");
    filter.reasoning = QByteArray(
        R"({"percentage_eliminated":12,"input.value":3,"decisions":[{"item":"MacBook Stand",)"
        R"("action":"dropped","rule":"brand_exclude","reason":"contains 'Apple' keyword"}]})");
    StepEvent llm = stepEvent(run, "judge", StepType::Llm);
    llm.id = child;
    llm.parentId = parent;
    llm.index = 8;
    llm.status = StepStatus::Failed;
    llm.startedAt = 1'700'000'000'200'000'000;
    llm.endedAt = 1'700'000'001'200'000'001;
    StepEvent open = stepEvent(run, "still_open", StepType::Api);
    open.status = StepStatus::Running;
    events.insert(events.end(), {filter, llm, open});

    ErrorEvent ofStep = errorEvent(run, "first line\nsecond line");
    ofStep.stepId = child;
    ofStep.type = QByteArray("TimeoutError");
    ofStep.stack = QByteArray("at a\n\tat b");
    ofStep.payload = QByteArray(R"({"retry":true})");
    ofStep.occurredAt = 1'700'000'001'100'000'000;
    events.insert(events.end(), {ofStep, errorEvent(run, "of the run itself")});
    return events;
}

Event withStatus(ExecutionId run, RunStatus status)
{
    ExecutionEvent event;
    event.kind = ExecutionEvent::Kind::Update;
    event.id = run;
    event.status = status;
    return event;
}

/// The runs that the recorded requests make.
std::vector<ExecutionId> receive(Place &place, const QString &capture)
{
    std::map<ExecutionId, bool> runs;
    for (const RecordedRequest &request : loadCapture(capture).requests) {
        auto decoded = request.path.endsWith(QLatin1String("logs"))
                           ? otlp::decodeLogs(request.body, request.encoding)
                           : otlp::decodeTraces(request.body, request.encoding);
        if (!decoded)
            continue;
        std::vector<Event> events;
        for (RawSpan &span : decoded->spans) {
            runs[span.executionId] = true;
            events.emplace_back(std::move(span));
        }
        place.fixture().submit(std::move(events));
    }
    std::vector<ExecutionId> ids;
    for (const auto &[id, known] : runs)
        ids.push_back(id);
    return ids;
}

void nameFormats()
{
    QTest::addColumn<ExportFormat>("format");
    QTest::newRow("bundle") << ExportFormat::Bundle;
    QTest::newRow("otlp") << ExportFormat::Otlp;
}

QJsonArray traceEvents(const QByteArray &trace)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(trace, &error);
    return error.error == QJsonParseError::NoError
               ? document.object()[QStringLiteral("traceEvents")].toArray()
               : QJsonArray();
}

} // namespace

Q_DECLARE_METATYPE(xray::app::ExportFormat)

class tst_Exchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRunOfTheDemoComesBackAsItWas_data() { nameFormats(); }
    void everyRunOfTheDemoComesBackAsItWas();
    void everythingARunCanHaveComesBack_data() { nameFormats(); }
    void everythingARunCanHaveComesBack();
    void aRunThatWentQuietComesBackIncomplete_data() { nameFormats(); }
    void aRunThatWentQuietComesBackIncomplete();
    void aTraceComesBackWithItsSpansAndTags_data();
    void aTraceComesBackWithItsSpansAndTags();
    void readingAFileTwiceChangesNothing_data() { nameFormats(); }
    void readingAFileTwiceChangesNothing();
    void whatComesBackIsSaidToBeImported_data() { nameFormats(); }
    void whatComesBackIsSaidToBeImported();
    void spansInAnOtlpFileHaveIdsOfTheirOwn();
    void aPerfettoTraceIsOneThatChromeOpens();
    void stepsOfAPerfettoThreadAreWithinEachOtherOrApart();
};

void tst_Exchange::everyRunOfTheDemoComesBackAsItWas()
{
    QFETCH(ExportFormat, format);
    Place from;
    Place to;
    const auto runs = from.fillWithDemo(kDemoRuns);
    const auto summary = to.imported(from.exported(runs, format));
    QVERIFY2(summary.ok(), summary ? "" : qPrintable(summary.error().message));
    QVERIFY2(summary->refused == 0, qPrintable(summary->refusals.join(QLatin1Char('\n'))));
    QCOMPARE(summary->runs.size(), runs.size());
    for (const ExecutionId &id : runs)
        QCOMPARE(firstDifference(textOf(to, id), textOf(from, id)), QString());
    for (const char *table :
         {"executions", "execution_steps", "execution_errors", "step_metrics"}) {
        const QString count = QStringLiteral("SELECT count(*) FROM %1").arg(QLatin1String(table));
        QCOMPARE(to.fixture().number(count), from.fixture().number(count));
    }
}

void tst_Exchange::everythingARunCanHaveComesBack()
{
    QFETCH(ExportFormat, format);
    Place from;
    Place to;
    const ExecutionId id = ExecutionId::newV7();
    for (const EventOutcome &outcome : from.fixture().submit(everythingAtOnce(id)).outcomes)
        QVERIFY2(outcome.ok(), outcome ? "" : qPrintable(outcome.error().message));
    const QString before = textOf(from, id);
    for (const char *said :
         {" trigger {", " tags a,b", " issue ", "decisions", "at b", " parent 0"})
        QVERIFY2(before.contains(QLatin1String(said)), said);
    const auto summary = to.imported(from.exported({id}, format));
    QVERIFY2(summary.ok(), summary ? "" : qPrintable(summary.error().message));
    QCOMPARE(summary->refusals, QStringList());
    QCOMPARE(firstDifference(textOf(to, id), before), QString());
}

void tst_Exchange::aRunThatWentQuietComesBackIncomplete()
{
    QFETCH(ExportFormat, format);
    Place from;
    Place to;
    const ExecutionId id = ExecutionId::newV7();
    from.fixture().submit({startEvent(id), stepEvent(id), withStatus(id, RunStatus::Incomplete)});
    QVERIFY(textOf(from, id).contains(QStringLiteral(" status incomplete")));
    const auto summary = to.imported(from.exported({id}, format));
    QVERIFY(summary);
    QCOMPARE(summary->refusals, QStringList());
    QCOMPARE(firstDifference(textOf(to, id), textOf(from, id)), QString());
}

void tst_Exchange::aTraceComesBackWithItsSpansAndTags_data()
{
    QTest::addColumn<QString>("capture");
    QTest::addColumn<ExportFormat>("format");
    for (const QString &name : captureNames()) {
        QTest::addRow("%s, bundle", qPrintable(name)) << name << ExportFormat::Bundle;
        QTest::addRow("%s, otlp", qPrintable(name)) << name << ExportFormat::Otlp;
    }
}

void tst_Exchange::aTraceComesBackWithItsSpansAndTags()
{
    QFETCH(QString, capture);
    QFETCH(ExportFormat, format);
    Place from;
    Place to;
    const auto runs = receive(from, capture);
    QVERIFY(!runs.empty());
    for (const ExecutionId &id : runs) {
        ExecutionEvent tags;
        tags.kind = ExecutionEvent::Kind::Update;
        tags.id = id;
        tags.tags = std::vector<QByteArray>{"looked at", "by hand"};
        QVERIFY(from.fixture().put(tags));
    }
    const auto summary = to.imported(from.exported(runs, format));
    QVERIFY2(summary.ok(), summary ? "" : qPrintable(summary.error().message));
    QCOMPARE(summary->refusals, QStringList());
    for (const ExecutionId &id : runs) {
        const QString before = textOf(from, id);
        QVERIFY(before.contains(QStringLiteral("looked at|by hand")));
        QVERIFY(before.contains(QStringLiteral("\nspan ")));
        QCOMPARE(firstDifference(textOf(to, id), before), QString());
    }
}

void tst_Exchange::readingAFileTwiceChangesNothing()
{
    QFETCH(ExportFormat, format);
    Place from;
    Place to;
    const auto runs = from.fillWithDemo(40);
    const QByteArray file = from.exported(runs, format);
    QVERIFY(to.imported(file));
    QStringList before;
    for (const ExecutionId &id : runs)
        before += textOf(to, id);
    const auto revision = to.fixture().number(QStringLiteral("SELECT max(rev) FROM changes"));
    QVERIFY(to.imported(file));
    for (std::size_t i = 0; i < runs.size(); ++i)
        QCOMPARE(firstDifference(textOf(to, runs[i]), before.at(qsizetype(i))), QString());
    // An incomplete run is woken by any event, and put to sleep again by the last.
    const QString changed = QStringLiteral("SELECT count(*) FROM changes c JOIN executions e ON "
                                           "e.id = c.execution_id WHERE c.rev > %1 AND "
                                           "e.status <> 'incomplete'");
    QCOMPARE(to.fixture().number(changed.arg(revision)), 0);
}

void tst_Exchange::whatComesBackIsSaidToBeImported()
{
    QFETCH(ExportFormat, format);
    Place from;
    Place to;
    const auto runs = from.fillWithDemo(10);
    QVERIFY(to.imported(from.exported(runs, format)));
    const auto sources = to.fixture().sql(QStringLiteral("SELECT DISTINCT source FROM executions"));
    QCOMPARE(sources, QVariantList{QStringLiteral("import")});
}

/// Others tell spans apart by them.
void tst_Exchange::spansInAnOtlpFileHaveIdsOfTheirOwn()
{
    Place place;
    const ExecutionId id = ExecutionId::newV7();
    place.fixture().submit(everythingAtOnce(id));
    const auto decoded =
        otlp::decodeTraces(place.exported({id}, ExportFormat::Otlp), otlp::Encoding::Json);
    QVERIFY(decoded);
    QCOMPARE(decoded->rejected, 0);
    std::map<quint64, int> ids;
    for (const RawSpan &span : decoded->spans)
        ++ids[span.spanId];
    QCOMPARE(decoded->spans.size(), std::size_t(4)); // the run and three steps
    QCOMPARE(ids.size(), decoded->spans.size());
}

/// "Trace Event Format": ph, pid and tid everywhere, times in microseconds, durations with "X".
void tst_Exchange::aPerfettoTraceIsOneThatChromeOpens()
{
    Place place;
    const auto runs = place.fillWithDemo(kDemoRuns);
    std::map<QString, qint64> counts;
    for (const QJsonValue &event : traceEvents(place.exported(runs, ExportFormat::Perfetto))) {
        const QString phase = event[QStringLiteral("ph")].toString();
        ++counts[phase];
        QVERIFY(event[QStringLiteral("name")].isString());
        QVERIFY(event[QStringLiteral("pid")].toInt() > 0);
        if (phase == QStringLiteral("M"))
            continue;
        QVERIFY(event[QStringLiteral("tid")].toInt() > 0);
        QVERIFY(event[QStringLiteral("ts")].isDouble());
        if (phase == QStringLiteral("X"))
            QVERIFY(event[QStringLiteral("dur")].toDouble(-1) >= 0);
    }
    const auto rows = [&place](const char *table) {
        return place.fixture().number(
            QStringLiteral("SELECT count(*) FROM %1").arg(QLatin1String(table)));
    };
    QCOMPARE(counts[QStringLiteral("M")], 2 * qint64(runs.size())); // its name, and when it was
    QCOMPARE(counts[QStringLiteral("X")], rows("execution_steps"));
    QCOMPARE(counts[QStringLiteral("i")], rows("execution_errors"));
    QCOMPARE(counts.size(), std::size_t(3));
}

void tst_Exchange::stepsOfAPerfettoThreadAreWithinEachOtherOrApart()
{
    Place place;
    const auto runs = place.fillWithDemo(kDemoRuns);
    std::map<std::pair<int, int>, std::vector<double>> open; ///< ends, per process and thread
    for (const QJsonValue &event : traceEvents(place.exported(runs, ExportFormat::Perfetto))) {
        if (event[QStringLiteral("ph")] != QStringLiteral("X"))
            continue;
        auto &ends =
            open[{event[QStringLiteral("pid")].toInt(), event[QStringLiteral("tid")].toInt()}];
        const double begin = event[QStringLiteral("ts")].toDouble();
        const double end = begin + event[QStringLiteral("dur")].toDouble();
        constexpr double kSlack = 0.0001; // of doubles, in microseconds
        std::erase_if(ends, [&](double each) { return each <= begin + kSlack; });
        for (const double each : ends)
            QVERIFY2(each >= end - kSlack, qPrintable(QString::number(begin, 'f', 3)));
        ends.push_back(end);
    }
    QVERIFY(open.size() > runs.size()); // there are parallel steps
}

QTEST_GUILESS_MAIN(tst_Exchange)
#include "tst_exchange.moc"
