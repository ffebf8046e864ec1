// SPDX-License-Identifier: GPL-3.0-or-later
// Traces in the store, with a mapper that a test can read at a glance: what matters here is what
// becomes of the rows, not what spans mean.
#include "store_fixture.h"

#include <model/store/trace_keeper.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

using namespace xray;
using namespace xray::test;

namespace {

const ExecutionId kTrace = *ExecutionId::fromText("0af76519-16cd-43dd-8448-eb211c80319c");

Uuid idOf(quint64 spanId, std::uint8_t what)
{
    Uuid::Bytes bytes{};
    for (std::size_t i = 0; i < 8; ++i)
        bytes[8 + i] = static_cast<std::uint8_t>(spanId >> (56 - 8 * i));
    bytes[0] = what;
    return Uuid(bytes);
}

StepId stepOf(quint64 spanId)
{
    return StepId(idOf(spanId, 1));
}

/// Lets those who come while it is shut wait in front of it.
class Gate
{
public:
    void shut()
    {
        const std::lock_guard lock(m_mutex);
        m_isOpen = false;
    }
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_isOpen = true;
        m_changed.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(m_mutex);
        m_waiting += 1;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_isOpen; });
        m_waiting -= 1;
    }
    /// False when nobody came within a time that is long for anyone.
    [[nodiscard]] bool waitForSomeone()
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::seconds(20), [this] { return m_waiting > 0; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_isOpen = true;
    int m_waiting = 0;
};

/// One step a span, in order of their ids; a span called "root" is the run itself, and one with an
/// "error" has one. While there is no root the run runs.
class PlainMapper : public TraceMapper
{
public:
    explicit PlainMapper(QByteArray prefix = {})
        : m_prefix(std::move(prefix))
    {
    }

    MappedTrace map(ExecutionId id, const std::vector<StoredSpan> &spans) const override
    {
        ++calls;
        if (spans.size() > std::size_t(store::kMapByWriterSpans))
            gate.pass();
        MappedTrace trace;
        trace.run.id = id;
        trace.run.source = Source::Otlp;
        trace.run.pipelineName = QByteArray("no root");
        trace.run.startedAt = TimeNs(1);
        std::map<quint64, QJsonObject> ordered;
        for (const StoredSpan &stored : spans)
            ordered[stored.span.spanId] = QJsonDocument::fromJson(stored.span.body).object();
        for (const auto &[spanId, body] : ordered)
            add(trace, spanId, body);
        return trace;
    }

    mutable std::atomic<int> calls = 0;
    mutable Gate gate; ///< in front of traces that are mapped beside the writer

private:
    void add(MappedTrace &trace, quint64 spanId, const QJsonObject &body) const
    {
        const QByteArray name = body[QStringLiteral("name")].toString().toUtf8();
        if (name == "root") {
            trace.run.pipelineName = QByteArray("rooted");
            trace.run.status = RunStatus::Completed;
            trace.run.endedAt = TimeNs(1'000);
            return;
        }
        StepEvent step;
        step.id = stepOf(spanId);
        step.executionId = trace.run.id;
        step.index = static_cast<qint64>(trace.steps.size()) + 1;
        step.name = m_prefix + name;
        step.type = StepType::Filter;
        step.status = StepStatus::Completed;
        step.startedAt = TimeNs(1);
        step.reasoning = "{\"score\":" + QByteArray::number(qulonglong(spanId)) + '}';
        trace.steps.push_back(step);
        if (!body.contains(QStringLiteral("error")))
            return;
        ErrorEvent error;
        error.id = ErrorId(idOf(spanId, 2));
        error.stepId = stepOf(spanId);
        error.message = body[QStringLiteral("error")].toString().toUtf8();
        error.occurredAt = TimeNs(2);
        trace.errors.push_back(error);
    }

    const QByteArray m_prefix; ///< of the names of steps
};

RawSpan span(quint64 id, const char *name, TimeNs endedAt = 100, const char *error = nullptr)
{
    QJsonObject body{{QStringLiteral("name"), QString::fromUtf8(name)}};
    if (error)
        body[QStringLiteral("error")] = QString::fromUtf8(error);
    return {kTrace, SpanKind::Span, id, endedAt,
            QJsonDocument(body).toJson(QJsonDocument::Compact)};
}

/// A trace that the writer does not map itself, without its root.
constexpr int kLarge = store::kMapByWriterSpans + 100;

std::vector<Event> largeTrace()
{
    std::vector<Event> spans;
    for (int i = 2; i < kLarge + 2; ++i)
        spans.emplace_back(span(quint64(i), "s", 100, i == 7 ? "broken" : nullptr));
    return spans;
}

} // namespace

