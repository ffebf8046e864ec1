// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/query_export.h"

#include <model/core/answer.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

#include <algorithm>

namespace xray::app {

namespace {

using query::StepHit;
using views::ExportFormat;

constexpr auto kStepHeader = "id,execution_id,pipeline_name,environment,step_index,step_name,"
                             "step_type,status,started_at,duration_ms,count_in,count_out,metrics\n";
constexpr auto kRunHeader = "id,pipeline_name,environment,status,started_at,duration_ms,"
                            "step_count,error_count,title\n";

QJsonValue timeValue(TimeNs time)
{
    return QString::fromLatin1(formatRfc3339(time));
}

template<class T>
QJsonValue optional(const std::optional<T> &value)
{
    return value ? QJsonValue(static_cast<double>(*value)) : QJsonValue();
}

QJsonValue milliseconds(const std::optional<DurationNs> &duration)
{
    return duration ? QJsonValue(static_cast<double>(*duration) / kNsPerMs) : QJsonValue();
}

QJsonObject metricsOf(const Step &step)
{
    QJsonObject metrics;
    for (const Metric &metric : step.metrics)
        metrics[metric.name] = metric.value;
    return metrics;
}

/// Names and values in the order of the header.
using Fields = std::vector<std::pair<const char *, QJsonValue>>;

Fields fieldsOf(const StepHit &hit)
{
    const Step &step = hit.step;
    return {{"id", step.id.toString()},
            {"execution_id", step.executionId.toString()},
            {"pipeline_name", hit.pipelineName},
            {"environment", hit.environment},
            {"step_index", static_cast<double>(step.index)},
            {"step_name", step.name},
            {"step_type", QString::fromLatin1(toWord(step.type))},
            {"status", QString::fromLatin1(toWord(step.status))},
            {"started_at", timeValue(step.startedAt)},
            {"duration_ms", milliseconds(step.duration)},
            {"count_in", optional(step.countIn)},
            {"count_out", optional(step.countOut)},
            {"metrics", metricsOf(step)}};
}

Fields fieldsOf(const Execution &run)
{
    return {{"id", run.id.toString()},
            {"pipeline_name", run.pipelineName},
            {"environment", run.environment},
            {"status", QString::fromLatin1(toWord(run.status))},
            {"started_at", timeValue(run.startedAt)},
            {"duration_ms", milliseconds(run.duration)},
            {"step_count", static_cast<double>(run.stepCount)},
            {"error_count", static_cast<double>(run.errorCount)},
            {"title", run.title}};
}

QByteArray jsonOf(const Fields &fields)
{
    QJsonObject object;
    for (const auto &[name, value] : fields)
        object[QLatin1String(name)] = value;
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe.
QByteArray csvCell(const QJsonValue &value)
{
    if (value.isDouble())
        return QByteArray::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
    QByteArray text = value.isObject()
                          ? QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact)
                          : value.toString().toUtf8();
    if (!text.isEmpty() && QByteArrayView("=+-@\t\r").contains(text.front()))
        text.prepend('\'');
    const bool needsQuotes = std::ranges::any_of(
        text, [](char sign) { return QByteArrayView(",\"\r\n").contains(sign); });
    return needsQuotes ? '"' + text.replace('"', "\"\"") + '"' : text;
}

QByteArray csvOf(const Fields &fields)
{
    QByteArrayList cells;
    for (const auto &field : fields)
        cells += csvCell(field.second);
    return cells.join(',');
}

} // namespace

QueryExport::QueryExport(query::QuerySource &source, query::Query query, ExportFormat format,
                         const QString &path, QObject *parent)
    : QObject(parent)
    , m_source(source)
    , m_query(std::move(query))
    , m_format(format)
    , m_file(path)
    , m_now(nowNs())
{
}

QueryExport::~QueryExport()
{
    m_ticket.cancel();
}

void QueryExport::start()
{
    if (!m_file.open(QIODevice::WriteOnly)) {
        fail({ErrorCode::Unavailable, QStringLiteral("%1 cannot be written: %2")
                                          .arg(m_file.fileName(), m_file.errorString())});
        return;
    }
    if (m_format == ExportFormat::Csv)
        m_file.write(m_query.subject == query::Subject::Steps ? kStepHeader : kRunHeader);
    else if (m_format == ExportFormat::Json)
        m_file.write("[\n");
    askPage();
}

void QueryExport::cancel()
{
    m_ticket.cancel();
    m_file.cancelWriting();
    deleteLater();
}

void QueryExport::askPage()
{
    if (m_query.subject == query::Subject::Steps) {
        const query::StepQuestion question{m_query, m_now, query::kMaxPageSize, m_lastStep};
        whenAnswered(m_source.findSteps(question, m_ticket), this,
                     [this](const Answered<query::StepAnswer> &answer) {
                         if (answer && !(*answer)->hits.empty())
                             m_lastStep = (*answer)->hits.back().step.row;
                         takePage(answer);
                     });
        return;
    }
    query::RunQuestion question{m_query, m_now, query::kMaxPageSize, m_lastRun};
    question.withContents = false;
    whenAnswered(m_source.findRuns(question, m_ticket), this,
                 [this](const Answered<query::RunAnswer> &answer) {
                     if (answer && !(*answer)->runs.empty())
                         m_lastRun =
                             std::pair((*answer)->runs.back().startedAt, (*answer)->runs.back().id);
                     takePage(answer);
                 });
}

template<class Given>
void QueryExport::takePage(const Given &answer)
{
    if (m_ticket.isCancelled())
        return;
    if (!answer) {
        fail(answer.error());
        return;
    }
    if constexpr (std::is_same_v<Given, Answered<query::StepAnswer>>) {
        for (const StepHit &hit : (*answer)->hits)
            write(hit);
    } else {
        for (const Execution &run : (*answer)->runs)
            write(run);
    }
    Q_EMIT progressed(m_written);
    if ((*answer)->more)
        askPage();
    else
        end();
}

void QueryExport::write(const StepHit &hit)
{
    const Fields fields = fieldsOf(hit);
    writeRow(m_format == ExportFormat::Csv ? csvOf(fields) : jsonOf(fields));
}

void QueryExport::write(const Execution &run)
{
    const Fields fields = fieldsOf(run);
    writeRow(m_format == ExportFormat::Csv ? csvOf(fields) : jsonOf(fields));
}

void QueryExport::writeRow(const QByteArray &row)
{
    if (m_format == ExportFormat::Json && m_written > 0)
        m_file.write(",\n");
    m_file.write(row);
    if (m_format != ExportFormat::Json)
        m_file.write("\n");
    ++m_written;
}

void QueryExport::end()
{
    if (m_format == ExportFormat::Json)
        m_file.write("\n]\n");
    if (m_file.error() != QFileDevice::NoError || !m_file.commit()) {
        fail({ErrorCode::Unavailable, QStringLiteral("%1 cannot be written: %2")
                                          .arg(m_file.fileName(), m_file.errorString())});
        return;
    }
    Q_EMIT finished(m_written);
    deleteLater();
}

void QueryExport::fail(const Error &error)
{
    m_file.cancelWriting();
    Q_EMIT failed(error);
    deleteLater();
}

} // namespace xray::app
