// SPDX-License-Identifier: GPL-3.0-or-later
// Brings a SQLite store to the schema this program speaks: the numbered files of
// schemas/sql/sqlite, each in one transaction, the last one recorded in PRAGMA user_version.
#pragma once

#include "model/store/sqlite_connection.h"

namespace xray::store {

/// The schema version this program was built with.
[[nodiscard]] int newestSchemaVersion();

/// Safe to be called by several processes at once. A store made by a newer program is an error
/// that says so, and stays untouched.
[[nodiscard]] Result<> migrate(SqliteConnection &connection);

} // namespace xray::store
