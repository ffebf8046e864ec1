// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include "app/exchange/importer.h"
#include "app/host/host_arguments.h"

#include <QTextStream>

#include <unistd.h>

namespace xray::app {

namespace {

void showProgress(double done)
{
    static int shown = -1;
    const int percent = static_cast<int>(done * 100);
    if (percent == shown)
        return;
    shown = percent;
    QTextStream(stderr) << "\r" << percent << " %" << Qt::flush;
}

void tell(const QString &file, const ImportSummary &summary)
{
    QTextStream err(stderr);
    err << file << ": " << summary.runs.size() << " runs, " << summary.accepted << " accepted, "
        << summary.refused << " refused\n";
    for (const QString &refusal : summary.refusals)
        err << file << ", " << refusal << '\n';
    if (const qint64 more = summary.refused - summary.refusals.size(); more > 0)
        err << file << ": and " << more << " more\n";
}

/// Every file, also after one that could not be read.
int importFiles(EventSink &sink, const QStringList &files)
{
    const bool onTerminal = isatty(STDERR_FILENO) != 0;
    Importer importer(sink, {}, onTerminal ? showProgress : std::function<void(double)>());
    int code = kDone;
    for (const QString &file : files) {
        const auto summary = importer.import(file);
        if (onTerminal)
            QTextStream(stderr) << '\r';
        if (!summary) {
            code = fail(summary.error());
            continue;
        }
        tell(file, *summary);
        if (summary->refused > 0)
            code = kFailed;
    }
    return code;
}

} // namespace

int runImport(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Reads files of runs into a store: bundles of xrayctl export, OTLP JSON, "
                       "Jaeger JSON. What was refused is said, and makes the exit code 1."));
    addStoreOptions(parser);
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("A file to read."),
                                 QStringLiteral("FILE…"));
    if (const auto code = parse(parser, arguments))
        return *code;
    const QStringList files = parser.positionalArguments();
    if (files.isEmpty())
        return wrongUsage(QStringLiteral("import takes the files to read."));
    auto store = openStore(parser, store::StoreUse::ReadWrite);
    if (!store)
        return fail(store.error());
    return importFiles((*store)->sink(), files);
}

} // namespace xray::app
