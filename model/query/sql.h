// SPDX-License-Identifier: GPL-3.0-or-later
// A query as SQL text with bound values, for an executor in the store. What a person typed reaches
// SQL as a bound value only. The plan (which condition drives, what is looked up, what is scanned)
// is decided here, from what the store's statistics say. Pure functions, any thread.
//
// The SQLite text relies on these functions, which the store registers on each connection; all are
// deterministic. The functions of json_path.h are their meaning: register those.
//
//   xray_text_has(text, needle)        0 or 1: substring, both simpleCaseFolded(); of NULL 0
//   xray_json_has(json, needle)        0 or 1: jsonHasText() with an empty path; of NULL 0
//   xray_json_has_at(json, path, needle)  0 or 1: jsonHasText(); of NULL 0
//   xray_json_number(json, path)       REAL, or NULL when there is no number at the path
//   xray_json_string(json, path)       TEXT, or NULL when there is no string at the path
//   xray_json_flag(json, path)         0 or 1, or NULL when there is neither true nor false
//   xray_json_exists(json, path)       0 or 1: something other than null is at the path; of NULL 0
//   xray_matches(text, pattern)        0 or 1: QRegularExpression(pattern) finds a match;
//                                      of NULL 0
//
// The Postgres text calls functions of the same names and meanings, which belong to its schema.
#pragma once

#include "model/query/source.h"

#include <QByteArray>

#include <functional>
#include <variant>

namespace xray::query {

enum class Dialect { Sqlite, Postgres };

/// NULL, an integer, a real, a UTF-8 text, or a uuid (16 bytes to SQLite).
using SqlValue = std::variant<std::monostate, qint64, double, QByteArray, Uuid>;

struct SqlText
{
    QByteArray sql;               ///< parameters are ?1 ?2 … for SQLite, $1 $2 … for Postgres
    std::vector<SqlValue> values; ///< one per parameter, in order
    PlanNote plan;
};

/// Ids of steps that may contain a text, as the store's text index has them: each arm is a SELECT
/// of one column `id` without ORDER BY or LIMIT, its parameters numbered from 1, that can give its
/// rows in descending order of id without sorting; arms have no id in common. Together they yield
/// every step that has the text in a payload, and perhaps others: all are looked at again.
struct TextCandidates
{
    std::vector<SqlText> arms;
    std::optional<qint64> estimate; ///< how many there are, when that is known
};

/// What is known of the data, to choose a plan. Everything may be absent; the answer is the same.
struct PlanHints
{
    qint64 steps = 0; ///< stored in all; 0: unknown
    /// About how many steps satisfy a condition on a metric, of that type or of any.
    std::function<std::optional<qint64>(const Condition &, std::optional<StepType>)> metricMatches;
    /// The index for a text as it was typed; nothing when it cannot help (too short, no index).
    std::function<std::optional<TextCandidates>(const QString &needle)> textCandidates;
};

/// One column: the row ids of the steps of the page, latest first. At most question.limit + 1 rows,
/// so that the last tells whether there are more.
[[nodiscard]] SqlText compileSteps(const StepQuestion &question, Dialect dialect,
                                   const PlanHints &hints = {});

/// One column: the row ids of the runs of the page, by start, newest first, ties by uuid
/// descending; question.limit + 1 likewise. Deleted runs are none.
[[nodiscard]] SqlText compileRuns(const RunQuestion &question, Dialect dialect,
                                  const PlanHints &hints = {});

/// One row, one column: how many there are, at most question.cap + 1, of either subject.
[[nodiscard]] SqlText compileCount(const CountQuestion &question, Dialect dialect,
                                   const PlanHints &hints = {});

/// Those of these steps (or runs) that match, in the same order: for watches.
[[nodiscard]] SqlText compileStepsAmong(const Query &query, TimeNs now,
                                        const std::vector<StepRow> &rows, Dialect dialect);

/// What must hold of a row, as one expression over `execution_steps s` and its `executions e` (of a
/// run query: over `executions e`), for an executor that chooses the rows itself. That runs may be
/// deleted is its business too.
[[nodiscard]] SqlText compileCondition(const Query &query, TimeNs now, Dialect dialect);

/// Every match as a subquery "(SELECT … AS id …)" without order or limit, for statistics over them;
/// of a step query ids of steps, else of runs.
[[nodiscard]] SqlText compileAll(const Query &query, TimeNs now, Dialect dialect,
                                 const PlanHints &hints = {});

/// About how many steps are found by the condition that leads, before others are asked of them;
/// nothing when that is not known, as of a scan.
[[nodiscard]] std::optional<qint64> expectedSteps(const Query &query, const PlanHints &hints);

/// How it would be answered, a line a thought, for `explain`.
[[nodiscard]] QStringList explainPlan(const Query &query, const PlanHints &hints = {});

} // namespace xray::query
