// SPDX-License-Identifier: GPL-3.0-or-later
// How figures are taken: a stopwatch, medians and percentiles, and a measurement and its yardstick
// in turns, so that whatever the machine does besides meets both. Plain functions, any thread.
#pragma once

#include <model/core/ports.h>

#include <chrono>
#include <vector>

namespace xray::bench {

using Clock = std::chrono::steady_clock;

class Stopwatch
{
public:
    [[nodiscard]] double seconds() const
    {
        return std::chrono::duration<double>(Clock::now() - m_start).count();
    }
    [[nodiscard]] double milliseconds() const { return 1e3 * seconds(); }

private:
    Clock::time_point m_start = Clock::now();
};

/// The sample that `share` (0 to 1) of all samples do not exceed (nearest rank); 0 of none.
[[nodiscard]] double percentile(std::vector<double> samples, double share);
[[nodiscard]] inline double median(std::vector<double> samples)
{
    return percentile(std::move(samples), 0.5);
}

/// The medians of a measurement and of its yardstick.
struct Compared
{
    double value = 0;
    double limit = 0;
};

/// Takes both in turns, A B A B, each `repetitions` times. Either returns Result<double>; the first
/// that fails ends it.
template<class Measured, class Yardstick>
[[nodiscard]] Result<Compared> compare(int repetitions, Measured &&measured, Yardstick &&yardstick)
{
    std::vector<double> values;
    std::vector<double> limits;
    for (int i = 0; i < repetitions; ++i) {
        Result<double> value = measured();
        if (!value)
            return value.error();
        Result<double> limit = yardstick();
        if (!limit)
            return limit.error();
        values.push_back(*value);
        limits.push_back(*limit);
    }
    return Compared{median(std::move(values)), median(std::move(limits))};
}

/// Waits for a reader's answer.
template<class T>
[[nodiscard]] Answered<T> await(Answer<T> answer)
{
    answer.waitForFinished();
    return answer.result();
}

/// How long, in milliseconds, `ask` takes to be answered.
template<class Ask>
[[nodiscard]] Result<double> answerTime(Ask &&ask)
{
    const Stopwatch watch;
    const auto answer = await(ask());
    if (!answer)
        return answer.error();
    return watch.milliseconds();
}

} // namespace xray::bench
