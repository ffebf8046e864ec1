// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/migrations.h"

#include <QDir>
#include <QFile>
#include <QStringList>

namespace xray::store {

namespace {

const QString kFolder = QStringLiteral(":/schemas/sql/sqlite");

/// File names in order; file N brings version N-1 to version N.
QStringList migrationFiles()
{
    return QDir(kFolder).entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
}

Result<int> currentVersion(SqliteConnection &connection)
{
    auto version = connection.integer("PRAGMA user_version");
    if (!version)
        return version.error();
    return static_cast<int>(*version);
}

Result<> applyFile(SqliteConnection &connection, const QString &fileName, int version)
{
    QFile file(kFolder + QLatin1Char('/') + fileName);
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::Internal, QStringLiteral("Cannot read migration %1").arg(fileName)};
    const QByteArray sql =
        file.readAll() + "\nPRAGMA user_version=" + QByteArray::number(version) + ';';
    auto applied = connection.execute(sql.constData());
    if (!applied)
        applied.error().message =
            QStringLiteral("Migration %1 failed: %2").arg(fileName, applied.error().message);
    return applied;
}

/// A new file is empty, but for the inbox that an SDK may have made before us.
Result<> checkThatItIsOurs(SqliteConnection &connection)
{
    auto others = connection.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND "
                                     "name NOT LIKE 'sqlite_%' AND name <> 'inbox'");
    if (!others)
        return others.error();
    if (*others == 0)
        return Success{};
    return Error{ErrorCode::Unavailable,
                 QStringLiteral("%1 is a database of another program. Name another file with "
                                "--db sqlite:PATH.")
                     .arg(connection.filePath())};
}

/// One step under the write lock; another process may have taken it meanwhile.
Result<> applyNext(SqliteConnection &connection, const QStringList &files)
{
    WriteTransaction transaction(connection);
    if (auto begun = transaction.begin(); !begun)
        return begun;
    auto version = currentVersion(connection);
    if (!version)
        return version.error();
    if (*version >= files.size())
        return Success{};
    if (*version == 0) {
        if (auto ours = checkThatItIsOurs(connection); !ours)
            return ours;
    }
    if (auto applied = applyFile(connection, files[*version], *version + 1); !applied)
        return applied;
    return transaction.commit();
}

} // namespace

int newestSchemaVersion()
{
    return static_cast<int>(migrationFiles().size());
}

Result<> migrate(SqliteConnection &connection)
{
    const QStringList files = migrationFiles();
    for (;;) {
        auto version = currentVersion(connection);
        if (!version)
            return version.error();
        if (*version == files.size())
            return Success{};
        if (*version > files.size())
            return Error{
                ErrorCode::Unavailable,
                QStringLiteral("The store %1 was made by a newer X-Ray (schema %2, this one "
                               "knows %3). Update X-Ray, or open another store with --db.")
                    .arg(connection.filePath())
                    .arg(*version)
                    .arg(files.size())};
        if (auto applied = applyNext(connection, files); !applied)
            return applied;
    }
}

} // namespace xray::store
