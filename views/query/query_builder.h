// SPDX-License-Identifier: GPL-3.0-or-later
// The query as cards: the same tree as the text, edited with menus, numbers, a dragged threshold
// and dragged cards, or with the keyboard alone. It keeps what is not finished yet (an empty group,
// a condition without a value) until it means something. It asks for the figures it shows by
// signals. Owned by the query page; GUI thread.
#pragma once

#include "views/query/card_dropper.h"
#include "views/query/condition_card.h"

#include <QWidget>

#include <map>
#include <memory>

class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace xray::views {

class FittingScrollArea;

class QueryBuilder final : public QWidget
{
    Q_OBJECT

public:
    explicit QueryBuilder(QWidget *parent = nullptr);
    ~QueryBuilder() override;

    /// Shows a query. One that means what is shown already changes nothing, so that cards keep the
    /// keyboard while the text follows them.
    void setQuery(const query::Query &query);
    /// What the cards say, as far as they are finished.
    [[nodiscard]] query::Query query() const;
    void setCatalogue(std::shared_ptr<const query::Catalogue> catalogue);

    /// How many match the whole query; nothing while that is being counted.
    void setCount(const std::optional<query::CountAnswer> &count);
    void setDistribution(const QString &metric, std::optional<StepType> type,
                         const std::shared_ptr<const query::Distribution> &distribution);
    /// How many steps the condition alone lets through, among those of the type.
    void setMatches(const query::Condition &condition, std::optional<StepType> type,
                    const query::CountAnswer &count);

    /// Adds a condition to the outermost group, as "+ Condition" does.
    void addCondition(const query::Field &field);
    void addGroup();
    [[nodiscard]] std::vector<ConditionCard *> conditionCards() const;
    [[nodiscard]] NodeFrame *cardAt(const items::TreePath &path) const;
    [[nodiscard]] QPushButton *matchesButton() const { return m_matches; }
    [[nodiscard]] QToolButton *addButton() const { return m_addCondition; }

Q_SIGNALS:
    void queryEdited(const xray::query::Query &query);
    void runRequested();
    void distributionNeeded(const QString &metric, std::optional<xray::StepType> type);
    /// `place` names the card: what it needed before is needed no longer.
    void matchesNeeded(const QString &place, const xray::query::Condition &condition,
                       std::optional<xray::StepType> type);

private:
    QWidget *makeHeader();
    QWidget *makeFooter();
    void rebuild();
    void fillGroup(GroupBody *body, const query::NodePtr &group, query::Subject subject);
    NodeFrame *makeCard(const items::TreePath &path, const query::NodePtr &node,
                        query::Subject subject, QWidget *parent);
    ConditionCard *makeConditionCard(const items::TreePath &path, const query::NodePtr &node,
                                     query::Subject subject, QWidget *parent);
    GroupCard *makeGroupCard(const items::TreePath &path, const query::NodePtr &node,
                             query::Subject subject, QWidget *parent);
    void connectCard(NodeFrame *card);
    /// Whether the cards must be made anew for a tree.
    enum class Cards { Keep, Rebuild };
    void change(const query::NodePtr &tree, Cards cards);
    void focusCard(const items::TreePath &path);
    void openFieldMenu(const items::TreePath &group, QToolButton *button);
    void insertCondition(const items::TreePath &group, const query::Field &field);
    void insertNode(const items::TreePath &group, const query::NodePtr &node);
    void removeCard(const items::TreePath &path);
    void duplicateCard(const items::TreePath &path);
    void moveCard(const items::Moved &result);
    void dropCard(const NodeFrame &card, const QPoint &globalPosition);
    void connectDragging(NodeFrame *card);
    void focusNeighbour(const NodeFrame *card, int distance);
    void refreshTypes(const ConditionCard *edited);
    void chooseSubject(query::Subject subject);
    void askForFigures(ConditionCard *card);
    void chooseKind(query::Group::Kind kind);
    void refreshHeader();

    [[nodiscard]] std::optional<StepType> typeOf(const items::TreePath &card) const;
    [[nodiscard]] query::Subject subjectAt(const items::TreePath &group) const;

    query::Subject m_subject = query::Subject::Steps;
    query::NodePtr m_tree; ///< editable
    std::shared_ptr<const query::Catalogue> m_catalogue;
    QToolButton *m_subjectButton;
    PickButton *m_kind;
    QToolButton *m_addCondition;
    QToolButton *m_addGroup;
    QPushButton *m_matches;
    QLabel *m_hint;
    FittingScrollArea *m_scroll;
    CardDropper m_dropper;
    GroupBody *m_root = nullptr;
    std::vector<GroupBody *> m_bodies; ///< every group on the screen, outer before inner
    QMenu *m_fieldMenu;
    /// The histograms known so far, so that cards made anew show theirs at once.
    std::map<std::pair<QString, std::optional<StepType>>,
             std::shared_ptr<const query::Distribution>>
        m_spreads;
};

} // namespace xray::views
