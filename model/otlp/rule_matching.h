// SPDX-License-Identifier: GPL-3.0-or-later
// What the rules of a user make of a span: another name, another type. Inner to this layer; pure.
#pragma once

#include "model/otlp/rules.h"
#include "model/otlp/span_facts.h"

namespace xray::otlp {

/// `name` as the first rule that fits the span and matches it has it; as it is when none does.
[[nodiscard]] QByteArray renamed(const std::vector<NameRule> &rules, const SpanFacts &span,
                                 const QByteArray &name);

/// Nothing when no rule fits.
[[nodiscard]] std::optional<StepType> ruledType(const std::vector<TypeRule> &rules,
                                                const SpanFacts &span);

} // namespace xray::otlp
