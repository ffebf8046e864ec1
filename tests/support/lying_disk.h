// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that can lie: while one exists, every SQLite file that is opened goes through it, and it
// fills up, fails, turns read-only or loses power when a test says so. For tests only; one at a
// time, made before the first store is opened. Its functions may be called from any thread.
#pragma once

#include <QString>
#include <QtGlobal>

namespace xray::test {

enum class DiskFault {
    None,
    WriteFails, ///< an I/O error
    SyncFails,  ///< fsync() reports that it could not
    ReadFails,
    ReadOnly, ///< no file can be written, and no database be opened for it
};

class LyingDisk
{
public:
    LyingDisk();
    ~LyingDisk();
    LyingDisk(const LyingDisk &) = delete;
    LyingDisk &operator=(const LyingDisk &) = delete;

    void setFault(DiskFault fault);
    /// Files may grow by so much together, then the disk is full.
    void setFreeBytes(qint64 bytes);
    void freeSpace();

    /// Writes what a power cut now would leave of the database and its log: what was synced.
    static void cutPower(const QString &database, const QString &copy);
};

} // namespace xray::test
