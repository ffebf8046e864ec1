// SPDX-License-Identifier: GPL-3.0-or-later
// Any text is a UUID or it is not; one that is comes back as itself, in lower case.

#include <model/core/ids.h>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto uuid = xray::Uuid::fromText(text);
    if (uuid && uuid->toUtf8() != QByteArray(text.data(), qsizetype(text.size())).toLower())
        std::abort();
    return 0;
}
