// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/query_builder.h"

#include "views/query/field_menu.h"
#include "views/query/fitting_scroll_area.h"
#include "views/query/group_card.h"
#include "views/query/pick_button.h"

#include <model/core/text.h>
#include <model/items/condition_values.h>
#include <views/look/theme.h>

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStyle>
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
    , m_kind(makeKindButton(Group::Kind::All, this, [this](Group::Kind kind) { chooseKind(kind); }))
    , m_addCondition(makeButton(QStringLiteral("+ Condition"), this))
    , m_addGroup(makeButton(QStringLiteral("+ Group"), this))
    , m_matches(new QPushButton(this))
    , m_hint(new QLabel(this))
    , m_scroll(new FittingScrollArea(this))
    , m_dropper(m_scroll)
    , m_fieldMenu(new QMenu(this))
{
    setAccessibleName(QStringLiteral("Query builder"));
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
    layout->addStretch(0);
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
    m_kind->setProperty("look", QString()); // a word among words
    m_kind->style()->unpolish(m_kind);
    m_kind->style()->polish(m_kind);
    auto *layout = new QHBoxLayout(header);
    layout->setContentsMargins(12, 0, 6, 0);
    layout->setSpacing(2);
    layout->addWidget(title);
    layout->addStretch(1);
    for (QWidget *part : std::initializer_list<QWidget *>{m_subjectButton, where, m_kind})
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
    m_spreads[{metric, type}] = distribution;
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
    const int scrolled = m_scroll->verticalScrollBar()->value();
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
    m_scroll->updateGeometry();
    m_scroll->verticalScrollBar()->setValue(scrolled);
    m_dropper.setBodies(m_bodies);
    refreshHeader();
    for (ConditionCard *card : conditionCards())
        askForFigures(card);
}

void QueryBuilder::refreshHeader()
{
    m_subjectButton->setText(m_subject == Subject::Steps ? QStringLiteral("Steps ▾")
                                                         : QStringLiteral("Runs ▾"));
    const auto &group = std::get<Group>(m_tree->is);
    m_kind->setWord(kindText(group.kind));
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
            condition->setType(typeOf(path));
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
    connect(card, &NodeFrame::edited, this, [this, card](const NodePtr &edited) {
        change(items::replaced(m_tree, card->path(), edited), Cards::Keep);
        refreshTypes(card);
    });
    return card;
}

std::optional<StepType> QueryBuilder::typeOf(const TreePath &card) const
{
    const TreePath group = parentOf(card);
    return subjectAt(group) == Subject::Steps ? items::stepTypeAt(m_tree, group) : std::nullopt;
}

/// The types around conditions may have changed with the one that was edited.
void QueryBuilder::refreshTypes(const ConditionCard *edited)
{
    for (ConditionCard *card : conditionCards()) {
        const auto type = typeOf(card->path());
        const bool differs = card->type() != type;
        card->setType(type);
        if (differs || card == edited)
            askForFigures(card);
    }
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
    connect(card, &NodeFrame::duplicateRequested, this, [this, path] { duplicateCard(path); });
    connect(card, &NodeFrame::moveRequested, this, [this, path](items::Direction direction) {
        moveCard(items::moved(m_tree, path, items::neighbourPlace(m_tree, path, direction)));
    });
    connect(card, &NodeFrame::neighbourWanted, this,
            [this, card](int distance) { focusNeighbour(card, distance); });
    connectDragging(card);
}

void QueryBuilder::connectDragging(NodeFrame *card)
{
    connect(card, &NodeFrame::dragged, this,
            [this, card](const QPoint &globalPosition) { m_dropper.show(globalPosition, *card); });
    connect(card, &NodeFrame::dragCancelled, this, [this] { m_dropper.hide(); });
    connect(card, &NodeFrame::dropped, this,
            [this, card](const QPoint &globalPosition) { dropCard(*card, globalPosition); });
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
    NodeFrame *card = cardAt(path);
    if (!card) {
        m_addCondition->setFocus(Qt::OtherFocusReason);
        return;
    }
    card->setFocus(Qt::OtherFocusReason);
    // Once the cards have their places.
    QMetaObject::invokeMethod(
        card, [this, card] { m_scroll->ensureWidgetVisible(card, 0, kMargin); },
        Qt::QueuedConnection);
}

void QueryBuilder::focusNeighbour(const NodeFrame *card, int distance)
{
    std::vector<NodeFrame *> cards;
    for (const GroupBody *body : m_bodies)
        cards.insert(cards.end(), body->cards().begin(), body->cards().end());
    std::ranges::sort(cards, {}, &NodeFrame::path); // as they stand, from the top
    const auto at = std::ranges::find(cards, card) - cards.begin() + distance;
    if (at >= 0 && at < std::ssize(cards))
        focusCard(cards[static_cast<std::size_t>(at)]->path());
    else if (distance > 0)
        m_addCondition->setFocus(Qt::TabFocusReason);
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
            insertNode(group, items::makeStepTest(items::editable(nullptr)));
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

void QueryBuilder::duplicateCard(const TreePath &path)
{
    TreePath copy = path;
    ++copy.back();
    change(items::inserted(m_tree, parentOf(path), copy.back(), items::nodeAt(m_tree, path)),
           Cards::Rebuild);
    focusCard(copy);
}

void QueryBuilder::moveCard(const items::Moved &result)
{
    change(result.tree, Cards::Rebuild);
    focusCard(result.path);
}

void QueryBuilder::dropCard(const NodeFrame &card, const QPoint &globalPosition)
{
    m_dropper.hide();
    const auto target = m_dropper.targetAt(globalPosition, card);
    if (!target)
        return;
    if (const auto *onto = std::get_if<TreePath>(&*target))
        moveCard(items::grouped(m_tree, card.path(), *onto));
    else
        moveCard(items::moved(m_tree, card.path(), std::get<TreePlace>(*target)));
}

void QueryBuilder::chooseKind(Group::Kind kind)
{
    change(items::makeGroup(kind, std::get<Group>(m_tree->is).children), Cards::Rebuild);
}

/// Steps become the runs that have such a step; runs become what was asked of their steps.
void QueryBuilder::chooseSubject(Subject subject)
{
    if (subject == m_subject)
        return;
    const query::Query before = query();
    m_subject = subject;
    if (subject == Subject::Steps)
        m_tree = items::stepsOfRuns(m_tree);
    else
        m_tree = items::makeGroup(Group::Kind::All, before.where
                                                        ? std::vector{items::makeStepTest(m_tree)}
                                                        : std::vector<NodePtr>());
    rebuild();
    Q_EMIT queryEdited(query());
}

void QueryBuilder::askForFigures(ConditionCard *card)
{
    if (card->histogramMetric().isEmpty())
        return;
    const auto known = m_spreads.find({card->histogramMetric(), card->type()});
    if (known != m_spreads.end())
        card->setDistribution(known->second);
    QStringList place;
    for (const int position : card->path())
        place += QString::number(position);
    Q_EMIT distributionNeeded(card->histogramMetric(), card->type());
    Q_EMIT matchesNeeded(place.join(u'.'), card->condition(), card->type());
}

} // namespace xray::views
