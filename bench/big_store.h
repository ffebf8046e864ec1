// SPDX-License-Identifier: GPL-3.0-or-later
// Stores too large to be logged step by step: filled by single statements of raw SQL on the real
// schema, without steps being admitted. They stay until the context's folder goes, so that groups
// share them. Plain functions that block their caller.
#pragma once

#include "bench/groups.h"

namespace xray::bench {

/// Runs in the big store: 1,000,000, quick 100,000.
[[nodiscard]] inline int bigStoreRuns(const Context &context)
{
    return context.scaled(1'000'000);
}

/// Path of a store of so many runs without steps; made on first use.
[[nodiscard]] Result<QString> storeOfRuns(const Context &context, int runs);
/// Path of a store of one run of so many steps, each with three metrics; made on first use.
[[nodiscard]] Result<QString> storeOfOneRun(const Context &context, int steps);

} // namespace xray::bench
