// SPDX-License-Identifier: GPL-3.0-or-later
// What a user says spans mean where the mapping would guess: types, names and metrics. Read from a
// small JSON file (schemas/otlp_rules.schema.json, docs/OTLP.md). Plain values, any thread.
#pragma once

#include <model/core/execution.h>
#include <model/core/result.h>

#include <QByteArray>
#include <QRegularExpression>

#include <optional>
#include <vector>

namespace xray::otlp {

/// Which spans a rule is about: all that are said must hold.
struct SpanPattern
{
    QRegularExpression name;      ///< somewhere in the span's name; empty: any
    std::optional<SpanRole> role; ///< as found from the span's attributes
    QByteArray service;           ///< service.name of the resource; empty: any
};

struct TypeRule
{
    SpanPattern where;
    StepType type = StepType::Other;
};

struct NameRule
{
    SpanPattern where;
    QString name; ///< what takes the place of the match; \1 to \9 are its groups
};

struct MetricRule
{
    QByteArray attribute; ///< its exact key
    QByteArray metric;    ///< empty: it is not a metric
};

/// In each list the first rule that fits counts.
struct MappingRules
{
    std::vector<TypeRule> types;
    std::vector<NameRule> steps;     ///< names of steps
    std::vector<NameRule> pipelines; ///< names of runs; matched against the root span
    std::vector<MetricRule> metrics;
};

/// `json` is the text of a rules file; empty means no rules. The error's field says where.
[[nodiscard]] Result<MappingRules> readRules(QByteArrayView json);

} // namespace xray::otlp
