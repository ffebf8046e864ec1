// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes are complete gzip members or they are not, and never give more than the bound.

#include <model/ingest/gzip.h>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr qint64 maxBytes = 4096;
    const QByteArrayView bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto inflated = xray::ingest::gunzip(bytes, maxBytes);
    if (inflated && inflated->size() > maxBytes)
        std::abort();
    return 0;
}
