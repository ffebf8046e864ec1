// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is typed into the run list's filter is a question SQLite understands, and finds a run
// exactly when its title contains every term. The input's first line is the title.

#include <model/core/run_query.h>
#include <model/store/migrations.h>
#include <model/store/run_filter_sql.h>

#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdlib>

using namespace xray;
using namespace xray::store;

namespace {

constexpr char kPutRun[] =
    "INSERT OR REPLACE INTO executions(id, uuid, pipeline_name, status, started_at, title, "
    "last_event_at) VALUES(1, x'01020304050607080900010203040506', '', 'completed', 1, ?, 1)";

template<class T>
T required(Result<T> result)
{
    if (!result)
        std::abort();
    return std::move(*result);
}

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// A store with one run.
class Runs
{
public:
    Runs()
        : m_connection(required(SqliteConnection::open(m_folder.filePath(QStringLiteral("runs.db")),
                                                       Access::ReadWrite)))
    {
        require(migrate(*m_connection).ok());
        m_put = required(m_connection->prepare(kPutRun));
    }

    void put(const QString &title)
    {
        m_put.bindString(1, title);
        require(m_put.run());
    }
    bool finds(const RunFilter &filter)
    {
        const SqlCondition condition = conditionOf(filter);
        Statement statement =
            required(m_connection->prepare("SELECT 1 FROM executions e WHERE " + condition.sql));
        int index = 0;
        for (const SqlCondition::Value &value : condition.values)
            std::visit([&](const auto &v) { bind(statement, ++index, v); }, value);
        const auto step = statement.step();
        require(step != Statement::Step::Failed);
        return step == Statement::Step::Row;
    }

private:
    static void bind(Statement &statement, int index, const QString &text)
    {
        statement.bindString(index, text);
    }
    template<class Value>
    static void bind(Statement &statement, int index, const Value &value)
    {
        statement.bind(index, value);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<SqliteConnection> m_connection;
    Statement m_put;
};

bool containsEach(const QString &title, const QStringList &terms)
{
    return std::ranges::all_of(
        terms, [&](const QString &term) { return title.contains(term, Qt::CaseInsensitive); });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static int argc = 0;
    static const QCoreApplication application(argc, nullptr);
    static Runs runs;
    const QString input =
        QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const QString title = input.section(QLatin1Char('\n'), 0, 0);
    RunFilter filter;
    filter.text = input.section(QLatin1Char('\n'), 1);
    runs.put(title);
    const bool isId = Uuid::fromText(filter.text.trimmed().toStdString()).has_value();
    require(runs.finds(filter) == (!isId && containsEach(title, searchTerms(filter.text))));
    return 0;
}
