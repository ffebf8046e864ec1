// SPDX-License-Identifier: GPL-3.0-or-later
// What a span decided about single items: found in the documents of retrievals and rerankings, and
// in the lists that filters and rankings were given and gave back. Inner to this layer; pure.
#pragma once

#include "model/otlp/json_value.h"

#include <model/core/execution.h>

#include <vector>

namespace xray::otlp {

/// Decisions of one step that are kept; the counts are of all.
inline constexpr std::size_t kMaxDecisions = 1000;

struct Document
{
    QByteArray id;
    QByteArray name; ///< its title, or how its content begins
    std::optional<double> score;
};

struct Decision
{
    Document item;
    DecisionAction action = DecisionAction::Kept;
    qint64 rank = 0; ///< from 1; 0: none
    QByteArray rule;
    QByteArray reason;
};

/// What a step made of a list.
struct Selection
{
    std::vector<Decision> decisions;
    std::optional<qint64> total;     ///< items that came in
    std::optional<qint64> remaining; ///< items that came out

    /// How much of what came in did not come out, in percent; nothing when that is unknown.
    [[nodiscard]] std::optional<double> percentageEliminated() const;
};

/// `in` may be empty: then all that is known is what came out, best first.
[[nodiscard]] Selection selectionOf(const std::vector<Document> &in,
                                    const std::vector<Document> &out);

/// From the payloads of a filter or a ranking; empty when they show no lists.
[[nodiscard]] Selection selectionOf(StepType type, const Value &input, const Value &output);

/// The item an object or a text names.
[[nodiscard]] Document documentOf(const Value &item);

/// As reasoning_payload.decisions has it; empty when there are none.
[[nodiscard]] JsonText decisionsText(const std::vector<Decision> &decisions);

} // namespace xray::otlp
