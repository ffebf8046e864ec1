// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/fields.h"
#include "model/query/language.h"
#include "model/query/lexer.h"
#include "model/query/value_reader.h"

#include <model/core/text.h>

#include <algorithm>

namespace xray::query {

namespace {

const auto kStepExample = QLatin1String("type = filter and percentage_eliminated > 90");
const auto kRunExample = QLatin1String("any(type = filter and percentage_eliminated > 90)");

/// Recursive descent over the lexemes. The first error stops it: every function that gives a node
/// gives null from then on.
class Parser
{
public:
    Parser(QStringView text, DefaultSubject subject)
        : m_text(text)
        , m_lexemes(lexemes(text))
        , m_subject(subject == DefaultSubject::Runs ? Subject::Runs : Subject::Steps)
    {
        if (beginsWithRunsWhere(m_lexemes)) {
            m_subject = Subject::Runs;
            m_at = 2;
        }
        m_scope = m_subject;
    }

    ParseOutcome run()
    {
        Query query{m_subject, nullptr};
        if (here().kind == Kind::End)
            return query;
        query.where = disjunction();
        if (!m_error && here().kind != Kind::End)
            failAtLeftover();
        if (m_error)
            return *m_error;
        return query;
    }

private:
    using Kind = Lexeme::Kind;

    [[nodiscard]] const Lexeme &here() const { return m_lexemes[m_at]; }
    [[nodiscard]] const Lexeme &following() const
    {
        return m_lexemes[std::min(m_at + 1, m_lexemes.size() - 1)];
    }
    const Lexeme &take()
    {
        const Lexeme &lexeme = here();
        m_at += m_at + 1 < m_lexemes.size() ? 1 : 0;
        return lexeme;
    }
    bool takeWord(QLatin1String word)
    {
        const bool found = here().isWord(word);
        if (found)
            take();
        return found;
    }
    bool takeKind(Kind kind)
    {
        const bool found = here().kind == kind;
        if (found)
            take();
        return found;
    }

    NodePtr fail(TextRange range, const QString &message, const QStringList &expected = {})
    {
        return fail({range, message, expected, {}, {}});
    }
    NodePtr fail(QueryError error)
    {
        if (error.example.isEmpty())
            error.example = m_scope == Subject::Steps ? kStepExample : kRunExample;
        if (!m_error)
            m_error = std::move(error);
        return nullptr;
    }

    NodePtr node(decltype(Node::is) is, qsizetype begin) const
    {
        const qsizetype end = m_at > 0 ? m_lexemes[m_at - 1].range.end() : begin;
        return std::make_shared<const Node>(Node{std::move(is), {begin, end - begin}});
    }

    NodePtr disjunction() { return joined(Group::Kind::Any, QLatin1String("or")); }

    NodePtr joined(Group::Kind kind, QLatin1String word)
    {
        const qsizetype begin = here().range.offset;
        Group group{kind, {}};
        do {
            group.children.push_back(kind == Group::Kind::Any
                                         ? joined(Group::Kind::All, QLatin1String("and"))
                                         : operand());
        } while (!m_error && takeWord(word));
        if (m_error)
            return nullptr;
        return group.children.size() == 1 ? group.children.front() : node(std::move(group), begin);
    }

    NodePtr operand()
    {
        const qsizetype begin = here().range.offset;
        if (here().isWord(QLatin1String("not")))
            return negation(begin);
        if (here().kind == Kind::Open)
            return bracketed(begin);
        if (here().kind == Kind::Word && isQuantifier(here().text) &&
            following().kind == Kind::Open)
            return stepTest(begin);
        return condition(begin);
    }

    /// Refuses what is nested too deep; the caller leaves again when it is done.
    bool enter()
    {
        if (++m_depth <= kMaxQueryDepth)
            return true;
        fail(here().range,
             QStringLiteral("The query is nested more than %1 deep.").arg(kMaxQueryDepth));
        return false;
    }

