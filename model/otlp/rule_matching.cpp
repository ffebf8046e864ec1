// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/otlp/rule_matching.h"

#include <algorithm>

namespace xray::otlp {

namespace {

bool fits(const SpanPattern &pattern, const SpanFacts &span, const QString &name)
{
    return (!pattern.role || *pattern.role == span.finding.role) &&
           (pattern.service.isEmpty() || pattern.service == span.claims.service) &&
           pattern.name.match(name).hasMatch();
}

} // namespace

QByteArray renamed(const std::vector<NameRule> &rules, const SpanFacts &span,
                   const QByteArray &name)
{
    if (rules.empty())
        return name;
    QString text = QString::fromUtf8(name);
    for (const NameRule &rule : rules) {
        if (!fits(rule.where, span, text))
            continue;
        const QByteArray replaced = text.replace(rule.where.name, rule.name).toUtf8();
        return replaced.isEmpty() ? name : replaced;
    }
    return name;
}

std::optional<StepType> ruledType(const std::vector<TypeRule> &rules, const SpanFacts &span)
{
    if (rules.empty())
        return std::nullopt;
    const QString name = QString::fromUtf8(span.name);
    const auto rule = std::ranges::find_if(
        rules, [&](const TypeRule &candidate) { return fits(candidate.where, span, name); });
    return rule == rules.end() ? std::nullopt : std::optional(rule->type);
}

} // namespace xray::otlp
