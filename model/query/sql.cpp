// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/sql.h"

#include "model/query/language.h"
#include "model/query/sql_steps.h"

#include <algorithm>

namespace xray::query {

namespace {

/// The SELECTs of the arms, their lists made by `list(arm)`.
template<class List>
QByteArray selects(const std::vector<StepArm> &arms, List &&list)
{
    QByteArrayList texts;
    for (const StepArm &arm : arms)
        texts += "SELECT " + list(arm) + arm.rest;
    return texts.isEmpty() ? QByteArray("SELECT NULL AS id, NULL AS zone WHERE FALSE")
                           : texts.join(" UNION ALL ");
}

QByteArray idAndZone(const StepArm &arm)
{
    return arm.id + " AS id, " + arm.zone + " AS zone";
}

/// The runs that match, in no order: " FROM … WHERE …".
QByteArray runsSql(const Query &query, SqlWriter &writer)
{
    return " FROM executions e WHERE e.purge_at IS NULL AND " +
           conjunctionSql(conjunctsOf(query.where), writer, {Subject::Runs, {}});
}

QByteArray limited(qint64 count, SqlWriter &writer)
{
    return " LIMIT " + writer.bind(SqlValue(count));
}

bool looksAtSteps(const NodePtr &node)
{
    if (!node)
        return false;
    if (const auto *condition = std::get_if<Condition>(&node->is))
        return condition->field.id == FieldId::Text;
    if (const auto *negation = std::get_if<Negation>(&node->is))
        return looksAtSteps(negation->child);
    const auto *group = std::get_if<Group>(&node->is);
    return !group || std::any_of(group->children.begin(), group->children.end(), looksAtSteps);
}

/// Whether a conjunct that needs steps is found by an index, so that few runs are looked at.
bool isCollected(const NodePtr &node, const PlanHints &hints)
{
    const auto *test = std::get_if<StepTest>(&node->is);
    if (!test || test->quantifier != StepTest::Quantifier::Any)
        return false;
    const StepDriver driver = chooseDriver(conjunctsOf(test->child), hints);
    return driver.kind != StepDriver::Kind::Scan &&
           driver.estimate.value_or(kMaxCollected + 1) <= kMaxCollected;
}

PlanNote runNote(const Query &query, const PlanHints &hints)
{
    const auto conjuncts = conjunctsOf(query.where);
    const bool collected = std::any_of(conjuncts.begin(), conjuncts.end(),
                                       [&](const auto &node) { return isCollected(node, hints); });
    if (collected)
        return {QStringLiteral("the runs of the steps that an index finds"), false};
    if (looksAtSteps(query.where))
        return {QStringLiteral("scan: every run is looked at with its steps, newest first"), true};
    return {QStringLiteral("runs by their own fields, newest first"), false};
}

PlanNote noteOf(const Query &query, const PlanHints &hints)
{
    if (query.subject == Subject::Runs)
        return runNote(query, hints);
    if (!query.where)
        return {QStringLiteral("the latest steps"), false};
    return noteOf(chooseDriver(conjunctsOf(query.where), hints));
}

QByteArray allSql(const Query &query, SqlWriter &writer)
{
    if (query.subject == Subject::Runs)
        return "SELECT e.id AS id" + runsSql(query, writer);
    const auto conjuncts = conjunctsOf(query.where);
    const StepDriver driver = chooseDriver(conjuncts, writer.hints());
    return selects(stepArms(driver, conjuncts, {}, writer),
                   [](const StepArm &arm) { return arm.id + " AS id"; });
}

QString lookedUp(const NodePtr &node, Subject subject)
{
    return QStringLiteral("then looked up for each: ") + toText(node, subject);
}

} // namespace

SqlText compileSteps(const StepQuestion &question, Dialect dialect, const PlanHints &hints)
{
    SqlWriter writer(dialect, question.now, hints);
    const auto conjuncts = conjunctsOf(question.query.where);
    const StepDriver driver = chooseDriver(conjuncts, hints);
    QByteArray sql = selects(stepArms(driver, conjuncts, question.before, writer), idAndZone) +
                     " ORDER BY 2 DESC, 1 DESC" + limited(qint64(question.limit) + 1, writer);
    return {std::move(sql), writer.takeValues(), noteOf(question.query, hints)};
}

SqlText compileRuns(const RunQuestion &question, Dialect dialect, const PlanHints &hints)
{
    SqlWriter writer(dialect, question.now, hints);
    QByteArray sql = "SELECT e.id AS id" + runsSql(question.query, writer);
    if (question.after)
        sql += " AND (e.started_at, e.uuid) < (" +
               writer.bind(SqlValue(qint64(question.after->first))) + ", " +
               writer.bind(SqlValue(question.after->second.uuid())) + ')';
    sql += " ORDER BY e.started_at DESC, e.uuid DESC" + limited(qint64(question.limit) + 1, writer);
    return {std::move(sql), writer.takeValues(), noteOf(question.query, hints)};
}

SqlText compileCount(const CountQuestion &question, Dialect dialect, const PlanHints &hints)
{
    SqlWriter writer(dialect, question.now, hints);
    QByteArray sql = "SELECT count(*) FROM (" + allSql(question.query, writer) +
                     limited(question.cap + 1, writer) + ") AS counted";
    return {std::move(sql), writer.takeValues(), noteOf(question.query, hints)};
}

SqlText compileStepsAmong(const Query &query, TimeNs now, const std::vector<StepRow> &rows,
                          Dialect dialect)
{
    const PlanHints none;
    SqlWriter writer(dialect, now, none);
    QByteArrayList ids;
    for (const StepRow row : rows)
        ids += QByteArray::number(qint64(row.value));
    // Without rows the list would be empty, which Postgres refuses.
    if (ids.isEmpty())
        ids += "NULL";
    QByteArray sql = "SELECT s.id AS id FROM execution_steps s JOIN executions e "
                     "ON e.id = s.execution_id WHERE s.id IN (" +
                     ids.join(',') + ") AND e.purge_at IS NULL AND " +
                     conjunctionSql(conjunctsOf(query.where), writer, {}) + " ORDER BY s.id DESC";
    return {std::move(sql), writer.takeValues(), {}};
}

SqlText compileCondition(const Query &query, TimeNs now, Dialect dialect)
{
    const PlanHints none;
    SqlWriter writer(dialect, now, none);
    QByteArray sql = conjunctionSql(conjunctsOf(query.where), writer, {query.subject});
    return {std::move(sql), writer.takeValues(), {}};
}

SqlText compileAll(const Query &query, TimeNs now, Dialect dialect, const PlanHints &hints)
{
    SqlWriter writer(dialect, now, hints);
    QByteArray sql = '(' + allSql(query, writer) + ')';
    return {std::move(sql), writer.takeValues(), noteOf(query, hints)};
}

std::optional<qint64> expectedSteps(const Query &query, const PlanHints &hints)
{
    return chooseDriver(conjunctsOf(query.where), hints).estimate;
}

QStringList explainPlan(const Query &query, const PlanHints &hints)
{
    QStringList lines = {noteOf(query, hints).text};
    const auto conjuncts = conjunctsOf(query.where);
    const StepDriver driver =
        query.subject == Subject::Steps ? chooseDriver(conjuncts, hints) : StepDriver{};
    if (driver.estimate)
        lines += QStringLiteral("about %1 steps are expected there").arg(*driver.estimate);
    for (const NodePtr &node : conjuncts) {
        if (node != driver.condition)
            lines += lookedUp(node, query.subject);
    }
    return lines;
}

} // namespace xray::query
