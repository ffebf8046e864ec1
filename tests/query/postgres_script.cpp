// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/query/postgres_script.h"

#include <model/core/text.h>
#include <model/query/conditions.h>
#include <model/query/json_path.h>

#include <QRegularExpression>

namespace xray::test {

using namespace xray::query;

namespace {

/// The columns that queries look at.
constexpr char kSchema[] = R"(
CREATE TABLE executions(id bigint PRIMARY KEY, uuid uuid NOT NULL, pipeline_name text NOT NULL,
    environment text, "trigger" text, status text NOT NULL, started_at bigint NOT NULL,
    ended_at bigint, duration_ns bigint, metadata text, tags text, session text,
    step_count bigint NOT NULL, error_count bigint NOT NULL, purge_at bigint);
CREATE TABLE execution_steps(id bigint PRIMARY KEY, execution_id bigint NOT NULL,
    step_index bigint NOT NULL, step_name text NOT NULL, step_type text NOT NULL,
    status text NOT NULL, started_at bigint NOT NULL, ended_at bigint, duration_ns bigint,
    error_count bigint NOT NULL, issues text, input_payload text, output_payload text,
    reasoning_payload text);
CREATE TABLE metrics(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE);
CREATE TABLE step_metrics(metric_id bigint, step_type int, step_id bigint, value double precision,
    PRIMARY KEY(metric_id, step_type, step_id));

CREATE TABLE answers(f text, a text, b text, c text, r text, PRIMARY KEY(f, a, b, c));
CREATE FUNCTION answer(text, text, text, text) RETURNS text LANGUAGE plpgsql STABLE AS $$
    DECLARE found text;
    BEGIN
        SELECT r INTO STRICT found FROM answers WHERE f = $1 AND a = $2 AND b = $3 AND c = $4;
        RETURN found;
    END $$;
CREATE FUNCTION xray_text_has(text, text) RETURNS int LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN 0 ELSE answer('text_has', $1, $2, '')::int END $$;
CREATE FUNCTION xray_matches(text, text) RETURNS int LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN 0 ELSE answer('matches', $1, $2, '')::int END $$;
CREATE FUNCTION xray_json_has(text, text) RETURNS int LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN 0 ELSE answer('json_has', $1, $2, '')::int END $$;
CREATE FUNCTION xray_json_has_at(text, text, text) RETURNS int LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN 0 ELSE answer('json_has_at', $1, $2, $3)::int END $$;
CREATE FUNCTION xray_json_exists(text, text) RETURNS int LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN 0 ELSE answer('json_exists', $1, $2, '')::int END $$;
CREATE FUNCTION xray_json_number(text, text) RETURNS double precision LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN NULL
        ELSE answer('json_number', $1, $2, '')::double precision END $$;
CREATE FUNCTION xray_json_string(text, text) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN NULL ELSE answer('json_string', $1, $2, '') END $$;
CREATE FUNCTION xray_json_flag(text, text) RETURNS int LANGUAGE sql STABLE AS
    $$ SELECT CASE WHEN $1 IS NULL THEN NULL ELSE answer('json_flag', $1, $2, '')::int END $$;
)";

QByteArray literal(QByteArray text)
{
    return '\'' + text.replace('\'', "''") + '\'';
}

QByteArray literal(const QString &text)
{
    return literal(text.toUtf8());
}

QByteArray literal(const SqlValue &value)
{
    if (const auto *integer = std::get_if<qint64>(&value))
        return literal(QByteArray::number(*integer));
    if (const auto *real = std::get_if<double>(&value))
        return literal(QByteArray::number(*real, 'g', 17));
    if (const auto *text = std::get_if<QByteArray>(&value))
        return literal(*text);
    if (const auto *uuid = std::get_if<Uuid>(&value))
        return literal(uuid->toString());
    return "NULL";
}

QByteArray orNull(const QByteArray &text)
{
    return text.isEmpty() ? QByteArray("NULL") : literal(text);
}

QByteArray number(qint64 value)
{
    return QByteArray::number(value);
}

template<class T>
QByteArray orNull(const std::optional<T> &value)
{
    return value ? number(*value) : QByteArray("NULL");
}

QByteArray inserted(const char *table, const QByteArrayList &values)
{
    return QByteArray("INSERT INTO ") + table + " VALUES(" + values.join(',') + ");\n";
}

QByteArray insertOf(const Execution &run)
{
    return inserted("executions",
                    {number(run.row.value), literal(run.id.toString()), literal(run.pipelineName),
                     orNull(run.environment.toUtf8()), orNull(run.trigger),
                     literal(QByteArray(toWord(run.status))), number(run.startedAt),
                     orNull(run.endedAt), orNull(run.duration), orNull(run.metadata),
                     orNull(tagsJson(run.tags)), orNull(run.session.toUtf8()),
                     number(run.stepCount), number(run.errorCount), "NULL"});
}

QByteArray insertOf(const DataStep &data)
{
    const Step &step = data.step;
    QByteArray sql =
        inserted("execution_steps",
                 {number(step.row.value), number(step.executionRow.value), number(step.index),
                  literal(step.name), literal(QByteArray(toWord(step.type))),
                  literal(QByteArray(toWord(step.status))), number(step.startedAt),
                  orNull(step.endedAt), orNull(step.duration), number(step.errorCount),
                  orNull(issuesJson(step.issues)), orNull(data.payloads.input),
                  orNull(data.payloads.output), orNull(data.payloads.reasoning)});
    for (const Metric &metric : step.metrics) {
        const QByteArray name = literal(metric.name);
        sql += "INSERT INTO metrics(name) VALUES(" + name +
               ") ON CONFLICT DO NOTHING;\n"
               "INSERT INTO step_metrics SELECT id, " +
               number(int(step.type)) + ", " + number(step.row.value) + ", " +
               literal(SqlValue(metric.value)) + " FROM metrics WHERE name = " + name + ";\n";
    }
    return sql;
}

QByteArray truth(bool holds)
{
    return holds ? "'1'" : "'0'";
}

QString needleOf(const Condition &condition)
{
    const auto *text =
        condition.values.empty() ? nullptr : std::get_if<QString>(&condition.values.front());
    return text ? *text : QString();
}

} // namespace

