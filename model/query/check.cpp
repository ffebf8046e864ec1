// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/conditions.h"
#include "model/query/fields.h"
#include "model/query/language.h"

#include <model/core/text.h>

#include <algorithm>

namespace xray::query {

namespace {

class NameCheck
{
public:
    explicit NameCheck(const Catalogue &catalogue)
        : m_catalogue(catalogue)
    {
        for (const MetricInfo &info : catalogue.metrics)
            m_metrics += info.name;
    }

    void look(const Condition &condition)
    {
        if (condition.field.id == FieldId::Metric)
            metric(condition);
        else if (isPath(condition.field.id))
            path(condition);
    }

    std::vector<QueryError> take() { return std::move(m_errors); }

private:
    void metric(const Condition &condition)
    {
        const QString &name = condition.field.name;
        if (m_metrics.contains(name))
            return;
        if (const QString prefix = prefixIn(name); !prefix.isEmpty())
            return bare(condition, prefix);
        const QString near =
            nearestWord(name, m_metrics + fieldWords(Subject::Steps) + m_catalogue.paths);
        const auto message =
            m_metrics.isEmpty()
                ? QStringLiteral("There is no metric “%1”: no step has logged one yet.")
                : QStringLiteral("There is no field or metric “%1”.");
        report(condition, message.arg(wordOf(condition.field, Subject::Steps)),
               m_metrics.contains(near) ? wordOf(Field{FieldId::Metric, near}, Subject::Steps)
                                        : near,
               m_metrics);
    }

    /// "input" or "input.": the word of a path that says no more; else nothing.
    static QString prefixIn(const QString &name)
    {
        for (const FieldInfo &info : fieldsOf(Subject::Steps)) {
            if (isNamed(info.id) && (name == info.word || name + QLatin1Char('.') == info.word))
                return info.word;
        }
        return {};
    }

    void bare(const Condition &condition, const QString &prefix)
    {
        const bool isMetric = prefix == infoOf(FieldId::Metric, Subject::Steps).word;
        const QStringList known = isMetric ? m_metrics : m_catalogue.paths;
        const auto fits = [&](const QString &name) { return isMetric || name.startsWith(prefix); };
        const auto first = std::ranges::find_if(known, fits);
        const QString example = first == known.end() ? prefix + QStringLiteral("NAME")
                                : isMetric           ? prefix + *first
                                                     : *first;
        report(condition,
               QStringLiteral("After “%1” comes a name, for example %2.").arg(prefix, example), {},
               {});
    }

    /// A path is known when it is one that was seen, or leads to one.
    void path(const Condition &condition)
    {
        const QString whole =
            infoOf(condition.field.id, Subject::Steps).word + condition.field.name;
        const QString below = whole + QLatin1Char('.');
        const QStringList &paths = m_catalogue.paths;
        const bool known = std::any_of(paths.begin(), paths.end(), [&](const QString &path) {
            return path == whole || path.startsWith(below) ||
                   whole.startsWith(path + QLatin1Char('.'));
        });
        if (!known && m_catalogue.pathsAreAll)
            report(condition, QStringLiteral("No payload has a value “%1”.").arg(whole),
                   nearestWord(whole, paths), paths);
    }

    void report(const Condition &condition, const QString &message, const QString &near,
                const QStringList &known)
    {
        constexpr qsizetype shown = 20; // of the names that could stand there
        m_errors.push_back({condition.fieldRange, message, known.mid(0, shown), near, {}});
    }

    const Catalogue &m_catalogue;
    QStringList m_metrics;
    std::vector<QueryError> m_errors;
};

} // namespace

std::vector<QueryError> check(const Query &query, const Catalogue &catalogue)
{
    NameCheck names(catalogue);
    for (const Condition *condition : conditionsOf(query.where))
        names.look(*condition);
    return names.take();
}

ParseOutcome compile(QStringView text, const Catalogue &catalogue, DefaultSubject subject)
{
    ParseOutcome outcome = parse(text, subject);
    const auto *query = std::get_if<Query>(&outcome);
    if (!query)
        return outcome;
    auto errors = check(*query, catalogue);
    return errors.empty() ? outcome : ParseOutcome(std::move(errors.front()));
}

QString describe(const QueryError &error)
{
    QString text = QStringLiteral("Position %1: %2").arg(error.range.offset + 1).arg(error.message);
    if (!error.suggestion.isEmpty())
        text += QStringLiteral(" Did you mean “%1”?").arg(error.suggestion);
    else if (!error.expected.isEmpty())
        text += QStringLiteral(" Expected: %1.").arg(error.expected.join(QLatin1String(", ")));
    if (!error.example.isEmpty())
        text += QStringLiteral(" Example: %1").arg(error.example);
    return text;
}

Error toError(const QueryError &error, const QString &field)
{
    return {ErrorCode::InvalidValue, describe(error), field, {}};
}

} // namespace xray::query
