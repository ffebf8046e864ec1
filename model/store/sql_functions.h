// SPDX-License-Identifier: GPL-3.0-or-later
// What X-Ray adds to SQLite's functions, on every connection. Private to the store.
#pragma once

struct sqlite3;

namespace xray::store {

/// xray_text_has(text, needle): case-insensitive substring, Unicode simple case folding.
/// xray_json_has(json, needle): the same over the string values of a JSON text.
/// A NULL text has nothing; both are deterministic.
void registerSqlFunctions(sqlite3 *db);

} // namespace xray::store
