// SPDX-License-Identifier: GPL-3.0-or-later
// What X-Ray adds to SQLite's functions, on every connection. Private to the store.
#pragma once

struct sqlite3;

namespace xray::store {

/// The functions that the SQL of model/query/sql.h relies on, with the meaning it says; run filters
/// use them too.
void registerSqlFunctions(sqlite3 *db);

} // namespace xray::store
