// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/fields.h"
#include "model/query/language.h"
#include "model/query/lexer.h"

#include <model/core/text.h>

#include <algorithm>

namespace xray::query {

namespace {

using Kind = Completion::Kind;

/// Where the cursor stands.
struct Place
{
    Expect expect = Expect::Operand;
    Subject scope = Subject::Steps; ///< of the fields there
    bool isFirst = false;           ///< nothing stands before
    bool inRuns = false;            ///< directly in a query for runs: any(…) may stand there
    bool afterRuns = false;         ///< "runs" alone stands before: "where" makes it a run query
    int openBrackets = 0;
    std::optional<Field> field; ///< whose operator or value it is
    bool afterCount = false;    ///< the operator or value is that of count(…)
    QString typed;              ///< of the word at the cursor, up to it
    TextRange range;            ///< of that word; empty when there is none
};

/// Follows the lexemes up to the cursor.
class PlaceFinder
{
public:
    PlaceFinder(QStringView text, qsizetype cursor, DefaultSubject subject)
        : m_text(text)
        , m_cursor(cursor)
        , m_lexemes(lexemes(text))
    {
        const bool runs = beginsWithRunsWhere(m_lexemes) && m_lexemes[1].range.end() < cursor;
        m_place.inRuns = runs || subject == DefaultSubject::Runs;
        m_place.scope = m_place.inRuns ? Subject::Runs : Subject::Steps;
        m_start = runs ? 2 : 0;
    }

    Place find()
    {
        std::size_t at = m_start;
        while (m_lexemes[at].kind != Lexeme::Kind::End && !isAtCursor(m_lexemes[at]))
            follow(at++);
        const Lexeme &lexeme = m_lexemes[at];
        m_place.expect = lexeme.expect;
        m_place.isFirst = at == 0;
        m_place.afterRuns = at == 1 && m_lexemes[0].isWord(QLatin1String("runs"));
        m_place.openBrackets = static_cast<int>(m_brackets.size());
        m_place.range = {m_cursor, 0};
        if (lexeme.kind != Lexeme::Kind::End && lexeme.range.offset < m_cursor)
            takeTyped(lexeme);
        return m_place;
    }

private:
    /// Brackets and symbols are over as soon as they are written; words are still being typed.
    [[nodiscard]] bool isAtCursor(const Lexeme &lexeme) const
    {
        const bool grows = lexeme.kind == Lexeme::Kind::Word ||
                           lexeme.kind == Lexeme::Kind::Unclosed ||
                           lexeme.kind == Lexeme::Kind::Quoted;
        return grows ? lexeme.range.end() >= m_cursor : lexeme.range.end() > m_cursor;
    }

    void takeTyped(const Lexeme &lexeme)
    {
        m_place.range = lexeme.range;
        if (lexeme.kind == Lexeme::Kind::Word && lexeme.range.length == lexeme.text.size())
            m_place.typed = lexeme.text.left(m_cursor - lexeme.range.offset);
        else
            m_place.typed = lexeme.text;
    }

    void follow(std::size_t at)
    {
        const Lexeme &lexeme = m_lexemes[at];
        if (lexeme.kind == Lexeme::Kind::Open && lexeme.expect == Expect::Operand)
            open(at > m_start ? m_lexemes[at - 1] : lexeme);
        else if (lexeme.kind == Lexeme::Kind::Close)
            close();
        else if (lexeme.kind == Lexeme::Kind::Word && lexeme.expect == Expect::Operand) {
            m_place.field = fieldOfWord(lexeme.text, m_place.scope);
            m_place.afterCount = false;
        }
    }

    void open(const Lexeme &before)
    {
        const bool quantifies = before.kind == Lexeme::Kind::Word && isQuantifier(before.text);
        m_brackets.push_back(
            {m_place.scope, before.isWord(QLatin1String("count")), m_place.inRuns});
        if (quantifies) {
            m_place.scope = Subject::Steps;
            m_place.inRuns = false;
        }
    }

