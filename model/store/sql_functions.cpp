// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/sql_functions.h"

#include <model/core/text.h>
#include <model/query/json_path.h>

#include <QHash>
#include <QRegularExpression>
#include <QString>

#include <sqlite3.h>

#include <memory>

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

/// Verdicts on short texts: names repeat from row to row, and are judged once.
class Verdicts
{
public:
    template<class Judge>
    bool of(QByteArrayView text, Judge &&judge)
    {
        if (text.size() > kLongest)
            return judge();
        const auto known = m_known.constFind(QByteArray::fromRawData(text.data(), text.size()));
        if (known != m_known.constEnd())
            return *known;
        if (m_known.size() >= kMost)
            m_known.clear();
        return *m_known.insert(text.toByteArray(), judge());
    }

private:
    static constexpr qsizetype kLongest = 64; // bytes
    static constexpr qsizetype kMost = 1'024;

    QHash<QByteArray, bool> m_known;
};

/// A text to look for in others.
class Needle
{
public:
    explicit Needle(const QString &text)
        : m_folded(simpleCaseFolded(text))
    {
    }

    bool isIn(QByteArrayView text)
    {
        return m_verdicts.of(
            text, [&] { return simpleCaseFolded(QString::fromUtf8(text)).contains(m_folded); });
    }
    [[nodiscard]] bool isIn(QByteArrayView json, QByteArrayView path) const
    {
        return query::jsonHasText(json, path, m_folded);
    }

private:
    const QString m_folded;
    Verdicts m_verdicts;
};

/// A regular expression; an unsound one matches nothing.
class Pattern
{
public:
    explicit Pattern(const QString &text)
        : m_expression(text)
    {
    }

    bool matches(QByteArrayView text)
    {
        return m_verdicts.of(text, [&] {
            return m_expression.isValid() && m_expression.match(QString::fromUtf8(text)).hasMatch();
        });
    }

private:
    const QRegularExpression m_expression;
    Verdicts m_verdicts;
};

/// What `judge` says of the first argument (nothing of NULL), with the T that is made of the
/// argument at `index`. SQLite keeps that for as long as the statement runs with the same one.
template<class T, class Judge>
void resultOf(sqlite3_context *context, sqlite3_value **arguments, int index, Judge &&judge)
{
    if (isNull(arguments[0]))
        return sqlite3_result_int(context, 0);
    if (auto *kept = static_cast<T *>(sqlite3_get_auxdata(context, index)))
        return sqlite3_result_int(context, judge(*kept) ? 1 : 0);
    auto made = std::make_unique<T>(QString::fromUtf8(bytesOf(arguments[index])));
    sqlite3_result_int(context, judge(*made) ? 1 : 0);
    sqlite3_set_auxdata(context, index, made.release(),
                        [](void *value) { delete static_cast<T *>(value); });
}

void textHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    resultOf<Needle>(context, arguments, 1,
                     [&](Needle &needle) { return needle.isIn(bytesOf(arguments[0])); });
}

void jsonHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    resultOf<Needle>(context, arguments, 1,
                     [&](const Needle &needle) { return needle.isIn(bytesOf(arguments[0]), {}); });
}

void jsonHasAt(sqlite3_context *context, int, sqlite3_value **arguments)
{
    resultOf<Needle>(context, arguments, 2, [&](const Needle &needle) {
        return needle.isIn(bytesOf(arguments[0]), bytesOf(arguments[1]));
    });
}

void matches(sqlite3_context *context, int, sqlite3_value **arguments)
{
    resultOf<Pattern>(context, arguments, 1,
                      [&](Pattern &pattern) { return pattern.matches(bytesOf(arguments[0])); });
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
