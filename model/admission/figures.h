// SPDX-License-Identifier: GPL-3.0-or-later
// What admission derives from a step's payloads: metrics, counts, and the issues these show.
// Inner to this layer; pure, called on the store writer's thread.
#pragma once

#include "model/admission/records.h"

namespace xray::admission {

/// How far a stated percentage_eliminated may be from what the counts say, in points of a hundred:
/// senders round.
inline constexpr double kPercentageTolerance = 0.5;

/// Fills in metrics, countIn, countOut and issues from what the step says of itself.
void deriveFigures(StepRecord &step);

} // namespace xray::admission
