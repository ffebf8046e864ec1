// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/file_jobs.h"

#include "app/exchange/run_selection.h"

#include <model/core/answer.h>

#include <QSaveFile>
#include <QtConcurrentRun>

namespace xray::app {

namespace {

Result<> writeFile(RunSource &source, const std::vector<ExecutionId> &runs, ExportFormat format,
                   const QString &path, const Ticket &ticket)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return Error{ErrorCode::Unavailable,
                     QStringLiteral("%1 cannot be written: %2.").arg(path, file.errorString())};
    if (auto written = exportRuns(source, runs, format, file, ticket, [](std::size_t) {}); !written)
        return written;
    if (!file.commit())
        return Error{ErrorCode::Unavailable,
                     QStringLiteral("%1 cannot be written: %2.").arg(path, file.errorString())};
    return Success{};
}

} // namespace

FileJobs::FileJobs(Host &host, QObject *parent)
    : QObject(parent)
    , m_host(host)
{
}

FileJobs::~FileJobs()
{
    m_ticket.cancel();
    for (QFuture<void> &job : m_running)
        job.waitForFinished();
}

void FileJobs::import(const QStringList &paths)
{
    m_waiting += paths;
    if (!m_importing)
        importNext();
}

void FileJobs::importNext()
{
    m_importing = !m_waiting.isEmpty();
    if (!m_importing)
        return;
    const QString path = m_waiting.takeFirst();
    auto read = QtConcurrent::run([&sink = m_host.sink(), ticket = m_ticket, path] {
        return Importer(sink, ticket).import(path);
    });
    m_running.push_back(QFuture<void>(read));
    whenAnswered(read, this, [this, path](const Result<ImportSummary> &summary) {
        if (summary)
            Q_EMIT imported(path, *summary);
        else
            Q_EMIT failed(summary.error());
        importNext();
    });
}

void FileJobs::exportRuns(std::vector<ExecutionId> runs, ExportFormat format, const QString &path)
{
    follow(
        QtConcurrent::run([&source = m_host.source(), ticket = m_ticket, runs = std::move(runs),
                           format, path] { return writeFile(source, runs, format, path, ticket); }),
        path);
}

void FileJobs::exportMatches(query::Query query, ExportFormat format, const QString &path)
{
    follow(QtConcurrent::run([&host = m_host, ticket = m_ticket, query = std::move(query), format,
                              path]() -> Result<> {
               const auto runs = runsOf(host.queries(), query, nowNs(), ticket);
               return runs ? writeFile(host.source(), *runs, format, path, ticket) : runs.error();
           }),
           path);
}

void FileJobs::follow(const QFuture<Result<>> &written, const QString &path)
{
    m_running.push_back(QFuture<void>(written));
    whenAnswered(written, this, [this, path](const Result<> &done) {
        if (done)
            Q_EMIT exported(path);
        else
            Q_EMIT failed(done.error());
    });
}

} // namespace xray::app
