// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/unheard.h"

#include "model/query/conditions.h"
#include "model/query/language.h"

#include <model/core/text.h>

namespace xray::query {

namespace {

/// Every name that the field has anywhere; nothing when not all of them are known.
std::optional<QStringList> namesOf(FieldId id, const Catalogue &catalogue)
{
    const std::vector<NamedCount> *names = nullptr;
    if (id == FieldId::Step)
        names = &catalogue.steps;
    else if (id == FieldId::Pipeline)
        names = &catalogue.pipelines;
    if (!names || names->size() >= std::size_t(Catalogue::kMaxNames))
        return std::nullopt;
    QStringList list;
    for (const NamedCount &named : *names)
        list += named.name;
    return list;
}

QString lineFor(const Field &field, const QString &name, const QStringList &known)
{
    const QString near = nearestWord(name, known);
    const QString line =
        QStringLiteral("No %1 is named “%2”").arg(wordOf(field, Subject::Steps), name);
    return near.isEmpty() ? line + QLatin1Char('.')
                          : line + QStringLiteral("; there is “%1”.").arg(near);
}

} // namespace

QStringList unheardNames(const Query &query, const Catalogue &catalogue)
{
    QStringList lines;
    for (const Condition *condition : conditionsOf(query.where)) {
        const bool names = condition->op == Operator::Equal || condition->op == Operator::In;
        const auto known = names ? namesOf(condition->field.id, catalogue) : std::nullopt;
        if (!known)
            continue;
        for (const Value &value : condition->values) {
            const auto *name = std::get_if<QString>(&value);
            if (name && !known->contains(*name))
                lines += lineFor(condition->field, *name, *known);
        }
    }
    return lines;
}

} // namespace xray::query
