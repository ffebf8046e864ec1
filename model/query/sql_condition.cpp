// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/query/sql_condition.h"

#include "model/query/moment.h"
#include "model/query/sql_steps.h"

#include <algorithm>

namespace xray::query {

namespace {

const QByteArray kTrue = "TRUE";
const QByteArray kFalse = "FALSE";

QByteArray joined(const QByteArrayList &terms, const char *connector, const QByteArray &ofNone)
{
    return terms.isEmpty() ? ofNone : '(' + terms.join(connector) + ')';
}

int depthOf(const NodePtr &node)
{
    if (!node)
        return 0;
    if (const auto *negation = std::get_if<Negation>(&node->is))
        return 1 + depthOf(negation->child);
    if (const auto *test = std::get_if<StepTest>(&node->is))
        return 1 + depthOf(test->child);
    int deepest = 0;
    if (const auto *group = std::get_if<Group>(&node->is)) {
        for (const NodePtr &child : group->children)
            deepest = std::max(deepest, 1 + depthOf(child));
    }
    return deepest;
}

int costOf(const Condition &condition)
{
    const FieldId id = condition.field.id;
    if (id == FieldId::Text)
        return 5;
    if (condition.op == Operator::Matches || condition.op == Operator::Contains)
        return 4;
    if (id >= FieldId::Input)
        return 3;
    return id == FieldId::Metric || id == FieldId::Issue || id == FieldId::Tag ? 2 : 1;
}

/// Roughly what it takes to look: a column, a lookup, a payload.
int costOf(const NodePtr &node)
{
    if (const auto *condition = std::get_if<Condition>(&node->is))
        return costOf(*condition);
    if (const auto *negation = std::get_if<Negation>(&node->is))
        return costOf(negation->child);
    if (std::holds_alternative<StepTest>(node->is))
        return 6;
    int cost = 0;
    for (const NodePtr &child : std::get<Group>(node->is).children)
        cost = std::max(cost, costOf(child));
    return cost;
}

QByteArray symbolOf(Operator op)
{
    switch (op) {
    case Operator::NotEqual:
        return " <> ";
    case Operator::Less:
        return " < ";
    case Operator::LessOrEqual:
        return " <= ";
    case Operator::Greater:
        return " > ";
    case Operator::GreaterOrEqual:
        return " >= ";
    default:
        return " = ";
    }
}

/// `expression op operands`, the operands being placeholders.
QByteArray comparison(const QByteArray &expression, Operator op, const QByteArrayList &operands)
{
    if (op == Operator::In)
        return expression + " IN (" + operands.join(", ") + ')';
    return expression + symbolOf(op) + operands.value(0);
}

class ConditionWriter
{
public:
    ConditionWriter(SqlWriter &writer, SqlScope scope)
        : m_writer(writer)
        , m_scope(scope)
    {
    }

    QByteArray write(const NodePtr &node)
    {
        return node ? std::visit([this](const auto &is) { return of(is); }, node->is) : kTrue;
    }

    QByteArray of(const Group &group)
    {
        const bool isAll = group.kind == Group::Kind::All;
        // Deep ones first: SQLite's parser keeps what stands to the left of a bracket on a stack.
        std::vector<NodePtr> children = group.children;
        std::ranges::stable_sort(children, std::ranges::greater(), depthOf);
        QByteArrayList terms;
        for (const NodePtr &child : children)
            terms += write(child);
        return joined(terms, isAll ? " AND " : " OR ", isAll ? kTrue : kFalse);
    }

    QByteArray of(const Negation &negation) { return "(NOT " + write(negation.child) + ')'; }

    QByteArray of(const StepTest &test)
    {
        switch (test.quantifier) {
        case StepTest::Quantifier::Any:
            return anyStepSql(test.child, m_writer);
        case StepTest::Quantifier::None:
            return "(NOT " + someStepSql(test.child, m_writer) + ')';
        case StepTest::Quantifier::All:
            return allSql(test);
        case StepTest::Quantifier::Count:
            break;
        }
        const QByteArray count =
            "(SELECT count(*) FROM execution_steps s WHERE s.execution_id = e.id AND " +
            inner(test.child) + ')';
        return '(' + count + symbolOf(test.op) + m_writer.bind(SqlValue(test.count)) + ')';
    }

