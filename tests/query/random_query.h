// SPDX-License-Identifier: GPL-3.0-or-later
// Random queries and the random runs they ask about, the same for the same seed. Names and values
// come from small pools, so that conditions meet data. Owned by the test, any thread.
#pragma once

#include <model/core/execution.h>
#include <model/query/tree.h>

#include <QRandomGenerator>

#include <vector>

namespace xray::test {

class RandomQueries
{
public:
    explicit RandomQueries(quint32 seed)
        : m_random(seed)
    {
    }

    /// Well typed, at most `depth` deep, simplified; now and then without any condition.
    [[nodiscard]] query::Query next(query::Subject subject, int depth = 3);

private:
    [[nodiscard]] query::NodePtr node(query::Subject scope, int depth);
    [[nodiscard]] query::NodePtr stepTest(int depth);
    [[nodiscard]] query::NodePtr condition(query::Subject scope);
    [[nodiscard]] query::Field field(query::Subject scope);
    [[nodiscard]] query::Value value(const query::Field &field, query::Operator op,
                                     query::Subject scope);
    [[nodiscard]] int below(int bound) { return m_random.bounded(bound); }
    template<class Pool>
    [[nodiscard]] auto oneOf(const Pool &pool)
    {
        return pool[static_cast<std::size_t>(below(static_cast<int>(std::size(pool))))];
    }

    QRandomGenerator m_random;
};

/// When the queries are asked, and so the middle of the times of the runs.
inline constexpr TimeNs kQueryNow = 1'767'225'600 * kNsPerSecond;

} // namespace xray::test
