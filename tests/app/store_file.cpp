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

std::vector<Uuid> StoreFile::stepsInOrder(ExecutionId run) const
{
    QSqlQuery query(QSqlDatabase::database(kName));
    query.prepare(
        QStringLiteral("SELECT uuid, step_index FROM execution_steps WHERE execution_id = "
                       "(SELECT id FROM executions WHERE uuid = ?) ORDER BY step_index"));
    const auto &bytes = run.uuid().bytes();
    query.addBindValue(QByteArray(reinterpret_cast<const char *>(bytes.data()),
                                  static_cast<qsizetype>(bytes.size())));
    query.exec();
    std::vector<Uuid> steps;
    while (query.next()) {
        steps.push_back(*Uuid::fromBytes(query.value(0).toByteArray()));
        if (query.value(1).toLongLong() != std::ssize(steps))
            return {};
    }
    return steps;
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
                              "counters", "inbox", "spans", "step_names"}) {
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
        {"step names that are counted wrongly",
         "SELECT count(*) FROM (SELECT step_name, n FROM step_names EXCEPT "
         "SELECT step_name, count(*) FROM execution_steps GROUP BY step_name)"},
        {"metrics outside of their zone",
         "SELECT count(*) FROM step_metrics m LEFT JOIN metric_zones z ON z.metric_id = "
         "m.metric_id "
         "AND z.step_type = m.step_type AND z.zone = m.step_id >> 9 "
         "WHERE z.zone IS NULL OR m.value NOT BETWEEN z.min_value AND z.max_value"},
        {"broken references", "SELECT count(*) FROM pragma_foreign_key_check"},
    };
    for (const auto &[what, sql] : wrongs) {
        if (text(QLatin1String(sql)) != QStringLiteral("0"))
            return text(QLatin1String(sql)) + QLatin1Char(' ') + QLatin1String(what);
    }
    return {};
}

} // namespace xray::test