    QByteArray of(const Condition &condition)
    {
        switch (condition.field.id) {
        case FieldId::Type:
            return word("s.step_type", condition);
        case FieldId::Step:
            return word("s.step_name", condition);
        case FieldId::Index:
            return number("s.step_index", condition);
        case FieldId::Status:
            return word("s.status", condition);
        case FieldId::Duration:
            return maybeMoment("s.duration_ns", condition);
        case FieldId::Started:
            return moment("s.started_at", condition);
        case FieldId::Ended:
            return maybeMoment("s.ended_at", condition);
        case FieldId::Error:
            return "s.error_count > 0";
        case FieldId::Issue:
            return issue();
        case FieldId::Text:
            return text(condition);
        case FieldId::Metric:
            return metric(condition);
        case FieldId::Input:
            return json("s.input_payload", condition);
        case FieldId::Output:
            return json("s.output_payload", condition);
        case FieldId::Reasoning:
            return json("s.reasoning_payload", condition);
        default:
            return ofRun(condition);
        }
    }

private:
    QByteArray ofRun(const Condition &condition)
    {
        switch (condition.field.id) {
        case FieldId::Pipeline:
            return word("e.pipeline_name", condition);
        case FieldId::Environment:
            return maybeWord("e.environment", condition);
        case FieldId::Session:
            return maybeWord("e.session", condition);
        case FieldId::Trigger:
            return json("e.\"trigger\"", condition);
        case FieldId::Tag:
            return tag(condition);
        case FieldId::Run:
            return runId(condition);
        case FieldId::RunStatus:
            return word("e.status", condition);
        case FieldId::RunDuration:
            return maybeMoment("e.duration_ns", condition);
        case FieldId::RunStarted:
            return moment("e.started_at", condition);
        case FieldId::RunEnded:
            return maybeMoment("e.ended_at", condition);
        case FieldId::RunError:
            return "e.error_count > 0";
        case FieldId::StepCount:
            return number("e.step_count", condition);
        case FieldId::ErrorCount:
            return number("e.error_count", condition);
        default:
            return json("e.metadata", condition);
        }
    }

    QByteArray inner(const NodePtr &child)
    {
        return ConditionWriter(m_writer, {Subject::Steps, {}}).write(child);
    }

    QByteArray allSql(const StepTest &test)
    {
        return "(NOT EXISTS (SELECT 1 FROM execution_steps s WHERE s.execution_id = e.id AND "
               "(NOT " +
               inner(test.child) + ")))";
    }

    /// Of a column that may be NULL.
    static QByteArray guarded(const QByteArray &column, const QByteArray &condition)
    {
        return '(' + column + " IS NOT NULL AND " + condition + ')';
    }

    QByteArrayList texts(const Condition &condition)
    {
        QByteArrayList placeholders;
        for (const Value &value : condition.values) {
            if (const auto *text = std::get_if<QString>(&value))
                placeholders += m_writer.bind(*text);
        }
        return placeholders;
    }

    QByteArray word(const QByteArray &column, const Condition &condition)
    {
        if (condition.op == Operator::Exists)
            return kTrue;
        if (condition.op == Operator::Contains)
            return "xray_text_has(" + column + ", " + texts(condition).value(0) + ") = 1";
        if (condition.op == Operator::Matches)
            return "xray_matches(" + column + ", " + texts(condition).value(0) + ") = 1";
        return comparison(column, condition.op, texts(condition));
    }

    QByteArray maybeWord(const QByteArray &column, const Condition &condition)
    {
        return guarded(column, word(column, condition));
    }

