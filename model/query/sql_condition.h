// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes of a query as SQL conditions over the aliases s (execution_steps) and e (executions). None
// is ever NULL, so that NOT means what it means in memory. Inner to this layer; pure.
#pragma once

#include "model/query/conditions.h"
#include "model/query/sql.h"

namespace xray::query {

/// What is being written: the values so far, and what the text depends on.
class SqlWriter
{
public:
    SqlWriter(Dialect dialect, TimeNs now, const PlanHints &hints)
        : m_dialect(dialect)
        , m_now(now)
        , m_hints(hints)
    {
    }

    [[nodiscard]] Dialect dialect() const { return m_dialect; }
    [[nodiscard]] TimeNs now() const { return m_now; }
    [[nodiscard]] const PlanHints &hints() const { return m_hints; }

    /// The placeholder of a new parameter.
    [[nodiscard]] QByteArray bind(SqlValue value);
    /// An empty text stays a text: a null QByteArray would be bound as NULL by many.
    [[nodiscard]] QByteArray bind(const QString &text)
    {
        return bind(SqlValue(text.isEmpty() ? QByteArray("") : text.toUtf8()));
    }
    /// Text of another with its own parameters, renumbered to follow ours.
    [[nodiscard]] QByteArray included(const SqlText &other);

    [[nodiscard]] std::vector<SqlValue> takeValues() { return std::move(m_values); }

private:
    Dialect m_dialect;
    TimeNs m_now;
    const PlanHints &m_hints;
    std::vector<SqlValue> m_values;
};

/// Where a condition stands: which aliases there are, and what is known of the step.
struct SqlScope
{
    Subject subject = Subject::Steps;  ///< Steps: s and e; Runs: e alone
    std::optional<StepType> type = {}; ///< of s, when it is known
    QByteArray step = "s.id";          ///< expression of the step's id
};

[[nodiscard]] QByteArray conditionSql(const NodePtr &node, SqlWriter &writer, SqlScope scope);
/// Joined by AND, cheap ones first; "TRUE" when there are none.
[[nodiscard]] QByteArray conjunctionSql(std::vector<NodePtr> conjuncts, SqlWriter &writer,
                                        SqlScope scope);
/// `expression op values` of a condition on a number.
[[nodiscard]] QByteArray numberSql(const QByteArray &expression, const Condition &condition,
                                   SqlWriter &writer);

} // namespace xray::query
