// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts the text of a query into lexemes. What a character means depends on what stands before it
// (after an operator "2026-11-22T10:00:00Z" is one value), so the lexer knows what is expected
// next; the parser, the colouring and the completion all read it from there. Inner to this layer;
// pure.
#pragma once

#include "model/query/tree.h"

#include <vector>

namespace xray::query {

/// What could stand where a lexeme stands.
enum class Expect {
    Operand,     ///< a field, "not", "(", any(…)
    Comparison,  ///< after a field, or after count(…)
    Literal,     ///< after an operator
    ListOpen,    ///< after "in"
    ListLiteral, ///< in the brackets of "in"
    ListComma,   ///< after a value there
    Connector,   ///< after a condition: "and", "or", ")"
};

struct Lexeme
{
    enum class Kind { Word, Quoted, Symbol, Open, Close, Comma, Unclosed, End };
    Kind kind = Kind::End;
    Expect expect = Expect::Operand;
    TextRange range = {};
    QString text = {}; ///< of a word, escapes decoded; of a symbol, as written

    [[nodiscard]] bool isWord(QLatin1String word) const
    {
        return kind == Kind::Word && text.compare(word, Qt::CaseInsensitive) == 0;
    }
};

/// All of them; the last is End, and only that.
[[nodiscard]] std::vector<Lexeme> lexemes(QStringView text);

/// Whether the text asks for runs: it begins with "runs where". The two words are the first two
/// lexemes then.
[[nodiscard]] bool beginsWithRunsWhere(const std::vector<Lexeme> &lexemes);

/// A word that has a meaning of its own and so can name nothing unless it is quoted.
[[nodiscard]] bool isReserved(QStringView word);
[[nodiscard]] bool isQuantifier(QStringView word);

/// Whether the text can stand for a name without quotes.
[[nodiscard]] bool isBareName(QStringView name);

} // namespace xray::query
