// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/run_files.h"

#include <model/core/text.h>

#include <QFileDialog>
#include <QFileInfo>

namespace xray::app {

namespace {

struct FormatChoice
{
    ExportFormat format;
    QString suffix;
    QString name;
};

const std::vector<FormatChoice> &formatChoices()
{
    static const std::vector<FormatChoice> choices{
        {ExportFormat::Bundle, QStringLiteral("xray"), QStringLiteral("X-Ray bundle")},
        {ExportFormat::Otlp, QStringLiteral("json"), QStringLiteral("OTLP JSON")},
        {ExportFormat::Perfetto, QStringLiteral("perfetto.json"), QStringLiteral("Perfetto trace")},
    };
    return choices;
}

ExportFormat formatOf(const QString &path)
{
    if (path.endsWith(QLatin1String(".perfetto.json")))
        return ExportFormat::Perfetto;
    return path.endsWith(QLatin1String(".json")) ? ExportFormat::Otlp : ExportFormat::Bundle;
}

QString percentOf(double done)
{
    return QStringLiteral("%1 %").arg(static_cast<int>(done * 100));
}

} // namespace

RunFiles::RunFiles(Host &host, QWidget *window)
    : QObject(window)
    , m_window(window)
    , m_jobs(host)
{
    connect(&m_jobs, &FileJobs::imported, this, &RunFiles::tellOfImport);
    connect(&m_jobs, &FileJobs::exported, this,
            [this](const QString &path) { Q_EMIT finished(QStringLiteral("Wrote %1").arg(path)); });
    connect(&m_jobs, &FileJobs::failed, this,
            [this](const Error &error) { Q_EMIT failed(error.message); });
    connect(&m_jobs, &FileJobs::importProgressed, this, [this](const QString &path, double done) {
        Q_EMIT progressed(
            QStringLiteral("Reading %1: %2").arg(QFileInfo(path).fileName(), percentOf(done)));
    });
    connect(&m_jobs, &FileJobs::exportProgressed, this,
            [this](const QString &path, qint64 done, qint64 runs) {
                Q_EMIT progressed(
                    QStringLiteral("Writing %1: %2 of %3 runs")
                        .arg(QFileInfo(path).fileName(), formatCount(done), formatCount(runs)));
            });
}

void RunFiles::import(const QStringList &paths)
{
    m_jobs.import(paths);
}

void RunFiles::tellOfImport(const QString &path, const ImportSummary &summary)
{
    const auto runs = static_cast<qint64>(summary.runs.size());
    const QString read = QStringLiteral("%1: %2 %3")
                             .arg(QFileInfo(path).fileName(), formatCount(runs),
                                  runs == 1 ? QStringLiteral("run") : QStringLiteral("runs"));
    if (summary.refused == 0)
        Q_EMIT finished(read);
    else
        Q_EMIT finishedInPart(
            QStringLiteral("%1; %2 of its entries were refused, the first on %3")
                .arg(read, formatCount(summary.refused), summary.refusals.value(0)),
            summary.refusals);
    if (runs == 1)
        Q_EMIT runImported(*summary.runs.begin());
}

void RunFiles::askForPath(const QString &title, const QString &suggestion,
                          const std::function<void(const QString &)> &take)
{
    auto *dialog = new QFileDialog(m_window, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QStringList filters;
    for (const FormatChoice &choice : formatChoices())
        filters += QStringLiteral("%1 (*.%2)").arg(choice.name, choice.suffix);
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(formatChoices().front().suffix);
    dialog->selectFile(suggestion);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, filters](const QString &filter) {
        dialog->setDefaultSuffix(formatChoices().at(filters.indexOf(filter)).suffix);
    });
    connect(dialog, &QFileDialog::fileSelected, this, take);
    dialog->open();
}

void RunFiles::chooseExport(ExecutionId run)
{
    askForPath(QStringLiteral("Export the open run"), run.toString() + QStringLiteral(".xray"),
               [this, run](const QString &path) { exportRun(run, path); });
}

void RunFiles::chooseExportOf(const query::Query &query)
{
    askForPath(QStringLiteral("Export the runs that match"), QStringLiteral("matches.xray"),
               [this, query](const QString &path) { exportMatches(query, path); });
}

void RunFiles::exportRun(ExecutionId run, const QString &path)
{
    m_jobs.exportRuns({run}, formatOf(path), path);
}

void RunFiles::exportMatches(const query::Query &query, const QString &path)
{
    m_jobs.exportMatches(query, formatOf(path), path);
}

} // namespace xray::app