    NodePtr negation(qsizetype begin)
    {
        if (!enter())
            return nullptr;
        take();
        NodePtr child = operand();
        --m_depth;
        return child ? node(Negation{std::move(child)}, begin) : nullptr;
    }

    /// `()` is everything.
    NodePtr bracketed(qsizetype begin)
    {
        if (!enter())
            return nullptr;
        const TextRange open = take().range;
        if (takeKind(Kind::Close)) {
            --m_depth;
            return node(Group{}, begin);
        }
        NodePtr inner = disjunction();
        --m_depth;
        return inner && close(open) ? inner : nullptr;
    }

    bool close(TextRange open)
    {
        if (takeKind(Kind::Close))
            return true;
        if (here().kind == Kind::End)
            fail(open, QStringLiteral("This bracket is never closed."), {QStringLiteral(")")});
        else
            failAtLeftover();
        return false;
    }

    NodePtr stepTest(qsizetype begin)
    {
        const Lexeme &word = take();
        if (m_scope == Subject::Steps)
            return failAtQuantifier(word);
        if (!enter())
            return nullptr;
        StepTest test;
        test.quantifier = quantifierOf(word.text);
        const TextRange open = take().range;
        if (!takeKind(Kind::Close)) {
            m_scope = Subject::Steps;
            test.child = disjunction();
            m_scope = Subject::Runs;
            if (!test.child || !close(open))
                return nullptr;
        }
        --m_depth;
        if (test.quantifier == StepTest::Quantifier::Count && !takeCount(test))
            return nullptr;
        return node(std::move(test), begin);
    }

    static StepTest::Quantifier quantifierOf(const QString &word)
    {
        const QString lower = word.toLower();
        if (lower == QLatin1String("all"))
            return StepTest::Quantifier::All;
        if (lower == QLatin1String("none"))
            return StepTest::Quantifier::None;
        return lower == QLatin1String("count") ? StepTest::Quantifier::Count
                                               : StepTest::Quantifier::Any;
    }

    NodePtr failAtQuantifier(const Lexeme &word)
    {
        const QString message =
            m_subject == Subject::Steps
                ? QStringLiteral("“%1(…)” looks at the steps of a run; a question about runs "
                                 "begins with “runs where”.")
                : QStringLiteral("“%1(…)” cannot stand inside another: each looks at the steps "
                                 "of the run.");
        return fail({word.range,
                     message.arg(word.text),
                     {},
                     {},
                     QStringLiteral("runs where ") + kRunExample});
    }

    bool takeCount(StepTest &test)
    {
        const Lexeme &symbol = here();
        const auto op = symbol.kind == Kind::Symbol ? operatorOfSymbol(symbol.text) : std::nullopt;
        const QString example = QStringLiteral("count(type = llm) > 5");
        if (!op || *op > Operator::GreaterOrEqual) {
            fail({symbol.range,
                  QStringLiteral("A count is compared with a number."),
                  QStringList{QStringLiteral("="), QStringLiteral("!="), QStringLiteral("<"),
                              QStringLiteral("<="), QStringLiteral(">"), QStringLiteral(">=")},
                  {},
                  example});
            return false;
        }
        take();
        bool ok = false;
        const Lexeme &number = take();
        test.op = *op;
        test.count = number.text.toLongLong(&ok);
        if (!ok || number.kind != Kind::Word)
            fail({number.range,
                  QStringLiteral("A count is compared with a whole number."),
                  {},
                  {},
                  example});
        return !m_error;
    }

    NodePtr condition(qsizetype begin)
    {
        if (!countCondition())
            return nullptr;
        const auto field = takeField();
        if (!field)
            return nullptr;
        Condition made{*field, Operator::Exists, {}, m_lexemes[m_at - 1].range};
        return takeOperator(made) && takeValues(made) ? node(std::move(made), begin) : nullptr;
    }

