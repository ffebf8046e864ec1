// SPDX-License-Identifier: GPL-3.0-or-later
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
    }

    void look(const NodePtr &node)
    {
        if (node)
            std::visit([this](const auto &is) { at(is); }, node->is);
    }

    std::vector<QueryError> take() { return std::move(m_errors); }

private:
    void at(const Condition &condition)
    {
        if (condition.field.id == FieldId::Metric)
            metric(condition);
        else if (isPath(condition.field.id))
            path(condition);
    }
    void at(const Group &group)
    {
        for (const NodePtr &child : group.children)
            look(child);
    }
    void at(const Negation &negation) { look(negation.child); }
    void at(const StepTest &test) { look(test.child); }

    void metric(const Condition &condition)
    {
        const QString &name = condition.field.name;
        if (m_catalogue.metric(name))
            return;
        QStringList known = fieldWords(Subject::Steps);
        QStringList metrics;
        for (const MetricInfo &info : m_catalogue.metrics)
            metrics += info.name;
        const QString near = nearestWord(name, metrics + known);
        const bool nothing = m_catalogue.metrics.empty();
        report(condition,
               nothing ? QStringLiteral("There is no metric “%1”: no step has logged one yet.")
                       : QStringLiteral("There is no field or metric “%1”."),
               known.contains(near) ? near : writtenMetric(near), metrics);
    }

    static QString writtenMetric(const QString &name)
    {
        return name.isEmpty() ? name : wordOf(Field{FieldId::Metric, name}, Subject::Steps);
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
            report(condition, QStringLiteral("No payload has a value “%1”."),
                   nearestWord(whole, paths), paths);
    }

    void report(const Condition &condition, const QString &message, const QString &near,
                const QStringList &known)
    {
        constexpr qsizetype shown = 20; // of the names that could stand there
        m_errors.push_back({condition.fieldRange,
                            message.arg(wordOf(condition.field, Subject::Steps)),
                            known.mid(0, shown),
                            near,
                            {}});
    }

    const Catalogue &m_catalogue;
    std::vector<QueryError> m_errors;
};

} // namespace

std::vector<QueryError> check(const Query &query, const Catalogue &catalogue)
{
    NameCheck names(catalogue);
    names.look(query.where);
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
