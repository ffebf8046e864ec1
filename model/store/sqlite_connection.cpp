// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/sqlite_connection.h"

#include "model/store/sql_functions.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlQuery>
#include <QStorageInfo>
#include <QUrl>
#include <QUuid>
#include <QVariant>

#include <sqlite3.h>

#include <utility>

namespace xray::store {

namespace {

/// Virtual machine instructions between two looks at the ticket; some 100 µs.
constexpr int kTicketCheckInstructions = 20'000;

/// As in kWriterPragmas.
constexpr int kAutoCheckpointPages = 2000;

// Page size and auto_vacuum only take effect before the first table; figures in
// docs/decisions and the storage measurements: 8 KiB pages, a log of 16 MiB between checkpoints.
constexpr char kCreationPragmas[] = "PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL;";
constexpr char kWriterPragmas[] = "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON;"
                                  "PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
                                  "PRAGMA wal_autocheckpoint=2000;"
                                  "PRAGMA journal_size_limit=67108864;";
constexpr char kReaderPragmas[] = "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"
                                  "PRAGMA query_only=ON;";

/// SQLite would count what it allocates, under a lock that all threads share. Too late, and nothing
/// is changed, if someone has used the library before.
void leaveMemoryUncounted()
{
    [[maybe_unused]] static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

sqlite3 *handleOf(const QSqlDatabase &database)
{
    const QVariant handle = database.driver()->handle();
    if (!handle.isValid() || qstrcmp(handle.typeName(), "sqlite3*") != 0)
        return nullptr;
    return *static_cast<sqlite3 *const *>(handle.constData());
}

QString fileOf(sqlite3 *db)
{
    return QString::fromUtf8(sqlite3_db_filename(db, "main"));
}

SqlError errorOf(sqlite3 *db)
{
    return {sqlite3_extended_errcode(db), QString::fromUtf8(sqlite3_errmsg(db)), fileOf(db)};
}

const char *pragmaOf(Synchronous synchronous)
{
    switch (synchronous) {
    case Synchronous::Normal:
        return "PRAGMA synchronous=NORMAL";
    case Synchronous::Full:
        return "PRAGMA synchronous=FULL";
    case Synchronous::Extra:
        return "PRAGMA synchronous=EXTRA";
    }
    return "PRAGMA synchronous=FULL";
}

/// QtSql's plugin and we must speak through one copy of libsqlite3: two copies in a process break
/// each other's POSIX locks.
bool sharesOurLibrary(const QSqlDatabase &database)
{
    QSqlQuery query(database);
    return query.exec(QStringLiteral("SELECT sqlite_source_id()")) && query.next() &&
           query.value(0).toString() == QLatin1String(sqlite3_sourceid());
}

Error cannotOpen(const QString &path, const QString &why)
{
    return {
        ErrorCode::Unavailable,
        QStringLiteral("Cannot open the store %1: %2").arg(QDir::toNativeSeparators(path), why)};
}

QString whyNotOpened(const QString &path, const QSqlError &error)
{
    const QFileInfo file(path);
    if (!file.exists())
        return QStringLiteral("there is no such file. Check the path.");
    if (file.isDir())
        return QStringLiteral("it is a folder. Name a file with --db sqlite:PATH.");
    if (!file.isReadable())
        return QStringLiteral("it may not be read. Check its permissions.");
    return QStringLiteral("%1. Check the disk and the file.").arg(error.driverText());
}

Result<> makeFolder(const QString &path)
{
    const QString folder = QFileInfo(path).absolutePath();
    if (QDir().mkpath(folder))
        return Success{};
    return cannotOpen(path,
                      QStringLiteral("the folder %1 cannot be made. Check its permissions, or "
                                     "name another file with --db sqlite:PATH.")
                          .arg(folder));
}

bool isOnReadOnlyDisk(const QString &path)
{
    return QStorageInfo(QFileInfo(path).absolutePath()).isReadOnly();
}

bool hasLog(const QString &path)
{
    return QFileInfo(path + QStringLiteral("-wal")).size() > 0;
}

/// SQLite reads the log through an index that it keeps beside it, and here cannot make.
bool hasLogThatCannotBeRead(const QString &path)
{
    return hasLog(path) && !QFileInfo::exists(path + QStringLiteral("-shm")) &&
           isOnReadOnlyDisk(path);
}

/// A file on a read-only disk (a snapshot, a container's image) never changes, and SQLite must be
/// told, because it opens no other one in WAL mode without making files beside it.
void nameFile(QSqlDatabase &database, const QString &path, Access access)
{
    const QString timeout = QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(kBusyTimeout.count());
    if (isOnReadOnlyDisk(path) && !hasLog(path)) {
        const QByteArray file = QUrl::toPercentEncoding(QFileInfo(path).absoluteFilePath(), "/");
        database.setDatabaseName(
            QStringLiteral("file:%1?immutable=1").arg(QString::fromLatin1(file)));
        database.setConnectOptions(timeout +
                                   QStringLiteral(";QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI"));
        return;
    }
    database.setDatabaseName(path);
    database.setConnectOptions(
        access == Access::ReadOnly ? timeout + QStringLiteral(";QSQLITE_OPEN_READONLY") : timeout);
}

/// As one word of a POSIX shell, so that a command can be copied as it is.
QString shellQuoted(QString text)
{
    text.replace(QLatin1Char('\''), QLatin1String("'\\''"));
    return QLatin1Char('\'') + text + QLatin1Char('\'');
}

} // namespace

bool SqlError::concernsDatabase() const noexcept
{
    switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
        return true;
    default:
        return false;
    }
}

Error SqlError::toError() const
{
    switch (code & 0xff) {
    case SQLITE_INTERRUPT:
        return {ErrorCode::Cancelled, QStringLiteral("The query was cancelled.")};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {ErrorCode::Busy,
                QStringLiteral("The store %1 is locked by another program. Close that program, or "
                               "wait until it is done.")
                    .arg(file)};
    case SQLITE_FULL:
        return {ErrorCode::Unavailable,
                QStringLiteral("The disk that holds the store %1 is full. Free some space there; "
                               "nothing that was acknowledged is lost.")
                    .arg(file)};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {ErrorCode::Unavailable,
                QStringLiteral("The store %1 cannot be written (%2). Check the permissions of its "
                               "file and folder.")
                    .arg(file, message)};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {
            ErrorCode::Unavailable,
            QStringLiteral("The store %1 is damaged, or no store at all (%2). Keep a copy, then "
                           "recover what is readable: sqlite3 %3 .recover | sqlite3 NEW.db")
                .arg(file, message, shellQuoted(file))};
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        return {ErrorCode::Unavailable,
                QStringLiteral("The store %1 cannot be read or written (%2). Check the disk and "
                               "the permissions of the file and its folder.")
                    .arg(file, message)};
    default:
        return {ErrorCode::Internal, QStringLiteral("SQLite: %1").arg(message)};
    }
}

// ---- Statement -----------------------------------------------------------------------------

Statement::Statement(Statement &&other) noexcept
    : m_db(std::exchange(other.m_db, nullptr))
    , m_statement(std::exchange(other.m_statement, nullptr))
{
}

Statement &Statement::operator=(Statement &&other) noexcept
{
    std::swap(m_db, other.m_db);
    std::swap(m_statement, other.m_statement);
    return *this;
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

Statement &Statement::bindInteger(int index, std::int64_t value)
{
    sqlite3_bind_int64(m_statement, index, value);
    return *this;
}

Statement &Statement::bind(int index, double value)
{
    sqlite3_bind_double(m_statement, index, value);
    return *this;
}

Statement &Statement::bindText(int index, QByteArrayView utf8)
{
    // A null pointer would bind NULL where an empty text is meant.
    const char *data = utf8.data() ? utf8.data() : "";
    sqlite3_bind_text64(m_statement, index, data, static_cast<sqlite3_uint64>(utf8.size()),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

Statement &Statement::bindString(int index, const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    sqlite3_bind_text64(m_statement, index, utf8.constData(),
                        static_cast<sqlite3_uint64>(utf8.size()), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement &Statement::bindTextOrNull(int index, QByteArrayView utf8)
{
    return utf8.isEmpty() ? bindNull(index) : bindText(index, utf8);
}

Statement &Statement::bind(int index, const Uuid &uuid)
{
    sqlite3_bind_blob64(m_statement, index, uuid.bytes().data(), uuid.bytes().size(),
                        SQLITE_TRANSIENT);
    return *this;
}

Statement &Statement::bindBlob(int index, QByteArrayView bytes)
{
    sqlite3_bind_blob64(m_statement, index, bytes.data(), static_cast<sqlite3_uint64>(bytes.size()),
                        SQLITE_STATIC);
    return *this;
}

Statement &Statement::bindNull(int index)
{
    sqlite3_bind_null(m_statement, index);
    return *this;
}

Statement::Step Statement::step()
{
    switch (sqlite3_step(m_statement)) {
    case SQLITE_ROW:
        return Step::Row;
    case SQLITE_DONE:
        return Step::Done;
    default:
        return Step::Failed;
    }
}

bool Statement::run()
{
    Step last = step();
    while (last == Step::Row)
        last = step();
    reset();
    return last == Step::Done;
}

void Statement::reset()
{
    sqlite3_reset(m_statement);
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

QByteArrayView Statement::view(int column) const
{
    const auto *data = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
    return {data, sqlite3_column_bytes(m_statement, column)};
}

QByteArray Statement::utf8(int column) const
{
    return view(column).toByteArray();
}

std::string_view Statement::word(int column) const
{
    const QByteArrayView bytes = view(column);
    return {bytes.data(), static_cast<std::size_t>(bytes.size())};
}

QString Statement::text(int column) const
{
    return QString::fromUtf8(view(column));
}

std::optional<std::int64_t> Statement::maybeInteger(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<Uuid> Statement::uuid(int column) const
{
    return Uuid::fromBytes(view(column));
}

SqlError Statement::lastError() const
{
    return errorOf(m_db);
}

// ---- SqliteConnection ----------------------------------------------------------------------

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const QString &path, Access access,
                                                                 Synchronous synchronous)
{
    if (access == Access::ReadWrite) {
        if (auto made = makeFolder(path); !made)
            return made.error();
    }
    if (hasLogThatCannotBeRead(path))
        return cannotOpen(path, QStringLiteral("its disk is read-only, and a part of it is still "
                                               "in the log %1-wal. Copy both files to a disk that "
                                               "can be written, and open the copy.")
                                    .arg(QFileInfo(path).fileName()));
    leaveMemoryUncounted();
    std::unique_ptr<SqliteConnection> self(new SqliteConnection);
    self->m_name = QStringLiteral("xray-") + QUuid::createUuid().toString(QUuid::WithoutBraces);
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), self->m_name);
    nameFile(database, path, access);
    if (!database.open())
        return cannotOpen(path, whyNotOpened(path, database.lastError()));
    self->m_db = handleOf(database);
    if (!self->m_db || !sharesOurLibrary(database))
        return cannotOpen(path,
                          QStringLiteral("Qt's SQLite plugin does not use the system's "
                                         "libsqlite3. Install the distribution's package of it "
                                         "(Debian: libqt6sql6-sqlite)."));
    sqlite3_extended_result_codes(self->m_db, 1);
    registerSqlFunctions(self->m_db);
    self->installTicketCheck();
    const bool canWrite = access == Access::ReadWrite && !self->isReadOnly();
    if (canWrite) {
        if (auto ok = self->execute(kCreationPragmas); !ok)
            return ok.error();
    }
    if (auto ok = self->execute(canWrite ? kWriterPragmas : kReaderPragmas); !ok)
        return ok.error();
    if (auto ok = self->execute(pragmaOf(synchronous)); !ok)
        return ok.error();
    return self;
}

SqliteConnection::~SqliteConnection()
{
    QSqlDatabase::database(m_name, false).close();
    QSqlDatabase::removeDatabase(m_name);
}

void SqliteConnection::installTicketCheck()
{
    const auto check = [](void *context) -> int {
        return static_cast<SqliteConnection *>(context)->shouldStop() ? 1 : 0;
    };
    sqlite3_progress_handler(m_db, kTicketCheckInstructions, check, this);
}

bool SqliteConnection::shouldStop()
{
    if (m_deadline && std::chrono::steady_clock::now() > *m_deadline) {
        m_ranOutOfTime = true;
        return true;
    }
    return m_ticket && m_ticket->isCancelled();
}

Result<> SqliteConnection::checkTicket()
{
    if (!shouldStop())
        return Success{};
    return Error{ErrorCode::Cancelled, QStringLiteral("The query was cancelled.")};
}

Result<Statement> SqliteConnection::prepare(const char *sql)
{
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(m_db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) !=
        SQLITE_OK)
        return lastError().toError();
    return Statement(m_db, statement);
}

Result<> SqliteConnection::execute(const char *sql)
{
    if (sqlite3_exec(m_db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return lastError().toError();
    return Success{};
}

Result<std::int64_t> SqliteConnection::integer(const char *sql)
{
    auto statement = prepare(sql);
    if (!statement)
        return statement.error();
    if (statement->step() != Statement::Step::Row)
        return statement->lastError().toError();
    return statement->integer(0);
}

SqlError SqliteConnection::lastError() const
{
    return errorOf(m_db);
}

QString SqliteConnection::filePath() const
{
    return fileOf(m_db);
}

void SqliteConnection::checkpoint()
{
    sqlite3_wal_checkpoint_v2(m_db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

void SqliteConnection::reportLogPages(int *pages)
{
    const auto report = [](void *to, sqlite3 *, const char *, int count) -> int {
        *static_cast<int *>(to) = count;
        return SQLITE_OK;
    };
    if (pages)
        sqlite3_wal_hook(m_db, report, pages);
    else
        sqlite3_wal_autocheckpoint(m_db, kAutoCheckpointPages);
}

void SqliteConnection::setBusyTimeout(std::chrono::milliseconds timeout)
{
    sqlite3_busy_timeout(m_db, static_cast<int>(timeout.count()));
}

bool SqliteConnection::isReadOnly() const
{
    return sqlite3_db_readonly(m_db, "main") == 1;
}

Result<> SqliteConnection::checkInPlace() const
{
    int moved = 0;
    sqlite3_file_control(m_db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved == 0)
        return Success{};
    return Error{ErrorCode::Unavailable,
                 QStringLiteral("The store %1 was moved, removed or replaced while it was open. "
                                "Put it back, or restart X-Ray to begin a new one.")
                     .arg(fileOf(m_db))};
}

void SqliteConnection::interrupt()
{
    sqlite3_interrupt(m_db);
}

// ---- WriteTransaction ----------------------------------------------------------------------

WriteTransaction::~WriteTransaction()
{
    rollback();
}

Result<> WriteTransaction::begin()
{
    if (auto inPlace = m_connection.checkInPlace(); !inPlace)
        return inPlace;
    auto begun = m_connection.execute("BEGIN IMMEDIATE");
    m_open = begun.ok();
    return begun;
}

Result<> WriteTransaction::commit()
{
    auto committed = m_connection.execute("COMMIT");
    if (committed)
        m_open = false;
    return committed;
}

void WriteTransaction::rollback()
{
    if (!m_open)
        return;
    m_open = false;
    // A failed statement may have rolled back already; then this says so, and that is fine.
    [[maybe_unused]] const auto ignored = m_connection.execute("ROLLBACK");
}

} // namespace xray::store