class tst_StoreSpans : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup()
    {
        m_mapper->gate.open();
        m_fixture.reset();
    }

    void theFirstSpanMakesTheRun();
    void aRootThatComesLastNamesTheRun();
    void theOrderOfArrivalMakesNoDifference();
    void aSpanSentTwiceChangesNothing();
    void ofTwoVersionsOfASpanTheLaterEndIsKept();
    void aStepThatIsNoLongerPartOfTheTraceGoesWithItsMetricsAndErrors();
    void anErrorIsCountedOnItsStep();
    void logRecordsOfOneSpanAreAllKeptAndEachOnce();
    void anEventOfASdkIsRefusedForATrace();
    void aSpanIsRefusedForARunOfASdk();
    void aDeletedTraceLeavesNoSpanBehind();
    void aTagOfAPersonSurvivesALateSpan();
    void aLargeTraceIsNotMappedForEachRequest();
    void aTraceThatIsCostlyToMapRestsLonger_data();
    void aTraceThatIsCostlyToMapRestsLonger();
    void aLargeTraceIsMappedWhileOthersKeepTheWriterBusy();
    void whileALargeTraceIsMappedOthersAreStored();
    void spansThatComeWhileATraceIsMappedAreShownToo();
    void aTraceThatIsDeletedWhileItIsMappedStaysDeleted();
    void aTraceThatIsRestoredShowsWhatCameMeanwhile();
    void whatIsNotMappedAtTheEndIsMappedByTheNext();
    void aProgramThatEndsWhenItsWorkIsDoneLeavesNothingToMap();
    void aChangeCanBeWrittenInSlices();
    void aChangeHalfWrittenIsCompletedByTheNext();
    void theRunIsOverOnlyWhenItHasAllItsSteps();
    void aMarkThatMeansNoTraceHarmsNobody();
    void spansComeThroughTheInbox();
    void anotherVersionOfTheMappingReachesStoredTraces();
    void anotherMappingReachesStoredTracesWhileTheStoreIsOpen();
    void aMappingThatChangesWhileATraceIsMappedCountsForIt();
    void withoutAMapperSpansAreRefused();

private:
    RunSnapshot snapshot();
    qint64 stale()
    {
        return m_fixture->number(QStringLiteral("SELECT count(*) FROM stale_traces"));
    }
    QString shown();

    std::unique_ptr<StoreFixture> m_fixture;
    std::shared_ptr<PlainMapper> m_mapper;
};

void tst_StoreSpans::init()
{
    m_fixture = std::make_unique<StoreFixture>();
    m_mapper = std::make_shared<PlainMapper>();
    auto options = m_fixture->options();
    options.traceMapper = m_mapper;
    m_fixture->open(std::move(options));
}

RunSnapshot tst_StoreSpans::snapshot()
{
    auto run = StoreFixture::wait(m_fixture->store().openRun(kTrace, Ticket()));
    return run ? **run : RunSnapshot();
}

/// "rooted completed: 1 a, 2 b!"
QString tst_StoreSpans::shown()
{
    const RunSnapshot run = snapshot();
    QStringList steps;
    run.steps.forEach([&steps](const Step &step) {
        steps += QStringLiteral("%1 %2%3")
                     .arg(step.index)
                     .arg(step.name, step.errorCount > 0 ? QStringLiteral("!") : QString());
    });
    return QStringLiteral("%1 %2: %3")
        .arg(run.run.pipelineName, QLatin1String(toWord(run.run.status)),
             steps.join(QStringLiteral(", ")));
}

