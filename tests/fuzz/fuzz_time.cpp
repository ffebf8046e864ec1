// SPDX-License-Identifier: GPL-3.0-or-later
// Any text is a time or it is not; what formatting makes of a time is read as the same time.

#include <model/core/time.h>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto time = xray::parseRfc3339(text);
    if (!time)
        return 0;
    const QByteArray formatted = xray::formatRfc3339(*time);
    if (xray::parseRfc3339({formatted.data(), std::size_t(formatted.size())}) != time)
        std::abort();
    return 0;
}
