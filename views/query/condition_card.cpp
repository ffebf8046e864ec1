// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/condition_card.h"

#include "views/query/field_menu.h"
#include "views/query/histogram_view.h"
#include "views/query/pick_button.h"
#include "views/query/value_editor.h"

#include <model/core/text.h>
#include <model/items/condition_values.h>

#include <QHBoxLayout>
#include <QMenu>

namespace xray::views {

ConditionCard::ConditionCard(items::TreePath path, const query::NodePtr &node,
                             query::Subject subject,
                             std::shared_ptr<const query::Catalogue> catalogue, QWidget *parent)
    : NodeFrame(std::move(path), node, parent)
    , m_subject(subject)
    , m_catalogue(std::move(catalogue))
    , m_condition(std::get<query::Condition>(items::withoutNegation(node)->is))
    , m_field(new PickButton(QStringLiteral("Field"), this))
    , m_operator(new PickButton(QStringLiteral("Operator"), this))
    , m_editor(new ValueEditor(this))
    , m_histogram(new HistogramView(this))
{
    header()->addWidget(m_field);
    header()->addWidget(m_operator);
    header()->addWidget(m_editor, 1); // has a stretch of its own
    body()->addWidget(m_histogram);
    fillMenus();
    connect(m_editor, &ValueEditor::edited, this, [this](const std::vector<query::Value> &values) {
        setCondition({m_condition.field, m_condition.op, values});
    });
    connect(m_histogram, &HistogramView::thresholdMoved, this, [this](double value) {
        setCondition({m_condition.field, m_condition.op, {value}});
    });
    refresh();
}

void ConditionCard::fillMenus()
{
    QMenu *fields = m_field->menu();
    connect(fields, &QMenu::aboutToShow, this, [this, fields] {
        fillFieldMenu(fields, m_subject, *m_catalogue, [this](const query::Field &field) {
            setCondition(items::newCondition(field, m_subject, *m_catalogue));
        });
    });
    QMenu *operators = m_operator->menu();
    connect(operators, &QMenu::aboutToShow, this, [this, operators] {
        operators->clear();
        for (const query::Operator op : query::infoOf(m_condition.field.id, m_subject).operators)
            operators->addAction(operatorText(op), this, [this, op] {
                setCondition(items::withOperator(m_condition, op, m_subject, *m_catalogue));
            });
    });
}

void ConditionCard::setCondition(const query::Condition &condition)
{
    m_condition = condition;
    m_matches.reset();
    refresh();
    setInner(items::makeNode(condition));
}

void ConditionCard::refresh()
{
    m_field->setWord(query::wordOf(m_condition.field, m_subject));
    // “error” says it all.
    m_operator->setVisible(items::valueKindOf(m_condition.field, m_subject) !=
                           query::ValueKind::Presence);
    m_operator->setWord(operatorText(m_condition.op));
    m_editor->setCondition(m_condition, m_subject, *m_catalogue);
    const auto threshold = items::thresholdOf(m_condition);
    m_histogram->setVisible(threshold.has_value());
    if (threshold)
        m_histogram->setThreshold(m_condition.op, *threshold);
    refreshCaption();
}

void ConditionCard::setType(std::optional<StepType> type)
{
    m_type = type;
    m_histogram->setType(type);
}

QString ConditionCard::histogramMetric() const
{
    return items::thresholdOf(m_condition) ? m_condition.field.name : QString();
}

void ConditionCard::setDistribution(std::shared_ptr<const query::Distribution> distribution)
{
    m_distribution = std::move(distribution);
    m_histogram->setDistribution(m_distribution);
    refreshCaption();
}

void ConditionCard::setMatches(const query::CountAnswer &count)
{
    m_matches = count;
    refreshCaption();
}

void ConditionCard::refreshCaption()
{
    if (!m_distribution)
        return;
    if (m_distribution->total == 0) {
        m_histogram->setCaption(
            m_type
                ? QStringLiteral("no %1 step has this metric").arg(QLatin1String(toWord(*m_type)))
                : QStringLiteral("no step has this metric"));
        return;
    }
    const QString all = formatCount(m_distribution->total);
    if (!m_matches)
        m_histogram->setCaption(QStringLiteral("%1 steps").arg(all));
    else
        m_histogram->setCaption(QStringLiteral("%1%2 of %3 steps")
                                    .arg(formatCount(m_matches->count),
                                         m_matches->capped ? QStringLiteral("+") : QString(), all));
}

} // namespace xray::views
