// SPDX-License-Identifier: GPL-3.0-or-later
// A lock on an open file that the operating system itself releases when its holder ends, however
// it ends: no process ids, host names or ages to guess from. Free functions, any thread; two opens
// of one file exclude each other within a process too.
#pragma once

#include <QFile>

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

} // namespace xray::store