PostgresScript::PostgresScript(const QueryData &data)
{
    noteTexts(data);
    for (const DataRun &run : data) {
        m_tables += insertOf(run.run);
        for (const DataStep &step : run.steps)
            m_tables += insertOf(step);
    }
}

void PostgresScript::noteTexts(const QueryData &data)
{
    for (const DataRun &run : data) {
        for (const QString &word :
             QStringList{run.run.pipelineName, run.run.environment, run.run.session} + run.run.tags)
            m_words.insert(word.toUtf8());
        m_jsons.insert(run.run.trigger);
        m_jsons.insert(run.run.metadata);
        for (const DataStep &step : run.steps) {
            m_words.insert(step.step.name.toUtf8());
            m_jsons.insert({step.payloads.input, step.payloads.output, step.payloads.reasoning});
        }
    }
    m_jsons.erase(QByteArray()); // absent
}

void PostgresScript::ask(const Query &query, const SqlText &sql)
{
    for (const Condition *condition : conditionsOf(query.where))
        note(*condition);
    QByteArrayList values;
    for (const SqlValue &value : sql.values)
        values += literal(value);
    m_questions += "\\echo @\nPREPARE question AS " + sql.sql + ";\nEXECUTE question" +
                   (values.isEmpty() ? QByteArray() : '(' + values.join(", ") + ')') +
                   ";\nDEALLOCATE question;\n";
}

/// Whatever the condition can come to ask of the texts there are.
void PostgresScript::note(const Condition &condition)
{
    const QString needle = needleOf(condition);
    switch (condition.field.id) {
    case FieldId::Step:
    case FieldId::Pipeline:
    case FieldId::Environment:
    case FieldId::Session:
    case FieldId::Tag:
        return noteWord(condition, needle);
    case FieldId::Text:
        for (const QByteArray &json : m_jsons)
            say("json_has", {json, needle.toUtf8(), {}},
                truth(jsonHasText(json, {}, simpleCaseFolded(needle))));
        return;
    case FieldId::Trigger:
    case FieldId::Input:
    case FieldId::Output:
    case FieldId::Reasoning:
    case FieldId::Metadata:
        return notePath(condition, needle);
    default:
        return;
    }
}

void PostgresScript::notePath(const Condition &condition, const QString &needle)
{
    const QByteArray path = condition.field.name.toUtf8();
    for (const QByteArray &json : m_jsons) {
        const auto number = jsonNumber(json, path);
        const auto flag = jsonFlag(json, path);
        const auto string = jsonString(json, path);
        say("json_exists", {json, path, {}}, truth(jsonExists(json, path)));
        say("json_number", {json, path, {}}, number ? literal(SqlValue(*number)) : "NULL");
        say("json_flag", {json, path, {}}, flag ? truth(*flag) : "NULL");
        say("json_string", {json, path, {}}, string ? literal(*string) : "NULL");
        if (condition.op == Operator::Contains)
            say("json_has_at", {json, path, needle.toUtf8()},
                truth(jsonHasText(json, path, simpleCaseFolded(needle))));
        if (condition.op == Operator::Matches && string)
            noteMatch(string->toUtf8(), needle);
    }
}

void PostgresScript::noteWord(const Condition &condition, const QString &needle)
{
    for (const QByteArray &word : m_words) {
        const QString folded = simpleCaseFolded(QString::fromUtf8(word));
        if (condition.op == Operator::Contains)
            say("text_has", {word, needle.toUtf8(), {}},
                truth(folded.contains(simpleCaseFolded(needle))));
        if (condition.op == Operator::Matches)
            noteMatch(word, needle);
    }
}

void PostgresScript::noteMatch(const QByteArray &text, const QString &pattern)
{
    say("matches", {text, pattern.toUtf8(), {}},
        truth(QRegularExpression(pattern).match(QString::fromUtf8(text)).hasMatch()));
}

void PostgresScript::say(const char *function, const QByteArrayList &arguments,
                         const QByteArray &result)
{
    QByteArrayList values = {literal(QByteArray(function))};
    for (const QByteArray &argument : arguments)
        values += literal(argument);
    if (m_said.insert(values.join(',')).second)
        m_answers += inserted("answers", values + QByteArrayList{result});
}

QByteArray PostgresScript::text() const
{
    return kSchema + ("BEGIN;\n" + m_tables + m_answers) + "COMMIT;\nANALYZE;\n" + m_questions;
}

std::vector<std::vector<qint64>> PostgresScript::answersIn(const QByteArray &printed)
{
    std::vector<std::vector<qint64>> answers;
    for (const QByteArray &line : printed.split('\n')) {
        if (line == "@")
            answers.emplace_back();
        else if (!line.isEmpty() && !answers.empty())
            answers.back().push_back(line.split(' ').front().toLongLong());
    }
    return answers;
}

} // namespace xray::test
