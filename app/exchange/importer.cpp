// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/importer.h"

#include "app/exchange/bundle.h"
#include "app/exchange/jaeger.h"

#include <model/ingest/event_decoder.h>
#include <model/otlp/decode.h>

#include <QFile>

#include <future>
#include <limits>
#include <thread>

namespace xray::app {

namespace {

constexpr std::size_t kEventsPerSubmission = 1'000;
constexpr qint64 kBytesPerSubmission = 8LL * 1024 * 1024;
constexpr auto kBusyPause = std::chrono::milliseconds(50);
/// How far into a document one looks for what it is.
constexpr qint64 kPeekBytes = 4096;
constexpr qint64 kLineChunk = 64 * 1024;

Error unreadable(const QFile &file)
{
    return {ErrorCode::Unavailable,
            QStringLiteral("%1 cannot be read: %2.").arg(file.fileName(), file.errorString())};
}

Error tooLarge()
{
    return {ErrorCode::TooLarge,
            QStringLiteral("One document of the file is larger than %1 MiB. Split it into lines.")
                .arg(kMaxImportDocumentBytes / 1024 / 1024)};
}

Error unknownFormat(const QString &path)
{
    return {ErrorCode::InvalidJson,
            QStringLiteral("%1 is no file of runs. X-Ray reads its own bundles, OTLP JSON (one "
                           "request, or one a line) and Jaeger JSON.")
                .arg(path)};
}

bool isOtlp(const QByteArray &json)
{
    return json.contains("\"resourceSpans\"") || json.contains("\"resourceLogs\"");
}

/// A document that spans lines is one JSON text; a file of lines has a whole object in its first.
bool isOneDocument(const QByteArray &start)
{
    const QByteArray first = start.left(start.indexOf('\n')).trimmed();
    return first.startsWith('[') || !first.endsWith('}') || first.startsWith("{\"data\"");
}

std::optional<ExecutionId> runOf(const Event &event)
{
    return std::visit(
        [](const auto &e) -> std::optional<ExecutionId> {
            if constexpr (requires { e.executionId; })
                return e.executionId;
            else if constexpr (std::is_same_v<std::decay_t<decltype(e)>, ExecutionEvent>)
                return e.id;
            else
                return std::nullopt;
        },
        event);
}

/// A run that comes in a file came by import, unless it is told by spans.
void markImported(Event &event)
{
    if (auto *run = std::get_if<ExecutionEvent>(&event))
        run->source = Source::Import;
}

/// A line with its end, or what is a byte too many of it. QIODevice::readLine() would make room for
/// the longest one each time.
QByteArray readLine(QIODevice &file)
{
    QByteArray line;
    do
        line += file.readLine(kLineChunk);
    while (!line.endsWith('\n') && !file.atEnd() && line.size() <= kMaxImportDocumentBytes);
    return line;
}

} // namespace

Importer::Importer(EventSink &sink, Ticket ticket, std::function<void(double)> progress)
    : m_sink(sink)
    , m_ticket(std::move(ticket))
    , m_progress(std::move(progress))
{
}

Result<ImportSummary> Importer::import(const QString &path)
{
    m_summary = {};
    m_line = 0;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(file);
    const QByteArray start = file.peek(kPeekBytes).trimmed();
    if (!start.startsWith('{') && !start.startsWith('['))
        return unknownFormat(path);
    auto read = isOneDocument(start) ? importDocument(file) : importLines(file);
    if (read)
        read = flush();
    if (!read)
        return read.error();
    if (m_summary.accepted == 0 && m_summary.refused == 0)
        return unknownFormat(path);
    return std::move(m_summary);
}

Result<> Importer::importLines(QIODevice &file)
{
    while (!file.atEnd()) {
        if (m_ticket.isCancelled())
            return Error{ErrorCode::Cancelled, QStringLiteral("The import was stopped.")};
        const QByteArray line = readLine(file);
        if (line.size() > kMaxImportDocumentBytes)
            return tooLarge();
        ++m_line;
        if (auto taken = takeLine(line.trimmed()); !taken)
            return taken;
        if (m_progress && file.size() > 0)
            m_progress(static_cast<double>(file.pos()) / static_cast<double>(file.size()));
    }
    return Success{};
}

Result<> Importer::takeLine(const QByteArray &line)
{
    if (line.isEmpty() || isBundleHeading(line))
        return Success{};
    return isOtlp(line) && !line.startsWith("{\"op\"") ? takeOtlp(line) : takeOperation(line);
}

Result<> Importer::importDocument(QIODevice &file)
{
    if (file.size() > kMaxImportDocumentBytes)
        return tooLarge();
    const QByteArray document = file.readAll();
    m_line = 1;
    if (isOtlp(document))
        return takeOtlp(document);
    if (const auto otlp = otlpOfJaeger(document))
        return takeOtlp(*otlp);
    auto batch = ingest::decodeBatch(document, std::numeric_limits<int>::max());
    if (!batch)
        return batch.error();
    for (const Error &error : batch->refused)
        refuse(error.message);
    for (Event &event : batch->events) {
        if (auto taken = take(std::move(event)); !taken)
            return taken;
    }
    return Success{};
}

Result<> Importer::takeOtlp(const QByteArray &json)
{
    otlp::DecodeLimits limits;
    limits.maxSpans = std::numeric_limits<qint64>::max();
    auto decoded = json.contains("\"resourceSpans\"")
                       ? otlp::decodeTraces(json, otlp::Encoding::Json, limits)
                       : otlp::decodeLogs(json, otlp::Encoding::Json, limits);
    if (!decoded) {
        refuse(decoded.error().message);
        return Success{};
    }
    if (decoded->rejected > 0)
        refuse(decoded->why);
    m_summary.refused += std::max<qint64>(decoded->rejected - 1, 0);
    for (RawSpan &span : decoded->spans) {
        if (auto taken = take(std::move(span)); !taken)
            return taken;
    }
    return Success{};
}

Result<> Importer::takeOperation(const QByteArray &json)
{
    auto event = ingest::decodeBatchLine(json, ingest::BatchOps::WithInternal);
    if (!event) {
        refuse(event.error().message);
        return Success{};
    }
    markImported(*event);
    return take(*std::move(event));
}

Result<> Importer::take(Event event)
{
    if (const auto run = runOf(event))
        m_summary.runs.insert(*run);
    if (const auto *span = std::get_if<RawSpan>(&event))
        m_pendingBytes += span->body.size();
    m_pending.push_back(std::move(event));
    m_lines.push_back(m_line);
    const bool isFull =
        m_pending.size() >= kEventsPerSubmission || m_pendingBytes >= kBytesPerSubmission;
    return isFull ? flush() : Result<>(Success{});
}

Result<> Importer::flush()
{
    if (m_pending.empty())
        return Success{};
    std::promise<SubmissionResult> promise;
    auto answered = promise.get_future();
    for (;;) {
        Submission submission;
        submission.events = m_pending;
        submission.bytes = m_pendingBytes;
        submission.done = [&promise](SubmissionResult result) {
            promise.set_value(std::move(result));
        };
        const auto queued = m_sink.submit(std::move(submission));
        if (queued)
            break;
        if (queued.error().code != ErrorCode::Busy || m_ticket.isCancelled())
            return queued;
        std::this_thread::sleep_for(kBusyPause);
    }
    const SubmissionResult result = answered.get();
    if (!result.status)
        return result.status;
    for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
        m_line = m_lines[i];
        if (result.outcomes[i])
            ++m_summary.accepted;
        else
            refuse(result.outcomes[i].error().message);
    }
    m_line = m_lines.back();
    m_pending.clear();
    m_lines.clear();
    m_pendingBytes = 0;
    return Success{};
}

void Importer::refuse(const QString &why)
{
    ++m_summary.refused;
    if (m_summary.firstRefusal.isEmpty())
        m_summary.firstRefusal = QStringLiteral("line %1: %2").arg(m_line).arg(why);
}

} // namespace xray::app
