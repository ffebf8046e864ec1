// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/store_file.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QVariant>

namespace xray::test {

namespace {

const QString kName = QStringLiteral("store-file");

QString rowText(const QSqlQuery &query)
{
    QString text;
    const int columns = query.record().count();
    for (int column = 0; column < columns; ++column) {
        const QVariant value = query.value(column);
        const bool isBlob = value.userType() == QMetaType::QByteArray;
        text += QLatin1Char('|') +
                (isBlob ? QString::fromLatin1(value.toByteArray().toHex()) : value.toString());
    }
    return text;
}

} // namespace

StoreFile::StoreFile(const QString &path)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), kName);
    database.setDatabaseName(path);
    database.open();
}

StoreFile::~StoreFile()
{
    QSqlDatabase::removeDatabase(kName);
}

std::set<Uuid> StoreFile::idsIn(const QString &table) const
{
    std::set<Uuid> ids;
    QSqlQuery query(QStringLiteral("SELECT uuid FROM ") + table, QSqlDatabase::database(kName));
    while (query.next())
        ids.insert(*Uuid::fromBytes(query.value(0).toByteArray()));
    return ids;
}

QString StoreFile::text(const QString &sql) const
{
    QSqlQuery query(sql, QSqlDatabase::database(kName));
    return query.next() ? query.value(0).toString() : QStringLiteral("no answer");
}

QStringList StoreFile::dump() const
{
    QStringList rows;
    for (const char *table : {"executions", "execution_steps", "execution_errors", "step_metrics",
                              "counters", "inbox"}) {
        QSqlQuery query(QStringLiteral("SELECT * FROM ") + QLatin1String(table),
                        QSqlDatabase::database(kName));
        while (query.next())
            rows += QLatin1String(table) + rowText(query);
    }
    return rows;
}

QString StoreFile::whatIsWrong() const
{
    const QString integrity = text(QStringLiteral("PRAGMA integrity_check"));
    if (integrity != QStringLiteral("ok"))
        return integrity;
    const std::pair<const char *, const char *> wrongs[] = {
        {"runs whose step_count is wrong",
         "SELECT count(*) FROM executions e WHERE step_count <> "
         "(SELECT count(*) FROM execution_steps s WHERE s.execution_id = e.id)"},
        {"runs whose error_count is wrong",
         "SELECT count(*) FROM executions e WHERE error_count <> "
         "(SELECT count(*) FROM execution_errors x WHERE x.execution_id = e.id)"},
        {"counters of steps that are wrong",
         "SELECT count(*) FROM counters WHERE name = 'steps' AND value <> "
         "(SELECT count(*) FROM execution_steps)"},
        {"counters of runs that are wrong",
         "SELECT count(*) FROM counters WHERE name = 'runs' AND value <> "
         "(SELECT count(*) FROM executions)"},
        {"broken references", "SELECT count(*) FROM pragma_foreign_key_check"},
    };
    for (const auto &[what, sql] : wrongs) {
        if (text(QLatin1String(sql)) != QStringLiteral("0"))
            return text(QLatin1String(sql)) + QLatin1Char(' ') + QLatin1String(what);
    }
    return {};
}

} // namespace xray::test
