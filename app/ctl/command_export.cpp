// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include "app/exchange/exporter.h"
#include "app/host/host_arguments.h"

#include <QFile>
#include <QTextStream>

#include <algorithm>

#include <unistd.h>

namespace xray::app {

namespace {

constexpr int kRunsPerPage = 500;

struct ExportRequest
{
    std::vector<ExecutionId> runs; ///< empty: every run of the store
    ExportFormat format = ExportFormat::Bundle;
};

Result<ExportRequest> requestFrom(const QCommandLineParser &parser)
{
    ExportRequest request;
    for (const QString &text : parser.values(QStringLiteral("run"))) {
        const auto id = ExecutionId::fromText(text.toStdString());
        if (!id)
            return Error{ErrorCode::InvalidValue,
                         QStringLiteral("--run takes the id of a run, a UUID.")};
        request.runs.push_back(*id);
    }
    const auto format = exportFormatFromWord(parser.value(QStringLiteral("format")));
    if (!format)
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("--format takes bundle, otlp or perfetto.")};
    request.format = *format;
    return request;
}

/// Oldest first, so that what is read back arrives in the order it happened.
Result<std::vector<ExecutionId>> everyRun(RunSource &source)
{
    std::vector<ExecutionId> runs;
    RunPageQuery query;
    query.limit = kRunsPerPage;
    for (;;) {
        const auto page = await(source.runPage(query, {}));
        if (!page)
            return page.error();
        for (const Execution &run : (*page)->runs)
            runs.push_back(run.id);
        if (!(*page)->more)
            break;
        query.after = {{(*page)->runs.back().startedAt, (*page)->runs.back().id}};
    }
    std::reverse(runs.begin(), runs.end());
    return runs;
}

int writeRuns(RunSource &source, const ExportRequest &request, QIODevice &out)
{
    auto runs =
        request.runs.empty() ? everyRun(source) : Result<std::vector<ExecutionId>>(request.runs);
    if (!runs)
        return fail(runs.error());
    const bool onTerminal = isatty(STDERR_FILENO) != 0;
    const auto written = exportRuns(source, *runs, request.format, out, {}, [&](std::size_t done) {
        if (onTerminal)
            QTextStream(stderr) << "\r" << done << " of " << runs->size() << " runs";
    });
    if (onTerminal)
        QTextStream(stderr) << '\n';
    return written ? kDone : fail(written.error());
}

} // namespace

int runExport(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Writes runs for others: as a bundle (X-Ray's own, read back by xrayctl import), as OTLP "
        "JSON, or as a trace for Perfetto. Without --run, every run."));
    addStoreOptions(parser);
    parser.addOption({QStringLiteral("run"), QStringLiteral("A run to write; may be given again."),
                      QStringLiteral("ID")});
    parser.addOption({QStringLiteral("format"), QStringLiteral("bundle, otlp or perfetto."),
                      QStringLiteral("FORMAT"), QStringLiteral("bundle")});
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("The file to write, instead of standard output."),
                      QStringLiteral("FILE")});
    if (const auto code = parse(parser, arguments))
        return *code;
    const auto request = requestFrom(parser);
    if (!request)
        return wrongUsage(request.error().message);
    if (!parser.positionalArguments().isEmpty())
        return wrongUsage(QStringLiteral("export takes its runs with --run."));

    auto store = openStore(parser, store::StoreUse::ReadOnly);
    if (!store)
        return fail(store.error());
    QFile out(parser.value(QStringLiteral("output")));
    const bool opened = out.fileName().isEmpty() ? out.open(stdout, QIODevice::WriteOnly)
                                                 : out.open(QIODevice::WriteOnly);
    if (!opened)
        return fail(
            {ErrorCode::Unavailable,
             QStringLiteral("%1 cannot be written: %2.").arg(out.fileName(), out.errorString())});
    return writeRuns(**store, *request, out);
}

} // namespace xray::app
