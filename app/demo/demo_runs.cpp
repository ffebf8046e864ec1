// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_runs.h"

#include "app/demo/incident.h"
#include "app/demo/pipelines.h"
#include "app/demo/special_runs.h"

#include <algorithm>

namespace xray::app {

namespace {

/// Runs going on at the end of the demo, if there are enough of them to spare these.
constexpr int kRunningRuns = 3;
constexpr int kEnoughRuns = 20;
constexpr int kAbandonedEvery = 311;
/// Ordinary runs are over by the end of the demo.
constexpr DurationNs kQuietBeforeEnd = 5 * kNsPerMinute;
constexpr DurationNs kLocalEnd = 9 * kNsPerHour + 41 * kNsPerMinute + 7 * kNsPerSecond;

using Pipeline = std::vector<Event> (*)(const RunPlan &);

/// Working hours are three times as busy as the others. They are those of a place where the demo
/// ends at kLocalEnd, so that the same seed gives the same runs at any time of day.
bool isLikely(Random &random, DurationNs beforeEnd)
{
    const auto hour = (kDemoPeriod + kLocalEnd - beforeEnd) / kNsPerHour % 24;
    return (hour >= 7 && hour < 19) || random.chance(1.0 / 3);
}

/// When each run starts, oldest first.
std::vector<TimeNs> startTimes(const DemoOptions &options)
{
    Random random(options.seed);
    const auto period = static_cast<double>(kDemoPeriod - kQuietBeforeEnd);
    std::vector<TimeNs> times;
    while (static_cast<int>(times.size()) < options.runs) {
        const auto beforeEnd = kQuietBeforeEnd + static_cast<DurationNs>(random.unit() * period);
        if (isLikely(random, beforeEnd))
            times.push_back(options.endTime - beforeEnd);
    }
    std::ranges::sort(times);
    for (int i = 0; options.runs >= kEnoughRuns && i < kRunningRuns; ++i)
        times[times.size() - 1 - static_cast<std::size_t>(i)] =
            options.endTime - (8 + 11 * i) * kNsPerSecond;
    return times;
}

Pipeline ordinary(Random &random)
{
    const double which = random.unit();
    if (which < 0.30)
        return competitorSelection;
    if (which < 0.50)
        return competitorDiscovery;
    if (which < 0.70)
        return listingOptimization;
    return which < 0.86 ? categorization : supportAgent;
}

/// The pipeline of the n-th run. Special ones have fixed places, so that every seed has them.
Pipeline pipelineOf(int n, int runs, Random &random)
{
    if (n == runs * 2 / 3)
        return incident;
    if (runs < kEnoughRuns)
        return ordinary(random);
    if (n >= runs - kRunningRuns)
        return stillRunning;
    if (n == runs / 5 || n == runs * 3 / 4)
        return nightlyBatch;
    if (n == runs / 2)
        return catalogueImport;
    return n % kAbandonedEvery == 7 ? abandoned : ordinary(random);
}

/// Each run has its own chance, so that a change to one pipeline leaves the other runs as they are.
quint64 seedOf(quint64 seed, int n)
{
    return (seed + 1) * 0x9e3779b97f4a7c15ULL ^
           (static_cast<quint64>(n) + 1) * 0xbf58476d1ce4e5b9ULL;
}

} // namespace

void generateDemoRuns(const DemoOptions &options,
                      const std::function<void(std::vector<Event>)> &takeRun)
{
    const std::vector<TimeNs> times = startTimes(options);
    for (int n = 0; n < options.runs; ++n) {
        Random random(seedOf(options.seed, n));
        const Pipeline pipeline = pipelineOf(n, options.runs, random);
        const TimeNs startedAt = times[static_cast<std::size_t>(n)];
        const double age = static_cast<double>(options.endTime - startedAt) / kDemoPeriod;
        takeRun(pipeline({random, startedAt, age}));
    }
}

} // namespace xray::app
