// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/lexer.h"

#include "model/query/literals.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace xray::query {

namespace {

constexpr QStringView kSymbolCharacters = u"=!<>:~";
constexpr QStringView kBrackets = u"(),";

constexpr std::array kQuantifiers = {"any", "all", "none", "count"};
constexpr std::array kReserved = {"and", "or",  "not",  "in",    "exists", "runs",  "where",
                                  "any", "all", "none", "count", "true",   "false", "now"};

template<class Words>
bool isOneOf(QStringView word, const Words &words)
{
    return std::ranges::any_of(words, [&](const char *known) {
        return word.compare(QLatin1String(known), Qt::CaseInsensitive) == 0;
    });
}

bool isQuote(QChar c)
{
    return c == u'"' || c == u'\'';
}

bool endsName(QChar c)
{
    return c.isSpace() || isQuote(c) || kBrackets.contains(c) || kSymbolCharacters.contains(c);
}

bool endsValue(QChar c)
{
    return c.isSpace() || kBrackets.contains(c);
}

class Lexer
{
public:
    explicit Lexer(QStringView text)
        : m_text(text)
    {
    }

    std::vector<Lexeme> run()
    {
        do {
            skipSpace();
            Lexeme lexeme = next();
            lexeme.expect = m_expect;
            advance(lexeme);
            m_lexemes.push_back(std::move(lexeme));
        } while (m_lexemes.back().kind != Lexeme::Kind::End);
        return std::move(m_lexemes);
    }

private:
    using Kind = Lexeme::Kind;

    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QChar here() const { return m_text[m_at]; }

    void skipSpace()
    {
        while (!atEnd() && here().isSpace())
            ++m_at;
    }

    Lexeme next()
    {
        const qsizetype begin = m_at;
        if (atEnd())
            return {Kind::End, {}, {begin, 0}, {}};
        if (const qsizetype bracket = kBrackets.indexOf(here()); bracket >= 0) {
            constexpr std::array kinds = {Kind::Open, Kind::Close, Kind::Comma};
            ++m_at;
            return {kinds[static_cast<std::size_t>(bracket)], {}, {begin, 1}, {}};
        }
        if (isQuote(here()))
            return quoted();
        if (expectsValue())
            return bareValue();
        return kSymbolCharacters.contains(here()) ? symbol() : name();
    }

    [[nodiscard]] bool expectsValue() const
    {
        return m_expect == Expect::Literal || m_expect == Expect::ListLiteral ||
               m_expect == Expect::ListComma;
    }

    Lexeme quoted()
    {
        const qsizetype begin = m_at;
        const auto literal = takeQuoted(m_text.mid(m_at));
        m_at += literal.length;
        return {literal.closed ? Kind::Quoted : Kind::Unclosed,
                {},
                {begin, m_at - begin},
                literal.text};
    }

    Lexeme bareValue()
    {
        const qsizetype begin = m_at;
        while (!atEnd() && !endsValue(here()))
            ++m_at;
        return {Kind::Word, {}, {begin, m_at - begin}, m_text.mid(begin, m_at - begin).toString()};
    }

    Lexeme symbol()
    {
        const qsizetype begin = m_at++;
        const bool two = !atEnd() && here() == u'=' && QStringView(u"=!<>").contains(m_text[begin]);
        m_at += two ? 1 : 0;
        return {
            Kind::Symbol, {}, {begin, m_at - begin}, m_text.mid(begin, m_at - begin).toString()};
    }

    /// `input."a key".b`: quotes only after a dot, so that they never glue two words together.
    Lexeme name()
    {
        const qsizetype begin = m_at;
        QString text;
        while (!atEnd()) {
            if (isQuote(here()) && text.endsWith(u'.')) {
                const Lexeme part = quoted();
                text += part.text;
                if (part.kind == Kind::Unclosed)
                    return {Kind::Unclosed, {}, {begin, m_at - begin}, text};
            } else if (endsName(here())) {
                break;
            } else {
                text += m_text[m_at++];
            }
        }
        return {Kind::Word, {}, {begin, m_at - begin}, text};
    }

