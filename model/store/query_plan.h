// SPDX-License-Identifier: GPL-3.0-or-later
// What the store's indexes can do for a query's tree, before anything is read. Pure values and
// functions, any thread.
#pragma once

#include "model/store/text_index.h"

#include <model/query/source.h>

#include <optional>
#include <vector>

namespace xray::store {

/// A metric that must lie in a range; both ends belong to it, so it may let too much through.
struct MetricRange
{
    QString metric;
    double low = 0;
    double high = 0;
};

/// Of a condition on a metric; nothing for one that no range follows from.
[[nodiscard]] std::optional<MetricRange> rangeOf(const query::Condition &condition);

/// Ranges of metrics that all must hold of a step that matches.
[[nodiscard]] std::vector<MetricRange> neededRanges(const query::NodePtr &where);

/// A condition that some step of every run that matches must meet and to which the text index
/// leads; null when there is none. (Where metrics lead is known to model/query.)
[[nodiscard]] query::NodePtr neededStep(const query::NodePtr &runWhere);

} // namespace xray::store