    QByteArray number(const QByteArray &column, const Condition &condition)
    {
        const char *type = m_writer.dialect() == Dialect::Sqlite ? "REAL" : "double precision";
        return numberSql("CAST(" + column + " AS " + type + ')', condition, m_writer);
    }

    QByteArray moment(const QByteArray &column, const Condition &condition)
    {
        if (condition.op == Operator::Exists)
            return kTrue;
        QByteArrayList operands;
        for (const qint64 ns : momentsOf(condition, m_writer.now()))
            operands += m_writer.bind(SqlValue(ns));
        return comparison(column, condition.op, operands);
    }

    QByteArray maybeMoment(const QByteArray &column, const Condition &condition)
    {
        return guarded(column, moment(column, condition));
    }

    QByteArray runId(const Condition &condition)
    {
        QByteArrayList operands;
        for (const Value &value : condition.values) {
            const auto *text = std::get_if<QString>(&value);
            const auto id = text ? Uuid::fromText(text->toStdString()) : std::nullopt;
            operands += m_writer.bind(SqlValue(id.value_or(Uuid())));
        }
        return comparison("e.uuid", condition.op, operands);
    }

    QByteArray issue()
    {
        if (m_writer.dialect() == Dialect::Sqlite)
            return "EXISTS (SELECT 1 FROM json_each(s.issues) i "
                   "WHERE json_extract(i.value, '$.severity') <> 'info')";
        return "EXISTS (SELECT 1 FROM jsonb_array_elements(s.issues::jsonb) AS i(value) "
               "WHERE i.value->>'severity' <> 'info')";
    }

    /// A set is never absent: != holds of a run without tags.
    QByteArray tag(const Condition &condition)
    {
        const bool without = condition.op == Operator::NotEqual;
        Condition ofOne = condition;
        if (without)
            ofOne.op = Operator::Equal;
        const QByteArray list = m_writer.dialect() == Dialect::Sqlite
                                    ? QByteArray("json_each(e.tags) t")
                                    : QByteArray("jsonb_array_elements_text(e.tags::jsonb) AS "
                                                 "t(value)");
        const QByteArray some =
            "EXISTS (SELECT 1 FROM " + list + " WHERE " + word("t.value", ofOne) + ')';
        return without ? "(NOT " + some + ')' : some;
    }

    QByteArray metric(const Condition &condition)
    {
        const QByteArray where =
            metricKeySql(condition, "x", typeSql(), m_writer) + " AND x.step_id = " + m_scope.step;
        return "EXISTS (SELECT 1 FROM step_metrics x WHERE " + where + " AND " +
               numberSql("x.value", condition, m_writer) + ')';
    }

    /// The number that stands for the type of s in step_metrics.
    [[nodiscard]] QByteArray typeSql() const
    {
        if (m_scope.type)
            return QByteArray::number(int(*m_scope.type));
        QByteArray sql = "CASE s.step_type";
        for (int type = 0; type < kStepTypeCount; ++type)
            sql += QByteArray(" WHEN '") + toWord(StepType(type)) + "' THEN " +
                   QByteArray::number(type);
        return sql + " END";
    }

    QByteArray text(const Condition &condition)
    {
        if (m_scope.subject == Subject::Steps) {
            const QByteArray needle = texts(condition).value(0);
            const auto has = [&](const char *column) {
                return QByteArray("xray_json_has(s.") + column + ", " + needle + ") = 1";
            };
            return '(' + has("reasoning_payload") + " OR " + has("output_payload") + " OR " +
                   has("input_payload") + ')';
        }
        const auto ofStep = std::make_shared<const Node>(Node{condition, {}});
        const QByteArray inSteps = anyStepSql(ofStep, m_writer);
        return "(xray_json_has(e.metadata, " + texts(condition).value(0) + ") = 1 OR " + inSteps +
               ')';
    }

