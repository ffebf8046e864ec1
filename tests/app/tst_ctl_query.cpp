// SPDX-License-Identifier: GPL-3.0-or-later
// xrayctl query as scripts use it: what it prints, exit codes, and one line of complaint.
#include "tests/app/private_home.h"
#include "tests/app/program.h"

#include <QCoreApplication>

using namespace xray;
using namespace xray::test;

namespace {

constexpr int kLargeQuery = 10'000;

QString repeated(const char *part, int times)
{
    return QString::fromLatin1(part).repeated(times);
}

QByteArrayList linesOf(const QByteArray &text)
{
    QByteArrayList lines = text.split('\n');
    lines.removeLast(); // behind the last line feed
    return lines;
}

} // namespace

class TestCtlQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void formatsAndLimits_data();
    void formatsAndLimits();
    void theCountIsThatOfTheRows();
    void thePlanIsExplained();
    void aWrongTextIsOneLineAndCode2_data();
    void aWrongTextIsOneLineAndCode2();
    void aNameThatNothingHasIsTold();

private:
    Ended ask(const QString &text, const QStringList &more = {}) const;

    QTemporaryDir m_folder;
    QString m_store;
};

Ended TestCtlQuery::ask(const QString &text, const QStringList &more) const
{
    return runProgram(QStringLiteral("xrayctl"),
                      QStringList{QStringLiteral("query"), QStringLiteral("--db"), m_store} + more +
                          QStringList{text});
}

void TestCtlQuery::initTestCase()
{
    m_store = QStringLiteral("sqlite:") + m_folder.filePath(QStringLiteral("query.db"));
    const Ended made = runProgram(QStringLiteral("xrayctl"),
                                  {QStringLiteral("demo"), QStringLiteral("--db"), m_store,
                                   QStringLiteral("--seed"), QStringLiteral("5"),
                                   QStringLiteral("--runs"), QStringLiteral("60")});
    QCOMPARE(made.code, 0);
}

void TestCtlQuery::formatsAndLimits_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("lines"); // for three rows
    QTest::addColumn<QByteArray>("begin");
    QTest::newRow("table") << QStringLiteral("table") << 4 << QByteArray("started_at");
    QTest::newRow("ndjson") << QStringLiteral("ndjson") << 3 << QByteArray("{\"started_at\":");
    QTest::newRow("json") << QStringLiteral("json") << 5 << QByteArray("[");
    QTest::newRow("csv") << QStringLiteral("csv") << 4 << QByteArray("started_at,");
}

void TestCtlQuery::formatsAndLimits()
{
    QFETCH(QString, format);
    QFETCH(int, lines);
    QFETCH(QByteArray, begin);
    const Ended found =
        ask(QStringLiteral("type = filter"),
            {QStringLiteral("--limit"), QStringLiteral("3"), QStringLiteral("--format"), format});
    QCOMPARE(found.code, 0);
    QCOMPARE(linesOf(found.out).size(), lines);
    QVERIFY(found.out.startsWith(begin));
    QCOMPARE(found.err, QByteArray());
}

void TestCtlQuery::theCountIsThatOfTheRows()
{
    for (const char *text :
         {"type = filter", "runs where any(type = filter)", "confidence > 0.5"}) {
        const QString query = QString::fromLatin1(text);
        const auto rows =
            linesOf(ask(query, {QStringLiteral("--limit"), QStringLiteral("100000")}).out).size();
        QVERIFY(rows > 10);
        QCOMPARE(ask(query, {QStringLiteral("--count")}).out,
                 "{\"count\":" + QByteArray::number(rows) + "}\n");
    }
}

void TestCtlQuery::thePlanIsExplained()
{
    const auto planOf = [&](const char *text) {
        return ask(QString::fromLatin1(text), {QStringLiteral("--explain")}).out;
    };
    QVERIFY(planOf("confidence > 0.5").startsWith("metric index on confidence"));
    QVERIFY(planOf("output.remaining_candidates = 5").startsWith("scan: "));
    QVERIFY(planOf("runs where all(output.remaining_candidates = 5)").startsWith("scan: "));
}

void TestCtlQuery::aWrongTextIsOneLineAndCode2_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const QString &text, const char *says) {
        QTest::newRow(name) << text << QString::fromUtf8(says);
    };
    row("value", QStringLiteral("type = filtr"), "Position 8: “filtr” is no type.");
    row("syntax", QStringLiteral("type = filter or"), "Position 17: Something is missing");
    row("metric", QStringLiteral("confidense > 1"), "Did you mean “confidence”?");
    row("path", QStringLiteral("input.titel : x"), "Did you mean “input.title”?");
    row("pattern", QStringLiteral("step ~ \"(\""), "This is no regular expression");
    row("terms", repeated("error or ", kLargeQuery) + QStringLiteral("error"), "longer than");
    row("short terms", repeated("a or ", kLargeQuery) + u'a', "more than 500 conditions");
    row("list", QStringLiteral("index in (1") + repeated(",1", kLargeQuery) + u')',
        "more than 500 conditions");
    row("brackets", repeated("(", 1'000) + QStringLiteral("error") + repeated(")", 1'000),
        "nested more than 20 deep");
    row("not", repeated("not ", 1'000) + QStringLiteral("error"), "nested more than 20 deep");
}

void TestCtlQuery::aWrongTextIsOneLineAndCode2()
{
    QFETCH(QString, text);
    QFETCH(QString, says);
    const Ended ended = ask(text);
    QCOMPARE(ended.code, 2);
    QCOMPARE(ended.out, QByteArray());
    QCOMPARE(linesOf(ended.err).size(), 1);
    QVERIFY2(ended.err.startsWith("xrayctl: ") && ended.err.contains(says.toUtf8()),
             ended.err.constData());
}

void TestCtlQuery::aNameThatNothingHasIsTold()
{
    const Ended ended = ask(QStringLiteral("step = filter_relevence"));
    QCOMPARE(ended.code, 0);
    QCOMPARE(ended.out, QByteArray());
    QCOMPARE(QString::fromUtf8(ended.err),
             QStringLiteral("xrayctl: No step is named “filter_relevence”; there is "
                            "“filter_relevance”.\n"));
}

XRAY_APP_TEST_MAIN(QCoreApplication, TestCtlQuery)
#include "tst_ctl_query.moc"
