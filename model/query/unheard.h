// SPDX-License-Identifier: GPL-3.0-or-later
// Reasons to find nothing that are no mistakes. Pure, any thread.
#pragma once

#include "model/query/catalogue.h"
#include "model/query/tree.h"

namespace xray::query {

/// Names of steps and pipelines that a condition asks for and nothing has: they may still come. A
/// line for people each, with the nearest name that there is.
[[nodiscard]] QStringList unheardNames(const Query &query, const Catalogue &catalogue);

} // namespace xray::query
