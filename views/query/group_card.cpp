// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/query/group_card.h"

#include "views/query/field_menu.h"
#include "views/query/pick_button.h"

#include <views/look/theme.h>

#include <QLabel>
#include <QMenu>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace xray::views {

namespace {

using query::Group;
using query::Operator;
using query::StepTest;
using Quantifier = query::StepTest::Quantifier;

constexpr int kMostSteps = 1'000'000; ///< that a count can be compared with
constexpr int kIndent = 18;
constexpr int kCountWidth = 56;

constexpr std::array kQuantifiers{Quantifier::Any, Quantifier::All, Quantifier::None,
                                  Quantifier::Count};
constexpr std::array kComparisons{Operator::Greater,  Operator::GreaterOrEqual, Operator::Equal,
                                  Operator::NotEqual, Operator::LessOrEqual,    Operator::Less};

QString textOf(Quantifier quantifier)
{
    switch (quantifier) {
    case Quantifier::Any:
        return QStringLiteral("any step");
    case Quantifier::All:
        return QStringLiteral("every step");
    case Quantifier::None:
        return QStringLiteral("no step");
    case Quantifier::Count:
        return QStringLiteral("count");
    }
    return {};
}

PickButton *makePick(const QString &name, const QString &word, QWidget *parent)
{
    auto *button = new PickButton(name, parent);
    button->setWord(word);
    return button;
}

query::NodePtr makeTest(const StepTest &test)
{
    return std::make_shared<const query::Node>(query::Node{test, {}});
}

} // namespace

QString kindText(Group::Kind kind)
{
    return kind == Group::Kind::All ? QStringLiteral("all of") : QStringLiteral("any of");
}

PickButton *makeKindButton(Group::Kind kind, QWidget *parent,
                           const std::function<void(Group::Kind)> &choose)
{
    PickButton *button =
        makePick(QStringLiteral("All or any of the conditions"), kindText(kind), parent);
    for (const Group::Kind other : {Group::Kind::All, Group::Kind::Any}) {
        const QString text = other == Group::Kind::All
                                 ? QStringLiteral("all of – every condition holds")
                                 : QStringLiteral("any of – at least one holds");
        button->menu()->addAction(text, button, [choose, other] { choose(other); });
    }
    return button;
}

// ---- where cards stand ---------------------------------------------------------------------

GroupBody::GroupBody(items::TreePath path, QWidget *parent)
    : QWidget(parent)
    , m_path(std::move(path))
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(2 * kGrid);
}

void GroupBody::addCard(NodeFrame *card)
{
    m_cards.push_back(card);
    m_layout->addWidget(card);
}

int GroupBody::positionAt(int y) const
{
    int position = 0;
    for (const NodeFrame *card : m_cards) {
        if (y > card->geometry().center().y())
            ++position;
    }
    return position;
}

int GroupBody::gapAt(int position) const
{
    if (m_cards.empty())
        return height() / 2;
    if (position < static_cast<int>(m_cards.size()))
        return m_cards[static_cast<std::size_t>(position)]->geometry().top() - kGrid;
    return m_cards.back()->geometry().bottom() + kGrid;
}

// ---- a group -------------------------------------------------------------------------------

GroupCard::GroupCard(items::TreePath path, const query::NodePtr &node, QWidget *parent)
    : NodeFrame(path, node, parent)
{
    const query::NodePtr inner = items::withoutNegation(node);
    if (const auto *test = std::get_if<StepTest>(&inner->is)) {
        path.push_back(0);
        addTestHeader(*test);
    } else {
        addGroupHeader(std::get<Group>(inner->is));
    }
    header()->addStretch(1);
    m_group = new GroupBody(path, this);
    m_group->setContentsMargins(kIndent, 0, 0, 0);
    body()->addWidget(m_group);
    addFooter();
}

void GroupCard::addGroupHeader(const Group &group)
{
    header()->addWidget(makeKindButton(group.kind, this, [this](Group::Kind kind) {
        const Group now = std::get<Group>(items::withoutNegation(node())->is);
        setInner(items::makeGroup(kind, now.children));
    }));
}

void GroupCard::addTestHeader(const StepTest &test)
{
    PickButton *quantifier =
        makePick(QStringLiteral("Of which steps"), textOf(test.quantifier), this);
    for (const Quantifier other : kQuantifiers)
        quantifier->menu()->addAction(textOf(other), this, [this, other] {
            StepTest changed = std::get<StepTest>(items::withoutNegation(node())->is);
            changed.quantifier = other;
            setInner(makeTest(changed));
        });
    header()->addWidget(quantifier);
    if (test.quantifier == Quantifier::Count)
        addCountEditors(test);
    auto *where = new QLabel(QStringLiteral("where"), this);
    where->setProperty("role", QStringLiteral("muted"));
    header()->addWidget(where);
    const auto kind = std::get<Group>(test.child->is).kind;
    header()->addWidget(makeKindButton(kind, this, [this](Group::Kind other) {
        StepTest changed = std::get<StepTest>(items::withoutNegation(node())->is);
        changed.child = items::makeGroup(other, std::get<Group>(changed.child->is).children);
        setInner(makeTest(changed));
    }));
}

void GroupCard::addCountEditors(const StepTest &test)
{
    PickButton *comparison = makePick(QStringLiteral("Compared"), operatorText(test.op), this);
    for (const Operator op : kComparisons)
        comparison->menu()->addAction(operatorText(op), this, [this, op] {
            StepTest changed = std::get<StepTest>(items::withoutNegation(node())->is);
            changed.op = op;
            setInner(makeTest(changed));
        });
    auto *count = new QSpinBox(this);
    count->setRange(0, kMostSteps);
    count->setValue(static_cast<int>(std::min<qint64>(test.count, kMostSteps)));
    count->setButtonSymbols(QSpinBox::NoButtons);
    count->setMinimumWidth(kCountWidth);
    count->setMaximumWidth(kCountWidth);
    count->setAccessibleName(QStringLiteral("Number of steps"));
    connect(count, &QSpinBox::editingFinished, this, [this, count] {
        StepTest changed = std::get<StepTest>(items::withoutNegation(node())->is);
        if (changed.count == count->value())
            return;
        changed.count = count->value();
        setInner(makeTest(changed));
    });
    header()->addWidget(comparison);
    header()->addWidget(count);
}

void GroupCard::addFooter()
{
    auto *row = new QHBoxLayout;
    row->setContentsMargins(kIndent, 0, 0, 0);
    auto *condition = new QToolButton(this);
    condition->setText(QStringLiteral("+ Condition"));
    auto *group = new QToolButton(this);
    group->setText(QStringLiteral("+ Group"));
    for (QToolButton *button : {condition, group}) {
        button->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(button);
    }
    row->addStretch(1);
    body()->addLayout(row);
    connect(condition, &QToolButton::clicked, this,
            [this, condition] { Q_EMIT conditionWanted(m_group->path(), condition); });
    connect(group, &QToolButton::clicked, this, [this] { Q_EMIT groupWanted(m_group->path()); });
}

} // namespace xray::views
