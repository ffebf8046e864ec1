// SPDX-License-Identifier: GPL-3.0-or-later
#include "random_query.h"

#include <model/query/language.h>
#include <model/query/unheard.h>

#include <QTest>

using namespace xray;
using namespace xray::query;

class TestLanguage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theTextsOfTheInterfaceAreQueries_data();
    void theTextsOfTheInterfaceAreQueries();
    void canonicalTextIsComfortable_data();
    void canonicalTextIsComfortable();
    void theTextOfARandomTreeIsThatTree();
    void aTextBecomesTheTreeItSays();
    void aMistakeIsPointedAt_data();
    void aMistakeIsPointedAt();
    void anUnsoundPatternIsPointedAt();
    void tenThousandTermsAreRefused();
    void aThousandBracketsAreRefused();
    void aTextOfMegabytesIsRefused();
    void anUnknownMetricIsAnErrorWithTheNearestOne();
    void aPathWithoutANameIsExplained();
    void namesThatNothingHasAreToldApart();
    void anUnknownPathIsAnErrorOnlyWhereAllAreKnown();
    void anErrorSaysPositionExpectationAndExample();
    void eachWordOfATextHasItsColour();
    void colouringCoversEveryCharacter();
    void completionOffersWhatFits_data();
    void completionOffersWhatFits();
    void completionReplacesTheWordAtTheCursor();
    void aMetricIsOfferedWithItsRange();
};

namespace {

QString canonical(const QString &text, DefaultSubject subject = DefaultSubject::Steps)
{
    const ParseOutcome outcome = parse(text, subject);
    if (const auto *error = std::get_if<QueryError>(&outcome))
        return QStringLiteral("! ") + describe(*error);
    return toText(std::get<Query>(outcome), subject);
}

std::optional<QueryError> errorOf(const QString &text)
{
    const ParseOutcome outcome = parse(text);
    const auto *error = std::get_if<QueryError>(&outcome);
    return error ? std::optional(*error) : std::nullopt;
}

Catalogue catalogue()
{
    Catalogue names;
    names.metrics = {{QStringLiteral("percentage_eliminated"), 38'260, 0, 100, {}},
                     {QStringLiteral("confidence"), 900, 0.1, 0.9, {}},
                     {QStringLiteral("odd name"), 5, 1, 2, {}}};
    names.steps = {{QStringLiteral("filter_brand"), 20}, {QStringLiteral("rank all"), 10}};
    names.pipelines = {{QStringLiteral("competitor_selection"), 5}};
    names.paths = {QStringLiteral("input.title"), QStringLiteral("output.remaining_candidates")};
    return names;
}

QStringList offered(const QString &withCursor)
{
    QString text = withCursor;
    const qsizetype cursor = text.indexOf(u'|');
    text.remove(cursor, 1);
    QStringList texts;
    for (const Completion &completion : completions(text, cursor, catalogue()))
        texts += completion.text;
    return texts;
}

} // namespace

void TestLanguage::theTextsOfTheInterfaceAreQueries_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"type = filter and percentage_eliminated > 90", "type = ranking and confidence < 0.4",
          "step ~ \"^filter_\" and duration > 2s and not error",
          "output.remaining_candidates = 0 or input.title : \"laptop stand\"",
          "text : \"MacBook Stand\"",
          "runs where pipeline = competitor_selection and status = completed and started > -2h",
          "runs where any(type = filter and percentage_eliminated > 90) and none(error)",
          "runs where count(type = llm) > 5"})
        QTest::addRow("%s", text) << QString::fromUtf8(text);
}

void TestLanguage::theTextsOfTheInterfaceAreQueries()
{
    QFETCH(const QString, text);
    QCOMPARE(canonical(text), text);
}

