// SPDX-License-Identifier: GPL-3.0-or-later
// A lock on an open file that the operating system itself releases when its holder ends, however
// it ends: no process ids, host names or ages to guess from. Free functions, any thread; two opens
// of one file exclude each other within a process too.
#pragma once

#include <QFile>

#include <cstdint>

namespace xray::store {

enum class LockOutcome {
    Taken,
    HeldByOther,
    Impossible, ///< the file system has no locks
};

/// Locks the file until it is closed. Returns at once.
[[nodiscard]] LockOutcome tryLock(QFile &openFile);

/// Whether the open file is still what its name leads to; not once someone removed or replaced it.
[[nodiscard]] bool isInPlace(const QFile &openFile);

/// Sets the time the file was last written to now.
void touch(QFile &openFile);
/// That time, in nanoseconds since the epoch; 0 when it cannot be told.
[[nodiscard]] std::int64_t timeTouchedNs(const QFile &openFile);

} // namespace xray::store