    void advance(const Lexeme &lexeme)
    {
        switch (m_expect) {
        case Expect::Operand:
            return afterOperand(lexeme);
        case Expect::Comparison:
            return afterOperator(lexeme);
        case Expect::Literal:
            m_expect = lexeme.kind == Kind::Close ? closed() : Expect::Connector;
            return;
        case Expect::ListOpen:
            m_expect = lexeme.kind == Kind::Open ? Expect::ListLiteral : Expect::Connector;
            return;
        case Expect::ListLiteral:
        case Expect::ListComma:
            return afterListItem(lexeme);
        case Expect::Connector:
            return afterConnector(lexeme);
        }
    }

    void afterOperand(const Lexeme &lexeme)
    {
        if (lexeme.kind == Kind::Open)
            m_brackets.push_back(followsCount());
        else if (lexeme.kind == Kind::Close)
            m_expect = closed();
        else if (lexeme.kind == Kind::Symbol)
            m_expect = Expect::Literal;
        else if (lexeme.kind == Kind::Word && !isPrefixWord(lexeme))
            m_expect = Expect::Comparison;
    }

    void afterOperator(const Lexeme &lexeme)
    {
        if (lexeme.kind == Kind::Symbol)
            m_expect = Expect::Literal;
        else if (lexeme.isWord(QLatin1String("in")))
            m_expect = Expect::ListOpen;
        else
            afterConnector(lexeme);
    }

    void afterListItem(const Lexeme &lexeme)
    {
        if (lexeme.kind == Kind::Close)
            m_expect = Expect::Connector;
        else
            m_expect = lexeme.kind == Kind::Comma ? Expect::ListLiteral : Expect::ListComma;
    }

    void afterConnector(const Lexeme &lexeme)
    {
        if (lexeme.kind == Kind::Close)
            m_expect = closed();
        else if (lexeme.isWord(QLatin1String("and")) || lexeme.isWord(QLatin1String("or")))
            m_expect = Expect::Operand;
        else
            m_expect = Expect::Connector;
    }

    /// "not", "runs where" and the name of a quantifier leave an operand expected.
    [[nodiscard]] bool isPrefixWord(const Lexeme &lexeme)
    {
        if (lexeme.isWord(QLatin1String("not")))
            return true;
        if (isQuantifier(lexeme.text)) {
            skipSpace();
            return !atEnd() && here() == u'(';
        }
        if (m_lexemes.empty())
            return lexeme.isWord(QLatin1String("runs")) && followedByWhere();
        return m_lexemes.size() == 1 && beginsWithRuns() && lexeme.isWord(QLatin1String("where"));
    }

    [[nodiscard]] bool followedByWhere() const
    {
        QStringView rest = m_text.mid(m_at).trimmed();
        return rest.startsWith(u"where", Qt::CaseInsensitive) &&
               (rest.size() == 5 || endsName(rest[5]));
    }
    [[nodiscard]] bool beginsWithRuns() const
    {
        return m_lexemes.front().isWord(QLatin1String("runs")) &&
               m_lexemes.front().expect == Expect::Operand;
    }
    [[nodiscard]] bool followsCount() const
    {
        return !m_lexemes.empty() && m_lexemes.back().isWord(QLatin1String("count"));
    }

    Expect closed()
    {
        const bool wasCount = !m_brackets.empty() && m_brackets.back();
        if (!m_brackets.empty())
            m_brackets.pop_back();
        return wasCount ? Expect::Comparison : Expect::Connector;
    }

    QStringView m_text;
    qsizetype m_at = 0;
    Expect m_expect = Expect::Operand;
    std::vector<bool> m_brackets; ///< the open ones; whether count stands before
    std::vector<Lexeme> m_lexemes;
};

} // namespace

std::vector<Lexeme> lexemes(QStringView text)
{
    return Lexer(text).run();
}

bool beginsWithRunsWhere(const std::vector<Lexeme> &lexemes)
{
    return lexemes.size() > 2 && lexemes[0].isWord(QLatin1String("runs")) &&
           lexemes[1].isWord(QLatin1String("where")) && lexemes[1].expect == Expect::Operand;
}

bool isReserved(QStringView word)
{
    return isOneOf(word, kReserved);
}

bool isQuantifier(QStringView word)
{
    return isOneOf(word, kQuantifiers);
}

bool isBareName(QStringView name)
{
    return !name.isEmpty() && std::ranges::none_of(name, endsName);
}

} // namespace xray::query
