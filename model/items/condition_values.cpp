// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/condition_values.h"

#include "model/items/query_tree.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace xray::items {

namespace {

using query::Condition;
using query::Field;
using query::FieldId;
using query::Operator;
using query::Subject;
using query::Value;
using query::ValueKind;

constexpr double kFirstShare = 0.9; ///< where a new threshold stands between least and most
constexpr DurationNs kFirstDuration = kNsPerSecond;
constexpr DurationNs kFirstReach = kNsPerDay;

bool takesText(ValueKind kind, Operator op)
{
    return kind == ValueKind::Word || op == Operator::Contains || op == Operator::Matches;
}

/// What the language reads behind that field and operator.
std::optional<std::vector<Value>> asWritten(const Field &field, Operator op, Subject subject,
                                            const QString &text)
{
    const QString format =
        op == Operator::In ? QStringLiteral("%1 %2 (%3)") : QStringLiteral("%1 %2 %3");
    const QString line = format.arg(query::wordOf(field, subject), query::wordOf(op), text);
    const auto outcome =
        query::parse(line, subject == Subject::Steps ? query::DefaultSubject::Steps
                                                     : query::DefaultSubject::Runs);
    const auto *query = std::get_if<query::Query>(&outcome);
    const auto *condition =
        query && query->where ? std::get_if<Condition>(&query->where->is) : nullptr;
    return condition && condition->field == field ? std::optional(condition->values) : std::nullopt;
}

/// Texts as they stand there; of a list, those between commas.
std::vector<Value> asTexts(const Field &field, Operator op, Subject subject, const QString &text)
{
    if (op != Operator::In)
        return {text};
    const auto quoted = text.contains(u'"') ? asWritten(field, op, subject, text) : std::nullopt;
    if (quoted)
        return *quoted;
    std::vector<Value> values;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts))
        values.emplace_back(part.trimmed());
    return values;
}

/// Whether a text in a list would not be read as itself.
bool needsQuotes(const Value &value)
{
    const auto *text = std::get_if<QString>(&value);
    return text && (text->isEmpty() || text->contains(u',') || text->contains(u'"') ||
                    text->trimmed() != *text);
}

/// As it is, but for a text on a path that would be read as something else: that keeps its quotes.
QString textOfValue(const Condition &condition, const Value &value)
{
    const auto *text = std::get_if<QString>(&value);
    if (!text)
        return query::toText(value);
    const ValueKind kind = query::infoOf(condition.field.id, Subject::Steps).kind;
    if (kind != ValueKind::Anything || takesText(kind, condition.op))
        return *text;
    const auto read = asWritten(condition.field, Operator::Equal, Subject::Steps, *text);
    const bool isSame = !read || (read->size() == 1 && read->front() == value);
    return isSame ? *text : query::toText(value);
}

QStringList namesOf(const std::vector<query::NamedCount> &counts)
{
    QStringList names;
    for (const query::NamedCount &count : counts)
        names += count.name;
    return names;
}

/// A number of few digits near the value.
double rounded(double value)
{
    if (value == 0)
        return 0;
    const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 1);
    return std::round(value / unit) * unit;
}

double firstThreshold(const Field &field, const query::Catalogue &catalogue)
{
    const query::MetricInfo *info = catalogue.metric(field.name);
    return info ? rounded(info->minimum + (info->maximum - info->minimum) * kFirstShare) : 0;
}

bool isOffered(const query::FieldInfo &info, Operator op)
{
    return std::ranges::find(info.operators, op) != info.operators.end();
}

/// None when nobody knows a word: it is still to be written.
std::vector<Value> firstWord(const Field &field, Subject subject, const query::Catalogue &catalogue)
{
    const QStringList words = wordsFor(field, subject, catalogue);
    return words.isEmpty() ? std::vector<Value>() : std::vector<Value>{words.first()};
}

/// The operator and value that a condition of that kind begins with, if the field takes them.
Condition firstOfKind(const Field &field, Subject subject, const query::Catalogue &catalogue)
{
    switch (query::infoOf(field.id, subject).kind) {
    case ValueKind::Presence:
        return {field, Operator::Exists, {}};
    case ValueKind::Number:
        return {field, Operator::Greater, {firstThreshold(field, catalogue)}};
    case ValueKind::Duration:
        return {field, Operator::Greater, {query::Duration{kFirstDuration}}};
    case ValueKind::Time:
        return {field, Operator::Greater, {query::RelativeTime{-kFirstReach}}};
    case ValueKind::Word:
        return {field, Operator::Equal, firstWord(field, subject, catalogue)};
    case ValueKind::Anything:
        return {field, Operator::Exists, {}};
    }
    return {field, Operator::Exists, {}};
}

