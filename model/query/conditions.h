// SPDX-License-Identifier: GPL-3.0-or-later
// What a tree is made of, for those who look at its conditions one by one. Pure functions, any
// thread.
#pragma once

#include "model/query/tree.h"

#include <vector>

namespace xray::query {

/// The nodes that must all hold for this one to hold.
[[nodiscard]] std::vector<NodePtr> conjunctsOf(const NodePtr &node);

/// Every condition, in the order of the text, those inside any(…) too; as long as the tree lives.
[[nodiscard]] std::vector<const Condition *> conditionsOf(const NodePtr &node);

} // namespace xray::query
