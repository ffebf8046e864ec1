// SPDX-License-Identifier: GPL-3.0-or-later
// The table of cases that every executor must agree on, cases.json: runs, queries over them, and
// the rows each finds. Read anew by each object; values, any thread.
#pragma once

#include "tests/query/query_data.h"

namespace xray::test {

struct QueryCase
{
    QString text;
    QStringList rows; ///< labels, in the order of the answer
};

class QueryCases
{
public:
    /// A file that cannot be read ends the test.
    QueryCases();

    [[nodiscard]] const QueryData &data() const { return m_data; }
    [[nodiscard]] const std::vector<QueryCase> &cases() const { return m_cases; }

private:
    QueryData m_data;
    std::vector<QueryCase> m_cases;
};

/// Of a text that is known to be right.
[[nodiscard]] query::Query queryOf(const QString &text);

} // namespace xray::test
