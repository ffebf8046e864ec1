// SPDX-License-Identifier: GPL-3.0-or-later
// Files of runs, as a person meets them: asks where to write and in which format, and tells how far
// reading and writing are and how they went. Made for a host and gone before it. Owned by the
// workspace; GUI thread.
#pragma once

#include "app/window/file_jobs.h"

#include <functional>

namespace xray::app {

class RunFiles : public QObject
{
    Q_OBJECT

public:
    /// `window` is borrowed: dialogs belong to it.
    RunFiles(Host &host, QWidget *window);

    /// Reads the files into the store, one after the other.
    void import(const QStringList &paths);
    /// Writes the run, or the runs of the matches, to a file that the user chooses.
    void chooseExport(ExecutionId run);
    void chooseExportOf(const query::Query &query);
    /// In which format, the name says: .json is OTLP, .perfetto.json a Perfetto trace, anything
    /// else a bundle.
    void exportRun(ExecutionId run, const QString &path);
    void exportMatches(const query::Query &query, const QString &path);
    /// What is under way is left, what waits is dropped.
    void stop() { m_jobs.stop(); }

Q_SIGNALS:
    /// How far the file is that is under way.
    void progressed(const QString &text);
    /// It was read or written.
    void finished(const QString &text);
    void failed(const QString &message);
    /// It was read, but for what `reasons` say.
    void finishedInPart(const QString &text, const QStringList &reasons);
    /// A file told of this run alone.
    void runImported(xray::ExecutionId run);

private:
    void askForPath(const QString &title, const QString &suggestion,
                    const std::function<void(const QString &)> &take);
    void tellOfImport(const QString &path, const ImportSummary &summary);

    QWidget *m_window;
    FileJobs m_jobs;
};

} // namespace xray::app
