// SPDX-License-Identifier: GPL-3.0-or-later
// The files of others, and files that are broken, of something else, or no files at all.
#include "tests/exchange/place.h"

#include <app/exchange/bundle.h>
#include <app/exchange/request_pieces.h>
#include <app/exchange/run_contents.h>

#include <model/otlp/decode.h>

#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace xray;
using namespace xray::app;
using namespace xray::test;

namespace {

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

constexpr char kStart[] = "{\"op\":\"start\",\"pipeline_name\":\"a\"}";

const ExecutionId kTrace = *ExecutionId::fromText("5b8efff7-9803-8103-d269-b633813fc60c");

/// kOtlp, with another trace id for each `n`, made longer than any buffer that is peeked into.
QByteArray longRequest(int n)
{
    const QByteArray trace = QByteArray::number(n).rightJustified(8, '0');
    return QByteArray(kOtlp)
        .replace("5b8efff7", trace)
        .replace("\"shop\"", '"' + QByteArray(20'000, 's') + '"');
}

/// A request with that many spans of one trace, of about 1 KB each.
QByteArray requestOf(int spans)
{
    QByteArray list;
    for (int i = 1; i <= spans; ++i) {
        list += list.isEmpty() ? "" : ",";
        list += R"({"traceId":"5b8efff798038103d269b633813fc60c","spanId":")" +
                QByteArray::number(i, 16).rightJustified(16, '0') +
                R"(","name":"step","startTimeUnixNano":"1","endTimeUnixNano":"2","attributes":[)"
                R"({"key":"text","value":{"stringValue":")" +
                QByteArray(1000, 'x') + R"("}}]})";
    }
    return R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":)"
           R"({"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"sdk"},"spans":[)" +
           list + "]}]}]}";
}

QString said(const Result<ImportSummary> &summary)
{
    return summary ? summary->refusals.join(QLatin1Char('\n')) : summary.error().message;
}

} // namespace

class tst_ImportFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRequestIsRead_data();
    void aRequestIsRead();
    void longLinesAreLinesToo();
    void aLineMayHoldSpansAndLogs();
    void jaegerFilesAreRead();
    void operationsInAnArrayAreImported();
    void textAboutSpansInAPayloadIsNoSpan();
    void aLargeRequestIsReadInPieces();
    void piecesOfARequestAreRequests();
    void goodLinesAreKeptAndBadOnesSaidWithTheirLine();
    void aFileThatBreaksOffIsKeptUpToThere();
    void aDocumentThatBreaksOffIsRefused();
    void whatABadSpanCostsIsOnlyThatSpan();
    void aFileGivesNoOrders_data();
    void aFileGivesNoOrders();
    void noMoreThanTheFirstRefusalsAreToldOfMany();
    void aFileOfSomethingElseIsAnErrorThatNamesTheFormats_data();
    void aFileOfSomethingElseIsAnErrorThatNamesTheFormats();
    void whatIsNoFileIsAnErrorAtOnce();
    void aCompressedFileIsSaidToBeOne();
    void anImportThatIsStoppedKeepsWhatItHas();
    void progressGoesFromNothingToAll();
};

void tst_ImportFiles::aRequestIsRead_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::newRow("a line") << QByteArray(kOtlp);
    QTest::newRow("a line with its end") << QByteArray(kOtlp) + '\n';
    QTest::newRow("lines of DOS") << QByteArray(kOtlp) + "\r\n\r\n";
    QTest::newRow("byte order mark") << "\xef\xbb\xbf" + QByteArray(kOtlp) + '\n';
    QTest::newRow("blank lines before it") << "\n  \n" + QByteArray(kOtlp);
    const QByteArray indented = QJsonDocument::fromJson(kOtlp).toJson(QJsonDocument::Indented);
    QTest::newRow("a document of many lines") << indented;
    QTest::newRow("the same of DOS") << QByteArray(indented).replace('\n', "\r\n");
    QTest::newRow("the same with a byte order mark") << "\xef\xbb\xbf" + indented;
}

void tst_ImportFiles::aRequestIsRead()
{
    QFETCH(QByteArray, contents);
    Place place;
    const auto summary = place.imported(contents);
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(said(summary), QString());
    QCOMPARE(summary->accepted, 1);
    QCOMPARE(summary->runs, std::set<ExecutionId>{kTrace});
    QVERIFY(textOf(place, kTrace).contains(QStringLiteral(" name answer")));
}

