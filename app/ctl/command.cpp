// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include <model/core/answer.h>
#include <model/query/language.h>

#include "app/host/host_arguments.h"

#include <QFileInfo>
#include <QTextStream>

namespace xray::app {

int fail(const Error &error)
{
    QTextStream(stderr) << "xrayctl: " << error.message << '\n';
    return error.code == ErrorCode::InvalidValue ? kWrongUsage : kFailed;
}

int wrongUsage(const QString &message)
{
    QTextStream(stderr) << "xrayctl: " << message << '\n';
    return kWrongUsage;
}

std::optional<int> parse(QCommandLineParser &parser, const QStringList &arguments)
{
    const QCommandLineOption help = parser.addHelpOption();
    if (!parser.parse(arguments))
        return wrongUsage(parser.errorText());
    if (!parser.isSet(help))
        return std::nullopt;
    QTextStream(stdout) << parser.helpText();
    return kDone;
}

std::variant<query::Query, int> parseQuery(const QString &text)
{
    const query::ParseOutcome parsed = query::parse(text);
    if (const auto *error = std::get_if<query::QueryError>(&parsed))
        return wrongUsage(query::describe(*error));
    return std::get<query::Query>(parsed);
}

std::optional<int> checkNames(const query::Query &query, query::QuerySource &source)
{
    const auto catalogue = await(source.catalogue({}));
    if (!catalogue)
        return fail(catalogue.error());
    const auto errors = query::check(query, **catalogue);
    return errors.empty() ? std::nullopt
                          : std::optional(wrongUsage(query::describe(errors.front())));
}

void addFormatOption(QCommandLineParser &parser)
{
    parser.addOption({QStringLiteral("format"),
                      QStringLiteral("table, json, ndjson or csv; by default a table on a terminal "
                                     "and ndjson in a pipe."),
                      QStringLiteral("FORMAT")});
}

Result<Format> formatOf(const QCommandLineParser &parser)
{
    const QString word = parser.value(QStringLiteral("format"));
    if (word.isEmpty())
        return defaultFormat();
    return formatFromWord(word);
}

Result<std::unique_ptr<store::Store>> openStore(const QCommandLineParser &parser,
                                                store::StoreUse use)
{
    auto options = storeOptionsFrom(parser);
    if (!options)
        return options.error();
    const bool isFile = options->url.kind == store::StoreUrl::Kind::SqliteFile;
    options->use = use;
    options->atClose = store::AtClose::MapTraces;
    if (use == store::StoreUse::ReadOnly && isFile && !QFileInfo::exists(options->url.path))
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no store %1.").arg(options->url.path)};
    return store::Store::open(std::move(*options));
}

} // namespace xray::app
