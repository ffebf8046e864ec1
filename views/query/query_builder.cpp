// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/query_builder.h"

#include "views/query/field_menu.h"
#include "views/query/group_card.h"

#include <model/core/text.h>
#include <model/items/condition_values.h>
#include <views/look/theme.h>

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>

#include <algorithm>

namespace xray::views {

namespace {

using items::TreePath;
using items::TreePlace;
using query::Group;
using query::NodePtr;
using query::StepTest;
using query::Subject;

constexpr int kMargin = 3 * kGrid;

/// The line where a dragged card would go.
class DropLine final : public QWidget
{
public:
    explicit DropLine(QWidget *parent)
        : QWidget(parent)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter(this).fillRect(rect(), themeFor(palette()).accent);
    }
};

QToolButton *makeWord(const QString &text, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QToolButton *makeButton(const QString &text, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setText(text);
    button->setProperty("look", QStringLiteral("button"));
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

NodePtr makeTest(NodePtr child)
{
    StepTest test;
    test.child = std::move(child);
    return std::make_shared<const query::Node>(query::Node{test, {}});
}

/// The conditions on steps inside the first test of a run query; an empty group without one.
NodePtr stepsOfRuns(const NodePtr &tree)
{
    for (const NodePtr &child : std::get<Group>(tree->is).children) {
        if (const auto *test = std::get_if<StepTest>(&items::withoutNegation(child)->is))
            return test->child;
    }
    return items::editable(nullptr);
}

/// The step type that all steps have which the group lets through, as far as it says so itself.
std::optional<StepType> typeIn(const NodePtr &node)
{
    const auto *group = std::get_if<Group>(&node->is);
    if (!group || group->kind != Group::Kind::All)
        return std::nullopt;
    for (const NodePtr &child : group->children) {
        const auto *condition = std::get_if<query::Condition>(&child->is);
        const bool names = condition && condition->field.id == query::FieldId::Type &&
                           condition->op == query::Operator::Equal && !condition->values.empty();
        if (const auto *word = names ? std::get_if<QString>(&condition->values.front()) : nullptr)
            return stepTypeFromWord(word->toStdString());
    }
    return std::nullopt;
}

QString countText(const query::CountAnswer &count)
{
    if (count.count == 1 && !count.capped)
        return QStringLiteral("1 match");
    return QStringLiteral("%1%2 matches")
        .arg(formatCount(count.count), count.capped ? QStringLiteral("+") : QString());
}

TreePath parentOf(const TreePath &path)
{
    return {path.begin(), path.end() - 1};
}

} // namespace

QueryBuilder::QueryBuilder(QWidget *parent)
    : QWidget(parent)
    , m_tree(items::editable(nullptr))
    , m_catalogue(std::make_shared<const query::Catalogue>())
    , m_subjectButton(makeWord({}, this))
    , m_kindPlace(new QWidget(this))
    , m_addCondition(makeButton(QStringLiteral("+ Condition"), this))
    , m_addGroup(makeButton(QStringLiteral("+ Group"), this))
    , m_matches(new QPushButton(this))
    , m_hint(new QLabel(this))
    , m_scroll(new QScrollArea(this))
    , m_fieldMenu(new QMenu(this))
{
    setAccessibleName(QStringLiteral("Query builder"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_hint->setText(QStringLiteral("Everything matches. Add a condition."));
    m_hint->setProperty("role", QStringLiteral("muted"));
    m_hint->setContentsMargins(kMargin, kMargin, kMargin, 0);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHeader());
    layout->addWidget(m_hint);
    layout->addWidget(m_scroll, 1);
    layout->addWidget(makeFooter());
    setCount({});
    rebuild();
}

QueryBuilder::~QueryBuilder() = default;

QWidget *QueryBuilder::makeHeader()
{
    auto *header = new QWidget(this);
    header->setProperty("role", QStringLiteral("panelHeader"));
    header->setAttribute(Qt::WA_StyledBackground);
    header->setFixedHeight(kPanelHeaderHeight);
    auto *title = new QLabel(QStringLiteral("Query builder"), header);
    title->setProperty("role", QStringLiteral("heading"));
    auto *where = new QLabel(QStringLiteral("where"), header);
    where->setProperty("role", QStringLiteral("muted"));
    m_subjectButton->setAccessibleName(QStringLiteral("What the query finds"));
    auto *subjects = new QMenu(m_subjectButton);
    subjects->addAction(QStringLiteral("Steps"), this, [this] { chooseSubject(Subject::Steps); });
    subjects->addAction(QStringLiteral("Runs"), this, [this] { chooseSubject(Subject::Runs); });
    m_subjectButton->setMenu(subjects);
    auto *kind = new QHBoxLayout(m_kindPlace);
    kind->setContentsMargins(0, 0, 0, 0);
    auto *layout = new QHBoxLayout(header);
    layout->setContentsMargins(12, 0, 6, 0);
    layout->setSpacing(2);
    layout->addWidget(title);
    layout->addStretch(1);
    for (QWidget *part : std::initializer_list<QWidget *>{m_subjectButton, where, m_kindPlace})
        layout->addWidget(part);
    return header;
}

QWidget *QueryBuilder::makeFooter()
{
    auto *footer = new QWidget(this);
    auto *row = new QHBoxLayout(footer);
    row->setContentsMargins(kMargin, 2 * kGrid, kMargin, kMargin);
    row->setSpacing(2 * kGrid);
    m_matches->setProperty("look", QStringLiteral("primary"));
    m_matches->setToolTip(QStringLiteral("Show the matches (Return)"));
    row->addWidget(m_addCondition);
    row->addWidget(m_addGroup);
    row->addStretch(1);
    row->addWidget(m_matches);
    connect(m_addCondition, &QToolButton::clicked, this,
            [this] { openFieldMenu({}, m_addCondition); });
    connect(m_addGroup, &QToolButton::clicked, this, &QueryBuilder::addGroup);
    connect(m_matches, &QPushButton::clicked, this, &QueryBuilder::runRequested);
    return footer;
}

// ---- what is shown -------------------------------------------------------------------------

void QueryBuilder::setQuery(const query::Query &shown)
{
    if (shown == query())
        return;
    m_subject = shown.subject;
    m_tree = items::editable(shown.where);
    rebuild();
}

query::Query QueryBuilder::query() const
{
    return {m_subject, items::finished(m_tree)};
}

void QueryBuilder::setCatalogue(std::shared_ptr<const query::Catalogue> catalogue)
{
    m_catalogue = std::move(catalogue);
    if (!isAncestorOf(QApplication::focusWidget()))
        rebuild();
}

void QueryBuilder::setCount(const std::optional<query::CountAnswer> &count)
{
    m_matches->setText(count ? countText(*count) : QStringLiteral("Show matches"));
}

void QueryBuilder::setDistribution(const QString &metric, std::optional<StepType> type,
                                   const std::shared_ptr<const query::Distribution> &distribution)
{
    for (ConditionCard *card : conditionCards()) {
        if (card->histogramMetric() == metric && card->type() == type)
            card->setDistribution(distribution);
    }
}

void QueryBuilder::setMatches(const query::Condition &condition, std::optional<StepType> type,
                              const query::CountAnswer &count)
{
    for (ConditionCard *card : conditionCards()) {
        const query::Condition &own = card->condition();
        if (own.field == condition.field && own.op == condition.op &&
            own.values == condition.values && card->type() == type)
            card->setMatches(count);
    }
}

std::vector<ConditionCard *> QueryBuilder::conditionCards() const
{
    std::vector<ConditionCard *> cards;
    for (const GroupBody *body : m_bodies) {
        for (NodeFrame *card : body->cards()) {
            if (auto *condition = qobject_cast<ConditionCard *>(card))
                cards.push_back(condition);
        }
    }
    return cards;
}

NodeFrame *QueryBuilder::cardAt(const TreePath &path) const
{
    for (const GroupBody *body : m_bodies) {
        for (NodeFrame *card : body->cards()) {
            if (card->path() == path)
                return card;
        }
    }
    return nullptr;
}

// ---- cards ---------------------------------------------------------------------------------

void QueryBuilder::rebuild()
{
    m_bodies.clear();
    auto *page = new QWidget;
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(kMargin, kMargin, kMargin, 0);
    m_root = new GroupBody({}, page);
    column->addWidget(m_root);
    column->addStretch(1);
    fillGroup(m_root, m_tree, m_subject);
    if (QWidget *before = m_scroll->takeWidget()) {
        before->hide();
        before->deleteLater(); // a button inside it may be what was clicked
    }
    m_scroll->setWidget(page);
    m_dropLine = new DropLine(page);
    m_dropLine->hide();
    refreshHeader();
    for (ConditionCard *card : conditionCards())
        askForFigures(card);
}

void QueryBuilder::refreshHeader()
{
    m_subjectButton->setText(m_subject == Subject::Steps ? QStringLiteral("Steps ▾")
                                                         : QStringLiteral("Runs ▾"));
    const auto &group = std::get<Group>(m_tree->is);
    qDeleteAll(m_kindPlace->findChildren<QToolButton *>());
    QToolButton *kind = makeKindButton(group.kind, m_kindPlace, [this](Group::Kind chosen) {
        QMetaObject::invokeMethod(
            this,
            [this, chosen] {
                change(items::makeGroup(chosen, std::get<Group>(m_tree->is).children),
                       Cards::Rebuild);
            },
            Qt::QueuedConnection);
    });
    kind->setProperty("look", {});
    m_kindPlace->layout()->addWidget(kind);
    m_hint->setVisible(group.children.empty());
}

void QueryBuilder::fillGroup(GroupBody *body, const NodePtr &group, Subject subject)
{
    m_bodies.push_back(body);
    const auto children = std::get<Group>(items::withoutNegation(group)->is).children;
    for (std::size_t i = 0; i < children.size(); ++i) {
        TreePath path = body->path();
        path.push_back(static_cast<int>(i));
        NodeFrame *card = makeCard(path, children[i], subject, body);
        body->addCard(card);
        connectCard(card);
        if (auto *condition = qobject_cast<ConditionCard *>(card))
            condition->setType(subject == Subject::Steps ? typeIn(group) : std::nullopt);
    }
}

NodeFrame *QueryBuilder::makeCard(const TreePath &path, const NodePtr &node, Subject subject,
                                  QWidget *parent)
{
    const NodePtr inner = items::withoutNegation(node);
    if (std::holds_alternative<query::Condition>(inner->is))
        return makeConditionCard(path, node, subject, parent);
    return makeGroupCard(path, node, subject, parent);
}

ConditionCard *QueryBuilder::makeConditionCard(const TreePath &path, const NodePtr &node,
                                               Subject subject, QWidget *parent)
{
    auto *card = new ConditionCard(path, node, subject, m_catalogue, parent);
    // The types beside it may have changed with it, so the figures are asked for after the edit.
    connect(card, &NodeFrame::edited, this, [this, card](const NodePtr &edited) {
        change(items::replaced(m_tree, card->path(), edited), Cards::Keep);
        for (ConditionCard *other : conditionCards()) {
            const TreePath group = parentOf(other->path());
            const auto type = subjectAt(group) == Subject::Steps
                                  ? typeIn(items::withoutNegation(items::nodeAt(m_tree, group)))
                                  : std::nullopt;
            const bool differs = other->type() != type;
            other->setType(type);
            if (differs || other == card)
                askForFigures(other);
        }
    });
    return card;
}

GroupCard *QueryBuilder::makeGroupCard(const TreePath &path, const NodePtr &node, Subject subject,
                                       QWidget *parent)
{
    auto *card = new GroupCard(path, node, parent);
    const NodePtr inner = items::withoutNegation(node);
    if (const auto *test = std::get_if<StepTest>(&inner->is))
        fillGroup(card->group(), test->child, Subject::Steps);
    else
        fillGroup(card->group(), inner, subject);
    connect(card, &NodeFrame::edited, this, [this, card](const NodePtr &edited) {
        change(items::replaced(m_tree, card->path(), edited), Cards::Rebuild);
    });
    connect(card, &GroupCard::conditionWanted, this, &QueryBuilder::openFieldMenu);
    connect(card, &GroupCard::groupWanted, this, [this](const TreePath &group) {
        insertNode(group, items::makeGroup(Group::Kind::Any, {}));
    });
    return card;
}

void QueryBuilder::connectCard(NodeFrame *card)
{
    const TreePath path = card->path();
    connect(card, &NodeFrame::removeRequested, this, [this, path] { removeCard(path); });
    connect(card, &NodeFrame::negateRequested, this, [this, path] {
        change(items::replaced(m_tree, path, items::negated(items::nodeAt(m_tree, path))),
               Cards::Rebuild);
        focusCard(path);
    });
    connect(card, &NodeFrame::wrapRequested, this, [this, path] {
        const NodePtr node = items::nodeAt(m_tree, path);
        change(items::replaced(m_tree, path, items::makeGroup(Group::Kind::Any, {node})),
               Cards::Rebuild);
        focusCard(path);
    });
    connect(card, &NodeFrame::moveRequested, this, [this, path](items::Direction direction) {
        moveCard(path, items::neighbourPlace(m_tree, path, direction));
    });
    connect(card, &NodeFrame::dragged, this, &QueryBuilder::showDropAt);
    connect(card, &NodeFrame::dragCancelled, this, [this] { m_dropLine->hide(); });
    connect(card, &NodeFrame::dropped, this, [this, path](const QPoint &globalPosition) {
        m_dropLine->hide();
        if (const auto place = placeAt(globalPosition))
            moveCard(path, *place);
    });
}

// ---- changing ------------------------------------------------------------------------------

void QueryBuilder::change(const NodePtr &tree, Cards cards)
{
    const query::Query before = query();
    m_tree = tree;
    if (cards == Cards::Rebuild)
        rebuild();
    if (!(query() == before))
        Q_EMIT queryEdited(query());
}

void QueryBuilder::focusCard(const TreePath &path)
{
    if (NodeFrame *card = cardAt(path))
        card->setFocus(Qt::OtherFocusReason);
    else
        m_addCondition->setFocus(Qt::OtherFocusReason);
}

Subject QueryBuilder::subjectAt(const TreePath &group) const
{
    TreePath inside = group;
    inside.push_back(0);
    return items::isInsideStepTest(m_tree, inside) ? Subject::Steps : m_subject;
}

void QueryBuilder::openFieldMenu(const TreePath &group, QToolButton *button)
{
    const Subject subject = subjectAt(group);
    fillFieldMenu(m_fieldMenu, subject, *m_catalogue,
                  [this, group](const query::Field &field) { insertCondition(group, field); });
    if (subject == Subject::Runs)
        m_fieldMenu->addAction(QStringLiteral("steps of the run…"), this, [this, group] {
            insertNode(group, makeTest(items::editable(nullptr)));
        });
    m_fieldMenu->popup(button->mapToGlobal(QPoint(0, button->height() + 2)));
}

void QueryBuilder::insertCondition(const TreePath &group, const query::Field &field)
{
    insertNode(group, items::makeNode(items::newCondition(field, subjectAt(group), *m_catalogue)));
}

void QueryBuilder::insertNode(const TreePath &group, const NodePtr &node)
{
    const int end = items::childCount(items::nodeAt(m_tree, group));
    change(items::inserted(m_tree, group, end, node), Cards::Rebuild);
    TreePath path = group;
    path.push_back(end);
    focusCard(path);
}

void QueryBuilder::addCondition(const query::Field &field)
{
    insertCondition({}, field);
}

void QueryBuilder::addGroup()
{
    insertNode({}, items::makeGroup(Group::Kind::Any, {}));
}

void QueryBuilder::removeCard(const TreePath &path)
{
    change(items::removed(m_tree, path), Cards::Rebuild);
    TreePath next = path;
    const int left = items::childCount(items::nodeAt(m_tree, parentOf(path)));
    next.back() = std::max(0, std::min(next.back(), left - 1));
    focusCard(next);
}

void QueryBuilder::moveCard(const TreePath &from, const TreePlace &to)
{
    const items::Moved result = items::moved(m_tree, from, to);
    change(result.tree, Cards::Rebuild);
    focusCard(result.path);
}

/// Steps become the runs that have such a step; runs become what was asked of their steps.
void QueryBuilder::chooseSubject(Subject subject)
{
    if (subject == m_subject)
        return;
    const query::Query before = query();
    m_subject = subject;
    if (subject == Subject::Steps)
        m_tree = stepsOfRuns(m_tree);
    else
        m_tree = items::makeGroup(Group::Kind::All, before.where ? std::vector{makeTest(m_tree)}
                                                                 : std::vector<NodePtr>());
    rebuild();
    Q_EMIT queryEdited(query());
}

void QueryBuilder::askForFigures(ConditionCard *card)
{
    if (card->histogramMetric().isEmpty())
        return;
    Q_EMIT distributionNeeded(card->histogramMetric(), card->type());
    Q_EMIT matchesNeeded(card->condition(), card->type());
}

// ---- dragging ------------------------------------------------------------------------------

/// The place between the cards of the innermost group under that point.
std::optional<TreePlace> QueryBuilder::placeAt(const QPoint &globalPosition) const
{
    if (!m_scroll->viewport()->rect().contains(m_scroll->viewport()->mapFromGlobal(globalPosition)))
        return std::nullopt;
    const GroupBody *target = m_root;
    for (const GroupBody *body : m_bodies) {
        const QWidget *area = body == m_root ? body : body->parentWidget();
        if (area->rect().contains(area->mapFromGlobal(globalPosition)))
            target = body;
    }
    return TreePlace{target->path(), target->positionAt(target->mapFromGlobal(globalPosition).y())};
}

void QueryBuilder::showDropAt(const QPoint &globalPosition)
{
    const auto place = placeAt(globalPosition);
    m_dropLine->setVisible(place.has_value());
    if (!place)
        return;
    const auto body = std::ranges::find_if(
        m_bodies, [&](const GroupBody *candidate) { return candidate->path() == place->group; });
    const QPoint corner =
        (*body)->mapTo(m_scroll->widget(), QPoint(0, (*body)->gapAt(place->position)));
    m_dropLine->setGeometry(corner.x(), corner.y() - 1, (*body)->width(), 2);
    m_dropLine->raise();
}

} // namespace xray::views
