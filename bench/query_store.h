// SPDX-License-Identifier: GPL-3.0-or-later
// A store to be asked questions: so many steps of five types with four metrics and about a kilobyte
// of words, the same for the same seed; filled by the C API on the real schema, without being
// admitted. Kept in the context's folder of stores. Plain function that blocks its caller.
#pragma once

#include "bench/groups.h"

namespace xray::bench {

inline constexpr int kQueryStepsPerRun = 10;
/// One step in this many says kRareText.
inline constexpr int kRareEvery = 20'000;
inline constexpr char kRareText[] = "MacBook Stand";

[[nodiscard]] Result<QString> queryStore(const Context &context, int steps);

} // namespace xray::bench
