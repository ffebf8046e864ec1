// SPDX-License-Identifier: GPL-3.0-or-later
// Lists that conventions spread over attributes, an attribute a member of an element:
// "llm.input_messages.0.message.role". Inner to this layer; pure.
#pragma once

#include "model/otlp/json_value.h"

namespace xray::otlp {

/// The list of that name as an array of objects, with the lists in it; empty when there is none.
/// The noun after each number ("message") is left out.
[[nodiscard]] JsonText foldedList(const Value &attributes, std::string_view list);

} // namespace xray::otlp
