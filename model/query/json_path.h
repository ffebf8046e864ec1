// SPDX-License-Identifier: GPL-3.0-or-later
// Values inside a stored payload, by dotted path, read from its JSON text without building a tree.
// The evaluator and the SQL functions of the store share these, so they cannot differ. Pure
// functions over the caller's bytes; any thread; broken JSON yields nothing and harms nothing.
#pragma once

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace xray::query {

/// A path is `a.b.c`. At each object the members are tried in order: one whose key is the whole
/// rest of the path is the value; one whose key is the beginning of the rest, up to a dot, is
/// looked into, and if nothing is found there the search goes on. So keys with dots are found too.
/// In an array the next part is an index from 0. JSON null counts as absent.
[[nodiscard]] bool jsonExists(QByteArrayView json, QByteArrayView path);
/// The number there, as double.
[[nodiscard]] std::optional<double> jsonNumber(QByteArrayView json, QByteArrayView path);
/// The string there, escapes decoded.
[[nodiscard]] std::optional<QString> jsonString(QByteArrayView json, QByteArrayView path);
[[nodiscard]] std::optional<bool> jsonFlag(QByteArrayView json, QByteArrayView path);

/// Whether a string value (no key) at or below the path contains `foldedNeedle`, both in the form
/// of simpleCaseFolded(). An empty path is the whole text. An empty needle is in every string.
[[nodiscard]] bool jsonHasText(QByteArrayView json, QByteArrayView path,
                               const QString &foldedNeedle);

} // namespace xray::query
