// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/lying_disk.h"

#include <QFile>
#include <QHash>

#include <atomic>
#include <limits>
#include <mutex>

#include <sqlite3.h>

namespace xray::test {

namespace {

constexpr qint64 kEndless = std::numeric_limits<qint64>::max();

/// One disk a process, as SQLite's registry of file systems is.
struct Disk
{
    sqlite3_vfs *real = nullptr;
    std::atomic<DiskFault> fault = DiskFault::None;
    std::atomic<qint64> freeBytes = kEndless;
    std::mutex mutex;
    QHash<QByteArray, QByteArray> synced; ///< contents that a power cut would leave, by path
};

Disk &disk()
{
    static Disk theDisk;
    return theDisk;
}

/// What SQLite sees; the real file follows it in memory.
struct LyingFile
{
    sqlite3_file base;
    const char *path; ///< SQLite keeps it while the file is open; null for a temporary file

    sqlite3_file *real() { return reinterpret_cast<sqlite3_file *>(this + 1); }
};

LyingFile *lying(sqlite3_file *file)
{
    return reinterpret_cast<LyingFile *>(file);
}

sqlite3_file *real(sqlite3_file *file)
{
    return lying(file)->real();
}

bool has(DiskFault fault)
{
    return disk().fault == fault;
}

/// Takes what the write would make the file grow by from the free space, if there is so much.
bool takeSpace(sqlite3_file *file, sqlite3_int64 end)
{
    sqlite3_int64 size = 0;
    real(file)->pMethods->xFileSize(real(file), &size);
    if (end <= size || disk().freeBytes == kEndless)
        return true;
    if (disk().freeBytes < end - size)
        return false;
    disk().freeBytes -= end - size;
    return true;
}

void rememberSynced(sqlite3_file *file)
{
    sqlite3_int64 size = 0;
    real(file)->pMethods->xFileSize(real(file), &size);
    QByteArray content(static_cast<qsizetype>(size), '\0');
    real(file)->pMethods->xRead(real(file), content.data(), static_cast<int>(size), 0);
    const std::lock_guard lock(disk().mutex);
    disk().synced.insert(lying(file)->path, content);
}

int closeFile(sqlite3_file *file)
{
    return real(file)->pMethods->xClose(real(file));
}

int readFile(sqlite3_file *file, void *to, int bytes, sqlite3_int64 from)
{
    if (has(DiskFault::ReadFails))
        return SQLITE_IOERR_READ;
    return real(file)->pMethods->xRead(real(file), to, bytes, from);
}

int writeFile(sqlite3_file *file, const void *from, int bytes, sqlite3_int64 to)
{
    if (has(DiskFault::WriteFails) || has(DiskFault::ReadOnly))
        return SQLITE_IOERR_WRITE;
    if (!takeSpace(file, to + bytes))
        return SQLITE_FULL;
    return real(file)->pMethods->xWrite(real(file), from, bytes, to);
}

int truncateFile(sqlite3_file *file, sqlite3_int64 size)
{
    if (has(DiskFault::ReadOnly))
        return SQLITE_IOERR_TRUNCATE;
    return real(file)->pMethods->xTruncate(real(file), size);
}

int syncFile(sqlite3_file *file, int flags)
{
    if (has(DiskFault::SyncFails))
        return SQLITE_IOERR_FSYNC;
    const int done = real(file)->pMethods->xSync(real(file), flags);
    if (done == SQLITE_OK && lying(file)->path)
        rememberSynced(file);
    return done;
}

int fileSize(sqlite3_file *file, sqlite3_int64 *size)
{
    return real(file)->pMethods->xFileSize(real(file), size);
}

int lockFile(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

int unlockFile(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

int checkReserved(sqlite3_file *file, int *result)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

int controlFile(sqlite3_file *file, int operation, void *argument)
{
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

int sectorSize(sqlite3_file *file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

int characteristics(sqlite3_file *file)
{
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

int mapShared(sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
    return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}

int lockShared(sqlite3_file *file, int offset, int count, int flags)
{
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

void barrier(sqlite3_file *file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

int unmapShared(sqlite3_file *file, int remove)
{
    return real(file)->pMethods->xShmUnmap(real(file), remove);
}

constexpr sqlite3_io_methods kMethods{
    2,          closeFile,  readFile,      writeFile,   truncateFile, syncFile,        fileSize,
    lockFile,   unlockFile, checkReserved, controlFile, sectorSize,   characteristics, mapShared,
    lockShared, barrier,    unmapShared,   nullptr,     nullptr};

int openFile(sqlite3_vfs *, const char *path, sqlite3_file *file, int flags, int *given)
{
    if (has(DiskFault::ReadOnly) && (flags & SQLITE_OPEN_MAIN_DB) != 0)
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    lying(file)->path = path;
    file->pMethods = nullptr;
    const int done = disk().real->xOpen(disk().real, path, real(file), flags, given);
    if (real(file)->pMethods)
        file->pMethods = &kMethods;
    return done;
}

sqlite3_vfs &lyingVfs()
{
    static sqlite3_vfs vfs;
    return vfs;
}

} // namespace

LyingDisk::LyingDisk()
{
    disk().real = sqlite3_vfs_find(nullptr);
    sqlite3_vfs &vfs = lyingVfs();
    vfs = *disk().real;
    vfs.zName = "lying";
    vfs.szOsFile += static_cast<int>(sizeof(LyingFile));
    vfs.pNext = nullptr;
    vfs.xOpen = openFile;
    sqlite3_vfs_register(&vfs, 1);
}

LyingDisk::~LyingDisk()
{
    sqlite3_vfs_unregister(&lyingVfs());
    setFault(DiskFault::None);
    freeSpace();
}

void LyingDisk::setFault(DiskFault fault)
{
    disk().fault = fault;
}

void LyingDisk::setFreeBytes(qint64 bytes)
{
    disk().freeBytes = bytes;
}

void LyingDisk::freeSpace()
{
    disk().freeBytes = kEndless;
}

void LyingDisk::cutPower(const QString &database, const QString &copy)
{
    const std::lock_guard lock(disk().mutex);
    for (const QString &suffix : {QString(), QStringLiteral("-wal")}) {
        QFile left(copy + suffix);
        if (left.open(QIODevice::WriteOnly))
            left.write(disk().synced.value(QFile::encodeName(database + suffix)));
    }
}

} // namespace xray::test
