// SPDX-License-Identifier: GPL-3.0-or-later
// One condition of the builder: field, operator, value, and for a metric that is compared its
// histogram with the threshold. Owned by the builder; GUI thread.
#pragma once

#include "views/query/node_frame.h"

#include <model/query/language.h>
#include <model/query/source.h>

namespace xray::views {

class HistogramView;
class PickButton;
class ValueEditor;

class ConditionCard final : public NodeFrame
{
    Q_OBJECT

public:
    ConditionCard(items::TreePath path, const query::NodePtr &node, query::Subject subject,
                  std::shared_ptr<const query::Catalogue> catalogue, QWidget *parent);

    [[nodiscard]] const query::Condition &condition() const { return m_condition; }
    /// The step type that the conditions beside it leave, if it is one.
    void setType(std::optional<StepType> type);
    [[nodiscard]] std::optional<StepType> type() const { return m_type; }
    /// The metric whose histogram it shows; empty without one.
    [[nodiscard]] QString histogramMetric() const;
    void setDistribution(std::shared_ptr<const query::Distribution> distribution);
    /// How many steps this condition alone lets through.
    void setMatches(const query::CountAnswer &count);

    [[nodiscard]] HistogramView *histogram() const { return m_histogram; }
    [[nodiscard]] ValueEditor *editor() const { return m_editor; }
    [[nodiscard]] PickButton *fieldButton() const { return m_field; }
    [[nodiscard]] PickButton *operatorButton() const { return m_operator; }

private:
    void fillMenus();
    void setCondition(const query::Condition &condition);
    void refresh();
    void refreshCaption();

    query::Subject m_subject;
    std::shared_ptr<const query::Catalogue> m_catalogue;
    query::Condition m_condition;
    std::optional<StepType> m_type;
    std::shared_ptr<const query::Distribution> m_distribution;
    std::optional<query::CountAnswer> m_matches;
    PickButton *m_field;
    PickButton *m_operator;
    ValueEditor *m_editor;
    HistogramView *m_histogram;
};

} // namespace xray::views