    bool countCondition()
    {
        if (++m_conditions <= kMaxQueryConditions)
            return true;
        fail(here().range, QStringLiteral("The query has more than %1 conditions and values.")
                               .arg(kMaxQueryConditions));
        return false;
    }

    std::optional<Field> takeField()
    {
        const Lexeme &word = here();
        if (word.kind != Kind::Word || isReserved(word.text)) {
            failWithoutField(word);
            return std::nullopt;
        }
        const auto field = fieldOfWord(word.text, m_scope);
        if (!field)
            failAtField(word);
        else
            take();
        return field;
    }

    void failWithoutField(const Lexeme &lexeme)
    {
        QStringList expected = {QStringLiteral("a field"), QStringLiteral("not"),
                                QStringLiteral("(")};
        if (m_scope == Subject::Runs)
            expected.insert(1, QStringLiteral("any(…)"));
        if (lexeme.kind == Kind::End) {
            fail(lexeme.range, QStringLiteral("Something is missing at the end."), expected);
        } else if (lexeme.kind == Kind::Quoted || lexeme.kind == Kind::Unclosed) {
            const QString search = QStringLiteral("text : ") + source(lexeme.range);
            fail({lexeme.range, QStringLiteral("A text alone is no condition."), expected,
                  lexeme.kind == Kind::Quoted ? search : QString(),
                  QStringLiteral("text : \"laptop stand\"")});
        } else if (lexeme.isWord(QLatin1String("runs"))) {
            fail(following().range, QStringLiteral("Behind “runs” stands “where”."),
                 {{QStringLiteral("where")}, {}, QStringLiteral("runs where any(error)")});
        } else {
            fail(lexeme.range,
                 QStringLiteral("A condition cannot begin with “%1”.").arg(source(lexeme.range)),
                 expected);
        }
    }

    /// A word that means nothing in a query for runs.
    void failAtField(const Lexeme &word)
    {
        const auto ofStep = fieldOfWord(word.text, Subject::Steps);
        const QString near = nearestWord(word.text, fieldWords(Subject::Runs));
        const bool known = ofStep && ofStep->id != FieldId::Metric;
        const QString message =
            known ? QStringLiteral("“%1” belongs to a step; ask for any(%1 …).")
                  : QStringLiteral("A run has no field “%1”; what belongs to its steps stands "
                                   "inside any(…).");
        fail({word.range, message.arg(word.text), fieldWords(Subject::Runs),
              known ? QString() : near, QStringLiteral("runs where ") + kRunExample});
    }

    bool takeOperator(Condition &made)
    {
        const Lexeme &lexeme = here();
        if (lexeme.isWord(QLatin1String("exists"))) {
            take();
            return allowed(made, lexeme);
        }
        if (lexeme.isWord(QLatin1String("in")))
            made.op = Operator::In;
        else if (lexeme.kind != Kind::Symbol)
            return bareField(made);
        else if (const auto op = operatorOfSymbol(lexeme.text))
            made.op = *op;
        else
            return failed(lexeme.range, QStringLiteral("“%1” is no operator.").arg(lexeme.text),
                          operatorWords(made));
        take();
        return allowed(made, lexeme);
    }

    bool failed(TextRange range, const QString &message, const QStringList &expected)
    {
        fail(range, message, expected);
        return false;
    }

    /// A field alone asks whether it is there, if what follows lets it stand alone.
    bool bareField(const Condition &made)
    {
        const Lexeme &next = here();
        const bool ends = next.kind == Kind::End || next.kind == Kind::Close ||
                          next.isWord(QLatin1String("and")) || next.isWord(QLatin1String("or"));
        if (ends)
            return allowed(made, next);
        QStringList expected = operatorWords(made);
        expected << QStringLiteral("and") << QStringLiteral("or");
        fail({next.range,
              QStringLiteral("An operator is missing before “%1”.").arg(source(next.range)),
              expected,
              {},
              exampleFor(made.field, m_scope)});
        return false;
    }

