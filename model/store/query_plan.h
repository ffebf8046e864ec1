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

/// Conditions of steps to which an index leads: of each, every run that matches has a step that
/// meets it.
[[nodiscard]] std::vector<query::NodePtr> neededSteps(const query::NodePtr &runWhere);

/// What must hold of the run itself for it to match, as far as its own columns tell; null when
/// nothing must.
[[nodiscard]] query::NodePtr ownConditions(const query::NodePtr &runWhere);

} // namespace xray::store
