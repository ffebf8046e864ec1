// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/store/file_lock.h"

#include <cerrno>

#include <sys/file.h>
#include <sys/stat.h>

namespace xray::store {

LockOutcome tryLock(QFile &openFile)
{
    int done = -1;
    do
        done = flock(openFile.handle(), LOCK_EX | LOCK_NB);
    while (done != 0 && errno == EINTR);
    if (done == 0)
        return LockOutcome::Taken;
    return errno == EWOULDBLOCK ? LockOutcome::HeldByOther : LockOutcome::Impossible;
}

bool isInPlace(const QFile &openFile)
{
    struct stat open = {};
    struct stat named = {};
    return fstat(openFile.handle(), &open) == 0 &&
           stat(QFile::encodeName(openFile.fileName()).constData(), &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

} // namespace xray::store
