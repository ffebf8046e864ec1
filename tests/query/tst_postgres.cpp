// SPDX-License-Identifier: GPL-3.0-or-later
// The SQL for Postgres on a real server: it parses, its parameters have types, and it gives the
// rows that the table of cases and the evaluator say.
#include "postgres_script.h"
#include "postgres_server.h"
#include "query_cases.h"
#include "random_query.h"

#include <model/query/language.h>

#include <QTest>

#include <algorithm>

using namespace xray;
using namespace xray::query;
using namespace xray::test;

class TestPostgres : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyCaseHasTheExpectedRows();
    void randomQueriesHaveTheAnswerOfTheEvaluator();
    void pagesBeginWhereTheLastOneEnded();
    void stepsOfAWatchAreMatched();

private:
    using Answers = std::vector<std::vector<qint64>>;
    Answers answersOf(const PostgresScript &script) const;

    std::unique_ptr<PostgresServer> m_server;
};

namespace {

constexpr int kAll = 1'000'000;

SqlText compiled(const Query &query, const PlanHints &hints = {})
{
    if (query.subject == Subject::Steps)
        return compileSteps({query, kQueryNow, kAll, {}}, Dialect::Postgres, hints);
    return compileRuns({query, kQueryNow, kAll, {}}, Dialect::Postgres, hints);
}

/// Every metric condition finds that many steps.
PlanHints hintsSaying(qint64 steps)
{
    PlanHints hints;
    hints.metricMatches = [steps](const Condition &, std::optional<StepType>) {
        return std::optional(steps);
    };
    return hints;
}

} // namespace

void TestPostgres::initTestCase()
{
    const QString programs = PostgresServer::programs();
    if (programs.isEmpty())
        QSKIP("PostgreSQL is not installed: apt-get install postgresql-15");
    m_server = std::make_unique<PostgresServer>(programs);
}

TestPostgres::Answers TestPostgres::answersOf(const PostgresScript &script) const
{
    const QByteArray fresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n";
    return PostgresScript::answersIn(
        m_server->run("SET client_min_messages = warning;\n" + fresh + script.text()));
}

void TestPostgres::everyCaseHasTheExpectedRows()
{
    const QueryCases cases;
    PostgresScript script(cases.data());
    for (const QueryCase &one : cases.cases()) {
        const Query query = queryOf(one.text);
        for (const qint64 estimate : {qint64(1), qint64(1'000'000)})
            script.ask(query, compiled(query, hintsSaying(estimate)));
    }
    const Answers answers = answersOf(script);
    QCOMPARE(answers.size(), 2 * cases.cases().size());
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const QueryCase &one = cases.cases()[i / 2];
        const Subject subject = queryOf(one.text).subject;
        QVERIFY2(labelsOf(subject, answers[i], cases.data()) == one.rows, qPrintable(one.text));
    }
}

void TestPostgres::randomQueriesHaveTheAnswerOfTheEvaluator()
{
    RandomQueries queries(77);
    std::size_t found = 0;
    for (quint32 seed = 100; seed < 103; ++seed) {
        const QueryData data = randomData(seed, 25);
        PostgresScript script(data);
        std::vector<Query> asked;
        for (int i = 0; i < 150; ++i) {
            asked.push_back(queries.next(i % 3 == 0 ? Subject::Runs : Subject::Steps, 3));
            script.ask(asked.back(), compiled(asked.back(), hintsSaying(i % 2 == 0 ? 1 : 100'000)));
            script.ask(asked.back(),
                       compileCount({asked.back(), kQueryNow, 10}, Dialect::Postgres));
        }
        const Answers answers = answersOf(script);
        QCOMPARE(answers.size(), 2 * asked.size());
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const auto expected = evaluated(asked[i], data);
            QVERIFY2(answers[2 * i] == expected, qPrintable(toText(asked[i])));
            QCOMPARE(answers[2 * i + 1].front(),
                     qint64(std::min<std::size_t>(expected.size(), 11)));
            found += expected.size();
        }
    }
    QVERIFY(found > 1'000);
}

void TestPostgres::pagesBeginWhereTheLastOneEnded()
{
    const QueryData data = randomData(7, 30);
    PostgresScript script(data);
    std::vector<std::vector<qint64>> rests;
    for (const char *text : {"", "score", "not error", "runs where not any(error)"}) {
        const Query query = queryOf(QString::fromLatin1(text));
        const auto all = evaluated(query, data);
        QVERIFY(all.size() > 4);
        rests.emplace_back(all.begin() + 3, all.begin() + 5);
        if (query.subject == Subject::Steps) {
            script.ask(query,
                       compileSteps({query, kQueryNow, 1, StepRow{all[2]}}, Dialect::Postgres));
        } else {
            const Execution &last = data[std::size_t(all[2] - 1)].run;
            script.ask(query, compileRuns({query, kQueryNow, 1, std::pair(last.startedAt, last.id)},
                                          Dialect::Postgres));
        }
    }
    QCOMPARE(answersOf(script), rests);
}

void TestPostgres::stepsOfAWatchAreMatched()
{
    const QueryData data = randomData(8, 10);
    const Query query = queryOf(QStringLiteral("index > 1"));
    PostgresScript script(data);
    script.ask(query, compileStepsAmong(query, kQueryNow, {{100}, {200}, {300}, {400}, {99'999}},
                                        Dialect::Postgres));
    script.ask(query, compileStepsAmong(query, kQueryNow, {}, Dialect::Postgres));
    auto expected = evaluated(query, data);
    std::erase_if(expected, [](qint64 row) { return row > 400; });
    QVERIFY(!expected.empty());
    QCOMPARE(answersOf(script), (Answers{expected, {}}));
}

QTEST_GUILESS_MAIN(TestPostgres)
#include "tst_postgres.moc"
