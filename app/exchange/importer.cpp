// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/exchange/importer.h"

#include "app/exchange/bundle.h"
#include "app/exchange/jaeger.h"
#include "app/exchange/json_slices.h"
#include "app/exchange/own_spans.h"
#include "app/exchange/request_pieces.h"

#include <model/ingest/event_decoder.h>
#include <model/otlp/decode.h>

#include <QFile>
#include <QFileInfo>

#include <future>
#include <limits>
#include <thread>

namespace xray::app {

namespace {

constexpr std::size_t kEventsPerSubmission = 1'000;
constexpr qint64 kBytesPerSubmission = 8LL * 1024 * 1024;
constexpr auto kBusyPause = std::chrono::milliseconds(50);
constexpr qint64 kLineChunk = 64 * 1024;
constexpr std::size_t kKeysLookedAt = 64; ///< to tell what an object is
constexpr QByteArrayView kByteOrderMark("\xef\xbb\xbf", 3);

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

Error stopped()
{
    return {ErrorCode::Cancelled, QStringLiteral("The import was stopped.")};
}

Error compressed(const QString &path)
{
    return {
        ErrorCode::InvalidJson,
        QStringLiteral("%1 is compressed. Unpack it first, then import what comes out.").arg(path)};
}

bool isCompressed(const QByteArray &start)
{
    constexpr QByteArrayView kGzip("\x1f\x8b", 2);
    constexpr QByteArrayView kZstandard("\x28\xb5\x2f\xfd", 4);
    constexpr QByteArrayView kZip("PK\x03\x04", 4);
    return start.startsWith(kGzip) || start.startsWith(kZstandard) || start.startsWith(kZip);
}

/// The run that the event tells of; `made` is the id of what it made or changed.
std::optional<ExecutionId> runOf(const Event &event, const Uuid &made)
{
    return std::visit(
        [&made](const auto &e) -> std::optional<ExecutionId> {
            if constexpr (requires { e.executionId; })
                return e.executionId;
            else
                return ExecutionId(made);
        },
        event);
}

/// A file tells of runs; it gives no orders.
bool tellsOfARun(const Event &event)
{
    return std::holds_alternative<ExecutionEvent>(event) ||
           std::holds_alternative<StepEvent>(event) || std::holds_alternative<ErrorEvent>(event) ||
           std::holds_alternative<RawSpan>(event);
}

bool isEdit(const Event &event)
{
    const auto *run = std::get_if<ExecutionEvent>(&event);
    return run && run->kind == ExecutionEvent::Kind::Update;
}

/// What refers to steps that may follow in the file, or would be undone by them.
bool saysLast(const Event &event)
{
    return isEdit(event) || std::holds_alternative<ErrorEvent>(event);
}

qint64 weightOf(const Event &event)
{
    constexpr qint64 kSmall = 512;
    return kSmall + std::visit(
                        [](const auto &e) -> qint64 {
                            if constexpr (requires { e.body; })
                                return e.body.size();
                            else if constexpr (requires { e.reasoning; })
                                return e.input->size() + e.output->size() + e.reasoning->size();
                            else
                                return 0;
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
    for (;;) {
        const QByteArray part = file.readLine(kLineChunk);
        line += part;
        if (part.isEmpty() || part.endsWith('\n') || line.size() > kMaxImportDocumentBytes)
            return line;
    }
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
    m_held.clear();
    m_line = 0;
    if (const QFileInfo info(path); info.exists() && !info.isFile()) // a pipe would wait for ever
        return Error{ErrorCode::Unavailable, QStringLiteral("%1 is no file.").arg(path)};
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(file);
    if (isCompressed(file.peek(4)))
        return compressed(path);
    auto done = read(file);
    if (done)
        done = flush();
    if (!done)
        return done.error();
    if (m_summary.accepted == 0 && m_summary.refused == 0)
        return unknownFormat(path);
    return std::move(m_summary);
}

/// A file of lines has a whole object in its first; any other is one document.
Result<> Importer::read(QIODevice &file)
{
    if (file.peek(kByteOrderMark.size()) == kByteOrderMark)
        file.skip(kByteOrderMark.size());
    QByteArray start;
    while (start.isEmpty() && !file.atEnd()) {
        start = readLine(file).trimmed();
        ++m_line;
    }
    if (start.size() > kMaxImportDocumentBytes)
        return tooLarge();
    if (start.startsWith('{') && isOneValue(start))
        return readLines(file, std::move(start));
    if (start.startsWith('{') || start.startsWith('['))
        return readDocument(file, std::move(start));
    return Success{}; // nothing is accepted of a file of anything else
}

Result<> Importer::readLines(QIODevice &file, QByteArray line)
{
    for (;;) {
        if (m_ticket.isCancelled())
            return stopped();
        if (line.startsWith('{')) {
            if (auto taken = takeObject(line); !taken)
                return taken;
        } else if (!line.isEmpty()) {
            refuse(QStringLiteral("The line is no JSON object."));
        }
        if (m_progress && file.size() > 0)
            m_progress(static_cast<double>(file.pos()) / static_cast<double>(file.size()));
        if (file.atEnd())
            return Success{};
        line = readLine(file).trimmed();
        ++m_line;
        if (line.size() > kMaxImportDocumentBytes)
            return tooLarge();
    }
}

Result<> Importer::readDocument(QIODevice &file, QByteArray document)
{
    if (file.size() > kMaxImportDocumentBytes)
        return tooLarge();
    document += '\n' + file.readAll();
    m_line = 0;
    return document.startsWith('[') ? takeArray(document) : takeObject(document);
}

/// Operations as POST /batch takes them.
Result<> Importer::takeArray(const QByteArray &array)
{
    Result<> result = Success{};
    const SliceEnd end = forEachElement(array, [&](QByteArrayView element) {
        ++m_line;
        result = m_ticket.isCancelled() ? stopped() : takeOperation(element.toByteArray());
        return result.ok();
    });
    if (end == SliceEnd::Cut) {
        m_line = 0;
        refuse(QStringLiteral("It is no valid JSON, or it is cut off."));
    }
    return result;
}

Result<> Importer::takeObject(const QByteArray &json)
{
    std::set<QByteArray> keys;
    const SliceEnd end = forEachMember(json, [&](QByteArrayView key, QByteArrayView) {
        keys.insert(key.toByteArray());
        return keys.size() < kKeysLookedAt;
    });
    if (end == SliceEnd::Cut) {
        refuse(QStringLiteral("It is no valid JSON, or it is cut off."));
        return Success{};
    }
    if (keys.contains("resourceSpans") || keys.contains("resourceLogs"))
        return takeSpans(json);
    if (keys.contains("data"))
        return takeJaeger(json);
    return isBundleHeading(json) ? Result<>(Success{}) : takeOperation(json);
}

Result<> Importer::takeSpans(const QByteArray &json)
{
    const std::pair<Signal, ListPath> parts[] = {{Signal::Traces, kTracePath},
                                                 {Signal::Logs, kLogPath}};
    for (const auto &[signal, path] : parts) {
        if (!memberOf(json, path.front()))
            continue;
        auto taken = forEachPiece(json, path, [&, which = signal](const QByteArray &piece) {
            return takeRequest(piece, which);
        });
        if (!taken)
            return taken;
    }
    return takeHeld();
}

Result<> Importer::takeJaeger(const QByteArray &json)
{
    return forEachPiece(json, kJaegerPath, [this](const QByteArray &piece) -> Result<> {
        if (const auto otlp = otlpOfJaeger(piece))
            return takeRequest(*otlp, Signal::Traces);
        refuse(QStringLiteral("It is neither OTLP JSON nor Jaeger JSON."));
        return Success{};
    });
}

Result<> Importer::takeRequest(const QByteArray &piece, Signal signal)
{
    if (m_ticket.isCancelled())
        return stopped();
    otlp::DecodeLimits limits;
    limits.maxSpans = std::numeric_limits<qint64>::max();
    auto decoded = signal == Signal::Traces
                       ? otlp::decodeTraces(piece, otlp::Encoding::Json, limits)
                       : otlp::decodeLogs(piece, otlp::Encoding::Json, limits);
    if (!decoded) {
        refuse(decoded.error().message);
        return Success{};
    }
    if (decoded->rejected > 0)
        refuse(decoded->why);
    m_summary.refused += std::max<qint64>(decoded->rejected - 1, 0);
    for (RawSpan &span : decoded->spans) {
        if (auto taken = takeSpan(std::move(span)); !taken)
            return taken;
    }
    return Success{};
}

Result<> Importer::takeSpan(RawSpan span)
{
    auto own = eventsOfOwnSpan(span);
    if (!own) {
        refuse(own.error().message);
        return Success{};
    }
    if (own->empty())
        return take(std::move(span));
    for (Event &event : *own) {
        markImported(event);
        if (saysLast(event))
            m_held.push_back(std::move(event));
        else if (auto taken = take(std::move(event)); !taken)
            return taken;
    }
    return Success{};
}

Result<> Importer::takeHeld()
{
    for (Event &event : std::exchange(m_held, {})) {
        if (auto taken = take(std::move(event)); !taken)
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
    if (!tellsOfARun(event)) {
        refuse(QStringLiteral("A file of runs may not delete runs or change saved queries."));
        return Success{};
    }
    if (isEdit(event)) { // of a run that its spans, once they are stored, say anew
        if (auto flushed = flush(); !flushed)
            return flushed;
    }
    m_pendingBytes += weightOf(event);
    m_pending.push_back(std::move(event));
    m_lines.push_back(m_line);
    const bool isFull =
        m_pending.size() >= kEventsPerSubmission || m_pendingBytes >= kBytesPerSubmission;
    return isFull ? flush() : Result<>(Success{});
}

/// Stores what is pending and waits for what becomes of it.
Result<> Importer::flush()
{
    if (m_pending.empty())
        return Success{};
    auto promise = std::make_shared<std::promise<SubmissionResult>>();
    auto answered = promise->get_future();
    Submission submission;
    submission.events = m_pending;
    submission.bytes = m_pendingBytes;
    submission.done = [promise](SubmissionResult result) { promise->set_value(std::move(result)); };
    if (auto queued = submit(std::move(submission)); !queued)
        return queued;
    const SubmissionResult result = answered.get();
    if (!result.status)
        return result.status;
    const qint64 line = m_line;
    for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
        m_line = m_lines[i];
        if (!result.outcomes[i]) {
            refuse(result.outcomes[i].error().message);
            continue;
        }
        ++m_summary.accepted;
        if (const auto run = runOf(m_pending[i], *result.outcomes[i]))
            m_summary.runs.insert(*run);
    }
    m_line = line;
    m_pending.clear();
    m_lines.clear();
    m_pendingBytes = 0;
    return Success{};
}

/// Waits while the queue is full.
Result<> Importer::submit(Submission submission)
{
    for (;;) {
        const auto queued = m_sink.submit(submission);
        if (queued || queued.error().code != ErrorCode::Busy)
            return queued;
        if (m_ticket.isCancelled())
            return stopped();
        std::this_thread::sleep_for(kBusyPause);
    }
}

void Importer::refuse(const QString &why)
{
    ++m_summary.refused;
    if (m_summary.refusals.size() < kMostRefusalsTold)
        m_summary.refusals += m_line > 0 ? QStringLiteral("line %1: %2").arg(m_line).arg(why) : why;
}

} // namespace xray::app
