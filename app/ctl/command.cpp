// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

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
    if (use == store::StoreUse::ReadOnly && isFile && !QFileInfo::exists(options->url.path))
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There is no store %1.").arg(options->url.path)};
    return store::Store::open(std::move(*options));
}

} // namespace xray::app
