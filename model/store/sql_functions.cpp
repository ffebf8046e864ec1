// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/sql_functions.h"

#include <model/admission/json_text.h>
#include <model/core/text.h>

#include <QString>

#include <sqlite3.h>

namespace xray::store {

namespace {

QByteArrayView bytesOf(sqlite3_value *value)
{
    const auto *data = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return {data, sqlite3_value_bytes(value)};
}

/// The needle folded, kept by SQLite for as long as the statement runs with the same argument.
const QString &foldedNeedle(sqlite3_context *context, sqlite3_value *argument, QString &scratch)
{
    if (const auto *kept = static_cast<const QString *>(sqlite3_get_auxdata(context, 1)))
        return *kept;
    scratch = simpleCaseFolded(QString::fromUtf8(bytesOf(argument)));
    sqlite3_set_auxdata(context, 1, new QString(scratch),
                        [](void *text) { delete static_cast<QString *>(text); });
    return scratch;
}

void textHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    QString scratch;
    const QString &needle = foldedNeedle(context, arguments[1], scratch);
    const QString text = simpleCaseFolded(QString::fromUtf8(bytesOf(arguments[0])));
    sqlite3_result_int(context, text.contains(needle) ? 1 : 0);
}

void jsonHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    QString scratch;
    const QString &needle = foldedNeedle(context, arguments[1], scratch);
    const QByteArrayView json = bytesOf(arguments[0]);
    sqlite3_result_int(context, !json.isEmpty() && admission::containsText(json, needle) ? 1 : 0);
}

} // namespace

void registerSqlFunctions(sqlite3 *db)
{
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    sqlite3_create_function(db, "xray_text_has", 2, flags, nullptr, textHas, nullptr, nullptr);
    sqlite3_create_function(db, "xray_json_has", 2, flags, nullptr, jsonHas, nullptr, nullptr);
}

} // namespace xray::store