    void close()
    {
        if (m_brackets.empty())
            return;
        const Bracket &bracket = m_brackets.back();
        m_place.scope = bracket.scope;
        m_place.inRuns = bracket.inRuns;
        m_place.afterCount = bracket.ofCount;
        m_brackets.pop_back();
    }

    struct Bracket
    {
        Subject scope; ///< outside of it
        bool ofCount;
        bool inRuns; ///< outside of it
    };

    QStringView m_text;
    qsizetype m_cursor;
    std::vector<Lexeme> m_lexemes;
    std::size_t m_start = 0;
    Place m_place;
    std::vector<Bracket> m_brackets;
};

class Offers
{
public:
    Offers(const Place &place, const Catalogue &catalogue)
        : m_place(place)
        , m_catalogue(catalogue)
    {
    }

    std::vector<Completion> best(int limit)
    {
        collect();
        std::ranges::stable_sort(m_offers, {}, &Offer::rank);
        std::vector<Completion> result;
        for (const Offer &offer : m_offers) {
            if (int(result.size()) < limit)
                result.push_back(offer.completion);
        }
        return result;
    }

private:
    struct Offer
    {
        int rank; ///< smaller is better
        Completion completion;
    };

    void collect()
    {
        if (m_place.afterRuns)
            return put(Kind::Keyword, QStringLiteral("where "),
                       QStringLiteral("find runs instead of steps"));
        switch (m_place.expect) {
        case Expect::Operand:
            return operands();
        case Expect::Comparison:
            return operators();
        case Expect::Literal:
        case Expect::ListLiteral:
            return values();
        case Expect::ListOpen:
            return put(Kind::Keyword, QStringLiteral("("), {});
        case Expect::ListComma:
            put(Kind::Keyword, QStringLiteral(","), {});
            return put(Kind::Keyword, QStringLiteral(")"), {});
        case Expect::Connector:
            return connectors();
        }
    }

    /// Offers what begins with the typed text, then what contains it.
    void put(Kind kind, const QString &text, const QString &detail, const QString &compared = {})
    {
        const QString &name = compared.isEmpty() ? text : compared;
        const qsizetype found = name.indexOf(m_place.typed, 0, Qt::CaseInsensitive);
        const bool matches = found >= 0 || text.startsWith(m_place.typed, Qt::CaseInsensitive);
        if (matches)
            m_offers.push_back({found > 0 ? 1 : 0, {kind, text, detail, m_place.range}});
    }

    void operands()
    {
        for (const FieldInfo &info : fieldsOf(m_place.scope)) {
            if (!isNamed(info.id))
                put(Kind::Field, info.word, info.help);
        }
        if (m_place.scope == Subject::Steps)
            metrics();
        paths();
        put(Kind::Keyword, QStringLiteral("not"), QStringLiteral("the contrary of what follows"));
        if (m_place.inRuns)
            quantifiers();
        if (m_place.isFirst && !m_place.inRuns)
            put(Kind::Snippet, QStringLiteral("runs where "),
                QStringLiteral("find runs instead of steps"));
    }

    void metrics()
    {
        for (const MetricInfo &info : m_catalogue.metrics)
            put(Kind::Metric, wordOf(Field{FieldId::Metric, info.name}, Subject::Steps),
                rangeOf(info), info.name);
    }

    static QString rangeOf(const MetricInfo &info)
    {
        return QStringLiteral("%1 … %2, %3 values")
            .arg(formatNumber(info.minimum), formatNumber(info.maximum), formatCount(info.count));
    }

    /// A million paths help no one: only those of the prefix that is being typed, or the prefixes.
    void paths()
    {
        for (const FieldInfo &info : fieldsOf(m_place.scope)) {
            if (!isPath(info.id))
                continue;
            if (!m_place.typed.startsWith(info.word))
                put(Kind::Path, info.word, info.help);
            for (const QString &path : m_catalogue.paths) {
                if (!m_place.typed.isEmpty() && path.startsWith(info.word))
                    put(Kind::Path,
                        wordOf(Field{info.id, path.mid(info.word.size())}, m_place.scope),
                        info.help, path);
            }
        }
    }