void tst_StoreSpans::theFirstSpanMakesTheRun()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    QCOMPARE(shown(), QStringLiteral("no root running: 1 child"));
    QCOMPARE(snapshot().run.source, Source::Otlp);
    QCOMPARE(snapshot().run.stepCount, 1);
}

void tst_StoreSpans::aRootThatComesLastNamesTheRun()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    QVERIFY(m_fixture->put(span(1, "root")));
    QCOMPARE(shown(), QStringLiteral("rooted completed: 1 child"));
}

void tst_StoreSpans::theOrderOfArrivalMakesNoDifference()
{
    QVERIFY(m_fixture->put(span(4, "c")));
    QVERIFY(m_fixture->put(span(1, "root")));
    QVERIFY(m_fixture->put(span(3, "b")));
    QVERIFY(m_fixture->put(span(2, "a")));
    QCOMPARE(shown(), QStringLiteral("rooted completed: 1 a, 2 b, 3 c"));
}

void tst_StoreSpans::aSpanSentTwiceChangesNothing()
{
    QVERIFY(m_fixture->put(span(2, "child", 100, "broken")));
    const auto revision = m_fixture->number(QStringLiteral("SELECT max(rev) FROM changes"));
    QVERIFY(m_fixture->put(span(2, "child", 100, "broken")));
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT max(rev) FROM changes")), revision);
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM spans")), 1);
    QCOMPARE(snapshot().run.errorCount, 1);
}

void tst_StoreSpans::ofTwoVersionsOfASpanTheLaterEndIsKept()
{
    QVERIFY(m_fixture->put(span(2, "later", 200)));
    QVERIFY(m_fixture->put(span(2, "earlier", 100)));
    QCOMPARE(shown(), QStringLiteral("no root running: 1 later"));
    QVERIFY(m_fixture->put(span(2, "latest", 300)));
    QCOMPARE(shown(), QStringLiteral("no root running: 1 latest"));
}

void tst_StoreSpans::aStepThatIsNoLongerPartOfTheTraceGoesWithItsMetricsAndErrors()
{
    QVERIFY(m_fixture->put(span(2, "leaf")));
    QVERIFY(m_fixture->put(span(1, "leaf too", 100, "broken")));
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM step_metrics")), 2);
    QVERIFY(m_fixture->put(span(1, "root", 200)));
    QCOMPARE(shown(), QStringLiteral("rooted completed: 1 leaf"));
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM step_metrics")), 1);
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM execution_errors")), 0);
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT value FROM counters WHERE name='steps'")), 1);
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT value FROM counters WHERE name='errors'")),
             0);
}

void tst_StoreSpans::anErrorIsCountedOnItsStep()
{
    QVERIFY(m_fixture->put(span(2, "a")));
    QVERIFY(m_fixture->put(span(3, "b", 100, "broken")));
    QCOMPARE(shown(), QStringLiteral("no root running: 1 a, 2 b!"));
    QCOMPARE(snapshot().run.failure, QStringLiteral("broken"));
}

void tst_StoreSpans::logRecordsOfOneSpanAreAllKeptAndEachOnce()
{
    const RawSpan hello{kTrace, SpanKind::Log, 2, 10, R"({"name":"hello"})"};
    const RawSpan bye{kTrace, SpanKind::Log, 2, 10, R"({"name":"bye"})"};
    for (const RawSpan &log : {hello, bye, hello})
        QVERIFY(m_fixture->put(log));
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM spans WHERE kind = 1")), 2);
}

void tst_StoreSpans::anEventOfASdkIsRefusedForATrace()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    const auto step = m_fixture->put(stepEvent(kTrace));
    QVERIFY(!step);
    QCOMPARE(step.error().code, ErrorCode::Conflict);
    QVERIFY(!m_fixture->put(errorEvent(kTrace)));
}

