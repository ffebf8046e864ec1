// SPDX-License-Identifier: GPL-3.0-or-later
// What a person writes into the builder's fields, and the values it stands for: the same words as
// in the query language, without its quotes. And what a new condition begins with, so that it says
// something from the start. Pure functions, any thread.
#pragma once

#include <model/query/language.h>

#include <QByteArray>
#include <QStringList>

#include <optional>
#include <vector>

namespace xray::items {

/// Whether a condition on that field takes one of a few words, a number, …
[[nodiscard]] query::ValueKind valueKindOf(const query::Field &field, query::Subject subject);

/// "2s", "90", "filter, ranking" (of In).
[[nodiscard]] QString textOfValues(const query::Condition &condition);
/// The values that the text stands for, none of an empty one; nothing when it is no value of that
/// field and operator.
[[nodiscard]] std::optional<std::vector<query::Value>> valuesFromText(const query::Field &field,
                                                                      query::Operator op,
                                                                      query::Subject subject,
                                                                      const QString &text);

/// Words the field can hold or is known to hold, most frequent first; empty when it is open.
[[nodiscard]] QStringList wordsFor(const query::Field &field, query::Subject subject,
                                   const query::Catalogue &catalogue);

/// What "+ Condition" adds for a field.
[[nodiscard]] query::Condition newCondition(const query::Field &field, query::Subject subject,
                                            const query::Catalogue &catalogue);
/// The same condition with another operator; values that do not fit it give way.
[[nodiscard]] query::Condition withOperator(const query::Condition &condition, query::Operator op,
                                            query::Subject subject,
                                            const query::Catalogue &catalogue);

/// The condition that a payload's value fulfils: equal, or that it exists for what is no single
/// value. A number that the catalogue knows as a metric is asked for as one, which an index finds.
/// The path is as the payload views write it, "output.items[3].title". Nothing for a path that a
/// query cannot name.
[[nodiscard]] std::optional<query::Condition>
conditionOfPayload(const QString &path, const QByteArray &json, const query::Catalogue &catalogue);

/// The number that a metric condition compares with, if it is such a one.
[[nodiscard]] std::optional<double> thresholdOf(const query::Condition &condition);

} // namespace xray::items
