// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/literals.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace xray::query {

namespace {

struct Unit
{
    QStringView name;
    DurationNs ns;
};

/// Largest first; where two have one name, the first is the one to write.
constexpr std::array<Unit, 8> kUnits = {{{u"d", kNsPerDay},
                                         {u"h", kNsPerHour},
                                         {u"m", kNsPerMinute},
                                         {u"s", kNsPerSecond},
                                         {u"ms", kNsPerMs},
                                         {u"us", kNsPerUs},
                                         {u"\u00B5s", kNsPerUs},
                                         {u"ns", 1}}};

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

qsizetype digitsAt(QStringView text)
{
    const auto end = std::ranges::find_if_not(text, isDigit);
    return end - text.begin();
}

std::optional<char16_t> hexUnit(QStringView digits)
{
    bool ok = false;
    const ushort unit = digits.size() == 4 ? digits.toUShort(&ok, 16) : ushort(0);
    return ok && std::ranges::all_of(digits, [](QChar c) { return c.isLetterOrNumber(); })
               ? std::optional(char16_t(unit))
               : std::nullopt;
}

/// Appends what the escape at the front of `rest` (after its backslash) means; its length.
qsizetype takeEscape(QStringView rest, QString &out)
{
    constexpr QStringView letters = u"\"'\\ntr";
    constexpr QStringView meanings = u"\"'\\\n\t\r";
    const qsizetype known = rest.isEmpty() ? -1 : letters.indexOf(rest[0]);
    if (known >= 0) {
        out += meanings[known];
        return 1;
    }
    const auto unit = rest.startsWith(u'u') ? hexUnit(rest.mid(1, 4)) : std::nullopt;
    out += unit ? QChar(*unit) : QChar(u'\\');
    return unit ? 5 : 0;
}

/// Whether a backslash before `next` would be read as the begin of an escape.
bool startsEscape(QChar next)
{
    return QStringView(u"\"'\\ntru").contains(next);
}

QString escapedUnit(QChar c)
{
    switch (c.unicode()) {
    case u'\n':
        return QStringLiteral("\\n");
    case u'\t':
        return QStringLiteral("\\t");
    case u'\r':
        return QStringLiteral("\\r");
    default:
        return QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
    }
}

/// `whole` units and `fraction` (its decimals) of one; nothing when that is beyond the range.
std::optional<quint64> scaled(QStringView whole, QStringView fraction, DurationNs unit)
{
    quint64 total = 0;
    for (const QChar digit : whole) {
        if (__builtin_mul_overflow(total, quint64(10), &total) ||
            __builtin_add_overflow(total, quint64(digit.unicode() - u'0'), &total))
            return std::nullopt;
    }
    if (__builtin_mul_overflow(total, quint64(unit), &total))
        return std::nullopt;
    quint64 place = quint64(unit);
    quint64 rest = 0; // in units of 1/10^n: exact as long as the unit is a multiple of it
    for (const QChar digit : fraction) {
        if ((place == 0 || place % 10 != 0) && digit != u'0')
            return std::nullopt; // finer than a nanosecond
        place /= 10;
        rest += place * quint64(digit.unicode() - u'0');
    }
    return __builtin_add_overflow(total, rest, &total) ? std::nullopt : std::optional(total);
}

/// One "1.5s" at the front of `text`, which it drops.
std::optional<quint64> takeAmount(QStringView &text)
{
    const QStringView whole = text.left(digitsAt(text));
    text = text.mid(whole.size());
    QStringView fraction;
    if (text.startsWith(u'.')) {
        fraction = text.mid(1, digitsAt(text.mid(1)));
        text = text.mid(1 + fraction.size());
        if (fraction.isEmpty())
            return std::nullopt;
    }
    const auto nameEnd = std::ranges::find_if(text, isDigit);
    const QStringView name = text.left(nameEnd - text.begin());
    text = text.mid(name.size());
    const auto unit = std::ranges::find(kUnits, name, &Unit::name);
    return whole.isEmpty() || unit == kUnits.end() ? std::nullopt
                                                   : scaled(whole, fraction, unit->ns);
}

std::optional<quint64> magnitudeOf(QStringView text)
{
    if (text.isEmpty())
        return std::nullopt;
    quint64 total = 0;
    while (!text.isEmpty()) {
        const auto amount = takeAmount(text);
        if (!amount || __builtin_add_overflow(total, *amount, &total))
            return std::nullopt;
    }
    return total;
}

bool hasSign(QStringView text)
{
    return text.startsWith(u'-') || text.startsWith(u'+');
}

} // namespace

