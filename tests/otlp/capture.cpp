// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/otlp/capture.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <zlib.h>

#include <algorithm>

namespace xray::test {

namespace {

constexpr const char *kNoMessage = "The span says that it failed, but not why.";

/// The metrics that the expectations speak of. Ours has more: top_k, cached and reasoning tokens,
/// and every other number among the attributes under its own name.
const QStringList kCompared{
    QStringLiteral("confidence"),    QStringLiteral("doc_count"),
    QStringLiteral("doc_score_max"), QStringLiteral("doc_score_min"),
    QStringLiteral("http_status"),   QStringLiteral("input_tokens"),
    QStringLiteral("output_tokens"), QStringLiteral("percentage_eliminated"),
    QStringLiteral("score"),         QStringLiteral("temperature"),
    QStringLiteral("total_tokens"),  QStringLiteral("ttft_ms")};

/// Filters that expected.json says nothing of, though the lists they were given and gave back do.
const QMap<QString, double> kEliminatedByLists{
    {QStringLiteral("fdeaceddb2e5cce9"), 100.0 * 4 / 7}, // Traceloop's llm_filter.task
};

QDir folder(const QString &name)
{
    return QDir(qEnvironmentVariable("XRAY_SOURCE_DIR") + QStringLiteral("/tests/otlp/captures/") +
                name);
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return file.readAll();
}

QByteArray inflated(const QByteArray &gzip)
{
    constexpr uInt room = 16 * 1024 * 1024;
    QByteArray out(room, Qt::Uninitialized);
    z_stream stream{};
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(gzip.constData()));
    stream.avail_in = uInt(gzip.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = room;
    if (inflateInit2(&stream, 15 + 16) != Z_OK || inflate(&stream, Z_FINISH) != Z_STREAM_END)
        qFatal("a recorded body is no gzip");
    out.truncate(qsizetype(stream.total_out));
    inflateEnd(&stream);
    return out;
}

RecordedRequest loadRequest(const QString &bodyPath)
{
    QString metaPath = bodyPath;
    metaPath.replace(QStringLiteral(".body"), QStringLiteral(".meta.json"));
    const QJsonObject meta = QJsonDocument::fromJson(contents(metaPath)).object();
    RecordedRequest request;
    request.path = meta[u"path"].toString();
    request.encoding = meta[u"content_type"].toString().contains(QLatin1String("json"))
                           ? otlp::Encoding::Json
                           : otlp::Encoding::Protobuf;
    request.body = contents(bodyPath);
    if (meta[u"content_encoding"].toString() == QLatin1String("gzip"))
        request.body = inflated(request.body);
    return request;
}

// ---- lines ---------------------------------------------------------------------------------

QString metricsText(const QMap<QString, double> &metrics)
{
    QStringList parts;
    for (const QString &name : kCompared) {
        if (metrics.contains(name))
            parts << name + QLatin1Char('=') + QString::number(metrics[name], 'f', 3);
    }
    return parts.join(QLatin1Char(' '));
}

struct StepLine
{
    qint64 index = 0;
    QString spanId;
    QString parentSpanId;
    QString words; ///< name, kind, convention, type, its source, status, plumbing
    DurationNs duration = 0;
    QMap<QString, double> metrics;
};

QString lineOf(const StepLine &step, Order order)
{
    const QString place =
        order == Order::AsMapped ? QString::number(step.index).rightJustified(4) : QString();
    // In microseconds: the expectations rounded times to doubles that one exporter wrote as
    // numbers.
    return QStringLiteral("%1 %2 <%3 %4 %5us %6")
        .arg(place, step.spanId,
             step.parentSpanId.isEmpty() ? QStringLiteral("-") : step.parentSpanId, step.words)
        .arg(qRound64(double(step.duration) / kNsPerUs))
        .arg(metricsText(step.metrics));
}

QString errorLine(const QString &spanId, const QString &type, const QString &message)
{
    return QStringLiteral("  ERROR at %1: %2: %3")
        .arg(spanId.isEmpty() ? QStringLiteral("run") : spanId, type, message);
}

/// A run's lines; those of its steps and errors sorted when the order does not matter.
QStringList joined(const QString &run, QStringList steps, QStringList errors, Order order)
{
    if (order == Order::Any)
        steps.sort();
    errors.sort();
    return QStringList{run} + steps + errors;
}

// ---- what is expected ----------------------------------------------------------------------

QString runLine(const QString &trace, const QString &name, const QString &session,
                const QString &status, double inputTokens, double outputTokens)
{
    return QStringLiteral("RUN %1 '%2' session '%3' %4 tokens %5/%6")
        .arg(trace, name, session, status)
        .arg(inputTokens, 0, 'f', 0)
        .arg(outputTokens, 0, 'f', 0);
}

QString expectedStatus(const QString &status)
{
    if (status == QLatin1String("completed_with_errors"))
        return QStringLiteral("completed");
    return status == QLatin1String("incomplete") ? QStringLiteral("running") : status;
}

QMap<QString, double> numbersIn(const QJsonObject &object)
{
    QMap<QString, double> numbers;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it->isDouble())
            numbers.insert(it.key(), it->toDouble());
    }
    return numbers;
}

