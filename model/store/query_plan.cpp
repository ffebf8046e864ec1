// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/query_plan.h"

#include <model/query/conditions.h>

#include <algorithm>
#include <limits>

namespace xray::store {

namespace {

using query::Condition;
using query::FieldId;
using query::NodePtr;
using query::Operator;

std::optional<std::pair<double, double>> valuesOf(const Condition &condition)
{
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (const query::Value &value : condition.values) {
        const auto *number = std::get_if<double>(&value);
        if (!number)
            return std::nullopt;
        least = std::min(least, *number);
        most = std::max(most, *number);
    }
    return condition.values.empty() ? std::nullopt : std::optional(std::pair(least, most));
}

/// Whether the test can only hold of a run that has a step of the kind.
bool needsAStep(const query::StepTest &test)
{
    using Quantifier = query::StepTest::Quantifier;
    if (test.quantifier == Quantifier::Any)
        return true;
    if (test.quantifier != Quantifier::Count)
        return false;
    switch (test.op) {
    case Operator::Greater:
        return test.count >= 0;
    case Operator::GreaterOrEqual:
    case Operator::Equal:
        return test.count >= 1;
    default:
        return false;
    }
}

NodePtr allOf(std::vector<NodePtr> parts)
{
    if (parts.empty())
        return nullptr;
    return std::make_shared<const query::Node>(
        query::Node{query::Group{query::Group::Kind::All, std::move(parts)}, {}});
}

/// What the keys of the metric index say of a step, without reading it; null when that is nothing.
NodePtr byMetricAndType(const NodePtr &where)
{
    std::vector<NodePtr> parts;
    bool isIndexed = false;
    for (const NodePtr &part : query::conjunctsOf(where)) {
        const auto *condition = std::get_if<Condition>(&part->is);
        const bool isMetric = condition && condition->field.id == FieldId::Metric;
        isIndexed = isIndexed || isMetric;
        if (isMetric || (condition && condition->field.id == FieldId::Type))
            parts.push_back(part);
    }
    return isIndexed ? allOf(std::move(parts)) : nullptr;
}

} // namespace

std::optional<MetricRange> rangeOf(const Condition &condition)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const QString &name = condition.field.name;
    if (condition.op == Operator::Exists)
        return MetricRange{name, -infinity, infinity};
    const auto values = valuesOf(condition);
    if (!values)
        return std::nullopt;
    switch (condition.op) {
    case Operator::Equal:
    case Operator::In:
        return MetricRange{name, values->first, values->second};
    case Operator::Less:
    case Operator::LessOrEqual:
        return MetricRange{name, -infinity, values->second};
    case Operator::Greater:
    case Operator::GreaterOrEqual:
        return MetricRange{name, values->first, infinity};
    case Operator::NotEqual:
        return MetricRange{name, -infinity, infinity};
    case Operator::Contains:
    case Operator::Matches:
    case Operator::Exists:
        break;
    }
    return std::nullopt;
}

std::vector<MetricRange> neededRanges(const NodePtr &where)
{
    std::vector<MetricRange> ranges;
    for (const NodePtr &part : query::conjunctsOf(where)) {
        const auto *condition = std::get_if<Condition>(&part->is);
        if (!condition || condition->field.id != FieldId::Metric)
            continue;
        if (auto range = rangeOf(*condition))
            ranges.push_back(std::move(*range));
    }
    return ranges;
}

std::vector<NodePtr> neededSteps(const NodePtr &runWhere)
{
    std::vector<NodePtr> steps;
    for (const NodePtr &part : query::conjunctsOf(runWhere)) {
        const auto *test = std::get_if<query::StepTest>(&part->is);
        if (!test || !test->child || !needsAStep(*test))
            continue;
        const NodePtr step =
            textNeedOf(test->child).helps() ? test->child : byMetricAndType(test->child);
        if (step)
            steps.push_back(step);
    }
    return steps;
}

NodePtr ownConditions(const NodePtr &runWhere)
{
    std::vector<NodePtr> own;
    for (const NodePtr &part : query::conjunctsOf(runWhere)) {
        const Condition *condition = std::get_if<Condition>(&part->is);
        if (condition && condition->field.id != FieldId::Text)
            own.push_back(part);
    }
    return allOf(std::move(own));
}

} // namespace xray::store
