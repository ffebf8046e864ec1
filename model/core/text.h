// SPDX-License-Identifier: GPL-3.0-or-later
// Text helpers every layer needs: searching as people mean it, and "did you mean".
#pragma once

#include <QString>
#include <QStringList>

namespace xray {

/// The form two texts are compared in when case must not matter: Unicode simple case folding,
/// which (unlike QString::toCaseFolded) never changes the number of code points.
[[nodiscard]] QString simpleCaseFolded(QStringView text);

/// The candidate nearest to `word` (Damerau-Levenshtein distance of at most a third of its
/// length), or an empty string when none is near.
[[nodiscard]] QString nearestWord(const QString &word, const QStringList &candidates);

/// "1,204" style digits in the user's locale.
[[nodiscard]] QString formatCount(qint64 count);

/// A metric's or a payload's number as people write it: no exponent for ordinary sizes, at most
/// `significant` figures, no trailing zeros.
[[nodiscard]] QString formatNumber(double value, int significant = 4);

} // namespace xray
