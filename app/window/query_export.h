// SPDX-License-Identifier: GPL-3.0-or-later
// Writes every match of a query to a file, a page at a time, so that neither the window nor memory
// notices how many there are. The file appears whole or not at all. Deletes itself when it is done;
// GUI thread, whose share is one page's text at a time.
#pragma once

#include <views/query/results_panel.h>

#include <QObject>
#include <QSaveFile>

namespace xray::app {

class QueryExport final : public QObject
{
    Q_OBJECT

public:
    QueryExport(query::QuerySource &source, query::Query query, views::ExportFormat format,
                const QString &path, QObject *parent);
    ~QueryExport() override;

    void start();
    void cancel();

Q_SIGNALS:
    void progressed(qint64 written);
    void finished(qint64 written);
    void failed(const xray::Error &error);

private:
    void askPage();
    template<class Given>
    void takePage(const Given &answer);
    void writeRow(const QByteArray &row);
    void write(const query::StepHit &hit);
    void write(const Execution &run);
    void end();
    void fail(const Error &error);

    query::QuerySource &m_source;
    query::Query m_query;
    views::ExportFormat m_format;
    QSaveFile m_file;
    Ticket m_ticket;
    TimeNs m_now;
    qint64 m_written = 0;
    std::optional<StepRow> m_lastStep;
    std::optional<std::pair<TimeNs, ExecutionId>> m_lastRun;
};

} // namespace xray::app
