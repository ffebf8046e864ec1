// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers a span tells: tokens, cost, scores, what filters eliminated, and every other finite
// number among its attributes. Inner to this layer; pure, any thread.
#pragma once

#include "model/otlp/json_value.h"
#include "model/otlp/rules.h"

#include <model/core/metric.h>

#include <vector>

namespace xray::otlp {

struct Figure
{
    QByteArray name;
    double value = 0;
};

/// Names are unique, the first value of each counts; at most kMaxMetricsPerStep.
class Figures
{
public:
    void add(QByteArrayView name, std::optional<double> value);
    [[nodiscard]] std::optional<double> find(QByteArrayView name) const;
    [[nodiscard]] const std::vector<Figure> &all() const { return m_all; }

private:
    std::vector<Figure> m_all;
};

/// `span` is that of the normal form, `output` its output payload.
[[nodiscard]] Figures figuresOf(const Value &span, const Value &output,
                                const std::vector<MetricRule> &rules);

} // namespace xray::otlp
