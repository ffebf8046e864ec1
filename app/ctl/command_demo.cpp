// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include "app/host/demo_filler.h"
#include "app/host/host_arguments.h"

#include <QTextStream>

#include <unistd.h>

namespace xray::app {

namespace {

bool showProgress(int done, int total)
{
    if (isatty(STDERR_FILENO) != 0)
        QTextStream(stderr) << "\r" << done << " of " << total << " runs" << Qt::flush;
    return true;
}

} // namespace

int runDemo(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Writes demo runs into a store."));
    addStoreOptions(parser);
    parser.addOption({QStringLiteral("seed"),
                      QStringLiteral("Same seed, same number of runs, same data."),
                      QStringLiteral("N"), QStringLiteral("1")});
    parser.addOption({QStringLiteral("runs"),
                      QStringLiteral("How many runs; by default some 2,000."), QStringLiteral("N"),
                      QStringLiteral("0")});
    if (const auto code = parse(parser, arguments))
        return *code;
    DemoRequest request;
    bool seedOk = false;
    bool runsOk = false;
    request.seed = parser.value(QStringLiteral("seed")).toULongLong(&seedOk);
    request.runs = parser.value(QStringLiteral("runs")).toInt(&runsOk);
    if (!seedOk || !runsOk || request.runs < 0 || !parser.positionalArguments().isEmpty())
        return wrongUsage(QStringLiteral("--seed and --runs take numbers from 0."));
    auto store = openStore(parser, store::StoreUse::ReadWrite);
    if (!store)
        return fail(store.error());
    const auto filled = fillWithDemo((*store)->sink(), request, showProgress);
    if (isatty(STDERR_FILENO) != 0)
        QTextStream(stderr) << '\n';
    return filled ? kDone : fail(filled.error());
}

} // namespace xray::app