void tst_StoreSpans::aSpanIsRefusedForARunOfASdk()
{
    QVERIFY(m_fixture->put(startEvent(kTrace)));
    const auto refused = m_fixture->put(span(2, "child"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
}

void tst_StoreSpans::aDeletedTraceLeavesNoSpanBehind()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    QVERIFY(m_fixture->put(span(1, "root")));
    QVERIFY(m_fixture->put(DeleteEvent{.id = kTrace}));
    QTRY_COMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM executions")), 0);
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM spans")), 0);
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM execution_steps")), 0);
    QVERIFY(m_fixture->put(span(2, "again")));
    QCOMPARE(shown(), QStringLiteral("no root running: 1 again"));
}

void tst_StoreSpans::aTagOfAPersonSurvivesALateSpan()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    ExecutionEvent patch;
    patch.kind = ExecutionEvent::Kind::Update;
    patch.id = kTrace;
    patch.tags = std::vector<QByteArray>{"look at this"};
    QVERIFY(m_fixture->put(patch));
    QVERIFY(m_fixture->put(span(1, "root")));
    QCOMPARE(snapshot().run.tags, QStringList{QStringLiteral("look at this")});
}

void tst_StoreSpans::aLargeTraceIsNotMappedForEachRequest()
{
    constexpr int kRequests = 40;
    constexpr int kSpansEach = 50;
    for (int request = 0; request < kRequests; ++request) {
        std::vector<Event> spans;
        for (int i = 0; i < kSpansEach; ++i)
            spans.emplace_back(span(static_cast<quint64>(request * kSpansEach + i + 1), "s"));
        QVERIFY(m_fixture->submit(std::move(spans)).status);
    }
    QTRY_COMPARE(snapshot().run.stepCount, kRequests * kSpansEach);
    QVERIFY2(m_mapper->calls < kRequests, qPrintable(QString::number(m_mapper->calls)));
    QTRY_COMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM stale_traces")), 0);
}

void tst_StoreSpans::aTraceThatIsCostlyToMapRestsLonger_data()
{
    QTest::addColumn<DurationNs>("cost");
    QTest::addColumn<DurationNs>("pause");
    QTest::newRow("small") << DurationNs(kNsPerMs) << store::kShortestRemapPause;
    QTest::newRow("large") << DurationNs(kNsPerSecond) << DurationNs(2 * kNsPerSecond);
    QTest::newRow("huge") << DurationNs(3600 * kNsPerSecond) << store::kLongestRemapPause;
}

void tst_StoreSpans::aTraceThatIsCostlyToMapRestsLonger()
{
    QFETCH(DurationNs, cost);
    QTEST(store::remapPause(cost), "pause");
}

