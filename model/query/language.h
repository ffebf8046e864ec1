// SPDX-License-Identifier: GPL-3.0-or-later
// The query language: text to tree and back, and the check of names and types. One grammar for the
// search bar, the builder, HTTP q=, xrayctl and watches; it is said in docs/QUERY.md. Pure
// functions, any thread. No text makes them crash or recurse without bound.
#pragma once

#include "model/query/catalogue.h"
#include "model/query/tree.h"

#include <model/core/result.h>

#include <QStringList>

#include <variant>

namespace xray::query {

/// A text longer, or a tree larger or deeper, is refused with an error that says so. SQLite's own
/// bounds (expressions 1,000 deep, a parser stack of 100) are why the last two are not larger.
inline constexpr qsizetype kMaxQueryLength = 64 * 1024;
inline constexpr int kMaxQueryConditions = 500; ///< with the values of lists
inline constexpr int kMaxQueryDepth = 20;       ///< brackets, "not", any(…)

/// What is wrong with a query, where, and what to write instead.
struct QueryError
{
    TextRange range;           ///< what to underline; length 0: at the end
    QString message;           ///< "There is no metric “percentge_eliminated”."
    QStringList expected = {}; ///< what could stand there
    QString suggestion = {};   ///< what to put in the place of `range`; empty when unknown
    QString example = {};      ///< a right text of this kind
};

/// "position 12: … (did you mean …?)", one line, for the API and xrayctl.
[[nodiscard]] QString describe(const QueryError &error);
/// The same as an Error of code InvalidValue for the field `field` of a request.
[[nodiscard]] Error toError(const QueryError &error, const QString &field);

/// How a text that does not begin with "runs where" is read.
enum class DefaultSubject { Steps, Runs };

using ParseOutcome = std::variant<Query, QueryError>;

/// Syntax and types: fields, operators that fit them, values that fit both. An empty text is the
/// query for everything. Names of metrics are not looked up: see check().
[[nodiscard]] ParseOutcome parse(QStringView text, DefaultSubject subject = DefaultSubject::Steps);

/// Names that neither the fixed fields nor the catalogue know, with the nearest known one: metrics,
/// and paths where the catalogue knows them all.
[[nodiscard]] std::vector<QueryError> check(const Query &query, const Catalogue &catalogue);

/// parse() and check() in one: the query, or its first error.
[[nodiscard]] ParseOutcome compile(QStringView text, const Catalogue &catalogue,
                                   DefaultSubject subject = DefaultSubject::Steps);

/// The text of a tree, such that parse() gives the same tree back, simplified(). A run query begins
/// with "runs where" unless it is the default.
[[nodiscard]] QString toText(const Query &query, DefaultSubject subject = DefaultSubject::Steps);
[[nodiscard]] QString toText(const NodePtr &node, Subject subject);
[[nodiscard]] QString toText(const Value &value);

/// What a field holds, for builders and completion.
enum class ValueKind { Word, Number, Duration, Time, Presence, Anything };

struct FieldInfo
{
    FieldId id;
    Subject of;   ///< Steps: of a step query (and inside any(…)); Runs: of a run query
    QString word; ///< as it is written: "type", "run.status"; a prefix "input.", "metric."
    ValueKind kind;
    QStringList words; ///< the only words it can hold; empty when it is open
    std::vector<Operator> operators;
    QString help; ///< one line for people
};

/// Every fixed field of that subject, in the order to offer them.
[[nodiscard]] const std::vector<FieldInfo> &fieldsOf(Subject subject);
[[nodiscard]] const FieldInfo &infoOf(FieldId id, Subject subject);
[[nodiscard]] QString wordOf(Operator op);
[[nodiscard]] QString wordOf(const Field &field, Subject subject);

/// A piece of a text for colouring; every character that is not white space is in exactly one.
struct Token
{
    enum class Kind {
        Field,
        Metric,
        Operator,
        Keyword,
        Word,
        Text,
        Number,
        Bracket,
        Unknown,
    };
    Kind kind = Kind::Unknown;
    TextRange range;
};
[[nodiscard]] std::vector<Token> tokens(QStringView text);

/// What could be put at the cursor.
struct Completion
{
    enum class Kind { Field, Metric, Operator, Keyword, Word, Path, Snippet };
    Kind kind = Kind::Field;
    QString text;   ///< what to insert in the place of `range`
    QString detail; ///< "0 … 100, 38,260 values", or the field's help
    TextRange range;
};
/// Best first; at most `limit`.
[[nodiscard]] std::vector<Completion> completions(QStringView text, qsizetype cursor,
                                                  const Catalogue &catalogue,
                                                  DefaultSubject subject = DefaultSubject::Steps,
                                                  int limit = 50);

} // namespace xray::query
