// SPDX-License-Identifier: GPL-3.0-or-later
// What a span is: in whose words it says so, which type of step that makes, and whether it is
// plumbing. Inner to this layer; pure, any thread.
#pragma once

#include "model/otlp/json_value.h"

#include <model/core/execution.h>

#include <string_view>
#include <vector>

namespace xray::otlp {

struct RoleFinding
{
    SpanRole role = SpanRole::Unknown;
    Convention convention = Convention::None;
};

/// From the span's attributes; the first convention that says something counts.
[[nodiscard]] RoleFinding roleOf(const Value &attributes);

/// The type that a role says outright; nothing for chains, agents and the unknown.
[[nodiscard]] std::optional<StepType> typeOfRole(SpanRole role);
/// The type that a name suggests; the first name that suggests one counts.
[[nodiscard]] std::optional<StepType> typeOfNames(const std::vector<QByteArray> &names);

/// Whether a framework's own step goes by that name.
[[nodiscard]] bool isPlumbingName(std::string_view name);

/// Model calls, tools, retrieval and the like, unlike plain HTTP and database calls.
[[nodiscard]] bool isAboutModels(const RoleFinding &finding);

} // namespace xray::otlp
