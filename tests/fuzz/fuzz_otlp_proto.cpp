// SPDX-License-Identifier: GPL-3.0-or-later
// Any body of an OTLP request in protobuf is decoded or refused with a reason, and what comes of it
// is in the normal form.

#include "tests/fuzz/otlp_checks.h"

using namespace xray;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView body(data, static_cast<qsizetype>(size));
    constexpr auto encoding = otlp::Encoding::Protobuf;
    fuzz::checkDecoded(otlp::decodeTraces(body, encoding), encoding);
    fuzz::checkDecoded(otlp::decodeLogs(body, encoding), encoding);
    return 0;
}
