// SPDX-License-Identifier: GPL-3.0-or-later
// Questions to a stored JSON text that need no tree. simdjson does the parsing (docs/decisions/001)
// and appears in no header. Thread-safe: each thread has its own parser.
#pragma once

#include "model/admission/records.h"

#include <model/core/event.h>

#include <QString>

#include <optional>
#include <string>

namespace xray::admission {

/// `base` with each top-level key of `update` put in its place; keys keep their order, new ones go
/// to the end, values keep their text. Both are objects or empty (which is an object without keys).
[[nodiscard]] JsonText mergedTopLevel(const JsonText &base, const JsonText &update);

/// Whether any string value (not key) in the JSON contains `foldedNeedle`, compared in the form of
/// simpleCaseFolded(). An empty needle is contained in everything.
[[nodiscard]] bool containsText(QByteArrayView json, const QString &foldedNeedle);

/// The code points of every string value (not key) in the JSON, in the form of simpleCaseFolded(),
/// with a line feed between two values.
[[nodiscard]] std::u32string foldedStrings(QByteArrayView json);

/// The metrics of a flat JSON object of numbers, in the order they stand there: what
/// deriveFigures() found is read back as it was.
[[nodiscard]] std::vector<MetricRecord> metricsOf(QByteArrayView json);

} // namespace xray::admission