void TestLanguage::canonicalTextIsComfortable_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
    };
    row("", "");
    row("   ", "");
    row("runs where", "runs where");
    row("RUNS  WHERE NOT error", "runs where not error");
    row("type=filter AND(confidence<.5)", "type = filter and confidence < 0.5");
    row("type == 'filter'", "type = filter");
    row("a or b and c", "a exists or (b exists and c exists)");
    row("(a or b) and c", "(a exists or b exists) and c exists");
    row("((a))", "a exists");
    row("a and (b and c)", "a exists and (b exists and c exists)");
    row("not not error", "not not error");
    row("confidence", "confidence exists");
    row("metric.confidence > 1e3", "confidence > 1000");
    row("metric.type > -1.50e-3", "metric.type > -0.0015");
    row("metric.\"odd name\" exists", "metric.\"odd name\" exists");
    row("score > 1e-9 or score < 1e300", "score > 1e-09 or score < 1e+300");
    row("duration >= 1m30s", "duration >= 90s");
    row("duration < 1.5s", "duration < 1500ms");
    row("duration in (60000ms, 24h)", "duration in (1m, 1d)");
    row("started > 2026-01-31", "started > 2026-01-31T00:00:00Z");
    row("started > 2026-01-31T10:00:00.5+02:00", "started > 2026-01-31T08:00:00.500Z");
    row("started > -90m and started < now", "started > -90m and started < now");
    row("input.flag = true or input.flag = \"true\"", "input.flag = true or input.flag = \"true\"");
    row("input.\"a key\".b = 'it\\'s'", "input.\"a key.b\" = \"it's\"");
    row("step ~ '\\d+\\\\w'", "step ~ \"\\d+\\w\"");
    row("environment = \"two words\"", "environment = \"two words\"");
    row("environment = 12", "environment = \"12\"");
    row("run = 01890A5D-AC96-774B-BCCE-B302099A8057", "run = 01890a5d-ac96-774b-bcce-b302099a8057");
    row("run.status = failed and status = failed", "run.status = failed and status = failed");
    row("runs where run.status = failed", "runs where status = failed");
    row("runs where any() and count() >= 3", "runs where any() and count() >= 3");
    row("()", "()");
    row("tag in (a,b , c)", "tag in (a, b, c)");
}

void TestLanguage::canonicalTextIsComfortable()
{
    QFETCH(const QString, text);
    QFETCH(const QString, expected);
    QCOMPARE(canonical(text), expected);
}

void TestLanguage::theTextOfARandomTreeIsThatTree()
{
    test::RandomQueries random(1);
    for (int i = 0; i < 5'000; ++i) {
        const Query query = random.next(i % 2 == 0 ? Subject::Steps : Subject::Runs, 4);
        for (const DefaultSubject subject : {DefaultSubject::Steps, DefaultSubject::Runs}) {
            if (query.subject == Subject::Steps && subject == DefaultSubject::Runs)
                continue;
            const QString text = toText(query, subject);
            const ParseOutcome again = parse(text, subject);
            const auto *error = std::get_if<QueryError>(&again);
            QVERIFY2(!error, qPrintable(text + (error ? describe(*error) : QString())));
            QVERIFY2(std::get<Query>(again) == query, qPrintable(text));
            QCOMPARE(toText(std::get<Query>(again), subject), text);
        }
    }
}

void TestLanguage::aTextBecomesTheTreeItSays()
{
    const ParseOutcome outcome = parse(u"type = filter and not percentage_eliminated > 90");
    const auto *query = std::get_if<Query>(&outcome);
    QVERIFY(query);
    const auto &all = std::get<Group>(query->where->is);
    QCOMPARE(all.kind, Group::Kind::All);
    QCOMPARE(all.children.size(), std::size_t(2));
    const auto &type = std::get<Condition>(all.children[0]->is);
    QCOMPARE(type.field.id, FieldId::Type);
    QCOMPARE(std::get<QString>(type.values[0]), QStringLiteral("filter"));
    const auto &negation = std::get<Negation>(all.children[1]->is);
    const auto &metric = std::get<Condition>(negation.child->is);
    QCOMPARE(metric.field, (Field{FieldId::Metric, QStringLiteral("percentage_eliminated")}));
    QCOMPARE(metric.op, Operator::Greater);
    QCOMPARE(std::get<double>(metric.values[0]), 90.0);
    QCOMPARE(metric.fieldRange.offset, qsizetype(22));
    QCOMPARE(negation.child->range.end(), qsizetype(48));
}

void TestLanguage::aMistakeIsPointedAt_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("pointedAt");
    QTest::addColumn<QString>("suggestion");
    const auto row = [](const char *text, const char *pointedAt, const char *suggestion = "") {
        QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(pointedAt)
                                  << QString::fromUtf8(suggestion);
    };
    row("type = filtr", "filtr", "filter");
    row("type = Filter", "Filter", "filter");
    row("tpye = filter", "tpye", "type");
    row("stpe : \"x\"", "stpe", "step");
    row("TYPE = filter", "TYPE", "type");
    row("Durations > 2s", "Durations", "duration");
    row("confidence > \"3\"", "\"3\"", "3");
    row("output.x > '3'", "'3'", "3");
    row("type > filter", ">");
    row("type", "type");
    row("duration > 2000", "2000", "2000ms");
    row("duration > fast", "fast");
    row("started > 2h", "2h", "-2h");
    row("started > yesterday", "yesterday");
    row("confidence > high", "high");
    row("confidence ! 3", "!");
    row("confidence > ", "");
    row("confidence 3", "3");
    row("error = true", "=");
    row("a and", "");
    row("and a", "and");
    row("(a", "(");
    row("a)", ")");
    row("a b", "b");
    row("a > 1 b", "b");
    row("tag in a", "a");
    row("tag in (a b)", "b");
    row("tag in (a", "(");
    row("text = x", "=");
    row("\"laptop stand\"", "\"laptop stand\"", "text : \"laptop stand\"");
    row("environment = \"x", "\"x");
    row("any(error)", "any");
    row("run = 12", "12");
    row("confidence > 1e999", "1e999");
    row("duration > 9999999999d", "9999999999d");
    row("runs where type = filter", "type");
    row("runs where confidence > 3", "confidence");
    row("runs where any(any(error))", "any");
    row("runs where count(error)", "");
    row("runs where count(error) > 1.5", "1.5");
    row("runs where statsu = failed", "statsu", "status");
}

