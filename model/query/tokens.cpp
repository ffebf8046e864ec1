// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/fields.h"
#include "model/query/language.h"
#include "model/query/lexer.h"
#include "model/query/literals.h"

namespace xray::query {

namespace {

using Kind = Token::Kind;

bool isConnector(const Lexeme &lexeme)
{
    return lexeme.isWord(QLatin1String("and")) || lexeme.isWord(QLatin1String("or"));
}

Kind kindOfOperand(const Lexeme &lexeme, const Lexeme &next, bool opensRuns)
{
    const bool quantifies = isQuantifier(lexeme.text) && next.kind == Lexeme::Kind::Open;
    if (quantifies || opensRuns || lexeme.isWord(QLatin1String("not")))
        return Kind::Keyword;
    const bool fixed = fieldWords(Subject::Steps).contains(lexeme.text) ||
                       fieldWords(Subject::Runs).contains(lexeme.text);
    if (fixed)
        return Kind::Field;
    if (isReserved(lexeme.text))
        return Kind::Unknown;
    const auto field = fieldOfWord(lexeme.text, Subject::Steps);
    return field && isPath(field->id) ? Kind::Field : Kind::Metric;
}

Kind kindOfValue(const Lexeme &lexeme)
{
    const QString &text = lexeme.text;
    const bool isNumber =
        parseNumber(text) || parseDuration(text) || parseInstant(text) || parseRelative(text);
    return isNumber ? Kind::Number : Kind::Word;
}

Kind kindOfWord(const Lexeme &lexeme, const Lexeme &next, bool opensRuns)
{
    switch (lexeme.expect) {
    case Expect::Operand:
        return kindOfOperand(lexeme, next, opensRuns);
    case Expect::Comparison:
        if (lexeme.isWord(QLatin1String("in")) || lexeme.isWord(QLatin1String("exists")))
            return Kind::Operator;
        return isConnector(lexeme) ? Kind::Keyword : Kind::Unknown;
    case Expect::Literal:
    case Expect::ListLiteral:
        return kindOfValue(lexeme);
    case Expect::Connector:
        return isConnector(lexeme) ? Kind::Keyword : Kind::Unknown;
    case Expect::ListOpen:
    case Expect::ListComma:
        break;
    }
    return Kind::Unknown;
}

Kind kindOf(const Lexeme &lexeme, const Lexeme &next, bool opensRuns)
{
    switch (lexeme.kind) {
    case Lexeme::Kind::Word:
        return kindOfWord(lexeme, next, opensRuns);
    case Lexeme::Kind::Quoted:
        return Kind::Text;
    case Lexeme::Kind::Symbol:
        return operatorOfSymbol(lexeme.text) && lexeme.expect == Expect::Comparison ? Kind::Operator
                                                                                    : Kind::Unknown;
    case Lexeme::Kind::Open:
    case Lexeme::Kind::Close:
    case Lexeme::Kind::Comma:
        return Kind::Bracket;
    case Lexeme::Kind::Unclosed:
    case Lexeme::Kind::End:
        break;
    }
    return Kind::Unknown;
}

} // namespace

std::vector<Token> tokens(QStringView text)
{
    const std::vector<Lexeme> all = lexemes(text);
    const bool forRuns = beginsWithRunsWhere(all);
    std::vector<Token> found;
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
        found.push_back({kindOf(all[i], all[i + 1], forRuns && i < 2), all[i].range});
    return found;
}

} // namespace xray::query
