// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/rows.h"

#include <model/core/json_escape.h>

namespace xray::app {

Cell milliseconds(const std::optional<DurationNs> &duration)
{
    if (!duration)
        return std::monostate();
    return static_cast<double>(*duration) / static_cast<double>(kNsPerMs);
}

Cell timeCell(const std::optional<TimeNs> &time)
{
    if (!time)
        return std::monostate();
    return QString::fromLatin1(formatRfc3339(*time));
}

Cell textOrNothing(const QString &text)
{
    return text.isEmpty() ? Cell() : Cell(text);
}

Cell jsonOrNothing(const JsonText &json)
{
    return json.isEmpty() ? Cell() : Cell(RawJson{json});
}

const std::vector<Printer::Column> &runColumns()
{
    static const std::vector<Printer::Column> columns = {
        {"id"},          {"pipeline_name"}, {"status"},      {"environment"}, {"started_at"},
        {"duration_ms"}, {"step_count"},    {"error_count"}, {"title"},       {"outcome"}};
    return columns;
}

std::vector<Cell> runCells(const Execution &run)
{
    return {run.id.toString(),
            run.pipelineName,
            QString::fromLatin1(toWord(run.status)),
            textOrNothing(run.environment),
            timeCell(run.startedAt),
            milliseconds(run.duration),
            run.stepCount,
            run.errorCount,
            textOrNothing(run.title),
            textOrNothing(run.outcome)};
}

namespace {

JsonText metricsJson(const std::vector<Metric> &metrics)
{
    JsonText json;
    for (const Metric &metric : metrics) {
        json += json.isEmpty() ? '{' : ',';
        appendJsonString(json, metric.name.toUtf8());
        json += ':';
        appendJsonNumber(json, metric.value);
    }
    return json.isEmpty() ? json : json + '}';
}

} // namespace

const std::vector<Printer::Column> &hitColumns()
{
    static const std::vector<Printer::Column> columns = {
        {"started_at"},  {"pipeline_name"}, {"step_index"}, {"step_name"}, {"step_type"},
        {"status"},      {"duration_ms"},   {"in"},         {"out"},       {"metrics"},
        {"error_count"}, {"execution_id"},  {"id"}};
    return columns;
}

std::vector<Cell> hitCells(const query::StepHit &hit)
{
    const Step &step = hit.step;
    return {timeCell(step.startedAt),
            hit.pipelineName,
            step.index,
            step.name,
            QString::fromLatin1(toWord(step.type)),
            QString::fromLatin1(toWord(step.status)),
            milliseconds(step.duration),
            numberOrNothing(step.countIn),
            numberOrNothing(step.countOut),
            jsonOrNothing(metricsJson(step.metrics)),
            step.errorCount,
            step.executionId.toString(),
            step.id.toString()};
}

} // namespace xray::app