StepLine expectedStep(const QJsonObject &step, const QJsonArray &all)
{
    StepLine line;
    line.index = step[u"step_index"].toInteger() + 1;
    line.spanId = step[u"span_id"].toString();
    if (step[u"parent_step"].isDouble())
        line.parentSpanId = all[step[u"parent_step"].toInt()][u"span_id"].toString();
    QStringList words;
    for (const char *key :
         {"step_name", "kind", "convention", "step_type", "type_source", "status"})
        words << step[QLatin1String(key)].toString();
    words << (step[u"plumbing"].toBool() ? QStringLiteral("plumbing") : QStringLiteral("shown"));
    line.words = words.join(QLatin1Char(' '));
    line.duration = step[u"duration_ns"].toString().toLongLong();
    line.metrics = numbersIn(step[u"metrics"].toObject());
    if (kEliminatedByLists.contains(line.spanId))
        line.metrics.insert(QStringLiteral("percentage_eliminated"),
                            kEliminatedByLists[line.spanId]);
    return line;
}

QStringList expectedRun(const QJsonObject &run, Order order)
{
    QStringList steps;
    for (const QJsonValue &step : run[u"steps"].toArray())
        steps << lineOf(expectedStep(step.toObject(), run[u"steps"].toArray()), order);
    QStringList errors;
    for (const QJsonValue &error : run[u"errors"].toArray()) {
        const bool isOfRun = error[u"step_index"].isNull();
        const QString message = error[u"message"].toString();
        errors << errorLine(isOfRun ? QString() : error[u"span_id"].toString(),
                            error[u"error_type"].toString(),
                            message.isEmpty() ? QLatin1String(kNoMessage) : message);
    }
    const QString line =
        runLine(run[u"trace_id"].toString(), run[u"name"].toString(), run[u"session"].toString(),
                expectedStatus(run[u"status"].toString()), run[u"input_tokens"].toDouble(),
                run[u"output_tokens"].toDouble());
    return joined(line, steps, errors, order);
}

QString expectedText(const QJsonArray &runs, Order order)
{
    QMap<QString, QStringList> sorted;
    for (const QJsonValue &run : runs)
        sorted.insert(run[u"trace_id"].toString(), expectedRun(run.toObject(), order));
    QStringList lines;
    for (const QStringList &run : sorted)
        lines += run;
    return lines.join(QLatin1Char('\n'));
}

// ---- what was mapped -----------------------------------------------------------------------

QJsonObject parsed(const Field<JsonText> &payload)
{
    return payload.hasValue() ? QJsonDocument::fromJson(*payload).object() : QJsonObject();
}

QString spanIdText(quint64 spanId)
{
    return QString::number(spanId, 16).rightJustified(16, QLatin1Char('0'));
}

