// SPDX-License-Identifier: GPL-3.0-or-later
#include "query_cases.h"
#include "query_database.h"
#include "random_query.h"

#include <model/query/evaluate.h>
#include <model/query/language.h>
#include <model/query/sql.h>

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace xray;
using namespace xray::query;
using namespace xray::test;

class TestExecutors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyExecutorGivesTheExpectedRows_data();
    void everyExecutorGivesTheExpectedRows();
    void randomQueriesHaveTheSameAnswerInMemoryAndInSql();
    void pagesFollowEachOtherWithoutGapOrRepeat();
    void stepsOfDeletedRunsAreNoAnswer();
    void theLargestQueryIsAnswered();
    void theDeepestQueryIsAnswered();
    void aMetricIsReadLatestFirstWithoutSorting();
    void aLaterPageDoesNotReadOnBeyondAZone();
    void otherMetricsAreLookedUpBeforeTheStepIsRead();
    void theMostSelectiveConditionDrives();
    void nothingTypedBecomesSql();
    void postgresTextNumbersItsParameters();
    void aWatchAsksOnlyForTheStepsThatCame();

private:
    static const QueryCases &table();
    static const QueryData &caseData() { return table().data(); }
};

namespace {

constexpr qint64 kAll = 1'000'000;

SqlText compiled(const Query &query, const PlanHints &hints = {})
{
    if (query.subject == Subject::Steps)
        return compileSteps({query, kQueryNow, int(kAll), {}}, Dialect::Sqlite, hints);
    return compileRuns({query, kQueryNow, int(kAll), {}}, Dialect::Sqlite, hints);
}

/// Estimates and an index that say anything: the answer must not depend on them.
PlanHints randomHints(QRandomGenerator &random)
{
    PlanHints hints;
    if (random.bounded(3) == 0)
        return hints;
    const quint32 seed = random.generate();
    hints.metricMatches = [seed](const Condition &condition, std::optional<StepType>) {
        const auto dice = qHash(condition.field.name, seed) % 4;
        return dice == 0 ? std::nullopt : std::optional<qint64>(dice == 1 ? 10 : 1'000'000);
    };
    if (random.bounded(2) == 0)
        return hints;
    hints.textCandidates = [seed](const QString &) {
        const auto arm = [](qint64 half) {
            return SqlText{"SELECT id FROM execution_steps WHERE id / 100 % 2 = ?1", {half}, {}};
        };
        return std::optional(TextCandidates{{arm(1), arm(0)}, seed % 2 == 0 ? 5 : 50'000});
    };
    return hints;
}

PlanHints hintsSaying(qint64 forOne, const QString &name, qint64 forOthers)
{
    PlanHints hints;
    hints.metricMatches = [=](const Condition &condition, std::optional<StepType>) {
        return std::optional(condition.field.name == name ? forOne : forOthers);
    };
    return hints;
}

} // namespace

const QueryCases &TestExecutors::table()
{
    static const QueryCases cases;
    return cases;
}

void TestExecutors::everyExecutorGivesTheExpectedRows_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("expected");
    QVERIFY(table().cases().size() >= 100);
    for (const QueryCase &one : table().cases())
        QTest::addRow("%s", qPrintable(one.text)) << one.text << one.rows;
}

void TestExecutors::everyExecutorGivesTheExpectedRows()
{
    static const QueryDatabase database(caseData());
    QFETCH(const QString, text);
    QFETCH(const QStringList, expected);
    const Query query = queryOf(text);
    QCOMPARE(labelsOf(query.subject, evaluated(query, caseData()), caseData()), expected);
    for (const qint64 estimate : {qint64(1), qint64(1'000'000)}) {
        const SqlText sql = compiled(query, hintsSaying(estimate, {}, estimate));
        QCOMPARE(labelsOf(query.subject, database.rows(sql), caseData()), expected);
    }
    const Query again = queryOf(toText(query));
    QCOMPARE(labelsOf(again.subject, evaluated(again, caseData()), caseData()), expected);
}

void TestExecutors::randomQueriesHaveTheSameAnswerInMemoryAndInSql()
{
    RandomQueries queries(20);
    QRandomGenerator random(3);
    int nonEmpty = 0;
    for (quint32 seed = 0; seed < 20; ++seed) {
        const QueryData data = randomData(seed, 40);
        const QueryDatabase database(data);
        for (int i = 0; i < 200; ++i) {
            const Query query = queries.next(i % 3 == 0 ? Subject::Runs : Subject::Steps, 4);
            const PlanHints hints = randomHints(random);
            const SqlText sql = compiled(query, hints);
            const auto expected = evaluated(query, data);
            nonEmpty += expected.empty() ? 0 : 1;
            const auto rows = database.rows(sql);
            QVERIFY2(rows == expected, qPrintable(toText(query)));
            const qint64 cap = random.bounded(30);
            const auto count =
                database.rows(compileCount({query, kQueryNow, cap}, Dialect::Sqlite, hints));
            QCOMPARE(count.front(), std::min(qint64(expected.size()), cap + 1));
        }
    }
    QVERIFY(nonEmpty > 1'000);
}

void TestExecutors::pagesFollowEachOtherWithoutGapOrRepeat()
{
    const QueryData data = randomData(7, 60);
    const QueryDatabase database(data);
    for (const char *text : {"", "score", "confidence >= 0 and type in (llm, filter, api)",
                             "not error", "runs where", "runs where not any(error)"}) {
        const Query query = queryOf(QString::fromLatin1(text));
        std::vector<qint64> all;
        StepQuestion steps{query, kQueryNow, 3, {}};
        RunQuestion runs{query, kQueryNow, 3, {}};
        for (bool more = true; more;) {
            auto page =
                database.rows(query.subject == Subject::Steps ? compileSteps(steps, Dialect::Sqlite)
                                                              : compileRuns(runs, Dialect::Sqlite));
            more = page.size() > 3;
            if (more)
                page.pop_back();
            all.insert(all.end(), page.begin(), page.end());
            if (!more)
                break;
            steps.before = StepRow{page.back()};
            if (query.subject == Subject::Runs) {
                const Execution &last = data[std::size_t(page.back() - 1)].run;
                runs.after = std::pair(last.startedAt, last.id);
            }
        }
        QCOMPARE(all, evaluated(query, data));
        QVERIFY(all.size() > 6);
    }
}

void TestExecutors::stepsOfDeletedRunsAreNoAnswer()
{
    const QueryDatabase database(caseData());
    database.execute("UPDATE executions SET purge_at = 1 WHERE id = 2");
    const auto labels = [&](const char *text) {
        const Query query = queryOf(QString::fromLatin1(text));
        return labelsOf(query.subject, database.rows(compiled(query)), caseData()).join(u' ');
    };
    QCOMPARE(labels("percentage_eliminated > 0"), QStringLiteral("A3"));
    QCOMPARE(labels("percentage_eliminated > 0 and index > 0"), QStringLiteral("A3"));
    QCOMPARE(labels("type = filter"), QStringLiteral("A3"));
    QCOMPARE(labels("session = s-2"), QString());
    QCOMPARE(labels("runs where any(type = filter)"), QStringLiteral("A"));
}

void TestExecutors::theLargestQueryIsAnswered()
{
    const QueryDatabase database(caseData());
    for (const char *connector : {" or ", " and "}) {
        QStringList terms;
        for (int i = 0; i < kMaxQueryConditions / 2; ++i)
            terms += QStringLiteral("(output.v%1 = 1 or text : \"laptop\")").arg(i);
        const Query query = queryOf(terms.join(QLatin1String(connector)));
        QCOMPARE(database.rows(compiled(query)), evaluated(query, caseData()));
        const Query any{Subject::Runs,
                        std::make_shared<const Node>(
                            Node{StepTest{StepTest::Quantifier::Any, query.where, {}, 0}, {}})};
        QCOMPARE(database.rows(compiled(any)), evaluated(any, caseData()));
    }
}

void TestExecutors::theDeepestQueryIsAnswered()
{
    const QueryDatabase database(caseData());
    for (const char *level :
         {"(error or type = llm and ", "not (duration > 1s or issue and ", "not "}) {
        const QString opening = QString::fromLatin1(level);
        const qsizetype perLevel = opening.count(u'(') + opening.count(QLatin1String("not"));
        const qsizetype levels = (kMaxQueryDepth - 1) / perLevel;
        const QString text = opening.repeated(levels) + QStringLiteral("any_metric > 1") +
                             QString(opening.count(u'(') * levels, u')');
        const Query query = queryOf(text);
        QCOMPARE(database.rows(compiled(query)), evaluated(query, caseData()));
        const Query runs = queryOf(QStringLiteral("runs where none(%1)").arg(text));
        QCOMPARE(database.rows(compiled(runs)), evaluated(runs, caseData()));
    }
}

void TestExecutors::aMetricIsReadLatestFirstWithoutSorting()
{
    const QueryDatabase database(caseData());
    for (const char *text : {"type = filter and percentage_eliminated > 90", "confidence < 0.4",
                             "confidence < 0.4 and pipeline = summaries", ""}) {
        const auto plan = database.planOf(compiled(queryOf(QString::fromLatin1(text))));
        for (const QString &line : plan)
            QVERIFY2(!line.startsWith(QStringLiteral("USE TEMP B-TREE FOR ORDER BY")),
                     qPrintable(plan.join(u'\n')));
    }
    const auto plan =
        database.planOf(compiled(queryOf(QStringLiteral("type = filter and confidence > 90"))));
    QVERIFY2(plan.join(u'\n').contains(QStringLiteral("SEARCH z USING PRIMARY KEY")),
             qPrintable(plan.join(u'\n')));
}

/// Of two upper bounds SQLite takes one, which may be that of the page.
void TestExecutors::aLaterPageDoesNotReadOnBeyondAZone()
{
    const Query query = queryOf(QStringLiteral("type = filter and confidence > 0"));
    for (const auto before : {std::optional<StepRow>(), std::optional(StepRow{900})}) {
        const SqlText sql = compileSteps({query, kQueryNow, 200, before}, Dialect::Sqlite);
        QCOMPARE(sql.sql.count("m.step_id < "), 1);
    }
}

void TestExecutors::otherMetricsAreLookedUpBeforeTheStepIsRead()
{
    const auto readsSteps = [](const char *text) {
        const Query query = queryOf(QString::fromLatin1(text));
        const SqlText sql = compileSteps({query, kQueryNow, 200, {}}, Dialect::Sqlite);
        return sql.sql.contains("JOIN execution_steps s");
    };
    QVERIFY(!readsSteps("type = filter and confidence > 0 and (tokens > 1 or not score < 2)"));
    QVERIFY(readsSteps("type = filter and confidence > 0 and (tokens > 1 or error)"));
}

void TestExecutors::theMostSelectiveConditionDrives()
{
    const Query query = queryOf(QStringLiteral("tokens > 1 and confidence > 0 and not error"));
    const auto note = [&](const QString &rare) {
        return compiled(query, hintsSaying(3, rare, 500'000)).plan.text;
    };
    QVERIFY(note(QStringLiteral("confidence")).contains(QStringLiteral("confidence")));
    QVERIFY(note(QStringLiteral("tokens")).contains(QStringLiteral("tokens")));
    QVERIFY(compiled(queryOf(QStringLiteral("error"))).plan.isScan);
    const Query runs = queryOf(QStringLiteral("runs where any(confidence > 0)"));
    QVERIFY(!compiled(runs, hintsSaying(3, QStringLiteral("confidence"), 0)).plan.isScan);
    QVERIFY(compiled(runs, hintsSaying(900'000, QStringLiteral("confidence"), 0)).plan.isScan);
    const QStringList plan = explainPlan(query, hintsSaying(3, QStringLiteral("tokens"), 500'000));
    QVERIFY(plan.contains(QStringLiteral("then looked up for each: not error")));
}

void TestExecutors::nothingTypedBecomesSql()
{
    const QByteArray marker = "q'Q\"--;";
    const QString typed = QString::fromLatin1(marker);
    const QString value = toText(Value(typed));
    for (const QString &text :
         {QStringLiteral("step = %1 or step : %1 or tag in (%1) or text : %1 or session = %1"),
          QStringLiteral("metric.%1 > 1 or input.%1 = %1 or metadata.%1 : %1 or trigger = %1"),
          QStringLiteral("runs where pipeline = %1 or any(metric.%1 > 1 and environment = %1)"),
          QStringLiteral("metric.%1 > 1 and type = llm")}) {
        const Query query = queryOf(text.arg(value));
        for (const Dialect dialect : {Dialect::Sqlite, Dialect::Postgres}) {
            const SqlText sql = compileCount({query, kQueryNow, 10}, dialect);
            QVERIFY(!sql.sql.contains("q'Q"));
            QVERIFY(std::ranges::find(sql.values, SqlValue(marker)) != sql.values.end());
        }
    }
}

void TestExecutors::postgresTextNumbersItsParameters()
{
    const Query query = queryOf(QStringLiteral("type = filter and percentage_eliminated > 90 and "
                                               "tag = eu"));
    const SqlText sql = compileSteps({query, kQueryNow, 200, StepRow{77}}, Dialect::Postgres);
    QCOMPARE(sql.sql,
             QByteArray("SELECT m.step_id AS id, m.step_id AS zone FROM step_metrics m JOIN "
                        "execution_steps s ON s.id = m.step_id JOIN executions e ON e.id = "
                        "s.execution_id WHERE m.metric_id = (SELECT id FROM metrics WHERE name = "
                        "$2) AND m.step_type = 2 AND m.step_id < $3 AND m.value > $4 AND "
                        "e.purge_at IS NULL AND EXISTS (SELECT 1 FROM "
                        "jsonb_array_elements_text(e.tags::jsonb) AS t(value) WHERE t.value = $5) "
                        "ORDER BY 2 DESC, 1 DESC LIMIT $1"));
    QCOMPARE(sql.values, (std::vector<SqlValue>{qint64(201), QByteArray("percentage_eliminated"),
                                                qint64(77), 90.0, QByteArray("eu")}));
}

void TestExecutors::aWatchAsksOnlyForTheStepsThatCame()
{
    const QueryDatabase database(caseData());
    const Query query = queryOf(QStringLiteral("type = filter"));
    const auto rows = database.rows(compileStepsAmong(
        query, kQueryNow, {StepRow{100}, StepRow{300}, StepRow{500}}, Dialect::Sqlite));
    QCOMPARE(labelsOf(Subject::Steps, rows, caseData()).join(u' '), QStringLiteral("B1 A3"));
    QVERIFY(database.rows(compileStepsAmong(query, kQueryNow, {}, Dialect::Sqlite)).empty());
}

QTEST_APPLESS_MAIN(TestExecutors)
#include "tst_executors.moc"
