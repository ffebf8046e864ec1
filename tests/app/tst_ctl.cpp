// SPDX-License-Identifier: GPL-3.0-or-later
// xrayctl as scripts use it: exit codes, one line of complaint on standard error, the formats, and
// that the same seed writes the same demo.
#include "tests/app/pipeline_client.h"
#include "tests/app/private_home.h"
#include "tests/app/program.h"

#include <QCoreApplication>
#include <QJsonDocument>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kRuns = 60;

QString store(const QTemporaryDir &folder, const char *name = "xray.db")
{
    return QStringLiteral("sqlite:") + folder.filePath(QLatin1String(name));
}

Ended xrayctl(const QStringList &arguments)
{
    return runProgram(QStringLiteral("xrayctl"), arguments);
}

Ended demo(const QString &url, int seed)
{
    return xrayctl({QStringLiteral("demo"), QStringLiteral("--db"), url, QStringLiteral("--seed"),
                    QString::number(seed), QStringLiteral("--runs"), QString::number(kRuns)});
}

Ended show(const QString &url, const QStringList &more)
{
    return xrayctl(QStringList{QStringLiteral("show"), QStringLiteral("--db"), url,
                               QStringLiteral("--limit"), QString::number(kRuns + 1)} +
                   more);
}

/// OTLP JSON of one trace: a root and `steps` spans below it.
QByteArray traceOf(int steps)
{
    QByteArrayList spans;
    for (int i = 1; i <= steps + 1; ++i) {
        const QByteArray parent = i == 1 ? "" : R"("parentSpanId":"0000000000000001",)";
        spans += R"({"traceId":"0af7651916cd43dd8448eb211c80319c",)" + parent + R"("spanId":")" +
                 QByteArray::number(i, 16).rightJustified(16, '0') +
                 R"(","name":"s","startTimeUnixNano":"1795326724000000000",)" +
                 R"("endTimeUnixNano":"1795326725000000000"})";
    }
    return R"({"resourceSpans":[{"scopeSpans":[{"spans":[)" + spans.join(',') + "]}]}]}";
}

QJsonArray linesOf(const QByteArray &ndjson)
{
    QJsonArray rows;
    for (const QByteArray &line : ndjson.split('\n')) {
        if (!line.isEmpty())
            rows.append(QJsonDocument::fromJson(line).object());
    }
    return rows;
}

/// Records of RFC 4180.
QList<QByteArrayList> recordsOf(const QByteArray &csv)
{
    QList<QByteArrayList> records;
    QByteArrayList fields;
    QByteArray field;
    bool quoted = false;
    for (qsizetype i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (c == '"' && quoted && csv.mid(i + 1, 1) == "\"")
            field += csv[i++];
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields += std::exchange(field, {});
        else if (c == '\n' && !quoted) {
            fields += std::exchange(field, {}).chopped(1); // the \r
            records += std::exchange(fields, {});
        } else
            field += c;
    }
    return records;
}

QSet<QString> runsOf(const QByteArray &ndjson, const char *member = "id")
{
    QSet<QString> runs;
    for (const QJsonValue row : linesOf(ndjson))
        runs.insert(row[QLatin1String(member)].toString());
    return runs;
}

/// The runs of what a query finds, whatever it asks for.
QSet<QString> runsThatMatch(const QString &url, const QString &query)
{
    const QByteArray found = xrayctl({QStringLiteral("query"), QStringLiteral("--db"), url,
                                      QStringLiteral("--limit"), QStringLiteral("100000"), query})
                                 .out;
    return runsOf(found, query.startsWith(QLatin1String("runs")) ? "id" : "execution_id");
}

/// Runs xrayctl where the disk below the folder is mounted read-only, for that process alone.
Ended onReadOnlyDisk(const QString &folder, const QStringList &arguments)
{
    const QString script = QStringLiteral("mount --bind \"$0\" \"$0\" && "
                                          "mount -o remount,bind,ro \"$0\" && exec \"$@\"");
    return runProgram(QStringLiteral("/usr/bin/unshare"),
                      QStringList{QStringLiteral("--map-root-user"), QStringLiteral("--mount"),
                                  QStringLiteral("sh"), QStringLiteral("-c"), script, folder,
                                  programPath(QStringLiteral("xrayctl"))} +
                          arguments);
}

