// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/query/query_database.h"

#include <model/core/text.h>
#include <model/query/json_path.h>

#include <QDir>
#include <QFile>
#include <QRegularExpression>

#include <sqlite3.h>

#include <functional>

namespace xray::test {

using namespace xray::query;

namespace {

QByteArrayView bytesOf(sqlite3_value *value)
{
    const auto *data = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return {data, sqlite3_value_bytes(value)};
}

QString textOf(sqlite3_value *value)
{
    return QString::fromUtf8(bytesOf(value));
}

bool isNull(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_NULL;
}

void textHas(sqlite3_context *context, int, sqlite3_value **a)
{
    const bool has =
        !isNull(a[0]) && simpleCaseFolded(textOf(a[0])).contains(simpleCaseFolded(textOf(a[1])));
    sqlite3_result_int(context, has ? 1 : 0);
}

void jsonHas(sqlite3_context *context, int count, sqlite3_value **a)
{
    const QByteArrayView path = count == 3 ? bytesOf(a[1]) : QByteArrayView();
    const bool has =
        !isNull(a[0]) && jsonHasText(bytesOf(a[0]), path, simpleCaseFolded(textOf(a[count - 1])));
    sqlite3_result_int(context, has ? 1 : 0);
}

void jsonNumberOf(sqlite3_context *context, int, sqlite3_value **a)
{
    const auto number = jsonNumber(bytesOf(a[0]), bytesOf(a[1]));
    if (number)
        sqlite3_result_double(context, *number);
}

void jsonStringOf(sqlite3_context *context, int, sqlite3_value **a)
{
    const auto text = jsonString(bytesOf(a[0]), bytesOf(a[1]));
    const QByteArray utf8 = text ? text->toUtf8() : QByteArray();
    if (text)
        sqlite3_result_text(context, utf8.constData(), int(utf8.size()), SQLITE_TRANSIENT);
}

void jsonFlagOf(sqlite3_context *context, int, sqlite3_value **a)
{
    const auto flag = jsonFlag(bytesOf(a[0]), bytesOf(a[1]));
    if (flag)
        sqlite3_result_int(context, *flag ? 1 : 0);
}

void jsonExistsAt(sqlite3_context *context, int, sqlite3_value **a)
{
    sqlite3_result_int(context, jsonExists(bytesOf(a[0]), bytesOf(a[1])) ? 1 : 0);
}

void matches(sqlite3_context *context, int, sqlite3_value **a)
{
    const bool found =
        !isNull(a[0]) && QRegularExpression(textOf(a[1])).match(textOf(a[0])).hasMatch();
    sqlite3_result_int(context, found ? 1 : 0);
}

void registerFunctions(sqlite3 *db)
{
    const auto add = [db](const char *name, int arguments, auto function) {
        sqlite3_create_function(db, name, arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                function, nullptr, nullptr);
    };
    add("xray_text_has", 2, textHas);
    add("xray_json_has", 2, jsonHas);
    add("xray_json_has_at", 3, jsonHas);
    add("xray_json_number", 2, jsonNumberOf);
    add("xray_json_string", 2, jsonStringOf);
    add("xray_json_flag", 2, jsonFlagOf);
    add("xray_json_exists", 2, jsonExistsAt);
    add("xray_matches", 2, matches);
}

void bindValue(sqlite3_stmt *statement, int index, const SqlValue &value)
{
    if (const auto *integer = std::get_if<qint64>(&value))
        sqlite3_bind_int64(statement, index, *integer);
    else if (const auto *real = std::get_if<double>(&value))
        sqlite3_bind_double(statement, index, *real);
    else if (const auto *text = std::get_if<QByteArray>(&value))
        sqlite3_bind_text(statement, index, text->isNull() ? "" : text->constData(),
                          int(text->size()), SQLITE_TRANSIENT);
    else if (const auto *uuid = std::get_if<Uuid>(&value))
        sqlite3_bind_blob(statement, index, uuid->bytes().data(), 16, SQLITE_TRANSIENT);
}

void forEachRow(sqlite3 *db, const SqlText &text, const std::function<void(sqlite3_stmt *)> &visit)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v2(db, text.sql.constData(), -1, &statement, nullptr) != SQLITE_OK)
        qFatal("%s in: %s", sqlite3_errmsg(db), text.sql.constData());
    for (std::size_t i = 0; i < text.values.size(); ++i)
        bindValue(statement, int(i) + 1, text.values[i]);
    int result = sqlite3_step(statement);
    for (; result == SQLITE_ROW; result = sqlite3_step(statement))
        visit(statement);
    if (result != SQLITE_DONE)
        qFatal("%s in: %s", sqlite3_errmsg(db), text.sql.constData());
    sqlite3_finalize(statement);
}

SqlValue textOrNull(const QByteArray &text)
{
    return text.isEmpty() ? SqlValue() : SqlValue(text);
}