std::optional<FieldId> payloadOfWord(const QString &word)
{
    if (word == QStringLiteral("input"))
        return FieldId::Input;
    if (word == QStringLiteral("output"))
        return FieldId::Output;
    return word == QStringLiteral("reasoning") ? std::optional(FieldId::Reasoning) : std::nullopt;
}

} // namespace

ValueKind valueKindOf(const Field &field, Subject subject)
{
    return query::infoOf(field.id, subject).kind;
}

QString textOfValues(const Condition &condition)
{
    const bool ofAnything =
        query::infoOf(condition.field.id, Subject::Steps).kind == ValueKind::Anything;
    const bool quotes = condition.op == Operator::In &&
                        (ofAnything || std::ranges::any_of(condition.values, needsQuotes));
    QStringList texts;
    for (const Value &value : condition.values)
        texts += quotes ? query::toText(value) : textOfValue(condition, value);
    return texts.join(QStringLiteral(", "));
}

std::optional<std::vector<Value>> valuesFromText(const Field &field, Operator op, Subject subject,
                                                 const QString &text)
{
    const ValueKind kind = valueKindOf(field, subject);
    if (text.isEmpty())
        return std::vector<Value>();
    if (takesText(kind, op))
        return asTexts(field, op, subject, text);
    auto values = asWritten(field, op, subject, text);
    return values || kind != ValueKind::Anything ? values
                                                 : std::optional(asTexts(field, op, subject, text));
}

QStringList wordsFor(const Field &field, Subject subject, const query::Catalogue &catalogue)
{
    const QStringList &only = query::infoOf(field.id, subject).words;
    if (!only.isEmpty())
        return only;
    switch (field.id) {
    case FieldId::Step:
        return namesOf(catalogue.steps);
    case FieldId::Pipeline:
        return namesOf(catalogue.pipelines);
    case FieldId::Environment:
        return namesOf(catalogue.environments);
    case FieldId::Tag:
        return namesOf(catalogue.tags);
    default:
        return {};
    }
}

Condition newCondition(const Field &field, Subject subject, const query::Catalogue &catalogue)
{
    Condition condition = firstOfKind(field, subject, catalogue);
    const query::FieldInfo &info = query::infoOf(field.id, subject);
    if (isOffered(info, condition.op) || info.operators.empty())
        return condition;
    return withOperator(condition, info.operators.front(), subject, catalogue);
}

Condition withOperator(const Condition &condition, Operator op, Subject subject,
                       const query::Catalogue &catalogue)
{
    if (op == Operator::Exists)
        return {condition.field, op, {}};
    const QString text = textOfValues(condition);
    auto values =
        text.isEmpty() ? std::nullopt : valuesFromText(condition.field, op, subject, text);
    if (values && !values->empty())
        return {condition.field, op, *std::move(values)};
    const Condition first = firstOfKind(condition.field, subject, catalogue);
    return {condition.field, op, first.values};
}

std::optional<Condition> conditionOfPayload(const QString &path, const QByteArray &json,
                                            const query::Catalogue &catalogue)
{
    static const QRegularExpression position(QStringLiteral("\\[(\\d+)\\]"));
    const QString dotted = QString(path).replace(position, QStringLiteral(".\\1"));
    const auto dot = dotted.indexOf(u'.');
    const auto id = payloadOfWord(dotted.left(dot));
    if (dot < 0 || !id || dotted.contains(u'[') || dotted.contains(u'"'))
        return std::nullopt;
    const Field field{*id, dotted.mid(dot + 1)};
    const QJsonValue value = QJsonDocument::fromJson('[' + json + ']').array().at(0);
    if (value.isString())
        return Condition{field, Operator::Equal, {value.toString()}};
    const bool isMetric = field.id == FieldId::Reasoning && catalogue.metric(field.name);
    if (value.isDouble())
        return Condition{isMetric ? Field{FieldId::Metric, field.name} : field,
                         Operator::Equal,
                         {value.toDouble()}};
    if (value.isBool())
        return Condition{field, Operator::Equal, {value.toBool()}};
    return Condition{field, Operator::Exists, {}};
}

std::optional<double> thresholdOf(const Condition &condition)
{
    const bool compares = condition.op == Operator::Less || condition.op == Operator::Greater ||
                          condition.op == Operator::LessOrEqual ||
                          condition.op == Operator::GreaterOrEqual;
    if (condition.field.id != FieldId::Metric || !compares || condition.values.empty())
        return std::nullopt;
    const auto *number = std::get_if<double>(&condition.values.front());
    return number ? std::optional(*number) : std::nullopt;
}

} // namespace xray::items