void TestLanguage::aMistakeIsPointedAt()
{
    QFETCH(const QString, text);
    QFETCH(const QString, pointedAt);
    QFETCH(const QString, suggestion);
    const auto error = errorOf(text);
    QVERIFY(error);
    QVERIFY(error->range.end() <= text.size());
    QCOMPARE(text.mid(error->range.offset, error->range.length), pointedAt);
    QCOMPARE(error->suggestion, suggestion);
    QVERIFY(!error->message.isEmpty());
}

void TestLanguage::anUnsoundPatternIsPointedAt()
{
    const auto error = errorOf(QStringLiteral("step ~ \"ab(c\""));
    QVERIFY(error);
    QVERIFY(error->message.contains(QStringLiteral("regular expression")));
    QCOMPARE(error->range.offset, qsizetype(12));
}

void TestLanguage::tenThousandTermsAreRefused()
{
    const auto error = errorOf(u'a' + QStringLiteral(" or a").repeated(9'999));
    QVERIFY(error);
    QVERIFY(error->message.contains(QString::number(kMaxQueryConditions)));
    const auto list = errorOf(QStringLiteral("index in (1") +
                              QStringLiteral(",1").repeated(10'000) + QLatin1Char(')'));
    QVERIFY(list && list->message.contains(QString::number(kMaxQueryConditions)));
}

void TestLanguage::aThousandBracketsAreRefused()
{
    for (const char *opening : {"(", "not ", "not ("}) {
        const auto error = errorOf(QString::fromLatin1(opening).repeated(1'000) + u'a');
        QVERIFY(error);
        QVERIFY(error->message.contains(QString::number(kMaxQueryDepth)));
    }
}

void TestLanguage::aTextOfMegabytesIsRefused()
{
    const auto error = errorOf(QString(5'000'000, u'('));
    QVERIFY(error);
    QVERIFY(error->message.contains(QString::number(kMaxQueryLength)));
}

void TestLanguage::anUnknownMetricIsAnErrorWithTheNearestOne()
{
    const ParseOutcome outcome =
        compile(u"type = filter and percentge_eliminated > 90", catalogue());
    const auto *error = std::get_if<QueryError>(&outcome);
    QVERIFY(error);
    QCOMPARE(error->suggestion, QStringLiteral("percentage_eliminated"));
    QCOMPARE(error->range.offset, qsizetype(18));
    QCOMPARE(error->range.length, qsizetype(20));
    QVERIFY(std::holds_alternative<Query>(compile(u"confidence > 0", catalogue())));
    const ParseOutcome nested = compile(u"runs where any(odd_name > 1)", catalogue());
    QVERIFY(std::holds_alternative<QueryError>(nested));
    QCOMPARE(std::get<QueryError>(nested).suggestion, QStringLiteral("metric.\"odd name\""));
}

void TestLanguage::aPathWithoutANameIsExplained()
{
    for (const char *text : {"input = 3", "input. = 3"}) {
        const ParseOutcome outcome = compile(QString::fromLatin1(text), catalogue());
        const auto *error = std::get_if<QueryError>(&outcome);
        QVERIFY(error);
        QCOMPARE(error->message,
                 QStringLiteral("After “input.” comes a name, for example input.title."));
    }
    const ParseOutcome misspelt = compile(u"outptu.remaining_candidates > 3", catalogue());
    QCOMPARE(std::get<QueryError>(misspelt).suggestion,
             QStringLiteral("output.remaining_candidates"));
}

void TestLanguage::namesThatNothingHasAreToldApart()
{
    const auto lines = [](const char *text) {
        return unheardNames(std::get<Query>(parse(QString::fromLatin1(text))), catalogue())
            .join(u'\n');
    };
    QCOMPARE(lines("step = filter_brnad"),
             QStringLiteral("No step is named “filter_brnad”; there is “filter_brand”."));
    QCOMPARE(lines("runs where pipeline in (competitor_selection, zzz)"),
             QStringLiteral("No pipeline is named “zzz”."));
    QCOMPARE(lines("step = filter_brand and step : brnad and session = x"), QString());
}

void TestLanguage::anUnknownPathIsAnErrorOnlyWhereAllAreKnown()
{
    Catalogue names = catalogue();
    QVERIFY(std::holds_alternative<Query>(compile(u"input.titel = a", names)));
    names.pathsAreAll = true;
    const ParseOutcome outcome = compile(u"input.titel = a", names);
    QVERIFY(std::holds_alternative<QueryError>(outcome));
    QCOMPARE(std::get<QueryError>(outcome).suggestion, QStringLiteral("input.title"));
    QVERIFY(std::holds_alternative<Query>(compile(u"input.title = a", names)));
}

void TestLanguage::anErrorSaysPositionExpectationAndExample()
{
    QCOMPARE(
        canonical(QStringLiteral("type = filtr")),
        QStringLiteral("! Position 8: “filtr” is no type. Known are: llm, api, filter, "
                       "ranking, analysis, other. Did you mean “filter”? Example: type = llm"));
    QCOMPARE(canonical(QStringLiteral("confidence 3")),
             QStringLiteral("! Position 12: An operator is missing before “3”. Expected: <, <=, >, "
                            ">=, =, !=, in, exists, and, or. Example: confidence > 90"));
}

void TestLanguage::eachWordOfATextHasItsColour()
{
    const QString text = QStringLiteral("runs where any(type = filter and x in (1, 2s)) or foo ~ "
                                        "\"a\" and not nonsense nonsense");
    QString kinds;
    for (const Token &token : tokens(text))
        kinds += QLatin1Char("FMOKWTNBU"[int(token.kind)]);
    QCOMPARE(kinds, QStringLiteral("KKKBFOWKMOBNBNBBKMOTKKMU"));
}

void TestLanguage::colouringCoversEveryCharacter()
{
    for (const char *text :
         {"type = filter and", "a ! b \"open", "x in (1,,2) )", "input.\"a b\".c:y"}) {
        QString left = QString::fromUtf8(text);
        for (const Token &token : tokens(left)) {
            for (qsizetype i = token.range.offset; i < token.range.end(); ++i)
                left[i] = u' ';
        }
        QVERIFY2(left.trimmed().isEmpty(), text);
    }
}

void TestLanguage::completionOffersWhatFits_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("first");
    const auto row = [](const char *text, const char *first) {
        QTest::addRow("%s", text) << QString::fromUtf8(text) << QString::fromUtf8(first);
    };
    row("|", "type");
    row("perc|", "percentage_eliminated");
    row("conf| > 3", "confidence");
    row("elim|", "percentage_eliminated");
    row("odd|", "metric.\"odd name\"");
    row("type |", "=");
    row("type = |", "llm");
    row("type = fi|", "filter");
    row("type = filter |", "and");
    row("type = filter and sta|", "status");
    row("type in (|", "llm");
    row("type in (llm |", ",");
    row("type in (llm, r|", "ranking");
    row("step = |", "filter_brand");
    row("step = \"ra|", "\"rank all\"");
    row("pipeline = com|", "competitor_selection");
    row("started > |", "-1h");
    row("confidence > |", "0.1");
    row("input.|", "input.title");
    row("rem|", "output.remaining_candidates");
    row("runs where |", "status");
    row("runs where an|", "any(");
    row("runs where any(|", "type");
    row("runs where any(type = filter) |", "and");
    row("runs where count(type = filter) |", "=");
    row("runs|", "runs where ");
    row("runs where any(error|", "error");
}

void TestLanguage::completionOffersWhatFits()
{
    QFETCH(const QString, text);
    QFETCH(const QString, first);
    const QStringList texts = offered(text);
    QVERIFY(!texts.isEmpty());
    if (first == QLatin1String("status"))
        QVERIFY2(texts.contains(first), qPrintable(texts.join(u' ')));
    else
        QCOMPARE(texts.first(), first);
}

void TestLanguage::completionReplacesTheWordAtTheCursor()
{
    const auto all = completions(u"type = filter and conf > 3", 20, catalogue());
    QVERIFY(!all.empty());
    QCOMPARE(all.front().text, QStringLiteral("confidence"));
    QCOMPARE(all.front().range.offset, qsizetype(18));
    QCOMPARE(all.front().range.length, qsizetype(4));
}

void TestLanguage::aMetricIsOfferedWithItsRange()
{
    const auto all = completions(u"perc", 4, catalogue());
    QVERIFY(!all.empty());
    QCOMPARE(all.front().kind, Completion::Kind::Metric);
    QCOMPARE(all.front().detail, QStringLiteral("0 … 100, 38,260 values"));
}

QTEST_APPLESS_MAIN(TestLanguage)
#include "tst_language.moc"
