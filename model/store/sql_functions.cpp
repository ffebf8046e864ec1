// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/sql_functions.h"

#include <model/core/text.h>
#include <model/query/json_path.h>

#include <QRegularExpression>
#include <QString>

#include <sqlite3.h>

namespace xray::store {

namespace {

QByteArrayView bytesOf(sqlite3_value *value)
{
    const auto *data = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return {data, sqlite3_value_bytes(value)};
}

bool isNull(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_NULL;
}

/// The needle folded, kept by SQLite for as long as the statement runs with the same argument.
const QString &foldedNeedle(sqlite3_context *context, sqlite3_value *argument, int index,
                            QString &scratch)
{
    if (const auto *kept = static_cast<const QString *>(sqlite3_get_auxdata(context, index)))
        return *kept;
    scratch = simpleCaseFolded(QString::fromUtf8(bytesOf(argument)));
    sqlite3_set_auxdata(context, index, new QString(scratch),
                        [](void *text) { delete static_cast<QString *>(text); });
    return scratch;
}

void textHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    QString scratch;
    const QString &needle = foldedNeedle(context, arguments[1], 1, scratch);
    const bool has = !isNull(arguments[0]) &&
                     simpleCaseFolded(QString::fromUtf8(bytesOf(arguments[0]))).contains(needle);
    sqlite3_result_int(context, has ? 1 : 0);
}

void jsonHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    QString scratch;
    const QString &needle = foldedNeedle(context, arguments[1], 1, scratch);
    const bool has = !isNull(arguments[0]) && query::jsonHasText(bytesOf(arguments[0]), {}, needle);
    sqlite3_result_int(context, has ? 1 : 0);
}

void jsonHasAt(sqlite3_context *context, int, sqlite3_value **arguments)
{
    QString scratch;
    const QString &needle = foldedNeedle(context, arguments[2], 2, scratch);
    const bool has = !isNull(arguments[0]) &&
                     query::jsonHasText(bytesOf(arguments[0]), bytesOf(arguments[1]), needle);
    sqlite3_result_int(context, has ? 1 : 0);
}

void jsonExistsAt(sqlite3_context *context, int, sqlite3_value **arguments)
{
    const bool exists =
        !isNull(arguments[0]) && query::jsonExists(bytesOf(arguments[0]), bytesOf(arguments[1]));
    sqlite3_result_int(context, exists ? 1 : 0);
}

// Without a result the value is NULL.
void jsonNumberAt(sqlite3_context *context, int, sqlite3_value **arguments)
{
    if (const auto number = query::jsonNumber(bytesOf(arguments[0]), bytesOf(arguments[1])))
        sqlite3_result_double(context, *number);
}

void jsonFlagAt(sqlite3_context *context, int, sqlite3_value **arguments)
{
    if (const auto flag = query::jsonFlag(bytesOf(arguments[0]), bytesOf(arguments[1])))
        sqlite3_result_int(context, *flag ? 1 : 0);
}

void jsonStringAt(sqlite3_context *context, int, sqlite3_value **arguments)
{
    const auto text = query::jsonString(bytesOf(arguments[0]), bytesOf(arguments[1]));
    if (!text)
        return;
    const QByteArray utf8 = text->toUtf8();
    sqlite3_result_text64(context, utf8.constData(), static_cast<sqlite3_uint64>(utf8.size()),
                          SQLITE_TRANSIENT, SQLITE_UTF8);
}

void matches(sqlite3_context *context, int, sqlite3_value **arguments)
{
    const auto *kept = static_cast<const QRegularExpression *>(sqlite3_get_auxdata(context, 1));
    QRegularExpression scratch;
    if (!kept) {
        scratch = QRegularExpression(QString::fromUtf8(bytesOf(arguments[1])));
        sqlite3_set_auxdata(context, 1, new QRegularExpression(scratch), [](void *expression) {
            delete static_cast<QRegularExpression *>(expression);
        });
        kept = &scratch;
    }
    const bool found = !isNull(arguments[0]) && kept->isValid() &&
                       kept->match(QString::fromUtf8(bytesOf(arguments[0]))).hasMatch();
    sqlite3_result_int(context, found ? 1 : 0);
}

using Function = void (*)(sqlite3_context *, int, sqlite3_value **);

constexpr struct
{
    const char *name;
    int arguments;
    Function function;
} kFunctions[] = {
    {"xray_text_has", 2, textHas},         {"xray_json_has", 2, jsonHas},
    {"xray_json_has_at", 3, jsonHasAt},    {"xray_json_exists", 2, jsonExistsAt},
    {"xray_json_number", 2, jsonNumberAt}, {"xray_json_flag", 2, jsonFlagAt},
    {"xray_json_string", 2, jsonStringAt}, {"xray_matches", 2, matches},
};

} // namespace

void registerSqlFunctions(sqlite3 *db)
{
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    for (const auto &[name, arguments, function] : kFunctions)
        sqlite3_create_function(db, name, arguments, flags, nullptr, function, nullptr, nullptr);
}

} // namespace xray::store