    QByteArray json(const QByteArray &column, const Condition &condition)
    {
        const QByteArray place = column + ", " + m_writer.bind(condition.field.name);
        switch (condition.op) {
        case Operator::Exists:
            return "xray_json_exists(" + place + ") = 1";
        case Operator::Contains:
            return "xray_json_has_at(" + place + ", " + texts(condition).value(0) + ") = 1";
        case Operator::Matches:
            return "xray_matches(xray_json_string(" + place + "), " + texts(condition).value(0) +
                   ") = 1";
        case Operator::Equal:
        case Operator::In:
            return jsonIsAny(place, condition);
        case Operator::NotEqual:
            return "(xray_json_exists(" + place + ") = 1 AND (NOT " + jsonIsAny(place, condition) +
                   "))";
        default:
            return "coalesce(" + numberSql("xray_json_number(" + place + ')', condition, m_writer) +
                   ", FALSE)";
        }
    }

    QByteArray jsonIsAny(const QByteArray &place, const Condition &condition)
    {
        QByteArrayList terms;
        for (const Value &value : condition.values)
            terms += jsonIs(place, value);
        return joined(terms, " OR ", kFalse);
    }

    QByteArray jsonIs(const QByteArray &place, const Value &value)
    {
        const auto equals = [&](const char *function, const QByteArray &operand) {
            return QByteArray("coalesce(") + function + '(' + place + ") = " + operand + ", FALSE)";
        };
        if (const auto *number = std::get_if<double>(&value))
            return equals("xray_json_number", m_writer.bind(SqlValue(*number)));
        if (const auto *flag = std::get_if<bool>(&value))
            return equals("xray_json_flag", m_writer.bind(SqlValue(qint64(*flag ? 1 : 0))));
        if (const auto *text = std::get_if<QString>(&value))
            return equals("xray_json_string", m_writer.bind(*text));
        return kFalse;
    }

    SqlWriter &m_writer;
    SqlScope m_scope;
};

/// `?3` to `?8` when five parameters stand before.
QByteArray renumbered(const QByteArray &sql, char sign, qsizetype before)
{
    QByteArray out;
    for (qsizetype at = 0; at < sql.size();) {
        out += sql[at];
        if (sql[at++] != sign)
            continue;
        qsizetype end = at;
        while (end < sql.size() && sql[end] >= '0' && sql[end] <= '9')
            ++end;
        out += QByteArray::number(sql.mid(at, end - at).toLongLong() + before);
        at = end;
    }
    return out;
}

} // namespace

QByteArray SqlWriter::bind(SqlValue value)
{
    m_values.push_back(std::move(value));
    return (m_dialect == Dialect::Sqlite ? '?' : '$') + QByteArray::number(qint64(m_values.size()));
}

QByteArray SqlWriter::included(const SqlText &other)
{
    const auto before = static_cast<qsizetype>(m_values.size());
    m_values.insert(m_values.end(), other.values.begin(), other.values.end());
    return renumbered(other.sql, m_dialect == Dialect::Sqlite ? '?' : '$', before);
}

QByteArray conditionSql(const NodePtr &node, SqlWriter &writer, SqlScope scope)
{
    return ConditionWriter(writer, scope).write(node);
}

QByteArray conjunctionSql(std::vector<NodePtr> conjuncts, SqlWriter &writer, SqlScope scope)
{
    std::ranges::stable_sort(conjuncts, {}, [](const NodePtr &node) { return costOf(node); });
    QByteArrayList terms;
    for (const NodePtr &conjunct : conjuncts)
        terms += conditionSql(conjunct, writer, scope);
    return terms.isEmpty() ? kTrue : terms.join(" AND ");
}

QByteArray numberSql(const QByteArray &expression, const Condition &condition, SqlWriter &writer)
{
    if (condition.op == Operator::Exists)
        return kTrue;
    QByteArrayList operands;
    for (const Value &value : condition.values) {
        if (const auto *number = std::get_if<double>(&value))
            operands += writer.bind(SqlValue(*number));
    }
    return comparison(expression, condition.op, operands);
}

} // namespace xray::query