void tst_StoreSpans::aLargeTraceIsMappedWhileOthersKeepTheWriterBusy()
{
    constexpr int kSpans = 600;
    for (int i = 1; i <= kSpans; ++i)
        QVERIFY(m_fixture->put(span(static_cast<quint64>(i), "s")));
    std::atomic<bool> isDone = false;
    std::thread others([&] {
        std::vector<std::future<void>> answers;
        while (!isDone) {
            // Always some waiting, so that the writer's queue is never seen empty.
            auto answered = std::make_shared<std::promise<void>>();
            answers.push_back(answered->get_future());
            Submission submission;
            submission.events = {startEvent(ExecutionId::newV7())};
            submission.done = [answered](const SubmissionResult &) { answered->set_value(); };
            (void)m_fixture->store().sink().submit(std::move(submission));
            if (answers.size() > 64) {
                answers.front().wait();
                answers.erase(answers.begin());
            }
        }
        for (auto &answer : answers)
            answer.wait();
    });
    QTRY_COMPARE_WITH_TIMEOUT(snapshot().run.stepCount, kSpans, 10'000);
    isDone = true;
    others.join();
}

void tst_StoreSpans::whileALargeTraceIsMappedOthersAreStored()
{
    m_mapper->gate.shut();
    QVERIFY(m_fixture->submit(largeTrace()).status);
    QVERIFY(m_mapper->gate.waitForSomeone());
    const ExecutionId other = ExecutionId::newV7();
    QVERIFY(m_fixture->put(startEvent(other)));
    QVERIFY(m_fixture->put(stepEvent(other)));
    QVERIFY(snapshot().run.stepCount < kLarge);
    m_mapper->gate.open();
    QTRY_COMPARE(snapshot().run.stepCount, kLarge);
    QTRY_COMPARE(stale(), 0);
    QCOMPARE(snapshot().run.errorCount, 1);
    QCOMPARE(m_fixture->number(QStringLiteral("SELECT value FROM counters WHERE name = 'steps'")),
             kLarge + 1);
}

void tst_StoreSpans::spansThatComeWhileATraceIsMappedAreShownToo()
{
    m_mapper->gate.shut();
    QVERIFY(m_fixture->submit(largeTrace()).status);
    QVERIFY(m_mapper->gate.waitForSomeone());
    QVERIFY(m_fixture->put(span(1, "root")));
    QVERIFY(m_fixture->put(span(7, "seven", 200)));
    m_mapper->gate.open();
    QTRY_COMPARE(stale(), 0);
    const RunSnapshot run = snapshot();
    QCOMPARE(run.run.pipelineName, QStringLiteral("rooted"));
    QCOMPARE(run.run.status, RunStatus::Completed);
    QCOMPARE(run.run.stepCount, kLarge);
    QCOMPARE(run.run.errorCount, 0);
}

void tst_StoreSpans::aTraceThatIsDeletedWhileItIsMappedStaysDeleted()
{
    m_mapper->gate.shut();
    QVERIFY(m_fixture->submit(largeTrace()).status);
    QVERIFY(m_mapper->gate.waitForSomeone());
    QVERIFY(m_fixture->put(DeleteEvent{.id = kTrace}));
    QTRY_COMPARE(m_fixture->number(QStringLiteral("SELECT count(*) FROM executions")), 0);
    QVERIFY(m_fixture->put(startEvent(kTrace)));
    QVERIFY(m_fixture->put(stepEvent(kTrace, "mine")));
    m_mapper->gate.open();
    QVERIFY(m_fixture->put(DeleteEvent{.id = kTrace, .purgeAfter = kNsPerMinute})); // a later turn
    QVERIFY(m_fixture->put(RestoreEvent{kTrace}));
    QTRY_COMPARE(stale(), 0);
    QCOMPARE(shown(), QStringLiteral("pipeline running: 1 mine"));
}

void tst_StoreSpans::aTraceThatIsRestoredShowsWhatCameMeanwhile()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    std::vector<Event> events{span(1, "root")};
    events.emplace_back(DeleteEvent{.id = kTrace, .purgeAfter = kNsPerMinute});
    QVERIFY(m_fixture->submit(std::move(events)).status);
    QVERIFY(m_fixture->put(RestoreEvent{kTrace}));
    QTRY_COMPARE(shown(), QStringLiteral("rooted completed: 1 child"));
}

void tst_StoreSpans::whatIsNotMappedAtTheEndIsMappedByTheNext()
{
    m_mapper->gate.shut();
    QVERIFY(m_fixture->submit(largeTrace()).status);
    QVERIFY(m_mapper->gate.waitForSomeone());
    std::thread closing([this] { m_fixture->close(); });
    m_mapper->gate.open();
    closing.join();
    QCOMPARE(stale(), 1);
    auto options = m_fixture->options();
    options.traceMapper = m_mapper;
    m_fixture->open(std::move(options));
    QTRY_COMPARE(stale(), 0);
    QCOMPARE(snapshot().run.stepCount, kLarge);
}

void tst_StoreSpans::aProgramThatEndsWhenItsWorkIsDoneLeavesNothingToMap()
{
    m_fixture->close();
    auto options = m_fixture->options();
    options.traceMapper = m_mapper;
    options.atClose = store::AtClose::MapTraces;
    m_fixture->open(options);
    QVERIFY(m_fixture->submit(largeTrace()).status);
    QVERIFY(m_fixture->put(span(1, "root")));
    m_fixture->close();
    QCOMPARE(stale(), 0);
    m_fixture->open(std::move(options));
    QCOMPARE(snapshot().run.stepCount, kLarge);
    QCOMPARE(snapshot().run.status, RunStatus::Completed);
}

