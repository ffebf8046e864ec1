// SPDX-License-Identifier: GPL-3.0-or-later
// Query data and compiled queries as a script for psql. The functions that the SQL calls belong to
// the schema of a Postgres store; here they look up what model/query/json_path.h and the like say
// of every text there is, so that what is tried is the SQL alone. One thread.
#pragma once

#include "tests/query/query_data.h"

#include <model/query/sql.h>

#include <set>

namespace xray::test {

class PostgresScript
{
public:
    /// With tables that hold the data.
    explicit PostgresScript(const QueryData &data);

    /// Asks what was compiled from the query; the answer follows a line "@".
    void ask(const query::Query &query, const query::SqlText &sql);

    [[nodiscard]] QByteArray text() const;
    /// The first field of each row, of each ask() in turn, out of what psql printed.
    [[nodiscard]] static std::vector<std::vector<qint64>> answersIn(const QByteArray &printed);

private:
    void noteTexts(const QueryData &data);
    void note(const query::Condition &condition);
    void notePath(const query::Condition &condition, const QString &needle);
    void noteWord(const query::Condition &condition, const QString &needle);
    void noteMatch(const QByteArray &text, const QString &pattern);
    void say(const char *function, const QByteArrayList &arguments, const QByteArray &result);

    std::set<QByteArray> m_words; ///< every name there is
    std::set<QByteArray> m_jsons; ///< every payload, trigger and metadata
    std::set<QByteArray> m_said;
    QByteArray m_tables;
    QByteArray m_answers;
    QByteArray m_questions;
};

} // namespace xray::test
