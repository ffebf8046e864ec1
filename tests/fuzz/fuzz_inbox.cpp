// SPDX-License-Identifier: GPL-3.0-or-later
// Any row of the inbox is an event or it is not; one that is comes out of the inbox as it went in.

#include <model/ingest/event_decoder.h>
#include <model/store/event_json.h>

#include <cstdlib>

using namespace xray;

namespace {

Result<Event> decode(QByteArrayView row)
{
    return ingest::decodeBatchLine(row, ingest::BatchOps::WithInternal);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView row(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto event = decode(row);
    if (!event)
        return 0;
    const QByteArray written = store::eventToJson(*event);
    const auto again = decode(written);
    if (!again || store::eventToJson(*again) != written)
        std::abort();
    return 0;
}
