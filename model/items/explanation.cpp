// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/items/explanation.h"

#include <model/core/text.h>

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace xray::items {

namespace {

using Node = PayloadTree::Node;

constexpr std::array<QStringView, 13> kReasonKeys{
    u"reasoning",     u"reason",  u"explanation", u"why",      u"rationale",
    u"justification", u"thought", u"thoughts",    u"analysis", u"summary",
    u"message",       u"text",    u"note"};
constexpr std::array<QStringView, 5> kNoReasonKeys{u"decisions", u"prompt", u"system_prompt",
                                                   u"messages", u"model"};
constexpr qsizetype kRulesInSentence = 3;

bool isOneOf(QStringView key, auto &&keys)
{
    return std::ranges::any_of(
        keys, [key](QStringView known) { return key.compare(known, Qt::CaseInsensitive) == 0; });
}

/// The member of that name, whatever its case.
std::optional<Node> memberAnyCase(const PayloadTree &tree, Node object, QStringView key)
{
    for (int row = 0; row < tree.childCount(object); ++row) {
        const Node child = tree.childAt(object, row);
        if (tree.key(child).compare(key, Qt::CaseInsensitive) == 0)
            return child;
    }
    return std::nullopt;
}

QString joinedStrings(const PayloadTree &tree, Node array)
{
    QStringList texts;
    for (int row = 0; row < tree.childCount(array); ++row) {
        const Node child = tree.childAt(array, row);
        if (tree.kind(child) == ValueKind::String)
            texts += tree.text(child);
    }
    return texts.join(QStringLiteral("\n\n"));
}

/// A string, or a list of strings as paragraphs; empty for anything else.
QString wordsOf(const PayloadTree &tree, Node node)
{
    switch (tree.kind(node)) {
    case ValueKind::String:
        return tree.text(node).trimmed();
    case ValueKind::Array:
        return joinedStrings(tree, node).trimmed();
    case ValueKind::Object:
    case ValueKind::Number:
    case ValueKind::Boolean:
    case ValueKind::Null:
        return {};
    }
    return {};
}

/// A preferred member with words; one that is an object is looked into, one level deep.
std::optional<Node> preferredWords(const PayloadTree &tree, Node object, int levels)
{
    for (const QStringView key : kReasonKeys) {
        const auto node = memberAnyCase(tree, object, key);
        if (!node)
            continue;
        if (!wordsOf(tree, *node).isEmpty())
            return node;
        if (levels > 0 && tree.kind(*node) == ValueKind::Object) {
            if (const auto inner = preferredWords(tree, *node, levels - 1))
                return inner;
        }
    }
    return std::nullopt;
}

/// Whether a value lies in a part of the payload that explains nothing in words.
bool isBesideThePoint(const PayloadTree &tree, Node node)
{
    Node top = node;
    while (tree.parentOf(top) != PayloadTree::kRoot)
        top = tree.parentOf(top);
    return isOneOf(tree.key(top), kNoReasonKeys);
}

std::optional<Node> longestString(const PayloadTree &tree)
{
    std::optional<Node> longest;
    qsizetype bytes = 2; // an empty string's quotes
    for (Node node = 1; node < tree.nodeCount(); ++node) {
        if (tree.kind(node) != ValueKind::String || tree.json(node).size() <= bytes ||
            isBesideThePoint(tree, node))
            continue;
        longest = node;
        bytes = tree.json(node).size();
    }
    return longest;
}

QStringList paragraphsOf(const QString &words)
{
    static const QRegularExpression blankLine(QStringLiteral("\\n\\s*\\n"));
    QStringList paragraphs;
    for (const QString &part : words.split(blankLine, Qt::SkipEmptyParts))
        paragraphs += part.trimmed();
    return paragraphs;
}

void takeWords(Explanation &explanation, const PayloadTree &tree)
{
    auto node = preferredWords(tree, PayloadTree::kRoot, 1);
    if (!node)
        node = longestString(tree);
    if (!node)
        return;
    explanation.paragraphs = paragraphsOf(wordsOf(tree, *node));
    explanation.source = pathOf(tree, *node, QStringLiteral("reasoning"));
}

void takeDecisions(Explanation &explanation, const PayloadTree &tree)
{
    const auto list = tree.member(PayloadTree::kRoot, u"decisions");
    if (!list)
        return;
    explanation.decisions = readDecisions(tree, *list);
    const Decisions &decisions = explanation.decisions;
    if (decisions.items.empty())
        return;
    if (!explanation.countIn)
        explanation.countIn = static_cast<qint64>(decisions.items.size()) + decisions.unreadable;
    if (!explanation.countOut)
        explanation.countOut = decisions.kept + decisions.selected;
}

} // namespace

Explanation explain(const StepDetail &detail)
{
    const auto tree = PayloadTree::parse(detail.payloads.reasoning);
    return explain(detail.step, tree ? tree->get() : nullptr);
}

Explanation explain(const Step &step, const PayloadTree *reasoning)
{
    Explanation explanation;
    explanation.countIn = step.countIn;
    explanation.countOut = step.countOut;
    if (reasoning != nullptr && reasoning->kind(PayloadTree::kRoot) == ValueKind::Object) {
        takeWords(explanation, *reasoning);
        takeDecisions(explanation, *reasoning);
    }
    return explanation;
}

QString sentenceFor(const Decisions &decisions)
{
    if (decisions.items.empty())
        return {};
    QStringList rules;
    for (const RuleSummary &rule : decisions.rules) {
        if (rule.dropped > 0 && !rule.rule.isEmpty() && rules.size() < kRulesInSentence)
            rules += QStringLiteral("%1 by %2").arg(formatCount(rule.dropped), rule.rule);
    }
    const auto total = static_cast<qint64>(decisions.items.size());
    const QString sentence = QStringLiteral("Dropped %1 of %2 items")
                                 .arg(formatCount(decisions.dropped), formatCount(total));
    return rules.isEmpty()
               ? sentence + u'.'
               : sentence + QStringLiteral(": ") + rules.join(QStringLiteral(", ")) + u'.';
}

QStringList Explanation::headline() const
{
    if (!paragraphs.isEmpty())
        return paragraphs;
    const QString sentence = sentenceFor(decisions);
    if (!sentence.isEmpty())
        return {sentence};
    return {QStringLiteral("This step logged no reasoning.")};
}

} // namespace xray::items
