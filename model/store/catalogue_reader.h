// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the names the data knows, for checking and completion. Metrics and step names are kept
// counted and cheap; names of runs need a look at every run, so what was read a moment ago serves
// again. Used within one question of a reader.
#pragma once

#include "model/store/sqlite_connection.h"

#include <model/core/time.h>
#include <model/query/catalogue.h>

#include <memory>

namespace xray::store {

/// A catalogue and when it was read.
struct KnownCatalogue
{
    std::shared_ptr<const query::Catalogue> catalogue;
    Revision revision = 0;
    TimeNs runsReadAt = 0;   ///< pipelines, environments, tags and paths
    DurationNs runsTook = 0; ///< to read
};

class CatalogueReader
{
public:
    explicit CatalogueReader(SqliteConnection &connection)
        : m_connection(connection)
    {
    }

    /// `known`, when nothing happened since; else a new one, with the names of runs taken from it
    /// when they are younger than two seconds, or what they cost is not yet worth it.
    [[nodiscard]] Result<KnownCatalogue> read(const KnownCatalogue &known, TimeNs now);
    /// Those of the newest payloads, sorted: "input.title".
    [[nodiscard]] Result<QStringList> readPaths();

private:
    [[nodiscard]] Result<std::vector<query::NamedCount>> count(const char *sql);
    [[nodiscard]] Result<> readRunNames(query::Catalogue &catalogue);

    SqliteConnection &m_connection;
};

} // namespace xray::store
