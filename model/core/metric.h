// SPDX-License-Identifier: GPL-3.0-or-later
// A metric: a finite number that a step logged about its decision, by dotted name.
#pragma once

#include <QString>

namespace xray {

/// At most this many metrics of one step are kept as metrics; the payload keeps everything.
inline constexpr int kMaxMetricsPerStep = 64;

struct Metric
{
    QString name; ///< dotted path below reasoning_payload, or the name of a derived figure
    double value = 0;

    friend bool operator==(const Metric &, const Metric &) = default;
};

} // namespace xray