/// Everything but ids and times, which say when the demo was made.
QByteArray withoutTimes(const QJsonArray &rows)
{
    QJsonArray kept;
    for (const QJsonValue &row : rows) {
        QJsonObject object = row.toObject();
        for (const char *key : {"id", "started_at"})
            object.remove(QLatin1String(key));
        kept.append(object);
    }
    return QJsonDocument(kept).toJson();
}

/// All runs, newest first, and the steps of each.
QByteArray dump(const QString &url)
{
    const QJsonArray runs = linesOf(show(url, {}).out);
    QByteArray text = withoutTimes(runs);
    for (const QJsonValue &run : runs)
        text += withoutTimes(linesOf(show(url, {run[QLatin1String("id")].toString()}).out));
    return text;
}

} // namespace

class TestCtl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const Ended filled = demo(store(m_folder), 1);
        QCOMPARE(filled.code, 0);
        QCOMPARE(filled.out + filled.err, QByteArray());
    }

    void theExitCodeSaysHowItWent_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const char *words, int code) {
            QTest::newRow(name) << QString::fromLatin1(words).split(QLatin1Char(' '),
                                                                    Qt::SkipEmptyParts)
                                << code;
        };
        row("no command", "", 2);
        row("a command there is not", "sho", 2);
        row("an option there is not", "show --colour", 2);
        row("an argument too much", "serve now", 2);
        row("a format there is not", "show --format xml", 2);
        row("an id that is none", "show 17", 2);
        row("a limit that is none", "show --limit none", 2);
        row("a seed that is none", "demo --seed x", 2);
        row("a store URL that is none", "stats --db mysql://x", 2);
        row("a port that is none", "serve --listen 127.0.0.1:70000", 2);
        row("a limit of the listener that is none", "serve --max-body much", 2);
        row("an origin that is none", "serve --allow-origin localhost:3000", 2);
        row("an origin with a path", "serve --allow-origin http://localhost/x", 2);
        row("any origin", "serve --allow-origin *", 2);
        row("a store that is not there", "stats --db sqlite:/nowhere/at/all.db", 1);
        row("a store that cannot be made", "serve --db sqlite:/proc/no/xray.db", 1);
        row("an address that needs a token", "serve --db sqlite::memory: --listen 0.0.0.0:0", 2);
        row("help", "--help", 0);
        row("help of a command", "show --help", 0);
        row("version", "--version", 0);
    }

    void theExitCodeSaysHowItWent()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const int, code);
        const Ended ended = xrayctl(arguments);
        QCOMPARE(ended.code, code);
        if (code == 0) {
            QVERIFY(!ended.out.isEmpty());
            QCOMPARE(ended.err, QByteArray());
        } else if (!arguments.isEmpty()) { // without one the whole usage is told
            QVERIFY2(ended.err.startsWith("xrayctl: "), ended.err.constData());
            QCOMPARE(ended.err.count('\n'), 1);
            QCOMPARE(ended.out, QByteArray());
        }
    }

    void aRunThatIsNotThereFails()
    {
        const Ended ended = show(store(m_folder), {ExecutionId::newV7().toString()});
        QCOMPARE(ended.code, 1);
        QCOMPARE(ended.err.count('\n'), 1);
    }

    void everyFormatTellsTheSameRuns()
    {
        const auto as = [this](const char *format) {
            return show(store(m_folder), {QStringLiteral("--format"), QString::fromLatin1(format)});
        };
        const QJsonArray lines = linesOf(as("ndjson").out);
        QCOMPARE(lines.size(), kRuns);
        QCOMPARE(linesOf(show(store(m_folder), {}).out), lines); // the default of a pipe
        QCOMPARE(QJsonDocument::fromJson(as("json").out).array(), lines);
        const auto records = recordsOf(as("csv").out);
        const QList<QByteArray> table = as("table").out.trimmed().split('\n');
        QCOMPARE(records.size(), kRuns + 1);
        QCOMPARE(table.size(), kRuns + 1);
        QCOMPARE(records[0][0], QByteArray("id"));
        for (int i = 0; i < kRuns; ++i) {
            const QJsonObject run = lines[i].toObject();
            const QByteArray id = run.value(QLatin1String("id")).toString().toUtf8();
            QCOMPARE(records[i + 1].size(), run.size());
            QCOMPARE(records[i + 1][0], id);
            QVERIFY(table[i + 1].startsWith(id));
        }
    }

    void aRunIsShownWithItsSteps()
    {
        const QJsonObject run = linesOf(show(store(m_folder), {}).out)[5].toObject();
        const QString id = run.value(QLatin1String("id")).toString();
        const QJsonArray steps = linesOf(show(store(m_folder), {id}).out);
        QCOMPARE(steps.size(), run.value(QLatin1String("step_count")).toInt());
        for (qsizetype i = 0; i < steps.size(); ++i)
            QVERIFY(steps[i][QLatin1String("reasoning_payload")].isObject() ||
                    steps[i][QLatin1String("reasoning_payload")].isNull());
    }

    void statsCountWhatTheStoreHolds()
    {
        const QJsonArray rows = linesOf(
            xrayctl({QStringLiteral("stats"), QStringLiteral("--db"), store(m_folder)}).out);
        int pipelines = 0;
        for (const QJsonValue &row : rows) {
            if (row[QLatin1String("name")].toString() == QStringLiteral("runs"))
                QCOMPARE(row[QLatin1String("count")].toInt(), kRuns);
            if (row[QLatin1String("group")].toString() == QStringLiteral("pipeline"))
                pipelines += row[QLatin1String("count")].toInt();
        }
        QCOMPARE(pipelines, kRuns);
    }

    void theSameSeedWritesTheSameData()
    {
        QCOMPARE(demo(store(m_folder, "same.db"), 1).code, 0);
        QCOMPARE(demo(store(m_folder, "other.db"), 2).code, 0);
        const QByteArray first = dump(store(m_folder));
        QCOMPARE(dump(store(m_folder, "same.db")), first);
        QVERIFY(dump(store(m_folder, "other.db")) != first);
    }

    void serveStopsWhenItIsAskedTo()
    {
        Server server(m_folder.filePath(QStringLiteral("served.db")));
        QVERIFY(server.port() != 0);
        QCOMPARE(PipelineClient(server.port()).get("/healthz").status, 200);
        QCOMPARE(server.stop(), 0);
    }

    void aPortThatIsTakenFails()
    {
        const Server server(m_folder.filePath(QStringLiteral("first.db")));
        QVERIFY(server.port() != 0);
        const Ended second = xrayctl({QStringLiteral("serve"), QStringLiteral("--db"),
                                      store(m_folder, "second.db"), QStringLiteral("--listen"),
                                      QStringLiteral("127.0.0.1:%1").arg(server.port())});
        QCOMPARE(second.code, 1);
        QCOMPARE(second.err.count('\n'), 1);
        QVERIFY2(second.err.contains(QByteArray::number(server.port())), second.err.constData());
    }

    void whatIsServedCanBeShownMeanwhile()
    {
        const QString path = m_folder.filePath(QStringLiteral("meanwhile.db"));
        const Server server(path);
        QCOMPARE(
            PipelineClient(server.port()).post("/executions", runJson(ExecutionId::newV7())).status,
            201);
        QCOMPARE(linesOf(show(QStringLiteral("sqlite:") + path, {}).out).size(), 1);
    }

    void theRunsOfAQueryAreExported_data()
    {
        QTest::addColumn<QString>("query");
        QTest::newRow("steps") << QStringLiteral("type = filter and percentage_eliminated > 50");
        QTest::newRow("runs") << QStringLiteral("runs where count(type = llm) > 1");
    }
    void theRunsOfAQueryAreExported()
    {
        QFETCH(QString, query);
        const QString from = store(m_folder, "exported.db");
        if (!QFileInfo::exists(m_folder.filePath(QStringLiteral("exported.db"))))
            QCOMPARE(demo(from, 3).code, 0);
        const QTemporaryDir folder;
        const QString bundle = folder.filePath(QStringLiteral("matches.xray"));
        const QString into = QStringLiteral("sqlite:") + folder.filePath(QStringLiteral("x.db"));
        QCOMPARE(xrayctl({QStringLiteral("export"), QStringLiteral("--db"), from,
                          QStringLiteral("--query"), query, QStringLiteral("-o"), bundle})
                     .code,
                 0);
        QCOMPARE(xrayctl({QStringLiteral("import"), QStringLiteral("--db"), into, bundle}).code, 0);
        QCOMPARE(runsOf(show(into, {}).out), runsThatMatch(from, query));
    }

    void importEndsWhenALargeTraceIsMapped()
    {
        constexpr int kSteps = 5'000;
        const QString url = store(m_folder, "large_trace.db");
        QFile file(m_folder.filePath(QStringLiteral("large.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(traceOf(kSteps));
        file.close();
        QCOMPARE(
            xrayctl({QStringLiteral("import"), QStringLiteral("--db"), url, file.fileName()}).code,
            0);
        const QJsonArray runs =
            linesOf(show(url, {QStringLiteral("--format"), QStringLiteral("ndjson")}).out);
        QCOMPARE(runs.size(), 1);
        QCOMPARE(runs[0].toObject()[QStringLiteral("step_count")].toInt(), kSteps);
        QCOMPARE(runs[0].toObject()[QStringLiteral("status")].toString(),
                 QStringLiteral("completed"));
    }

    void anExportOfAWrongQueryIsWrongUsage()
    {
        const QString from = store(m_folder, "wrong.db");
        QCOMPARE(demo(from, 3).code, 0);
        for (const char *text : {"type =", "no_such_metric > 1"})
            QCOMPARE(xrayctl({QStringLiteral("export"), QStringLiteral("--db"), from,
                              QStringLiteral("--query"), QString::fromLatin1(text)})
                         .code,
                     2);
    }

    void aStoreOnAReadOnlyDiskCanBeRead()
    {
        const QDir folder(m_folder.filePath(QStringLiteral("50% off? #1")));
        QVERIFY(folder.mkpath(QStringLiteral(".")));
        const QString url = QStringLiteral("sqlite:") + folder.filePath(QStringLiteral("x.db"));
        QCOMPARE(demo(url, 1).code, 0);
        for (const char *left : {"x.db-wal", "x.db-shm"})
            QFile::remove(folder.filePath(QLatin1String(left)));
        if (onReadOnlyDisk(folder.path(), {QStringLiteral("--version")}).code != 0)
            QSKIP("A disk cannot be mounted here, not even for a process alone.");
        const Ended shown =
            onReadOnlyDisk(folder.path(), {QStringLiteral("show"), QStringLiteral("--db"), url,
                                           QStringLiteral("--limit"), QStringLiteral("100")});
        QCOMPARE(shown.code, 0);
        QCOMPARE(linesOf(shown.out).size(), kRuns);
        const Ended served = onReadOnlyDisk(
            folder.path(), {QStringLiteral("serve"), QStringLiteral("--db"), url,
                            QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0")});
        QCOMPARE(served.code, 1);
        QVERIFY2(served.err.contains("cannot be written"), served.err.constData());
    }

    void aLogOnAReadOnlyDiskIsNotLeftOut()
    {
        const QDir folder(m_folder.filePath(QStringLiteral("logged")));
        QVERIFY(folder.mkpath(QStringLiteral(".")));
        const QString path = folder.filePath(QStringLiteral("x.db"));
        {
            Server server(path);
            QCOMPARE(PipelineClient(server.port())
                         .post("/executions", runJson(ExecutionId::newV7()))
                         .status,
                     201);
            server.kill();
        }
        QVERIFY(QFileInfo(path + QStringLiteral("-wal")).size() > 0);
        QFile::remove(path + QStringLiteral("-shm"));
        if (onReadOnlyDisk(folder.path(), {QStringLiteral("--version")}).code != 0)
            QSKIP("A disk cannot be mounted here, not even for a process alone.");
        const Ended shown =
            onReadOnlyDisk(folder.path(), {QStringLiteral("show"), QStringLiteral("--db"),
                                           QStringLiteral("sqlite:") + path});
        QCOMPARE(shown.code, 1);
        QVERIFY2(shown.err.contains("Copy both files"), shown.err.constData());
    }

private:
    QTemporaryDir m_folder;
};

XRAY_APP_TEST_MAIN(QCoreApplication, TestCtl)
#include "tst_ctl.moc"
