// SPDX-License-Identifier: GPL-3.0-or-later
// The store's writer under full load. Used by the groups that measure it or are measured against
// it; blocks its caller.
#pragma once

#include <model/core/event.h>

#include <vector>

namespace xray::store {
class Store;
}

namespace xray::bench {

/// Opens a store in a new file.
[[nodiscard]] Result<std::unique_ptr<store::Store>> openStore(const QString &path);

/// Removes the file of a closed store and its log.
void removeStore(const QString &path);

/// Puts all submissions through the store's sink, always keeping some queued, and returns the
/// seconds until the last was durable. Any refusal is an error.
[[nodiscard]] Result<double> commitAll(store::Store &store, std::vector<Submission> submissions);

/// The same with a store of its own that is removed afterwards: steps a second, for submissions of
/// kStepsPerBody steps.
[[nodiscard]] Result<double> writerStepsPerSecond(const QString &path,
                                                  std::vector<Submission> submissions);

} // namespace xray::bench
