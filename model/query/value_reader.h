// SPDX-License-Identifier: GPL-3.0-or-later
// What a literal means for the field and the operator before it, or why it fits neither. Inner to
// this layer; pure.
#pragma once

#include "model/query/language.h"
#include "model/query/lexer.h"

#include <variant>

namespace xray::query {

[[nodiscard]] std::variant<Value, QueryError>
readValue(const Lexeme &lexeme, const Condition &condition, Subject subject);

/// What was read as a metric, but is used as none can be: `near` was meant.
[[nodiscard]] QueryError misspeltField(const Field &field, TextRange range, const QString &near,
                                       Subject subject);

/// A right condition on that field.
[[nodiscard]] QString exampleFor(const Field &field, Subject subject);

} // namespace xray::query
