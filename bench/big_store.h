// SPDX-License-Identifier: GPL-3.0-or-later
// Stores too large to be logged step by step: filled by single statements of raw SQL on the real
// schema, without steps being admitted. They stay as long as the context's folder of stores does,
// so that groups share them. Plain functions that block their caller.
#pragma once

#include "bench/groups.h"

namespace xray::bench {

/// Runs in the big store: as told, or 1,000,000, quick 100,000.
[[nodiscard]] inline int bigStoreRuns(const Context &context)
{
    return context.runs.value_or(context.scaled(1'000'000));
}

/// Path of the store of bigStoreRuns() runs with context.stepsPerRun steps each; made on first use.
[[nodiscard]] Result<QString> bigStore(const Context &context);

/// Path of a new store of a few runs, for loads that change it.
[[nodiscard]] Result<QString> storeForLoad(const Context &context, const char *name);
/// Path of a store of so many runs without steps; made on first use.
[[nodiscard]] Result<QString> storeOfRuns(const Context &context, int runs);
/// Path of a store of one run of so many steps, each with three metrics; made on first use.
[[nodiscard]] Result<QString> storeOfOneRun(const Context &context, int steps);

} // namespace xray::bench
