// SPDX-License-Identifier: GPL-3.0-or-later
// Where a store is: reads the URLs of the interface ("sqlite:PATH", "sqlite::memory:",
// "postgresql://…") and knows the default one. Plain values, any thread.
#pragma once

#include <model/core/result.h>

#include <QString>

namespace xray::store {

struct StoreUrl
{
    enum class Kind { SqliteFile, SqliteTemporary, Postgres };

    Kind kind = Kind::SqliteFile;
    QString path;   ///< of the file; empty for a temporary store
    QString server; ///< the whole URL for Postgres, else empty

    /// As a person would type it; a password in it is left out.
    [[nodiscard]] QString toString() const;

    friend bool operator==(const StoreUrl &, const StoreUrl &) = default;
};

[[nodiscard]] Result<StoreUrl> parseStoreUrl(const QString &text);

/// $XDG_DATA_HOME/xray/NAME, NAME being "xray.db" or "demo.db".
[[nodiscard]] StoreUrl defaultStoreUrl(const QString &fileName = QStringLiteral("xray.db"));

/// $XDG_STATE_HOME/xray/spool: seldom on the disk of a store that is not the default one.
[[nodiscard]] QString defaultSpoolFolder();

} // namespace xray::store