QuotedText takeQuoted(QStringView source)
{
    QuotedText result;
    const QChar quote = source[0];
    qsizetype at = 1;
    while (at < source.size() && source[at] != quote) {
        const QChar c = source[at++];
        if (c == u'\\')
            at += takeEscape(source.mid(at), result.text);
        else
            result.text += c;
    }
    result.closed = at < source.size();
    result.length = at + (result.closed ? 1 : 0);
    return result;
}

QString quoted(QStringView text)
{
    QString out = QStringLiteral("\"");
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool atEnd = i + 1 == text.size();
        if (c == u'"' || (c == u'\\' && (atEnd || startsEscape(text[i + 1]) ||
                                         text[i + 1].category() == QChar::Other_Control)))
            out += u'\\';
        if (c.category() == QChar::Other_Control)
            out += escapedUnit(c);
        else
            out += c;
    }
    return out + u'"';
}

std::optional<double> parseNumber(QStringView text)
{
    const bool plain = std::ranges::all_of(
        text, [](QChar c) { return isDigit(c) || QStringView(u"+-.eE").contains(c); });
    bool ok = false;
    const double number = plain ? text.toDouble(&ok) : 0;
    return ok && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

QString formatExactly(double number)
{
    const double size = std::abs(number);
    const bool ordinary = number == 0 || (size >= 1e-6 && size < 1e15);
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                   ordinary ? std::chars_format::fixed : std::chars_format::general)
                         .ptr;
    return QString::fromLatin1(buffer.data(), end - buffer.data());
}

std::optional<DurationNs> parseDuration(QStringView text)
{
    const bool negative = text.startsWith(u'-');
    const auto magnitude = magnitudeOf(hasSign(text) ? text.mid(1) : text);
    constexpr auto largest = quint64(std::numeric_limits<DurationNs>::max());
    if (!magnitude || *magnitude > largest + (negative ? 1 : 0))
        return std::nullopt;
    return static_cast<DurationNs>(negative ? quint64(0) - *magnitude : *magnitude);
}

QString formatExactly(Duration duration)
{
    if (duration.ns == 0)
        return QStringLiteral("0s");
    const auto unit = std::ranges::find_if(
        kUnits, [&](const Unit &candidate) { return duration.ns % candidate.ns == 0; });
    return QString::number(qint64(duration.ns / unit->ns)) + unit->name.toString();
}

std::optional<TimeNs> parseInstant(QStringView text)
{
    constexpr qsizetype dateLength = 10;
    QByteArray latin = text.toUtf8();
    if (text.size() == dateLength)
        latin += "T00:00:00Z";
    return parseRfc3339({latin.constData(), static_cast<std::size_t>(latin.size())});
}

std::optional<DurationNs> parseRelative(QStringView text)
{
    if (text.compare(u"now", Qt::CaseInsensitive) == 0)
        return 0;
    return hasSign(text) ? parseDuration(text) : std::nullopt;
}

QString formatExactly(RelativeTime time)
{
    if (time.offset == 0)
        return QStringLiteral("now");
    return (time.offset > 0 ? QStringLiteral("+") : QString()) +
           formatExactly(Duration{time.offset});
}

} // namespace xray::query
