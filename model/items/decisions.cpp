// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/decisions.h"

#include <QHash>

#include <algorithm>
#include <array>

namespace xray::items {

namespace {

using Node = PayloadTree::Node;

constexpr std::array<std::string_view, 3> kActionWords{"kept", "dropped", "selected"};

QString textMember(const PayloadTree &tree, Node object, QStringView key)
{
    const auto node = tree.member(object, key);
    return node && tree.kind(*node) != ValueKind::Null ? tree.text(*node) : QString();
}

std::optional<double> numberMember(const PayloadTree &tree, Node object, QStringView key)
{
    const auto node = tree.member(object, key);
    if (!node || tree.kind(*node) != ValueKind::Number)
        return std::nullopt;
    return tree.text(*node).toDouble();
}

std::optional<Decision> readDecision(const PayloadTree &tree, Node entry)
{
    if (tree.kind(entry) != ValueKind::Object)
        return std::nullopt;
    const auto action =
        decisionActionFromWord(textMember(tree, entry, u"action").toLower().toStdString());
    Decision decision;
    decision.itemId = textMember(tree, entry, u"item_id");
    decision.item = textMember(tree, entry, u"item");
    if (decision.item.isEmpty())
        decision.item = decision.itemId;
    if (!action || decision.item.isEmpty())
        return std::nullopt;
    decision.action = *action;
    decision.score = numberMember(tree, entry, u"score");
    decision.rank = numberMember(tree, entry, u"rank");
    decision.rule = textMember(tree, entry, u"rule");
    decision.reason = textMember(tree, entry, u"reason");
    return decision;
}

template<class Counts>
void count(Counts &counts, DecisionAction action)
{
    switch (action) {
    case DecisionAction::Kept:
        ++counts.kept;
        break;
    case DecisionAction::Dropped:
        ++counts.dropped;
        break;
    case DecisionAction::Selected:
        ++counts.selected;
        break;
    }
}

void addToRule(RuleSummary &rule, const Decision &decision)
{
    count(rule, decision.action);
    if (!rule.exampleReason.isEmpty() || (decision.reason.isEmpty() && rule.total() > 1))
        return;
    rule.exampleItem = decision.item;
    rule.exampleReason = decision.reason;
}

std::vector<RuleSummary> summarize(const std::vector<Decision> &decisions)
{
    std::vector<RuleSummary> rules;
    QHash<QString, std::size_t> places;
    for (const Decision &decision : decisions) {
        const std::size_t place = places.value(decision.rule, rules.size());
        if (place == rules.size()) {
            places.insert(decision.rule, place);
            rules.emplace_back().rule = decision.rule;
        }
        addToRule(rules[place], decision);
    }
    std::ranges::stable_sort(rules, [](const RuleSummary &a, const RuleSummary &b) {
        return a.dropped != b.dropped ? a.dropped > b.dropped : a.total() > b.total();
    });
    return rules;
}

} // namespace

const char *toWord(DecisionAction action) noexcept
{
    return kActionWords[static_cast<std::size_t>(action)].data();
}

std::optional<DecisionAction> decisionActionFromWord(std::string_view word) noexcept
{
    const auto it = std::ranges::find(kActionWords, word);
    if (it == kActionWords.end())
        return std::nullopt;
    return static_cast<DecisionAction>(it - kActionWords.begin());
}

Decisions readDecisions(const PayloadTree &tree, Node list)
{
    Decisions decisions;
    if (tree.kind(list) != ValueKind::Array) {
        decisions.unreadable = 1;
        return decisions;
    }
    for (int row = 0; row < tree.childCount(list); ++row) {
        if (auto decision = readDecision(tree, tree.childAt(list, row))) {
            count(decisions, decision->action);
            decisions.items.push_back(*std::move(decision));
        } else {
            ++decisions.unreadable;
        }
    }
    decisions.rules = summarize(decisions.items);
    return decisions;
}

} // namespace xray::items
