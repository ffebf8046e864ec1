// SPDX-License-Identifier: GPL-3.0-or-later
// Reads files of runs into a store: X-Ray's bundle, lines of POST /batch, OTLP JSON (one request,
// or one a line as the Collector's file exporter writes them), Jaeger JSON. Which one it is, the
// file itself says. Blocks: on any thread but the GUI's.
#pragma once

#include <model/core/ports.h>

#include <functional>
#include <set>

namespace xray::app {

/// Of a file that is one JSON document, and of one line of any other.
inline constexpr qint64 kMaxImportDocumentBytes = 512LL * 1024 * 1024;
/// Refusals whose reason is kept; of more only the number.
inline constexpr qsizetype kMostRefusalsTold = 20;

struct ImportSummary
{
    qint64 accepted = 0;        ///< events and spans stored
    qint64 refused = 0;         ///< and those that were not
    QStringList refusals;       ///< why, of the first ones, each with its line
    std::set<ExecutionId> runs; ///< that something was stored of
};

class Importer
{
    enum class Signal { Traces, Logs };

public:
    /// `progress` is told how much of the file is read, from 0 to 1.
    Importer(EventSink &sink, Ticket ticket, std::function<void(double)> progress = {});

    /// InvalidJson for a file of no known format, Unavailable for one that cannot be read or a
    /// store that takes no more, Cancelled once the ticket is. What was stored stays. A file can
    /// add to runs and change them, but delete none.
    [[nodiscard]] Result<ImportSummary> import(const QString &path);

private:
    Result<> read(QIODevice &file);
    Result<> readLines(QIODevice &file, QByteArray line);
    Result<> readDocument(QIODevice &file, QByteArray document);
    Result<> takeArray(const QByteArray &array);
    Result<> takeObject(const QByteArray &json);
    Result<> takeSpans(const QByteArray &json);
    Result<> takeJaeger(const QByteArray &json);
    Result<> takeRequest(const QByteArray &piece, Signal signal);
    Result<> takeSpan(RawSpan span);
    Result<> takeHeld();
    Result<> takeOperation(const QByteArray &json);
    Result<> take(Event event);
    Result<> flush();
    Result<> submit(Submission submission);
    void refuse(const QString &why);

    EventSink &m_sink;
    Ticket m_ticket;
    std::function<void(double)> m_progress;
    ImportSummary m_summary;
    std::vector<Event> m_held; ///< of the request that is being read, until all else is taken
    std::vector<Event> m_pending;
    std::vector<qint64> m_lines; ///< of each pending event
    qint64 m_pendingBytes = 0;
    /// Of the file, or which element of the one array that the file is; 0: the file as a whole.
    qint64 m_line = 0;
};

} // namespace xray::app
