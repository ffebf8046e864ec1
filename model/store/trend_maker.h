// SPDX-License-Identifier: GPL-3.0-or-later
// Turns matches into a trend: buckets of time, one series for each value of the split. Plain
// values, pure, any thread.
#pragma once

#include <model/query/source.h>

#include <map>
#include <optional>
#include <vector>

namespace xray::store {

/// What a trend needs to know of a match.
struct TrendMatch
{
    TimeNs startedAt = 0;
    bool failed = false;
    std::optional<DurationNs> duration;
    std::vector<double> metrics; ///< of a run: those of its steps
    QString split;
};

/// Series that the question has no room for are left out, the smallest first. A bucket is at least
/// 1 ms long.
[[nodiscard]] query::Trend makeTrend(const query::TrendQuestion &question,
                                     std::vector<TrendMatch> matches);

/// The value below which that part of the values lies (nearest rank); reorders them. They must not
/// be empty.
template<class T>
[[nodiscard]] T percentile(std::vector<T> &values, double part)
{
    const auto rank = static_cast<std::ptrdiff_t>(part * double(values.size() - 1) + 0.5);
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[static_cast<std::size_t>(rank)];
}

/// Equal widths from the least value to the largest, which may be one and the same. `bounds` are
/// those of all values when these are only some of them.
[[nodiscard]] query::Distribution
makeDistribution(const std::vector<double> &values, int buckets,
                 std::optional<std::pair<double, double>> bounds = {});

} // namespace xray::store