template<class T>
SqlValue integerOrNull(const std::optional<T> &number)
{
    return number ? SqlValue(qint64(*number)) : SqlValue();
}

} // namespace

void QueryDatabase::Close::operator()(sqlite3 *db) const
{
    sqlite3_close(db);
}

QueryDatabase::QueryDatabase(const QueryData &data)
{
    sqlite3 *db = nullptr;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        qFatal("no database in memory");
    m_db.reset(db);
    registerFunctions(db);
    const QDir schema(qEnvironmentVariable("XRAY_SOURCE_DIR") +
                      QStringLiteral("/schemas/sql/sqlite"));
    for (const QString &name :
         schema.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name)) {
        QFile file(schema.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            execute(file.readAll());
    }
    execute("BEGIN");
    for (const DataRun &run : data)
        put(run);
    execute("COMMIT");
}

void QueryDatabase::execute(const QByteArray &sql) const
{
    if (sqlite3_exec(m_db.get(), sql.constData(), nullptr, nullptr, nullptr) != SQLITE_OK)
        qFatal("%s in: %s", sqlite3_errmsg(m_db.get()), sql.constData());
}

void QueryDatabase::put(const DataRun &data) const
{
    const Execution &run = data.run;
    const SqlText insert{
        "INSERT INTO executions(id, uuid, pipeline_name, environment, \"trigger\", status, "
        "started_at, ended_at, duration_ns, metadata, tags, session, step_count, error_count, "
        "last_event_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,0)",
        {qint64(run.row.value), run.id.uuid(), run.pipelineName.toUtf8(),
         textOrNull(run.environment.toUtf8()), textOrNull(run.trigger),
         QByteArray(toWord(run.status)), qint64(run.startedAt), integerOrNull(run.endedAt),
         integerOrNull(run.duration), textOrNull(run.metadata), textOrNull(tagsJson(run.tags)),
         textOrNull(run.session.toUtf8()), run.stepCount, run.errorCount},
        {}};
    forEachRow(m_db.get(), insert, [](sqlite3_stmt *) {});
    for (const DataStep &step : data.steps)
        put(step);
}

void QueryDatabase::put(const DataStep &data) const
{
    const Step &step = data.step;
    const SqlText insert{
        "INSERT INTO execution_steps(id, uuid, execution_id, step_index, step_name, step_type, "
        "status, started_at, ended_at, duration_ns, error_count, issues, input_payload, "
        "output_payload, reasoning_payload) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,"
        "?15)",
        {qint64(step.row.value), step.id.uuid(), qint64(step.executionRow.value), step.index,
         step.name.toUtf8(), QByteArray(toWord(step.type)), QByteArray(toWord(step.status)),
         qint64(step.startedAt), integerOrNull(step.endedAt), integerOrNull(step.duration),
         step.errorCount, textOrNull(issuesJson(step.issues)), textOrNull(data.payloads.input),
         textOrNull(data.payloads.output), textOrNull(data.payloads.reasoning)},
        {}};
    forEachRow(m_db.get(), insert, [](sqlite3_stmt *) {});
    putMetrics(step);
}

void QueryDatabase::putMetrics(const Step &step) const
{
    for (const Metric &metric : step.metrics) {
        const QByteArray name = metric.name.toUtf8();
        const auto type = qint64(step.type);
        const qint64 row = step.row.value;
        const auto run = [&](const char *sql, std::vector<SqlValue> values) {
            forEachRow(m_db.get(), {sql, std::move(values), {}}, [](sqlite3_stmt *) {});
        };
        run("INSERT OR IGNORE INTO metrics(name) VALUES(?1)", {name});
        run("INSERT INTO step_metrics SELECT id, ?2, ?3, ?4 FROM metrics WHERE name = ?1",
            {name, type, row, metric.value});
        run("INSERT INTO metric_zones SELECT id, ?2, ?3 >> 9, 1, ?4, ?4 FROM metrics WHERE name = "
            "?1 ON CONFLICT DO UPDATE SET n = n + 1, min_value = min(min_value, "
            "excluded.min_value), max_value = max(max_value, excluded.max_value)",
            {name, type, row, metric.value});
    }
}

std::vector<qint64> QueryDatabase::rows(const SqlText &text) const
{
    std::vector<qint64> ids;
    forEachRow(m_db.get(), text,
               [&](sqlite3_stmt *row) { ids.push_back(sqlite3_column_int64(row, 0)); });
    return ids;
}

QStringList QueryDatabase::planOf(const SqlText &text) const
{
    SqlText explained = text;
    explained.sql.prepend("EXPLAIN QUERY PLAN ");
    QStringList lines;
    forEachRow(m_db.get(), explained, [&](sqlite3_stmt *row) {
        lines += QString::fromUtf8(reinterpret_cast<const char *>(sqlite3_column_text(row, 3)));
    });
    return lines;
}

} // namespace xray::test
