// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/value_reader.h"

#include "model/query/fields.h"
#include "model/query/literals.h"

#include <model/core/text.h>

#include <QRegularExpression>

#include <algorithm>

namespace xray::query {

namespace {

using Outcome = std::variant<Value, QueryError>;

class ValueReader
{
public:
    ValueReader(const Lexeme &lexeme, const Condition &condition, Subject subject)
        : m_lexeme(lexeme)
        , m_condition(condition)
        , m_info(infoOf(condition.field.id, subject))
        , m_subject(subject)
    {
    }

    [[nodiscard]] Outcome read() const
    {
        if (m_lexeme.kind == Lexeme::Kind::Unclosed)
            return error(QStringLiteral("This quote is never closed."));
        if (m_lexeme.kind != Lexeme::Kind::Word && m_lexeme.kind != Lexeme::Kind::Quoted)
            return missing();
        if (m_condition.op == Operator::Matches)
            return pattern();
        return m_condition.op == Operator::Contains ? Outcome(m_lexeme.text) : byKind();
    }

private:
    [[nodiscard]] bool isQuoted() const { return m_lexeme.kind == Lexeme::Kind::Quoted; }

    [[nodiscard]] QueryError error(const QString &message, const QString &suggestion = {}) const
    {
        return {m_lexeme.range, message, m_info.words, suggestion,
                exampleFor(m_condition.field, m_subject)};
    }

    [[nodiscard]] QueryError missing() const
    {
        QueryError missing =
            error(QStringLiteral("A value is missing after “%1”.").arg(wordOf(m_condition.op)));
        if (missing.expected.isEmpty())
            missing.expected = {nounOf(m_info.kind)};
        return missing;
    }

    static QString nounOf(ValueKind kind)
    {
        switch (kind) {
        case ValueKind::Number:
            return QStringLiteral("a number");
        case ValueKind::Duration:
            return QStringLiteral("a duration such as 150ms or 2s");
        case ValueKind::Time:
            return QStringLiteral("a time such as -2h or 2026-01-31T09:00:00Z");
        case ValueKind::Word:
        case ValueKind::Presence:
        case ValueKind::Anything:
            break;
        }
        return QStringLiteral("a value");
    }

    /// An unsound pattern is pointed at, unless escapes before the place moved it.
    [[nodiscard]] Outcome pattern() const
    {
        const QRegularExpression expression(m_lexeme.text);
        if (expression.isValid())
            return m_lexeme.text;
        const qsizetype quote = isQuoted() ? 1 : 0;
        const qsizetype at =
            std::min(quote + expression.patternErrorOffset(), m_lexeme.range.length);
        QueryError unsound = error(
            QStringLiteral("This is no regular expression: %1.").arg(expression.errorString()));
        if (m_lexeme.range.length == m_lexeme.text.size() + 2 * quote)
            unsound.range = {m_lexeme.range.offset + at,
                             std::min<qsizetype>(1, m_lexeme.range.length - at)};
        return unsound;
    }

    [[nodiscard]] Outcome byKind() const
    {
        switch (m_info.kind) {
        case ValueKind::Word:
        case ValueKind::Presence:
            return word();
        case ValueKind::Number:
            return number();
        case ValueKind::Duration:
            return duration();
        case ValueKind::Time:
            return time();
        case ValueKind::Anything:
            return anything();
        }
        return missing();
    }

    [[nodiscard]] Outcome word() const
    {
        if (m_condition.field.id == FieldId::Run)
            return runId();
        if (m_info.words.isEmpty() || m_info.words.contains(m_lexeme.text))
            return m_lexeme.text;
        const QString lower = m_lexeme.text.toLower();
        const QString near =
            m_info.words.contains(lower) ? lower : nearestWord(lower, m_info.words);
        return error(QStringLiteral("“%1” is no %2. Known are: %3.")
                         .arg(m_lexeme.text, m_info.word, m_info.words.join(QLatin1String(", "))),
                     near);
    }

    [[nodiscard]] Outcome runId() const
    {
        const auto id = ExecutionId::fromText(m_lexeme.text.toStdString());
        return id ? Outcome(id->toString())
                  : error(QStringLiteral("“%1” is no run id: 32 hexadecimal digits in groups of "
                                         "8-4-4-4-12.")
                              .arg(m_lexeme.text));
    }

