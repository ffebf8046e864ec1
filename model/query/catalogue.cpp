// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/catalogue.h"

#include <algorithm>

namespace xray::query {

const MetricInfo *Catalogue::metric(QStringView name) const
{
    const auto found = std::find_if(metrics.begin(), metrics.end(),
                                    [&](const MetricInfo &info) { return info.name == name; });
    return found == metrics.end() ? nullptr : &*found;
}

} // namespace xray::query
