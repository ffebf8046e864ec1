// SPDX-License-Identifier: GPL-3.0-or-later
// Makes up two weeks of runs of a shop's pipelines, one of them the incident of the documentation.
// A pure function of its options, on its caller's thread; nothing is kept between runs.
#pragma once

#include <model/core/event.h>

#include <functional>
#include <vector>

namespace xray::app {

inline constexpr int kDefaultDemoRuns = 2'150;
inline constexpr DurationNs kDemoPeriod = 14 * kNsPerDay;

struct DemoOptions
{
    quint64 seed = 1;
    int runs = kDefaultDemoRuns; ///< the incident is among them, however few there are
    TimeNs endTime = 0;          ///< the newest runs are going on at this time
};

/// Hands over the events of one run after the other, oldest run first. The same options give the
/// same events, ids included.
void generateDemoRuns(const DemoOptions &options,
                      const std::function<void(std::vector<Event>)> &takeRun);

} // namespace xray::app
