// SPDX-License-Identifier: GPL-3.0-or-later
// Chance that repeats: the same seed gives the same data with every compiler, which the standard
// library's distributions do not promise. One per generation, on its caller's thread.
#pragma once

#include <QtGlobal>

#include <algorithm>
#include <iterator>
#include <random>

namespace xray::app {

class Random
{
public:
    explicit Random(quint64 seed)
        : m_engine(seed)
    {
    }

    [[nodiscard]] quint64 bits() { return m_engine(); }
    /// From 0 to below 1.
    [[nodiscard]] double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
    [[nodiscard]] bool chance(double probability) { return unit() < probability; }
    [[nodiscard]] double between(double low, double high) { return low + (high - low) * unit(); }
    /// Both ends included.
    [[nodiscard]] int between(int low, int high)
    {
        return low + static_cast<int>(bits() % static_cast<quint64>(high - low + 1));
    }
    /// About normal around `mean`, never further away than 3 times `spread`.
    [[nodiscard]] double around(double mean, double spread)
    {
        const double sum = unit() + unit() + unit() + unit() + unit() + unit();
        return mean + (sum - 3) * spread;
    }
    template<class List>
    [[nodiscard]] const auto &oneOf(const List &list)
    {
        return *std::next(std::begin(list), static_cast<qptrdiff>(bits() % std::size(list)));
    }

private:
    std::mt19937_64 m_engine;
};

/// Rounded to thousandths, as people log scores.
[[nodiscard]] inline double score(double value)
{
    return static_cast<double>(qRound64(std::clamp(value, 0.0, 1.0) * 1000)) / 1000;
}

} // namespace xray::app
