// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/core/heap.h"

#include <cstdlib> // which defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace xray {

void returnLargeBlocks() noexcept
{
#ifdef __GLIBC__
    constexpr int largeBlock = 256 * 1024; // bytes
    mallopt(M_MMAP_THRESHOLD, largeBlock);
#endif
}

} // namespace xray
