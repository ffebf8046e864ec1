// SPDX-License-Identifier: GPL-3.0-or-later
// Where the ruler above the timeline has its ticks and what they say. Free functions over plain
// values, usable from any thread; how wide a text is drawn is for the caller to know.
#pragma once

#include "model/timeline/coordinates.h"

#include <QString>

#include <functional>
#include <vector>

namespace xray::timeline {

struct Tick
{
    TimeNs time = 0; ///< since the epoch
    double x = 0;    ///< pixels from the left of the ruler
    QString label;
};

/// The drawn width of a label in pixels.
using LabelWidth = std::function<double(const QString &)>;

/// The ticks within the range, at round distances from `origin` (the start of the run): 1, 2 or 5
/// times a power of ten below a minute, and round parts of minutes, hours and days above. They are
/// as dense as their labels allow without touching each other. The first and the last label carry
/// the unit; a label that the end of the ruler would cut is empty. None for a ruler without width
/// or duration.
[[nodiscard]] std::vector<Tick> rulerTicks(const Coordinates &coordinates, TimeNs origin,
                                           const LabelWidth &labelWidth);

/// One time as the ruler would label it between ticks: with enough digits to tell two neighbouring
/// pixels apart, and with its unit.
[[nodiscard]] QString preciseOffset(const Coordinates &coordinates, TimeNs origin, TimeNs time);

} // namespace xray::timeline