    void quantifiers()
    {
        put(Kind::Snippet, QStringLiteral("any("), QStringLiteral("some step is such"));
        put(Kind::Snippet, QStringLiteral("all("), QStringLiteral("every step is such"));
        put(Kind::Snippet, QStringLiteral("none("), QStringLiteral("no step is such"));
        put(Kind::Snippet, QStringLiteral("count("), QStringLiteral("how many steps are such"));
    }

    void operators()
    {
        constexpr int comparisons = int(Operator::GreaterOrEqual);
        if (m_place.afterCount || !m_place.field) {
            for (int op = 0; op <= comparisons; ++op)
                put(Kind::Operator, wordOf(Operator(op)), {});
            return;
        }
        for (const Operator op : infoOf(m_place.field->id, m_place.scope).operators)
            put(Kind::Operator, wordOf(op), helpOf(op));
        connectors();
    }

    static QString helpOf(Operator op)
    {
        switch (op) {
        case Operator::In:
            return QStringLiteral("is one of a list");
        case Operator::Contains:
            return QStringLiteral("contains this text");
        case Operator::Matches:
            return QStringLiteral("matches this regular expression");
        case Operator::Exists:
            return QStringLiteral("has a value");
        case Operator::Equal:
        case Operator::NotEqual:
        case Operator::Less:
        case Operator::LessOrEqual:
        case Operator::Greater:
        case Operator::GreaterOrEqual:
            break;
        }
        return {};
    }

    void connectors()
    {
        put(Kind::Keyword, QStringLiteral("and"), {});
        put(Kind::Keyword, QStringLiteral("or"), {});
        if (m_place.openBrackets > 0)
            put(Kind::Keyword, QStringLiteral(")"), {});
    }

    void values()
    {
        if (m_place.afterCount || !m_place.field)
            return;
        const FieldInfo &info = infoOf(m_place.field->id, m_place.scope);
        for (const QString &word : info.words)
            put(Kind::Word, word, {});
        if (const auto *names = namesOf(info.id))
            putNames(*names);
        for (const QString &example : examplesOf(info.kind))
            put(Kind::Word, example, {});
        if (const MetricInfo *metric = m_catalogue.metric(m_place.field->name);
            metric && info.id == FieldId::Metric)
            ends(*metric);
    }

    [[nodiscard]] const std::vector<NamedCount> *namesOf(FieldId id) const
    {
        switch (id) {
        case FieldId::Step:
            return &m_catalogue.steps;
        case FieldId::Pipeline:
            return &m_catalogue.pipelines;
        case FieldId::Environment:
            return &m_catalogue.environments;
        case FieldId::Tag:
            return &m_catalogue.tags;
        default:
            return nullptr;
        }
    }

    void putNames(const std::vector<NamedCount> &names)
    {
        for (const NamedCount &name : names)
            put(Kind::Word, toText(Value(name.name)), formatCount(name.count), name.name);
    }

    static QStringList examplesOf(ValueKind kind)
    {
        if (kind == ValueKind::Duration)
            return {QStringLiteral("100ms"), QStringLiteral("1s"), QStringLiteral("10s"),
                    QStringLiteral("1m")};
        if (kind == ValueKind::Time)
            return {QStringLiteral("-1h"), QStringLiteral("-24h"), QStringLiteral("-7d"),
                    QStringLiteral("-30d")};
        if (kind == ValueKind::Anything)
            return {QStringLiteral("true"), QStringLiteral("false")};
        return {};
    }

    void ends(const MetricInfo &metric)
    {
        put(Kind::Word, toText(Value(metric.minimum)), QStringLiteral("the smallest value"));
        put(Kind::Word, toText(Value(metric.maximum)), QStringLiteral("the largest value"));
    }

    const Place &m_place;
    const Catalogue &m_catalogue;
    std::vector<Offer> m_offers;
};

} // namespace

std::vector<Completion> completions(QStringView text, qsizetype cursor, const Catalogue &catalogue,
                                    DefaultSubject subject, int limit)
{
    const qsizetype inside = std::clamp<qsizetype>(cursor, 0, text.size());
    const Place place = PlaceFinder(text, inside, subject).find();
    return Offers(place, catalogue).best(limit);
}

} // namespace xray::query
