// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, steps, errors and spans with all they say, as pages that end by number or by size. Used for
// one question on a reader's connection; read-only.
#pragma once

#include "model/store/read_rows.h"

#include <model/core/ports.h>

namespace xray::store {

class PageReader
{
public:
    explicit PageReader(SqliteConnection &connection)
        : m_connection(connection)
    {
    }

    Read<RunPage> runPage(const RunPageQuery &query);
    Read<StepPage> stepPage(const StepPageQuery &query);
    Read<ErrorPage> errorPage(const ErrorPageQuery &query);
    Read<std::vector<StoredSpan>> spansOf(ExecutionId id);

private:
    Result<ExecutionRow> rowOf(ExecutionId id);

    SqliteConnection &m_connection;
};

} // namespace xray::store
