// SPDX-License-Identifier: GPL-3.0-or-later
// Words to fields and operators; the table itself is fieldsOf() of language.h. Inner to this layer;
// pure.
#pragma once

#include "model/query/language.h"

#include <optional>

namespace xray::query {

/// What the word names in a query of that subject. Steps: any word that is no fixed field and no
/// path is a metric. Runs: only the run's own fields; nothing for any other.
[[nodiscard]] std::optional<Field> fieldOfWord(const QString &word, Subject subject);

/// The operator a symbol stands for; `==` is `=`.
[[nodiscard]] std::optional<Operator> operatorOfSymbol(QStringView symbol);

/// Whether `name` says which: metrics and paths.
[[nodiscard]] bool isNamed(FieldId id);
[[nodiscard]] bool isPath(FieldId id);

/// The fixed words of that subject.
[[nodiscard]] QStringList fieldWords(Subject subject);

} // namespace xray::query
