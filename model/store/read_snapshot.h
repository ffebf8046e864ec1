// SPDX-License-Identifier: GPL-3.0-or-later
// One read transaction: everything read while it lives is of one revision. On the stack of a
// reader; not to be held for long, since the log cannot be emptied meanwhile.
#pragma once

#include "model/store/sqlite_connection.h"

namespace xray::store {

class ReadSnapshot
{
public:
    explicit ReadSnapshot(SqliteConnection &connection)
        : m_connection(connection)
        , m_begun(connection.execute("BEGIN"))
    {
    }
    ReadSnapshot(const ReadSnapshot &) = delete;
    ReadSnapshot &operator=(const ReadSnapshot &) = delete;
    ~ReadSnapshot()
    {
        if (m_begun) [[maybe_unused]]
            const auto ended = m_connection.execute("COMMIT");
    }

private:
    SqliteConnection &m_connection;
    Result<> m_begun;
};

} // namespace xray::store