namespace {

/// The writer's parts, over a store that nobody else has open.
struct Parts
{
    explicit Parts(const QString &path)
        : connection(*store::SqliteConnection::open(path, store::Access::ReadWrite))
        , records(*store::RecordStore::create(*connection))
        , spans(*store::SpanStore::create(*connection))
    {
    }

    store::RunState run() { return **records->findRun(kTrace); }
    store::TraceChange change()
    {
        return *store::makeTraceChange(*records, *spans, PlainMapper(), run().row, kTrace, 1);
    }
    /// One row of it; the run as it is then.
    store::RunState writeOne(store::TraceChangeWriter &change)
    {
        store::RunState state = run();
        const auto slice = change.write(*records, state, store::TraceChangeWriter::Deadline::min());
        isLast = slice && slice->isLast;
        if (!slice || !records->updateRun(state))
            return {};
        return state;
    }

    std::unique_ptr<store::SqliteConnection> connection;
    std::unique_ptr<store::RecordStore> records;
    std::unique_ptr<store::SpanStore> spans;
    bool isLast = false;
};

/// Puts spans into a store without anybody mapping them.
void keepUnmapped(StoreFixture &fixture, const std::vector<RawSpan> &more)
{
    fixture.close();
    Parts parts(fixture.path());
    for (const RawSpan &one : more)
        QVERIFY(*parts.spans->put(parts.run().row, one));
}

} // namespace

void tst_StoreSpans::aChangeCanBeWrittenInSlices()
{
    QVERIFY(m_fixture->put(span(2, "a", 100, "broken")));
    QVERIFY(m_fixture->put(span(3, "b")));
    keepUnmapped(*m_fixture, {span(2, "root", 200), span(4, "c", 100, "broken"), span(5, "d")});
    Parts parts(m_fixture->path());
    store::TraceChangeWriter change(parts.change());
    QStringList counts;
    while (!parts.isLast) {
        const store::RunState run = parts.writeOne(change);
        counts += QStringLiteral("%1/%2").arg(run.stepCount).arg(run.errorCount);
        QVERIFY(counts.size() < 10);
    }
    // b changes its index; c and d come; c's error comes; a's error and a go.
    QCOMPARE(counts.join(QLatin1Char(' ')), QStringLiteral("2/1 3/1 4/1 4/2 4/1 3/1"));
    QVERIFY(parts.change().steps.empty());
    QVERIFY(parts.change().errors.empty());
    const auto error = m_fixture->sql(
        QStringLiteral("SELECT s.step_name FROM execution_errors r JOIN execution_steps s ON s.id "
                       "= r.step_id"));
    QCOMPARE(error, QVariantList{QStringLiteral("c")});
}

void tst_StoreSpans::aChangeHalfWrittenIsCompletedByTheNext()
{
    QVERIFY(m_fixture->put(span(2, "a")));
    keepUnmapped(*m_fixture, {span(1, "root"), span(3, "b", 100, "broken"), span(4, "c")});
    {
        Parts parts(m_fixture->path());
        store::TraceChangeWriter change(parts.change());
        QCOMPARE(parts.writeOne(change).stepCount, 2);
    }
    m_fixture->sql(QStringLiteral("INSERT INTO stale_traces SELECT id, 1 FROM executions"));
    auto options = m_fixture->options();
    options.traceMapper = m_mapper;
    m_fixture->open(std::move(options));
    QTRY_COMPARE(shown(), QStringLiteral("rooted completed: 1 a, 2 b!, 3 c"));
    QCOMPARE(snapshot().run.stepCount, 3);
}

