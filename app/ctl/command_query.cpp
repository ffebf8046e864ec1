// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/command.h"

#include "app/ctl/rows.h"
#include "app/host/host_arguments.h"

#include <model/core/answer.h>
#include <model/query/unheard.h>

#include <QFile>
#include <QTextStream>
#include <QThread>

#include <algorithm>
#include <limits>

#include <unistd.h>

namespace xray::app {

namespace {

constexpr int kDefaultLimit = query::kDefaultPageSize;
constexpr unsigned long kProgressEveryMs = 100;

/// What the command line asks for.
struct Request
{
    query::Query query;
    TimeNs now = 0;
    int limit = kDefaultLimit;
    Format format = Format::Ndjson;
};

/// The answer, waited for, with progress on a terminal.
template<class T>
Result<std::shared_ptr<const T>> awaitLong(Answer<T> answer, const Ticket &ticket)
{
    const bool isTerminal = isatty(STDERR_FILENO) != 0;
    QTextStream err(stderr);
    bool told = false;
    while (isTerminal && !answer.isFinished()) {
        QThread::msleep(kProgressEveryMs);
        if (ticket.progress() < 0 || answer.isFinished())
            continue;
        err << "\rsearching: " << qRound(ticket.progress() * 100) << " %" << Qt::flush;
        told = true;
    }
    if (told)
        err << "\r                    \r" << Qt::flush;
    return await(std::move(answer));
}

/// A query that the store cannot answer as it is written is wrong usage.
int failQuestion(const Error &error)
{
    return error.code == ErrorCode::InvalidValue ? wrongUsage(error.message) : fail(error);
}

/// When nothing was found: names that nothing has, which may be misspelt.
void tellUnheardNames(query::QuerySource &source, const query::Query &query)
{
    const auto catalogue = await(source.catalogue({}));
    if (!catalogue)
        return;
    for (const QString &line : query::unheardNames(query, **catalogue))
        QTextStream(stderr) << "xrayctl: " << line << '\n';
}

int printSteps(query::QuerySource &source, const Request &request, QIODevice &out)
{
    Printer printer(out, request.format, hitColumns());
    query::StepQuestion question{request.query, request.now, 0, {}};
    for (int left = request.limit; left > 0;) {
        question.limit = std::min(left, query::kMaxPageSize);
        const Ticket ticket;
        const auto answer = awaitLong(source.findSteps(question, ticket), ticket);
        if (!answer)
            return failQuestion(answer.error());
        if ((*answer)->hits.empty() && !question.before)
            tellUnheardNames(source, request.query);
        for (const query::StepHit &hit : (*answer)->hits)
            printer.row(hitCells(hit));
        left -= static_cast<int>((*answer)->hits.size());
        if (!(*answer)->more || (*answer)->hits.empty())
            break;
        question.before = (*answer)->hits.back().step.row;
    }
    printer.finish();
    return kDone;
}

int printRuns(query::QuerySource &source, const Request &request, QIODevice &out)
{
    Printer printer(out, request.format, runColumns());
    query::RunQuestion question{request.query, request.now, 0, {}};
    question.withContents = false;
    for (int left = request.limit; left > 0;) {
        question.limit = std::min(left, query::kMaxPageSize);
        const Ticket ticket;
        const auto answer = awaitLong(source.findRuns(question, ticket), ticket);
        if (!answer)
            return failQuestion(answer.error());
        if ((*answer)->runs.empty() && !question.after)
            tellUnheardNames(source, request.query);
        for (const Execution &run : (*answer)->runs)
            printer.row(runCells(run));
        left -= static_cast<int>((*answer)->runs.size());
        if (!(*answer)->more || (*answer)->runs.empty())
            break;
        const Execution &last = (*answer)->runs.back();
        question.after = {{last.startedAt, last.id}};
    }
    printer.finish();
    return kDone;
}

int printCount(query::QuerySource &source, const Request &request, QIODevice &out)
{
    const Ticket ticket;
    constexpr qint64 all = std::numeric_limits<qint64>::max() / 2;
    const auto answer = awaitLong(source.count({request.query, request.now, all}, ticket), ticket);
    if (!answer)
        return failQuestion(answer.error());
    if ((*answer)->count == 0)
        tellUnheardNames(source, request.query);
    if (request.format == Format::Table) {
        out.write(QByteArray::number((*answer)->count) + '\n');
        return kDone;
    }
    Printer printer(out, request.format, {{"count"}});
    printer.row({(*answer)->count});
    printer.finish();
    return kDone;
}

int printPlan(query::QuerySource &source, const Request &request, QIODevice &out)
{
    const auto lines = await(source.explain(request.query, {}));
    if (!lines)
        return fail(lines.error());
    for (const QString &line : **lines)
        out.write(line.toUtf8() + '\n');
    return kDone;
}

void addOptions(QCommandLineParser &parser)
{
    parser.setApplicationDescription(QStringLiteral(
        "Prints the steps that match, latest first; the runs, newest first, when the "
        "text begins with \"runs where\"."));
    addStoreOptions(parser);
    addFormatOption(parser);
    parser.addOption({QStringLiteral("limit"), QStringLiteral("How many to print."),
                      QStringLiteral("N"), QString::number(kDefaultLimit)});
    parser.addOption({QStringLiteral("count"), QStringLiteral("Prints how many match instead.")});
    parser.addOption({QStringLiteral("explain"),
                      QStringLiteral("Prints how the answer would be found instead.")});
    parser.addPositionalArgument(QStringLiteral("TEXT"),
                                 QStringLiteral("The query, for example: type = filter and "
                                                "percentage_eliminated > 90"),
                                 QStringLiteral("TEXT"));
}

int answer(const QCommandLineParser &parser, query::QuerySource &source, Request request)
{
    QFile out;
    if (!out.open(stdout, QIODevice::WriteOnly))
        return fail({ErrorCode::Internal, QStringLiteral("Standard output is closed.")});
    if (parser.isSet(QStringLiteral("explain")))
        return printPlan(source, request, out);
    if (parser.isSet(QStringLiteral("count")))
        return printCount(source, request, out);
    return request.query.subject == query::Subject::Steps ? printSteps(source, request, out)
                                                          : printRuns(source, request, out);
}

} // namespace

int runQuery(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const auto code = parse(parser, arguments))
        return *code;
    const auto format = formatOf(parser);
    if (!format)
        return wrongUsage(format.error().message);
    bool isNumber = false;
    const int limit = parser.value(QStringLiteral("limit")).toInt(&isNumber);
    if (!isNumber || limit < 1)
        return wrongUsage(QStringLiteral("--limit takes a number from 1."));
    const QStringList texts = parser.positionalArguments();
    if (texts.size() != 1)
        return wrongUsage(QStringLiteral("query takes one text; put it in quotes."));
    const auto query = parseQuery(texts[0]);
    if (const auto *code = std::get_if<int>(&query))
        return *code;

    auto store = openStore(parser, store::StoreUse::ReadOnly);
    if (!store)
        return fail(store.error());
    query::QuerySource &source = (*store)->queries();
    const auto &tree = std::get<query::Query>(query);
    if (const auto code = checkNames(tree, source))
        return *code;
    return answer(parser, source, {tree, nowNs(), limit, *format});
}

} // namespace xray::app
