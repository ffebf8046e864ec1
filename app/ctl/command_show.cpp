// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include <model/core/answer.h>

#include "app/ctl/rows.h"
#include "app/host/host_arguments.h"

#include <QFile>
#include <QTextStream>

namespace xray::app {

namespace {

constexpr int kDefaultRunLimit = 20;
constexpr int kStepsPerPage = 500;

const std::vector<Printer::Column> kStepColumns = {{"step_index"},
                                                   {"step_name"},
                                                   {"step_type"},
                                                   {"status"},
                                                   {"started_at"},
                                                   {"duration_ms"},
                                                   {"in"},
                                                   {"out"},
                                                   {"error_count"},
                                                   {"reasoning_payload"},
                                                   {"input_payload"},
                                                   {"output_payload"},
                                                   {"id"}};

std::vector<Cell> stepCells(const StepDetail &detail)
{
    const Step &step = detail.step;
    return {step.index,
            step.name,
            QString::fromLatin1(toWord(step.type)),
            QString::fromLatin1(toWord(step.status)),
            timeCell(step.startedAt),
            milliseconds(step.duration),
            numberOrNothing(step.countIn),
            numberOrNothing(step.countOut),
            step.errorCount,
            jsonOrNothing(detail.payloads.reasoning),
            jsonOrNothing(detail.payloads.input),
            jsonOrNothing(detail.payloads.output),
            step.id.toString()};
}

int listRuns(store::Store &store, QIODevice &out, Format format, int limit)
{
    const auto page = await(store.runPage({{}, limit, {}}, {}));
    if (!page)
        return fail(page.error());
    Printer printer(out, format, runColumns());
    for (const Execution &run : (*page)->runs)
        printer.row(runCells(run));
    printer.finish();
    if ((*page)->more)
        QTextStream(stderr) << "The newest " << limit << " runs; --limit shows more.\n";
    return kDone;
}

int printSteps(store::Store &store, QIODevice &out, Format format, ExecutionId id)
{
    Printer printer(out, format, kStepColumns);
    StepPageQuery query{id, true, kStepsPerPage, {}};
    for (;;) {
        const auto page = await(store.stepPage(query, {}));
        if (!page)
            return fail(page.error());
        for (const StepDetail &detail : (*page)->steps)
            printer.row(stepCells(detail));
        if (!(*page)->more)
            break;
        const Step &last = (*page)->steps.back().step;
        query.after = {{last.index, last.row}};
    }
    printer.finish();
    return kDone;
}

int showRun(store::Store &store, QIODevice &out, Format format, ExecutionId id)
{
    const auto run = await(store.runById(id, {}));
    if (!run)
        return fail(run.error());
    // For people the run stands above its steps; a program gets the steps alone, in one shape.
    if (format == Format::Table) {
        Printer printer(out, format, runColumns());
        printer.row(runCells(**run));
        printer.finish();
        out.write("\n");
    }
    return printSteps(store, out, format, id);
}

} // namespace

int runShow(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Lists the newest runs, or prints one run with its steps."));
    addStoreOptions(parser);
    addFormatOption(parser);
    parser.addOption({QStringLiteral("limit"), QStringLiteral("How many runs to list."),
                      QStringLiteral("N"), QString::number(kDefaultRunLimit)});
    parser.addPositionalArgument(QStringLiteral("ID"), QStringLiteral("The run to print."),
                                 QStringLiteral("[ID]"));
    if (const auto code = parse(parser, arguments))
        return *code;
    const auto format = formatOf(parser);
    if (!format)
        return wrongUsage(format.error().message);
    bool isNumber = false;
    const int limit = parser.value(QStringLiteral("limit")).toInt(&isNumber);
    if (!isNumber || limit < 1)
        return wrongUsage(QStringLiteral("--limit takes a number from 1."));
    const QStringList ids = parser.positionalArguments();
    const auto id = ids.isEmpty() ? std::nullopt : ExecutionId::fromText(ids[0].toStdString());
    if (ids.size() > 1 || (!ids.isEmpty() && !id))
        return wrongUsage(QStringLiteral("show takes one id, a UUID."));

    auto store = openStore(parser, store::StoreUse::ReadOnly);
    if (!store)
        return fail(store.error());
    QFile out;
    if (!out.open(stdout, QIODevice::WriteOnly))
        return fail({ErrorCode::Internal, QStringLiteral("Standard output is closed.")});
    return id ? showRun(**store, out, *format, *id) : listRuns(**store, out, *format, limit);
}

} // namespace xray::app
