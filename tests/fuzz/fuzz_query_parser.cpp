// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is typed is a query or an error that points into the text. The text of a query is that
// query again, and both executors take it. Colours cover the text, and completions stay inside it.

#include <model/query/evaluate.h>
#include <model/query/language.h>
#include <model/query/sql.h>

#include <cstdlib>

using namespace xray;
using namespace xray::query;

namespace {

/// Completing at every place of a long text takes too long to find anything.
constexpr qsizetype kCompletedLength = 200;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

Catalogue knownNames()
{
    Catalogue names;
    names.metrics = {{QStringLiteral("confidence"), 10, 0, 1, {}},
                     {QStringLiteral("odd name"), 5, -1, 2, {}}};
    names.steps = {{QStringLiteral("filter_brand"), 3}};
    names.paths = {QStringLiteral("input.title"), QStringLiteral("output.a b")};
    names.pathsAreAll = true;
    return names;
}

bool isInside(TextRange range, QStringView text)
{
    return range.offset >= 0 && range.length >= 0 && range.end() <= text.size();
}

void tryQuery(const Query &query, DefaultSubject subject)
{
    const QString text = toText(query, subject);
    const ParseOutcome again = parse(text, subject);
    // The canonical text may be the longer one.
    if (text.size() <= kMaxQueryLength)
        require(std::holds_alternative<Query>(again) && std::get<Query>(again) == query);
    const Evaluator evaluator(query, 0);
    const Step step;
    const StepPayloads payloads;
    const Execution run;
    const StepFacts facts{step, payloads};
    if (query.subject == Subject::Steps)
        (void)evaluator.matches(facts, run);
    else
        (void)evaluator.matches(run, std::span(&facts, 1));
    for (const Dialect dialect : {Dialect::Sqlite, Dialect::Postgres})
        require(!compileCount({query, 0, 10}, dialect).sql.isEmpty());
}

void tryColours(QStringView text)
{
    qsizetype end = 0;
    for (const Token &token : tokens(text)) {
        require(isInside(token.range, text) && token.range.offset >= end);
        require(text.mid(end, token.range.offset - end).trimmed().isEmpty());
        end = token.range.end();
    }
    require(text.mid(end).trimmed().isEmpty());
}

void tryCompletions(QStringView text, DefaultSubject subject, const Catalogue &names)
{
    for (qsizetype cursor = 0; cursor <= text.size() && text.size() < kCompletedLength; ++cursor) {
        for (const Completion &completion : completions(text, cursor, names, subject))
            require(isInside(completion.range, text) && !completion.text.isEmpty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const Catalogue names = knownNames();
    const QString text =
        QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    for (const DefaultSubject subject : {DefaultSubject::Steps, DefaultSubject::Runs}) {
        const ParseOutcome outcome = parse(text, subject);
        if (const auto *query = std::get_if<Query>(&outcome)) {
            tryQuery(*query, subject);
            for (const QueryError &error : check(*query, names))
                require(isInside(error.range, text));
        } else {
            const auto &error = std::get<QueryError>(outcome);
            require(isInside(error.range, text) && !describe(error).isEmpty());
        }
        tryCompletions(text, subject, names);
    }
    tryColours(text);
    return 0;
}