    [[nodiscard]] QStringList operatorWords(const Condition &made) const
    {
        QStringList words;
        for (const Operator op : infoOf(made.field.id, m_scope).operators)
            words += wordOf(op);
        return words;
    }

    bool allowed(const Condition &made, const Lexeme &lexeme)
    {
        const FieldInfo &info = infoOf(made.field.id, m_scope);
        if (std::ranges::find(info.operators, made.op) != info.operators.end())
            return true;
        const QString near = misspelt(made.field);
        if (!near.isEmpty()) {
            fail(misspeltField(made.field, made.fieldRange, near, m_scope));
            return false;
        }
        const QString word = wordOf(made.field, m_scope);
        const QString message =
            made.op == Operator::Exists
                ? QStringLiteral("“%1” needs an operator and a value.").arg(word)
                : QStringLiteral("“%1” cannot be used with “%2”.").arg(word, wordOf(made.op));
        fail({made.op == Operator::Exists ? made.fieldRange : lexeme.range,
              message,
              operatorWords(made),
              {},
              exampleFor(made.field, m_scope)});
        return false;
    }

    /// The fixed field that was meant by a name that is used as no metric can be.
    [[nodiscard]] QString misspelt(const Field &field) const
    {
        return field.id == FieldId::Metric ? nearestWord(field.name, fieldWords(m_scope))
                                           : QString();
    }

    bool takeValues(Condition &made)
    {
        if (made.op == Operator::Exists)
            return true;
        return made.op == Operator::In ? takeList(made) : takeValue(made);
    }

    bool takeList(Condition &made)
    {
        const TextRange open = here().range;
        if (!takeKind(Kind::Open))
            return failed(open, QStringLiteral("After “in” comes a list in brackets."),
                          {QStringLiteral("(")});
        do {
            if (!takeValue(made))
                return false;
        } while (takeKind(Kind::Comma));
        if (takeKind(Kind::Close))
            return true;
        const bool atEnd = here().kind == Kind::End;
        return failed(atEnd ? open : here().range,
                      atEnd ? QStringLiteral("This bracket is never closed.")
                            : QStringLiteral("The values of a list are separated by commas."),
                      {QStringLiteral(","), QStringLiteral(")")});
    }

    bool takeValue(Condition &made)
    {
        const Lexeme &lexeme = here();
        // Ten thousand values in a list are as much work as ten thousand conditions.
        if (!made.values.empty() && !countCondition())
            return false;
        auto value = readValue(lexeme, made, m_scope);
        if (auto *error = std::get_if<QueryError>(&value)) {
            fail(std::move(*error));
            return false;
        }
        take();
        made.values.push_back(std::get<Value>(std::move(value)));
        return true;
    }

    void failAtLeftover()
    {
        const Lexeme &lexeme = here();
        if (lexeme.kind == Kind::Close)
            fail(lexeme.range, QStringLiteral("This bracket closes nothing."));
        else
            fail(lexeme.range,
                 QStringLiteral("“and” or “or” is missing before “%1”.").arg(source(lexeme.range)),
                 {QStringLiteral("and"), QStringLiteral("or")});
    }

    [[nodiscard]] QString source(TextRange range) const
    {
        constexpr qsizetype longest = 40; // of what a message repeats
        return m_text.mid(range.offset, std::min(range.length, longest)).toString();
    }

    QStringView m_text;
    std::vector<Lexeme> m_lexemes;
    std::size_t m_at = 0;
    Subject m_subject; ///< of the query
    Subject m_scope;   ///< of the fields here: inside any(…) a step's
    int m_depth = 0;
    int m_conditions = 0;
    std::optional<QueryError> m_error;
};

} // namespace

ParseOutcome parse(QStringView text, DefaultSubject subject)
{
    if (text.size() > kMaxQueryLength)
        return QueryError{
            {kMaxQueryLength, text.size() - kMaxQueryLength},
            QStringLiteral("The query is longer than %1 characters.").arg(kMaxQueryLength)};
    return Parser(text, subject).run();
}

} // namespace xray::query
