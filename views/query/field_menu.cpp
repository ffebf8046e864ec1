// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/field_menu.h"

#include <model/core/text.h>

#include <QMenu>

#include <algorithm>

namespace xray::views {

namespace {

using query::Field;
using query::FieldId;
using query::Subject;
using Choose = std::function<void(const Field &)>;

constexpr int kMostMetrics = 60;
constexpr int kMostPaths = 80;

bool isNamed(FieldId id)
{
    return id == FieldId::Metric || id == FieldId::Input || id == FieldId::Output ||
           id == FieldId::Reasoning || id == FieldId::Metadata;
}

bool isOfRun(FieldId id)
{
    return id >= FieldId::Pipeline && id <= FieldId::ErrorCount;
}

QAction *addField(QMenu *menu, const QString &text, const Field &field, const Choose &choose)
{
    return menu->addAction(QString(text).replace(u'&', QStringLiteral("&&")), menu,
                           [choose, field] { choose(field); });
}

void addFixedFields(QMenu *menu, Subject subject, const Choose &choose)
{
    QMenu *ofRun = subject == Subject::Steps ? new QMenu(QStringLiteral("Of the run"), menu) : menu;
    for (const query::FieldInfo &info : query::fieldsOf(subject)) {
        if (isNamed(info.id))
            continue;
        QMenu *place = isOfRun(info.id) ? ofRun : menu;
        addField(place, info.word, {info.id, {}}, choose)->setToolTip(info.help);
    }
    if (ofRun != menu)
        menu->addMenu(ofRun);
}

void addMetrics(QMenu *menu, const query::Catalogue &catalogue, const Choose &choose)
{
    QMenu *metrics = menu->addMenu(QStringLiteral("Metrics"));
    const auto count = std::min<std::size_t>(catalogue.metrics.size(), kMostMetrics);
    for (std::size_t i = 0; i < count; ++i) {
        const query::MetricInfo &info = catalogue.metrics[i];
        const QString range =
            QStringLiteral("%1 … %2").arg(formatNumber(info.minimum), formatNumber(info.maximum));
        addField(metrics, info.name + QLatin1Char('\t') + range, {FieldId::Metric, info.name},
                 choose);
    }
    metrics->setEnabled(count > 0);
}

std::optional<Field> fieldOfPath(const QString &path)
{
    static const std::pair<QString, FieldId> prefixes[] = {
        {QStringLiteral("input."), FieldId::Input},
        {QStringLiteral("output."), FieldId::Output},
        {QStringLiteral("reasoning."), FieldId::Reasoning},
        {QStringLiteral("metadata."), FieldId::Metadata},
    };
    for (const auto &[prefix, id] : prefixes) {
        if (path.startsWith(prefix))
            return Field{id, path.mid(prefix.size())};
    }
    return std::nullopt;
}

void addPaths(QMenu *menu, Subject subject, const query::Catalogue &catalogue, const Choose &choose)
{
    QMenu *paths = menu->addMenu(subject == Subject::Steps ? QStringLiteral("Payload")
                                                           : QStringLiteral("Metadata"));
    for (const QString &path : catalogue.paths.mid(0, kMostPaths)) {
        const auto field = fieldOfPath(path);
        if (field && (subject == Subject::Steps || field->id == FieldId::Metadata))
            addField(paths, path, *field, choose);
    }
    paths->setEnabled(!paths->isEmpty());
}

} // namespace

void fillFieldMenu(QMenu *menu, Subject subject, const query::Catalogue &catalogue,
                   const Choose &choose)
{
    menu->clear();
    menu->setToolTipsVisible(true);
    addFixedFields(menu, subject, choose);
    menu->addSeparator();
    if (subject == Subject::Steps)
        addMetrics(menu, catalogue, choose);
    addPaths(menu, subject, catalogue, choose);
}

QString operatorText(query::Operator op)
{
    switch (op) {
    case query::Operator::Equal:
        return QStringLiteral("is");
    case query::Operator::NotEqual:
        return QStringLiteral("is not");
    case query::Operator::Less:
        return QStringLiteral("<");
    case query::Operator::LessOrEqual:
        return QStringLiteral("≤");
    case query::Operator::Greater:
        return QStringLiteral(">");
    case query::Operator::GreaterOrEqual:
        return QStringLiteral("≥");
    case query::Operator::In:
        return QStringLiteral("is one of");
    case query::Operator::Contains:
        return QStringLiteral("contains");
    case query::Operator::Matches:
        return QStringLiteral("matches");
    case query::Operator::Exists:
        return QStringLiteral("exists");
    }
    return {};
}

} // namespace xray::views
