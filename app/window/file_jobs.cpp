// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/file_jobs.h"

#include "app/exchange/run_selection.h"

#include <model/core/answer.h>

#include <QElapsedTimer>
#include <QSaveFile>
#include <QtConcurrentRun>

namespace xray::app {

namespace {

constexpr qint64 kTellEveryMs = 100;

/// Lets through what is told some times a second, for progress that is told of every line.
class Pace
{
public:
    Pace() { m_since.start(); }

    bool isTime()
    {
        if (m_since.elapsed() < kTellEveryMs)
            return false;
        m_since.start();
        return true;
    }

private:
    QElapsedTimer m_since;
};

Error cannotWrite(const QSaveFile &file)
{
    return {ErrorCode::Unavailable,
            QStringLiteral("%1 cannot be written: %2.").arg(file.fileName(), file.errorString())};
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

void FileJobs::stop()
{
    m_waiting.clear();
    m_ticket.cancel();
    m_ticket = Ticket();
}

void FileJobs::remember(QFuture<void> job)
{
    std::erase_if(m_running, [](const QFuture<void> &each) { return each.isFinished(); });
    m_running.push_back(std::move(job));
}

// Jobs emit from their own thread, which ends before this object does; receivers that live on
// another are told there.

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
    Q_EMIT importProgressed(path, 0);
    auto read = QtConcurrent::run([this, &sink = m_host.sink(), ticket = m_ticket, path] {
        auto pace = std::make_shared<Pace>();
        return Importer(sink, ticket,
                        [this, path, pace](double done) {
                            if (pace->isTime())
                                Q_EMIT importProgressed(path, done);
                        })
            .import(path);
    });
    remember(QFuture<void>(read));
    whenAnswered(read, this, [this, path](const Result<ImportSummary> &summary) {
        if (summary)
            Q_EMIT imported(path, *summary);
        else
            Q_EMIT failed(summary.error());
        importNext();
    });
}

/// On a thread of the pool.
Result<> FileJobs::write(const std::vector<ExecutionId> &runs, ExportFormat format,
                         const QString &path, const Ticket &ticket)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return cannotWrite(file);
    Pace pace;
    auto written =
        app::exportRuns(m_host.source(), runs, format, file, ticket, [&](std::size_t done) {
            if (pace.isTime())
                Q_EMIT exportProgressed(path, static_cast<qint64>(done),
                                        static_cast<qint64>(runs.size()));
        });
    if (!written)
        return written;
    return file.commit() ? Result<>(Success{}) : cannotWrite(file);
}

void FileJobs::exportRuns(std::vector<ExecutionId> runs, ExportFormat format, const QString &path)
{
    follow(QtConcurrent::run([this, ticket = m_ticket, runs = std::move(runs), format, path] {
               return write(runs, format, path, ticket);
           }),
           path);
}

void FileJobs::exportMatches(query::Query query, ExportFormat format, const QString &path)
{
    follow(QtConcurrent::run(
               [this, ticket = m_ticket, query = std::move(query), format, path]() -> Result<> {
                   const auto runs = runsOf(m_host.queries(), query, nowNs(), ticket);
                   return runs ? write(*runs, format, path, ticket) : runs.error();
               }),
           path);
}

void FileJobs::follow(const QFuture<Result<>> &written, const QString &path)
{
    remember(QFuture<void>(written));
    whenAnswered(written, this, [this, path](const Result<> &done) {
        if (done)
            Q_EMIT exported(path);
        else
            Q_EMIT failed(done.error());
    });
}

} // namespace xray::app
