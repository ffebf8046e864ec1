// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are being read into the open store or written out of it, in the background: files to
// read one after the other. Made for a host and gone before it: its end stops what is under way.
// GUI thread; the signals too.
#pragma once

#include "app/exchange/exporter.h"
#include "app/exchange/importer.h"
#include "app/host/host.h"

#include <model/query/tree.h>

#include <QFuture>
#include <QObject>

namespace xray::app {

class FileJobs : public QObject
{
    Q_OBJECT

public:
    explicit FileJobs(Host &host, QObject *parent = nullptr);
    ~FileJobs() override;

    /// Reads the files in order; imported() or failed() tells of each.
    void import(const QStringList &paths);
    /// Writes the runs; exported() or failed() tells. The file is there once it is whole.
    void exportRuns(std::vector<ExecutionId> runs, ExportFormat format, const QString &path);
    /// The same with the runs that match, or that have a step that does.
    void exportMatches(query::Query query, ExportFormat format, const QString &path);
    /// Cancels what is under way, which failed() tells of, and drops what waits.
    void stop();

Q_SIGNALS:
    /// From 0 to 1, some times a second.
    void importProgressed(const QString &path, double done);
    void exportProgressed(const QString &path, qint64 done, qint64 runs);
    void imported(const QString &path, const xray::app::ImportSummary &summary);
    void exported(const QString &path);
    void failed(const xray::Error &error);

private:
    void importNext();
    [[nodiscard]] Result<> write(const std::vector<ExecutionId> &runs, ExportFormat format,
                                 const QString &path, const Ticket &ticket);
    void follow(const QFuture<Result<>> &written, const QString &path);
    void remember(QFuture<void> job);

    Host &m_host;
    Ticket m_ticket;
    QStringList m_waiting;
    bool m_importing = false;
    std::vector<QFuture<void>> m_running;
};

} // namespace xray::app
