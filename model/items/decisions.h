// SPDX-License-Identifier: GPL-3.0-or-later
// What a step decided about single items, as its reasoning_payload.decisions says: each decision,
// how many each rule dropped, and one reason as an example. Plain values made by pure functions,
// usable from any thread.
#pragma once

#include "model/items/payload_tree.h"

#include <model/core/execution.h>

#include <optional>
#include <vector>

namespace xray::items {

[[nodiscard]] const char *toWord(DecisionAction action) noexcept;
[[nodiscard]] std::optional<DecisionAction> decisionActionFromWord(std::string_view word) noexcept;

struct Decision
{
    QString item; ///< its name, else its id
    QString itemId;
    DecisionAction action = DecisionAction::Kept;
    std::optional<double> score;
    std::optional<double> rank;
    QString rule;   ///< empty when none was named
    QString reason; ///< empty when none was given

    friend bool operator==(const Decision &, const Decision &) = default;
};

/// What one rule did.
struct RuleSummary
{
    QString rule; ///< empty for decisions that name none
    qint64 kept = 0;
    qint64 dropped = 0;
    qint64 selected = 0;
    QString exampleItem;
    QString exampleReason; ///< of exampleItem; empty when no decision of the rule gave one

    [[nodiscard]] qint64 total() const { return kept + dropped + selected; }
};

struct Decisions
{
    std::vector<Decision> items;
    std::vector<RuleSummary> rules; ///< by what they dropped, then by total, largest first
    qint64 kept = 0;
    qint64 dropped = 0;
    qint64 selected = 0;
    /// Entries that are no object, name no item or no known action: not among `items`.
    qint64 unreadable = 0;
};

/// The entries of the array `list`. Anything else than an array is one unreadable entry.
[[nodiscard]] Decisions readDecisions(const PayloadTree &tree, PayloadTree::Node list);

} // namespace xray::items
