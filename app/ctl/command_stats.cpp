// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include <model/core/answer.h>

#include "app/host/host_arguments.h"

#include <QFile>

namespace xray::app {

namespace {

void printFacets(Printer &printer, const StoreTotals &totals, const RunFacets &facets)
{
    const std::pair<const char *, qint64> figures[] = {{"runs", totals.runs},
                                                       {"steps", totals.steps},
                                                       {"errors", totals.errors},
                                                       {"steps with issues", totals.issues},
                                                       {"bytes on disk", totals.fileBytes}};
    const auto row = [&](const char *group, const QString &name, qint64 value) {
        printer.row({QString::fromLatin1(group), name, value});
    };
    for (const auto &[name, value] : figures)
        row("store", QString::fromLatin1(name), value);
    for (std::size_t i = 0; i < facets.statuses.size(); ++i)
        row("status", QString::fromLatin1(toWord(static_cast<RunStatus>(i))), facets.statuses[i]);
    for (const RunFacets::Entry &entry : facets.pipelines)
        row("pipeline", entry.name, entry.count);
    for (const RunFacets::Entry &entry : facets.environments)
        row("environment", entry.name, entry.count);
}

} // namespace

int runStats(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Counts what a store holds."));
    addStoreOptions(parser);
    addFormatOption(parser);
    if (const auto code = parse(parser, arguments))
        return *code;
    const auto format = formatOf(parser);
    if (!format)
        return wrongUsage(format.error().message);
    auto store = openStore(parser, store::StoreUse::ReadOnly);
    if (!store)
        return fail(store.error());
    const auto totals = await((*store)->totals({}));
    if (!totals)
        return fail(totals.error());
    const auto facets = await((*store)->facets({}));
    if (!facets)
        return fail(facets.error());

    QFile out;
    if (!out.open(stdout, QIODevice::WriteOnly))
        return fail({ErrorCode::Internal, QStringLiteral("Standard output is closed.")});
    Printer printer(out, *format, {{"group"}, {"name"}, {"count"}});
    printFacets(printer, **totals, **facets);
    printer.finish();
    return kDone;
}

} // namespace xray::app
