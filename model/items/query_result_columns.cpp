// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/query_result_columns.h"

#include <model/core/text.h>

#include <QHash>

#include <algorithm>

namespace xray::items {

namespace {

using query::Condition;
using query::FieldId;
using query::Node;
using query::Operator;
using query::StepHit;
using Kind = ResultColumnKind;

QString absent()
{
    return QStringLiteral("–");
}

void collectMetrics(const query::NodePtr &node, QStringList &names);

struct MetricCollector
{
    QStringList &names;

    void operator()(const Condition &condition) const
    {
        if (condition.field.id == FieldId::Metric && !names.contains(condition.field.name))
            names += condition.field.name;
    }
    void operator()(const query::Group &group) const
    {
        for (const query::NodePtr &child : group.children)
            collectMetrics(child, names);
    }
    void operator()(const query::Negation &negation) const
    {
        collectMetrics(negation.child, names);
    }
    void operator()(const query::StepTest &test) const { collectMetrics(test.child, names); }
};

void collectMetrics(const query::NodePtr &node, QStringList &names)
{
    if (node)
        std::visit(MetricCollector{names}, node->is);
}

/// Names by how many rows carry them, most first.
QStringList metricsByFrequency(const std::vector<ResultRow> &rows)
{
    QHash<QString, int> counts;
    for (const ResultRow &row : rows) {
        if (const auto *hit = std::get_if<StepHit>(&row)) {
            for (const Metric &metric : hit->step.metrics)
                ++counts[metric.name];
        }
    }
    QStringList names = counts.keys();
    std::ranges::sort(names, [&](const QString &a, const QString &b) {
        return counts[a] != counts[b] ? counts[a] > counts[b] : a < b;
    });
    return names;
}

bool haveCounts(const std::vector<ResultRow> &rows)
{
    return std::ranges::any_of(rows, [](const ResultRow &row) {
        const auto *hit = std::get_if<StepHit>(&row);
        return hit && (hit->step.countIn || hit->step.countOut);
    });
}

std::vector<ResultColumn> stepColumns(const query::Query &query, const std::vector<ResultRow> &rows)
{
    std::vector<ResultColumn> columns{
        {Kind::Started}, {Kind::Pipeline}, {Kind::StepName}, {Kind::Type}};
    QStringList metrics = metricsOf(query);
    for (const QString &name : metricsByFrequency(rows)) {
        if (!metrics.contains(name))
            metrics += name;
    }
    for (const QString &name : metrics.mid(0, kMaxResultMetrics))
        columns.push_back({Kind::Metric, name});
    if (haveCounts(rows))
        columns.push_back({Kind::Counts});
    for (const Kind kind : {Kind::Duration, Kind::Status, Kind::Environment, Kind::Run})
        columns.push_back({kind});
    return columns;
}

std::vector<ResultColumn> runColumns()
{
    return {{Kind::Started}, {Kind::Pipeline}, {Kind::About},       {Kind::Status}, {Kind::Steps},
            {Kind::Errors},  {Kind::Duration}, {Kind::Environment}, {Kind::Run}};
}

template<class T>
QVariant rawOf(const std::optional<T> &value)
{
    return value ? QVariant::fromValue(static_cast<qlonglong>(*value)) : QVariant();
}

QString countText(const std::optional<qint64> &count)
{
    return count ? formatCount(*count) : QStringLiteral("?");
}

QString countsText(const Step &step)
{
    if (!step.countIn && !step.countOut)
        return absent();
    return countText(step.countIn) + QStringLiteral(" → ") + countText(step.countOut);
}

QString orAbsent(const QString &text)
{
    return text.isEmpty() ? absent() : text;
}

QString metricText(const ResultColumn &column, double value)
{
    return isPercentage(column) ? QString::number(value, 'f', 1) : formatNumber(value);
}

// ---- of a step ------------------------------------------------------------------------------

QVariant stepValue(const StepHit &hit, const ResultColumn &column)
{
    const Step &step = hit.step;
    switch (column.kind) {
    case Kind::Started:
        return QVariant::fromValue(static_cast<qlonglong>(step.startedAt));
    case Kind::Pipeline:
        return hit.pipelineName;
    case Kind::Environment:
        return hit.environment;
    case Kind::StepName:
        return step.name;
    case Kind::About:
        return hit.runTitle;
    case Kind::Type:
        return QString::fromLatin1(toWord(step.type));
    case Kind::Status:
        return QString::fromLatin1(toWord(step.status));
    case Kind::Metric: {
        const auto value = metricValue(step, column.metric);
        return value ? QVariant(*value) : QVariant();
    }
    case Kind::Counts:
        return rawOf(step.countOut);
    case Kind::Steps:
        return {};
    case Kind::Errors:
        return QVariant::fromValue(static_cast<qlonglong>(step.errorCount));
    case Kind::Duration:
        return rawOf(step.duration);
    case Kind::Run:
        return step.executionId.toString();
    }
    return {};
}

QVariant runValue(const Execution &run, const ResultColumn &column)
{
    switch (column.kind) {
    case Kind::Started:
        return QVariant::fromValue(static_cast<qlonglong>(run.startedAt));
    case Kind::Pipeline:
        return run.pipelineName;
    case Kind::Environment:
        return run.environment;
    case Kind::About:
        return run.title;
    case Kind::Status:
        return QString::fromLatin1(toWord(run.status));
    case Kind::Steps:
        return QVariant::fromValue(static_cast<qlonglong>(run.stepCount));
    case Kind::Errors:
        return QVariant::fromValue(static_cast<qlonglong>(run.errorCount));
    case Kind::Duration:
        return rawOf(run.duration);
    case Kind::Run:
        return run.id.toString();
    case Kind::StepName:
    case Kind::Type:
    case Kind::Metric:
    case Kind::Counts:
        return {};
    }
    return {};
}

Condition equals(FieldId id, query::Value value, const QString &name = {})
{
    return {{id, name}, Operator::Equal, {std::move(value)}};
}

/// The field whose word a column shows, in a step query or a run query.
std::optional<FieldId> wordField(Kind kind, bool ofStep)
{
    switch (kind) {
    case Kind::Pipeline:
        return FieldId::Pipeline;
    case Kind::Environment:
        return FieldId::Environment;
    case Kind::StepName:
        return FieldId::Step;
    case Kind::Type:
        return FieldId::Type;
    case Kind::Status:
        return ofStep ? FieldId::Status : FieldId::RunStatus;
    case Kind::Run:
        return FieldId::Run;
    case Kind::Started:
    case Kind::About:
    case Kind::Metric:
    case Kind::Counts:
    case Kind::Steps:
    case Kind::Errors:
    case Kind::Duration:
        return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

QStringList metricsOf(const query::Query &query)
{
    QStringList names;
    collectMetrics(query.where, names);
    return names;
}

std::vector<ResultColumn> columnsFor(const query::Query &query, const std::vector<ResultRow> &rows)
{
    return query.subject == query::Subject::Steps ? stepColumns(query, rows) : runColumns();
}

QString titleOf(const ResultColumn &column)
{
    switch (column.kind) {
    case Kind::Started:
        return QStringLiteral("Started");
    case Kind::Pipeline:
        return QStringLiteral("Pipeline");
    case Kind::Environment:
        return QStringLiteral("Environment");
    case Kind::StepName:
        return QStringLiteral("Step");
    case Kind::About:
        return QStringLiteral("About");
    case Kind::Type:
        return QStringLiteral("Type");
    case Kind::Status:
        return QStringLiteral("Status");
    case Kind::Metric:
        return column.metric;
    case Kind::Counts:
        return QStringLiteral("In → Out");
    case Kind::Steps:
        return QStringLiteral("Steps");
    case Kind::Errors:
        return QStringLiteral("Errors");
    case Kind::Duration:
        return QStringLiteral("Duration");
    case Kind::Run:
        return QStringLiteral("Run");
    }
    return {};
}

bool isNumeric(const ResultColumn &column)
{
    switch (column.kind) {
    case Kind::Metric:
    case Kind::Counts:
    case Kind::Steps:
    case Kind::Errors:
    case Kind::Duration:
        return true;
    case Kind::Started:
    case Kind::Pipeline:
    case Kind::Environment:
    case Kind::StepName:
    case Kind::About:
    case Kind::Type:
    case Kind::Status:
    case Kind::Run:
        return false;
    }
    return false;
}

bool isPercentage(const ResultColumn &column)
{
    return column.kind == Kind::Metric &&
           column.metric.contains(QStringLiteral("percent"), Qt::CaseInsensitive);
}

QVariant valueOf(const ResultRow &row, const ResultColumn &column)
{
    const auto *hit = std::get_if<StepHit>(&row);
    return hit ? stepValue(*hit, column) : runValue(std::get<Execution>(row), column);
}

QString textOf(const ResultRow &row, const ResultColumn &column, TimeNs now)
{
    const QVariant value = valueOf(row, column);
    const auto *hit = std::get_if<StepHit>(&row);
    if (column.kind == Kind::Counts)
        return hit ? countsText(hit->step) : absent();
    if (!value.isValid())
        return absent();
    switch (column.kind) {
    case Kind::Started:
        return formatLocal(value.toLongLong(), now).section(u'.', 0, 0);
    case Kind::Duration:
        return formatDuration(value.toLongLong());
    case Kind::Metric:
        return metricText(column, value.toDouble());
    case Kind::Steps:
    case Kind::Errors:
        return formatCount(value.toLongLong());
    case Kind::Pipeline:
    case Kind::Environment:
    case Kind::StepName:
    case Kind::About:
    case Kind::Type:
    case Kind::Status:
    case Kind::Run:
    case Kind::Counts:
        return orAbsent(value.toString());
    }
    return {};
}

std::optional<Condition> conditionOf(const ResultRow &row, const ResultColumn &column)
{
    const QVariant value = valueOf(row, column);
    const bool ofStep = std::holds_alternative<StepHit>(row);
    if (!value.isValid() || value.toString().isEmpty())
        return std::nullopt;
    if (const auto field = wordField(column.kind, ofStep))
        return equals(*field, value.toString());
    switch (column.kind) {
    case Kind::Metric:
        return equals(FieldId::Metric, value.toDouble(), column.metric);
    case Kind::Duration:
        return Condition{{ofStep ? FieldId::Duration : FieldId::RunDuration},
                         Operator::GreaterOrEqual,
                         {query::Duration{value.toLongLong()}}};
    case Kind::Started:
        return Condition{{ofStep ? FieldId::Started : FieldId::RunStarted},
                         Operator::GreaterOrEqual,
                         {query::Instant{value.toLongLong()}}};
    case Kind::Counts:
        return equals(FieldId::Output, value.toDouble(), QStringLiteral("remaining_candidates"));
    case Kind::About:
        return Condition{{FieldId::Text}, Operator::Contains, {value.toString()}};
    case Kind::Steps:
        return equals(FieldId::StepCount, value.toDouble());
    case Kind::Errors:
        return ofStep ? std::nullopt : std::optional(equals(FieldId::ErrorCount, value.toDouble()));
    case Kind::Pipeline:
    case Kind::Environment:
    case Kind::StepName:
    case Kind::Type:
    case Kind::Status:
    case Kind::Run:
        return std::nullopt; // words, taken above
    }
    return std::nullopt;
}

ExecutionId runIdOf(const ResultRow &row)
{
    const auto *hit = std::get_if<StepHit>(&row);
    return hit ? hit->step.executionId : std::get<Execution>(row).id;
}

std::optional<StepId> stepIdOf(const ResultRow &row)
{
    const auto *hit = std::get_if<StepHit>(&row);
    return hit ? std::optional(hit->step.id) : std::nullopt;
}

} // namespace xray::items
