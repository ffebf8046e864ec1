// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever spans and log records say, they come to a run: steps in order below their parents, with
// payloads that are objects.

#include "tests/fuzz/otlp_checks.h"

using namespace xray;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView body(data, static_cast<qsizetype>(size));
    auto traces = otlp::decodeTraces(body, otlp::Encoding::Json);
    const auto logs = otlp::decodeLogs(body, otlp::Encoding::Json);
    if (!traces || !logs)
        return 0;
    traces->spans.insert(traces->spans.end(), logs->spans.begin(), logs->spans.end());
    static const auto mapper = otlp::makeMapper({});
    fuzz::checkMapped(traces->spans, *mapper);
    return 0;
}
