// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/store_url.h"

#include <QDir>
#include <QStandardPaths>
#include <QUrl>

namespace xray::store {

QString StoreUrl::toString() const
{
    switch (kind) {
    case Kind::SqliteFile:
        return QStringLiteral("sqlite:") + path;
    case Kind::SqliteTemporary:
        return QStringLiteral("sqlite::memory:");
    case Kind::Postgres:
        return QUrl(server).toString(QUrl::RemovePassword);
    }
    return {};
}

Result<StoreUrl> parseStoreUrl(const QString &text)
{
    const QString sqlitePrefix = QStringLiteral("sqlite:");
    if (text == QStringLiteral("sqlite::memory:"))
        return StoreUrl{StoreUrl::Kind::SqliteTemporary, {}, {}};
    if (text.startsWith(sqlitePrefix)) {
        const QString path = text.mid(sqlitePrefix.size());
        if (path.isEmpty())
            return Error{
                ErrorCode::InvalidValue,
                QStringLiteral("The store URL \"%1\" names no file. Write sqlite:PATH.").arg(text)};
        return StoreUrl{StoreUrl::Kind::SqliteFile, QDir::cleanPath(QDir(path).absolutePath()), {}};
    }
    if (text.startsWith(QStringLiteral("postgresql://")) ||
        text.startsWith(QStringLiteral("postgres://")))
        return StoreUrl{StoreUrl::Kind::Postgres, {}, text};
    return Error{ErrorCode::InvalidValue,
                 QStringLiteral("\"%1\" is not a store URL. Write sqlite:PATH, sqlite::memory: or "
                                "postgresql://user@host:port/db.")
                     .arg(text)};
}

StoreUrl defaultStoreUrl(const QString &fileName)
{
    const QString base = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return {StoreUrl::Kind::SqliteFile, base + QStringLiteral("/xray/") + fileName, {}};
}

QString defaultSpoolFolder()
{
    QString base = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(base)) // the specification: ignore what is not
        base = QDir::homePath() + QStringLiteral("/.local/state");
    return base + QStringLiteral("/xray/spool");
}

} // namespace xray::store