void tst_StoreSpans::theRunIsOverOnlyWhenItHasAllItsSteps()
{
    QVERIFY(m_fixture->put(span(2, "a")));
    keepUnmapped(*m_fixture, {span(1, "root"), span(3, "b"), span(4, "c")});
    Parts parts(m_fixture->path());
    store::TraceChangeWriter change(parts.change());
    const auto half = parts.writeOne(change).record;
    QCOMPARE(half.pipelineName, QByteArray("rooted"));
    QCOMPARE(half.status, RunStatus::Running);
    QVERIFY(!half.endedAt);
    const auto whole = parts.writeOne(change).record;
    QVERIFY(parts.isLast);
    QCOMPARE(whole.status, RunStatus::Completed);
    QVERIFY(whole.endedAt);
}

void tst_StoreSpans::aMarkThatMeansNoTraceHarmsNobody()
{
    QVERIFY(m_fixture->put(startEvent(kTrace)));
    QVERIFY(m_fixture->put(stepEvent(kTrace, "mine")));
    m_fixture->sql(QStringLiteral("INSERT INTO stale_traces SELECT id, 0 FROM executions"));
    QTRY_COMPARE(stale(), 0);
    QCOMPARE(shown(), QStringLiteral("pipeline running: 1 mine"));
}

void tst_StoreSpans::spansComeThroughTheInbox()
{
    m_fixture->sql(
        QStringLiteral("INSERT INTO inbox(body) VALUES('{\"op\":\"span\",\"execution_id\":"
                       "\"0af76519-16cd-43dd-8448-eb211c80319c\",\"span_id\":\"00000000000000aa\","
                       "\"ended_at\":5,\"body\":{\"name\":\"by hand\"}}')"));
    QTRY_COMPARE(shown(), QStringLiteral("no root running: 1 by hand"));
}

void tst_StoreSpans::anotherVersionOfTheMappingReachesStoredTraces()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    m_fixture->close();
    const int before = m_mapper->calls;
    auto options = m_fixture->options();
    options.traceMapper = m_mapper;
    options.mappingVersion = 7;
    m_fixture->open(std::move(options));
    QTRY_COMPARE(m_mapper->calls, before + 1);
    QCOMPARE(shown(), QStringLiteral("no root running: 1 child"));
}

void tst_StoreSpans::anotherMappingReachesStoredTracesWhileTheStoreIsOpen()
{
    QVERIFY(m_fixture->put(span(2, "child")));
    m_fixture->store().setMapping(std::make_shared<PlainMapper>("new "), 7);
    QTRY_COMPARE(shown(), QStringLiteral("no root running: 1 new child"));
    QVERIFY(m_fixture->put(span(3, "late")));
    QCOMPARE(shown(), QStringLiteral("no root running: 1 new child, 2 new late"));
    m_fixture->store().setMapping(std::make_shared<PlainMapper>("third "), 8);
    QTRY_COMPARE(shown(), QStringLiteral("no root running: 1 third child, 2 third late"));
    QTRY_COMPARE(m_fixture->number(
                     QStringLiteral("SELECT value FROM counters WHERE name = 'mapping_version'")),
                 8);
}

void tst_StoreSpans::aMappingThatChangesWhileATraceIsMappedCountsForIt()
{
    m_mapper->gate.shut();
    QVERIFY(m_fixture->submit(largeTrace()).status);
    QVERIFY(m_mapper->gate.waitForSomeone());
    m_fixture->store().setMapping(std::make_shared<PlainMapper>("new "), 7);
    for (int i = 0; i < 2; ++i) // once the second is answered, it is known
        QVERIFY(m_fixture->put(startEvent(ExecutionId::newV7())));
    m_mapper->gate.open();
    QTRY_COMPARE(stale(), 0);
    QCOMPARE(m_fixture->sql(QStringLiteral("SELECT DISTINCT step_name FROM execution_steps")),
             QVariantList{QStringLiteral("new s")});
}

void tst_StoreSpans::withoutAMapperSpansAreRefused()
{
    m_fixture->close();
    m_fixture->open(m_fixture->options());
    const auto refused = m_fixture->put(span(2, "child"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidValue);
}

QTEST_GUILESS_MAIN(tst_StoreSpans)
#include "tst_store_spans.moc"
