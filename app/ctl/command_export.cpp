// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include "app/exchange/exporter.h"
#include "app/exchange/run_selection.h"
#include "app/host/host_arguments.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QTextStream>

#include <unistd.h>

namespace xray::app {

namespace {

struct ExportRequest
{
    std::optional<query::Query> query; ///< the runs that match, or whose steps do
    std::vector<ExecutionId> runs;     ///< without a query; empty: every run of the store
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
    if (parser.isSet(QStringLiteral("query")) && !request.runs.empty())
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("--run and --query exclude each other.")};
    const auto format = exportFormatFromWord(parser.value(QStringLiteral("format")));
    if (!format)
        return Error{ErrorCode::InvalidValue,
                     QStringLiteral("--format takes bundle, otlp or perfetto.")};
    request.format = *format;
    return request;
}

Result<std::vector<ExecutionId>> selectedRuns(store::Store &store, const ExportRequest &request)
{
    if (request.query)
        return runsOf(store.queries(), *request.query, nowNs(), {});
    return request.runs.empty() ? everyRun(store, {}) : request.runs;
}

int writeRuns(store::Store &source, const ExportRequest &request, QIODevice &out)
{
    const auto runs = selectedRuns(source, request);
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

int cannotWrite(const QFileDevice &file)
{
    return fail(
        {ErrorCode::Unavailable,
         QStringLiteral("%1 cannot be written: %2.").arg(file.fileName(), file.errorString())});
}

/// To standard output without a path. A file is there once it is whole; a device or a pipe has no
/// other way than to be written at once.
int writeTo(const QString &path, store::Store &source, const ExportRequest &request)
{
    if (path.isEmpty() || (QFileInfo::exists(path) && !QFileInfo(path).isFile())) {
        QFile out(path);
        const bool opened = path.isEmpty() ? out.open(stdout, QIODevice::WriteOnly)
                                           : out.open(QIODevice::WriteOnly);
        return opened ? writeRuns(source, request, out) : cannotWrite(out);
    }
    QSaveFile out(path);
    if (!out.open(QIODevice::WriteOnly))
        return cannotWrite(out);
    const int code = writeRuns(source, request, out);
    return code != kDone || out.commit() ? code : cannotWrite(out);
}

} // namespace

int runExport(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Writes runs for others: as a bundle (X-Ray's own, read back by xrayctl import), as OTLP "
        "JSON, or as a trace for Perfetto. Without --run and --query, every run."));
    addStoreOptions(parser);
    parser.addOption({QStringLiteral("run"), QStringLiteral("A run to write; may be given again."),
                      QStringLiteral("ID")});
    parser.addOption({QStringLiteral("query"),
                      QStringLiteral("The runs that match, or that have a step that does."),
                      QStringLiteral("TEXT")});
    parser.addOption({QStringLiteral("format"), QStringLiteral("bundle, otlp or perfetto."),
                      QStringLiteral("FORMAT"), QStringLiteral("bundle")});
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("The file to write, instead of standard output."),
                      QStringLiteral("FILE")});
    if (const auto code = parse(parser, arguments))
        return *code;
    auto request = requestFrom(parser);
    if (!request)
        return wrongUsage(request.error().message);
    if (!parser.positionalArguments().isEmpty())
        return wrongUsage(QStringLiteral("export takes its runs with --run or --query."));

    auto store = openStore(parser, store::StoreUse::ReadOnly);
    if (!store)
        return fail(store.error());
    if (parser.isSet(QStringLiteral("query"))) {
        const auto query = parseQuery(parser.value(QStringLiteral("query")));
        if (const auto *code = std::get_if<int>(&query))
            return *code;
        request->query = std::get<query::Query>(query);
        if (const auto code = checkNames(*request->query, (*store)->queries()))
            return *code;
    }
    return writeTo(parser.value(QStringLiteral("output")), **store, *request);
}

} // namespace xray::app