    [[nodiscard]] Outcome number() const
    {
        const auto number = parseNumber(m_lexeme.text);
        if (number)
            return isQuoted() ? quotedNumber() : Outcome(*number);
        return m_condition.field.id == FieldId::Metric ? notAMetricsValue()
                                                       : error(needs(QStringLiteral("a number")));
    }

    [[nodiscard]] Outcome quotedNumber() const
    {
        return error(needs(QStringLiteral("a number, which stands without quotes")), m_lexeme.text);
    }

    /// Whoever compares an unknown name with a word has misspelt a field rather than a metric.
    [[nodiscard]] QueryError notAMetricsValue() const
    {
        const QString &name = m_condition.field.name;
        const QString near = nearestWord(name, fieldWords(m_subject));
        if (near.isEmpty())
            return error(QStringLiteral("“%1” is a metric, which is compared with a number, not "
                                        "with “%2”.")
                             .arg(name, m_lexeme.text));
        return misspeltField(m_condition.field, m_condition.fieldRange, near, m_subject);
    }

    [[nodiscard]] Outcome duration() const
    {
        if (const auto ns = isQuoted() ? std::nullopt : parseDuration(m_lexeme.text))
            return Duration{*ns};
        const bool unitless = parseNumber(m_lexeme.text).has_value();
        return unitless ? error(QStringLiteral("A duration needs a unit: ms, s, m, h or d."),
                                m_lexeme.text + QStringLiteral("ms"))
                        : error(needs(nounOf(ValueKind::Duration)));
    }

    [[nodiscard]] Outcome time() const
    {
        if (const auto offset = parseRelative(m_lexeme.text))
            return RelativeTime{*offset};
        if (const auto instant = parseInstant(m_lexeme.text))
            return Instant{*instant};
        const bool unsigned_ = parseDuration(m_lexeme.text).has_value();
        return unsigned_
                   ? error(QStringLiteral("A relative time begins with a sign: -%1 is %1 ago.")
                               .arg(m_lexeme.text),
                           QLatin1Char('-') + m_lexeme.text)
                   : error(needs(nounOf(ValueKind::Time)));
    }

    [[nodiscard]] QString needs(const QString &noun) const
    {
        const QString word = wordOf(m_condition.field, m_subject);
        return QStringLiteral("“%1” is compared with %2, not with “%3”.")
            .arg(word, noun, m_lexeme.text);
    }

    [[nodiscard]] Outcome anything() const
    {
        const bool ordered =
            m_condition.op >= Operator::Less && m_condition.op <= Operator::GreaterOrEqual;
        if (const auto number = parseNumber(m_lexeme.text); number && !isQuoted())
            return *number;
        else if (ordered)
            return number ? quotedNumber() : error(needs(QStringLiteral("a number")));
        if (!isQuoted() && m_lexeme.isWord(QLatin1String("true")))
            return true;
        if (!isQuoted() && m_lexeme.isWord(QLatin1String("false")))
            return false;
        return m_lexeme.text;
    }

    const Lexeme &m_lexeme;
    const Condition &m_condition;
    const FieldInfo &m_info;
    Subject m_subject;
};

QString exampleValue(const FieldInfo &info)
{
    switch (info.kind) {
    case ValueKind::Word:
        return info.words.isEmpty() ? QStringLiteral(" = name")
                                    : QStringLiteral(" = ") + info.words.first();
    case ValueKind::Number:
    case ValueKind::Anything:
        return QStringLiteral(" > 90");
    case ValueKind::Duration:
        return QStringLiteral(" > 2s");
    case ValueKind::Time:
        return QStringLiteral(" > -2h");
    case ValueKind::Presence:
        break;
    }
    return {};
}

} // namespace

std::variant<Value, QueryError> readValue(const Lexeme &lexeme, const Condition &condition,
                                          Subject subject)
{
    return ValueReader(lexeme, condition, subject).read();
}

QueryError misspeltField(const Field &field, TextRange range, const QString &near, Subject subject)
{
    const auto meant = fieldOfWord(near, subject);
    return {range, QStringLiteral("There is no field “%1”.").arg(field.name), fieldWords(subject),
            near, meant ? exampleFor(*meant, subject) : QString()};
}

QString exampleFor(const Field &field, Subject subject)
{
    if (field.id == FieldId::Text)
        return QStringLiteral("text : \"laptop stand\"");
    if (field.id == FieldId::Run)
        return QStringLiteral("run = 01890a5d-ac96-774b-bcce-b302099a8057");
    return wordOf(field, subject) + exampleValue(infoOf(field.id, subject));
}

} // namespace xray::query