/// As the Collector's file exporter writes them: a line is a request, rarely a short one.
void tst_ImportFiles::longLinesAreLinesToo()
{
    Place place;
    const auto summary =
        place.imported(longRequest(1) + '\n' + longRequest(2) + "\r\n" + longRequest(3));
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(said(summary), QString());
    QCOMPARE(summary->accepted, 3);
    QCOMPARE(summary->runs.size(), std::size_t(3));
}

void tst_ImportFiles::aLineMayHoldSpansAndLogs()
{
    Place place;
    const QByteArray logs =
        ",\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":"
        "\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"eventName\":"
        "\"gen_ai.user.message\",\"timeUnixNano\":\"1700000000000000001\",\"body\":"
        "{\"stringValue\":\"hello\"}}]}]}]}";
    QByteArray line = kOtlp;
    line.chop(1);
    const auto summary = place.imported(line + logs);
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(summary->accepted, 2);
    QVERIFY(textOf(place, kTrace).contains(QStringLiteral("\nlog ")));
}

void tst_ImportFiles::jaegerFilesAreRead()
{
    for (const QByteArray &file :
         {QByteArray(kJaeger), QJsonDocument::fromJson(kJaeger).toJson(QJsonDocument::Indented)}) {
        Place place;
        const auto summary = place.imported(file);
        QVERIFY2(summary.ok(), qPrintable(said(summary)));
        QCOMPARE(summary->accepted, 1);
        const auto contents = readRun(place.store(), kTrace, {});
        QVERIFY(contents);
        QCOMPARE(contents->run.pipelineName, QStringLiteral("answer"));
        QCOMPARE(contents->run.status, RunStatus::Failed);
        QCOMPARE(contents->run.duration, DurationNs(1'000'000'000));
    }
}

void tst_ImportFiles::operationsInAnArrayAreImported()
{
    Place place;
    const auto summary =
        place.imported(QByteArray("[\n") + kStart + ",\n{\"op\":\"nonsense\"},\n" + kStart + "]\n");
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(summary->accepted, 2);
    QVERIFY2(said(summary).startsWith(QStringLiteral("line 2: ")), qPrintable(said(summary)));
    QCOMPARE(place.fixture().sql(QStringLiteral("SELECT DISTINCT source FROM executions")),
             QVariantList{QStringLiteral("import")});
}

void tst_ImportFiles::textAboutSpansInAPayloadIsNoSpan()
{
    Place place;
    const auto summary = place.imported(
        R"({"pipeline_name":"a","metadata":{"resourceSpans":[],"data":[]},"op":"start"})");
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(summary->accepted, 1);
    QCOMPARE(said(summary), QString());
}

void tst_ImportFiles::aLargeRequestIsReadInPieces()
{
    constexpr int kSpans = 12'000; // more than one piece, and more than a request of HTTP may have
    Place place;
    const QByteArray request = requestOf(kSpans);
    QVERIFY(request.size() > kPieceBytes);
    const auto summary = place.imported(request);
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(said(summary), QString());
    QCOMPARE(summary->accepted, kSpans);
    QCOMPARE(place.fixture().number(QStringLiteral("SELECT count(*) FROM spans")), kSpans);
}

void tst_ImportFiles::piecesOfARequestAreRequests()
{
    const QByteArray request = requestOf(25);
    std::size_t spans = 0;
    int pieces = 0;
    const auto done = forEachPiece(
        request, kTracePath,
        [&](const QByteArray &piece) -> Result<> {
            const auto decoded = otlp::decodeTraces(piece, otlp::Encoding::Json);
            if (!decoded)
                return decoded.error();
            ++pieces;
            spans += decoded->spans.size();
            const QByteArray &body = decoded->spans.front().body;
            if (!body.contains("\"shop\"") || !body.contains("\"sdk\""))
                return Error{ErrorCode::Internal, QStringLiteral("resource or scope is lost")};
            return Success{};
        },
        4'000);
    QVERIFY2(done.ok(), done ? "" : qPrintable(done.error().message));
    QCOMPARE(spans, std::size_t(25));
    QCOMPARE(pieces, 7); // of four spans each
}

void tst_ImportFiles::goodLinesAreKeptAndBadOnesSaidWithTheirLine()
{
    Place place;
    const auto summary = place.imported(
        bundleHeading() + kStart + "\n{\"op\":\"nonsense\"}\n\nhello\n" + kStart + "\n" + kOtlp +
        "\n{\"resourceSpans\":[{\n{\"op\":\"start\",\"pipeline_name\":7}\n" +
        "{\"op\":\"step\",\"execution_id\":\"018e7d6e-0000-7000-8000-000000000001\","
        "\"step_name\":\"of no run\",\"step_type\":\"api\"}\n" +
        kStart);
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(summary->accepted, 4);
    QCOMPARE(summary->refused, 5);
    QStringList lines;
    for (const QString &refusal : summary->refusals)
        lines += refusal.section(QLatin1Char(':'), 0, 0);
    lines.sort();
    QCOMPARE(lines, QStringList({QStringLiteral("line 10"), QStringLiteral("line 3"),
                                 QStringLiteral("line 5"), QStringLiteral("line 8"),
                                 QStringLiteral("line 9")}));
}

void tst_ImportFiles::aFileThatBreaksOffIsKeptUpToThere()
{
    Place place;
    const QByteArray last = longRequest(3);
    const auto summary =
        place.imported(longRequest(1) + '\n' + longRequest(2) + '\n' + last.left(last.size() / 2));
    QVERIFY2(summary.ok(), qPrintable(said(summary)));
    QCOMPARE(summary->accepted, 2);
    QCOMPARE(summary->refused, 1);
    QVERIFY2(said(summary).startsWith(QStringLiteral("line 3: ")), qPrintable(said(summary)));
    QVERIFY2(said(summary).contains(QStringLiteral("cut off")), qPrintable(said(summary)));
}

void tst_ImportFiles::aDocumentThatBreaksOffIsRefused()
{
    for (const QByteArray &whole : {QByteArray(kOtlp), QByteArray(kJaeger), requestOf(12'000)}) {
        for (const qsizetype size : {whole.size() / 3, whole.size() - 1}) {
            Place place;
            const auto summary = place.imported(whole.left(size));
            QVERIFY2(!summary || summary->refused == 1, qPrintable(said(summary)));
            QVERIFY2(!said(summary).isEmpty(), "refused without a word");
        }
    }
}

void tst_ImportFiles::whatABadSpanCostsIsOnlyThatSpan()
{
    Place place;
    const auto summary = place.imported(requestOf(10).replace("0000000000000007", "nohex"));
    QVERIFY(summary);
    QCOMPARE(summary->accepted, 9);
    QCOMPARE(summary->refused, 1);
    QVERIFY2(said(summary).contains(QStringLiteral("spans[6]")), qPrintable(said(summary)));
}

void tst_ImportFiles::aFileGivesNoOrders_data()
{
    QTest::addColumn<QByteArray>("operation");
    const QByteArray id = "\"018e7d6e-0000-7000-8000-000000000001\"";
    QTest::newRow("delete") << R"({"op":"delete","id":)" + id + R"(,"purge_after_ms":0})";
    QTest::newRow("restore") << R"({"op":"restore","id":)" + id + '}';
    QTest::newRow("save") << QByteArray(R"({"op":"save_query","name":"n","text":"type = llm"})");
    QTest::newRow("remove") << QByteArray(R"({"op":"remove_query","name":"n"})");
    const QByteArray hidden = R"({\"op\":\"delete\",\"id\":\")" + id.mid(1, id.size() - 2) +
                              R"(\",\"purge_after_ms\":0})";
    QTest::newRow("within a span")
        << QByteArray(kOtlp).replace(R"("n","value":{"intValue":"3"})",
                                     R"("xray.run","value":{"stringValue":")" + hidden + "\"}");
}

void tst_ImportFiles::aFileGivesNoOrders()
{
    QFETCH(QByteArray, operation);
    Place place;
    const ExecutionId run = *ExecutionId::fromText("018e7d6e-0000-7000-8000-000000000001");
    QVERIFY(place.fixture().put(startEvent(run)));
    const auto summary = place.imported(operation);
    QVERIFY(summary);
    QCOMPARE(summary->accepted, 0);
    QCOMPARE(summary->refused, 1);
    QVERIFY2(said(summary).contains(QStringLiteral("may not")), qPrintable(said(summary)));
    QVERIFY(textOf(place, run).contains(QStringLiteral(" pipeline pipeline")));
}

void tst_ImportFiles::noMoreThanTheFirstRefusalsAreToldOfMany()
{
    Place place;
    const auto summary = place.imported(bundleHeading() + QByteArray("{\"op\":1}\n").repeated(500));
    QVERIFY(summary);
    QCOMPARE(summary->refused, 500);
    QCOMPARE(summary->refusals.size(), kMostRefusalsTold);
}

void tst_ImportFiles::aFileOfSomethingElseIsAnErrorThatNamesTheFormats_data()
{
    QTest::addColumn<QByteArray>("contents");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("blank") << QByteArray(" \n\n ");
    QTest::newRow("text") << QByteArray("hello\nthere");
    QTest::newRow("a picture") << QByteArray("\x89PNG\r\n\x1a\n");
    QTest::newRow("zeros") << QByteArray(100'000, '\0');
    QTest::newRow("a number") << QByteArray("17");
    QTest::newRow("an empty array") << QByteArray("[]");
    QTest::newRow("a request without spans") << QByteArray("{\"resourceSpans\":[]}");
}

void tst_ImportFiles::aFileOfSomethingElseIsAnErrorThatNamesTheFormats()
{
    QFETCH(QByteArray, contents);
    Place place;
    const auto summary = place.imported(contents);
    QVERIFY(!summary);
    QVERIFY2(said(summary).contains(QStringLiteral("OTLP JSON")), qPrintable(said(summary)));
}

void tst_ImportFiles::whatIsNoFileIsAnErrorAtOnce()
{
    Place place;
    QTemporaryDir folder;
    const QString pipe = folder.filePath(QStringLiteral("pipe"));
    QCOMPARE(mkfifo(qPrintable(pipe), 0600), 0);
    const QString locked = folder.filePath(QStringLiteral("locked"));
    QFile file(locked);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.setPermissions({});
    QStringList paths{QStringLiteral("/nowhere/at/all"), folder.path(), pipe};
    if (geteuid() != 0) // to whom nothing is closed
        paths += locked;
    for (const QString &path : paths) {
        const auto summary = Importer(place.store().sink(), {}).import(path);
        QVERIFY(!summary);
        QVERIFY2(said(summary).contains(path), qPrintable(said(summary)));
    }
}

void tst_ImportFiles::aCompressedFileIsSaidToBeOne()
{
    Place place;
    for (const QByteArray &start : {QByteArray("\x1f\x8b\x08\x00", 4), QByteArray("PK\x03\x04", 4),
                                    QByteArray("\x28\xb5\x2f\xfd", 4)}) {
        const auto summary = place.imported(start + "whatever");
        QVERIFY(!summary);
        QVERIFY2(said(summary).contains(QStringLiteral("compressed")), qPrintable(said(summary)));
    }
}

void tst_ImportFiles::anImportThatIsStoppedKeepsWhatItHas()
{
    Place place;
    QTemporaryFile file;
    QVERIFY(file.open());
    constexpr int kLines = 3'000; // three submissions
    for (int i = 0; i < kLines; ++i)
        file.write(QByteArray(kStart) + '\n');
    QVERIFY(file.flush());
    const Ticket ticket;
    Importer importer(place.store().sink(), ticket, [&ticket](double done) {
        if (done > 0.5)
            ticket.cancel();
    });
    const auto summary = importer.import(file.fileName());
    QVERIFY(!summary);
    QCOMPARE(summary.error().code, ErrorCode::Cancelled);
    const auto runs = place.fixture().number(QStringLiteral("SELECT count(*) FROM executions"));
    QVERIFY2(runs >= 1'000 && runs < kLines, qPrintable(QString::number(runs)));
}

void tst_ImportFiles::progressGoesFromNothingToAll()
{
    Place place;
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write((QByteArray(kStart) + '\n').repeated(100));
    QVERIFY(file.flush());
    std::vector<double> told;
    QVERIFY(Importer(place.store().sink(), {}, [&told](double done) {
                told.push_back(done);
            }).import(file.fileName()));
    QVERIFY(told.size() >= 2);
    QVERIFY(std::ranges::is_sorted(told));
    QCOMPARE(told.back(), 1.0);
}

QTEST_GUILESS_MAIN(tst_ImportFiles)
#include "tst_import_files.moc"
