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

void touch(QFile &openFile)
{
    // When it fails, the others see no sign of life, which is as much as there is to see.
    [[maybe_unused]] const int touched = futimens(openFile.handle(), nullptr);
}

std::int64_t timeTouchedNs(const QFile &openFile)
{
    constexpr std::int64_t second = 1'000'000'000;
    struct stat open = {};
    if (fstat(openFile.handle(), &open) != 0)
        return 0;
    return open.st_mtim.tv_sec * second + open.st_mtim.tv_nsec;
}

} // namespace xray::store