StepLine mappedStep(const StepEvent &step, const QMap<StepId, QString> &spanIds)
{
    const StepOrigin origin = stepOriginFromJson(step.origin).value_or(StepOrigin{});
    StepLine line;
    line.index = *step.index;
    line.spanId = spanIdText(origin.spanId);
    if (step.parentId.hasValue())
        line.parentSpanId = spanIds.value(*step.parentId, QStringLiteral("unknown"));
    line.words =
        QStringList{QString::fromUtf8(*step.name),
                    QLatin1String(toWord(origin.role)),
                    QLatin1String(toWord(origin.convention)),
                    QLatin1String(toWord(*step.type)),
                    QLatin1String(toWord(origin.typeSource)),
                    QLatin1String(toWord(*step.status)),
                    origin.isPlumbing ? QStringLiteral("plumbing") : QStringLiteral("shown")}
            .join(QLatin1Char(' '));
    line.duration = step.endedAt.hasValue() ? *step.endedAt - *step.startedAt : -1;
    line.metrics = numbersIn(parsed(step.reasoning));
    return line;
}

QStringList mappedRun(const MappedTrace &mapped, Order order)
{
    QMap<StepId, QString> spanIds;
    for (const StepEvent &step : mapped.steps)
        spanIds.insert(*step.id,
                       spanIdText(stepOriginFromJson(step.origin).value_or(StepOrigin{}).spanId));
    QStringList steps;
    for (const StepEvent &step : mapped.steps)
        steps << lineOf(mappedStep(step, spanIds), order);
    QStringList errors;
    for (const ErrorEvent &error : mapped.errors)
        errors << errorLine(error.stepId.hasValue() ? spanIds.value(*error.stepId) : QString(),
                            error.type.hasValue() ? QString::fromUtf8(*error.type) : QString(),
                            QString::fromUtf8(*error.message));
    const QJsonObject metadata = parsed(mapped.run.metadata);
    const QString line =
        runLine(metadata[u"trace_id"].toString(), QString::fromUtf8(*mapped.run.pipelineName),
                mapped.run.session.hasValue() ? QString::fromUtf8(*mapped.run.session) : QString(),
                QLatin1String(toWord(*mapped.run.status)), metadata[u"input_tokens"].toDouble(),
                metadata[u"output_tokens"].toDouble());
    return joined(line, steps, errors, order);
}

bool isSame(const RawSpan &a, const RawSpan &b)
{
    return a.kind == b.kind && a.spanId == b.spanId &&
           (a.kind == SpanKind::Span || a.body == b.body);
}

} // namespace

QStringList captureNames()
{
    return folder(QString()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
}

Capture loadCapture(const QString &name)
{
    Capture capture;
    capture.name = name;
    const QDir dir = folder(name);
    for (const QString &body : dir.entryList({QStringLiteral("*.body")}, QDir::Files, QDir::Name))
        capture.requests.push_back(loadRequest(dir.filePath(body)));
    const QJsonArray runs =
        QJsonDocument::fromJson(contents(dir.filePath(QStringLiteral("expected.json"))))
            .object()[u"executions"]
            .toArray();
    capture.expected = expectedText(runs, Order::AsMapped);
    capture.expectedInAnyOrder = expectedText(runs, Order::Any);
    return capture;
}

void SpanShelf::receive(const RecordedRequest &request)
{
    if (request.path.endsWith(QLatin1String("/v1/metrics")))
        return;
    const auto decoded = request.path.endsWith(QLatin1String("/v1/logs"))
                             ? otlp::decodeLogs(request.body, request.encoding)
                             : otlp::decodeTraces(request.body, request.encoding);
    if (!decoded)
        qFatal("%s", qPrintable(decoded.error().message));
    m_rejected += decoded->rejected;
    for (const RawSpan &span : decoded->spans)
        keep(span);
}

void SpanShelf::keep(const RawSpan &span)
{
    auto &trace = m_traces[span.executionId.toUtf8()];
    const auto known = std::ranges::find_if(
        trace, [&](const StoredSpan &stored) { return isSame(stored.span, span); });
    if (known == trace.end())
        trace.push_back({++m_arrivals, span});
    else if (span.endedAt > known->span.endedAt)
        known->span = span;
}

QString textOf(const SpanShelf &shelf, Order order)
{
    const auto mapper = otlp::makeMapper({});
    QStringList lines;
    for (const std::vector<StoredSpan> &trace : shelf.traces())
        lines += mappedRun(mapper->map(trace.front().span.executionId, trace), order);
    return lines.join(QLatin1Char('\n'));
}

} // namespace xray::test
