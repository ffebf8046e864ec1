// SPDX-License-Identifier: GPL-3.0-or-later
// One connection to a SQLite store: opened by QtSql, spoken to through its own handle (2.2 times
// as fast as QSqlQuery, and without a detour through UTF-16). Opened, used and closed on one
// thread. Private to the store: this header names sqlite3 types and is included by no other layer.
#pragma once

#include <model/core/ids.h>
#include <model/core/result.h>
#include <model/core/ticket.h>

#include <QByteArray>
#include <QString>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace xray::store {

/// Why a statement failed, with SQLite's extended code, which says whether the fault lies with the
/// database (full, locked, corrupt) or with the row that was written.
struct SqlError
{
    int code = 0;
    QString message;
    QString file; ///< of the database

    /// The whole store is affected; trying the rows one by one would not help.
    [[nodiscard]] bool concernsDatabase() const noexcept;
    /// In words a person can act on.
    [[nodiscard]] Error toError() const;
};

/// A prepared statement; parameters and columns count from 1 and 0, as in SQLite. Text is UTF-8.
class Statement
{
public:
    Statement() = default;
    Statement(sqlite3 *db, sqlite3_stmt *statement)
        : m_db(db)
        , m_statement(statement)
    {
    }
    Statement(Statement &&other) noexcept;
    Statement &operator=(Statement &&other) noexcept;
    ~Statement();

    [[nodiscard]] bool isValid() const noexcept { return m_statement != nullptr; }

    template<std::integral T>
    Statement &bind(int index, T value)
    {
        return bindInteger(index, static_cast<std::int64_t>(value));
    }
    Statement &bind(int index, double value);
    /// The bytes must live until the statement is reset.
    Statement &bindText(int index, QByteArrayView utf8);
    Statement &bindString(int index, const QString &text);
    /// Empty becomes NULL, for columns where absent and empty mean the same.
    Statement &bindTextOrNull(int index, QByteArrayView utf8);
    Statement &bind(int index, const Uuid &uuid);
    /// The bytes must live until the statement is reset.
    Statement &bindBlob(int index, QByteArrayView bytes);
    Statement &bindNull(int index);
    template<class T>
    Statement &bind(int index, const std::optional<T> &value)
    {
        return value ? bind(index, *value) : bindNull(index);
    }

    enum class Step { Row, Done, Failed };
    Step step();
    /// step() until done, then reset. False when it failed.
    [[nodiscard]] bool run();
    void reset();

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] QByteArray utf8(int column) const;
    [[nodiscard]] QString text(int column) const;
    /// The column's text without a copy, valid until the next step() or reset().
    [[nodiscard]] std::string_view word(int column) const;
    [[nodiscard]] std::optional<std::int64_t> maybeInteger(int column) const;
    [[nodiscard]] std::optional<Uuid> uuid(int column) const;
    /// The column's bytes without a copy, valid until the next step() or reset().
    [[nodiscard]] QByteArrayView view(int column) const;

    [[nodiscard]] SqlError lastError() const;

private:
    Statement &bindInteger(int index, std::int64_t value);

    sqlite3 *m_db = nullptr;
    sqlite3_stmt *m_statement = nullptr;
};

/// Resets a cached statement at the end of a scope, so that no read transaction stays open.
class StatementScope
{
public:
    explicit StatementScope(Statement &statement)
        : m_statement(statement)
    {
    }
    StatementScope(const StatementScope &) = delete;
    StatementScope &operator=(const StatementScope &) = delete;
    ~StatementScope() { m_statement.reset(); }

private:
    Statement &m_statement;
};

enum class Access { ReadWrite, ReadOnly };
/// SQLite's pragma, as far as we offer it. What is acknowledged survives a killed process in every
/// mode; a power cut may take the last commits in Normal, none in Full. Extra differs from Full
/// only where there is no write-ahead log.
enum class Synchronous { Normal, Full, Extra };

/// How long a statement waits for another program's lock.
inline constexpr std::chrono::milliseconds kBusyTimeout{5000};

class SqliteConnection
{
public:
    /// Opens (and for ReadWrite creates) the database and sets the pragmas. The schema is
    /// migrations.h's business.
    [[nodiscard]] static Result<std::unique_ptr<SqliteConnection>>
    open(const QString &path, Access access, Synchronous synchronous = Synchronous::Normal);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection &) = delete;
    SqliteConnection &operator=(const SqliteConnection &) = delete;

    [[nodiscard]] Result<Statement> prepare(const char *sql);
    [[nodiscard]] Result<Statement> prepare(const QByteArray &sql)
    {
        return prepare(sql.constData());
    }
    /// Runs one or more statements that give no rows.
    [[nodiscard]] Result<> execute(const char *sql);
    [[nodiscard]] Result<std::int64_t> integer(const char *sql);
    [[nodiscard]] SqlError lastError() const;

    [[nodiscard]] QString filePath() const;
    /// Moves what it can of the write-ahead log into the file, without waiting for anyone. What it
    /// cannot, because others read it or the disk does not take it, stays for the next time.
    void checkpoint();
    /// From now on `pages` holds, after each commit, the length of the log, and commits leave the
    /// log alone; with null they move it themselves again whenever it is long.
    void reportLogPages(int *pages);
    void setBusyTimeout(std::chrono::milliseconds timeout);
    /// The file could be opened for reading only, whatever was asked for.
    [[nodiscard]] bool isReadOnly() const;
    /// Unavailable once someone moved, removed or replaced the file under the open connection:
    /// what was written then, nobody would find.
    [[nodiscard]] Result<> checkInPlace() const;

    /// While set, a running statement is interrupted once the ticket is cancelled.
    void setTicket(std::optional<Ticket> ticket) { m_ticket = std::move(ticket); }
    /// While set, a running statement is interrupted once that time has come.
    void setDeadline(std::optional<std::chrono::steady_clock::time_point> deadline)
    {
        m_deadline = deadline;
        m_ranOutOfTime = false;
    }
    /// Whether one was since setDeadline().
    [[nodiscard]] bool ranOutOfTime() const noexcept { return m_ranOutOfTime; }
    /// Cancelled once the ticket is, or the deadline has come: for work between two statements.
    [[nodiscard]] Result<> checkTicket();
    /// Interrupts whatever runs on this connection; from any thread.
    void interrupt();

private:
    SqliteConnection() = default;
    void installTicketCheck();
    bool shouldStop();

    QString m_name; ///< of the QtSql connection
    sqlite3 *m_db = nullptr;
    std::optional<Ticket> m_ticket;
    std::optional<std::chrono::steady_clock::time_point> m_deadline;
    bool m_ranOutOfTime = false;
};

/// Runs the body between BEGIN IMMEDIATE and COMMIT. IMMEDIATE, because a deferred transaction
/// that turns to writing after another's commit fails at once, whatever the busy timeout.
class WriteTransaction
{
public:
    explicit WriteTransaction(SqliteConnection &connection)
        : m_connection(connection)
    {
    }
    WriteTransaction(const WriteTransaction &) = delete;
    WriteTransaction &operator=(const WriteTransaction &) = delete;
    ~WriteTransaction();

    [[nodiscard]] Result<> begin();
    [[nodiscard]] Result<> commit();
    void rollback();

private:
    SqliteConnection &m_connection;
    bool m_open = false;
};

} // namespace xray::store
