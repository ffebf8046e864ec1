// SPDX-License-Identifier: GPL-3.0-or-later
// Why a step did what it did, in words first: the reasoning it logged as text, what it kept and
// dropped by which rule, and what it made of its candidates. Made from a step's detail by a pure
// function off the GUI thread; immutable afterwards.
#pragma once

#include "model/items/decisions.h"
#include "model/items/payload_tree.h"

#include <model/core/execution.h>

#include <QStringList>

#include <optional>

namespace xray::items {

struct Explanation
{
    /// The reasoning as logged, one entry a paragraph; empty when the step logged no words.
    QStringList paragraphs;
    /// JSON path of those words, for example "reasoning.reason"; empty without any.
    QString source;
    Decisions decisions;
    std::optional<qint64> countIn;  ///< as stated by the step, else the number of decisions
    std::optional<qint64> countOut; ///< as stated, else how many were kept or selected

    [[nodiscard]] bool hasDecisions() const
    {
        return !decisions.items.empty() || decisions.unreadable > 0;
    }
    /// What stands at the top: the reasoning, else what the decisions amount to, else that nothing
    /// was logged. Never empty.
    [[nodiscard]] QStringList headline() const;
};

/// The words come from the first of these members of reasoning_payload that holds text (whatever
/// its case): reasoning, reason, explanation, why, rationale, justification, thought, thoughts,
/// analysis, summary, message, text, note; else the longest string outside decisions and prompts.
/// A reasoning_payload that is not JSON explains nothing.
[[nodiscard]] Explanation explain(const StepDetail &detail);

/// The same from a reasoning_payload that is already parsed; null when there is none.
[[nodiscard]] Explanation explain(const Step &step, const PayloadTree *reasoning);

/// "Dropped 45 of 50 items: 31 by brand_exclude, 14 by price_range." Empty without decisions.
[[nodiscard]] QString sentenceFor(const Decisions &decisions);

} // namespace xray::items
