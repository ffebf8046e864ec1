// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/sampling.h"

#include <algorithm>
#include <cmath>

namespace xray::bench {

double percentile(std::vector<double> samples, double share)
{
    if (samples.empty())
        return 0;
    const auto count = static_cast<double>(samples.size());
    const double rank = std::clamp(std::ceil(share * count) - 1, 0.0, count - 1);
    const auto place = samples.begin() + static_cast<std::ptrdiff_t>(rank);
    std::ranges::nth_element(samples, place);
    return *place;
}

} // namespace xray::bench
