// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/text.h"

#include <QLocale>

#include <algorithm>
#include <cmath>
#include <vector>

namespace xray {

QString simpleCaseFolded(QStringView text)
{
    QString folded;
    folded.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        if (c.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            const char32_t code = QChar::toCaseFolded(QChar::surrogateToUcs4(c, text[i + 1]));
            folded += QChar::fromUcs4(code);
            ++i;
        } else {
            folded += c.toCaseFolded();
        }
    }
    return folded;
}

namespace {

/// Optimal string alignment distance: insertions, deletions, substitutions, adjacent swaps.
qsizetype editDistance(QStringView a, QStringView b)
{
    std::vector<qsizetype> beforeLast(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (qsizetype j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (qsizetype i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const qsizetype cost = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], beforeLast[j - 2] + 1);
        }
        std::swap(beforeLast, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

} // namespace

QString nearestWord(const QString &word, const QStringList &candidates)
{
    constexpr qsizetype kLongestWord = 64; // the distance is quadratic, and names are short
    if (word.size() > kLongestWord)
        return {};
    const QString folded = simpleCaseFolded(word);
    QString best;
    qsizetype bestDistance = std::max<qsizetype>(1, word.size() / 3) + 1;
    for (const QString &candidate : candidates) {
        if (candidate.size() > kLongestWord)
            continue;
        // A word that the other begins with is near whatever its length: "reasoning" of
        // "reasoning_payload".
        const QString other = simpleCaseFolded(candidate);
        const bool prefix = word.size() >= 3 && other.startsWith(folded);
        const QStringView beginning = QStringView(other).left(folded.size());
        const qsizetype distance =
            prefix ? 1 : std::min(editDistance(folded, other), editDistance(folded, beginning) + 1);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}

QString formatCount(qint64 count)
{
    return QLocale(QLocale::English).toString(count);
}

QString formatNumber(double value, int significant)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    if (value == std::floor(value) && std::abs(value) < 1e15)
        return QString::number(value, 'f', 0);
    return QString::number(value, 'g', std::max(significant, 1));
}

} // namespace xray
